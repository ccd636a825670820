import type { Dialect, TwoPhase } from "../dialects/index.ts"
import { ArgumentError, UnsupportedError } from "../errors/index.ts"

/** A transaction that was prepared and waits for its end. */
export interface PreparedTransaction {
  readonly id: string
  readonly preparedAt: Date
}

/** @throws UnsupportedError where the database has none */
export function twoPhaseOf(dialect: Dialect): TwoPhase {
  if (dialect.twoPhase !== undefined) return dialect.twoPhase
  throw new UnsupportedError(`${dialect.title} cannot prepare a transaction to be committed later`, {
    hint: "commit at once; what has to follow goes into afterCommit()",
  })
}

/** The id as it may stand in a statement. @throws ArgumentError */
export function requireTransactionId(id: string): string {
  if (typeof id === "string" && /^[\w.:/@+-]{1,199}$/.test(id)) return id
  throw new ArgumentError(`${JSON.stringify(id)} cannot be the id of a prepared transaction`, {
    hint: "use up to 199 letters, digits and . : / @ + - _",
  })
}
