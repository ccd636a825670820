import { DefinitionError } from "../../errors/index.ts"
import type { SqlType } from "../../sql/index.ts"
import { brief, cannotHold, unreadable, wrongType } from "./refusal.ts"
import type { ValueRules } from "./rules.ts"
import { typeLabel } from "./type-label.ts"

/** text and varchar: what a database stores as UTF-8 without loss. */
export function plainText(type: SqlType): ValueRules<string> {
  const label = typeLabel(type)
  const length = type.unlimited === true ? undefined : type.length
  return {
    check(value) {
      if (typeof value !== "string") throw wrongType(label, value, "a string")
      if (value.includes("\u0000")) throw cannotHold(label, value, "it contains the NUL character \\u0000")
      if (!value.isWellFormed()) throw cannotHold(label, value, "it contains half of a surrogate pair, which UTF-8 cannot represent")
      if (length !== undefined && value.length > length && characters(value) > length) {
        throw cannotHold(label, value, `it has ${characters(value)} characters`)
      }
      return value
    },
    read: (raw) => readString(label, raw),
  }
}

/** char(n): spaces at the end are padding, which is no part of the value. */
export function paddedText(type: SqlType): ValueRules<string> {
  const text = plainText(type)
  return {
    check: (value) => text.check(typeof value === "string" ? withoutPadding(value) : value),
    read: (raw) => withoutPadding(text.read(raw)),
  }
}

function withoutPadding(text: string): string {
  return text.endsWith(" ") ? text.replace(/ +$/, "") : text
}

/** Code points, as databases count. */
function characters(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}

export function uuid(type: SqlType): ValueRules<string> {
  const label = typeLabel(type)
  return {
    check(value) {
      if (typeof value !== "string") throw wrongType(label, value, "a string")
      if (!/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(value)) {
        throw cannotHold(label, value, "it is not of the form xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")
      }
      return value.toLowerCase()
    },
    read: (raw) => readString(label, raw),
  }
}

/** Labels are checked on the way in only: a label that a newer application added must not stop an older one from reading. */
export function enumLabel(type: SqlType): ValueRules<string> {
  const label = typeLabel(type)
  const { labels } = type
  if (labels === undefined) throw new DefinitionError(`enum ${label} has no labels`)
  const known = new Set(labels)
  return {
    check(value) {
      if (typeof value !== "string") throw wrongType(label, value, "one of its labels")
      if (!known.has(value))
        throw cannotHold(label, value, `its labels are ${labels.slice(0, 8).map(brief).join(", ")}${labels.length > 8 ? ", …" : ""}`)
      return value
    },
    read: (raw) => readString(label, raw),
  }
}

function readString(label: string, raw: unknown): string {
  if (typeof raw === "string") return raw
  throw unreadable(label, raw)
}
