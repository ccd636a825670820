import type { Dialect } from "../dialects/index.ts"
import type { DatabaseUrl } from "./url.ts"

/** One statement on the wire. */
export interface DriverStatement {
  readonly text: string
  /** Already encoded: primitives, null and Uint8Array only. */
  readonly parameters: readonly unknown[]
  /** Prepare under this name and reuse it on the same connection; absent: run it once, unprepared. */
  readonly name?: string | undefined
  /** The columns of the result whose codecs read binary forms; a driver may then give these instead of text. */
  readonly binary?: readonly boolean[] | undefined
}

/** A column of a result, as the server describes it. */
export interface DriverColumn {
  readonly name: string
  /** The server's type: an oid on PostgreSQL, the declared type's name on SQLite where there is one. */
  readonly typeId: number | string | undefined
}

/** A result as it came: rows are arrays of raw values in the order of `columns` (see {@link Codec} for "raw"). */
export interface DriverResult {
  readonly columns: readonly DriverColumn[]
  readonly rows: unknown[][]
  /** Rows returned or changed. */
  readonly rowCount: number
  /** The command tag's first word, `SELECT`, `INSERT`, `COMMIT`, `ROLLBACK`, …, where the server says it. */
  readonly command: string | undefined
}

/** What became of statements that were sent together. */
export interface FlightOutcome {
  /** The results of the statements that completed, in order. */
  readonly results: readonly DriverResult[]
  /** Why the statement after the last result failed; the ones behind it were not run. */
  readonly failure?: { readonly error: unknown } | undefined
}

/** `failed`: a statement of the open transaction failed and the server refuses everything until it is rolled back. */
export type TransactionState = "none" | "open" | "failed"

/** A result that is fetched piece by piece. */
export interface DriverCursor {
  /** The next rows, or `undefined` after the last. */
  next(): Promise<DriverResult | undefined>
  /** Frees what the server keeps for it. Safe to call at any time, and more than once. */
  close(): Promise<void>
}

/** One open connection. The pool calls nothing on it concurrently, except `cancel` and `close`. */
export interface DriverConnection {
  /** Resolves once the connection can take the next statement, also when it rejects. */
  query(statement: DriverStatement): Promise<DriverResult>
  /**
   * Sends all statements in one flight and stops at the first that fails; where the driver cannot, one after the other.
   * Outside a transaction a flight is one unit on databases that pipeline. Never rejects.
   */
  queryAll(statements: readonly DriverStatement[]): Promise<FlightOutcome>
  /** A text of one or several statements without parameters. The result is that of the last one. */
  script(text: string): Promise<DriverResult>
  /** Rows in chunks of at most `chunkSize`. Only inside a transaction; other statements may run between two chunks. */
  cursor(statement: DriverStatement, chunkSize: number): DriverCursor
  /** Asks the server to stop what this connection is running. Resolves when asked, not when stopped. */
  cancel(): Promise<void>
  /** One round trip that fails when the connection is dead. */
  ping(): Promise<void>
  /** Never rejects. */
  close(): Promise<void>
  /** True once the connection is known to be unusable. */
  readonly broken: boolean
  /** In the server's own words, so it also knows of transactions that were begun by text. */
  readonly transactionState: TransactionState
  /** The server's major version, where it has versions that differ in what they can do. */
  readonly serverVersion?: number | undefined
  /** Whether transactions are `read committed` when nothing else is asked for. */
  readonly readCommitted: boolean
}

/** How an engine reaches its database. One object per engine; it imports its npm package on first use. */
export interface Driver {
  /** `pg`, `pglite`, `node-sqlite`. */
  readonly name: string
  readonly dialect: Dialect
  /** Most connections that make sense: 1 where all connections share one embedded database that allows only one. */
  readonly maxConnections: number
  /** Whether `queryAll` really is one flight. */
  readonly pipelines: boolean
  /** Whether `cancel` can reach a statement that is running. */
  readonly cancels: boolean
  /** @throws a subclass of ConnectionError that says what is wrong. */
  connect(signal?: AbortSignal): Promise<DriverConnection>
  /** Whether the error only means that a prepared statement has to be prepared anew; nothing of the statement was run then. */
  isStaleStatement(error: unknown): boolean
  /** Closes what the connections share, after they are closed. */
  dispose(): Promise<void>
}

/** What the options of an engine mean to its driver. */
export interface DriverSettings {
  /** Passed on to the npm package: `ssl`, `loadDataDir`, … */
  readonly connectArgs: Readonly<Record<string, unknown>>
  /** How long connecting may take, in milliseconds. */
  readonly connectTimeout: number
  /** How many statements a connection may keep prepared; 0: none. */
  readonly preparedStatements: number
}

/** A driver by the schemes of its URLs. Making one opens nothing and loads no package. */
export interface DriverFactory {
  readonly schemes: readonly string[]
  /** @throws UrlError when the URL is not one that the driver understands. */
  create(url: DatabaseUrl, settings: DriverSettings): Driver
}
