import fc from "fast-check"
import { jsonNull } from "../../src/dialects/index.ts"
import { postgres } from "../../src/dialects/postgres/index.ts"
import type { SqlType } from "../../src/sql/index.ts"
import type { DatabaseName } from "../support/databases.ts"
import { codecCases } from "./codec-cases.ts"
import { rangeCases } from "./range-cases.ts"
import { serverCases } from "./server-cases.ts"

/** A type with the values that it promises to keep. */
export interface ValueCase {
  readonly name: string
  readonly type: SqlType
  readonly values: fc.Arbitrary<unknown>
  /** What the value is called in comparisons, where the database may give it another form. */
  readonly normal?: (value: unknown) => unknown
  /** Databases that keep these values; all of them when absent. */
  readonly on?: readonly DatabaseName[]
  /** The column itself is the database's own: no array of it is made. */
  readonly noArray?: true
  /** What a server has to have for the type, as SQL: databases without named types are not asked. */
  readonly needs?: string
}

const servers: readonly DatabaseName[] = ["postgresql", "pglite"]

const digits = (length: fc.StringConstraints) => fc.string({ unit: fc.constantFrom(..."0123456789"), ...length })
const wholePart = digits({ minLength: 1, maxLength: 40 }).map((text) => text.replace(/^0+(?=\d)/, ""))
const decimal = fc.tuple(fc.boolean(), wholePart, digits({ maxLength: 30 })).map(([negative, whole, fraction]) => {
  const text = fraction === "" ? whole : `${whole}.${fraction}`
  return negative && /[1-9]/.test(text) ? `-${text}` : text
})
const trimmed = (value: unknown) => (String(value).includes(".") ? String(value).replace(/\.?0+$/, "") : value)

/** The shortest decimal that stands for a 32-bit number, as PostgreSQL prints it. */
const single = fc.float().map((value) => {
  if (!Number.isFinite(value)) return value
  for (let precision = 1; precision < 9; precision++) {
    const short = Number(value.toPrecision(precision))
    if (Math.fround(short) === value) return short
  }
  return Number(value.toPrecision(9))
})

const text = fc.string({ unit: "binary", maxLength: 30 }).filter((value) => !value.includes("\u0000"))
const awkwardText = fc.oneof(text, fc.constantFrom("", "NULL", "null", "{}", "{a,b}", '"', "\\", "it's", " padded ", "a\nb", "\\x41", "😀"))

const inFourDigitYears = { min: new Date("0001-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59.999Z"), noInvalidDate: true }
const moment = fc.date(inFourDigitYears)
const microseconds = fc.integer({ min: 0, max: 999_999 })
const fraction = microseconds.map((value) => (value === 0 ? "" : `.${String(value).padStart(6, "0").replace(/0+$/, "")}`))
const dateTime = fc.tuple(moment, fraction).map(([date, digitsOfSecond]) => `${date.toISOString().slice(0, 19)}${digitsOfSecond}`)
const year = fc.oneof(
  fc.integer({ min: 1, max: 4712 }).map((value) => [String(value).padStart(4, "0"), " BC"] as const),
  fc.integer({ min: 10_000, max: 290_000 }).map((value) => [String(value), ""] as const),
)

const intervalCodec = postgres.codec<any>({ kind: "interval" })
const signed = (max: number) => fc.integer({ min: -max, max })
const interval = fc
  .tuple(
    signed(100_000),
    signed(11),
    signed(1_000_000),
    signed(1_000_000),
    signed(59),
    fc.boolean(),
    fc.integer({ min: 0, max: 59 }),
    microseconds,
  )
  .map(([years, months, days, hours, minutes, negative, seconds, micros]) => {
    const second = `${negative ? "-" : ""}${seconds}.${String(micros).padStart(6, "0")}`
    return intervalCodec.decode(intervalCodec.encode(`P${years}Y${months}M${days}DT${hours}H${minutes}M${second}S`))
  })

const json = fc.jsonValue({ maxDepth: 3, stringUnit: "grapheme" }).map((value): unknown => JSON.parse(JSON.stringify(value)) ?? jsonNull)

export const labels = ["sad", 'it\'s "ok"', "happy, {very}", "NULL", "back\\slash"] as const

