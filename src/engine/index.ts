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
export { redirectConnections } from "./redirect.ts"
export { DatabaseUrl } from "./url.ts"
