import type { AnyExpr } from "./any-expression.ts"
import type { IsoDate, isoDate, IsoDateTime, isoDateTime, IsoDuration, isoDuration, IsoTime, isoTime } from "../types/iso-text.ts"

/** What a value is in arithmetic. Exact decimals are strings, and so is all other text: that is refused at run time. */
export type Family<V> = V extends number
  ? "number"
  : V extends bigint
    ? "bigint"
    : V extends Date
      ? "moment"
      : V extends string
        ? TextFamily<V>
        : never
type TextFamily<V extends string> = typeof isoDate extends keyof V
  ? "date"
  : typeof isoDateTime extends keyof V
    ? "datetime"
    : typeof isoDuration extends keyof V
      ? "duration"
      : typeof isoTime extends keyof V
        ? "time"
        : "decimal"

type NumericExpression = AnyExpr<number | bigint | string | null>
type IntervalExpression = AnyExpr<string | null>

/** What may be added, by what it is added to. A span of time is `interval("P1D")`; a bare number beside a date is days. */
export interface Addends {
  number: number | NumericExpression
  bigint: bigint | number | NumericExpression
  decimal: string | number | NumericExpression
  date: number | NumericExpression
  time: IntervalExpression
  datetime: IntervalExpression
  moment: IntervalExpression
  duration: string | AnyExpr<string | Date | null>
}
/** What may be taken away. A bare string beside a date or time is another one. */
export interface Subtrahends extends Omit<Addends, "date" | "time" | "datetime" | "moment" | "duration"> {
  date: string | number | NumericExpression
  time: string | IntervalExpression
  datetime: string | IntervalExpression
  moment: Date | AnyExpr<string | Date | null>
  duration: string | IntervalExpression
}
/** What may be multiplied with. */
export interface Factors extends Pick<Addends, "number" | "bigint" | "decimal"> {
  duration: number | AnyExpr<number | string | null>
}

interface Numbers {
  number: { number: number; bigint: bigint; decimal: string }
  bigint: { number: bigint; bigint: bigint; decimal: string }
  decimal: { number: string; bigint: string; decimal: string; duration: string }
}
/** What a sum gives, by its two sides. */
export interface Sums {
  number: Numbers["number"] & { date: IsoDate }
  bigint: Numbers["bigint"] & { date: IsoDate }
  decimal: Numbers["decimal"]
  date: { number: IsoDate; bigint: IsoDate; duration: IsoDateTime; time: IsoDateTime }
  time: { duration: IsoTime; date: IsoDateTime }
  datetime: { duration: IsoDateTime }
  moment: { duration: Date }
  duration: { duration: IsoDuration; date: IsoDateTime; datetime: IsoDateTime; moment: Date; time: IsoTime }
}
/** What a difference gives. */
export interface Differences extends Numbers {
  date: { number: IsoDate; bigint: IsoDate; duration: IsoDateTime; date: number }
  time: { duration: IsoTime; time: IsoDuration }
  datetime: { duration: IsoDateTime; datetime: IsoDuration }
  moment: { duration: Date; moment: IsoDuration }
  duration: { duration: IsoDuration }
}
/** What a product gives. */
export interface Products {
  number: Numbers["number"] & { duration: IsoDuration }
  bigint: Numbers["bigint"]
  decimal: Numbers["decimal"] & { duration: IsoDuration }
  duration: { number: IsoDuration; decimal: IsoDuration }
}
/** What a quotient gives. */
export interface Quotients extends Numbers {
  duration: { number: IsoDuration; decimal: IsoDuration }
}

/** The type of the other side: an expression's own; a bare string is what it stands beside. */
type FamilyBeside<Left, O> = O extends { readonly $value: infer V } ? Family<NonNullable<V>> : O extends string ? Left : Family<O>
type At<T, K> = K extends keyof T ? T[K] : never
/** The result of an operation on a `V` and an operand, without null. */
export type ResultIn<Table, V, O> = At<At<Table, Family<NonNullable<V>>>, FamilyBeside<Family<NonNullable<V>>, O>>
/** The operands that an operation takes beside a `V`. */
export type OperandIn<Table, V> = At<Table, Family<NonNullable<V>>>
