import {
  AuthenticationError,
  CancelledError,
  CheckViolationError,
  type ConnectionError,
  DatabaseError,
  type DatabaseErrorDetails,
  DatabaseMissingError,
  DataError,
  DeadlockError,
  DisconnectedError,
  ExclusionViolationError,
  ForeignKeyViolationError,
  IntegrityError,
  LockTimeoutError,
  NotNullViolationError,
  ProgrammingError,
  ReadOnlyError,
  RebisError,
  SerializationError,
  TooManyConnectionsError,
  TransactionAbortedError,
  UniqueViolationError,
} from "../../errors/index.ts"
import {
  type DatabaseErrorClass,
  type FailedStatement,
  hidesParameters,
  makeDatabaseError,
  type MappedError,
  messageOf,
  textOf,
} from "../error-message.ts"

/** By SQLSTATE. */
const byState: Readonly<Record<string, DatabaseErrorClass>> = {
  "23001": ForeignKeyViolationError,
  "23502": NotNullViolationError,
  "23503": ForeignKeyViolationError,
  "23505": UniqueViolationError,
  "23514": CheckViolationError,
  "23P01": ExclusionViolationError,
  "25006": ReadOnlyError,
  "25P02": TransactionAbortedError,
  "40001": SerializationError,
  "40P01": DeadlockError,
  "44000": IntegrityError,
  "55P03": LockTimeoutError,
  "57014": CancelledError,
  // Objects that others depend on; a feature that does not exist; a schema that does not.
  "2BP01": ProgrammingError,
  "0A000": ProgrammingError,
  "3F000": ProgrammingError,
}

/** By the class of a SQLSTATE, its first two characters. */
const byClass: Readonly<Record<string, DatabaseErrorClass>> = { "22": DataError, "23": IntegrityError, "42": ProgrammingError }

type ConnectionErrorClass = new (message: string, options: { cause: unknown }) => ConnectionError

/** What ends the session, or keeps it from beginning. */
function connectionErrorOf(state: string): ConnectionErrorClass | undefined {
  if (state.startsWith("28")) return AuthenticationError
  if (state === "3D000") return DatabaseMissingError
  if (state === "53300") return TooManyConnectionsError
  // Ended or not accepted by an administrator, a crash, or a timeout of idle sessions and transactions.
  if (state.startsWith("08") || /^(57P0[1-5]|25P0[34])$/.test(state)) return DisconnectedError
  return undefined
}

/** See {@link Dialect.mapError}. */
export function mapError(error: unknown, statement?: FailedStatement): MappedError {
  if (error instanceof RebisError) return error
  const state = textOf(error, "code")
  if (state !== undefined && /^(?=.*\d)[0-9A-Z]{5}$/.test(state)) return ofServer(error, state, statement)
  if (textOf(error, "name") === "AbortError")
    return makeDatabaseError(CancelledError, "the statement was cancelled", sent(statement), { cause: error })
  if (isOfConnection(error, state)) return new DisconnectedError(`the connection was lost: ${messageOf(error)}`, { cause: error })
  return makeDatabaseError(DatabaseError, `the driver failed: ${messageOf(error)}`, sent(statement), { cause: error })
}

function ofServer(error: unknown, state: string, statement: FailedStatement | undefined): MappedError {
  const connectionError = connectionErrorOf(state)
  if (connectionError !== undefined) return new connectionError(messageOf(error), { cause: error })
  const severity = textOf(error, "severity")
  if (severity === "FATAL" || severity === "PANIC")
    return new DisconnectedError(`the server ended the session: ${messageOf(error)}`, { cause: error })
  const errorClass = byState[state] ?? byClass[state.slice(0, 2)] ?? DatabaseError
  const details = detailsOf(error, state, statement)
  if (hidesParameters(statement)) hideValues(error)
  return makeDatabaseError(errorClass, messageOf(error), details, { cause: error, hint: textOf(error, "hint") })
}

/** The driver's error is the cause: what it quotes of the row goes too. */
function hideValues(error: unknown): void {
  if (typeof error === "object" && error !== null) for (const key of ["detail", "where"]) Reflect.deleteProperty(error, key)
}

function detailsOf(error: unknown, state: string, statement: FailedStatement | undefined): DatabaseErrorDetails {
  const detail = textOf(error, "detail")
  const column = textOf(error, "column")
  const position = Number(textOf(error, "position"))
  return {
    serverCode: state,
    // It quotes the values of the row.
    detail: hidesParameters(statement) ? undefined : detail,
    schema: textOf(error, "schema"),
    table: textOf(error, "table"),
    columns: column === undefined ? keyColumns(detail) : [column],
    constraint: textOf(error, "constraint"),
    position: position > 0 ? position : undefined,
    ...sent(statement),
  }
}

function sent(statement: FailedStatement | undefined): DatabaseErrorDetails {
  return { statement: statement?.text, parameters: statement?.parameters }
}

/** The columns of `Key (tenant_id, "Name")=(1, x) already exists.`, in any language of the server. */
function keyColumns(detail: string | undefined): readonly string[] | undefined {
  const list = detail === undefined ? undefined : /\((.+?)\)=\(/s.exec(detail)?.[1]
  return list === undefined ? undefined : splitIdentifiers(list)
}

function splitIdentifiers(list: string): readonly string[] {
  // An expression of an index (`lower(email), a`) has commas and quotes of its own: it stays one piece.
  if (list.includes("(")) return [list]
  return (list.match(/"(?:[^"]|"")*"|[^",\s]+/g) ?? [list]).map((name) =>
    name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name,
  )
}

const socketCodes = new Set([
  "ECONNRESET",
  "ECONNREFUSED",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENETDOWN",
  "ENOTCONN",
  "ERR_STREAM_DESTROYED",
])

/** node-postgres says in words only that a connection ended. */
function isOfConnection(error: unknown, code: string | undefined): boolean {
  return (
    (code !== undefined && socketCodes.has(code)) ||
    /^(Connection terminated|Client has encountered a connection error|Client was closed)/.test(messageOf(error))
  )
}
