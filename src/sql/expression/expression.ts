import { AndNode, OrNode, ParensNode, type OperationNode, type Operator } from "kysely"
import { StatementError, UnsupportedError } from "../../errors/index.ts"
import { type ArrayPart, type ElementAt, elementAt, sliceOf } from "./array-access.ts"
import type { Contained, Container, Joined, JoinOf, Overlapping } from "./containers.ts"
import { containing, containment, joinsItsKind } from "./containment.ts"
import {
  type CheckedPath,
  type JsonAt,
  type JsonKey,
  type JsonPathAt,
  type JsonPathTextAt,
  type JsonPlace,
  jsonPlace,
  type JsonTextAt,
} from "../json/json-access.ts"
import type { AnyExpr, Comparand, NullOf, NullOfColumn, Operand, SourceOf, Subquery } from "./any-expression.ts"
import { arithmetic } from "./arithmetic.ts"
import type { Addends, Differences, Factors, OperandIn, Products, Quotients, ResultIn, Subtrahends, Sums } from "./arithmetic-types.ts"
import { lowerInfix, lowerPrefix } from "./infix.ts"
import { ownNode } from "../kysely/own-nodes.ts"
import { isLowerable, type Lowerable, type LowerContext } from "../lowering/lower.ts"
import { lowerBetweenSymmetric, lowerIn, lowerQuantified } from "./membership.ts"
import { requireOperand } from "./operand.ts"
import { Order } from "./order.ts"
import { comparable, lowerBinary, lowerIsNull, lowerIsTruth, lowerNot, lowerNotDistinct, textType, tight, type Typed } from "./operators.ts"
import { collated, literalText, lowerIlike, lowerLike, lowerMatches, lowerSimilar, type MatchOptions } from "./patterns.ts"
import { Quantified } from "./quantified.ts"
import type { JsonShape } from "../lowering/shape.ts"
import { type InZone, zonedType } from "./time-zone.ts"
import type { ArithmeticOperator } from "../dialect/spelling.ts"
import type { SqlType } from "../types/type.ts"

export { Order } from "./order.ts"
export type { AnyExpr, Comparand, NullOf, Operand, SourceOf, Subquery } from "./any-expression.ts"

/**
 * A typed SQL expression: `T` is what it gives in JavaScript (null included when it may be), `S` the names of the FROM
 * entries whose absence in an outer join makes it null.
 *
 * @example
 * Post.c.title.eq("x")                  // a Condition
 * Post.c.viewCount.plus(1).gt(10)
 */
export abstract class Expr<out T = unknown, out S extends string = never> implements Lowerable {
  declare readonly $value: T
  declare readonly $source: S
  /** The SQL type of its value, when it is known: it decides how operands are written and results are read. */
  abstract readonly type: SqlType | undefined
  /** What it is called in messages. */
  abstract readonly label: string
  /** Set when the database builds the value as JSON. */
  get json(): JsonShape | undefined {
    return undefined
  }
  abstract lower(context: LowerContext): OperationNode

