import { StatementError } from "../../errors/index.ts"
import { Computed, type Expr } from "./expression.ts"
import { literalType, type Literal, type Widened } from "../types/literal-type.ts"
import { typedOperand } from "./operators.ts"
import { typeFrom, type TypeSource } from "../types/type-source.ts"

/**
 * A value as an expression. Strings are text, whole numbers integer or bigint, other numbers double, a `Date` timestamptz,
 * a `Uint8Array` bytea; any other type is said.
 *
 * @example
 * value("draft")
 * value("0.10", numeric())
 * value(null, text())
 */
export function value<V extends Literal>(of: V): Expr<Widened<V>>
export function value<T, V extends T | null>(of: V, type: TypeSource<T>): Expr<T | Extract<V, null>>
export function value(of: unknown, type?: TypeSource<unknown>): Expr<any> {
  if (of === undefined) throw new StatementError("value(undefined): there is no such value", { hint: "NULL is value(null, type)" })
  const known = type === undefined ? literalType(of, "value()") : typeFrom(type, "value()")
  return new Computed<any>("value", known, (context) => typedOperand(of, known, "value", context))
}

/** NULL of a type. @example nullOf(text()) */
export function nullOf<T>(type: TypeSource<T>): Expr<T | null> {
  return value<T, null>(null, type)
}
