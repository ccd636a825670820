import type { AnyExpr, Expr, NullOf, Operand, SourceOf } from "../expression/expression.ts"
import type { Factors, OperandIn, Quotients, ResultIn } from "../expression/arithmetic-types.ts"
import { type Argument, call, expression, plain, typed } from "./function-call.ts"
import { isLowerable } from "../lowering/lower.ts"
import { computedDecimal } from "../types/number-types.ts"
import { castNode } from "../expression/operators.ts"
import type { SqlType } from "../types/type.ts"

const integerType: SqlType<number> = { kind: "integer" }
const doubleType: SqlType<number> = { kind: "double" }
const numericType: SqlType<string> = { kind: "numeric" }
type NumberLike = number | string | null

/** The type of a function that PostgreSQL has for double and for numeric. */
function fractional(type: SqlType | undefined): SqlType | undefined {
  if (type === undefined) return undefined
  return type.kind === "numeric" ? computedDecimal(type.mode) : doubleType
}

function unary<T, S extends string>(name: string, of: AnyExpr<T, S>, type: SqlType | undefined): Expr<T, S> {
  return call(name, type, plain(of, undefined, `${name}()`))
}

/** Without the sign. */
export function abs<T extends NumberLike | bigint, S extends string>(of: AnyExpr<T, S>): Expr<T, S> {
  const { type } = expression(of, "abs()")
  return unary("abs", of, type?.kind === "numeric" ? computedDecimal(type.mode) : type)
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
/** The square root; of a negative number an error of the server, on SQLite null. */
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
export function mod<T extends NumberLike | bigint, S extends string, D extends OperandIn<Factors, T>>(
  of: AnyExpr<T, S>,
  divisor: D,
): Expr<ResultIn<Quotients, T, D> | Extract<T, null> | NullOf<D>, S | SourceOf<D>> {
  return expression(of, "mod()").modulo(divisor as never)
}

/** Without the digits behind the point, or behind the first `digits` of them. */
export function trunc<T extends NumberLike, S extends string>(of: AnyExpr<T, S>, digits?: number): Expr<T, S> {
  const type = fractional(expression(of, "trunc()").type)
  if (digits === undefined) return unary("trunc", of, type)
  const places = typed(digits, integerType, "the digits of trunc()")
  return type === doubleType
    ? call("trunc", type, (context) => castNode(of.lower(context), numericType, context), places)
    : call("trunc", type, plain(of, undefined, "trunc()"), places)
}

/** The whole part of a quotient, also of decimals. */
export function div<T extends NumberLike, S extends string, D extends Operand<T>>(
  of: AnyExpr<T, S>,
  divisor: D,
): Expr<T | NullOf<D>, S | SourceOf<D>> {
  const { type } = expression(of, "div()")
  const exact = numericLike(type)
  return call("div", exact, asNumeric(of, type, "div()"), asNumeric(divisor, type, "the divisor of div()"))
}

/** PostgreSQL has the function for numeric only. */
function asNumeric(operand: unknown, type: SqlType | undefined, label: string): Argument {
  if (type === undefined || type.kind === "numeric") return plain(operand, type && computedDecimal(type.mode), label)
  return isLowerable(operand)
    ? (context) => castNode(operand.lower(context), numericType, context)
    : typed(operand, computedDecimal("number"), label)
}
/** Numeric, read as the type is. */
function numericLike(type: SqlType | undefined): SqlType | undefined {
  return type && computedDecimal(type.kind === "numeric" ? type.mode : "number")
}

/** The greatest whole number that both are divisible by. */
export function gcd<T extends NumberLike | bigint, S extends string, O extends Operand<T>>(
  of: AnyExpr<T, S>,
  other: O,
): Expr<T | NullOf<O>, S | SourceOf<O>> {
  return call("gcd", expression(of, "gcd()").type, plain(of, undefined, "gcd()"), plain(other, of.type, "gcd()"))
}
/** The least whole number that is divisible by both. */
export function lcm<T extends NumberLike | bigint, S extends string, O extends Operand<T>>(
  of: AnyExpr<T, S>,
  other: O,
): Expr<T | NullOf<O>, S | SourceOf<O>> {
  return call("lcm", expression(of, "lcm()").type, plain(of, undefined, "lcm()"), plain(other, of.type, "lcm()"))
}

/** The number of digits behind the point that an exact decimal is kept with. */
export function scale<O extends AnyExpr<string | number | null>>(of: O): Expr<number | NullOf<O>, SourceOf<O>> {
  return call("scale", integerType, plain(expression(of, "scale()"), undefined, "scale()"))
}
/** An exact decimal without zeros at its end. */
export function trimScale<T extends NumberLike, S extends string>(of: AnyExpr<T, S>): Expr<T, S> {
  return unary("trim_scale", expression(of, "trimScale()"), numericLike(of.type))
}

/** In which of `count` equal parts between `low` and `high` a number is, from 1; 0 and `count + 1` when it is outside. */
export function widthBucket<T extends NumberLike, S extends string, L extends Operand<T>, H extends Operand<T>>(
  of: AnyExpr<T, S>,
  low: L,
  high: H,
  count: Operand<number>,
): Expr<number | Extract<T, null> | NullOf<L | H>, S | SourceOf<L | H>> {
  const type = fractional(expression(of, "widthBucket()").type)
  const where = "widthBucket()"
  return call(
    "width_bucket",
    integerType,
    plain(of, undefined, where),
    plain(low, type, where),
    plain(high, type, where),
    typed(count, integerType, where),
  )
}
