import { RebisError } from "./base.ts"

/** `limitStatements()` saw more statements than it allows. The message lists them. */
export class TooManyStatementsError extends RebisError {
  override readonly code: string = "REBIS_TOO_MANY_STATEMENTS"
}
