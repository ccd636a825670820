import type { DriverResult } from "../engine/index.ts"
import type { CompiledStatement, Statement } from "../sql/index.ts"
import { loadRelations } from "./loading/load-relations.ts"
import { readRows } from "./result-rows.ts"
import type { SessionState } from "./session-state.ts"
import type { TransactionScope } from "./transaction-scope.ts"

/** The rows of each of several statements. */
export type BatchRows<S extends readonly Statement[]> = { -readonly [I in keyof S]: S[I] extends Statement<infer O> ? O[] : never }

/** The rows of statements that were run together, with the relations that each loads. */
export async function readBatch(
  statements: readonly Statement[],
  compiled: readonly CompiledStatement[],
  results: readonly DriverResult[],
  session: SessionState,
  scope: TransactionScope,
): Promise<unknown[][]> {
  const all = compiled.map((statement, index) => readRows(statement, results[index]!, session))
  for (const [index, rows] of all.entries()) await loadRelations(rows, statements[index]!, session, scope)
  return all
}
