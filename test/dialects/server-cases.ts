import fc from "fast-check"
import type { CompositeField, SqlType } from "../../src/sql/index.ts"
import type { ValueCase } from "./value-cases.ts"

const bits = (length: fc.StringConstraints) => fc.string({ unit: fc.constantFrom("0", "1"), ...length })
const byte = fc.integer({ min: 0, max: 255 })
const bytes = (count: number) =>
  fc.array(byte, { minLength: count, maxLength: count }).map((list) => list.map((each) => each.toString(16).padStart(2, "0")).join(":"))

const ipv4 = fc.tuple(byte, byte, byte, byte).map((parts) => parts.join("."))
/** Never a run of zeros, whose print is another test's. */
const ipv6 = fc
  .array(fc.integer({ min: 1, max: 0xffff }), { minLength: 8, maxLength: 8 })
  .map((words) => words.map((word) => word.toString(16)).join(":"))
const prefixed = (address: fc.Arbitrary<string>, most: number) =>
  fc.tuple(address, fc.option(fc.integer({ min: 0, max: most }))).map(([text, length]) => (length === null ? text : `${text}/${length}`))

const network = fc.oneof(
  fc.tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 0, max: 32 })).map(([number, length]) => {
    const kept = length === 0 ? 0 : (number & (-1 << (32 - length))) >>> 0
    return `${kept >>> 24}.${(kept >>> 16) & 255}.${(kept >>> 8) & 255}.${kept & 255}/${length}`
  }),
  fc.constantFrom("::/0", "2001:db8::/32", "::ffff:1.2.3.0/120", "2001:db8::1/128"),
)

const servers = ["postgresql", "pglite"] as const
const number = fc.integer({ min: -1000, max: 1000 }).map((value) => value / 8)
const place = fc.tuple(number, number).map(([x, y]) => `(${x},${y})`)
const places = fc.array(place, { minLength: 1, maxLength: 4 }).map((list) => list.join(","))

const words = fc.string({ unit: fc.constantFrom(..."abcxyz"), minLength: 1, maxLength: 5 })
const zone = fc.tuple(fc.constantFrom("+", "-"), fc.integer({ min: 0, max: 15 }), fc.constantFrom("", ":30", ":59:59", ":00:01"))

/** A composite type of the fields, in the order of the object. */
export function composite(name: string, fields: Readonly<Record<string, SqlType>>, nullable: boolean): SqlType {
  return {
    kind: "composite",
    sqlName: `"${name}"`,
    fields: Object.entries(fields).map(([key, type]): CompositeField => ({ key, name: key.toLowerCase(), type, nullable })),
  }
}

const awkward = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 8 }),
  fc.constantFrom("", "NULL", "(", ")", ",", '"', "\\", '"",', " ", "(,)", "{}", "\n"),
)
export const pairType: SqlType = composite("test pair", { word: { kind: "text" }, big: { kind: "bigint" } }, false)
const pair = fc.record({ word: awkward, big: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) }, { noNullPrototype: true })
export const nestedType: SqlType = composite(
  "test nest",
  {
    pair: pairType,
    pairs: { kind: "array", element: pairType },
    bytes: { kind: "bytea" },
    flag: { kind: "boolean" },
    at: { kind: "timestamptz" },
    doc: { kind: "jsonb" },
    span: { kind: "range", sqlName: "int8range", element: { kind: "bigint" } },
    exact: { kind: "numeric" },
  },
  true,
)
const nested = fc.record(
  {
    pair: fc.option(pair),
    pairs: fc.option(fc.array(fc.option(pair), { maxLength: 3 })),
    bytes: fc.option(fc.uint8Array({ maxLength: 5 }).map((value) => new Uint8Array(value))),
    flag: fc.option(fc.boolean()),
    at: fc.option(fc.date({ min: new Date("0001-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59.999Z"), noInvalidDate: true })),
    doc: fc.option(fc.dictionary(words, fc.oneof(fc.integer(), awkward), { noNullPrototype: true })),
    span: fc.option(fc.constantFrom({ lower: 1n, upper: null, bounds: "[)" }, { lower: null, upper: null, bounds: "empty" })),
    exact: fc.option(fc.constantFrom("0.1", "-123456789012345678901234567890.5")),
  },
  { noNullPrototype: true },
)

const hstore = fc.dictionary(fc.oneof(awkward, fc.constantFrom("__proto__", "constructor", "toString")), fc.option(awkward), {
  noNullPrototype: true,
})

