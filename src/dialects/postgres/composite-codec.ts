import type { Codec, SqlType } from "../../sql/index.ts"
import { compositeShape, fieldsObject, mapFields, sameFields } from "../values/composite.ts"
import { unreadable } from "../values/refusal.ts"
import { parseRecord, printRecord } from "./record-text.ts"

/** Composite values travel as the text of a row. */
export function compositeCodec(type: SqlType, codecOf: (type: SqlType) => Codec): Codec<object> {
  const shape = compositeShape(type, codecOf)
  const parse = (raw: unknown): readonly (string | null)[] => {
    const items = typeof raw === "string" ? parseRecord(raw) : undefined
    if (items === undefined) throw unreadable(shape.label, raw)
    return items
  }
  const decode = (raw: unknown): object => fieldsObject(shape, parse(raw), (item, codec) => codec.decode(item))
  return {
    encode: (value) => printRecord(mapFields(shape, value, (item, codec) => codec.encode(item))),
    decode,
    decodeJson: decode,
    same: (raw, value) => raw === value || sameFields(shape, parse(raw), value, (item, own, codec) => codec.same(item, own)),
  }
}
