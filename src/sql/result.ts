import type { Column, Source } from "./source.ts"
import type { Expr } from "./expression.ts"

/** What `select` takes: an expression, a FROM entry (all of its row), or an object of these, nested as deep as one likes. */
export type Item = Expr<any, any> | Source | ItemObject
export interface ItemObject {
  readonly [key: string]: Item
}

/** A model class, as far as statements need to know one. */
export type AnyModel = Source & (abstract new (...args: any) => object)

/** What a row of a FROM entry is: an instance of the class for a model or its alias, a plain object for a subquery. */
export type RowOf<F> = F extends abstract new (...args: any) => infer R ? R : F extends { readonly $row: infer R } ? R : never

/** Carried by expressions that the database builds as JSON, so that outer joins are seen inside of them. */
export declare const jsonItem: unique symbol
export interface JsonItem<I> {
  readonly [jsonItem]?: I
}

/**
 * The type of a selected item; `Nullable` names the FROM entries that an outer join may leave empty.
 * A column of such an entry, a function of it, and its whole row are null then.
 */
export type ResultOf<I, Nullable extends string> = I extends Expr<infer T, infer S>
  ? I extends JsonItem<infer J extends ItemObject>
    ? { -readonly [K in keyof J]: ResultOf<J[K], Nullable> }
    : [S] extends [never]
      ? T
      : [Extract<S, Nullable>] extends [never]
        ? T
        : T | null
  : I extends Source<infer N>
    ? N extends Nullable
      ? RowOf<I> | null
      : RowOf<I>
    : { -readonly [K in keyof I]: ResultOf<I[K], Nullable> }

export type ColumnsOf<R, Name extends string> = { readonly [K in keyof R & string]: Column<R[K], Name, K> }

/** The type of a statement's rows. */
export type ResultRow<S> = S extends { readonly $result: infer O } ? O : never
