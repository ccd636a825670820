import {
  CancelledError,
  CheckViolationError,
  DeadlockError,
  DisconnectedError,
  EngineDisposedError,
  ExclusionViolationError,
  ForeignKeyViolationError,
  LockTimeoutError,
  NoResultFoundError,
  NotNullViolationError,
  PoolTimeoutError,
  type RebisError,
  SerializationError,
  StaleDataError,
  TooManyConnectionsError,
  UniqueViolationError,
  UnreachableError,
} from "../errors/index.ts"

/** The status to answer an error with; `undefined` leaves it to the rest of the rules. */
export type ErrorStatus = (error: unknown) => number | undefined

type ErrorClass = abstract new (...parameters: never[]) => RebisError

const statuses: readonly (readonly [status: number, classes: readonly ErrorClass[]])[] = [
  [404, [NoResultFoundError]],
  [409, [UniqueViolationError, ExclusionViolationError, ForeignKeyViolationError, StaleDataError]],
  [422, [NotNullViolationError, CheckViolationError]],
  // Nothing of the request was stored, and the same request may succeed in a moment.
  [503, [SerializationError, DeadlockError, LockTimeoutError, CancelledError]],
  [503, [PoolTimeoutError, TooManyConnectionsError, UnreachableError, DisconnectedError, EngineDisposedError]],
]

/**
 * The HTTP status of an error of Rebis that says something about the request or the moment: 404, 409, 422 or 503. Everything
 * else is `undefined`, which means 500: a defect of the program, or an outcome that nobody knows.
 *
 * @example
 * errorStatus(new UniqueViolationError(…)) // 409
 */
export const errorStatus: ErrorStatus = (error) => statuses.find(([, classes]) => classes.some((type) => error instanceof type))?.[0]

/** What an adapter answers errors with: the application's rule first, then {@link errorStatus}. */
export function errorStatusBy(rule: ErrorStatus | undefined): ErrorStatus {
  return rule === undefined ? errorStatus : (error) => rule(error) ?? errorStatus(error)
}

/** Headers of an error's answer: when to try again, in seconds. */
export function errorHeaders(status: number): Readonly<Record<string, string>> {
  return status === 503 ? { "retry-after": "1" } : {}
}
