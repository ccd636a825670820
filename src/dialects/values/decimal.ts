import type { SqlType } from "../../sql/index.ts"
import { cannotHold, unreadable, wrongType } from "./refusal.ts"
import type { ValueRules } from "./rules.ts"
import { typeLabel } from "./type-label.ts"

const special = new Set(["NaN", "Infinity", "-Infinity"])
/** PostgreSQL's numeric holds this many digits before and after the point. */
const mostWholeDigits = 131_072
const mostFractionDigits = 16_383

/** numeric: every digit as a string, or with mode `number` the nearest double. The canonical form is plain decimal text. */
export function decimal(type: SqlType): ValueRules<string | number, string> {
  const label = typeLabel(type)
  const numbers = type.mode === "number"
  return {
    check(value) {
      if (typeof value !== (numbers ? "number" : "string"))
        throw wrongType(label, value, numbers ? "a number" : "a decimal number as a string")
      const text = canonicalDecimal(String(value))
      if (text === undefined) throw cannotHold(label, value, "it is not a decimal number")
      const misfit = misfitOf(text, type)
      if (misfit !== undefined) throw cannotHold(label, value, misfit)
      return text
    },
    read(raw) {
      if (numbers) {
        const number = typeof raw === "number" ? raw : Number(readDecimal(label, raw))
        return number
      }
      return readDecimal(label, raw)
    },
  }
}

function readDecimal(label: string, raw: unknown): string {
  const text = typeof raw === "string" || typeof raw === "number" || typeof raw === "bigint" ? canonicalDecimal(String(raw)) : undefined
  if (text === undefined) throw unreadable(label, raw)
  return text
}

/** Plain digits with a point, as PostgreSQL prints them: no exponent, no plus, no leading zeros, no negative zero. Trailing zeros stay. */
export function canonicalDecimal(text: string): string | undefined {
  if (/^(?:0|-?[1-9]\d*)(?:\.\d+)?$/.test(text) || special.has(text)) return text
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/.exec(text)
  if (match === null) return undefined
  const [, sign, wholePart = "", fractionPart = "", exponent = "0"] = match
  if (wholePart === "" && fractionPart === "") return undefined
  const [whole, fraction] = shift(wholePart, fractionPart, Number(exponent))
  const digits = (whole.replace(/^0+/, "") || "0") + (fraction === "" ? "" : `.${fraction}`)
  return sign === "-" && /[1-9]/.test(digits) ? `-${digits}` : digits
}

function shift(whole: string, fraction: string, exponent: number): readonly [whole: string, fraction: string] {
  if (exponent >= 0) return [whole + fraction.slice(0, exponent).padEnd(exponent, "0"), fraction.slice(exponent)]
  const padded = whole.padStart(-exponent, "0")
  return [padded.slice(0, exponent), padded.slice(exponent) + fraction]
}

/** Why canonical decimal text does not fit the type's precision and scale. */
function misfitOf(text: string, type: SqlType): string | undefined {
  const { scale = 0 } = type
  const precision = type.unlimited === true ? undefined : type.precision
  if (text === "NaN") return undefined
  if (special.has(text)) return precision === undefined ? undefined : "a type with a precision has no infinity"
  const [whole = "", fraction = ""] = text.replace("-", "").split(".")
  if (precision === undefined) {
    return whole.length > mostWholeDigits || fraction.length > mostFractionDigits ? "it has too many digits" : undefined
  }
  // Positions count from the point: the first digit before it is 0, the first behind it -1.
  const digits = whole + fraction
  const first = digits.search(/[1-9]/)
  if (first === -1) return undefined
  const highest = whole.length - 1 - first
  const lowest = whole.length - 1 - digits.replace(/0+$/, "").length + 1
  if (highest >= precision - scale) return `it has more than ${Math.max(precision - scale, 0)} digits before the point`
  if (lowest < -scale)
    return scale < 0 ? `it is not a multiple of 1${"0".repeat(-scale)}` : `it has more than ${scale} digits after the point; round it first`
  return undefined
}

/** The same decimal without zeros at the end of its fraction: equal numbers have equal text. */
export function shortestDecimal(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text
}

/** The same decimal with exactly `scale` digits after the point, where it has no more than that. */
export function paddedDecimal(text: string, scale: number): string {
  if (special.has(text) || scale <= 0) return text
  const [whole = "", fraction = ""] = text.split(".")
  return `${whole}.${fraction.padEnd(scale, "0")}`
}

/** The order of two canonical decimal texts; NaN equals itself and is greater than everything else. */
export function compareDecimals(left: string, right: string): number {
  const ranks = [rankOf(left), rankOf(right)] as const
  if (ranks[0] !== ranks[1] || ranks[0] !== 0) return ranks[0] - ranks[1]
  const [leftWhole = "", leftFraction = ""] = left.split(".")
  const [rightWhole = "", rightFraction = ""] = right.split(".")
  const digits = Math.max(leftFraction.length, rightFraction.length)
  const difference = BigInt(leftWhole + leftFraction.padEnd(digits, "0")) - BigInt(rightWhole + rightFraction.padEnd(digits, "0"))
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

function rankOf(text: string): number {
  return text === "NaN" ? 2 : text === "Infinity" ? 1 : text === "-Infinity" ? -1 : 0
}
