import { ColumnNode, RawNode, SelectQueryNode, WhereNode, type OperationNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import { columnOf, type NewRow } from "./assignments.ts"
import type { InsertParts } from "./insert-rows.ts"
import type { LowerContext } from "../lowering/lower.ts"
import type { AnyModel } from "../select/result.ts"
import { type Column, isSource, source } from "../from/source.ts"
import { isStatement, type Statement } from "../statement.ts"
import type { NamedRows } from "../from/subquery.ts"

/** A query whose rows can be inserted: one whose item is an object of expressions, or the rows of one table. */
export interface InsertQuery<out O = unknown> extends NamedRows {
  readonly $result: O
  readonly $model: unknown
  build: Statement["build"]
}

/** What is said to a query `Q` of columns that the table has not; rows of a model may have properties that are none. Only for the compiler. */
export type KnownColumns<M, Q extends InsertQuery> = Q extends { readonly model: unknown }
  ? unknown
  : [Exclude<keyof Q["$result"], keyof NewRow<M>>] extends [never]
    ? unknown
    : { readonly "the table has no column": Exclude<keyof Q["$result"], keyof NewRow<M>> }

/** The columns that a query fills, in the order of its own. @throws StatementError when it is no such query */
export function queryColumns(query: unknown, model: AnyModel, title: string): readonly Column<any, any, any>[] {
  if (!isStatement(query) || !("rowColumns" in query)) {
    throw new StatementError(`${title}: from() takes a query, not ${isSource(query) ? query.tableName : String(query)}`, {
      hint: "write insert(M).from(select({ email: …, name: … }))",
    })
  }
  if (query.effect === "write") {
    throw new StatementError(`${title}: from() takes a query, and this statement writes`, {
      hint: 'select from it: select({ … }).from(moved), where moved is the statement with .cte("moved")',
    })
  }
  const columns = model.c as Readonly<Record<string, Column<any, any, any>>>
  const where = `${title} from a query`
  const found = (query as unknown as InsertQuery).rowColumns(where).map(({ key }) => columnOf(columns, key, where))
  requireComputed(found, model, where)
  return found
}

/** @throws StatementError when a column is left out whose value the application computes: it does not see the rows */
export function requireComputed(columns: readonly Column<any, any, any>[], model: AnyModel, where: string): void {
  const missing = model[source].columns.find((column) => column.traits.clientDefault !== undefined && !columns.includes(column))
  if (missing === undefined) return
  throw new StatementError(`${where}: "${missing.key}" is computed by the application for each row, which it does not see`, {
    hint: `give a value for "${missing.key}" too`,
  })
}

/** @param beforeConflict whether ON CONFLICT follows, which SQLite could take for the ON of a join */
export function lowerQuery(
  query: InsertQuery,
  columns: readonly Column<any, any, any>[],
  beforeConflict: boolean,
  context: LowerContext,
): InsertParts {
  // Not as it stands inside others: SQLite takes no parentheses here.
  const { node } = context.inside(() => query.build(context))
  return {
    columns: columns.map((column) => ColumnNode.create(column.name)),
    values: beforeConflict && context.dialect.writes.conflictNeedsWhere ? withWhere(node) : node,
  }
}

const always = RawNode.createWithSql("true")

function withWhere(node: OperationNode): OperationNode {
  if (!SelectQueryNode.is(node) || node.setOperations !== undefined) return RawNode.create(["select * from (", ") where true"], [node])
  if (node.where !== undefined) return node
  const narrowed: SelectQueryNode = { ...node, where: WhereNode.create(always) }
  return narrowed
}
