import type { ValueError } from "../../errors/index.ts"
import type { Codec, SqlType } from "../../sql/index.ts"
import { codecOfRules } from "../values/codec-of-rules.ts"
import { day, timeOfDay } from "../values/day.ts"
import { dateMoment, isInfinity, textMoment } from "../values/moment.ts"
import { cannotHold } from "../values/refusal.ts"
import { typeLabel } from "../values/type-label.ts"

// Stored text sorts as time does, because every column has one format: years of four digits, a fraction of fixed length.
// `-infinity` sorts before all of it and `infinity` behind.

/** `YYYY-MM-DDTHH:MM:SS.sss`, with `Z` for a timestamptz. */
export function dateCodec(type: SqlType): Codec<Date> {
  const label = typeLabel(type)
  const rules = dateMoment(type)
  return {
    encode(value) {
      rules.check(value)
      const text = value.toISOString()
      if (text.length !== 24 || text.startsWith("0000")) throw outOfRange(label, value)
      return type.kind === "timestamptz" ? text : text.slice(0, -1)
    },
    decode: (raw) => rules.read(raw),
    decodeJson: (value) => rules.read(value),
    same: (raw, value) => value instanceof Date && rules.readMilliseconds(raw) === value.getTime(),
  }
}

/** `YYYY-MM-DDTHH:MM:SS.ffffff`, with `Z` for a timestamptz. */
export function textMomentCodec(type: SqlType): Codec<string> {
  const label = typeLabel(type)
  return codecOfRules(textMoment(type), (text) => {
    if (isInfinity(text)) return text
    const [, moment = "", zone = ""] = /^(\d{4}-[^ ]*?)(Z?)$/.exec(text) ?? []
    if (moment === "") throw outOfRange(label, text)
    return `${withMicroseconds(moment)}${zone}`
  })
}

/** `YYYY-MM-DD`. */
export function dayCodec(type: SqlType): Codec<string> {
  const label = typeLabel(type)
  return codecOfRules(day(type), (text) => {
    if (text.length !== 10 && !isInfinity(text)) throw outOfRange(label, text)
    return text
  })
}

/** `HH:MM:SS.ffffff`. */
export function timeCodec(type: SqlType): Codec<string> {
  return codecOfRules(timeOfDay(type), withMicroseconds)
}

function withMicroseconds(text: string): string {
  const [whole = "", fraction = ""] = text.split(".")
  return `${whole}.${fraction.padEnd(6, "0")}`
}

function outOfRange(label: string, value: unknown): ValueError {
  return cannotHold(label, value, "SQLite keeps the years 1 to 9999")
}
