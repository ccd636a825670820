import type { Lowerable } from "../lowering/lower.ts"
import type { Typed } from "./operators.ts"
import type { Quantified } from "./quantified.ts"

/** What may stand on the other side of an operator: a value of the type, or an expression that gives one. */
export type Operand<T> = NonNullable<T> | AnyExpr<T | null>
/** What a comparison takes: an operand, or any or all of several. */
export type Comparand<T> = Operand<T> | Quantified<T | null>
/**
 * Any expression that gives a `T`: what functions and clauses take. Only its value and its FROM entries are compared, so that
 * the compiler need not look at every method.
 */
export interface AnyExpr<out T = unknown, out S extends string = string> extends Typed {
  readonly $value: T
  readonly $source: S
}
/** `null` where an operand may be; also of what nothing is known of. */
export type NullOf<O> = O extends { readonly $value: infer V } ? (unknown extends V ? null : Extract<V, null>) : never
/** The FROM entries whose absence makes an operand null. */
export type SourceOf<O> = O extends { readonly $source: infer S extends string } ? S : never

/** Rows of one column, as `in` takes them. */
export interface Subquery<out T> extends Lowerable {
  readonly $column: T
}
export type NullOfColumn<V> = V extends { readonly $column: infer C } ? Extract<C, null> : never
