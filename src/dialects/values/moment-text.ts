import { daysInMonth, epochDay } from "./calendar.ts"

/** A date and time of day as written, before any zone is applied. `year` is astronomical: 0 is 1 BC. */
export interface WrittenMoment {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly microsecond: number
  /** Seconds east of UTC; absent when no zone is written. */
  readonly offset: number | undefined
}

const pattern =
  /^([1-9]\d{4,5}|\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6})\d*)?)?)?(Z|[+-]\d\d(?::?\d\d(?::\d\d)?)?)?( BC)?$/

/** Reads ISO 8601 and what PostgreSQL and SQLite print; `undefined` for anything else and for days that do not exist. */
export function parseMoment(text: string): WrittenMoment | undefined {
  const match = pattern.exec(text)
  if (match === null) return undefined
  const [, years, months, days, hours = "0", minutes = "0", seconds = "0", fraction = "", zone, era] = match
  const written = Number(years)
  if (written === 0) return undefined
  const moment: WrittenMoment = {
    year: era === undefined ? written : 1 - written,
    month: Number(months),
    day: Number(days),
    hour: Number(hours),
    minute: Number(minutes),
    second: Number(seconds),
    microsecond: Number(fraction.padEnd(6, "0")),
    offset: zone === undefined ? undefined : offsetOf(zone),
  }
  return isReal(moment) ? moment : undefined
}

function offsetOf(zone: string): number {
  if (zone === "Z") return 0
  const [hours = "0", minutes = "0", seconds = "0"] = zone.slice(1).match(/\d\d/g) ?? []
  const offset = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  return zone.startsWith("-") ? -offset : offset
}

function isReal({ year, month, day, hour, minute, second }: WrittenMoment): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month) && hour < 24 && minute < 60 && second < 60
}

/** Milliseconds since 1970-01-01 UTC, rounded down; a moment without a zone counts as UTC. */
export function millisecondsOf(moment: WrittenMoment): number {
  const seconds =
    epochDay(moment.year, moment.month, moment.day) * 86_400 +
    moment.hour * 3600 +
    moment.minute * 60 +
    moment.second -
    (moment.offset ?? 0)
  return seconds * 1000 + Math.floor(moment.microsecond / 1000)
}

/** The same moment written in UTC. @returns undefined outside of what a `Date` can hold */
export function inUtc(moment: WrittenMoment): WrittenMoment | undefined {
  if (moment.offset === undefined || moment.offset === 0) return moment
  const at = new Date(millisecondsOf(moment))
  return Number.isNaN(at.getTime()) ? undefined : { ...momentOf(at), microsecond: moment.microsecond }
}

/** A valid Date, written in UTC. */
export function momentOf(at: Date): WrittenMoment {
  return {
    year: at.getUTCFullYear(),
    month: at.getUTCMonth() + 1,
    day: at.getUTCDate(),
    hour: at.getUTCHours(),
    minute: at.getUTCMinutes(),
    second: at.getUTCSeconds(),
    microsecond: at.getUTCMilliseconds() * 1000,
    offset: 0,
  }
}

/** `YYYY-MM-DDTHH:MM:SS[.ffffff]` and the zone; years before 1 as PostgreSQL prints them, with ` BC` at the very end. */
export function printMoment(moment: WrittenMoment, zone: "" | "Z"): string {
  const day = `${printYear(moment.year)}-${pad(moment.month)}-${pad(moment.day)}`
  const time = `${pad(moment.hour)}:${pad(moment.minute)}:${pad(moment.second)}${printFraction(moment.microsecond)}`
  return `${day}T${time}${zone}${moment.year < 1 ? " BC" : ""}`
}

function pad(number: number): string {
  return number < 10 ? `0${number}` : String(number)
}

function printYear(year: number): string {
  return String(year < 1 ? 1 - year : year).padStart(4, "0")
}

/** `.5` of 500,000 microseconds, nothing of 0. */
function printFraction(microsecond: number): string {
  return microsecond === 0 ? "" : `.${String(microsecond).padStart(6, "0")}`.replace(/0+$/, "")
}

/**
 * Milliseconds since 1970-01-01 UTC of the forms that databases print all the time:
 * `YYYY-MM-DD` and `HH:MM:SS[.f…]` joined by a space or `T`, in UTC (`+00`, `+00:00`, `Z`) or without a zone.
 * NaN for every other text, which {@link parseMoment} may still know.
 */
export function fastMilliseconds(text: string): number {
  const { length } = text
  if (length < 19) return Number.NaN
  const separator = text.charCodeAt(10)
  if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45 || (separator !== 32 && separator !== 84)) return Number.NaN
  if (text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return Number.NaN
  const month = twoDigits(text, 5)
  const day = twoDigits(text, 8)
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2)
  const hour = twoDigits(text, 11)
  const minute = twoDigits(text, 14)
  const second = twoDigits(text, 17)
  // Not `>`: comparisons with the NaN of a character that is no digit are false.
  if (!(year > 0 && month > 0 && month < 13 && day > 0 && day < 32 && hour < 24 && minute < 60 && second < 60)) return Number.NaN
  if (day > 28 && day > daysInMonth(year, month)) return Number.NaN
  let position = 19
  let millisecond = 0
  if (position < length && text.charCodeAt(position) === 46) {
    let scale = 100
    let digit = 0
    while (++position < length && (digit = text.charCodeAt(position) - 48) >= 0 && digit <= 9) {
      millisecond += digit * scale
      scale = scale === 100 ? 10 : scale === 10 ? 1 : 0
    }
    if (position === 20) return Number.NaN
  }
  if (position < length && !isUtc(text, position)) return Number.NaN
  return epochDay(year, month, day) * 86_400_000 + hour * 3_600_000 + minute * 60_000 + second * 1000 + millisecond
}

function twoDigits(text: string, index: number): number {
  const tens = text.charCodeAt(index) - 48
  const units = text.charCodeAt(index + 1) - 48
  return tens >= 0 && tens <= 9 && units >= 0 && units <= 9 ? tens * 10 + units : Number.NaN
}

function isUtc(text: string, position: number): boolean {
  const first = text.charCodeAt(position)
  const rest = text.length - position
  if (first === 90) return rest === 1
  if (first !== 43 || text.charCodeAt(position + 1) !== 48 || text.charCodeAt(position + 2) !== 48) return false
  return rest === 3 || (rest === 6 && text.endsWith(":00"))
}
