import { StatementError } from "../errors/index.ts"
import type { CompiledStatement } from "../sql/index.ts"
import type { Dialect } from "./dialect.ts"
import type { TransactionScope } from "./transaction-scope.ts"

/** What `explain()` is asked for. */
export type ExplainOptions = Parameters<Dialect["explain"]["prefix"]>[0]

/** A node of a PostgreSQL plan. Which properties it has beside these depends on its type and on what was asked for. */
export interface PlanNode {
  readonly "Node Type": string
  readonly "Relation Name"?: string
  readonly Alias?: string
  readonly "Index Name"?: string
  readonly "Startup Cost"?: number
  readonly "Total Cost"?: number
  readonly "Plan Rows"?: number
  readonly "Plan Width"?: number
  readonly "Actual Startup Time"?: number
  readonly "Actual Total Time"?: number
  readonly "Actual Rows"?: number
  readonly "Actual Loops"?: number
  readonly Plans?: readonly PlanNode[]
  readonly [property: string]: unknown
}

/** A plan of PostgreSQL in its JSON form; times are in milliseconds. */
export interface QueryPlan {
  readonly Plan: PlanNode
  readonly "Planning Time"?: number
  readonly "Execution Time"?: number
  readonly [property: string]: unknown
}

/** Runs EXPLAIN of a statement; what it writes while it is analyzed is undone unless it is to be kept. */
export async function explain(compiled: CompiledStatement, options: ExplainOptions, scope: TransactionScope): Promise<unknown> {
  if (compiled.parts !== undefined) {
    throw new StatementError(`the statement is sent as ${compiled.parts.length} statements, and one can be explained`, {
      hint: "explain it with fewer rows",
    })
  }
  const { explain } = scope.dialect
  const { text, parameters, effect } = compiled
  // Text may begin with a word that belongs to EXPLAIN, so what it does stays unknown.
  const runs = options.analyze === true || effect === "unknown"
  const statement: CompiledStatement = {
    text: `${explain.prefix(options)}${text}`,
    parameters,
    effect: runs ? effect : "pure",
    shape: undefined,
  }
  const isUndone = runs && options.keep !== true && (effect === "write" || effect === "unknown")
  const { rows } = isUndone ? await undone(statement, scope) : await scope.run(statement)
  return explain.read(rows, options)
}

async function undone(statement: CompiledStatement, scope: TransactionScope): ReturnType<TransactionScope["run"]> {
  const savepoint = await scope.savepoint()
  try {
    return await scope.run(statement)
  } finally {
    // Where there is nothing left to go back to, all has to be rolled back.
    await scope.rollbackTo(savepoint).catch((failure: unknown) => scope.fail(failure))
  }
}
