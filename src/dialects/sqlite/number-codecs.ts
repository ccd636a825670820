import type { Codec, SqlType } from "../../sql/index.ts"
import { codecOfRules } from "../values/codec-of-rules.ts"
import { decimal, paddedDecimal, shortestDecimal } from "../values/decimal.ts"
import { floatingPoint } from "../values/floating-point.ts"
import { cannotHold } from "../values/refusal.ts"
import type { ValueRules } from "../values/rules.ts"
import { typeLabel } from "../values/type-label.ts"
import { exactDigits, isRealDecimal } from "./types.ts"

/** SQLite stores NaN as NULL, and -0 as 0. */
export function floatCodec(type: SqlType): Codec<number> {
  const label = typeLabel(type)
  return codecOfRules(floatingPoint(type), (value) => {
    if (Number.isNaN(value)) throw cannotHold(label, value, "SQLite has no NaN")
    return value + 0
  })
}

export function numericCodec(type: SqlType): Codec<string | number> {
  return isRealDecimal(type) ? realDecimalCodec(type) : textDecimalCodec(type)
}

/** Equal numbers have equal text, so that comparing for equality, unique indexes and joins work. */
function textDecimalCodec(type: SqlType): Codec<string | number> {
  const { precision, scale = 0 } = type
  return codecOfRules(
    decimal(type),
    (text) => (precision === undefined ? shortestDecimal(text) : paddedDecimal(shortestDecimal(text), scale)),
    (value) => shortestDecimal(String(value)),
  )
}

/** Sums of doubles have digits behind the last one that the type keeps, or that a double can be trusted with. */
function rounded(raw: number, { scale = 0, unlimited }: SqlType): string {
  return unlimited === true ? String(Number(raw.toPrecision(exactDigits))) : raw.toFixed(scale)
}

function realDecimalCodec(type: SqlType): Codec<string | number> {
  const label = typeLabel(type)
  const { scale = 0 } = type
  const rules = decimal(type)
  const read = (raw: unknown): string | number => {
    const text = typeof raw === "number" && Number.isFinite(raw) && Math.abs(raw) < 1e21 ? rounded(raw, type) : raw
    return typeof text === "string" && type.mode !== "number" ? paddedDecimal(rules.read(text) as string, scale) : rules.read(text)
  }
  const rounding: ValueRules<string | number, string> = { check: (value) => rules.check(value), read }
  return codecOfRules(
    rounding,
    (text) => {
      if (text === "NaN") throw cannotHold(label, text, "SQLite has no NaN")
      return Number(text)
    },
    (value) => shortestDecimal(String(value)),
  )
}
