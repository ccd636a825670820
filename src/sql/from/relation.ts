import type { Condition } from "../expression/expression.ts"
import type { RowOf } from "../select/result.ts"
import type { SourceInfo } from "./source.ts"

/** `one`: exactly one, `maybe`: one or none, `many`: a list. */
export type Cardinality = "one" | "maybe" | "many"

/** One FROM entry that a join adds. */
export interface JoinStep {
  readonly info: SourceInfo
  readonly on: Condition
}

/**
 * A way from one model to another, declared as a static member of the first.
 * The schema layer implements it; statements only ask it for the joins that it stands for.
 */
export interface Relation<out Target = any, out C extends Cardinality = any, out By extends string = any> {
  /** The properties of the foreign key that it follows, where they had to be said. */
  readonly by: readonly By[] | undefined
  readonly target: () => Target
  readonly cardinality: C
  /**
   * The joins from the entry of FROM that owns this relation to its target, in order. The model itself comes before its aliases.
   * @throws StatementError when no entry of `present` owns it, or more than one does.
   */
  joinSteps(present: readonly SourceInfo[], ends?: JoinEnds): readonly JoinStep[]
}

/** Where a relation is joined otherwise than from its owner to its target. */
export interface JoinEnds {
  /** The owner for which the only entry in FROM, an alias, stands. */
  readonly from?: SourceInfo | undefined
  /** What is joined in place of the target: an alias of it, or a subquery of its entities. */
  readonly to?: SourceInfo | undefined
}

export type RelationKeys<M> = { [K in keyof M]: M[K] extends Relation ? K : never }[keyof M] & string
export type TargetOf<R> = R extends Relation<infer T, any> ? T : never
/**
 * The type of a model's relation `K` once it is loaded, for related entities of type `I`. A many-to-one is null where the
 * foreign key that it follows may be.
 */
export type Loaded<M, K extends keyof M, I> =
  M[K] extends Relation<infer T, infer C, infer By>
    ? C extends "many"
      ? I[]
      : C extends "maybe"
        ? I | null
        : KeyIsNullable<M, T, By> extends true
          ? I | null
          : I
    : never
type KeyIsNullable<M, T, By> = M extends { readonly $columns: infer S }
  ? T extends { readonly tableName: infer N extends string }
    ? true extends {
        [C in keyof S]: S[C] extends { readonly $reference: infer R; readonly $nullable: true } ? RefersTo<R, N, C, By> : false
      }[keyof S]
      ? true
      : false
    : false
  : false
type RefersTo<R, N extends string, C, By> = [R] extends [never]
  ? false
  : R extends `${N}.${string}`
    ? C extends By
      ? true
      : string extends By
        ? true
        : false
    : false
export type RelatedValues<M> = {
  [K in RelationKeys<M> as M[K] extends { readonly isView: true } ? never : K]?: Loaded<M, K, RowOf<TargetOf<M[K]>>>
}

export function isRelation(value: unknown): value is Relation {
  return typeof value === "object" && value !== null && "joinSteps" in value && "cardinality" in value
}
