import { StatementError } from "../../errors/index.ts"
import { type AnyExpr, Computed, Condition, type Expr, type NullOf, type Operand, type SourceOf } from "../expression/expression.ts"
import { nullOf } from "../expression/literal.ts"
import { requireOperand } from "../expression/operand.ts"
import { comparable, textType, tight, tightOperand } from "../expression/operators.ts"
import type { Range, RangeBounds } from "../types/range.ts"
import { rangeOfMultirange } from "../types/range-kinds.ts"
import { typeFrom, type TypeSource } from "../types/type-source.ts"
import type { SqlType } from "../types/type.ts"
import { call, expression, plain, typed } from "./function-call.ts"

type Ranges = AnyExpr<Range<unknown> | readonly Range<unknown>[] | null>
/** A range beside a range, several beside several. */
type Beside<R> = R extends { readonly $value: infer V } ? Operand<NonNullable<V>> : never
type BoundOf<R> = R extends { readonly $value: infer V }
  ? NonNullable<V> extends Range<infer B> | readonly Range<infer B>[]
    ? B
    : never
  : never
type SameRange<R, O = never> = Expr<NonNullable<R extends { readonly $value: infer V } ? V : never> | NullOf<R | O>, SourceOf<R | O>>
type Truth<R, O = never> = Condition<boolean | NullOf<R | O>, SourceOf<R | O>>

const booleanType: SqlType<boolean> = { kind: "boolean" }

/** All of the first range is below all of the second. */
export function isLeftOf<R extends Ranges, O extends Beside<R>>(range: R, other: O): Truth<R, O> {
  return comparison("range_before", range, other)
}
/** All of the first range is above all of the second. */
export function isRightOf<R extends Ranges, O extends Beside<R>>(range: R, other: O): Truth<R, O> {
  return comparison("range_after", range, other)
}
/** The first range does not go beyond the upper end of the second. */
export function notRightOf<R extends Ranges, O extends Beside<R>>(range: R, other: O): Truth<R, O> {
  return comparison("range_overleft", range, other)
}
/** The first range does not begin below the lower end of the second. */
export function notLeftOf<R extends Ranges, O extends Beside<R>>(range: R, other: O): Truth<R, O> {
  return comparison("range_overright", range, other)
}
/** One begins where the other one ends, with nothing between them and nothing in both. */
export function isAdjacentTo<R extends Ranges, O extends Beside<R>>(range: R, other: O): Truth<R, O> {
  return comparison("range_adjacent", range, other)
}
/** What is in either of two ranges, which must not leave a gap; of multiranges there may be one. */
export function rangeUnion<R extends Ranges, O extends Beside<R>>(range: R, other: O): SameRange<R, O> {
  return operation("range_union", range, other)
}
/** What is in both. */
export function rangeIntersection<R extends Ranges, O extends Beside<R>>(range: R, other: O): SameRange<R, O> {
  return operation("range_intersect", range, other)
}
/** What is in the first and not in the second, which must not be two ranges; of multiranges it may be. */
export function rangeDifference<R extends Ranges, O extends Beside<R>>(range: R, other: O): SameRange<R, O> {
  return operation("range_minus", range, other)
}

function rangeType(range: Ranges, where: string): SqlType {
  const { type, label } = expression(range, where)
  if (type?.kind === "range" || type?.kind === "multirange") return type
  throw new StatementError(`${where}: ${label} is ${type?.kind ?? "of no known type"}, not a range`)
}
function comparison(name: string, range: Ranges, other: unknown): Condition<any, any> {
  const type = rangeType(range, `${name}()`)
  requireOperand(other, range.label)
  return new Condition((context) =>
    context.dialect.call(name, [tight(range, context), tightOperand(other, comparable(type), range.label, context)]),
  )
}
function operation(name: string, range: Ranges, other: unknown): Expr<any, any> {
  const type = rangeType(range, `${name}()`)
  requireOperand(other, range.label)
  return new Computed<any, any>(`${name}(${range.label}, …)`, type, (context) =>
    context.dialect.call(name, [tight(range, context), tightOperand(other, comparable(type), range.label, context)]),
  )
}

