import { type CaseNode, OrderByNode, OrNode, ParensNode, WhenNode, type OperationNode } from "kysely"
import { StatementError } from "../errors/index.ts"
import { type AnyExpr, combine, Computed, Expr, type BooleanExpr, type Order } from "./expression.ts"
import type { LowerContext, ScopeEntry } from "./lower.ts"
import { lowerIsNull } from "./operators.ts"
import { itemsOf, type Item, type ItemObject, type JsonItem, type ResultOf } from "./result.ts"
import { lowerOrder, requireExpressions } from "./select-state.ts"
import { requireKeys } from "./selection.ts"
import type { JsonShape } from "./shape.ts"
import { isSource, source, type Source, type SourceInfo } from "./source.ts"
import type { SqlType } from "./type.ts"

/** An expression that the database builds as a JSON object; it is read as what it is made of. */
export type JsonObject<I> = Expr<ResultOf<I>> & JsonItem<"object", I>
/** An expression that the database builds as a JSON array of one item for each row. */
export type JsonList<I> = Expr<ResultOf<I>[]> & JsonItem<"array", I>
/** An expression that the database builds as a JSON array of a fixed length. */
export type JsonTuple<I> = Expr<ResultOf<I>> & JsonItem<"tuple", I>

const jsonType: SqlType = { kind: "json" }

/** JSON as the database builds it, which need not be parsed again to stand inside other JSON. */
class JsonExpression extends Computed<any, any> {}

function jsonExpression(label: string, shape: JsonShape, lower: (context: LowerContext) => OperationNode): any {
  return new JsonExpression(label, jsonType, lower, shape)
}

/**
 * An object of expressions, models and objects of these, built by the database as one JSON value and read with every value
 * as it would be outside: dates are dates, bigint and numeric exact. A model's row becomes an instance that no session
 * knows, and null where an outer join found none.
 *
 * @example select(jsonBuildObject({ author: User.c.name, posts: jsonAgg(Post) })).from(User).join(User.posts).groupBy(User.c.id)
 */
export function jsonBuildObject<const I extends ItemObject | Source>(item: I): JsonObject<I> {
  if (item instanceof Expr || (typeof item !== "object" && !isSource(item)) || item === null)
    throw new StatementError(`jsonBuildObject() takes an object or a model, not ${describe(item)}`)
  return jsonExpression("jsonBuildObject()", shapeOf(item, "jsonBuildObject()"), (context) => lowerItem(item, context))
}

/** The items in this order as one JSON value: a tuple. */
export function jsonArray<const I extends readonly Item[]>(items: I): JsonTuple<I> {
  if (!Array.isArray(items)) throw new StatementError(`jsonArray() takes a list of items, not ${describe(items)}`)
  const elements = items.map((item) => shapeOf(item, "jsonArray()"))
  return jsonExpression("jsonArray()", { kind: "tuple", elements }, (context) =>
    context.dialect.jsonArray(items.map((item) => lowerItem(item, context))),
  )
}

export interface JsonAggOptions {
  readonly orderBy?: Order | AnyExpr | readonly (Order | AnyExpr)[]
  /** Only the rows for which it holds. */
  readonly where?: BooleanExpr
  /** Equal items once. */
  readonly distinct?: boolean
}

/**
 * The items of all rows of a group as a list; an empty one over no rows. Rows in which an outer join found nothing for any of
 * the item's FROM entries are left out, so an author without posts has `[]`.
 *
 * @example jsonAgg({ title: Post.c.title, at: Post.c.createdAt }, { orderBy: Post.c.createdAt.desc() })
 */
