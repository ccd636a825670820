export { errorStatus, type ErrorStatus } from "./error-status.ts"
export { RequestScope, type ScopeOptions } from "./request-scope.ts"
export type { RequestSession, SessionFactory } from "./request-session.ts"
export { sessionDependency } from "./session-dependency.ts"
