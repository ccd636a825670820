import type { SqlType } from "../../sql/index.ts"
import { plainText } from "./text.ts"
import { cannotHold, unreadable, wrongType } from "./refusal.ts"
import { typeLabel } from "./type-label.ts"

/** What an hstore holds, as a plain object. */
export type Hstore = Record<string, string | null>

const text = plainText({ kind: "text" })

/** A copy with its keys in order. @throws ValueError when it is not an object of strings and nulls */
export function checkHstore(type: SqlType, value: unknown): Hstore {
  const label = typeLabel(type)
  const isObject = typeof value === "object" && value !== null
  const prototype: unknown = isObject ? Object.getPrototypeOf(value) : undefined
  if (!isObject || (prototype !== Object.prototype && prototype !== null))
    throw wrongType(label, value, "an object whose values are strings or null")
  const checked: Hstore = {}
  for (const key of Object.keys(value).toSorted()) {
    const item: unknown = Reflect.get(value, key)
    text.check(key)
    if (item !== null && typeof item !== "string") throw cannotHold(label, value, `"${key}" is neither a string nor null`)
    setItem(checked, key, item === null ? null : text.check(item))
  }
  return checked
}

/** A key may have any name, also the one that would set the prototype. */
function setItem(object: Hstore, key: string, value: string | null): void {
  if (key === "__proto__") Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
  else object[key] = value
}

export function sameHstore(left: Hstore, right: unknown): boolean {
  if (typeof right !== "object" || right === null) return false
  const keys = Object.keys(left)
  return (
    keys.length === Object.keys(right).length && keys.every((key) => Object.hasOwn(right, key) && Reflect.get(right, key) === left[key])
  )
}

/** `"a"=>"1", "b"=>NULL`, as PostgreSQL reads and prints it. */
export function printHstore(value: Hstore): string {
  const quote = (part: string) => `"${part.replace(/["\\]/g, "\\$&")}"`
  return Object.keys(value)
    .map((key) => `${quote(key)}=>${value[key] === null ? "NULL" : quote(value[key]!)}`)
    .join(", ")
}

const item = /"((?:[^"\\]|\\.)*)"=>(?:"((?:[^"\\]|\\.)*)"|NULL)(?:, |$)/sy

/** @throws ValueError when it is not what PostgreSQL prints */
export function readHstore(type: SqlType, raw: unknown): Hstore {
  if (typeof raw !== "string") throw unreadable(typeLabel(type), raw)
  const value: Hstore = {}
  const unescape = (part: string) => part.replace(/\\(.)/gs, "$1")
  for (let position = 0; position < raw.length; position = item.lastIndex) {
    item.lastIndex = position
    const match = item.exec(raw)
    if (match === null) throw unreadable(typeLabel(type), raw)
    setItem(value, unescape(match[1]!), match[2] === undefined ? null : unescape(match[2]))
  }
  return value
}

/** An hstore as it comes from JSON. */
export function hstoreFromJson(type: SqlType, value: unknown): Hstore {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw unreadable(typeLabel(type), value)
  return checkHstore(type, value)
}
