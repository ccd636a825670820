export { AdvisoryLock, type AdvisoryLockOptions, advisoryLocksOf } from "./advisory-lock.ts"
export { Connection, type RunOptions } from "./connection.ts"
export type {
  Driver,
  DriverColumn,
  DriverConnection,
  DriverCursor,
  DriverFactory,
  DriverResult,
  DriverSettings,
  DriverStatement,
  FlightOutcome,
  TransactionState,
} from "./driver.ts"
export type { EchoFunction } from "./echo.ts"
export { Engine } from "./engine.ts"
export { type CreateEngine, engineFactory } from "./engine-factory.ts"
export type {
  ConnectEvent,
  ConnectionEvent,
  EngineEventMap,
  EngineEventName,
  EngineEvents,
  EngineListener,
  InvalidateEvent,
  StatementEvent,
  StatementRole,
  StatementStartEvent,
} from "./events.ts"
export { repeatedEngines } from "./made-engines.ts"
export type { EngineOptions } from "./options.ts"
export type { PoolStatus } from "./pool.ts"
export { type AdvisoryLockKey, lockKey } from "./lock-key.ts"
export { type PreparedTransaction, twoPhaseOf } from "./two-phase.ts"
export { redirectConnections } from "./redirect.ts"
export { DatabaseUrl } from "./url.ts"