  eq<O extends Comparand<T>>(other: O): Comparison<T, S, O> {
    return compare(this, "=", other)
  }
  ne<O extends Comparand<T>>(other: O): Comparison<T, S, O> {
    return compare(this, "!=", other)
  }
  lt<O extends Comparand<T>>(other: O): Comparison<T, S, O> {
    return compare(this, "<", other)
  }
  lte<O extends Comparand<T>>(other: O): Comparison<T, S, O> {
    return compare(this, "<=", other)
  }
  gt<O extends Comparand<T>>(other: O): Comparison<T, S, O> {
    return compare(this, ">", other)
  }
  gte<O extends Comparand<T>>(other: O): Comparison<T, S, O> {
    return compare(this, ">=", other)
  }
  /** Both ends included. */
  between<L extends Operand<T>, H extends Operand<T>>(low: L, high: H): Comparison<T, S, L | H> {
    return combine("and", [compare(this, ">=", low), compare(this, "<=", high)]) as Comparison<T, S, L | H>
  }
  notBetween<L extends Operand<T>, H extends Operand<T>>(low: L, high: H): Comparison<T, S, L | H> {
    return combine("or", [compare(this, "<", low), compare(this, ">", high)]) as Comparison<T, S, L | H>
  }
  /** Between both, whichever of them is the lower. */
  betweenSymmetric<L extends Operand<T>, H extends Operand<T>>(one: L, other: H): Comparison<T, S, L | H> {
    for (const end of [one, other]) requireOperand(end, this.label)
    return new Condition((context) => lowerBetweenSymmetric(this, one, other, context))
  }
  /** An empty list is false; the text does not depend on the number of values where the database has array parameters. */
  in<V extends readonly Operand<T>[] | Subquery<T | null>>(values: V): Condition<boolean | Extract<T, null> | NullOfColumn<V>, S> {
    return membership(this, values, false)
  }
  /** An empty list is true. A subquery's column must not be null: with one NULL among its rows, `not in` finds nothing. */
  notIn(values: readonly Operand<T>[] | Subquery<NonNullable<T>>): Condition<boolean | Extract<T, null>, S> {
    return membership(this, values, true)
  }
  /** Not false, and not unknown. */
  isTrue(this: AnyExpr<boolean | null>): Condition<boolean, never> {
    return new Condition((context) => lowerIsTruth(this, "true", false, context))
  }
  /** False or unknown. */
  isNotTrue(this: AnyExpr<boolean | null>): Condition<boolean, never> {
    return new Condition((context) => lowerIsTruth(this, "true", true, context))
  }
  isFalse(this: AnyExpr<boolean | null>): Condition<boolean, never> {
    return new Condition((context) => lowerIsTruth(this, "false", false, context))
  }
  /** True or unknown. */
  isNotFalse(this: AnyExpr<boolean | null>): Condition<boolean, never> {
    return new Condition((context) => lowerIsTruth(this, "false", true, context))
  }
  isNull(): Condition<boolean, never> {
    return new Condition((context) => lowerIsNull(this, false, context))
  }
  isNotNull(): Condition<boolean, never> {
    return new Condition((context) => lowerIsNull(this, true, context))
  }
  /** Equality in which NULL equals NULL and is different from every value. */
  isNotDistinctFrom(other: Operand<T> | null): Condition<boolean, never> {
    return distinction(this, other, false)
  }
  isDistinctFrom(other: Operand<T> | null): Condition<boolean, never> {
    return distinction(this, other, true)
  }
  /** SQL `LIKE` with `\` as the escape character; for plain text use {@link contains}, {@link startsWith}, {@link endsWith}. */
  like<O extends Comparand<string>>(this: AnyExpr<string | null>, pattern: O): Comparison<T, S, O> {
    return matching(this, pattern, lowerLike, false)
  }
  notLike<O extends Comparand<string>>(this: AnyExpr<string | null>, pattern: O): Comparison<T, S, O> {
    return matching(this, pattern, lowerLike, true)
  }
  /** As {@link like}, upper and lower case being the same. On SQLite of the letters a to z only. */
  ilike<O extends Comparand<string>>(this: AnyExpr<string | null>, pattern: O): Comparison<T, S, O> {
    return matching(this, pattern, lowerIlike, false)
  }
  notIlike<O extends Comparand<string>>(this: AnyExpr<string | null>, pattern: O): Comparison<T, S, O> {
    return matching(this, pattern, lowerIlike, true)
  }
  /** Text matches a regular expression, as PostgreSQL has them, or a `tsvector` a search query. SQLite has neither. */
  matches<O extends Operand<string>>(this: AnyExpr<string | null>, pattern: O, options: MatchOptions = {}): Comparison<T, S, O> {
    return matching(this, pattern, (left, right, negated, context) => lowerMatches(left, right, options, negated, context), false)
  }
  notMatches<O extends Operand<string>>(this: AnyExpr<string | null>, pattern: O, options: MatchOptions = {}): Comparison<T, S, O> {
    return matching(this, pattern, (left, right, negated, context) => lowerMatches(left, right, options, negated, context), true)
  }
  /** The standard's regular expressions: those of LIKE, with `|`, `*`, `+`, `?`, `{}`, `()` and `[]`. */
  similarTo<O extends Operand<string>>(this: AnyExpr<string | null>, pattern: O): Comparison<T, S, O> {
    return matching(this, pattern, lowerSimilar, false)
  }
  notSimilarTo<O extends Operand<string>>(this: AnyExpr<string | null>, pattern: O): Comparison<T, S, O> {
    return matching(this, pattern, lowerSimilar, true)
  }
  /** Compared and ordered by the rules of a collation. @example User.c.name.collate("de-x-icu").asc() */
  collate(this: AnyExpr<string | null>, collation: string): Expr<T, S> {
    return new Computed<any, any>(this.label, this.type, collated(this, collation))
  }
  /**
   * Text in text (`%` and `_` stand for themselves); all elements of a list in an array; a value or a range in a range or multirange; a
   * part in a JSON document; a network in a network.
   * @example Post.c.tags.contains(["sql"])
   */
  contains<V, const O extends Contained<V>>(this: AnyExpr<V>, item: O): Comparison<T, S, O> {
    return new Condition(containing(this, item))
  }
  /** The other way round: all elements of an array are in the other one, a value or a range lies within the other range, and so on. */
  containedBy<V, const O extends Container<V>>(this: AnyExpr<V>, other: O): Comparison<T, S, O> {
    return new Condition(containment(this, "<@", other))
  }
  /** Two arrays have an element in common, two ranges a value. @example Booking.c.during.overlaps(range(from, to)) */
  overlaps<V, const O extends Overlapping<V>>(this: AnyExpr<V>, other: O): Comparison<T, S, O> {
    return new Condition(containment(this, "&&", other))
  }
  startsWith(this: AnyExpr<string | null>, text: string): Comparison<T, S, string> {
    return matching(this, `${literalText(text, this)}%`, lowerLike, false)
  }
  endsWith(this: AnyExpr<string | null>, text: string): Comparison<T, S, string> {
    return matching(this, `%${literalText(text, this)}`, lowerLike, false)
  }

