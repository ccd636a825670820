import type { AnyColumnBuilder, ColumnBuilder } from "./column-builder.ts"

/** A model's columns as they are declared. */
export type ColumnShape = Record<string, AnyColumnBuilder>

/** The values of a column. */
export type ValueOf<C> = C extends ColumnBuilder<infer T, infer N, any, any, any, any> ? (N extends true ? T | null : T) : never
type OptionalKeys<S> = { [K in keyof S]: S[K] extends ColumnBuilder<any, any, true, any, any, any> ? K : never }[keyof S]

/** A row in JavaScript: what instances of the model hold. */
export type RowShape<S> = { -readonly [K in keyof S]: ValueOf<S[K]> }
/** What a new row needs: columns that are nullable or have a default may be left out. */
export type InsertShape<S> = { [K in Exclude<keyof S, OptionalKeys<S>>]: ValueOf<S[K]> } & { [K in OptionalKeys<S>]?: ValueOf<S[K]> }
/** What a new instance of a model is made of, whose property `D` is written by the session. */
export type NewShape<S, D> = [D] extends [never] ? InsertShape<S> : InsertShape<Omit<S, D & PropertyKey>>
/** What instances of a model hold, whose property `D` says which class of a family they are of. */
export type InstanceShape<S, D> = [D] extends [never]
  ? RowShape<S>
  : { -readonly [K in Exclude<keyof S, D>]: ValueOf<S[K]> } & { readonly [K in keyof S & D]: ValueOf<S[K]> }
