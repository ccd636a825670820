import type { SqlType } from "../../sql/index.ts"
import { arrayShape, isSameArray, mapArray, type Nested } from "../values/array-shape.ts"
import { unreadable } from "../values/refusal.ts"
import type { SqliteCodec } from "./sqlite-codec.ts"

/** Arrays are stored as JSON text. */
export function arrayCodec(type: SqlType, codecOf: (type: SqlType) => SqliteCodec): SqliteCodec<readonly unknown[]> {
  const shape = arrayShape(type)
  const leaf = codecOf(shape.leaf)
  const encode = (value: unknown): string => printList(mapArray(shape, value, (element) => leaf.elementText(element)))

  const fromJson = (items: unknown, depth: number): readonly unknown[] => {
    if (!Array.isArray(items)) throw unreadable(shape.label, items)
    return items.map((item: unknown) => {
      if (item === null) return null
      return depth < shape.depth || (shape.deepens && Array.isArray(item)) ? fromJson(item, depth + 1) : leaf.fromElement(item)
    })
  }
  const decode = (raw: unknown): readonly unknown[] => fromJson(parse(raw), 1)
  const parse = (raw: unknown): unknown => {
    try {
      return JSON.parse(String(raw))
    } catch {
      throw unreadable(shape.label, raw)
    }
  }
  return {
    encode,
    decode,
    decodeJson: (value) => fromJson(value, 1),
    same: (raw, value) => isSameArray(decode(raw), value, (item, element) => isSameElement(leaf, item, element), shape),
    elementText: encode,
    fromElement: (value) => fromJson(value, 1),
  }
}

function isSameElement(leaf: SqliteCodec, stored: unknown, element: unknown): boolean {
  return stored === element || leaf.same(leaf.encode(stored), element)
}

function printList(items: Nested<string>): string {
  return `[${items.map((item) => (item === null ? "null" : typeof item === "string" ? item : printList(item))).join(",")}]`
}
