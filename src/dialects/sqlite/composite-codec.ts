import type { SqlType } from "../../sql/index.ts"
import { compositeShape, fieldsObject, mapFields } from "../values/composite.ts"
import { unreadable } from "../values/refusal.ts"
import { isSameText } from "../values/same-text.ts"
import type { SqliteCodec } from "./sqlite-codec.ts"

/** Composite values are stored as JSON objects, by the names of their attributes. */
export function compositeCodec(type: SqlType, codecOf: (type: SqlType) => SqliteCodec): SqliteCodec<object> {
  const shape = compositeShape(type, codecOf)
  const names = shape.fields.map(({ name }) => JSON.stringify(name))
  const encode = (value: unknown): string => {
    const items = mapFields(shape, value, (item, codec) => codec.elementText(item))
    return `{${items.map((item, index) => `${names[index]}:${item ?? "null"}`).join(",")}}`
  }
  const decodeJson = (value: unknown): object => {
    if (typeof value !== "object" || value === null) throw unreadable(shape.label, value)
    const items = shape.fields.map(({ name }): unknown => Reflect.get(value, name))
    return fieldsObject(shape, items, (item, codec) => codec.fromElement(item))
  }
  const decode = (raw: unknown): object => {
    let parsed: unknown
    try {
      parsed = JSON.parse(String(raw))
    } catch {
      throw unreadable(shape.label, raw)
    }
    return decodeJson(parsed)
  }
  return {
    encode,
    decode,
    decodeJson,
    same: (raw, value) => raw === value || isSameText(() => [encode(decode(raw)), encode(value)]),
    elementText: encode,
    fromElement: decodeJson,
  }
}