export const serverCases: readonly ValueCase[] = [
  {
    name: "char(5)",
    type: { kind: "char", length: 5 },
    values: fc.string({ unit: fc.constantFrom(..."ab é😀"), maxLength: 5 }).map((text) => text.replace(/ +$/, "")),
  },
  {
    name: "timetz",
    type: { kind: "timetz" },
    values: fc
      .tuple(fc.constantFrom("00:00:00", "10:30:00.5", "24:00:00", "23:59:59.999999"), zone)
      .map(([time, [sign, hours, rest]]) => `${time}${sign}${String(hours).padStart(2, "0")}${rest}`)
      .filter((text) => !text.includes("-00") || /-00:/.test(text)),
  },
  { name: "oid", type: { kind: "oid" }, values: fc.integer({ min: 0, max: 2 ** 32 - 1 }) },
  {
    name: "inet",
    type: { kind: "inet" },
    values: fc.oneof(prefixed(ipv4, 31), prefixed(ipv6, 127), fc.constantFrom("::1", "::", "::ffff:1.2.3.4", "1:0:0:2::", "::/64")),
  },
  { name: "cidr", type: { kind: "cidr" }, values: network },
  { name: "macaddr", type: { kind: "macaddr" }, values: bytes(6) },
  { name: "macaddr8", type: { kind: "macaddr8" }, values: bytes(8) },
  { name: "bit(4)", type: { kind: "bit", length: 4 }, values: bits({ minLength: 4, maxLength: 4 }) },
  { name: "varbit(10)", type: { kind: "varbit", length: 10 }, values: bits({ maxLength: 10 }) },
  { name: "varbit", type: { kind: "varbit" }, values: bits({ maxLength: 100 }) },
  {
    name: "hstore",
    type: { kind: "hstore", sqlName: "hstore" },
    // V8 13 reads a key such as "\n" as one that an object before had in its place and that begins with a backslash.
    values: hstore.filter((value) => Object.keys(value).every((key) => !key.includes("\\"))),
    on: ["postgresql", "sqlite"],
    needs: "create extension if not exists hstore",
  },
  {
    name: "hstore with any key",
    type: { kind: "hstore", sqlName: "hstore" },
    values: hstore,
    on: ["postgresql"],
    needs: "create extension if not exists hstore",
  },
  { name: "xid", type: { kind: "xid" }, values: fc.nat(0xff_ff_ff_ff).map(String), on: servers },
  { name: "tsvector", type: { kind: "tsvector" }, values: words.map((word) => `'${word}':1A '${word}z':2,3`), on: servers },
  { name: "tsquery", type: { kind: "tsquery" }, values: words.map((word) => `'${word}' & !'x':*B`), on: servers },
  { name: "point", type: { kind: "point" }, values: fc.oneof(place, fc.constantFrom("(NaN,Infinity)", "(-0,1e+300)")) },
  {
    name: "line",
    type: { kind: "line" },
    values: fc.tuple(fc.constantFrom(1, -2.5), number, number).map(([a, b, c]) => `{${a},${b},${c}}`),
  },
  { name: "lseg", type: { kind: "lseg" }, values: fc.tuple(place, place).map(([from, to]) => `[${from},${to}]`) },
  {
    name: "box",
    type: { kind: "box" },
    values: fc.tuple(number, number, fc.nat(9), fc.nat(9)).map(([x, y, width, height]) => `(${x + width},${y + height}),(${x},${y})`),
  },
  {
    name: "path",
    type: { kind: "path" },
    values: fc.tuple(places, fc.boolean()).map(([list, open]) => (open ? `[${list}]` : `(${list})`)),
  },
  { name: "polygon", type: { kind: "polygon" }, values: places.map((list) => `(${list})`) },
  { name: "circle", type: { kind: "circle" }, values: fc.tuple(place, fc.nat(99)).map(([center, radius]) => `<${center},${radius}>`) },
  {
    name: "money",
    type: { kind: "money" },
    values: fc.constantFrom("$0.00", "$1,234.50", "-$92,233,720,368,547,758.08"),
    on: servers,
  },
  {
    name: "xml",
    type: { kind: "xml" },
    values: fc.constantFrom("<a/>", "text & no tags", '<a b="c">é</a>', "<!-- , -->").filter((text) => !text.includes(" & ")),
  },
  { name: "composite", type: pairType, values: pair, needs: `create type "test pair" as (word text, big bigint)` },
  {
    name: "composite of composites",
    type: nestedType,
    values: nested,
    needs: `create type "test pair" as (word text, big bigint); create type "test nest" as (pair "test pair", pairs "test pair"[], bytes bytea,
      flag boolean, at timestamptz, doc jsonb, span int8range, exact numeric)`,
  },
  {
    name: "domain over bigint",
    type: { kind: "bigint", domain: '"test even"' },
    values: fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n - 1n }).map((value) => value * 2n),
    needs: `create domain "test even" as bigint check (value % 2 = 0)`,
  },
  {
    name: "domain over varchar",
    type: { kind: "varchar", length: 5, domain: '"test word"' },
    values: words,
    needs: `create domain "test word" as varchar(5)`,
  },
  {
    name: "domain over composite",
    type: { ...pairType, domain: '"test pairs"' },
    values: pair.filter(({ big }) => big > 0n),
    needs: `create type "test pair" as (word text, big bigint); create domain "test pairs" as "test pair" check ((value).big > 0)`,
  },
]
