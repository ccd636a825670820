import { RebisError, type RebisErrorOptions } from "./base.ts"

/** Where an error of the database arose, in the words of the server. */
export interface DatabaseErrorDetails {
  /** SQLSTATE on PostgreSQL, the extended result code's name on SQLite (`SQLITE_CONSTRAINT_UNIQUE`). */
  readonly serverCode?: string | undefined
  readonly detail?: string | undefined
  readonly schema?: string | undefined
  readonly table?: string | undefined
  readonly columns?: readonly string[] | undefined
  readonly constraint?: string | undefined
  /** The class of the model whose table it is, where one is known. */
  readonly model?: string | undefined
  /** The columns as the model calls them. */
  readonly properties?: readonly string[] | undefined
  /** 1-based position in the statement, where the server gives one. */
  readonly position?: number | undefined
  readonly statement?: string | undefined
  /** `undefined` when parameters are hidden. */
  readonly parameters?: readonly unknown[] | undefined
}

/** The database refused or failed a statement. Subclasses say why; `serverCode` is what the server said. */
export class DatabaseError extends RebisError {
  override readonly code: string = "REBIS_DATABASE"
  readonly details: DatabaseErrorDetails

  constructor(message: string, details: DatabaseErrorDetails, options?: RebisErrorOptions) {
    super(message, options)
    this.details = details
  }

  get serverCode(): string | undefined {
    return this.details.serverCode
  }
  get constraint(): string | undefined {
    return this.details.constraint
  }
  get table(): string | undefined {
    return this.details.table
  }
  /** As the database calls them; {@link properties} has the model's names. */
  get columns(): readonly string[] | undefined {
    return this.details.columns
  }
  /** The class of the model whose table it is, where one is known: `"User"`. */
  get model(): string | undefined {
    return this.details.model
  }
  /** The columns as the model calls them: `["createdAt"]`. */
  get properties(): readonly string[] | undefined {
    return this.details.properties
  }
}

/** A constraint of the database was violated (SQLSTATE class 23). */
export class IntegrityError extends DatabaseError {
  override readonly code: string = "REBIS_INTEGRITY"
}
/** SQLSTATE 23505: a row with this key is already there. */
export class UniqueViolationError extends IntegrityError {
  override readonly code: string = "REBIS_UNIQUE_VIOLATION"
}
/** SQLSTATE 23503: the row referred to is missing, or this row is still referred to. */
export class ForeignKeyViolationError extends IntegrityError {
  override readonly code: string = "REBIS_FOREIGN_KEY_VIOLATION"
}
/** SQLSTATE 23502: a column that must not be null got none. */
export class NotNullViolationError extends IntegrityError {
  override readonly code: string = "REBIS_NOT_NULL_VIOLATION"
}
/** SQLSTATE 23514: a check constraint says no. */
export class CheckViolationError extends IntegrityError {
  override readonly code: string = "REBIS_CHECK_VIOLATION"
}
/** SQLSTATE 23P01: the row conflicts with another one under an exclusion constraint. */
export class ExclusionViolationError extends IntegrityError {
  override readonly code: string = "REBIS_EXCLUSION_VIOLATION"
}
/** SQLSTATE 40001: concurrent transactions could not be put in an order. Running the whole unit again may succeed. */
export class SerializationError extends DatabaseError {
  override readonly code: string = "REBIS_SERIALIZATION"
}
/** SQLSTATE 40P01, or SQLITE_BUSY: this transaction was chosen to end a deadlock. Run the whole unit again. */
export class DeadlockError extends DatabaseError {
  override readonly code: string = "REBIS_DEADLOCK"
}
/** SQLSTATE 55P03: a lock was not to be had in time (`NOWAIT`, `lock_timeout`). */
export class LockTimeoutError extends DatabaseError {
  override readonly code: string = "REBIS_LOCK_TIMEOUT"
}
/** SQLSTATE 57014 or an aborted signal: the statement was cancelled. */
export class CancelledError extends DatabaseError {
  override readonly code: string = "REBIS_CANCELLED"
}
/** SQLSTATE 25P02, or a COMMIT that answered ROLLBACK: an earlier statement failed, so nothing of this transaction is kept. */
export class TransactionAbortedError extends DatabaseError {
  override readonly code: string = "REBIS_TRANSACTION_ABORTED"
}
/** SQLSTATE 25006, or SQLITE_READONLY: a write in a transaction, or on a database, that only reads. */
export class ReadOnlyError extends DatabaseError {
  override readonly code: string = "REBIS_READ_ONLY"
}
/** SQLSTATE class 42 and its kin: the statement itself is wrong (unknown table, syntax, type). */
export class ProgrammingError extends DatabaseError {
  override readonly code: string = "REBIS_PROGRAMMING"
}
/** SQLSTATE class 22: a value does not fit (out of range, invalid text, division by zero). */
export class DataError extends DatabaseError {
  override readonly code: string = "REBIS_DATA"
}