/** The lower bound; null where there is none, and of an empty range. */
export function lowerBound<R extends Ranges>(range: R): Expr<BoundOf<R> | null, SourceOf<R>> {
  return call("range_lower", rangeType(range, "lowerBound()").element, plain(range, undefined, "lowerBound()"))
}
/** The upper bound; null where there is none, and of an empty range. */
export function upperBound<R extends Ranges>(range: R): Expr<BoundOf<R> | null, SourceOf<R>> {
  return call("range_upper", rangeType(range, "upperBound()").element, plain(range, undefined, "upperBound()"))
}
/** Nothing is in the range. */
export function isEmpty<R extends Ranges>(range: R): Expr<boolean | NullOf<R>, SourceOf<R>> {
  return question("isempty", range)
}
/** The lower bound belongs to the range. */
export function lowerIncluded<R extends Ranges>(range: R): Expr<boolean | NullOf<R>, SourceOf<R>> {
  return question("lower_inc", range)
}
/** The upper bound belongs to the range. */
export function upperIncluded<R extends Ranges>(range: R): Expr<boolean | NullOf<R>, SourceOf<R>> {
  return question("upper_inc", range)
}
/** The range has no lower bound. */
export function lowerUnbounded<R extends Ranges>(range: R): Expr<boolean | NullOf<R>, SourceOf<R>> {
  return question("lower_inf", range)
}
/** The range has no upper bound. */
export function upperUnbounded<R extends Ranges>(range: R): Expr<boolean | NullOf<R>, SourceOf<R>> {
  return question("upper_inf", range)
}
function question(name: string, range: Ranges): Expr<any, any> {
  rangeType(range, `${name}()`)
  return call(name, booleanType, plain(range, undefined, `${name}()`))
}

/** The smallest range that holds both, or all of a multirange. */
export function rangeMerge<R extends AnyExpr<Range<unknown> | null>, O extends Beside<R>>(range: R, other: O): SameRange<R, O>
export function rangeMerge<R extends AnyExpr<readonly Range<unknown>[] | null>>(ranges: R): Expr<Range<BoundOf<R>> | NullOf<R>, SourceOf<R>>
export function rangeMerge(range: Ranges, other?: unknown): Expr<any, any> {
  const type = rangeType(range, "rangeMerge()")
  const first = plain(range, undefined, "rangeMerge()")
  if (type.kind === "multirange") return call("range_merge", rangeOfMultirange(type), first)
  return call("range_merge", type, first, typed(other, type, "the other range of rangeMerge()"))
}

/**
 * A range between expressions; of values alone, `value(range(a, b), type)` is one.
 * @example rangeOf(tstzrange(), Shift.c.startsAt, Shift.c.endsAt).overlaps(range(from, to))
 */
export function rangeOf<B, const L extends Operand<B> | null, const U extends Operand<B> | null>(
  type: TypeSource<Range<B>>,
  lower: L,
  upper: U,
  bounds: Exclude<RangeBounds, "empty"> = "[)",
): Expr<Range<B>, SourceOf<L | U>> {
  const known = typeFrom(type, "rangeOf()") as SqlType
  if (known.kind !== "range" || known.element === undefined || known.sqlName === undefined)
    throw new StatementError(`rangeOf() takes the type of a range first, not ${known.kind}`)
  if (!["[)", "[]", "(]", "()"].includes(bounds)) throw new StatementError(`rangeOf(): ${JSON.stringify(bounds)} are no bounds`)
  const element = known.element
  const bound = (given: unknown) => typed(given === null ? nullOf(element) : given, element, "a bound of rangeOf()")
  return call(known.sqlName, known, bound(lower), bound(upper), typed(bounds, textType, "the bounds of rangeOf()"))
}
