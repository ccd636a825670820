import type { SqlType } from "../../sql/index.ts"
import { cannotHold, unreadable, wrongType } from "./refusal.ts"
import type { ValueRules } from "./rules.ts"
import { typeLabel } from "./type-label.ts"

const bits: Partial<Record<SqlType["kind"], number>> = { smallint: 16, integer: 32, bigint: 64 }

/** smallint, integer, bigint and oid, in the JavaScript form that the type's mode asks for. */
export function wholeNumber(type: SqlType): ValueRules<number | bigint | string, number | bigint> {
  const label = typeLabel(type)
  if (type.kind === "oid") return numbers(label, 0, 2 ** 32 - 1)
  // A sum of bigints is longer than one, and numeric in PostgreSQL.
  const size = type.unlimited === true ? Number.POSITIVE_INFINITY : (bits[type.kind] ?? 64)
  const mode = type.mode === undefined || type.mode === "default" ? (type.kind === "bigint" ? "bigint" : "number") : type.mode
  if (mode === "number") return numbers(label, ...numberRange(size))
  return mode === "string" ? strings(label, size) : bigints(label, size)
}

function numberRange(size: number): readonly [low: number, high: number] {
  return size === 64 ? [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER] : [-(2 ** (size - 1)), 2 ** (size - 1) - 1]
}

function numbers(label: string, low: number, high: number): ValueRules<number> {
  return {
    check(value) {
      if (typeof value !== "number") throw wrongType(label, value, "a whole number")
      if (!Number.isInteger(value)) throw cannotHold(label, value, "it is not a whole number")
      if (value < low || value > high) throw cannotHold(label, value, `the range is ${low} to ${high}`)
      return value + 0
    },
    read(raw) {
      const number =
        typeof raw === "number" ? raw : typeof raw === "string" ? readDigits(raw) : typeof raw === "bigint" ? Number(raw) : Number.NaN
      if (number >= low && number <= high && Number.isInteger(number)) return number
      throw unreadable(
        label,
        raw,
        typeof raw === "object" || Number.isNaN(number) ? undefined : `a number keeps whole numbers from ${low} to ${high}`,
      )
    },
  }
}

/** `Number(text)` for the text of a whole number; faster on the few digits that most have. */
function readDigits(text: string): number {
  const { length } = text
  const negative = text.charCodeAt(0) === 45
  const start = negative ? 1 : 0
  if (length > 15 || length === start) return length === start ? Number.NaN : Number(text)
  let number = 0
  for (let index = start; index < length; index++) {
    const digit = text.charCodeAt(index) - 48
    if (digit < 0 || digit > 9) return Number(text)
    number = number * 10 + digit
  }
  return negative ? -number + 0 : number
}

function bigints(label: string, size: number): ValueRules<bigint> {
  return {
    check(value) {
      if (typeof value !== "bigint") throw wrongType(label, value, "a bigint")
      if (!fits(value, size)) throw cannotHold(label, value, rangeOf(size))
      return value
    },
    read: (raw) => readBigint(label, raw),
  }
}

function strings(label: string, size: number): ValueRules<string, bigint> {
  return {
    check(value) {
      if (typeof value !== "string" || !/^-?\d{1,20}$/.test(value)) throw wrongType(label, value, "a whole number as a string")
      const number = BigInt(value)
      if (!fits(number, size)) throw cannotHold(label, value, rangeOf(size))
      return number
    },
    read: (raw) => String(readBigint(label, raw)),
  }
}

function readBigint(label: string, raw: unknown): bigint {
  if (typeof raw === "bigint") return raw
  if (typeof raw === "string" ? /^-?\d+$/.test(raw) : Number.isSafeInteger(raw)) return BigInt(raw as string | number)
  throw unreadable(label, raw)
}

function fits(number: bigint, size: number): boolean {
  return size === Number.POSITIVE_INFINITY || BigInt.asIntN(size, number) === number
}

function rangeOf(size: number): string {
  const high = 1n << BigInt(size - 1)
  return `the range is ${-high} to ${high - 1n}`
}
