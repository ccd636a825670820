import { range, type SqlType } from "../../src/sql/index.ts"
import { pairType } from "./server-cases.ts"

/** A value that its type cannot hold, and what is said of it. */
export interface Refusal {
  readonly type: SqlType
  readonly value: unknown
  readonly message: string | RegExp
}

const circular: { self?: unknown } = {}
circular.self = circular

const int4range: SqlType = { kind: "range", sqlName: "int4range", element: { kind: "integer" } }
const int4multirange: SqlType = { kind: "multirange", sqlName: "int4multirange", element: { kind: "integer" } }

const hstoreType: SqlType = { kind: "hstore", sqlName: "hstore" }

export const refusedEverywhere: readonly Refusal[] = [
  { type: { kind: "integer" }, value: undefined, message: "integer takes a whole number, not undefined" },
  { type: { kind: "integer" }, value: null, message: "integer takes a whole number, not null" },
  { type: { kind: "integer" }, value: "1", message: 'integer takes a whole number, not "1"' },
  { type: { kind: "integer" }, value: Number.NaN, message: "integer cannot hold NaN: it is not a whole number" },
  { type: { kind: "integer" }, value: 1.5, message: "integer cannot hold 1.5: it is not a whole number" },
  { type: { kind: "integer" }, value: 2 ** 31, message: "integer cannot hold 2147483648: the range is -2147483648 to 2147483647" },
  { type: { kind: "smallint" }, value: -32_769, message: "smallint cannot hold -32769: the range is -32768 to 32767" },
  { type: { kind: "bigint" }, value: 1, message: "bigint takes a bigint, not 1" },
  {
    type: { kind: "bigint" },
    value: 2n ** 63n,
    message: "bigint cannot hold 9223372036854775808n: the range is -9223372036854775808 to 9223372036854775807",
  },
  {
    type: { kind: "bigint", mode: "number" },
    value: 2 ** 53,
    message: "bigint cannot hold 9007199254740992: the range is -9007199254740991 to 9007199254740991",
  },
  { type: { kind: "bigint", mode: "string" }, value: "12x", message: 'bigint takes a whole number as a string, not "12x"' },
  { type: { kind: "numeric" }, value: 1.5, message: "numeric takes a decimal number as a string, not 1.5" },
  { type: { kind: "numeric" }, value: "1,5", message: 'numeric cannot hold "1,5": it is not a decimal number' },
  { type: { kind: "numeric" }, value: ".", message: 'numeric cannot hold ".": it is not a decimal number' },
  { type: { kind: "numeric" }, value: "1e200000", message: 'numeric cannot hold "1e200000": it has too many digits' },
  { type: { kind: "numeric", mode: "number" }, value: "1", message: 'numeric takes a number, not "1"' },
  {
    type: { kind: "numeric", precision: 5, scale: 2 },
    value: "1000",
    message: 'numeric(5,2) cannot hold "1000": it has more than 3 digits before the point',
  },
  {
    type: { kind: "numeric", precision: 5, scale: 2 },
    value: "1.005",
    message: 'numeric(5,2) cannot hold "1.005": it has more than 2 digits after the point; round it first',
  },
  {
    type: { kind: "numeric", precision: 5, scale: 2 },
    value: "Infinity",
    message: 'numeric(5,2) cannot hold "Infinity": a type with a precision has no infinity',
  },
  {
    type: { kind: "numeric", precision: 3, scale: -2 },
    value: "150",
    message: 'numeric(3,-2) cannot hold "150": it is not a multiple of 100',
  },
  {
    type: { kind: "numeric", precision: 2, scale: 4 },
    value: "0.01",
    message: 'numeric(2,4) cannot hold "0.01": it has more than 0 digits before the point',
  },
  { type: { kind: "real" }, value: 1e39, message: "real cannot hold 1e+39: it is outside the range of 32-bit floating point" },
  { type: { kind: "real" }, value: 1e-50, message: "real cannot hold 1e-50: it is outside the range of 32-bit floating point" },
  { type: { kind: "double" }, value: 1n, message: "double takes a number, not 1n" },
  { type: { kind: "text" }, value: 5, message: "text takes a string, not 5" },
  { type: { kind: "text" }, value: "a\u0000b", message: /^text cannot hold "a\\u0000b": it contains the NUL character \\u0000$/ },
  {
    type: { kind: "text" },
    value: "\ud83d",
    message: /^text cannot hold .*: it contains half of a surrogate pair, which UTF-8 cannot represent$/,
  },
  { type: { kind: "varchar", length: 3 }, value: "four", message: 'varchar(3) cannot hold "four": it has 4 characters' },
  { type: { kind: "boolean" }, value: 1, message: "boolean takes true or false, not 1" },
  { type: { kind: "uuid" }, value: "42", message: 'uuid cannot hold "42": it is not of the form xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx' },
  {
    type: { kind: "enum", enumName: "mood", labels: ["sad", "ok"] },
    value: "glad",
    message: 'mood cannot hold "glad": its labels are "sad", "ok"',
  },
  { type: { kind: "enum", enumName: "mood", labels: ["sad"] }, value: 1, message: "mood takes one of its labels, not 1" },
  { type: { kind: "date" }, value: new Date(0), message: "date takes a string YYYY-MM-DD, not Date 1970-01-01T00:00:00.000Z" },
  { type: { kind: "date" }, value: "2024-1-5", message: 'date cannot hold "2024-1-5": it is not of the form YYYY-MM-DD' },
  { type: { kind: "date" }, value: "2023-02-29", message: 'date cannot hold "2023-02-29": there is no such day' },
  { type: { kind: "date" }, value: "0000-01-01", message: 'date cannot hold "0000-01-01": there is no such day' },
  { type: { kind: "time" }, value: "24:00:01", message: 'time cannot hold "24:00:01": there is no such time of day' },
  { type: { kind: "time" }, value: "9:30", message: 'time cannot hold "9:30": it is not of the form HH:MM:SS' },
  {
    type: { kind: "time" },
    value: "09:30:00.1234567",
    message: 'time cannot hold "09:30:00.1234567": it has more than 6 digits of a second',
  },
  {
    type: { kind: "timestamp" },
    value: "2024-01-01",
    message: 'timestamp cannot hold "2024-01-01": it is not of the form YYYY-MM-DDTHH:MM:SS',
  },
  {
    type: { kind: "timestamp" },
    value: "2024-01-01T10:00:00Z",
    message: 'timestamp cannot hold "2024-01-01T10:00:00Z": a wall clock has no zone',
  },
  { type: { kind: "timestamptz" }, value: "2024-01-01", message: 'timestamptz takes a Date, not "2024-01-01"' },
  { type: { kind: "timestamptz" }, value: new Date(Number.NaN), message: "timestamptz cannot hold an invalid Date: it is no moment" },
  {
    type: { kind: "timestamptz", mode: "string" },
    value: "2024-02-30T00:00:00Z",
    message: 'timestamptz cannot hold "2024-02-30T00:00:00Z": it is not of the form YYYY-MM-DDTHH:MM:SSZ',
  },
  {
    type: { kind: "timestamptz", mode: "string" },
    value: "2024-01-01T10:00:00",
    message: /^timestamptz cannot hold "2024-01-01T10:00:00": it has no zone\n {2}hint: end it with "Z" when it is UTC$/,
  },
  {
    type: { kind: "timestamptz", mode: "string" },
    value: "2024-01-01T10:00:00.0000001Z",
    message: 'timestamptz cannot hold "2024-01-01T10:00:00.0000001Z": it has more than 6 digits of a second',
  },
  { type: { kind: "interval" }, value: "1 day", message: 'interval cannot hold "1 day": it is not an ISO 8601 duration such as P1DT2H30M' },
  { type: { kind: "interval" }, value: "P", message: 'interval cannot hold "P": it is not an ISO 8601 duration such as P1DT2H30M' },
  { type: { kind: "interval" }, value: "P200000000Y", message: 'interval cannot hold "P200000000Y": it is out of range' },
  { type: { kind: "json" }, value: undefined, message: "json cannot hold undefined: JSON has no form for it" },
  { type: { kind: "json" }, value: () => 1, message: "json cannot hold a function: JSON has no form for it" },
  { type: { kind: "jsonb" }, value: { size: 1n }, message: /^jsonb cannot hold an object: Do not know how to serialize a BigInt$/ },
  { type: { kind: "jsonb" }, value: circular, message: /^jsonb cannot hold an object: Converting circular structure to JSON$/ },
  { type: { kind: "jsonb" }, value: ["a\u0000"], message: "jsonb cannot hold an array: a string in it contains the NUL character \\u0000" },
  {
    type: { kind: "jsonb" },
    value: { "\ud800": 1 },
    message: "jsonb cannot hold an object: a string in it contains half of a surrogate pair",
  },
  { type: { kind: "json" }, value: Number.NaN, message: "json cannot hold NaN: it would keep NaN as null" },
  {
    type: { kind: "jsonb" },
    value: { sizes: [1, -Infinity] },
    message: "jsonb cannot hold an object: it would keep -Infinity as null",
  },
  {
    type: { kind: "jsonb" },
    value: { at: new Date(Number.NaN) },
    message: "jsonb cannot hold an object: it would keep an invalid Date as null",
  },
  {
    type: { kind: "json" },
    value: { tags: ["a", undefined] },
    message: "json cannot hold an object: it would keep undefined in a list as null",
  },
  { type: { kind: "json" }, value: [() => 1], message: "json cannot hold an array: it would keep a function in a list as null" },
  { type: { kind: "bytea" }, value: "abc", message: 'bytea takes a Uint8Array, not "abc"' },
  { type: { kind: "bytea" }, value: new ArrayBuffer(2), message: "bytea takes a Uint8Array, not an object of ArrayBuffer" },
  { type: { kind: "array", element: { kind: "integer" } }, value: 1, message: "integer[] takes an array, not 1" },
  {
    type: { kind: "array", element: { kind: "integer" } },
    value: [1, undefined],
    message: "integer[]: element 1: integer takes a whole number, not undefined",
  },
  {
    type: { kind: "array", element: { kind: "integer" } },
    value: [[1, 2], [3]],
    message: "integer[] cannot hold an array: its parts differ in length",
  },
  {
    type: { kind: "array", element: { kind: "integer" } },
    value: [[1], 2],
    message: "integer[] cannot hold an array: its parts differ in their dimensions",
  },
  {
    type: { kind: "array", element: { kind: "integer" } },
    value: [[], []],
    message: "integer[] cannot hold an array: a part of it is empty",
  },
  { type: int4range, value: [1, 5], message: "int4range takes a range such as range(1, 5), not an array" },
  { type: int4range, value: { lower: 1, upper: 2 }, message: "int4range takes a range such as range(1, 5), not an object" },
  {
    type: int4range,
    value: { lower: 1, upper: 2, bounds: "[[" },
    message: "int4range takes a range such as range(1, 5), not the range [1, 2[",
  },
  {
    type: int4range,
    value: range(5, 1),
    message: "int4range cannot hold the range [5, 1): its lower bound is above its upper bound",
  },
  { type: int4range, value: range(1.5, 2), message: "int4range: its lower bound: integer cannot hold 1.5: it is not a whole number" },
  {
    type: int4range,
    value: { lower: 1, upper: undefined, bounds: "[)" },
    message: "int4range: its upper bound: integer takes a whole number, not undefined",
  },
  {
    type: int4range,
    value: range(1, 2 ** 31 - 1, "[]"),
    message:
      "int4range cannot hold the range [1, 2147483647]: it ends with the last value that there is, which PostgreSQL has no way to keep",
  },
  {
    type: { kind: "range", sqlName: "tstzrange", element: { kind: "timestamptz" } },
    value: range(new Date(Number.NaN), null),
    message: "tstzrange: its lower bound: timestamptz cannot hold an invalid Date: it is no moment",
  },
  { type: { kind: "char", length: 3 }, value: "four", message: 'char(3) cannot hold "four": it has 4 characters' },
  { type: { kind: "char", length: 3 }, value: 3, message: "char(3) takes a string, not 3" },
  { type: { kind: "timetz" }, value: "10:00:00", message: 'timetz cannot hold "10:00:00": it is not of the form HH:MM:SS+HH:MM' },
  { type: { kind: "timetz" }, value: "10:00:00+16", message: 'timetz cannot hold "10:00:00+16": there is no such zone' },
  { type: { kind: "timetz" }, value: "25:00:00Z", message: 'timetz cannot hold "25:00:00": there is no such time of day' },
  { type: { kind: "oid" }, value: -1, message: "oid cannot hold -1: the range is 0 to 4294967295" },
  { type: { kind: "oid" }, value: 2 ** 32, message: "oid cannot hold 4294967296: the range is 0 to 4294967295" },
  { type: { kind: "inet" }, value: 1, message: "inet takes an address as a string, not 1" },
  { type: { kind: "inet" }, value: "1.2.3", message: 'inet cannot hold "1.2.3": it is not an IPv4 or IPv6 address' },
  { type: { kind: "inet" }, value: "1.2.3.256", message: 'inet cannot hold "1.2.3.256": it is not an IPv4 or IPv6 address' },
  { type: { kind: "inet" }, value: "01.2.3.4", message: 'inet cannot hold "01.2.3.4": it is not an IPv4 or IPv6 address' },
  { type: { kind: "inet" }, value: "", message: 'inet cannot hold "": it is not an IPv4 or IPv6 address' },
  { type: { kind: "inet" }, value: "1::2::3", message: 'inet cannot hold "1::2::3": it is not an IPv4 or IPv6 address' },
  { type: { kind: "inet" }, value: "1:2:3:4:5:6:7", message: 'inet cannot hold "1:2:3:4:5:6:7": it is not an IPv4 or IPv6 address' },
  {
    type: { kind: "inet" },
    value: "1:2:3:4:5:6:7:8:9",
    message: 'inet cannot hold "1:2:3:4:5:6:7:8:9": it is not an IPv4 or IPv6 address',
  },
  { type: { kind: "inet" }, value: "1:2:3:4:5:6:7::8", message: 'inet cannot hold "1:2:3:4:5:6:7::8": it is not an IPv4 or IPv6 address' },
  { type: { kind: "inet" }, value: ":1", message: 'inet cannot hold ":1": it is not an IPv4 or IPv6 address' },
  { type: { kind: "inet" }, value: "12345::", message: 'inet cannot hold "12345::": it is not an IPv4 or IPv6 address' },
  { type: { kind: "inet" }, value: "1.2.3.4::", message: 'inet cannot hold "1.2.3.4::": it is not an IPv4 or IPv6 address' },
  { type: { kind: "inet" }, value: "::1.2.3", message: 'inet cannot hold "::1.2.3": it is not an IPv4 or IPv6 address' },
  { type: { kind: "inet" }, value: "fe80::1%eth0", message: 'inet cannot hold "fe80::1%eth0": it is not an IPv4 or IPv6 address' },
  { type: { kind: "inet" }, value: "1.2.3.4\n", message: /^inet cannot hold "1.2.3.4\\n": it is not an IPv4 or IPv6 address$/ },
  {
    type: { kind: "inet" },
    value: "1.2.3.4/33",
    message: 'inet cannot hold "1.2.3.4/33": the prefix of such an address has at most 32 bits',
  },
  { type: { kind: "cidr" }, value: "10.1.0.0/8", message: 'cidr cannot hold "10.1.0.0/8": it has bits set behind the first 8' },
  { type: { kind: "cidr" }, value: "2001:db8::1/64", message: 'cidr cannot hold "2001:db8::1/64": it has bits set behind the first 64' },
  { type: { kind: "macaddr" }, value: "08:00:2b", message: 'macaddr cannot hold "08:00:2b": it is not of the form "08:00:2b:01:02:03"' },
  {
    type: { kind: "macaddr" },
    value: "08:00-2b:01:02:03",
    message: 'macaddr cannot hold "08:00-2b:01:02:03": it is not of the form "08:00:2b:01:02:03"',
  },
  { type: { kind: "bit", length: 3 }, value: "10", message: 'bit(3) cannot hold "10": it has 2 bits' },
  { type: { kind: "varbit", length: 3 }, value: "1010", message: 'varbit(3) cannot hold "1010": it has 4 bits' },
  { type: { kind: "varbit" }, value: "102", message: 'varbit cannot hold "102": it has other characters than 0 and 1' },
  { type: { kind: "varbit" }, value: 1, message: "varbit takes a string of the digits 0 and 1, not 1" },
  { type: hstoreType, value: new Map(), message: "hstore takes an object whose values are strings or null, not an object of Map" },
  { type: hstoreType, value: { a: 1 }, message: 'hstore cannot hold an object: "a" is neither a string nor null' },
  { type: hstoreType, value: { a: undefined }, message: 'hstore cannot hold an object: "a" is neither a string nor null' },
  { type: hstoreType, value: { a: "\u0000" }, message: /^text cannot hold .* it contains the NUL character/ },
  { type: { kind: "point" }, value: [1, 2], message: "point takes a string, not an array" },
  { type: { kind: "xml" }, value: "\u0000", message: /^xml cannot hold .* it contains the NUL character/ },
  { type: pairType, value: "x", message: 'test pair takes an object of its fields, not "x"' },
  { type: pairType, value: { word: "x" }, message: "test pair.big cannot be undefined" },
  { type: pairType, value: { word: null, big: 1n }, message: "test pair.word cannot be null" },
  { type: pairType, value: { word: "x", big: 1 }, message: "test pair.big: bigint takes a bigint, not 1" },
  {
    type: pairType,
    value: { word: "x", big: 1n, bag: 1 },
    message: 'test pair has no field "bag"\n  hint: its fields are word, big',
  },
  { type: { kind: "integer", domain: '"app"."age"' }, value: 1.5, message: "app.age cannot hold 1.5: it is not a whole number" },
  { type: int4multirange, value: range(1, 2), message: "int4multirange takes a list of ranges, not the range [1, 2)" },
  { type: int4multirange, value: [range(1, 2), [3, 4]], message: "int4multirange takes a range such as range(1, 5), not an array" },
  {
    type: { kind: "array", element: { kind: "array", element: { kind: "jsonb" } } },
    value: [1],
    message: "jsonb[][] cannot hold an array: its parts differ in their dimensions",
  },
]

