import { StatementError } from "../../errors/index.ts"
import type { Aggregate } from "./aggregate.ts"
import { aggregateOf } from "./aggregates.ts"
import type { AnyExpr } from "../expression/expression.ts"
import { expression } from "../functions/function-call.ts"
import type { Range } from "../types/range.ts"
import type { SqlType } from "../types/type.ts"

type AnyRange = Range<any> | readonly Range<any>[] | null
type Bound<T> = NonNullable<T> extends Range<infer B> ? B : NonNullable<T> extends readonly Range<infer B>[] ? B : never

/** What any of the ranges holds, as a multirange; null over nothing. On PostgreSQL. @example rangeAgg(Booking.c.during) */
export function rangeAgg<T extends AnyRange, S extends string>(of: AnyExpr<T, S>): Aggregate<Range<Bound<T>>[] | null, S> {
  return aggregateOf("range_agg", of, multirangeType(of))
}

/** What all of the ranges hold; null over nothing. On PostgreSQL. */
export function rangeIntersectAgg<T extends AnyRange, S extends string>(of: AnyExpr<T, S>): Aggregate<T | null, S> {
  return aggregateOf("range_intersect_agg", of, expression(of, "rangeIntersectAgg()").type)
}

function multirangeType(of: AnyExpr): SqlType | undefined {
  const { type, label } = expression(of, "rangeAgg()")
  if (type === undefined || type.kind === "multirange") return type
  if (type.kind !== "range" || type.sqlName === undefined) throw new StatementError(`rangeAgg(): ${label} is no range`)
  // PostgreSQL names the multirange of a range so, unless CREATE TYPE said otherwise.
  const sqlName = type.sqlName.includes("range") ? type.sqlName.replace("range", "multirange") : `${type.sqlName}_multirange`
  return { ...type, kind: "multirange", sqlName }
}
