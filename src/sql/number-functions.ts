import type { AnyExpr, Expr, NullOf, Operand, SourceOf } from "./expression.ts"
import { call, expression, plain, typed } from "./function-call.ts"
import { castNode } from "./operators.ts"
import type { SqlType } from "./type.ts"

const integerType: SqlType<number> = { kind: "integer" }
const doubleType: SqlType<number> = { kind: "double" }
const numericType: SqlType<string> = { kind: "numeric" }
type NumberLike = number | string | null

/** The type of a function that PostgreSQL has for double and for numeric. */
function fractional(type: SqlType | undefined): SqlType | undefined {
  if (type === undefined) return undefined
  return type.kind === "numeric" ? (type.mode === undefined ? numericType : { kind: "numeric", mode: type.mode }) : doubleType
}

function unary<T, S extends string>(name: string, of: AnyExpr<T, S>, type: SqlType | undefined): Expr<T, S> {
  return call(name, type, plain(of, undefined, `${name}()`))
}

/** Without the sign. */
export function abs<T extends NumberLike | bigint, S extends string>(of: AnyExpr<T, S>): Expr<T, S> {
  return unary("abs", expression(of, "abs()"), of.type)
}
/** The greatest whole number that is not greater. */
export function floor<T extends NumberLike, S extends string>(of: AnyExpr<T, S>): Expr<T, S> {
  return unary("floor", expression(of, "floor()"), fractional(of.type))
}
/** The least whole number that is not less. */
export function ceil<T extends NumberLike, S extends string>(of: AnyExpr<T, S>): Expr<T, S> {
  return unary("ceil", expression(of, "ceil()"), fractional(of.type))
}
/** -1, 0 or 1. */
export function sign<T extends NumberLike, S extends string>(of: AnyExpr<T, S>): Expr<T, S> {
  return unary("sign", expression(of, "sign()"), fractional(of.type))
}
export function sqrt<T extends NumberLike, S extends string>(of: AnyExpr<T, S>): Expr<T, S> {
  return unary("sqrt", expression(of, "sqrt()"), fractional(of.type))
}

/** To the nearest whole number, or to `digits` behind the point. PostgreSQL takes halves of a double to the even side. */
export function round<T extends NumberLike, S extends string>(of: AnyExpr<T, S>, digits?: number): Expr<T, S> {
  const type = fractional(expression(of, "round()").type)
  if (digits === undefined) return unary("round", of, type)
  const places = typed(digits, integerType, "the digits of round()")
  // PostgreSQL rounds to digits for numeric only.
  return type === doubleType
    ? call("round", type, (context) => castNode(of.lower(context), numericType, context), places)
    : call("round", type, plain(of, undefined, "round()"), places)
}

/** `of` to the power of `exponent`. */
export function power<T extends NumberLike, S extends string, E extends Operand<T>>(
  of: AnyExpr<T, S>,
  exponent: E,
): Expr<T | NullOf<E>, S | SourceOf<E>> {
  const type = fractional(expression(of, "power()").type)
  return call("power", type, plain(of, undefined, "power()"), plain(exponent, type, "the exponent of power()"))
}

/** The remainder of a division; its sign is the dividend's. */
export function mod<T extends NumberLike | bigint, S extends string, D extends Operand<T>>(
  of: AnyExpr<T, S>,
  divisor: D,
): Expr<T | NullOf<D>, S | SourceOf<D>> {
  return expression(of, "mod()").modulo(divisor)
}