export const refusedOnSqlite: readonly Refusal[] = [
  { type: { kind: "double" }, value: Number.NaN, message: "double cannot hold NaN: SQLite has no NaN" },
  { type: { kind: "numeric", precision: 5, scale: 2 }, value: "NaN", message: 'numeric(5,2) cannot hold "NaN": SQLite has no NaN' },
  { type: { kind: "date" }, value: "0044-03-15 BC", message: 'date cannot hold "0044-03-15 BC": SQLite keeps the years 1 to 9999' },
  {
    type: { kind: "timestamptz" },
    value: new Date(8.64e15),
    message: "timestamptz cannot hold Date +275760-09-13T00:00:00.000Z: SQLite keeps the years 1 to 9999",
  },
  {
    type: { kind: "timestamp" },
    value: "12024-01-01T00:00:00",
    message: 'timestamp cannot hold "12024-01-01T00:00:00": SQLite keeps the years 1 to 9999',
  },
]

export const refusedOnPostgres: readonly Refusal[] = [
  {
    type: { kind: "timestamptz" },
    value: new Date(-8.64e15),
    message: /^timestamptz cannot hold Date -271821-04-20T00:00:00.000Z: it is before 24 November 4714 BC$/,
  },
  {
    type: { kind: "date" },
    value: "4714-11-23 BC",
    message: 'date cannot hold "4714-11-23 BC": the range is 24 November 4714 BC to the year 5874897',
  },
]
