import { StatementError } from "../../errors/index.ts"
import { type CommonTable, commonTableNode, commonTableReference } from "../lowering/with-clause.ts"
import type { Effect } from "../lowering/compiled.ts"
import type { LowerContext } from "../lowering/lower.ts"
import { entryColumns } from "./row-columns.ts"
import { isSource, source, type SourceInfo } from "./source.ts"
import { inParentheses, type NamedRows, requireEntryName } from "./subquery.ts"

/** What `cte()` and `recursive()` may be told. */
export interface CommonTableOptions {
  /**
   * True: the database computes it once, by itself. False: it is taken into what uses it, as a subquery would be. Without it the
   * database decides.
   */
  readonly materialized?: boolean
}

/** A common table expression: a statement that stands in the WITH of the outermost statement around its uses. */
export interface InWith {
  readonly $inWith: true
}

/** A statement whose rows can be used by their columns in another one. */
export interface StatementRows extends NamedRows {
  readonly effect: Effect
}

/** A FROM entry that puts a statement into WITH. Nothing around the place of its use is in reach of the statement. */
export function commonTableInfo(rows: StatementRows, name: string, options: CommonTableOptions = {}): SourceInfo {
  requireEntryName(name, "cte()", "a common table expression")
  requireMaterialized(options.materialized, name)
  const table: CommonTable = { name, recursive: false }
  const info: SourceInfo = {
    id: table,
    name,
    inWith: true,
    from: (context) => {
      context.hoist(table, (inner) => {
        inner.mark(rows.effect)
        return commonTableNode(name, inParentheses(rows.lower(inner)), options.materialized)
      })
      return commonTableReference(name)
    },
    columns: [],
    entity: undefined,
  }
  return Object.assign(info, { columns: entryColumns(info, rows.rowColumns(`common table expression ${name}`)) })
}

export function requireMaterialized(materialized: unknown, name: string): void {
  if (materialized === undefined || typeof materialized === "boolean") return
  throw new StatementError(`common table expression ${name}: materialized is ${String(materialized)}, not true or false`)
}

/** Puts common table expressions into WITH that are not used in FROM. */
export function hoistAll(tables: readonly SourceInfo[], context: LowerContext): void {
  for (const table of tables) {
    if (table.hoist === undefined) table.from(context)
    else table.hoist(context)
  }
}

/** What `withCte` was given. @throws StatementError for anything but a common table expression */
export function requireCommonTables(given: readonly InWith[]): readonly SourceInfo[] {
  return given.map((table: unknown) => {
    if (isSource(table) && table[source].inWith === true) return table[source]
    throw new StatementError(`withCte() takes what cte() or recursive() gives, not ${isSource(table) ? table.tableName : String(table)}`)
  })
}
