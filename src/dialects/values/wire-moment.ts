import { dateOfEpochDay } from "./calendar.ts"
import { printMoment } from "./moment-text.ts"

/**
 * A timestamp or timestamptz that came in the binary form of PostgreSQL's protocol. A raw value as the server's text is one: to the
 * microsecond, and what is sent back for it is text.
 */
export class WireMoment {
  /** Since 1970-01-01 UTC, a safe integer. */
  readonly microseconds: number

  constructor(microseconds: number) {
    this.microseconds = microseconds
  }
  /** Rounded down. */
  get milliseconds(): number {
    return Math.floor(this.microseconds / 1000)
  }
  /** ISO, in UTC and without a zone. */
  toString(): string {
    return distantMoment(BigInt(this.microseconds))
  }
}

const perDay = 86_400_000_000n

/** Any number of microseconds since 1970-01-01 as ISO text, in UTC and without a zone; years before 1 end in ` BC`. */
export function distantMoment(microseconds: bigint): string {
  const ofDay = ((microseconds % perDay) + perDay) % perDay
  const date = dateOfEpochDay(Number((microseconds - ofDay) / perDay))
  const time = Number(ofDay)
  const seconds = Math.floor(time / 1_000_000)
  return printMoment(
    {
      ...date,
      hour: Math.floor(seconds / 3600),
      minute: Math.floor(seconds / 60) % 60,
      second: seconds % 60,
      microsecond: time % 1_000_000,
      offset: undefined,
    },
    "",
  )
}
