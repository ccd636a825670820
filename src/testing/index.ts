/**
 * For the tests of applications: `import { limitStatements, sandbox } from "rebis/testing"`.
 *
 * @module
 */
export { limitSessions } from "./limit-sessions.ts"
export { openSandbox, type Sandbox, sandbox, type SandboxOptions } from "./sandbox.ts"
export { limitStatements, recordStatements, type RecordedStatement, type Recording } from "./statements.ts"
