import { type Codec, type SqlType, travellingType, jsonNull } from "../../sql/index.ts"
import { bitString } from "../values/bit-string.ts"
import { bytes, hexOf, sameBytes } from "../values/bytes.ts"
import { cachedByType } from "../values/codec-cache.ts"
import { codecOfRules, type Parameter } from "../values/codec-of-rules.ts"
import { checkHstore, type Hstore, hstoreFromJson, sameHstore } from "../values/hstore.ts"
import { isSameJson, jsonText } from "../values/json-value.ts"
import { customCodec, ownForm } from "../values/custom-codec.ts"
import { hardwareAddress, networkAddress } from "../values/network.ts"
import { cannotHold, unreadable } from "../values/refusal.ts"
import { enumLabel, paddedText, plainText, uuid } from "../values/text.ts"
import { multirangeCodec, rangeCodec } from "../values/range-codec.ts"
import { truth } from "../values/truth.ts"
import { typeLabel } from "../values/type-label.ts"
import { duration } from "../values/duration.ts"
import { elementOf } from "../values/type-spelling.ts"
import { wholeNumber } from "../values/whole-number.ts"
import { zonedTimeOfDay } from "../values/day.ts"
import { unsupportedType } from "./types.ts"
import { compositeCodec } from "./composite-codec.ts"
import { arrayCodec } from "./array-codec.ts"
import { floatCodec, numericCodec } from "./number-codecs.ts"
import type { SqliteCodec } from "./sqlite-codec.ts"
import { dateCodec, dayCodec, textMomentCodec, timeCodec } from "./time-codecs.ts"

/** The codec of a type on SQLite. Raw values are numbers, bigints, strings and Uint8Arrays. */
export const sqliteCodec: (type: SqlType) => SqliteCodec = cachedByType(makeCodec)

function makeCodec(type: SqlType): SqliteCodec {
  if (type.codec !== undefined || type.kind === "custom") return ownCodec(type)
  switch (type.kind) {
    case "smallint":
    case "integer":
    case "oid":
      return inJson(integerCodec(type), (parameter) => String(parameter))
    case "bigint":
      return inJson(integerCodec(type), quoted)
    case "numeric":
      return inJson(numericCodec(type), quoted)
    case "real":
    case "double":
      return inJson(floatCodec(type), quoted)
    case "text":
    case "varchar":
    case "point":
    case "line":
    case "lseg":
    case "box":
    case "path":
    case "polygon":
    case "circle":
    case "xml":
      return inJson(codecOfRules(plainText(type), asItIs), quoted)
    case "char":
      return inJson(codecOfRules(paddedText(type), asItIs), quoted)
    case "inet":
    case "cidr":
      return inJson(codecOfRules(networkAddress(type), asItIs), quoted)
    case "macaddr":
    case "macaddr8":
      return inJson(codecOfRules(hardwareAddress(type), asItIs), quoted)
    case "bit":
    case "varbit":
      return inJson(codecOfRules(bitString(type), asItIs), quoted)
    case "hstore":
      return hstoreCodec(type)
    case "boolean":
      return inJson(
        codecOfRules(truth(type), (value) => (value ? 1n : 0n)),
        (parameter) => String(parameter === 1n),
      )
    case "uuid":
      return inJson(codecOfRules(uuid(type), asItIs), quoted)
    case "enum":
      return inJson(codecOfRules(enumLabel(type), asItIs), quoted)
    case "date":
      return inJson(dayCodec(type), quoted)
    case "time":
      return inJson(timeCodec(type), quoted)
    case "timetz":
      return inJson(codecOfRules(zonedTimeOfDay(type), asItIs), quoted)
    case "timestamp":
      return inJson(type.mode === "date" ? dateCodec(type) : textMomentCodec(type), quoted)
    case "timestamptz":
      return inJson(type.mode === "string" ? textMomentCodec(type) : dateCodec(type), quoted)
    case "interval":
      return inJson(codecOfRules(duration(type), asItIs), quoted)
    case "json":
    case "jsonb":
      return jsonCodec(type)
    case "bytea":
      return bytesCodec(type)
    case "composite":
      return compositeCodec(type, sqliteCodec)
    case "tsvector":
    case "tsquery":
    case "money":
    case "xid":
      throw unsupportedType(type)
    case "array":
      return arrayCodec(type, sqliteCodec)
    case "range":
      return inJson(rangeCodec(type, sqliteCodec(elementOf(type))), quoted)
    case "multirange":
      return inJson(multirangeCodec(type, sqliteCodec(elementOf(type))), quoted)
  }
}

function asItIs<C extends Parameter>(canonical: C): C {
  return canonical
}

/** A codec of a user's; as an element of an array a value is written as the one that travels for it. */
function ownCodec(type: SqlType): SqliteCodec {
  const codec = customCodec(type, sqliteCodec)
  const travelling = travellingType(type)
  if (type.codec === undefined || travelling === undefined) return inJson(codec, quoted)
  const base = sqliteCodec(travelling)
  const { codec: own } = type
  return {
    ...codec,
    elementText: (value) => base.elementText(ownForm(own, value, typeLabel(type))),
    fromElement: (value) => own.decode(base.fromElement(value)),
  }
}

function inJson(codec: Codec<any>, text: (parameter: Parameter) => string): SqliteCodec {
  return { ...codec, elementText: (value) => text(codec.encode(value)), fromElement: (value) => codec.decodeJson(value) }
}

/** Text keeps what JSON numbers do not: 64-bit integers and infinity. */
function quoted(parameter: Parameter): string {
  return JSON.stringify(parameter instanceof Uint8Array ? `\\x${hexOf(parameter)}` : String(parameter))
}

/** As bigints, because the driver binds every number as REAL, which would divide with a fraction and print as `5.0`. */
function integerCodec(type: SqlType): Codec<number | bigint | string> {
  return codecOfRules(wholeNumber(type), (canonical) => BigInt(canonical))
}

function jsonCodec(type: SqlType): SqliteCodec<unknown> {
  const rules = jsonText(type)
  return {
    encode: (value) => rules.check(value),
    decode: (raw) => rules.read(raw),
    decodeJson: (value) => rules.read(value),
    same: (raw, value) => isSameJson(rules.read(raw), value),
    fromElement: (value) => value,
    elementText(value) {
      if (value === jsonNull)
        throw cannotHold(`an array of ${typeLabel(type)}`, value, "SQLite cannot tell JSON's null from NULL in an array")
      return rules.check(value)
    },
  }
}

/** Stored as a JSON object. */
function hstoreCodec(type: SqlType): SqliteCodec<Hstore> {
  const encode = (value: unknown): string => JSON.stringify(checkHstore(type, value))
  const decode = (raw: unknown): Hstore => {
    if (typeof raw !== "string") throw unreadable(typeLabel(type), raw)
    return hstoreFromJson(type, JSON.parse(raw))
  }
  return {
    encode,
    decode,
    decodeJson: (value) => hstoreFromJson(type, value),
    same: (raw, value) => raw === value || sameHstore(decode(raw), value),
    elementText: encode,
    fromElement: (value) => hstoreFromJson(type, value),
  }
}

function bytesCodec(type: SqlType): SqliteCodec<Uint8Array> {
  const rules = bytes(type)
  const codec: Codec<Uint8Array> = {
    encode: (value) => rules.check(value),
    decode: (raw) => rules.read(raw),
    decodeJson: (value) => rules.read(value),
    same: (raw, value) => value instanceof Uint8Array && sameBytes(raw instanceof Uint8Array ? raw : rules.read(raw), value),
  }
  return inJson(codec, quoted)
}
