import { Computed, Expr, type NullOf, type SourceOf } from "./expression.ts"
import { operandNode, requireOperand } from "./operand.ts"
import { castNode } from "./operators.ts"
import { typeFrom, type TypeSource } from "../types/type-source.ts"

/**
 * As another type, converted by the database.
 * @example cast(Post.c.id, text())
 */
export function cast<T, const O>(of: O, type: TypeSource<T>): Expr<T | NullOf<O>, SourceOf<O>> {
  requireOperand(of, "cast()")
  const known = typeFrom(type, "cast()")
  const from = of instanceof Expr ? of.type : undefined
  return new Computed<any, any>("cast(…)", known, (context) => {
    const node = operandNode(of, undefined, "cast()", context)
    return context.dialect.castMoment(node, from, known) ?? castNode(node, known, context)
  })
}
