import { AggregateFunctionNode, RawNode } from "kysely"
import { type AnyExpr, Computed, type Expr } from "./expression.ts"
import { expression } from "./function-call.ts"
import type { JsonShape } from "./shape.ts"
import type { SqlType } from "./type.ts"

const countType: SqlType<number> = { kind: "bigint", mode: "number" }
const exactType: SqlType<string> = { kind: "numeric" }
const doubleType: SqlType<number> = { kind: "double" }

function aggregate<T, S extends string>(
  name: string,
  of: AnyExpr,
  type: SqlType | undefined,
  options: { readonly distinct?: boolean; readonly json?: JsonShape | undefined } = {},
): Expr<T, S> {
  const lower = (context: Parameters<Expr["lower"]>[0]) => {
    const node = AggregateFunctionNode.create(name, [of.lower(context)])
    return options.distinct === true ? AggregateFunctionNode.cloneWithDistinct(node) : node
  }
  return new Computed<T, S>(`${name}(${of.label})`, type, lower, options.json)
}

/** The number of rows, or of those in which an expression is not null; 0 over nothing. */
export function count(of?: AnyExpr): Expr<number> {
  if (of === undefined)
    return new Computed<number>("count(*)", countType, () => AggregateFunctionNode.create("count", [RawNode.createWithSql("*")]))
  return aggregate("count", expression(of, "count()"), countType)
}

/** The number of different values that are not null. */
export function countDistinct(of: AnyExpr): Expr<number> {
  return aggregate("count", expression(of, "countDistinct()"), countType, { distinct: true })
}

type Summand = number | bigint | string | null

/** The sum, null over nothing. Whole numbers are added exactly; numeric stays exact where the database has it. */
export function sum<T extends Summand, S extends string>(of: AnyExpr<T, S>): Expr<T | null, S> {
  return aggregate("sum", expression(of, "sum()"), sumType(of.type))
}

/** A sum is wider than what it adds. */
function sumType(type: SqlType | undefined): SqlType | undefined {
  switch (type?.kind) {
    case "smallint":
    case "integer":
      return countType
    case "numeric":
      return type.mode === undefined ? exactType : { kind: "numeric", mode: type.mode }
    default:
      return type
  }
}

/** The mean, null over nothing: a number for numbers, a decimal string for bigint and numeric. */
export function avg<T extends Summand, S extends string>(
  of: AnyExpr<T, S>,
): Expr<(NonNullable<T> extends number ? number : string) | null, S> {
  const kind = expression(of, "avg()").type?.kind
  const exact = of.type?.mode !== "number" && (kind === "bigint" || kind === "numeric" || kind === "interval")
  return aggregate("avg", of, exact ? (kind === "interval" ? of.type : exactType) : doubleType)
}

/** The least value, null over nothing. */
export function min<T, S extends string>(of: AnyExpr<T, S>): Expr<T | null, S> {
  return aggregate("min", expression(of, "min()"), of.type)
}

/** The greatest value, null over nothing. */
export function max<T, S extends string>(of: AnyExpr<T, S>): Expr<T | null, S> {
  return aggregate("max", expression(of, "max()"), of.type)
}
