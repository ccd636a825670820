/**
 * For the tests of applications: `import { limitStatements, recordStatements } from "rebis/testing"`.
 *
 * @module
 */
export { limitStatements, recordStatements, type RecordedStatement, type Recording } from "./statements.ts"
