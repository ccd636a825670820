/** What EXPLAIN is asked for. */
export interface ExplainOptions {
  /** Runs the statement too, and measures. What it writes is undone, unless `keep` says otherwise. */
  readonly analyze?: boolean
  /** With `analyze`: what the statement writes stays, as if it had been run. */
  readonly keep?: boolean
  /** Columns of every node, schemas, more detail. */
  readonly verbose?: boolean
  /** Buffers hit, read and written. */
  readonly buffers?: boolean
  /** Settings that differ from their defaults and bear on the plan. */
  readonly settings?: boolean
  /** Records written ahead; with `analyze`. */
  readonly wal?: boolean
  /** Times of every node; with `analyze`, where they are on unless this is false. */
  readonly timing?: boolean
  /** Estimated costs; on unless this is false. */
  readonly costs?: boolean
  /** Planning and execution time after the plan. */
  readonly summary?: boolean
  readonly format?: "text" | "json"
}

/** How a database says how it would run a statement. */
export interface Explaining {
  /**
   * What stands before a statement to explain it.
   * @throws UnsupportedError for what the database does not tell, ArgumentError for an option that does not exist
   */
  prefix(options: ExplainOptions): string
  /** The plan from the rows that come back: lines of text, or what the JSON holds. */
  read(rows: readonly (readonly unknown[])[], options: ExplainOptions): unknown
}
