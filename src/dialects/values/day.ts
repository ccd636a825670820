import type { SqlType } from "../../sql/index.ts"
import { daysInMonth, epochDay } from "./calendar.ts"
import { isInfinity } from "./moment.ts"
import { cannotHold, unreadable, wrongType } from "./refusal.ts"
import type { ValueRules } from "./rules.ts"
import { typeLabel } from "./type-label.ts"

/** date: `YYYY-MM-DD`; besides that `infinity`, `-infinity`, and years before 1 with ` BC` at the end, as PostgreSQL prints them. */
export function day(type: SqlType): ValueRules<string> {
  const label = typeLabel(type)
  return {
    check(value) {
      if (typeof value !== "string") throw wrongType(label, value, "a string YYYY-MM-DD")
      if (isInfinity(value)) return value
      const match = /^([1-9]\d{4,6}|\d{4})-(\d\d)-(\d\d)( BC)?$/.exec(value)
      if (match === null) throw cannotHold(label, value, "it is not of the form YYYY-MM-DD")
      const year = match[4] === undefined ? Number(match[1]) : 1 - Number(match[1])
      const month = Number(match[2])
      if (month < 1 || month > 12 || Number(match[3]) < 1 || Number(match[3]) > daysInMonth(year, month) || match[1] === "0000") {
        throw cannotHold(label, value, "there is no such day")
      }
      if (year > lastYear || epochDay(year, month, Number(match[3])) < firstDay)
        throw cannotHold(label, value, "the range is 24 November 4714 BC to the year 5874897")
      return value
    },
    read(raw) {
      if (typeof raw === "string" && (/^\d{4,7}-\d\d-\d\d(?: BC)?$/.test(raw) || isInfinity(raw))) return raw
      throw unreadable(label, raw)
    },
  }
}

const written = /^(\d+)-(\d\d)-(\d\d)( BC)?$/
const lastYear = 5_874_897
/** The day from which PostgreSQL counts, 24 November 4714 BC. */
const firstDay: number = epochDay(-4713, 11, 24)

/** Days since 1970-01-01 of the text of a date. */
export function dayNumber(text: string): number {
  if (isInfinity(text)) return text === "infinity" ? Infinity : -Infinity
  const parts = partsOf(text)
  return parts === undefined ? Number.NaN : epochDay(...parts)
}

/** The day after the text of a date, `undefined` after the last one. */
export function nextDay(text: string): string | undefined {
  const [year, month, dayOfMonth] = partsOf(text) ?? [lastYear, 12, 31]
  if (dayOfMonth < daysInMonth(year, month)) return printDay(year, month, dayOfMonth + 1)
  if (month < 12) return printDay(year, month + 1, 1)
  return year < lastYear ? printDay(year + 1, 1, 1) : undefined
}

/** The year is astronomical: 0 is 1 BC. */
function partsOf(text: string): readonly [year: number, month: number, day: number] | undefined {
  const match = written.exec(text)
  if (match === null) return undefined
  const year = match[4] === undefined ? Number(match[1]) : 1 - Number(match[1])
  return [year, Number(match[2]), Number(match[3])]
}

function printDay(year: number, month: number, dayOfMonth: number): string {
  const digits = (number: number, length: number) => String(number).padStart(length, "0")
  return `${digits(year < 1 ? 1 - year : year, 4)}-${digits(month, 2)}-${digits(dayOfMonth, 2)}${year < 1 ? " BC" : ""}`
}

const clock = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?$/

/** time: `HH:MM:SS[.ffffff]` without zeros at the end; `24:00:00` is the end of a day. Seconds may be left out on the way in. */
export function timeOfDay(type: SqlType): ValueRules<string> {
  const label = typeLabel(type)
  return {
    check(value) {
      if (typeof value !== "string") throw wrongType(label, value, "a string HH:MM:SS")
      const match = clock.exec(value)
      if (match === null) throw cannotHold(label, value, "it is not of the form HH:MM:SS")
      const text = printed(match)
      if (text > "24:00:00" || Number(match[2]) > 59 || Number(match[3] ?? 0) > 59)
        throw cannotHold(label, value, "there is no such time of day")
      if ((match[4]?.length ?? 0) > 6) throw cannotHold(label, value, "it has more than 6 digits of a second")
      return text
    },
    read(raw) {
      const match = typeof raw === "string" ? clock.exec(raw) : null
      if (match === null) throw unreadable(label, raw)
      return printed(match)
    },
  }
}

const zonedClock = /^(.+?)(?:Z|([+-])(\d\d)(?::?(\d\d)(?::?(\d\d))?)?)$/

/** timetz: a time of day with the distance of its clock from UTC, `HH:MM:SS[.ffffff]+HH[:MM[:SS]]`, as PostgreSQL prints it. */
export function zonedTimeOfDay(type: SqlType): ValueRules<string> {
  const label = typeLabel(type)
  const rules = timeOfDay(type)
  return {
    check(value) {
      if (typeof value !== "string") throw wrongType(label, value, "a string HH:MM:SS+HH:MM")
      const match = zonedClock.exec(value)
      if (match === null) throw cannotHold(label, value, "it is not of the form HH:MM:SS+HH:MM")
      const [, time, sign = "+", hours = "00", minutes = "00", seconds = "00"] = match
      if (Number(hours) > 15 || Number(minutes) > 59 || Number(seconds) > 59) throw cannotHold(label, value, "there is no such zone")
      const isUtc = Number(hours) + Number(minutes) + Number(seconds) === 0
      const parts = seconds === "00" ? (minutes === "00" ? [hours] : [hours, minutes]) : [hours, minutes, seconds]
      return `${rules.check(time)}${isUtc ? "+" : sign}${parts.join(":")}`
    },
    read(raw) {
      if (typeof raw === "string" && zonedClock.test(raw)) return raw
      throw unreadable(label, raw)
    },
  }
}

function printed([, hours, minutes, seconds = "00", fraction = ""]: RegExpExecArray): string {
  const digits = fraction.replace(/0+$/, "")
  return `${hours}:${minutes}:${seconds}${digits === "" ? "" : `.${digits}`}`
}
