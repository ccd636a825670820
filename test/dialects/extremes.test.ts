import assert from "node:assert/strict"
import { before, test } from "node:test"
import { postgres } from "../../src/dialects/postgres/index.ts"
import type { Engine } from "../../src/engine/index.ts"
import { ValueError } from "../../src/errors/index.ts"
import type { SqlType } from "../../src/sql/index.ts"
import { onDatabases } from "../support/databases.ts"
import { compileNodes, node } from "./compile-nodes.ts"

/** The outermost values of a type, and what lies just beyond, as the server would be told it. */
interface Extremes {
  readonly type: SqlType
  readonly inside: readonly unknown[]
  readonly outside: readonly (readonly [value: unknown, text: string])[]
}

const date = (year: number, month: number, day: number) => {
  const at = new Date(0)
  at.setUTCFullYear(year, month - 1, day)
  return at
}

const extremes: readonly Extremes[] = [
  {
    type: { kind: "smallint" },
    inside: [-32_768, 32_767],
    outside: [
      [32_768, "32768"],
      [-32_769, "-32769"],
    ],
  },
  { type: { kind: "integer" }, inside: [-(2 ** 31), 2 ** 31 - 1], outside: [[2 ** 31, "2147483648"]] },
  { type: { kind: "bigint" }, inside: [-(2n ** 63n), 2n ** 63n - 1n], outside: [[2n ** 63n, "9223372036854775808"]] },
  { type: { kind: "oid" }, inside: [0, 2 ** 32 - 1], outside: [[2 ** 32, "4294967296"]] },
  {
    type: { kind: "numeric" },
    inside: ["9".repeat(131_072), `-${"9".repeat(131_072)}.${"9".repeat(16_383)}`, `0.${"0".repeat(16_382)}1`],
    outside: [["1".repeat(131_073), "1".repeat(131_073)]],
  },
  {
    type: { kind: "numeric", precision: 5, scale: 2 },
    inside: ["999.99", "-999.99", "NaN"],
    outside: [
      ["1000.00", "1000.00"],
      ["Infinity", "Infinity"],
    ],
  },
  {
    type: { kind: "real" },
    inside: [3.4028235e38, -3.4028235e38, 1e-45, 1.1754944e-38],
    outside: [
      [3.5e38, "3.5e38"],
      [1e-46, "1e-46"],
    ],
  },
  { type: { kind: "double" }, inside: [Number.MAX_VALUE, Number.MIN_VALUE, -Number.MIN_VALUE, 2.2250738585072014e-308], outside: [] },
  {
    type: { kind: "date" },
    inside: ["4714-11-24 BC", "5874897-12-31", "0001-12-31 BC", "0001-01-01"],
    outside: [
      ["4714-11-23 BC", "4714-11-23 BC"],
      ["5874898-01-01", "5874898-01-01"],
    ],
  },
  {
    type: { kind: "timestamp" },
    inside: ["4714-11-24T00:00:00 BC", "294276-12-31T23:59:59.999999"],
    outside: [
      ["4714-11-23T23:59:59.999999 BC", "4714-11-23 23:59:59.999999 BC"],
      ["294277-01-01T00:00:00", "294277-01-01 00:00:00"],
    ],
  },
  {
    type: { kind: "timestamptz", mode: "string" },
    inside: ["4714-11-24T00:00:00Z BC", "294276-12-31T23:59:59.999999Z"],
    outside: [
      ["4714-11-23T23:59:59Z BC", "4714-11-23 23:59:59+00 BC"],
      ["294277-01-01T00:00:00Z", "294277-01-01 00:00:00+00"],
    ],
  },
  {
    type: { kind: "timestamptz" },
    inside: [date(-4713, 11, 24), new Date(8.64e15)],
    outside: [[date(-4713, 11, 23), "4714-11-23 00:00:00+00 BC"]],
  },
  {
    type: { kind: "timestamp", mode: "date" },
    inside: [date(-4713, 11, 24), new Date(8.64e15)],
    outside: [[date(-4713, 11, 23), "4714-11-23 00:00:00 BC"]],
  },
  { type: { kind: "time" }, inside: ["00:00:00", "24:00:00", "23:59:59.999999"], outside: [["24:00:00.000001", "24:00:00.000001"]] },
  {
    type: { kind: "timetz" },
    inside: ["24:00:00-15:59:59", "00:00:00+15:59:59"],
    outside: [["00:00:00+16", "00:00:00+16"]],
  },
  {
    type: { kind: "interval" },
    inside: [
      "P178956970Y7M",
      "P-178956970Y-8M",
      "P2147483647D",
      "PT2562047788H54.775807S",
      "-PT2562047788H54.775808S",
      "P178956970Y7M-2147483648DT2562047788H54.775807S",
    ].map((text) => (text.startsWith("P-") ? `-P${text.slice(2).replace("Y-", "Y")}` : text)),
    outside: [
      ["P178956971Y", "178956971 years"],
      ["P2147483648D", "2147483648 days"],
      ["PT2562047788H54.775808S", "2562047788:00:54.775808"],
    ],
  },
  {
    type: { kind: "inet" },
    inside: ["255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "0.0.0.0/0"],
    outside: [["0.0.0.0/33", "0.0.0.0/33"]],
  },
  { type: { kind: "varchar", length: 3 }, inside: ["😀😀😀", ""], outside: [["four", "four"]] },
  { type: { kind: "char", length: 3 }, inside: ["😀😀😀", ""], outside: [["four", "four"]] },
  {
    type: { kind: "bit", length: 2 },
    inside: ["11"],
    outside: [
      ["1", "1"],
      ["111", "111"],
    ],
  },
  { type: { kind: "varbit", length: 2 }, inside: ["11", ""], outside: [["111", "111"]] },
  {
    type: { kind: "range", sqlName: "int4range", element: { kind: "integer" } },
    inside: [{ lower: -(2 ** 31), upper: 2 ** 31 - 1, bounds: "[)" }],
    outside: [[{ lower: 0, upper: 2 ** 31 - 1, bounds: "[]" }, "[0,2147483647]"]],
  },
  {
    type: { kind: "range", sqlName: "daterange", element: { kind: "date" } },
    inside: [{ lower: "4714-11-24 BC", upper: "5874897-12-31", bounds: "[)" }],
    outside: [[{ lower: "2024-01-01", upper: "5874897-12-31", bounds: "[]" }, "[2024-01-01,5874897-12-31]"]],
  },
]

onDatabases(["postgresql", "pglite"], "the ends of what a type holds", (database) => {
  let engine: Engine
  before(async () => {
    engine = await database.engine()
  })

  for (const [index, { type, inside, outside }] of extremes.entries()) {
    const name = `${postgres.typeName(type)}${type.mode === undefined ? "" : ` (${type.mode})`}`
    test(name, async () => {
      await using connection = await engine.connect()
      const codec = postgres.codec<any>(type)
      // Through a column: a cast cuts what an assignment refuses.
      const table = `extreme_${index}`
      await connection.exec(`create table ${table} (kept ${postgres.typeName(type)})`)
      const kept = async (parameter: unknown) => {
        const { text, parameters } = compileNodes(
          postgres,
          node`insert into ${table} values (${{ parameter }}) returning kept, json_build_array(kept)->>0`,
        )
        return (await connection.exec(text, parameters)).rows[0] ?? []
      }
      for (const value of inside) {
        const [raw] = await kept(codec.encode(value))
        assert.deepEqual(codec.decode(raw), value)
        assert.equal(codec.same(raw, value), true)
      }
      for (const [value, text] of outside) {
        assert.throws(() => codec.encode(value), ValueError, `${String(value)} is refused before it is sent`)
        await assert.rejects(kept(text), `${text} is refused by the server`)
      }
    })
  }
})
