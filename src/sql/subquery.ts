import { AliasNode, IdentifierNode, ParensNode } from "kysely"
import { StatementError } from "../errors/index.ts"
import { Expr } from "./expression.ts"
import { itemsOf, type ColumnsOf, type Item } from "./result.ts"
import { lowerSelect, type SelectState } from "./select-state.ts"
import { requireKeys } from "./selection.ts"
import { Column, columnMap, isSource, source, type Source, type SourceInfo } from "./source.ts"
import type { SqlType } from "./type.ts"

/** A subquery with a name, as FROM takes it. */
export interface SubquerySource<R, A extends string> extends Source<A> {
  readonly c: ColumnsOf<R, A>
  readonly $row: R
}

export function subquerySource(state: SelectState, alias: string): SubquerySource<any, any> {
  const info = subqueryInfo(state, alias)
  return { tableName: alias, c: columnMap(info.columns) as never, [source]: info, $row: undefined }
}

export function subqueryInfo(state: SelectState, alias: string): SourceInfo {
  if (typeof alias !== "string" || alias === "") throw new StatementError(`as(): ${JSON.stringify(alias)} cannot be the name of a subquery`)
  const info: SourceInfo = {
    id: {},
    name: alias,
    from: (context) => AliasNode.create(ParensNode.create(lowerSelect(state, context).node), IdentifierNode.create(alias)),
    columns: [],
    entity: undefined,
  }
  return Object.assign(info, { columns: subqueryColumns(state.item, alias, info) })
}

function subqueryColumns(item: Item, alias: string, info: SourceInfo): readonly Column<any, any, any>[] {
  return flatColumns(item, alias).map(({ key, name, expression }) => {
    if (expression.type === undefined && expression.json === undefined) {
      throw new StatementError(`subquery ${alias}: the type of "${key}" is not known`, { hint: "give it one: sql`…`.returns(integer())" })
    }
    const nullable = expression instanceof Column ? expression.traits.nullable : true
    return new Column(info, key, name, expression.type ?? jsonType, { nullable }, expression.json)
  })
}

const jsonType: SqlType = { kind: "json" }

interface FlatColumn {
  readonly key: string
  readonly name: string
  readonly expression: Expr<any, any>
}

function flatColumns(item: Item, alias: string): readonly FlatColumn[] {
  if (isSource(item)) return item[source].columns.map((column) => ({ key: column.key, name: column.name, expression: column }))
  if (item instanceof Column) return [{ key: item.key, name: item.name, expression: item }]
  if (item instanceof Expr) {
    throw new StatementError(`subquery ${alias}: ${item.label} has no name`, {
      hint: "select an object, whose properties are the names: select({ total: … })",
    })
  }
  const items = itemsOf(item)
  requireKeys(items.map(([key]) => key))
  return items.map(([key, expression]) => {
    if (!(expression instanceof Expr)) throw new StatementError(`subquery ${alias}: "${key}" must be an expression to become a column`)
    if (key === "") throw new StatementError(`subquery ${alias}: a column needs a name`)
    return { key, name: key, expression }
  })
}