  /** Of numbers; of a date and days; of a date or time and an `interval("P1D")`. The wider type of both is the result's. */
  plus<V, O extends OperandIn<Addends, V>>(
    this: AnyExpr<V>,
    other: O,
  ): Expr<ResultIn<Sums, V, O> | Extract<V, null> | NullOf<O>, S | SourceOf<O>> {
    return computed(this, "+", other)
  }
  /** As {@link plus}; of two dates the days between them, of two times or moments an interval. */
  minus<V, O extends OperandIn<Subtrahends, V>>(
    this: AnyExpr<V>,
    other: O,
  ): Expr<ResultIn<Differences, V, O> | Extract<V, null> | NullOf<O>, S | SourceOf<O>> {
    return computed(this, "-", other)
  }
  times<V, O extends OperandIn<Factors, V>>(
    this: AnyExpr<V>,
    other: O,
  ): Expr<ResultIn<Products, V, O> | Extract<V, null> | NullOf<O>, S | SourceOf<O>> {
    return computed(this, "*", other)
  }
  /** Of whole numbers, the whole part of the quotient. */
  dividedBy<V, O extends OperandIn<Factors, V>>(
    this: AnyExpr<V>,
    other: O,
  ): Expr<ResultIn<Quotients, V, O> | Extract<V, null> | NullOf<O>, S | SourceOf<O>> {
    return computed(this, "/", other)
  }
  /** The remainder of a division; its sign is the dividend's. */
  modulo<V extends number | bigint | string | null, O extends OperandIn<Factors, V>>(
    this: AnyExpr<V>,
    other: O,
  ): Expr<ResultIn<Quotients, V, O> | Extract<V, null> | NullOf<O>, S | SourceOf<O>> {
    return computed(this, "%", other)
  }
  /** `- x`. */
  negated(this: AnyExpr<number | bigint | string | null>): Expr<T, S> {
    return new Computed<any, any>(`- ${this.label}`, this.type, (context) => lowerPrefix("-", this, context))
  }
  /** `&` of the bits of whole numbers. */
  bitAnd<V extends Bits, O extends Operand<V>>(this: AnyExpr<V>, other: O): Expr<V | NullOf<O>, S | SourceOf<O>> {
    return infix(this, "&", other)
  }
  bitOr<V extends Bits, O extends Operand<V>>(this: AnyExpr<V>, other: O): Expr<V | NullOf<O>, S | SourceOf<O>> {
    return infix(this, "|", other)
  }
  /** The bits in which two whole numbers differ. */
  bitXor<V extends Bits, O extends Operand<V>>(this: AnyExpr<V>, other: O): Expr<V | NullOf<O>, S | SourceOf<O>> {
    return infix(this, "#", other)
  }
  bitNot(this: AnyExpr<Bits>): Expr<T, S> {
    return new Computed<any, any>(`~ ${this.label}`, this.type, (context) => lowerPrefix("~", this, context))
  }
  shiftLeft<O extends Operand<number>>(this: AnyExpr<Bits>, bits: O): Expr<T | NullOf<O>, S | SourceOf<O>> {
    return infix(this, "<<", bits, integerType)
  }
  shiftRight<O extends Operand<number>>(this: AnyExpr<Bits>, bits: O): Expr<T | NullOf<O>, S | SourceOf<O>> {
    return infix(this, ">>", bits, integerType)
  }
  /** `||`: text joined to text, an array to an array, a `jsonb` document to another (properties of the second win), bytes to bytes; null where either is. */
  concat<V, const O extends Joined<V>>(
    this: AnyExpr<V>,
    other: O,
  ): Expr<JoinOf<NonNullable<V>> | Extract<T, null> | NullOf<O>, S | SourceOf<O>> {
    return joinsItsKind(this.type) ? infix(this, "||", other, comparable(this.type)) : binary(this, "||", other, textType)
  }

