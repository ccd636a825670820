export type { Change } from "./changes.ts"
export { Session } from "./session.ts"
export { type Sessions, sessionmaker } from "./session-factory.ts"
export type { BeginOptions, EntityKey, NewValues, SessionmakerOptions, SessionOptions, StatementResult } from "./session-types.ts"
