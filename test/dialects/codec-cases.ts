import fc from "fast-check"
import { bigint, bytea, codec, integer, jsonb, numeric, sql, text, timestamptz } from "../../src/index.ts"
import type { ValueCase } from "./value-cases.ts"

const letters = fc.string({ unit: "grapheme-composite", maxLength: 12 }).filter((given) => !given.includes("\u0000"))
const wide = fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n })
const moment = fc.integer({ min: -(2 ** 40), max: 2 ** 40 })

const amount = codec({
  sqlType: numeric({ precision: 30, scale: 2 }),
  encode: (of: { cents: bigint }) => {
    const digits = String(of.cents < 0n ? -of.cents : of.cents).padStart(3, "0")
    return `${of.cents < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`
  },
  decode: (decimal) => ({ cents: BigInt(decimal.replace(".", "")) }),
})
const epoch = codec({
  sqlType: timestamptz(),
  encode: (at: { milliseconds: number }) => new Date(at.milliseconds),
  decode: (at) => ({ milliseconds: at.getTime() }),
})
const flags = codec({
  sqlType: jsonb<string[]>(),
  encode: (set: Set<string>) => [...set].toSorted(),
  decode: (list) => new Set(list),
})
const polynomial = codec({
  sqlType: integer().array(),
  encode: (of: { coefficients: readonly number[] }) => [...of.coefficients],
  decode: (list) => ({ coefficients: list }),
})

/** A user's own form of values of other types. */
export const codecCases: readonly ValueCase[] = [
  { name: "codec over numeric", type: amount.type, values: wide.map((cents) => ({ cents })) },
  { name: "codec over timestamptz", type: epoch.type, values: moment.map((milliseconds) => ({ milliseconds })) },
  { name: "codec over jsonb", type: flags.type, values: fc.uniqueArray(letters, { maxLength: 4 }).map((list) => new Set(list.toSorted())) },
  {
    name: "codec over integer[]",
    type: polynomial.type,
    values: fc.array(fc.integer(), { minLength: 1, maxLength: 4 }).map((coefficients) => ({ coefficients })),
    noArray: true,
  },
]

const marked = codec({
  sqlType: text(),
  encode: (of: { word: string }) => of.word,
  decode: (word) => ({ word }),
  toSql: (given) => sql`'stored:' || ${given}`,
  fromSql: (stored) => sql`substr(${stored}, ${8})`,
})
const shifted = codec({
  sqlType: bigint(),
  encode: (of: { big: bigint }) => of.big,
  decode: (big) => ({ big }),
  toSql: (given) => sql`${given} + 1`,
  fromSql: (stored) => sql`${stored} - 1`,
})
const bytesOfText = codec({
  sqlType: bytea(),
  via: text(),
  encode: (of: string) => of,
  decode: (of) => of,
  toSql: (given) => sql`convert_to(${given}, 'UTF8')`,
  fromSql: (stored) => sql`convert_from(${stored}, 'UTF8')`,
})

/** Codecs whose values are written and read through SQL: only statements have it, a codec by itself has not. */
export const ownSqlCases: readonly ValueCase[] = [
  { name: "codec with SQL around text", type: marked.type, values: letters.map((word) => ({ word })) },
  { name: "codec with SQL around bigint", type: shifted.type, values: wide.map((big) => ({ big })) },
  { name: "codec that stores another type", type: bytesOfText.type, values: letters, on: ["postgresql", "pglite"] },
]
