import { StatementError } from "../../errors/index.ts"
import type { Element } from "../expression/containers.ts"
import { type AnyExpr, Computed, type Expr, type NullOf, type Operand, type SourceOf } from "../expression/expression.ts"
import { requireOperand } from "../expression/operand.ts"
import { comparable, textType, typedOperand } from "../expression/operators.ts"
import { isLowerable, type LowerContext } from "../lowering/lower.ts"
import { literalType, type Literal, type Widened } from "../types/literal-type.ts"
import { typeFrom, type TypeSource } from "../types/type-source.ts"
import type { SqlType } from "../types/type.ts"
import { call, expression, plain, typed } from "./function-call.ts"

type Arrays = AnyExpr<readonly unknown[] | null>
/** An element beside an array of them. */
type ElementFor<A> = A extends { readonly $value: infer V } ? Operand<Element<V>> : never
type ArrayOf<A, O = never> = Expr<Exclude<A extends { readonly $value: infer V } ? V : never, null> | NullOf<A | O>, SourceOf<A | O>>
type NumberOf<A> = Expr<number | NullOf<A>, SourceOf<A>>

const integerType: SqlType<number> = { kind: "integer" }
const integersType: SqlType<number[]> = { kind: "array", element: integerType }

type ItemValue<I> = I extends { readonly $value: infer V } ? V : I extends Literal ? Widened<I> : I
/**
 * An array of expressions and values, all of one type: that of `type`, or of the first of them.
 * @example array([Post.c.title, User.c.name])
 * @example array([], integer())
 */
export function array<const I extends readonly unknown[]>(items: I): Expr<ItemValue<I[number]>[], SourceOf<I[number]>>
export function array<T, const I extends readonly Operand<T>[]>(items: I, type: TypeSource<T>): Expr<(T | NullOf<I[number]>)[]>
export function array(items: readonly unknown[], type?: TypeSource<unknown>): Expr<any, any> {
  if (!Array.isArray(items)) throw new StatementError(`array() takes a list of expressions and values, not ${String(items)}`)
  for (const item of items) requireOperand(item, "an element of array()")
  const element = type === undefined ? elementTypeOf(items) : typeFrom(type, "array()")
  const whole: SqlType = { kind: "array", element }
  const lower = (context: LowerContext) =>
    context.dialect.call(
      "array",
      items.map((item) => typedOperand(item, element, "an element of array()", context)),
    )
  // Nothing tells the type of an array of nothing.
  if (items.length > 0) return new Computed<any, any>("array[…]", whole, lower)
  return new Computed<any, any>("array[]", whole, (context) => typedOperand([], whole, "array()", context))
}

function elementTypeOf(items: readonly unknown[]): SqlType {
  const typedItem = items.find((item): item is AnyExpr => isLowerable(item) && (item as AnyExpr).type !== undefined)
  if (typedItem?.type !== undefined) return comparable(typedItem.type)!
  if (items.length > 0 && !isLowerable(items[0])) return literalType(items[0], "array()")
  throw new StatementError("array(): nothing says of which type its elements are", { hint: "give it one: array([…], text())" })
}

function elementTypeOfArray(given: Arrays, name: string): SqlType {
  const { type, label } = expression(given, `${name}()`)
  if (type?.kind === "array" && type.element !== undefined) return type.element
  throw new StatementError(`${name}(): ${label} is ${type?.kind ?? "of no known type"}, not an array`)
}

/** The array with an element after its last. An array that is null counts as empty. */
export function arrayAppend<A extends Arrays, E extends ElementFor<A>>(of: A, element: E): ArrayOf<A, E> {
  return withElements("array_append", of, element)
}
/** The array with an element before its first. */
export function arrayPrepend<A extends Arrays, E extends ElementFor<A>>(of: A, element: E): ArrayOf<A, E> {
  const type = elementTypeOfArray(of, "arrayPrepend")
  return call(
    "array_prepend",
    (of as AnyExpr).type,
    typed(element, type, "what arrayPrepend() puts in"),
    plain(of, undefined, "arrayPrepend()"),
  )
}
/** The array without the elements that are equal to one. */
export function arrayRemove<A extends Arrays, E extends ElementFor<A>>(of: A, element: E): ArrayOf<A, E> {
  return withElements("array_remove", of, element)
}
/** The array with every element that is equal to `from` as `to`. */
export function arrayReplace<A extends Arrays, F extends ElementFor<A>, W extends ElementFor<A>>(of: A, from: F, to: W): ArrayOf<A, F | W> {
  return withElements("array_replace", of, from, to)
}
function withElements(name: string, of: Arrays, ...elements: readonly unknown[]): Expr<any, any> {
  const type = elementTypeOfArray(of, name)
  return call(
    name,
    of.type,
    plain(of, undefined, `${name}()`),
    ...elements.map((element) => typed(element, type, `an element of ${name}()`)),
  )
}

/** Where an element is for the first time, counted from 1, or from `start` on; null when it is not in there. */
export function arrayPosition<A extends Arrays, E extends ElementFor<A>>(
  of: A,
  element: E,
  start?: Operand<number>,
): Expr<number | null, SourceOf<A | E>> {
  const type = elementTypeOfArray(of, "arrayPosition")
  const args = [plain(of, undefined, "arrayPosition()"), typed(element, type, "what arrayPosition() looks for")]
  if (start !== undefined) args.push(typed(start, integerType, "the start of arrayPosition()"))
  return call("array_position", integerType, ...args)
}
/** All places of an element, counted from 1. */
export function arrayPositions<A extends Arrays, E extends ElementFor<A>>(
  of: A,
  element: E,
): Expr<number[] | NullOf<A | E>, SourceOf<A | E>> {
  const type = elementTypeOfArray(of, "arrayPositions")
  return call(
    "array_positions",
    integersType,
    plain(of, undefined, "arrayPositions()"),
    typed(element, type, "what arrayPositions() looks for"),
  )
}

/** The number of elements in a dimension, the first unless it is said; null of an empty array. See {@link cardinality}. */
export function arrayLength<A extends Arrays>(of: A, dimension: Operand<number> = 1): Expr<number | null, SourceOf<A>> {
  elementTypeOfArray(of, "arrayLength")
  return call(
    "array_length",
    integerType,
    plain(of, undefined, "arrayLength()"),
    typed(dimension, integerType, "the dimension of arrayLength()"),
  )
}
/** The number of elements in all dimensions; 0 of an empty array. */
export function cardinality<A extends Arrays>(of: A): NumberOf<A> {
  elementTypeOfArray(of, "cardinality")
  return call("cardinality", integerType, plain(of, undefined, "cardinality()"))
}

/** The elements as text with a separator between them; those that are null are left out, or are `nullText`. */
export function arrayToString<A extends Arrays, O extends Operand<string>>(
  of: A,
  separator: O,
  nullText?: Operand<string>,
): Expr<string | NullOf<A | O>, SourceOf<A | O>> {
  elementTypeOfArray(of, "arrayToString")
  const args = [plain(of, undefined, "arrayToString()"), typed(separator, textType, "the separator of arrayToString()")]
  if (nullText !== undefined) args.push(typed(nullText, textType, "the text of null in arrayToString()"))
  return call("array_to_string", textType, ...args)
}
/** The array without its last `count` elements. */
export function trimArray<A extends Arrays>(of: A, count: Operand<number>): ArrayOf<A> {
  elementTypeOfArray(of, "trimArray")
  return call("trim_array", of.type, plain(of, undefined, "trimArray()"), typed(count, integerType, "the count of trimArray()"))
}
