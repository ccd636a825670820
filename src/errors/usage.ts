import { RebisError, type RebisErrorOptions } from "./base.ts"

/** An argument that a function of Rebis cannot work with. Raised before anything is sent. */
export class ArgumentError extends RebisError {
  override readonly code: string = "REBIS_ARGUMENT"
}

/** A model, column, constraint, relation or naming convention that cannot be what its definition says. */
export class DefinitionError extends RebisError {
  override readonly code: string = "REBIS_DEFINITION"
}

/** A statement that cannot be turned into SQL: `undefined` in a condition, a table that is not in FROM, … */
export class StatementError extends RebisError {
  override readonly code: string = "REBIS_STATEMENT"
}

/** A value that its column's type cannot hold, found before it is sent or after it was read. */
export class ValueError extends RebisError {
  override readonly code: string = "REBIS_VALUE"
}

/** Something that this database cannot do. The message names the capability and the database. */
export class UnsupportedError extends RebisError {
  override readonly code: string = "REBIS_UNSUPPORTED"
}

/** A state that only a defect of Rebis can bring about. Please report it. */
export class InternalError extends RebisError {
  override readonly code: string = "REBIS_INTERNAL"

  constructor(message: string, options?: RebisErrorOptions) {
    super(message, { hint: "this is a defect in Rebis: please report it with the stack", ...options })
  }
}
