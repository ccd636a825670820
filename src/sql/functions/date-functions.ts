import { StatementError } from "../../errors/index.ts"
import { type AnyExpr, Computed, Condition, type Expr, type NullOf, type Operand, type SourceOf } from "../expression/expression.ts"
import { type Argument, call, expression, plain, typed } from "./function-call.ts"
import type { IsoDate, IsoDateTime, IsoDuration, IsoTime } from "../types/iso-text.ts"
import { isLowerable } from "../lowering/lower.ts"
import { textType, tight } from "../expression/operators.ts"
import type { DateField, DateUnit } from "../dialect/spelling.ts"
import { type SqlType, unmodified } from "../types/type.ts"

const integerType: SqlType<number> = { kind: "integer" }
const doubleType: SqlType<number> = { kind: "double" }
const intervalType: SqlType<string> = { kind: "interval" }
/** Exact, and a number in JavaScript: microseconds since 1970 have no more digits than a double keeps. */
const fieldType: SqlType<number> = { kind: "numeric", mode: "number", precision: 15, scale: 6, unlimited: true }

type Moment = Date | string
type AnyMoment = AnyExpr<Moment | null>
type FieldOf<O> = Expr<number | NullOf<O>, SourceOf<O>>

const units: ReadonlySet<unknown> = new Set<DateUnit>([
  "century",
  "day",
  "decade",
  "hour",
  "microseconds",
  "millennium",
  "milliseconds",
  "minute",
  "month",
  "quarter",
  "second",
  "week",
  "year",
])
const fields: ReadonlySet<unknown> = new Set<unknown>([...units, "dow", "doy", "epoch", "isodow", "isoyear", "julian"])

/**
 * A field of a date, a time or a span, as a number. Seconds have their fraction, `epoch` is seconds since 1970 or in all,
 * `dow` counts from Sunday, 0, `isodow` from Monday, 1.
 *
 * @example extract("year", Post.c.createdAt)
 */
export function extract<O extends AnyMoment>(field: DateField, of: O): FieldOf<O> {
  if (!fields.has(field)) {
    throw new StatementError(`extract(): ${JSON.stringify(field)} is no field of a date`, { hint: `use one of ${[...fields].join(", ")}` })
  }
  const { label, type } = expression(of, "extract()")
  return new Computed<any, any>(`extract(${field} from ${label})`, fieldType, (context) =>
    context.dialect.extract(field, of.lower(context), type),
  )
}

/**
 * The beginning of the year, month, day … that a date or time is in; its type stays. Moments are cut in UTC, or in a time zone.
 *
 * @example dateTrunc("day", Post.c.createdAt, { zone: "Europe/Berlin" })
 */
export function dateTrunc<T extends Moment | null, S extends string>(
  unit: DateUnit,
  of: AnyExpr<T, S>,
  options: { readonly zone?: Operand<string> } = {},
): Expr<T, S> {
  if (!units.has(unit)) {
    throw new StatementError(`dateTrunc(): ${JSON.stringify(unit)} is no unit of time`, { hint: `use one of ${[...units].join(", ")}` })
  }
  const { label, type } = expression(of, "dateTrunc()")
  const zone = "zone" in options ? plain(options.zone, textType, "the zone of dateTrunc()") : undefined
  if (zone !== undefined && type?.kind !== "timestamptz") {
    throw new StatementError(`dateTrunc(): ${label} has no time zone, so it cannot be cut in one`, { hint: "leave the zone out" })
  }
  return new Computed<any, any>(`dateTrunc(${unit}, ${label})`, type === undefined ? undefined : unmodified(type), (context) =>
    context.dialect.dateTrunc(unit, of.lower(context), type, zone?.(context)),
  )
}

type IntervalOperand = Operand<IsoDuration>

/** The beginning of the stretch that a moment is in, when time is cut into stretches of one length from `origin` on. */
export function dateBin<T extends Moment | null, S extends string>(
  stride: IntervalOperand,
  of: AnyExpr<T, S>,
  origin: Operand<T>,
): Expr<T, S> {
  const { type } = expression(of, "dateBin()")
  const known = type === undefined ? undefined : unmodified(type)
  const where = "dateBin()"
  return call(
    "date_bin",
    known,
    typed(stride, intervalType, `the stride of ${where}`),
    plain(of, undefined, where),
    known === undefined ? plain(origin, undefined, where) : typed(origin, known, `the origin of ${where}`),
  )
}

