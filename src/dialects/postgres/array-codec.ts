import type { Codec, SqlType } from "../../sql/index.ts"
import { arrayShape, isSameArray, mapArray } from "../values/array-shape.ts"
import { unreadable } from "../values/refusal.ts"
import { parseArray, printArray } from "./array-literal.ts"

/** Arrays travel as PostgreSQL's array literals. Inside JSON they are lists of their elements' text. */
export function arrayCodec(type: SqlType, codecOf: (type: SqlType) => Codec): Codec<readonly unknown[]> {
  const shape = arrayShape(type)
  const leaf = codecOf(shape.leaf)
  const delimiter = shape.leaf.kind === "box" ? ";" : ","
  const parse = (raw: unknown, convert: (raw: string) => unknown): unknown[] => {
    const items = typeof raw === "string" ? parseArray(raw, convert, delimiter) : undefined
    if (items === undefined) throw unreadable(shape.label, raw)
    return items
  }
  const fromJson = (items: readonly unknown[]): unknown[] =>
    items.map((item) => {
      if (item === null) return null
      if (Array.isArray(item)) return fromJson(item)
      return typeof item === "string" ? leaf.decode(item) : leaf.decodeJson(item)
    })
  return {
    encode: (value) =>
      printArray(
        mapArray(shape, value, (element) => leaf.encode(element)),
        delimiter,
      ),
    decode: (raw) => parse(raw, (text) => leaf.decode(text)),
    decodeJson(value) {
      if (!Array.isArray(value)) throw unreadable(shape.label, value)
      return fromJson(value)
    },
    same: (raw, value) =>
      isSameArray(
        parse(raw, (text) => text),
        value,
        (item, element) => leaf.same(item, element),
        shape,
      ),
  }
}
