import type { Codec, SqlType } from "../../sql/index.ts"
import { bitString } from "../values/bit-string.ts"
import { bytes, hexOf, sameBytes } from "../values/bytes.ts"
import { cachedByType } from "../values/codec-cache.ts"
import { codecOfRules, type Parameter } from "../values/codec-of-rules.ts"
import { customCodec } from "../values/custom-codec.ts"
import { day, timeOfDay, zonedTimeOfDay } from "../values/day.ts"
import { decimal, shortestDecimal } from "../values/decimal.ts"
import { duration } from "../values/duration.ts"
import { floatingPoint, sameFloat } from "../values/floating-point.ts"
import { checkHstore, type Hstore, printHstore, readHstore, sameHstore } from "../values/hstore.ts"
import { isSameJson, jsonText } from "../values/json-value.ts"
import { hardwareAddress, networkAddress } from "../values/network.ts"
import { dateMoment, textMoment } from "../values/moment.ts"
import { momentOf, printMoment } from "../values/moment-text.ts"
import { enumLabel, paddedText, plainText, uuid } from "../values/text.ts"
import { multirangeCodec, rangeCodec } from "../values/range-codec.ts"
import { truth } from "../values/truth.ts"
import { elementOf } from "../values/type-spelling.ts"
import { wholeNumber } from "../values/whole-number.ts"
import { compositeCodec } from "./composite-codec.ts"
import { arrayCodec } from "./array-codec.ts"

/**
 * The codec of a type on PostgreSQL. Raw values are the server's text under the settings that every connection has:
 * `DateStyle` ISO, `TimeZone` UTC, `IntervalStyle` postgres, `bytea_output` hex, `extra_float_digits` 1.
 */
export const postgresCodec: (type: SqlType) => Codec<any> = cachedByType(makeCodec)

const asItIs = <C extends Parameter>(canonical: C): C => canonical

function makeCodec(type: SqlType): Codec<any> {
  if (type.codec !== undefined || type.kind === "custom") return customCodec(type, postgresCodec)
  switch (type.kind) {
    case "smallint":
    case "integer":
    case "bigint":
    case "oid":
      return { ...codecOfRules<any, any>(wholeNumber(type), asItIs), readsBinary: true }
    case "numeric":
      return codecOfRules(decimal(type), asItIs, (value) => shortestDecimal(String(value)))
    case "real":
    case "double":
      return floatCodec(type)
    case "text":
    case "varchar":
    case "xid":
    case "tsvector":
    case "tsquery":
    case "point":
    case "line":
    case "lseg":
    case "box":
    case "path":
    case "polygon":
    case "circle":
    case "money":
    case "xml":
      return codecOfRules(plainText(type), asItIs)
    case "char":
      return codecOfRules(paddedText(type), asItIs)
    case "inet":
    case "cidr":
      return codecOfRules(networkAddress(type), asItIs)
    case "macaddr":
    case "macaddr8":
      return codecOfRules(hardwareAddress(type), asItIs)
    case "bit":
    case "varbit":
      return codecOfRules(bitString(type), asItIs)
    case "hstore":
      return hstoreCodec(type)
    case "boolean":
      return codecOfRules(truth(type), asItIs)
    case "uuid":
      return codecOfRules(uuid(type), asItIs)
    case "enum":
      return codecOfRules(enumLabel(type), asItIs)
    case "date":
      return codecOfRules(day(type), asItIs)
    case "time":
      return codecOfRules(timeOfDay(type), asItIs)
    case "timetz":
      return codecOfRules(zonedTimeOfDay(type), asItIs)
    case "timestamp":
      return type.mode === "date" ? dateCodec(type) : codecOfRules(textMoment(type), asItIs)
    case "timestamptz":
      return type.mode === "string" ? codecOfRules(textMoment(type), asItIs) : dateCodec(type)
    case "interval":
      return codecOfRules(duration(type), asItIs)
    case "json":
    case "jsonb":
      return jsonCodec(type)
    case "bytea":
      return bytesCodec(type)
    case "composite":
      return compositeCodec(type, postgresCodec)
    case "array":
      return arrayCodec(type, postgresCodec)
    case "range":
      return rangeCodec(type, postgresCodec(elementOf(type)))
    case "multirange":
      return multirangeCodec(type, postgresCodec(elementOf(type)))
  }
}

function floatCodec(type: SqlType): Codec<number> {
  const rules = floatingPoint(type)
  const single = type.kind === "real"
  return {
    // As numbers, drivers would lose the sign of zero, and a literal of the others would be a name.
    encode: (value) => (Number.isFinite(rules.check(value)) && !Object.is(value, -0) ? value : Object.is(value, -0) ? "-0" : String(value)),
    decode: (raw) => rules.read(raw),
    decodeJson: (value) => rules.read(value),
    same: (raw, value) => sameFloat(rules.read(raw), value, single),
  }
}

function dateCodec(type: SqlType): Codec<Date> {
  const rules = dateMoment(type)
  const zone = type.kind === "timestamptz" ? "Z" : ""
  return {
    readsBinary: true,
    encode(value) {
      rules.check(value)
      const text = value.toISOString()
      if (text.length !== 24 || text.startsWith("0000")) return printMoment(momentOf(value), zone)
      return zone === "Z" ? text : text.slice(0, -1)
    },
    decode: (raw) => rules.read(raw),
    decodeJson: (value) => rules.read(value),
    same: (raw, value) => value instanceof Date && rules.readMilliseconds(raw) === value.getTime(),
  }
}

function jsonCodec(type: SqlType): Codec {
  const rules = jsonText(type)
  return {
    encode: (value) => rules.check(value),
    decode: (raw) => rules.read(raw),
    decodeJson: (value) => rules.read(value),
    same: (raw, value) => isSameJson(rules.read(raw), value),
  }
}

function hstoreCodec(type: SqlType): Codec<Hstore> {
  const decode = (raw: unknown): Hstore => readHstore(type, raw)
  return {
    encode: (value) => printHstore(checkHstore(type, value)),
    decode,
    decodeJson: decode,
    same: (raw, value) => raw === value || sameHstore(decode(raw), value),
  }
}

function bytesCodec(type: SqlType): Codec<Uint8Array> {
  const rules = bytes(type)
  return {
    readsBinary: true,
    encode: (value) => rules.check(value),
    decode: (raw) => rules.read(raw),
    decodeJson: (value) => rules.read(value),
    same(raw, value) {
      if (!(value instanceof Uint8Array)) return false
      if (typeof raw === "string") return raw.length === 2 + 2 * value.length && raw.slice(2) === hexOf(value)
      return sameBytes(rules.read(raw), value)
    },
  }
}
