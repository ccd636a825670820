import { FunctionNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import { type AnyExpr, Computed, type Expr, type NullOf, type Operand, type SourceOf } from "../expression/expression.ts"
import { call, expression, plain } from "./function-call.ts"
import { comparable } from "../expression/operators.ts"

/** Null only where every argument may be: the last one that may not be decides. */
type Coalesced<T, S extends string, R> = R extends readonly [...infer Before, infer Last]
  ? Last extends { readonly $value: infer V; readonly $source: infer L extends string }
    ? null extends V
      ? Coalesced<T, S, Before>
      : Expr<NonNullable<T>, L>
    : Expr<NonNullable<T>>
  : Expr<T, S>

function variadic(name: string, first: AnyExpr, rest: readonly unknown[]): Expr<any, any> {
  const { json } = expression(first, `${name}()`)
  const type = comparable(first.type)
  const args = [first, ...rest].map((argument, index) => plain(argument, type, `argument ${index + 1} of ${name}(${first.label}, …)`))
  const lower = (context: Parameters<Expr["lower"]>[0]) =>
    FunctionNode.create(
      context.dialect.functionName(name),
      args.map((argument) => argument(context)),
    )
  return new Computed<any, any>(`${name}(${first.label}, …)`, type, lower, json)
}

/**
 * The first that is not null.
 * @example coalesce(Post.c.publishedDate, "2000-01-01")
 */
export function coalesce<T, S extends string, const R extends readonly Operand<T>[]>(first: AnyExpr<T, S>, ...rest: R): Coalesced<T, S, R> {
  return variadic("coalesce", first, rest) as Coalesced<T, S, R>
}

/** Null where both are equal, otherwise the first. */
export function nullif<T, S extends string>(of: AnyExpr<T, S>, other: Operand<T>): Expr<T | null, S> {
  return variadic("nullif", of, [other])
}

/** The greatest of all. With a NULL among them PostgreSQL leaves it out and SQLite gives NULL. */
export function greatest<T, S extends string, const R extends readonly Operand<T>[]>(
  first: AnyExpr<T, S>,
  ...rest: R
): Expr<T | NullOf<R[number]>, S | SourceOf<R[number]>> {
  return variadic("greatest", first, rest)
}

/** The least of all. With a NULL among them PostgreSQL leaves it out and SQLite gives NULL. */
export function least<T, S extends string, const R extends readonly Operand<T>[]>(
  first: AnyExpr<T, S>,
  ...rest: R
): Expr<T | NullOf<R[number]>, S | SourceOf<R[number]>> {
  return variadic("least", first, rest)
}

/**
 * The same expression, whose type says that it may be null: a key that `rollup`, `cube` or `groupingSets` leaves out of some groups.
 * @example const region = nullable(coalesce(Sale.c.region, "none"))
 */
export function nullable<T, S extends string>(of: AnyExpr<T, S>): Expr<T | null, S> {
  const { label, type, json } = expression(of, "nullable()")
  return new Computed<T | null, S>(label, type, (context) => of.lower(context), json)
}

/** How many of the expressions are null. */
export function numNulls(...of: readonly [AnyExpr, ...AnyExpr[]]): Expr<number> {
  return counted("num_nulls", of)
}
/** How many of the expressions are not null. */
export function numNonnulls(...of: readonly [AnyExpr, ...AnyExpr[]]): Expr<number> {
  return counted("num_nonnulls", of)
}
function counted(name: string, of: readonly AnyExpr[]): Expr<number> {
  if (of.length === 0) throw new StatementError(`${name}() was given nothing`)
  return call(name, { kind: "integer" }, ...of.map((each) => plain(expression(each, `${name}()`), undefined, `${name}()`)))
}
