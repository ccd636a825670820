import { type Aggregate, aggregateCall } from "./aggregate.ts"
import { aggregateOf, type Mean, meanType } from "./aggregates.ts"
import type { AnyExpr } from "../expression/expression.ts"
import { expression, plain } from "../functions/function-call.ts"
import type { SqlType } from "../types/type.ts"

const countType: SqlType<number> = { kind: "bigint", mode: "number" }
const doubleType: SqlType<number> = { kind: "double" }

type Numeric = number | bigint | string | null

/** An aggregate of how far numbers are spread: a number of numbers, text with its digits of bigint and numeric. On PostgreSQL. */
export interface Spread {
  <T extends Numeric, S extends string>(of: AnyExpr<T, S>): Aggregate<Mean<T>, S>
}
/** An aggregate of pairs of numbers, rows with a NULL in a pair left out. On PostgreSQL. */
export interface PairAggregate {
  <S extends string>(y: AnyExpr<Numeric, S>, x: AnyExpr<Numeric, S>): Aggregate<number | null, S>
}

function spread(name: string): Spread {
  return (of) => aggregateOf(name, of, meanType(expression(of, `${name}()`).type))
}
function pairs(name: string): PairAggregate {
  return (y, x) => pairAggregate(name, y, x, doubleType)
}
function pairAggregate<T, S extends string>(name: string, y: AnyExpr, x: AnyExpr, type: SqlType): Aggregate<T, S> {
  const [left, right] = [expression(y, `${name}()`), expression(x, `${name}()`)]
  const args = [plain(left, undefined, `${name}()`), plain(right, undefined, `${name}()`)]
  return aggregateCall(name, args, { label: `${name}(${left.label}, ${right.label})`, type, of: left.type })
}

/** The sample standard deviation; null of fewer than two values. Another name of {@link stddevSamp}. */
export const stddev: Spread = spread("stddev")
/** The sample standard deviation; null of fewer than two values. */
export const stddevSamp: Spread = spread("stddev_samp")
/** The standard deviation of a whole population; null over nothing. */
export const stddevPop: Spread = spread("stddev_pop")
/** The sample variance; null of fewer than two values. Another name of {@link varSamp}. */
export const variance: Spread = spread("variance")
/** The sample variance; null of fewer than two values. */
export const varSamp: Spread = spread("var_samp")
/** The variance of a whole population; null over nothing. */
export const varPop: Spread = spread("var_pop")

/** The coefficient of correlation. */
export const corr: PairAggregate = pairs("corr")
/** The covariance of a whole population. */
export const covarPop: PairAggregate = pairs("covar_pop")
/** The sample covariance. */
export const covarSamp: PairAggregate = pairs("covar_samp")
/** The slope of the line through the pairs by least squares: of `y` by `x`. */
export const regrSlope: PairAggregate = pairs("regr_slope")
/** Where that line meets the axis of `y`. */
export const regrIntercept: PairAggregate = pairs("regr_intercept")
/** The square of the coefficient of correlation. */
export const regrR2: PairAggregate = pairs("regr_r2")
/** The mean of `x` in the pairs. */
export const regrAvgX: PairAggregate = pairs("regr_avgx")
/** The mean of `y` in the pairs. */
export const regrAvgY: PairAggregate = pairs("regr_avgy")
/** The sum of the squares of `x`, from its mean. */
export const regrSxx: PairAggregate = pairs("regr_sxx")
/** The sum of the products of `x` and `y`, from their means. */
export const regrSxy: PairAggregate = pairs("regr_sxy")
/** The sum of the squares of `y`, from its mean. */
export const regrSyy: PairAggregate = pairs("regr_syy")
/** The number of pairs in which neither is null. */
export function regrCount(y: AnyExpr<Numeric>, x: AnyExpr<Numeric>): Aggregate<number> {
  return pairAggregate("regr_count", y, x, countType)
}