export function jsonAgg<const I extends Item>(item: I, options: JsonAggOptions = {}): JsonList<I> {
  const orderBy =
    options.orderBy === undefined
      ? []
      : Array.isArray(options.orderBy)
        ? (options.orderBy as readonly (Order | AnyExpr)[])
        : [options.orderBy as Order | AnyExpr]
  requireExpressions(orderBy, "jsonAgg orderBy")
  if ("where" in options) requireExpressions([options.where], "jsonAgg where")
  const shape: JsonShape = { kind: "array", element: shapeOf(item, "jsonAgg()") }
  return jsonExpression("jsonAgg()", shape, (context) => {
    const { result: value, used } = context.using(() => (isSource(item) ? lowerRow(item[source], context) : lowerItem(item, context)))
    const conditions = [presenceOf(used, context), options.where].filter((condition) => condition !== undefined)
    const order = orderBy.length === 0 ? undefined : OrderByNode.create(orderBy.map((each) => lowerOrder(each, context)))
    const filter = conditions.length === 0 ? undefined : combine("and", conditions).lower(context)
    return context.dialect.jsonAggregate(value, { orderBy: order, filter, distinct: options.distinct ?? false })
  })
}

/** What the JSON of an item holds. An outer join makes null of a row whether the shape says so or not. */
function shapeOf(item: Item, where: string): JsonShape {
  if (item instanceof Expr) return item.json ?? { kind: "value", type: item.type }
  if (isSource(item)) return rowShape(item[source])
  if (typeof item !== "object" || item === null)
    throw new StatementError(`${where}: ${describe(item)} is not an expression, a model or an object of these`)
  const items = itemsOf(item)
  return {
    kind: "object",
    keys: requireKeys(items.map(([key]) => key)),
    values: items.map(([key, inner]) => shapeOf(inner, `${where}."${key}"`)),
  }
}

function rowShape(info: SourceInfo): JsonShape {
  if (info.entity !== undefined) return { kind: "entity", entity: info.entity, optional: true }
  return {
    kind: "object",
    keys: info.columns.map((column) => column.key),
    values: info.columns.map((column) => shapeOf(column, info.name)),
  }
}

function lowerItem(item: Item, context: LowerContext): OperationNode {
  if (item instanceof Expr) {
    const node = item.lower(context)
    if (item instanceof JsonExpression) return node
    return context.dialect.jsonValue(node, item.json === undefined ? item.type : jsonType)
  }
  if (isSource(item)) return lowerOptionalRow(item[source], context)
  return context.dialect.jsonObject(itemsOf(item).map(([key, inner]) => [key, lowerItem(inner, context)]))
}

function lowerRow(info: SourceInfo, context: LowerContext): OperationNode {
  return context.dialect.jsonObject(info.columns.map((column) => [column.key, lowerItem(column, context)]))
}

/** A row as JSON, or null where an outer join found none. */
function lowerOptionalRow(info: SourceInfo, context: LowerContext): OperationNode {
  const row = lowerRow(info, context)
  if (!context.isOptional(info.id)) return row
  const when = WhenNode.cloneWithResult(WhenNode.create(present(info, context)), row)
  return context.dialect.jsonValue({ kind: "CaseNode", when: [when] } as CaseNode, jsonType)
}

/** That at least one of the entries is there, when an outer join may leave all of them empty. */
function presenceOf(used: ReadonlySet<ScopeEntry>, context: LowerContext): BooleanExpr | undefined {
  if (used.size === 0) return undefined
  const infos: SourceInfo[] = []
  for (const entry of used) {
    if (!context.isOptional(entry.id) || !isSourceInfo(entry)) return undefined
    infos.push(entry)
  }
  return new Computed<boolean>("presence", undefined, (inner) => anyOf(infos.map((info) => present(info, inner))))
}

function isSourceInfo(entry: ScopeEntry): entry is SourceInfo {
  return "columns" in entry
}

/** True when a row is there: its key is not null, or any of its columns where there is no key. */
function present(info: SourceInfo, context: LowerContext): OperationNode {
  const key = info.entity?.keyIndexes[0]
  const columns = key === undefined ? info.columns : [info.columns[key]!]
  return anyOf(columns.map((column) => lowerIsNull(column, true, context)))
}

function anyOf(nodes: readonly OperationNode[]): OperationNode {
  return nodes.length === 1 ? nodes[0]! : ParensNode.create(nodes.reduce((left, right) => OrNode.create(left, right)))
}

function describe(value: unknown): string {
  return value instanceof Expr
    ? `the expression ${value.label}`
    : value === null || value === undefined
      ? String(value)
      : Array.isArray(value)
        ? "a list"
        : `a ${typeof value}`
}
