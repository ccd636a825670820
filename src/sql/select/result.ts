import type { Column, Source } from "../from/source.ts"
import type { AnyExpr } from "../expression/expression.ts"

/** What `select` takes: an expression, a FROM entry (all of its row), or an object of these, nested as deep as one likes. */
export type Item = AnyExpr | Source | ItemObject
export interface ItemObject {
  readonly [key: string]: Item
}

/** The items of an object, once it is known not to be an expression or a FROM entry. */
export function itemsOf(item: Item): readonly (readonly [key: string, item: Item])[] {
  return Object.entries(item as ItemObject)
}

/** A model class, as far as statements need to know one. */
export type AnyModel = Source & (abstract new (...args: any) => object)

/** What a row of a FROM entry is: an instance of the class for a model or its alias, a plain object for a subquery. */
export type RowOf<F> = F extends abstract new (...args: any) => infer R ? R : F extends { readonly $row: infer R } ? R : never

/** Carried by expressions that the database builds as JSON, so that outer joins are seen inside of them. Only for the compiler. */
export declare const jsonItem: unique symbol
export interface JsonItem<out Form extends "object" | "array" | "record" | "tuple", out I> {
  readonly [jsonItem]: readonly [Form, I]
}

/**
 * The type of a selected item; `Nullable` names the FROM entries that an outer join may leave empty.
 * A column of such an entry, a function of it, and its whole row are null then.
 */
export type ResultOf<I, Nullable extends string = never> = I extends { readonly $value: infer T; readonly $source: infer S }
  ? I extends { readonly [jsonItem]: readonly [infer Form, infer J] }
    ? JsonResult<Form, J, Nullable>
    : [Extract<S, Nullable>] extends [never]
      ? T
      : T | null
  : I extends Source<infer N>
    ? N extends Nullable
      ? RowOf<I> | null
      : RowOf<I>
    : { -readonly [K in keyof I]: ResultOf<I[K], Nullable> }

type JsonResult<Form, I, Nullable extends string> = Form extends "array"
  ? ResultOf<I, [Nullable] extends [never] ? never : InsideAggregate<SourcesIn<I>, Nullable>>[]
  : Form extends "record"
    ? Record<string, ResultOf<I, [Nullable] extends [never] ? never : InsideAggregate<SourcesIn<I>, Nullable>>>
    : ResultOf<I, Nullable>

/** Rows of one entry that are absent are left out of an aggregate; of several, any but not all may be absent. */
type InsideAggregate<S extends string, Nullable extends string> = [S] extends [Nullable]
  ? IsUnion<S> extends true
    ? Nullable
    : Exclude<Nullable, S>
  : Nullable
type IsUnion<S, All = S> = S extends unknown ? ([All] extends [S] ? false : true) : never

/** The names of the FROM entries that an item is made of. */
export type SourcesIn<I> = I extends { readonly [jsonItem]: readonly [any, infer J] }
  ? SourcesIn<J>
  : I extends { readonly $source: infer S extends string }
    ? S
    : I extends Source<infer N>
      ? N
      : { [K in keyof I]: SourcesIn<I[K]> }[keyof I]

/** What the columns of a subquery give: all may be null when its whole row may be. */
export type SubqueryRow<O> = null extends O ? { [K in keyof NonNullable<O>]: NonNullable<O>[K] | null } : O

export type ColumnsOf<R, Name extends string> = { readonly [K in keyof R & string]: Column<R[K], Name, K> }

/** The type of a statement's rows. */
export type ResultRow<S> = S extends { readonly $result: infer O } ? O : never
