import { StatementError } from "../../errors/index.ts"
import { type AnyExpr, Expr, type SourceOf, type Subquery } from "./expression.ts"
import { isLowerable } from "../lowering/lower.ts"
import { Quantified } from "./quantified.ts"

/** What `any` and `all` range over: the rows of a subquery of one column, the elements of an array, or a list. */
export type Quantifiable = Subquery<unknown> | AnyExpr<readonly unknown[] | null> | readonly unknown[]
type ElementOf<O> = O extends { readonly $column: infer C }
  ? C
  : O extends { readonly $value: infer V }
    ? V extends readonly (infer E)[]
      ? E
      : V
    : O extends readonly (infer I)[]
      ? I extends { readonly $value: infer V }
        ? V
        : I
      : never

/**
 * In a comparison: true when it holds for any of the values; false over nothing.
 * SQLite has it for `eq` only.
 *
 * @example
 * Post.c.viewCount.gt(any(select(Post.c.viewCount).where(Post.c.userId.eq(1))))
 * value("sql").eq(any(Post.c.tags))
 */
export function any<const O extends Quantifiable>(of: O): Quantified<ElementOf<O>, SourceOf<O extends readonly (infer I)[] ? I : O>> {
  return quantified("any", of)
}

/** In a comparison: true when it holds for all of the values, and over nothing. SQLite has it for `ne` only. */
export function all<const O extends Quantifiable>(of: O): Quantified<ElementOf<O>, SourceOf<O extends readonly (infer I)[] ? I : O>> {
  return quantified("all", of)
}

function quantified(quantifier: "any" | "all", of: Quantifiable): Quantified<any, any> {
  // The items of a list are checked where it is compared, by the name of what they are compared with.
  if (Array.isArray(of)) return new Quantified(quantifier, of)
  if (!isLowerable(of)) throw new StatementError(`${quantifier}() takes a subquery, an array or a list, not ${String(of)}`)
  if (of instanceof Expr && of.type?.kind !== "array" && !("$column" in of) && !("build" in of))
    throw new StatementError(`${quantifier}() of ${of.label}: it is not an array`, { hint: "compare with the expression itself" })
  return new Quantified(quantifier, of)
}
