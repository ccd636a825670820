import { type AnyExpr, Computed, type Expr, type NullOf, type Operand, type SourceOf } from "../expression/expression.ts"
import { call, expression, plain, typed } from "./function-call.ts"
import { computedDecimal } from "../types/number-types.ts"
import { castNode } from "../expression/operators.ts"
import type { SqlType } from "../types/type.ts"

const doubleType: SqlType<number> = { kind: "double" }
const numericType: SqlType<string> = { kind: "numeric" }
type NumberLike = number | string | null
/** A double that is null where an operand is. */
type DoubleOf<O> = Expr<number | NullOf<O>, SourceOf<O>>
type AnyNumber = AnyExpr<number | bigint | string | null>

/** What PostgreSQL has for double and for numeric stays exact for numeric. */
function exactOrDouble(name: string, of: AnyExpr): Expr<any, any> {
  const { type } = expression(of, `${name}()`)
  const exact = type?.kind === "numeric"
  return call(name, exact ? computedDecimal(type.mode) : doubleType, plain(of, undefined, name))
}
/** What PostgreSQL has for double only. */
function double(name: string, ...args: readonly unknown[]): Expr<any, any> {
  const [first, ...rest] = args
  return call(
    name,
    doubleType,
    plain(expression(first, `${name}()`), doubleType, `${name}()`),
    ...rest.map((argument) => plain(argument, doubleType, `${name}()`)),
  )
}

/** e to the power of a number. */
export function exp<T extends NumberLike, S extends string>(of: AnyExpr<T, S>): Expr<T, S> {
  return exactOrDouble("exp", of)
}
/** The natural logarithm. */
export function ln<T extends NumberLike, S extends string>(of: AnyExpr<T, S>): Expr<T, S> {
  return exactOrDouble("ln", of)
}
/** The logarithm to base 10, or to another one. */
export function log<T extends NumberLike, S extends string>(of: AnyExpr<T, S>, base?: number): Expr<T, S> {
  if (base === undefined) return exactOrDouble("log", of)
  const { type } = expression(of, "log()")
  const result = computedDecimal(type?.kind === "numeric" ? type.mode : "number")
  // PostgreSQL has other bases for numeric only.
  return call(
    "log",
    result,
    typed(base, computedDecimal("number"), "the base of log()"),
    type?.kind === "numeric" ? plain(of, undefined, "log()") : (context) => castNode(of.lower(context), numericType, context),
  )
}
/** The cube root. */
export function cbrt<O extends AnyNumber>(of: O): DoubleOf<O> {
  return double("cbrt", of)
}

/** 3.14…, as a double. */
export function pi(): Expr<number> {
  return call("pi", doubleType)
}
/** Radians as degrees. */
export function degrees<O extends AnyNumber>(of: O): DoubleOf<O> {
  return double("degrees", of)
}
/** Degrees as radians. */
export function radians<O extends AnyNumber>(of: O): DoubleOf<O> {
  return double("radians", of)
}
/** Of radians. */
export function sin<O extends AnyNumber>(of: O): DoubleOf<O> {
  return double("sin", of)
}
/** Of an angle in radians. */
export function cos<O extends AnyNumber>(of: O): DoubleOf<O> {
  return double("cos", of)
}
/** Of an angle in radians. */
export function tan<O extends AnyNumber>(of: O): DoubleOf<O> {
  return double("tan", of)
}
/** In radians. */
export function asin<O extends AnyNumber>(of: O): DoubleOf<O> {
  return double("asin", of)
}
/** In radians. */
export function acos<O extends AnyNumber>(of: O): DoubleOf<O> {
  return double("acos", of)
}
/** In radians. */
export function atan<O extends AnyNumber>(of: O): DoubleOf<O> {
  return double("atan", of)
}
/** The angle of the point (x, y). */
export function atan2<Y extends AnyNumber, X extends Operand<number>>(y: Y, x: X): DoubleOf<Y | X> {
  return double("atan2", y, x)
}

/** From 0, up to but not 1; another one in each row. A statement with it is not a pure read. */
export function random(): Expr<number> {
  return new Computed<number>("random()", doubleType, (context) => {
    context.mark("read")
    return context.dialect.call("random", [])
  })
}
