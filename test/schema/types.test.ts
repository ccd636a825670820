import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { DefinitionError } from "../../src/errors/index.ts"
import {
  bigint,
  bit,
  char,
  compositeType,
  declarativeBase,
  domainType,
  enumType,
  hstore,
  int8range,
  integer,
  numeric,
  numrange,
  text,
  time,
  timestamp,
  timestamptz,
  timetz,
  tsrange,
  tstzmultirange,
  varbit,
  varchar,
} from "../../src/schema/index.ts"

const refused = (make: () => unknown, message: RegExp) =>
  assert.throws(make, (error) => error instanceof DefinitionError && message.test(error.message))

describe("a type that cannot be", () => {
  test("is refused where it is declared: lengths", () => {
    for (const length of [0, -1, 1.5, Number.NaN, "3" as never]) {
      refused(() => varchar(length), /varchar\(.*\): a length is a whole number from 1/)
      refused(() => char(length), /char\(.*\): a length is a whole number from 1/)
      refused(() => bit(length), /bit\(.*\): a length is a whole number from 1/)
      refused(() => varbit(length), /varbit\(.*\): a length is a whole number from 1/)
    }
    refused(() => numeric({ scale: 2 }), /a scale needs a precision/)
  })

  test("is refused where it is declared: digits", () => {
    for (const precision of [0, 1001, 1.5, Number.NaN, "3); drop table x" as never])
      refused(() => numeric({ precision }), /^numeric: a precision is a whole number from 1 to 1000, not /)
    for (const scale of [1.5, -1001, Number.NaN]) refused(() => numeric({ precision: 3, scale }), /^numeric: a scale is a whole number/)
    for (const make of [time, timetz, timestamp, timestamptz])
      for (const precision of [-1, 7, 0.5, "3" as never])
        refused(() => make({ precision }), /^time\w*: a precision is a whole number from 0 to 6, not /)
    for (const precision of [0, 6]) assert.equal(timestamp({ precision }).type.precision, precision)
  })

  test("is refused where it is declared: modes", () => {
    const mode = "text" as never
    for (const make of [bigint, numeric, timestamp, timestamptz, int8range, numrange, tsrange, tstzmultirange])
      refused(() => make({ mode }), /: there is no mode "text"\n/)
    refused(() => timestamptz({ mode: "date" as never }), /^timestamptz: there is no mode "date"\n/)
    assert.equal(bigint({ mode: undefined as never }).type.kind, "bigint")
  })

  test("is refused where it is declared: labels of an enum", () => {
    refused(() => enumType("mood", ["ok", "ok"]), /enum mood has a label twice/)
    refused(() => enumType("mood", ["é".repeat(32)]), /enum mood: "é+" cannot be a label/)
    refused(() => enumType("mood", ["a\0"]), /cannot be a label/)
    refused(() => enumType("mood", [7 as never]), /enum mood: 7 cannot be a label/)
    assert.deepEqual(enumType("mood", ["", "é".repeat(31)]).labels, ["", "é".repeat(31)])
  })

  test("is refused where it is declared: composites and domains", () => {
    refused(() => compositeType("empty", {}), /compositeType\("empty"\) has no fields/)
    refused(() => compositeType("wrong", { a: "text" as never }), /the field "a" is not made by a column function/)
    refused(() => compositeType("wrong", { a: integer().primaryKey() }), /the field "a" says primaryKey, which only columns of tables have/)
    refused(() => compositeType("wrong", { a: text().default("x") }), /the field "a" says serverDefault/)
    refused(() => compositeType("", { a: text() }), /"" cannot be the name of a type/)
    refused(() => domainType("wrong", "integer" as never), /needs the type below it/)
    refused(() => domainType("a\0", integer()), /cannot be the name of a type/)
    refused(() => domainType("id", integer())().identity(), /identity\(\) is for whole numbers, not for the domain "id"/)
  })
})

describe("a type with a name of its own", () => {
  test("is called by it, quoted", () => {
    assert.equal(compositeType('my "type"', { a: text() }).type.sqlName, '"my ""type"""')
    assert.equal(compositeType("address", { a: text() }, { schema: "App" }).type.sqlName, '"App"."address"')
    assert.equal(domainType("positive", integer(), { schema: "app" }).type.domain, '"app"."positive"')
    assert.equal(hstore({ schema: "ext" }).type.sqlName, '"ext".hstore')
  })

  test("has attributes that are named as columns are", () => {
    const { fields } = compositeType("address", { zipCode: text(), createdAt: timestamptz().nullable(), odd: text().named("ODD") }).type
    assert.deepEqual(
      fields?.map(({ key, name, nullable }) => [key, name, nullable]),
      [
        ["zipCode", "zip_code", false],
        ["createdAt", "created_at", true],
        ["odd", "ODD", false],
      ],
    )
  })

  test("brings the enums that it is made of into the metadata", () => {
    const mood = enumType("mood", ["sad", "ok"])
    const Base = declarativeBase({ conventions: "off" })
    const inner = compositeType("inner", { mood: mood().array() })
    Base.model("a", { id: integer().primaryKey(), outer: compositeType("outer", { inner: inner() })() })
    assert.deepEqual(Base.metadata.enums, [mood.type])
  })
})