export const valueCases: readonly ValueCase[] = [
  { name: "smallint", type: { kind: "smallint" }, values: fc.integer({ min: -32_768, max: 32_767 }) },
  { name: "integer", type: { kind: "integer" }, values: fc.integer() },
  { name: "bigint", type: { kind: "bigint" }, values: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) },
  { name: "bigint as number", type: { kind: "bigint", mode: "number" }, values: fc.maxSafeInteger() },
  {
    name: "bigint as string",
    type: { kind: "bigint", mode: "string" },
    values: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  },
  {
    name: "numeric",
    type: { kind: "numeric" },
    values: fc.oneof(decimal, fc.constantFrom("NaN", "Infinity", "-Infinity")),
    normal: trimmed,
  },
  { name: "numeric with the zeros at its end", type: { kind: "numeric" }, values: decimal, on: servers },
  {
    name: "numeric(10,2)",
    type: { kind: "numeric", precision: 10, scale: 2 },
    values: fc.integer({ min: -(10 ** 9), max: 10 ** 9 }).map((cents) => (cents / 100).toFixed(2)),
  },
  {
    name: "numeric(15,5)",
    type: { kind: "numeric", precision: 15, scale: 5 },
    values: fc.integer({ min: -(10 ** 15) + 1, max: 10 ** 15 - 1 }).map((value) => (value / 1e5).toFixed(5)),
  },
  {
    name: "numeric(40,20)",
    type: { kind: "numeric", precision: 40, scale: 20 },
    values: fc.bigInt({ min: 0n, max: 10n ** 40n - 1n }).map((value) =>
      String(value)
        .padStart(21, "0")
        .replace(/(?=.{20}$)/, "."),
    ),
  },
  {
    name: "numeric as number",
    type: { kind: "numeric", mode: "number" },
    values: fc.oneof(fc.double(), fc.constant(Number.NaN)).map((value) => value + 0),
  },
  {
    name: "numeric(12,3) as number",
    type: { kind: "numeric", mode: "number", precision: 12, scale: 3 },
    values: fc.integer({ min: -(10 ** 12) + 1, max: 10 ** 12 - 1 }).map((value) => value / 1000),
  },
  {
    name: "real",
    type: { kind: "real" },
    values: single.filter((value) => Number.isFinite(value) && !Object.is(value, -0)),
    normal: (value) => Math.fround(Number(value)),
  },
  {
    name: "real with NaN and infinity",
    type: { kind: "real" },
    values: fc.oneof(single, fc.constantFrom(Number.NaN, Infinity, -Infinity, -0)),
    normal: (value) => Math.fround(Number(value)),
    on: servers,
  },
  { name: "double", type: { kind: "double" }, values: fc.double({ noNaN: true }).map((value) => value + 0) },
  { name: "double with NaN and -0", type: { kind: "double" }, values: fc.oneof(fc.double(), fc.constantFrom(Number.NaN, -0)), on: servers },
  { name: "text", type: { kind: "text" }, values: awkwardText },
  {
    name: "varchar(20)",
    type: { kind: "varchar", length: 20 },
    values: fc.string({ unit: "grapheme-composite", maxLength: 5 }).filter((value) => [...value].length <= 20),
  },
  { name: "boolean", type: { kind: "boolean" }, values: fc.boolean() },
  { name: "uuid", type: { kind: "uuid" }, values: fc.uuid() },
  { name: "enum", type: { kind: "enum", enumName: "test mood", labels }, values: fc.constantFrom(...labels) },
  {
    name: "date",
    type: { kind: "date" },
    values: fc.oneof(
      moment.map((date) => date.toISOString().slice(0, 10)),
      fc.constantFrom("infinity", "-infinity"),
    ),
  },
  {
    name: "date outside of four-digit years",
    type: { kind: "date" },
    values: year.map(([digitsOfYear, era]) => `${digitsOfYear}-02-28${era}`),
    on: servers,
  },
  {
    name: "time",
    type: { kind: "time" },
    values: fc.oneof(
      dateTime.map((value) => value.slice(11)),
      fc.constant("24:00:00"),
    ),
  },
  { name: "timestamp", type: { kind: "timestamp" }, values: fc.oneof(dateTime, fc.constantFrom("infinity", "-infinity")) },
  {
    name: "timestamp outside of four-digit years",
    type: { kind: "timestamp" },
    values: year.map(([digitsOfYear, era]) => `${digitsOfYear}-02-28T10:00:00.5${era}`),
    on: servers,
  },
  { name: "timestamp as Date", type: { kind: "timestamp", mode: "date" }, values: moment },
  { name: "timestamptz", type: { kind: "timestamptz" }, values: moment },
  {
    name: "timestamptz outside of four-digit years",
    type: { kind: "timestamptz" },
    values: fc.date({ min: new Date(Date.UTC(-4712, 10, 24)), max: new Date(8.64e15), noInvalidDate: true }),
    on: servers,
  },
  {
    name: "timestamptz as string",
    type: { kind: "timestamptz", mode: "string" },
    values: fc.oneof(
      dateTime.map((value) => `${value}Z`),
      fc.constantFrom("infinity", "-infinity"),
    ),
  },
  {
    name: "timestamptz as string outside of four-digit years",
    type: { kind: "timestamptz", mode: "string" },
    values: year.map(([digitsOfYear, era]) => `${digitsOfYear}-02-28T10:00:00.5Z${era}`),
    on: servers,
  },
  {
    name: "interval",
    type: { kind: "interval" },
    values: fc.oneof(interval, fc.constantFrom("PT0S", "P1D", "-P1M", "infinity", "-infinity")),
  },
  { name: "json", type: { kind: "json" }, values: json },
  { name: "jsonb", type: { kind: "jsonb" }, values: json },
  { name: "bytea", type: { kind: "bytea" }, values: fc.uint8Array({ maxLength: 40 }).map((value) => new Uint8Array(value)) },
  {
    name: "integer[][]",
    type: { kind: "array", element: { kind: "array", element: { kind: "integer" } } },
    values: matrix(fc.integer()),
    noArray: true,
  },
  { name: "text[] of two dimensions", type: { kind: "array", element: { kind: "text" } }, values: matrix(awkwardText), noArray: true },
  ...rangeCases,
  ...serverCases,
  ...codecCases,
  {
    name: "custom",
    type: {
      kind: "custom",
      sqlName: "text",
      codec: { encode: (value: { word: string }) => value.word, decode: (raw: unknown) => ({ word: String(raw) }) },
    },
    values: awkwardText.map((word) => ({ word })),
  },
]

function matrix(values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })).chain(([rows, columns]) => {
    const row = fc.array(fc.option(values), { minLength: columns, maxLength: columns })
    return fc.array(row, { minLength: rows, maxLength: rows })
  })
}