  /** An element of an array, counted from 1 as SQL counts; null where there is none. An index for each dimension. */
  at<V, const I extends readonly Operand<number>[]>(this: AnyExpr<V>, ...indexes: I): Expr<ElementAt<NonNullable<V>, I> | null, S> {
    return part(this.label, elementAt(this, indexes))
  }
  /** The elements of an array from one to another, both included and counted from 1; an end that is left out is the array's. */
  slice<V extends readonly unknown[] | null>(this: AnyExpr<V>, from?: Operand<number>, to?: Operand<number>): Expr<V, S> {
    return part(this.label, sliceOf(this, from, to))
  }
  /**
   * What a JSON document has at a property, or at an index counted from 0, as JSON; NULL where it has nothing.
   * @example User.c.settings.get("theme").get("name")
   */
  get<V, const K extends JsonKey<V>>(this: AnyExpr<V>, key: K): Expr<JsonAt<V, K> | Extract<V, null>, S> {
    return place(jsonPlace(this, [key], "json"))
  }
  /** As {@link get}, as text; also `null` in the document is NULL then. @example cast(User.c.settings.getText("size"), integer()) */
  getText<V, const K extends JsonKey<V>>(this: AnyExpr<V>, key: K): Expr<JsonTextAt<V, K> | Extract<V, null>, S> {
    return place(jsonPlace(this, [key], "text"))
  }
  /** What a JSON document has at the end of a path. @example User.c.settings.path(["theme", "colors", 0]) */
  path<V, const P extends readonly (string | number)[]>(
    this: AnyExpr<V>,
    path: P & CheckedPath<V, P>,
  ): Expr<JsonPathAt<V, P> | Extract<V, null>, S> {
    return place(jsonPlace(this, path, "json"))
  }
  pathText<V, const P extends readonly (string | number)[]>(
    this: AnyExpr<V>,
    path: P & CheckedPath<V, P>,
  ): Expr<JsonPathTextAt<V, P> | Extract<V, null>, S> {
    return place(jsonPlace(this, path, "text"))
  }

