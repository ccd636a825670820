import type { AnyExpr } from "./any-expression.ts"
import type { Range } from "../types/range.ts"

/** The element of an array. */
export type Element<V> = NonNullable<V> extends readonly (infer E)[] ? E : never

type Scalar = number | bigint | string | Date | boolean | Uint8Array
/** A part of a JSON document: some of its properties, some of its elements. */
export type PartOf<T> = T extends Scalar | null
  ? T
  : T extends readonly (infer E)[]
    ? readonly PartOf<E>[]
    : T extends object
      ? { readonly [K in keyof T]?: PartOf<T[K]> }
      : T

/** What text, an array, a range or a document may contain. */
export type Contained<V> = unknown extends V ? unknown : ContainedIn<NonNullable<V>>
type ContainedIn<V> = V extends string
  ? string | AnyExpr<string | null>
  : V extends Scalar
    ? never
    : V extends Range<infer B>
      ? NonNullable<B> | Range<B> | AnyExpr<B | Range<B> | readonly Range<B>[] | null>
      : V extends readonly (infer E)[]
        ? ContainedInList<E>
        : PartOf<V> | AnyExpr<PartOf<V> | null>
type ContainedInList<E> =
  | readonly PartOf<E>[]
  | AnyExpr<readonly PartOf<E>[] | null>
  | (E extends Range<infer B> ? NonNullable<B> | E | AnyExpr<B | E | null> : never)

/** What may contain a value: an array or document of its kind, a range that it may be a bound of. */
export type Container<V> = unknown extends V ? unknown : ContainerOf<NonNullable<V>>
type ContainerOf<V> = V extends Scalar
  ? Range<V> | AnyExpr<Range<V> | readonly Range<V>[] | null> | (V extends string ? string | AnyExpr<string | null> : never)
  : V extends Range<infer B>
    ? Range<B> | readonly Range<B>[] | AnyExpr<Range<B> | readonly Range<B>[] | null>
    : V extends readonly (infer E)[]
      ? readonly E[] | AnyExpr<readonly E[] | null>
      : object | AnyExpr<object | null>

/** What may have something in common with an array or a range. */
export type Overlapping<V> = unknown extends V ? unknown : OverlappingOf<NonNullable<V>>
type OverlappingOf<V> = V extends readonly (infer E)[]
  ? ContainerOf<V> | (E extends Range<unknown> ? E | AnyExpr<E | null> : never)
  : ContainerOf<V>

/** What may be joined to text, an array, bytes or a document. */
export type Joined<V> =
  NonNullable<V> extends string
    ? string | AnyExpr<string | null>
    : NonNullable<V> extends Uint8Array
      ? Uint8Array | AnyExpr<Uint8Array | null>
      : NonNullable<V> extends readonly (infer E)[]
        ? readonly E[] | AnyExpr<readonly E[] | null>
        : NonNullable<V> extends Scalar
          ? never
          : object | AnyExpr<object | null>
/** What joining gives, without null. */
export type JoinOf<V> = V extends string ? string : NonNullable<V>
