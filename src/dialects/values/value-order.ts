import type { SqlType } from "../../sql/index.ts"
import { compareDecimals } from "./decimal.ts"
import { dayNumber, nextDay } from "./day.ts"
import { isInfinity } from "./moment.ts"
import { millisecondsOf, parseMoment } from "./moment-text.ts"

/** What is known of the order of a type's values, by the texts that its codec encodes them to. */
export interface ValueOrder {
  /** Less than, equal to or greater than 0. */
  readonly compare: (left: string, right: string) => number
  /** For types whose values have neighbours: the next value, `undefined` where there is none. */
  readonly next?: (text: string) => string | undefined
}

/** The order of a type's values as the database has it, or `undefined` where only the database knows. */
export function valueOrder(type: SqlType): ValueOrder | undefined {
  switch (type.kind) {
    case "smallint":
    case "integer":
    case "bigint":
      return wholeNumbers[type.kind]
    case "numeric":
      return { compare: compareDecimals }
    case "real":
    case "double":
      return byKey(Number)
    case "date":
      return { ...byKey(dayNumber), next: (text) => (isInfinity(text) ? text : nextDay(text)) }
    case "timestamp":
    case "timestamptz":
      return byKey(microseconds)
    default:
      return undefined
  }
}

const wholeNumbers = { smallint: wholeNumberOrder(16), integer: wholeNumberOrder(32), bigint: wholeNumberOrder(64) }

function wholeNumberOrder(size: number): ValueOrder {
  return {
    ...byKey(BigInt),
    next(text) {
      const following = BigInt(text) + 1n
      return BigInt.asIntN(size, following) === following ? String(following) : undefined
    },
  }
}

/** NaN comes last, as databases have it. */
function byKey(key: (text: string) => number | bigint): ValueOrder {
  return {
    compare(leftText, rightText) {
      const left = key(leftText)
      const right = key(rightText)
      return left < right ? -1 : left > right ? 1 : Number(Number.isNaN(left)) - Number(Number.isNaN(right))
    },
  }
}

function microseconds(text: string): number | bigint {
  if (isInfinity(text)) return text === "infinity" ? Infinity : -Infinity
  const moment = parseMoment(text)
  return moment === undefined ? Number.NaN : BigInt(millisecondsOf(moment)) * 1000n + BigInt(moment.microsecond % 1000)
}