/** The span between two moments in years, months and days; without a second one from then until today. */
export function age<O extends AnyMoment>(of: O): Expr<IsoDuration | NullOf<O>, SourceOf<O>>
export function age<O extends AnyMoment, F extends Operand<Moment>>(of: O, from: F): Expr<IsoDuration | NullOf<O | F>, SourceOf<O | F>>
export function age(of: AnyExpr, from?: unknown): Expr<any, any> {
  const { type } = expression(of, "age()")
  const args = [plain(of, undefined, "age()")]
  if (from !== undefined)
    args.push(type === undefined || isLowerable(from) ? plain(from, type, "age()") : typed(from, unmodified(type), "age()"))
  return call("age", intervalType, ...args)
}

type NumberOperand = Operand<number>
type MadeOf<T, O> = Expr<T | NullOf<O>, SourceOf<O>>

function wholes(where: string, ...parts: readonly unknown[]): readonly Argument[] {
  return parts.map((part) => typed(part, integerType, where))
}

/** A date of its parts. The database refuses a day that does not exist. */
export function makeDate<Y extends NumberOperand, M extends NumberOperand, D extends NumberOperand>(
  year: Y,
  month: M,
  day: D,
): MadeOf<IsoDate, Y | M | D> {
  return call("make_date", { kind: "date" }, ...wholes("makeDate()", year, month, day))
}
/** A time of day of its parts; seconds may have a fraction. */
export function makeTime<H extends NumberOperand, M extends NumberOperand, S extends NumberOperand>(
  hour: H,
  minute: M,
  second: S,
): MadeOf<IsoTime, H | M | S> {
  return call("make_time", { kind: "time" }, ...wholes("makeTime()", hour, minute), typed(second, doubleType, "makeTime()"))
}
/** A date and time without a zone. */
export function makeTimestamp<
  P extends readonly [NumberOperand, NumberOperand, NumberOperand, NumberOperand, NumberOperand, NumberOperand],
>(...[year, month, day, hour, minute, second]: P): MadeOf<IsoDateTime, P[number]> {
  const where = "makeTimestamp()"
  return call("make_timestamp", { kind: "timestamp" }, ...wholes(where, year, month, day, hour, minute), typed(second, doubleType, where))
}

/** Days of 30 and more as months. */
export function justifyDays<O extends AnyExpr<string | null>>(of: O): MadeOf<IsoDuration, O> {
  return call("justify_days", intervalType, plain(expression(of, "justifyDays()"), undefined, "justifyDays()"))
}
/** Hours of 24 and more as days. */
export function justifyHours<O extends AnyExpr<string | null>>(of: O): MadeOf<IsoDuration, O> {
  return call("justify_hours", intervalType, plain(expression(of, "justifyHours()"), undefined, "justifyHours()"))
}
/** Both, with one sign for all parts. */
export function justifyInterval<O extends AnyExpr<string | null>>(of: O): MadeOf<IsoDuration, O> {
  return call("justify_interval", intervalType, plain(expression(of, "justifyInterval()"), undefined, "justifyInterval()"))
}

/** Whether a date, a moment or a span is neither `infinity` nor `-infinity`. */
export function isFinite<O extends AnyMoment>(of: O): Condition<boolean | NullOf<O>, SourceOf<O>> {
  const given = plain(expression(of, "isFinite()"), undefined, "isFinite()")
  return new Condition((context) => context.dialect.call("isfinite", [given(context)]))
}

/** A stretch of time: its two ends, or its beginning and how long it is. */
export type Period<T extends Moment = Moment> = readonly [start: Operand<T>, end: Operand<T> | AnyExpr<IsoDuration | null>]

type NullIn<P extends readonly unknown[]> = NullOf<P[number]>
type SourceIn<P extends readonly unknown[]> = SourceOf<P[number]>

/**
 * Whether two stretches of time have a moment in common; the end does not belong to a stretch.
 * @example overlaps([Booking.c.fromAt, Booking.c.untilAt], [new Date(), interval("P1D")])
 */
export function overlaps<const A extends Period, const B extends Period>(
  one: A,
  other: B,
): Condition<boolean | NullIn<A> | NullIn<B>, SourceIn<A> | SourceIn<B>> {
  const type = momentType([...one, ...other])
  const ends = [...one, ...other].map((end, index) => {
    if (isLowerable(end)) return end
    return typed(end, type, `the ${index % 2 === 0 ? "start" : "end"} of a period of overlaps()`)
  })
  return new Condition((context) => {
    const [a, b, c, d] = ends.map((end) => (typeof end === "function" ? end(context) : tight(end, context)))
    return context.dialect.call("overlaps", [a!, b!, c!, d!])
  })
}

function momentType(ends: readonly unknown[]): SqlType {
  for (const end of ends) {
    if (isLowerable(end) && "type" in end) {
      const type = end.type as SqlType | undefined
      if (type !== undefined && type.kind !== "interval") return unmodified(type)
    }
  }
  return { kind: "timestamptz" }
}