  /** A moment as the wall clock of a time zone shows it, or the moment at which a wall clock of the zone shows it. */
  atTimeZone<V extends Date | string | null, O extends Operand<string>>(
    this: AnyExpr<V>,
    zone: O,
  ): Expr<InZone<NonNullable<V>> | Extract<V, null> | NullOf<O>, S | SourceOf<O>> {
    return zoned(this, zone)
  }

  asc(): Order<T, S> {
    return new Order(this, "asc")
  }
  desc(): Order<T, S> {
    return new Order(this, "desc")
  }

  /** Only for the compiler: by it Kysely knows an expression and its type. */
  get expressionType(): T | undefined {
    return undefined
  }
  /** The expression as Kysely's own queries take it: in PostgreSQL's spelling, or in that of the session whose Kysely it is. */
  toOperationNode(): OperationNode {
    return ownNode(this)
  }
}

/** What comparing an expression of `T` with `O` gives: null where either may be. */
export type Comparison<T, S extends string, O> = Condition<boolean | Extract<T, null> | NullOf<O>, S | SourceOf<O>>

/** An expression given by how it lowers. */
export class Computed<out T, out S extends string = never> extends Expr<T, S> {
  readonly type: SqlType | undefined
  readonly label: string
  readonly #json: JsonShape | undefined
  readonly #lower: (context: LowerContext) => OperationNode

  constructor(label: string, type: SqlType | undefined, lower: (context: LowerContext) => OperationNode, json?: JsonShape) {
    super()
    this.label = label
    this.type = type
    this.#lower = lower
    this.#json = json
  }
  override get json(): JsonShape | undefined {
    return this.#json
  }
  lower(context: LowerContext): OperationNode {
    return this.#lower(context)
  }
}

type Bits = number | bigint | string | null
const integerType: SqlType<number> = { kind: "integer" }
const booleanType: SqlType<boolean> = { kind: "boolean" }

/** An expression that is true, false or unknown; `and`, `or` and `not` keep their grouping whatever they are put into. */
export class Condition<out T extends boolean | null = boolean | null, out S extends string = string> extends Expr<T, S> {
  readonly type: SqlType = booleanType
  readonly label: string = "condition"
  /** The conditions that all hold when it does, where it is made of such. */
  readonly all: readonly BooleanExpr[] | undefined
  readonly #lower: (context: LowerContext) => OperationNode

  constructor(lower: (context: LowerContext) => OperationNode, all?: readonly BooleanExpr[]) {
    super()
    this.#lower = lower
    this.all = all
  }
  lower(context: LowerContext): OperationNode {
    return this.#lower(context)
  }
  and<C extends readonly BooleanExpr[]>(...more: C): Condition<T | C[number]["$value"], S | C[number]["$source"]> {
    return combine("and", [this, ...more])
  }
  or<C extends readonly BooleanExpr[]>(...more: C): Condition<T | C[number]["$value"], S | C[number]["$source"]> {
    return combine("or", [this, ...more])
  }
  not(): Condition<T, S> {
    return new Condition((context) => lowerNot(this, context))
  }
  /** Kysely has no word for a condition that is unknown. */
  override get expressionType(): Extract<T, boolean> | undefined {
    return undefined
  }
}

/** Anything that `where` takes: a condition or a boolean column. */
export type BooleanExpr = AnyExpr<boolean | null>

/** All or any of the conditions. @throws StatementError when one is undefined or there are none. */
export function combine<T extends boolean | null = any, S extends string = any>(
  operator: "and" | "or",
  conditions: readonly BooleanExpr[],
): Condition<T, S> {
  conditions.forEach((condition, index) => {
    if (!isLowerable(condition)) {
      throw new StatementError(`condition ${index + 1} of ${operator} is ${String(condition)}, not a condition`, {
        hint: "build the list first and pass only conditions that exist",
      })
    }
  })
  if (conditions.length === 0)
    throw new StatementError(`${operator}() was given no condition`, { hint: "use value(true) or value(false) when that is meant" })
  const lower = (context: LowerContext): OperationNode =>
    conditions.length === 1 ? conditions[0]!.lower(context) : ParensNode.create(lowerAll(operator, conditions, context))
  return new Condition(lower, operator === "and" || conditions.length === 1 ? conditions : undefined)
}

