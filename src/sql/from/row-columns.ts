import { StatementError } from "../../errors/index.ts"
import { Expr } from "../expression/expression.ts"
import { itemsOf, type Item } from "../select/result.ts"
import { requireKeys } from "../select/selection.ts"
import type { JsonShape } from "../lowering/shape.ts"
import { Column, isSource, source, type SourceInfo } from "./source.ts"
import type { SqlType } from "../types/type.ts"

/** A column of rows that are to stand in FROM: `key` is its property, `name` what SQL calls it. */
export interface RowColumn {
  readonly key: string
  readonly name: string
  readonly type: SqlType
  readonly json: JsonShape | undefined
  readonly nullable: boolean
}

/**
 * The columns of an item that is to stand in FROM.
 * @param optional the entries that an outer join may leave empty
 * @param title what the rows are, for messages
 * @throws StatementError for a column without a name or without a known type, and for nested objects
 */
export function rowColumnsOf(item: Item, optional: ReadonlySet<object>, title: string): readonly RowColumn[] {
  return flatColumns(item, title).map(({ key, name, expression }) => {
    if (expression.type === undefined && expression.json === undefined) {
      throw new StatementError(`${title}: the type of "${key}" is not known`, { hint: "give it one: sql`…`.returns(integer())" })
    }
    const nullable = !(expression instanceof Column) || expression.traits.nullable || optional.has(expression.owner.id)
    return { key, name, type: expression.type ?? jsonType, json: expression.json, nullable }
  })
}

/** Columns of a FROM entry for the columns of its rows. */
export function entryColumns(info: SourceInfo, columns: readonly RowColumn[]): readonly Column<any, any, any>[] {
  return columns.map(({ key, name, type, json, nullable }) => new Column(info, key, name, type, { nullable }, json))
}

const jsonType: SqlType = { kind: "json" }

interface FlatColumn {
  readonly key: string
  readonly name: string
  readonly expression: Expr<any, any>
}

function flatColumns(item: Item, title: string): readonly FlatColumn[] {
  if (isSource(item)) return item[source].columns.map((column) => ({ key: column.key, name: column.name, expression: column }))
  if (item instanceof Column) return [{ key: item.key, name: item.name, expression: item }]
  if (item instanceof Expr) {
    throw new StatementError(`${title}: ${item.label} has no name`, {
      hint: "select an object, whose properties are the names: select({ total: … })",
    })
  }
  const items = itemsOf(item)
  requireKeys(items.map(([key]) => key))
  return items.map(([key, expression]) => {
    if (!(expression instanceof Expr)) throw new StatementError(`${title}: "${key}" must be an expression to become a column`)
    if (key === "") throw new StatementError(`${title}: a column needs a name`)
    return { key, name: key, expression }
  })
}
