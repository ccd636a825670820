import { RebisError, type RebisErrorOptions } from "./base.ts"

/** A session was used in a way that its state does not allow. */
export class SessionError extends RebisError {
  override readonly code: string = "REBIS_SESSION"
}
/** The session was closed before. */
export class SessionClosedError extends SessionError {
  override readonly code: string = "REBIS_SESSION_CLOSED"
}
/** A second statement was started while another one of the same session had not been awaited. */
export class ConcurrentUseError extends SessionError {
  override readonly code: string = "REBIS_CONCURRENT_USE"
}
/** An earlier flush or statement failed; the session accepts only `rollback()` until then. */
export class RollbackRequiredError extends SessionError {
  override readonly code: string = "REBIS_ROLLBACK_REQUIRED"
}
/** `one()` found no row. */
export class NoResultFoundError extends SessionError {
  override readonly code: string = "REBIS_NO_RESULT_FOUND"
}
/** `one()` or `oneOrNull()` found more than one row. */
export class MultipleResultsFoundError extends SessionError {
  override readonly code: string = "REBIS_MULTIPLE_RESULTS_FOUND"
}
/** An UPDATE or DELETE of a loaded entity met another number of rows than it should: someone else changed or removed it. */
export class StaleDataError extends SessionError {
  override readonly code: string = "REBIS_STALE_DATA"
  /** The table's name, with its schema where it is not in the default one. */
  readonly table: string
  /** How many rows the statement should have met, and how many it met. */
  readonly expected: number
  readonly found: number

  constructor(message: string, { table, expected, found, ...options }: StaleDataDetails) {
    super(message, options)
    this.table = table
    this.expected = expected
    this.found = found
  }
}
/** What a {@link StaleDataError} knows. */
export interface StaleDataDetails extends RebisErrorOptions {
  readonly table: string
  readonly expected: number
  readonly found: number
}
/** The entity belongs to no session, or not to this one. */
export class DetachedEntityError extends SessionError {
  override readonly code: string = "REBIS_DETACHED_ENTITY"
}
/** The entity's row was deleted in the transaction that is under way. */
export class DeletedEntityError extends SessionError {
  override readonly code: string = "REBIS_DELETED_ENTITY"
}
/** Two entities of one session claim the same primary key. */
export class IdentityConflictError extends SessionError {
  override readonly code: string = "REBIS_IDENTITY_CONFLICT"
}
/** A row's discriminator names no class that is known. */
export class UnknownSubtypeError extends SessionError {
  override readonly code: string = "REBIS_UNKNOWN_SUBTYPE"
}
/** Rows that depend on each other in a circle cannot be put in an order. */
export class CircularDependencyError extends SessionError {
  override readonly code: string = "REBIS_CIRCULAR_DEPENDENCY"
}
/** Listeners of a flush kept adding to it: it was given up after 100 rounds. The message names the listeners and what is left. */
export class FlushLoopError extends SessionError {
  override readonly code: string = "REBIS_FLUSH_LOOP"
}
/** The transaction was committed; work that was to be done after it (`afterCommit`) failed. Its error is the cause. */
export class AfterCommitError extends SessionError {
  override readonly code: string = "REBIS_AFTER_COMMIT"
}
/** `currentSession()` was called outside a request or unit of work. */
export class NoCurrentSessionError extends SessionError {
  override readonly code: string = "REBIS_NO_CURRENT_SESSION"
}
