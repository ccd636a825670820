import type { SqlType } from "../../sql/index.ts"
import { isInfinity } from "./moment.ts"
import { cannotHold, unreadable, wrongType } from "./refusal.ts"
import type { ValueRules } from "./rules.ts"
import { typeLabel } from "./type-label.ts"

/** What an interval keeps: months, days and time do not turn into each other. */
interface Span {
  readonly months: number
  readonly days: number
  readonly microseconds: bigint
}

/**
 * interval as an ISO 8601 duration, `P1Y2M3DT4H5M6.789S`; zero is `PT0S`. When all parts are negative the sign stands in
 * front (`-P1D`, as `Temporal.Duration` writes it); parts of different signs have their own (`P1M-1D`).
 * `infinity` and `-infinity` stand for themselves. The canonical form has a sign at each part, as databases read it.
 */
export function duration(type: SqlType): ValueRules<string> {
  const label = typeLabel(type)
  return {
    check(value) {
      if (typeof value !== "string") throw wrongType(label, value, "an ISO 8601 duration")
      if (isInfinity(value)) return value
      const span = parseIso(value)
      if (span === undefined) throw cannotHold(label, value, "it is not an ISO 8601 duration such as P1DT2H30M")
      if (!fits(span)) throw cannotHold(label, value, "it is out of range")
      return print(span, false)
    },
    read(raw) {
      if (typeof raw !== "string") throw unreadable(label, raw)
      if (isInfinity(raw)) return raw
      const span = parseIso(raw) ?? parsePostgres(raw)
      if (span === undefined) throw unreadable(label, raw)
      return print(span, true)
    },
  }
}

const whole = "([+-]?\\d+)"
const iso = new RegExp(
  `^([+-]?)P(?=[+-]?\\d|T[+-]?\\d)(?:${whole}Y)?(?:${whole}M)?(?:${whole}W)?(?:${whole}D)?(?:T(?=[+-]?\\d)(?:${whole}H)?(?:${whole}M)?(?:([+-]?)(\\d+)(?:\\.(\\d{1,6}))?S)?)?$`,
)

function parseIso(text: string): Span | undefined {
  const match = iso.exec(text)
  if (match === null) return undefined
  const [, sign, years = 0, months = 0, weeks = 0, days = 0, hours = "0", minutes = "0", secondSign, seconds = "0", fraction = ""] = match
  const second = BigInt(seconds) * 1_000_000n + BigInt(fraction.padEnd(6, "0"))
  const factor = sign === "-" ? -1 : 1
  return {
    months: factor * (Number(years) * 12 + Number(months)),
    days: factor * (Number(weeks) * 7 + Number(days)),
    microseconds: BigInt(factor) * ((BigInt(hours) * 3600n + BigInt(minutes) * 60n) * 1_000_000n + (secondSign === "-" ? -second : second)),
  }
}

const postgres = /^(?:([+-]?\d+) years? ?)?(?:([+-]?\d+) mons? ?)?(?:([+-]?\d+) days? ?)?(?:([+-]?)(\d+):(\d\d):(\d\d)(?:\.(\d{1,6}))?)?$/

/** PostgreSQL's print under `IntervalStyle = postgres`: `1 year 2 mons -3 days +04:05:06.789`. */
function parsePostgres(text: string): Span | undefined {
  const match = text === "" ? null : postgres.exec(text)
  if (match === null) return undefined
  const [, years = 0, months = 0, days = 0, sign, hours = "0", minutes = "0", seconds = "0", fraction = ""] = match
  const time = (BigInt(hours) * 3600n + BigInt(minutes) * 60n + BigInt(seconds)) * 1_000_000n + BigInt(fraction.padEnd(6, "0"))
  return { months: Number(years) * 12 + Number(months), days: Number(days), microseconds: sign === "-" ? -time : time }
}

function fits({ months, days, microseconds }: Span): boolean {
  return (months | 0) === months && (days | 0) === days && BigInt.asIntN(64, microseconds) === microseconds
}

function print({ months, days, microseconds }: Span, leadingSign: boolean): string {
  const negative = leadingSign && months <= 0 && days <= 0 && microseconds <= 0n && (months < 0 || days < 0 || microseconds < 0n)
  const factor = negative ? -1 : 1
  const date = part((factor * months) / 12, "Y") + part((factor * months) % 12, "M") + part(factor * days, "D")
  const time = printTime(BigInt(factor) * microseconds)
  return `${negative ? "-" : ""}P${date}${time === "" ? (date === "" ? "T0S" : "") : `T${time}`}`
}

function part(value: number, unit: string): string {
  const number = Math.trunc(value)
  return number === 0 ? "" : `${number}${unit}`
}

function printTime(microseconds: bigint): string {
  const sign = microseconds < 0n ? "-" : ""
  const total = microseconds < 0n ? -microseconds : microseconds
  const hours = total / 3_600_000_000n
  const minutes = (total / 60_000_000n) % 60n
  const seconds = (total / 1_000_000n) % 60n
  const fraction = String(total % 1_000_000n)
    .padStart(6, "0")
    .replace(/0+$/, "")
  const second = seconds === 0n && fraction === "" ? "" : `${sign}${seconds}${fraction === "" ? "" : `.${fraction}`}S`
  return (hours === 0n ? "" : `${sign}${hours}H`) + (minutes === 0n ? "" : `${sign}${minutes}M`) + second
}
