import type { OperationNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import { Aggregate, lowerFilter } from "../aggregates/aggregate.ts"
import { Expr, type AnyExpr, type BooleanExpr } from "../expression/expression.ts"
import { expression } from "../functions/function-call.ts"
import { describeItem, jsonExpression, jsonType, lowerItem, lowerRow, presenceOf, shapeOf } from "./json-item.ts"
import type { LowerContext, ScopeEntry } from "../lowering/lower.ts"
import { orderingsOf, orderNode, type Ordering } from "../expression/ordering.ts"
import { requireExpressions } from "../expression/require-expressions.ts"
import type { Item, ItemObject, JsonItem, ResultOf } from "../select/result.ts"
import { isSource, source, type Source } from "../from/source.ts"
import type { WindowArgument } from "../windows/window.ts"

/** An expression that the database builds as a JSON object; it is read as what it is made of. */
export type JsonObject<I> = Expr<ResultOf<I>> & JsonItem<"object", I>
/** An expression that the database builds as a JSON array of a fixed length. */
export type JsonTuple<I> = Expr<ResultOf<I>> & JsonItem<"tuple", I>
/** An aggregate that the database builds as a JSON array of one item for each row. */
export interface JsonList<I> extends Aggregate<ResultOf<I>[]>, JsonItem<"array", I> {
  over(window?: WindowArgument): Expr<ResultOf<I>[]> & JsonItem<"array", I>
}
/** An aggregate that the database builds as a JSON object with one property for each row. */
export interface JsonRecord<I> extends Aggregate<Record<string, ResultOf<I>>>, JsonItem<"record", I> {
  over(window?: WindowArgument): Expr<Record<string, ResultOf<I>>> & JsonItem<"record", I>
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
    throw new StatementError(`jsonBuildObject() takes an object or a model, not ${describeItem(item)}`)
  return jsonExpression("jsonBuildObject()", shapeOf(item, "jsonBuildObject()"), (context) => lowerItem(item, context))
}

/**
 * A row of a model, an alias or a subquery as one JSON object, by the names of its properties: `row_to_json` without what that
 * would round. Null where an outer join found no row.
 *
 * @example select({ title: Post.c.title, author: rowToJson(User) }).from(Post).leftJoin(Post.author)
 */
export function rowToJson<S extends Source>(row: S): JsonObject<S> {
  if (!isSource(row)) throw new StatementError(`rowToJson() takes a model, an alias or a subquery, not ${describeItem(row)}`)
  return jsonExpression("rowToJson()", shapeOf(row, "rowToJson()"), (context) => lowerItem(row, context))
}

/** The items in this order as one JSON value: a tuple. */
export function jsonArray<const I extends readonly Item[]>(items: I): JsonTuple<I> {
  if (!Array.isArray(items)) throw new StatementError(`jsonArray() takes a list of items, not ${describeItem(items)}`)
  const elements = items.map((item) => shapeOf(item, "jsonArray()"))
  return jsonExpression("jsonArray()", { kind: "tuple", elements }, (context) =>
    context.dialect.jsonArray(items.map((item) => lowerItem(item, context))),
  )
}

/** The same can be said of any aggregate by its methods: `jsonAgg(Post).filter(…).orderBy(…).distinct()`. */
export interface JsonAggOptions {
  readonly orderBy?: Ordering | readonly Ordering[]
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
  const orderBy = "orderBy" in options ? orderingsOf(options.orderBy ?? [undefined as never], "jsonAgg orderBy") : []
  if ("where" in options) requireExpressions([options.where], "jsonAgg where")
  const filter = options.where === undefined ? [] : [options.where]
  const json = { kind: "array", element: shapeOf(item, "jsonAgg()") } as const
  const aggregate = new Aggregate<ResultOf<I>[]>(
    {
      label: "jsonAgg()",
      type: jsonType,
      json,
      buildsJson: true,
      lower({ distinct, orderBy: order, filter: conditions }, context, over) {
        const { value, presence } = presentItem(item, context)
        return context.dialect.jsonAggregate(value, {
          distinct,
          orderBy: orderNode(order, context),
          filter: lowerFilter([...presence, ...conditions], context),
          over,
        })
      },
    },
    { distinct: options.distinct ?? false, orderBy, filter },
  )
  return aggregate as unknown as JsonList<I>
}

/**
 * The items of all rows of a group as the properties of one object, by keys that are not null; an empty object over no rows.
 * Of equal keys the last one read counts. Rows in which an outer join found nothing are left out, as in {@link jsonAgg}.
 *
 * @example jsonObjectAgg(Setting.c.name, Setting.c.value) // Record<string, …>
 */
export function jsonObjectAgg<const I extends Item>(key: AnyExpr<string | number | bigint>, item: I): JsonRecord<I> {
  expression(key, "the key of jsonObjectAgg()")
  const aggregate = new Aggregate<Record<string, ResultOf<I>>>({
    label: "jsonObjectAgg()",
    type: jsonType,
    json: { kind: "record", element: shapeOf(item, "jsonObjectAgg()") },
    buildsJson: true,
    unordered: "an object has each key once and its keys in no order",
    lower({ filter }, context, over) {
      const { result: name, used } = context.using(() => key.lower(context))
      const { value, presence } = presentItem(item, context, used)
      const conditions = [...presenceOf(used, context), ...presence, ...filter]
      return context.dialect.jsonObjectAggregate(name, value, { filter: lowerFilter(conditions, context), over })
    },
  })
  return aggregate as unknown as JsonRecord<I>
}

/** @param known entries that are known to be there */
function presentItem(
  item: Item,
  context: LowerContext,
  known: ReadonlySet<ScopeEntry> = new Set(),
): { readonly value: OperationNode; readonly presence: readonly BooleanExpr[] } {
  const { result: value, used } = context.using(() => (isSource(item) ? lowerRow(item[source], context) : lowerItem(item, context)))
  const isKnown = used.size === known.size && [...used].every((entry) => known.has(entry))
  return { value, presence: isKnown ? [] : presenceOf(used, context) }
}
