import { RebisError, type RebisErrorOptions } from "./base.ts"

/** Anything about reaching, keeping or losing a connection. Messages never contain a password. */
export class ConnectionError extends RebisError {
  override readonly code: string = "REBIS_CONNECTION"
}
/** The database URL cannot be understood. */
export class UrlError extends ConnectionError {
  override readonly code: string = "REBIS_URL"
}
/** The npm package of the driver that the URL asks for is not installed. */
export class DriverMissingError extends ConnectionError {
  override readonly code: string = "REBIS_DRIVER_MISSING"
}
/** No server answers at the address. */
export class UnreachableError extends ConnectionError {
  override readonly code: string = "REBIS_UNREACHABLE"
}
/** The server refused the user or the password (SQLSTATE class 28). */
export class AuthenticationError extends ConnectionError {
  override readonly code: string = "REBIS_AUTHENTICATION"
}
/** The server is there, the database is not (SQLSTATE 3D000). */
export class DatabaseMissingError extends ConnectionError {
  override readonly code: string = "REBIS_DATABASE_MISSING"
}
/** The server has no connection left to give (SQLSTATE 53300). */
export class TooManyConnectionsError extends ConnectionError {
  override readonly code: string = "REBIS_TOO_MANY_CONNECTIONS"
}
/** An embedded database that only one engine can have open is open already in this process. */
export class DatabaseInUseError extends ConnectionError {
  override readonly code: string = "REBIS_DATABASE_IN_USE"
}
/** The connection was lost: the server went away or ended the session. */
export class DisconnectedError extends ConnectionError {
  override readonly code: string = "REBIS_DISCONNECTED"
}
/** No connection became free within `poolTimeout`. */
export class PoolTimeoutError extends ConnectionError {
  override readonly code: string = "REBIS_POOL_TIMEOUT"
}
/** The engine was disposed of; nothing can be run on it any more. */
export class EngineDisposedError extends ConnectionError {
  override readonly code: string = "REBIS_ENGINE_DISPOSED"
}

/** The connection was given back to its pool; nothing can be run through it any more. */
export class ConnectionClosedError extends ConnectionError {
  override readonly code: string = "REBIS_CONNECTION_CLOSED"
}
/** A transaction was begun twice, or ended, nested or rolled back to a savepoint where there is none. */
export class TransactionStateError extends ConnectionError {
  override readonly code: string = "REBIS_TRANSACTION_STATE"
}

/**
 * The connection was lost while COMMIT was under way: the transaction may or may not be in the database.
 * Never retried by itself; the application has to look.
 */
export class CommitOutcomeUnknownError extends ConnectionError {
  override readonly code: string = "REBIS_COMMIT_OUTCOME_UNKNOWN"

  constructor(options?: RebisErrorOptions) {
    super("the connection was lost during COMMIT: the transaction may or may not have been stored", {
      hint: "look for the transaction's effect before running it again",
      ...options,
    })
  }
}
