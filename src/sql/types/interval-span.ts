import { StatementError, ValueError } from "../../errors/index.ts"

/** What an interval keeps: months, days and time do not turn into each other. */
export interface Span {
  readonly months: number
  readonly days: number
  readonly microseconds: bigint
}

const whole = "([+-]?\\d+)"
const iso = new RegExp(
  `^([+-]?)P(?=[+-]?\\d|T[+-]?\\d)(?:${whole}Y)?(?:${whole}M)?(?:${whole}W)?(?:${whole}D)?(?:T(?=[+-]?\\d)(?:${whole}H)?(?:${whole}M)?(?:([+-]?)(\\d+)(?:\\.(\\d{1,6}))?S)?)?$`,
)

/** The span that an ISO 8601 duration says, `undefined` for other text. */
export function parseIsoDuration(text: string): Span | undefined {
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

/** The parts of a span of time; whole numbers, but for the seconds, which have up to six digits behind the point. */
export interface IntervalParts<N = number> {
  readonly years?: N
  readonly months?: N
  readonly weeks?: N
  readonly days?: N
  readonly hours?: N
  readonly minutes?: N
  readonly seconds?: N
}

/** The units, from long to short, as ISO 8601 writes them. */
export const intervalUnits = ["years", "months", "weeks", "days", "hours", "minutes", "seconds"] as const
const letters = { years: "Y", months: "M", weeks: "W", days: "D", hours: "H", minutes: "M", seconds: "S" } as const

/** @throws ValueError for anything but a number that a unit can have */
function requirePart(unit: (typeof intervalUnits)[number], value: unknown): number {
  const fits =
    typeof value === "number" &&
    (unit === "seconds" ? Number.isFinite(value) && Math.abs(value) < 1e12 : Number.isSafeInteger(value) && Math.abs(value) < 2 ** 31)
  if (!fits) {
    throw new ValueError(`makeInterval(): ${unit} cannot be ${String(value)}`, {
      hint: unit === "seconds" ? "a number of seconds" : "a whole number of 32 bits",
    })
  }
  return value
}

/** Parts as an ISO 8601 duration. */
export function durationOf(parts: IntervalParts): string {
  let date = ""
  let time = ""
  for (const unit of intervalUnits) {
    const given = parts[unit]
    if (given === undefined) continue
    const value = requirePart(unit, given)
    if (value === 0) continue
    const text = `${unit === "seconds" ? String(Number(value.toFixed(6))) : String(value)}${letters[unit]}`
    if (unit === "hours" || unit === "minutes" || unit === "seconds") time += text
    else date += text
  }
  return `P${date}${time === "" ? (date === "" ? "T0S" : "") : `T${time}`}`
}

const words = "([+-]?\\d+(?:\\.\\d{1,6})?)\\s*(year|month|week|day|hour|minute|second)s?(?![a-z])\\s*"
const allWords = new RegExp(`^\\s*(?:${words})+$`, "i")
const eachWord = new RegExp(words, "gi")

/**
 * A span as it is written, `P1M2DT3H` or `1 month, 2 days and 3 hours`, in ISO 8601.
 * @throws StatementError for other text
 */
export function durationText(written: string): string {
  if (typeof written === "string") {
    if (parseIsoDuration(written) !== undefined) return written
    const text = written.replaceAll(/,|\band\b/gi, " ")
    const found = allWords.test(text) ? [...text.matchAll(eachWord)] : []
    const parts = Object.fromEntries(found.map(([, count, unit]) => [`${unit!.toLowerCase()}s`, Number(count)]))
    if (found.length > 0 && Object.keys(parts).length === found.length) return durationOf(parts)
  }
  throw new StatementError(`interval(): ${JSON.stringify(written)} is not a span of time`, {
    hint: 'write "P1M2DT3H", "1 month, 2 days, 3 hours" or makeInterval({ months: 1, days: 2, hours: 3 })',
  })
}
