import type { DriverResult } from "../engine/index.ts"
import type { Statement } from "../sql/index.ts"
import { type PlannedStatement, rowsOf } from "./planned-statement.ts"
import type { SessionState } from "./session-state.ts"
import type { TransactionScope } from "./transaction-scope.ts"

/** The rows of each of several statements. */
export type BatchRows<S extends readonly Statement[]> = { -readonly [I in keyof S]: S[I] extends Statement<infer O> ? O[] : never }

/** The rows of statements that were run together, with the relations that each loads. */
export async function readBatch(
  planned: readonly PlannedStatement[],
  results: readonly DriverResult[],
  session: SessionState,
  scope: TransactionScope,
): Promise<unknown[][]> {
  const all: unknown[][] = []
  for (const [index, each] of planned.entries()) all.push(await rowsOf(each, results[index]!, session, scope))
  return all
}
