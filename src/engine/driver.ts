import type { Dialect } from "../dialects/index.ts"

/** One statement on the wire. */
export interface DriverStatement {
  readonly text: string
  /** Already encoded: primitives, null and Uint8Array only. */
  readonly parameters: readonly unknown[]
  /** Prepare under this name and reuse it on the same connection; absent: run it once, unprepared. */
  readonly name?: string | undefined
}

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

/** One open connection. The pool calls nothing on it concurrently, except `cancel` and `close`. */
export interface DriverConnection {
  query(statement: DriverStatement): Promise<DriverResult>
  /**
   * Sends all statements in one flight and answers in order; where the driver cannot, one after the other, stopping at the
   * first that fails. A failed statement rejects only its own entry.
   */
  queryAll(statements: readonly DriverStatement[]): Promise<PromiseSettledResult<DriverResult>[]>
  /** Rows in chunks of at most `chunkSize`, fetched as they are asked for; ending the iteration early frees the server's cursor. */
  stream(statement: DriverStatement, chunkSize: number): AsyncIterable<DriverResult>
  /** Asks the server to stop what this connection is running. Resolves when asked, not when stopped. */
  cancel(): Promise<void>
  /** One round trip that fails when the connection is dead. */
  ping(): Promise<void>
  close(): Promise<void>
  /** True once the connection is known to be unusable. */
  readonly broken: boolean
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
  connect(signal?: AbortSignal): Promise<DriverConnection>
  /** Closes what the connections share, after they are closed. */
  dispose(): Promise<void>
}
