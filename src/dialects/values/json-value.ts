import { type SqlType, jsonNull } from "../../sql/index.ts"
import { cannotHold, unreadable } from "./refusal.ts"
import type { ValueRules } from "./rules.ts"
import { typeLabel } from "./type-label.ts"

/** json and jsonb: the canonical form is the JSON text. A JSON null as the whole value is {@link jsonNull}. */
export function jsonText(type: SqlType): ValueRules<unknown, string> {
  const label = typeLabel(type)
  const binary = type.kind === "jsonb"
  return {
    check(value) {
      const text = stringify(label, value)
      if (text === undefined) throw cannotHold(label, value, "JSON has no form for it")
      if (binary) checkEscapes(label, value, text)
      return text
    },
    read(raw) {
      if (typeof raw !== "string") throw unreadable(label, raw)
      try {
        return fromParsed(JSON.parse(raw))
      } catch {
        throw unreadable(label, raw)
      }
    },
  }
}

/** A parsed JSON value as the value of a column. */
export function fromParsed(parsed: unknown): unknown {
  return parsed === null ? jsonNull : parsed
}

function stringify(label: string, value: unknown): string | undefined {
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch (error) {
    throw cannotHold(label, value, error instanceof Error ? (error.message.split("\n")[0] ?? "") : "it cannot be turned into JSON")
  }
  // Only what became null can have been lost; a walk through every value would cost as much as the writing.
  const lost = (text ?? "").includes("null") ? lostValue(value) : undefined
  if (lost !== undefined) throw cannotHold(label, value, `it would keep ${lost} as null`)
  return text
}

/** The first value that `JSON.stringify` writes as null although it is not: a number or moment that is none, a gap in a list. */
function lostValue(value: unknown): string | undefined {
  let found: string | undefined
  JSON.stringify(value, function (this: object, key: string, written: unknown) {
    const given: unknown = Reflect.get(this, key)
    if (typeof written === "number" && !Number.isFinite(written)) found ??= String(written)
    else if (given instanceof Date && Number.isNaN(given.getTime())) found ??= "an invalid Date"
    else if (Array.isArray(this) && hasNoJson(written))
      found ??= written === undefined ? "undefined in a list" : `a ${typeof written} in a list`
    return written
  })
  return found
}

/** jsonb keeps text as UTF-8, so it has no place for what `JSON.stringify` could only write as these escapes. */
function checkEscapes(label: string, value: unknown, text: string): void {
  if (!text.includes("\\u")) return
  const escape = /(?<!\\)(?:\\\\)*\\u(0000|d[89a-f])/.exec(text)?.[1]
  if (escape === undefined) return
  throw cannotHold(
    label,
    value,
    escape === "0000" ? "a string in it contains the NUL character \\u0000" : "a string in it contains half of a surrogate pair",
  )
}

/** Whether parsed JSON is what `value` would be written as. */
export function isSameJson(parsed: unknown, value: unknown): boolean {
  if (parsed === value) return true
  if (typeof value !== "object" || value === null || (value instanceof Date && Number.isNaN(value.getTime()))) return false
  const written: unknown = "toJSON" in value && typeof value.toJSON === "function" ? value.toJSON("") : value
  if (written !== value) return isSameJson(parsed, written)
  if (value instanceof Number || value instanceof String || value instanceof Boolean) return parsed === value.valueOf()
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed) !== Array.isArray(value)) return false
  return Array.isArray(parsed) ? isSameList(parsed, value as unknown[]) : isSameObject(parsed, value)
}

function isSameList(parsed: readonly unknown[], value: readonly unknown[]): boolean {
  return parsed.length === value.length && parsed.every((item, index) => isSameJson(item, value[index]))
}

function isSameObject(parsed: object, value: object): boolean {
  let shared = 0
  for (const key of Object.keys(value)) {
    const item: unknown = Reflect.get(value, key)
    if (hasNoJson(item)) continue
    if (!Object.hasOwn(parsed, key) || !isSameJson(Reflect.get(parsed, key), item)) return false
    shared++
  }
  return shared === Object.keys(parsed).length
}

/** What `JSON.stringify` leaves out of objects, as is meant by it, and would write as null in lists. */
function hasNoJson(value: unknown): boolean {
  return value === undefined || typeof value === "function" || typeof value === "symbol"
}
