import { ArgumentError } from "../../errors/index.ts"
import { combine, Condition, type BooleanExpr } from "./expression.ts"
import { isLowerable } from "../lowering/lower.ts"
import { lowerNot } from "./operators.ts"

/** All of the conditions. @example and(...filters) */
export function and<C extends readonly BooleanExpr[]>(...conditions: C): Condition<C[number]["$value"], C[number]["$source"]> {
  return combine("and", conditions)
}

/** Any of the conditions. */
export function or<C extends readonly BooleanExpr[]>(...conditions: C): Condition<C[number]["$value"], C[number]["$source"]> {
  return combine("or", conditions)
}

/** True where the condition is false; where it is unknown, unknown. */
export function not<T extends boolean | null, S extends string>(
  condition: {
    readonly $value: T
    readonly $source: S
  } & BooleanExpr,
): Condition<T, S> {
  if (!isLowerable(condition)) throw new ArgumentError(`not() takes a condition, not ${String(condition)}`)
  return new Condition((context) => lowerNot(condition, context))
}