/** Conditions joined, without parentheses around all of them; text that is not our own may bind less tightly than the word between. */
export function lowerAll(operator: "and" | "or", conditions: readonly BooleanExpr[], context: LowerContext): OperationNode {
  if (conditions.length === 1) return conditions[0]!.lower(context)
  const join = operator === "and" ? AndNode : OrNode
  return conditions
    .map((condition) => (condition instanceof Condition ? condition.lower(context) : tight(condition, context)))
    .reduce((left, right) => join.create(left, right))
}

function compare(left: Typed, operator: Operator, right: unknown): Condition<any, any> {
  requireOperand(right, left.label)
  if (right instanceof Quantified) {
    if (!isLowerable(right.operand)) for (const item of right.operand) requireOperand(item, `${left.label} beside a list`)
    return new Condition((context) => lowerQuantified(left, operator, right, context))
  }
  return new Condition((context) => {
    if (isOrder.has(operator) && left.type?.kind === "jsonb" && !context.dialect.ordersJson) {
      throw new UnsupportedError(`${left.label}: JSON documents have no order in ${context.dialect.title}`, {
        hint: "compare a value in it: cast(document.getText(key), integer())",
      })
    }
    return lowerBinary(left, operator, right, context)
  })
}
const isOrder: ReadonlySet<string> = new Set(["<", "<=", ">", ">="])

function distinction(left: Typed, right: unknown, negated: boolean): Condition<boolean, never> {
  if (right !== null) requireOperand(right, left.label)
  return new Condition((context) => lowerNotDistinct(left, right, negated, context))
}

function binary(left: Typed, operator: Operator, right: unknown, type: SqlType | undefined): Expr<any, any> {
  requireOperand(right, left.label)
  return new Computed(`${left.label} ${operator} …`, comparable(type), (context) => lowerBinary(left, operator, right, context))
}

function part(label: string, of: ArrayPart): Expr<any, any> {
  return new Computed<any, any>(`a part of ${label}`, of.type, (context) => of.lower(context))
}

function place(of: JsonPlace): Expr<any, any> {
  return new Computed<any, any>(of.label, of.type, (context) => of.lower(context), of.shape)
}

function computed(left: Typed, operator: ArithmeticOperator, right: unknown): Expr<any, any> {
  const operation = arithmetic(left, operator, right)
  return new Computed(`${left.label} ${operator} …`, operation.type, (context) => operation.lower(context))
}

function infix(left: Typed, operator: string, right: unknown, type: SqlType | undefined = left.type): Expr<any, any> {
  requireOperand(right, left.label)
  return new Computed(`${left.label} ${operator} …`, left.type, (context) => lowerInfix(left, operator, right, type, context))
}

function zoned(left: Typed, zone: unknown): Expr<any, any> {
  requireOperand(zone, left.label)
  return new Computed(left.label, zonedType(left), (context) => lowerInfix(left, "at time zone", zone, textType, context))
}

function matching(left: Typed, pattern: unknown, lower: typeof lowerLike, negated: boolean): Condition<any, any> {
  requireOperand(pattern, left.label)
  return new Condition((context) => lower(left, pattern, negated, context))
}

function membership(left: Typed, values: unknown, negated: boolean): Condition<any, any> {
  requireOperand(values, left.label)
  if (!isLowerable(values)) {
    if (!Array.isArray(values)) throw new StatementError(`in() of ${left.label} takes a list or a subquery`)
    for (const item of values) requireOperand(item, `${left.label} in a list`)
  }
  return new Condition((context) => lowerIn(left, values as readonly unknown[] | Lowerable, negated, context))
}
