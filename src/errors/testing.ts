import { RebisError } from "./base.ts"

/** More statements were sent than `limitStatements()` or a session's `statementLimit` allows. The message lists them. */
export class TooManyStatementsError extends RebisError {
  override readonly code: string = "REBIS_TOO_MANY_STATEMENTS"
}
