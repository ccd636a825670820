import {
  CancelledError,
  CheckViolationError,
  DatabaseError,
  type DatabaseErrorDetails,
  DataError,
  DeadlockError,
  DisconnectedError,
  ForeignKeyViolationError,
  IntegrityError,
  NotNullViolationError,
  ProgrammingError,
  ReadOnlyError,
  RebisError,
  SerializationError,
  UniqueViolationError,
  UnreachableError,
} from "../../errors/index.ts"
import { type DatabaseErrorClass, type FailedStatement, makeDatabaseError, type MappedError, messageOf, textOf } from "../error-message.ts"

interface ResultCode {
  readonly name: string
  readonly errorClass: DatabaseErrorClass
}

/** Result codes by number, extended ones first where they say more. */
const resultCodes: ReadonlyMap<number, ResultCode> = new Map<number, ResultCode>([
  [1, { name: "SQLITE_ERROR", errorClass: ProgrammingError }],
  [3, { name: "SQLITE_PERM", errorClass: DatabaseError }],
  [5, { name: "SQLITE_BUSY", errorClass: DeadlockError }],
  [261, { name: "SQLITE_BUSY_RECOVERY", errorClass: DeadlockError }],
  // Another connection has written since this transaction read: nothing but beginning again helps.
  [517, { name: "SQLITE_BUSY_SNAPSHOT", errorClass: SerializationError }],
  [773, { name: "SQLITE_BUSY_TIMEOUT", errorClass: DeadlockError }],
  [6, { name: "SQLITE_LOCKED", errorClass: DeadlockError }],
  [262, { name: "SQLITE_LOCKED_SHAREDCACHE", errorClass: DeadlockError }],
  [518, { name: "SQLITE_LOCKED_VTAB", errorClass: DeadlockError }],
  [8, { name: "SQLITE_READONLY", errorClass: ReadOnlyError }],
  [9, { name: "SQLITE_INTERRUPT", errorClass: CancelledError }],
  [10, { name: "SQLITE_IOERR", errorClass: DatabaseError }],
  [11, { name: "SQLITE_CORRUPT", errorClass: DatabaseError }],
  [13, { name: "SQLITE_FULL", errorClass: DatabaseError }],
  [18, { name: "SQLITE_TOOBIG", errorClass: DataError }],
  [19, { name: "SQLITE_CONSTRAINT", errorClass: IntegrityError }],
  [275, { name: "SQLITE_CONSTRAINT_CHECK", errorClass: CheckViolationError }],
  [787, { name: "SQLITE_CONSTRAINT_FOREIGNKEY", errorClass: ForeignKeyViolationError }],
  [1299, { name: "SQLITE_CONSTRAINT_NOTNULL", errorClass: NotNullViolationError }],
  [1555, { name: "SQLITE_CONSTRAINT_PRIMARYKEY", errorClass: UniqueViolationError }],
  [1811, { name: "SQLITE_CONSTRAINT_TRIGGER", errorClass: IntegrityError }],
  [2067, { name: "SQLITE_CONSTRAINT_UNIQUE", errorClass: UniqueViolationError }],
  [2579, { name: "SQLITE_CONSTRAINT_ROWID", errorClass: UniqueViolationError }],
  [3091, { name: "SQLITE_CONSTRAINT_DATATYPE", errorClass: DataError }],
  [20, { name: "SQLITE_MISMATCH", errorClass: DataError }],
  [21, { name: "SQLITE_MISUSE", errorClass: ProgrammingError }],
  [25, { name: "SQLITE_RANGE", errorClass: ProgrammingError }],
  [26, { name: "SQLITE_NOTADB", errorClass: DatabaseError }],
])

const cannotOpen = 14

/** See {@link Dialect.mapError}. */
export function mapError(error: unknown, statement?: FailedStatement): MappedError {
  if (error instanceof RebisError) return error
  const errcode: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "errcode") : undefined
  if (typeof errcode === "number") return ofSqlite(error, errcode, statement)
  if (textOf(error, "name") === "AbortError")
    return makeDatabaseError(CancelledError, "the statement was cancelled", sent(statement), { cause: error })
  const code = textOf(error, "code")
  if (code === "ERR_INVALID_STATE") return new DisconnectedError(`the database is closed: ${messageOf(error)}`, { cause: error })
  const errorClass = code === "ERR_OUT_OF_RANGE" ? DataError : DatabaseError
  return makeDatabaseError(errorClass, `the driver failed: ${messageOf(error)}`, sent(statement), { cause: error })
}

function ofSqlite(error: unknown, errcode: number, statement: FailedStatement | undefined): MappedError {
  const primary = errcode & 0xff
  if (primary === cannotOpen) return new UnreachableError(`the database file cannot be opened: ${messageOf(error)}`, { cause: error })
  const { name, errorClass } = resultCodes.get(errcode) ??
    resultCodes.get(primary) ?? { name: `SQLITE_${errcode}`, errorClass: DatabaseError }
  const message = messageOf(error)
  const details = { serverCode: name, ...placeIn(message), ...sent(statement) }
  return makeDatabaseError(classByMessage(errcode, message) ?? errorClass, withoutPlace(message), details, { cause: error })
}

/** Where the code says too little: values go wrong under the general one, and RESTRICT is carried out by a trigger. */
function classByMessage(errcode: number, message: string): DatabaseErrorClass | undefined {
  if (errcode === 1 && /^(integer overflow|malformed JSON|JSON cannot hold BLOB)/.test(message)) return DataError
  return errcode === 1811 && message === "FOREIGN KEY constraint failed" ? ForeignKeyViolationError : undefined
}

function sent(statement: FailedStatement | undefined): DatabaseErrorDetails {
  return { statement: statement?.text, parameters: statement?.parameters }
}

const failedColumns = /^((?:UNIQUE|NOT NULL) constraint failed): (?!index ')(.+)$/

/** `UNIQUE constraint failed: user.email, user.name` tells the table and columns, the ones of indexes on expressions and of checks a name. */
function placeIn(message: string): DatabaseErrorDetails {
  const names = failedColumns.exec(message)?.[2]?.split(", ")
  if (names !== undefined) return tableAndColumns(names)
  const constraint = /^(?:UNIQUE constraint failed: index '(.+)'|CHECK constraint failed: (.+))$/.exec(message)
  if (constraint !== null) return { constraint: constraint[1] ?? constraint[2] }
  const mismatch = /^cannot store \w+ value in .* column (\S+)$/.exec(message)?.[1]
  return mismatch === undefined ? {} : tableAndColumns([mismatch])
}

/** SQLite joins names by a dot without quoting them; the column is what stands behind the last one. */
function tableAndColumns(names: readonly string[]): DatabaseErrorDetails {
  const split = names.map((name) => name.lastIndexOf("."))
  if (split.includes(-1)) return {}
  return { table: names[0]?.slice(0, split[0]), columns: names.map((name, index) => name.slice((split[index] ?? 0) + 1)) }
}

/** The message less what {@link makeDatabaseError} adds again from the details. */
function withoutPlace(message: string): string {
  return failedColumns.exec(message)?.[1] ?? message
}
