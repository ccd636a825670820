import { AliasNode, IdentifierNode, ParensNode, RawNode, type OperationNode } from "kysely"
import { StatementError, UnsupportedError } from "../../errors/index.ts"
import type { Lowerable, LowerContext } from "../lowering/lower.ts"
import type { ColumnsOf } from "../select/result.ts"
import { entryColumns, type RowColumn } from "./row-columns.ts"
import { type Column, columnMap, source, type Source, type SourceInfo } from "./source.ts"

/** A subquery with a name, as FROM takes it. */
export interface SubquerySource<R, A extends string> extends Source<A> {
  readonly c: ColumnsOf<R, A>
  readonly $row: R
}

/** A statement whose rows can stand in FROM. */
export interface NamedRows extends Lowerable {
  /** @throws StatementError for rows whose columns have no names or types */
  rowColumns(title: string): readonly RowColumn[]
}

/** @param added columns beside those of its rows */
export function subquerySource(info: SourceInfo, added: readonly Column<any, any, any>[] = []): SubquerySource<any, any> {
  return { tableName: info.name, c: columnMap([...info.columns, ...added]) as never, [source]: info, $row: undefined }
}

/** @param method what the user called, for messages */
export function subqueryInfo(rows: NamedRows, alias: string, method: "as" | "lateral"): SourceInfo {
  requireEntryName(alias, `${method}()`, "a subquery")
  const info: SourceInfo = {
    id: {},
    name: alias,
    from: (context) => {
      if (method === "lateral") requireLateral(alias, context)
      const node = AliasNode.create(inParentheses(rows.lower(context)), IdentifierNode.create(alias))
      return method === "lateral" ? RawNode.create(["lateral ", ""], [node]) : node
    },
    columns: [],
    entity: undefined,
    ...(method === "lateral" ? { lateral: "subquery" as const } : {}),
  }
  return Object.assign(info, { columns: entryColumns(info, rows.rowColumns(`subquery ${alias}`)) })
}

/** A statement as it stands inside another one. */
export function inParentheses(node: OperationNode): OperationNode {
  return ParensNode.is(node) ? node : ParensNode.create(node)
}

/** @throws StatementError for what no FROM entry can be called. */
export function requireEntryName(name: unknown, where: string, what: string): asserts name is string {
  if (typeof name !== "string" || name === "" || name.includes("\0"))
    throw new StatementError(`${where}: ${JSON.stringify(name)} cannot be the name of ${what}`)
}

function requireLateral(alias: string, { dialect }: LowerContext): void {
  if (dialect.capabilities.lateralJoins) return
  throw new UnsupportedError(`${dialect.title} has no lateral subqueries: ${alias} in FROM would not see the entries before it`, {
    hint: "select the values as scalar subqueries, or number the rows by a window function in a subquery and join that",
  })
}
