import type { SqlType } from "../../sql/index.ts"
import { fastMilliseconds, inUtc, millisecondsOf, parseMoment, printMoment } from "./moment-text.ts"
import { cannotHold, unreadable, wrongType } from "./refusal.ts"
import type { ValueRules } from "./rules.ts"
import { typeLabel } from "./type-label.ts"
import { WireMoment } from "./wire-moment.ts"

/** The first moment of PostgreSQL's calendar, 24 November 4714 BC, and the last year of its timestamps. */
const firstMillisecond = Date.UTC(-4713, 10, 24)
const lastYear = 294_276

export function isInfinity(text: string): boolean {
  return text === "infinity" || text === "-infinity"
}

/** timestamp and timestamptz as a `Date`; the canonical form is its milliseconds. Digits behind the milliseconds are dropped. */
export function dateMoment(type: SqlType): ValueRules<Date, number> & { readMilliseconds(raw: unknown): number } {
  const label = typeLabel(type)
  const readMilliseconds = (raw: unknown): number => {
    if (raw instanceof WireMoment) return raw.milliseconds
    if (typeof raw !== "string") throw unreadable(label, raw)
    const fast = fastMilliseconds(raw)
    return Number.isNaN(fast) ? slowMilliseconds(label, raw) : fast
  }
  return {
    check(value) {
      if (!(value instanceof Date)) throw wrongType(label, value, "a Date")
      const milliseconds = value.getTime()
      if (Number.isNaN(milliseconds)) throw cannotHold(label, value, "it is no moment")
      if (milliseconds < firstMillisecond) throw cannotHold(label, value, "it is before 24 November 4714 BC")
      return milliseconds
    },
    read: (raw) => new Date(readMilliseconds(raw)),
    readMilliseconds,
  }
}

function slowMilliseconds(label: string, raw: string): number {
  const moment = parseMoment(raw)
  const milliseconds = moment === undefined ? Number.NaN : millisecondsOf(moment)
  if (Math.abs(milliseconds) <= 8.64e15) return milliseconds
  throw unreadable(label, raw, isInfinity(raw) || moment !== undefined ? 'a Date cannot hold it: use mode "string"' : undefined)
}

/**
 * timestamp and timestamptz as ISO text with every digit, a timestamptz in UTC with `Z`.
 * Besides ISO there are `infinity`, `-infinity` and years before 1, which end in ` BC`.
 */
export function textMoment(type: SqlType): ValueRules<string> {
  const label = typeLabel(type)
  const zoned = type.kind === "timestamptz"
  const zone = zoned ? "Z" : ""
  return {
    check(value) {
      if (typeof value !== "string") throw wrongType(label, value, "an ISO string")
      if (isInfinity(value)) return value
      const moment = value.includes(":") ? parseMoment(value) : undefined
      if (moment === undefined) throw cannotHold(label, value, `it is not of the form YYYY-MM-DDTHH:MM:SS${zone}`)
      if (/\.\d{7}/.test(value)) throw cannotHold(label, value, "it has more than 6 digits of a second")
      if (zoned && moment.offset === undefined) throw cannotHold(label, value, "it has no zone", 'end it with "Z" when it is UTC')
      if (!zoned && moment.offset !== undefined) throw cannotHold(label, value, "a wall clock has no zone")
      const utc = inUtc(moment)
      if (utc === undefined || utc.year > lastYear || millisecondsOf(utc) < firstMillisecond)
        throw cannotHold(label, value, "the range is 24 November 4714 BC to the year 294276")
      return printMoment(utc, zone)
    },
    read(raw) {
      if (typeof raw !== "string") throw unreadable(label, raw)
      if (isPrinted(raw, zoned) && !Number.isNaN(fastMilliseconds(raw)))
        return `${raw.slice(0, 10)}T${zoned ? raw.slice(11, -3) : raw.slice(11)}${zone}`
      if (isInfinity(raw)) return raw
      const moment = parseMoment(raw)
      const utc = moment === undefined ? undefined : inUtc(moment)
      if (utc === undefined || (!zoned && moment?.offset)) throw unreadable(label, raw)
      return printMoment(utc, zone)
    },
  }
}

/** PostgreSQL's own print of the years 1000 to 9999, which needs no parsing: its fraction has no zero at the end. */
function isPrinted(raw: string, zoned: boolean): boolean {
  const end = zoned ? raw.length - 3 : raw.length
  if (raw.charCodeAt(10) !== 32 || (zoned && !raw.endsWith("+00"))) return false
  return end === 19 || (end > 20 && end <= 26 && raw.charCodeAt(19) === 46 && isDigitAboveZero(raw.charCodeAt(end - 1)))
}

function isDigitAboveZero(code: number): boolean {
  return code > 48 && code <= 57
}
