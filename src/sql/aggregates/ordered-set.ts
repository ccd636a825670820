import { OrderByNode, type OperationNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import { lowerFilter } from "./aggregate.ts"
import { type Mean, meanType } from "./aggregates.ts"
import { type AnyExpr, type BooleanExpr, Expr, Order } from "../expression/expression.ts"
import type { LowerContext } from "../lowering/lower.ts"
import { typedOperand } from "../expression/operators.ts"
import { orderingsOf, orderNode, type Ordering } from "../expression/ordering.ts"
import { requireExpressions } from "../expression/require-expressions.ts"
import type { SqlType } from "../types/type.ts"
import { WindowFunction } from "../windows/window-functions.ts"

const countType: SqlType<number> = { kind: "bigint", mode: "number" }
const doubleType: SqlType<number> = { kind: "double" }

/** What an ordered set is sorted by: an expression of `T`, with or without a direction. */
export type Ordered<T, S extends string> = AnyExpr<T, S> | Order<T, S>

interface OrderedSetDefinition {
  readonly name: string
  /** The direct arguments, and the type of each. */
  readonly args: readonly unknown[]
  readonly argTypes: readonly (SqlType | undefined)[]
  readonly orderBy: readonly Ordering[]
  readonly type: SqlType | undefined
}

/** An aggregate of the sorted values of a group. No database has it over a window. */
export class OrderedSet<out T, out S extends string = never> extends Expr<T, S> {
  readonly label: string
  readonly type: SqlType | undefined
  readonly #definition: OrderedSetDefinition
  readonly #filter: readonly BooleanExpr[]

  constructor(definition: OrderedSetDefinition, filter: readonly BooleanExpr[] = []) {
    super()
    this.#definition = definition
    this.#filter = filter
    this.label = `${definition.name}()`
    this.type = definition.type
  }

  /** Only the rows for which all of the conditions hold; further calls add more. @throws StatementError for `undefined` */
  filter(...conditions: readonly BooleanExpr[]): OrderedSet<T, S> {
    requireExpressions(conditions, `filter of ${this.label}`)
    return new OrderedSet(this.#definition, [...this.#filter, ...conditions])
  }

  lower(context: LowerContext): OperationNode {
    const { name, args, argTypes, orderBy } = this.#definition
    return context.calls.aggregate(this.label, () =>
      context.dialect.aggregate({
        name,
        args: args.map((arg, index) => typedOperand(arg, argTypes[index] ?? doubleType, `argument ${index + 1} of ${name}()`, context)),
        type: argTypes[0],
        withinGroup: orderNode(orderBy, context) ?? OrderByNode.create([]),
        filter: lowerFilter(this.#filter, context),
      }),
    )
  }
}

/** An ordered-set aggregate that is complete once it is said how its values are sorted: {@link withinGroup}. */
abstract class OrderedSetCall {
  readonly #title: string

  constructor(title: string) {
    this.#title = title
  }
  /** @throws StatementError always: the call is not complete. */
  lower(): never {
    throw new StatementError(`${this.#title}() is computed of sorted values`, { hint: "complete it: .withinGroup(Post.c.viewCount.asc())" })
  }
}

/** How far along the sorted values: a share between 0 and 1, or several. */
export type Fraction = number | readonly number[]
type OneOrSeveral<F, T> = F extends number ? T | null : NonNullable<T>[] | null

function fractionType(fraction: unknown, where: string): SqlType {
  const list: readonly unknown[] = Array.isArray(fraction) ? fraction : [fraction]
  const bad = list.find((each) => typeof each !== "number" || !(each >= 0 && each <= 1))
  if (list.length === 0 || bad !== undefined)
    throw new StatementError(
      `${where} takes a share between 0 and 1, or a list of these, not ${list.length === 0 ? "an empty list" : String(bad)}`,
    )
  return Array.isArray(fraction) ? { kind: "array", element: doubleType } : doubleType
}

class Percentile<out F extends Fraction> extends OrderedSetCall {
  protected readonly fraction: F
  constructor(title: string, fraction: F) {
    super(title)
    this.fraction = fraction
  }
  protected sorted(name: string, order: unknown, typeOf: (type: SqlType | undefined) => SqlType | undefined): OrderedSet<any, any> {
    const argType = fractionType(this.fraction, name)
    const [orderBy, type] = requireOrder(order, name)
    const element = typeOf(type)
    const result: SqlType | undefined = argType.kind === "array" && element !== undefined ? { kind: "array", element } : element
    return new OrderedSet({ name, args: [this.fraction], argTypes: [argType], orderBy: [orderBy], type: result })
  }
}

class ContinuousPercentile<out F extends Fraction> extends Percentile<F> {
  /** The value at the share of the values in this order, between two of them if need be; null over nothing. Of numbers and intervals. */
  withinGroup<T extends number | bigint | string | null, S extends string>(order: Ordered<T, S>): OrderedSet<OneOrSeveral<F, Mean<T>>, S> {
    return this.sorted("percentile_cont", order, meanType)
  }
}
class DiscretePercentile<out F extends Fraction> extends Percentile<F> {
  /** The first of the values in this order at or behind the share; null over nothing. */
  withinGroup<T, S extends string>(order: Ordered<T, S>): OrderedSet<OneOrSeveral<F, T>, S> {
    return this.sorted("percentile_disc", order, (type) => type)
  }
}
class Mode extends OrderedSetCall {
  /** The most frequent value, the first in this order where several are; null over nothing. */
  withinGroup<T, S extends string>(order: Ordered<T, S>): OrderedSet<T | null, S> {
    const [orderBy, type] = requireOrder(order, "mode")
    return new OrderedSet({ name: "mode", args: [], argTypes: [], orderBy: [orderBy], type })
  }
}

/**
 * A percentile, interpolated between values. A list of shares gives a list.
 * @example percentileCont(0.5).withinGroup(Post.c.viewCount.asc()) // the median: number | null
 */
export function percentileCont<F extends Fraction>(fraction: F): ContinuousPercentile<F> {
  fractionType(fraction, "percentileCont()")
  return new ContinuousPercentile("percentileCont", fraction)
}
/** A percentile that is one of the values. A list of shares gives a list. */
export function percentileDisc<F extends Fraction>(fraction: F): DiscretePercentile<F> {
  fractionType(fraction, "percentileDisc()")
  return new DiscretePercentile("percentileDisc", fraction)
}
/** The most frequent value. @example mode().withinGroup(Post.c.userId) */
export function mode(): Mode {
  return new Mode("mode")
}

/** Where values of one's own would stand among the sorted ones. */
class Hypothetical<V extends readonly unknown[]> extends OrderedSetCall {
  readonly #name: string
  readonly #values: V
  readonly #type: SqlType<number>

  constructor(name: string, values: V, type: SqlType<number>) {
    super(name)
    this.#name = name
    this.#values = values
    this.#type = type
  }
  /** One expression for each value, of its type. */
  withinGroup(...order: { readonly [K in keyof V]: Ordered<V[K] | null, string> }): OrderedSet<number> {
    const orderBy = orderingsOf(order, `withinGroup of ${this.#name}`)
    if (orderBy.length !== this.#values.length)
      throw new StatementError(`${this.#name}() of ${this.#values.length} values is sorted by ${orderBy.length} expressions`)
    const argTypes = orderBy.map(orderedType)
    return new OrderedSet({ name: this.#name, args: this.#values, argTypes, orderBy, type: this.#type })
  }
}

type Values = readonly [unknown, ...unknown[]]

function rankOf(name: string, values: readonly unknown[], type: SqlType<number>): any {
  if (values.length === 0) return new WindowFunction({ name, args: [], type })
  const missing = values.indexOf(undefined)
  if (missing >= 0) throw new StatementError(`${name}(): value ${missing + 1} is undefined`)
  return new Hypothetical(name, values, type)
}

/**
 * The place of a row among those of its partition, equals having the same one and leaving a gap behind them. With values: the
 * place that they would have in a group, on PostgreSQL.
 *
 * @example
 * rank().over({ partitionBy: Post.c.userId, orderBy: Post.c.viewCount.desc() })
 * rank(100).withinGroup(Post.c.viewCount.desc())
 */
export function rank(): WindowFunction<number>
export function rank<V extends Values>(...values: V): Hypothetical<V>
export function rank(...values: readonly unknown[]): unknown {
  return rankOf("rank", values, countType)
}
/** As {@link rank}, without gaps. */
export function denseRank(): WindowFunction<number>
export function denseRank<V extends Values>(...values: V): Hypothetical<V>
export function denseRank(...values: readonly unknown[]): unknown {
  return rankOf("dense_rank", values, countType)
}
/** The rank as a share from 0 to 1: (rank - 1) / (rows - 1). */
export function percentRank(): WindowFunction<number>
export function percentRank<V extends Values>(...values: V): Hypothetical<V>
export function percentRank(...values: readonly unknown[]): unknown {
  return rankOf("percent_rank", values, doubleType)
}
/** The share of rows that stand before the row or equal it. */
export function cumeDist(): WindowFunction<number>
export function cumeDist<V extends Values>(...values: V): Hypothetical<V>
export function cumeDist(...values: readonly unknown[]): unknown {
  return rankOf("cume_dist", values, doubleType)
}

function requireOrder(order: unknown, where: string): readonly [Ordering, SqlType | undefined] {
  const [first] = orderingsOf([order as Ordering], `withinGroup of ${where}`)
  return [first!, orderedType(first!)]
}

function orderedType(order: Ordering): SqlType | undefined {
  return order instanceof Order ? order.expression.type : order.type
}
