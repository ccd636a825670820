export type { BatchRows } from "./batch-rows.ts"
export { currentSession, runInSession } from "./current-session.ts"
export type { JoinMode } from "./joined-connection.ts"
export type { Change } from "./changes.ts"
export type {
  EntityEvent,
  EntityEventName,
  EntityListener,
  FlushedEvent,
  Listening,
  LoadEvent,
  SessionEvent,
  SessionEventMap,
  SessionEventName,
  SessionListener,
} from "./events/session-events.ts"
export type { ExplainOptions, PlanNode, QueryPlan } from "./explain.ts"
export type { KyselyTable, KyselyTables } from "./kysely/kysely-tables.ts"
export type { ReadonlySession } from "./readonly-session.ts"
export { Session } from "./session.ts"
export { type Sessions, sessionmaker } from "./session-factory.ts"
export type {
  AssignedValues,
  BeginOptions,
  EntityKey,
  MergeValues,
  NewValues,
  Propagation,
  ReadOptions,
  SessionmakerOptions,
  SessionOptions,
  StatementResult,
} from "./session-types.ts"
export { type ObjectState, stateOf } from "./state-of.ts"
