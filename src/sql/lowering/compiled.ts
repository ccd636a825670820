import type { Shape } from "./shape.ts"

/**
 * What running a statement may do, decided from how it was built and never guessed:
 * `pure` reads, takes no locks and calls only functions known to have no side effect; `read` returns rows but may do more;
 * `write` changes rows or the schema; `unknown` holds text that was not built by Rebis.
 */
export type Effect = "pure" | "read" | "write" | "unknown"

/** A feature, and the first major version of the server that has it. */
export interface ServerNeed {
  readonly feature: string
  readonly version: number
}

/** A statement as text with `$1…` or `?` placeholders and parameters that are encoded for the driver. */
export interface CompiledStatement {
  readonly text: string
  readonly parameters: readonly unknown[]
  readonly effect: Effect
  /** How a row is put together, or `undefined` when rows are plain: then they are decoded by the driver's column types. */
  readonly shape: Shape | undefined
  /** The version that the server must have, because of a feature that older ones lack. */
  readonly needs?: ServerNeed
  /**
   * The statements that it is run as, in this order and in one transaction, where one cannot hold it: a write of more rows
   * than there may be parameters. Their results, one after another, are its result. `text` and `parameters` are theirs, to be read
   * and not to be sent.
   */
  readonly parts?: readonly CompiledStatement[]
}
