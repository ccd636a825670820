import type { CompiledStatement } from "../sql/index.ts"
import type { DriverResult } from "./driver.ts"

/** The statements that are sent: those that run as several take the place of one. */
export function partsOf(statements: readonly CompiledStatement[]): readonly CompiledStatement[] {
  return statements.some(({ parts }) => parts !== undefined)
    ? statements.flatMap((statement) => statement.parts ?? [statement])
    : statements
}

/** One result for each of the statements, by those of all that was sent. */
export function resultsOf(statements: readonly CompiledStatement[], results: readonly DriverResult[]): readonly DriverResult[] {
  if (statements.length === results.length) return results
  let start = 0
  return statements.map(({ parts }) => {
    const count = parts?.length ?? 1
    const own = results.slice(start, (start += count))
    return count === 1 ? own[0]! : joined(own)
  })
}

/** The rows one after another, and how many they are in all. */
function joined(results: readonly DriverResult[]): DriverResult {
  return {
    ...results[0]!,
    rows: results.flatMap(({ rows }) => rows),
    rowCount: results.reduce((sum, { rowCount }) => sum + rowCount, 0),
  }
}

/** A result that is there as chunks of its rows; one without rows is none. */
export function* inChunks(result: DriverResult, size: number): Generator<DriverResult, void, undefined> {
  for (let start = 0; start < result.rows.length; start += size) yield { ...result, rows: result.rows.slice(start, start + size) }
}
