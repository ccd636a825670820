import assert from "node:assert/strict"
import { before, describe, test } from "node:test"
import fc from "fast-check"
import "../support/seed.ts"
import { postgres } from "../../src/dialects/postgres/index.ts"
import type { Engine } from "../../src/engine/index.ts"
import { ValueError } from "../../src/errors/index.ts"
import { emptyRange, range, type SqlType } from "../../src/sql/index.ts"
import { onDatabases } from "../support/databases.ts"
import { compileNodes, node } from "./compile-nodes.ts"
import { multirangeType, rangeKinds, rangeType, writtenRanges } from "./range-cases.ts"

onDatabases(["postgresql", "pglite"], "ranges as the server writes them", (database) => {
  let engine: Engine
  before(async () => {
    engine = await database.engine()
  })

  /** What the server makes of the text that a user would write, without our canonical form. */
  async function printed(type: SqlType, text: string): Promise<string | undefined> {
    await using connection = await engine.connect()
    const { text: sql, parameters } = compileNodes(
      engine.dialect,
      node`select cast(${{ parameter: text }} as ${engine.dialect.typeName(type)})`,
    )
    try {
      return String((await connection.exec(sql, parameters)).rows[0]?.[0])
    } catch {
      return undefined
    }
  }

  const plain = (element: SqlType, { lower, upper, bounds }: { lower: unknown; upper: unknown; bounds: string }) => {
    const text = (bound: unknown) => (bound === null ? "" : `"${String(postgres.codec<any>(element).encode(bound))}"`)
    return bounds === "empty" ? "empty" : `${bounds[0]}${text(lower)},${text(upper)}${bounds[1]}`
  }
  const encoded = (type: SqlType, value: unknown): string | undefined => {
    try {
      return String(postgres.codec<any>(type).encode(value))
    } catch (error) {
      assert.ok(error instanceof ValueError)
      return undefined
    }
  }

  for (const kind of rangeKinds) {
    const { element, at } = kind
    // Few numbers, so that bounds meet.
    const written = writtenRanges(at, 4)

    test(`${kind.name}range (${element.mode ?? "default"}): what is refused, and the form of what is not`, async () => {
      const type = rangeType(kind)
      const codec = postgres.codec<any>(type)
      await fc.assert(
        fc.asyncProperty(written, async (value) => {
          const raw = await printed(type, plain(element, value))
          const parameter = encoded(type, value)
          assert.equal(parameter === undefined, raw === undefined, `${JSON.stringify(parameter)} and ${JSON.stringify(raw)}`)
          if (raw === undefined) return
          assert.deepEqual(codec.decode(parameter), codec.decode(raw))
          assert.equal(codec.same(raw, value), true)
          assert.equal(codec.same(parameter, value), true)
          assert.equal(codec.same(raw, range(at(77), null)), false)
        }),
        { numRuns: 60 },
      )
    })

    test(`${kind.name}multirange (${element.mode ?? "default"}): what is refused, and the form of what is not`, async () => {
      const type = multirangeType(kind)
      const codec = postgres.codec<any>(type)
      await fc.assert(
        fc.asyncProperty(fc.array(written, { maxLength: 4 }), async (value) => {
          const raw = await printed(type, `{${value.map((each) => plain(element, each)).join(",")}}`)
          const parameter = encoded(type, value)
          assert.equal(parameter === undefined, raw === undefined, `${JSON.stringify(parameter)} and ${JSON.stringify(raw)}`)
          if (raw === undefined) return
          assert.deepEqual(codec.decode(parameter), codec.decode(raw))
          assert.equal(codec.same(raw, value), true)
          assert.equal(codec.same(raw, []), raw === "{}")
        }),
        { numRuns: 60 },
      )
    })
  }

  test("are read in rows that no expression describes", async () => {
    for (const kind of rangeKinds.filter(({ element }) => element.mode === undefined)) {
      const value = range(kind.at(1), kind.at(2))
      const parameter = postgres.codec<any>(rangeType(kind)).encode(value)
      const { name } = kind
      const types = [`${name}range`, `${name}range[]`, `${name}multirange`, `${name}multirange[]`]
      const parameters = [
        parameter,
        `{"${String(parameter).replace(/["\\]/g, "\\$&")}"}`,
        `{${parameter}}`,
        `{"{${String(parameter).replace(/["\\]/g, "\\$&")}}"}`,
      ]
      await using connection = await engine.connect()
      const { rows, columns } = await connection.exec(
        `select ${types.map((type, index) => `$${index + 1}::${type}`).join(", ")}`,
        parameters,
      )
      assert.deepEqual(
        rows[0]?.map((raw, index) => engine.dialect.decoderOf(columns[index]?.typeId)(raw)),
        [value, [value], [value], [[value]]],
      )
    }
  })

  test("infinite days stay as they are written", async () => {
    const type: SqlType = { kind: "range", sqlName: "daterange", element: { kind: "date" } }
    for (const value of [
      range("-infinity", "infinity", "[]"),
      range("-infinity", "2024-12-31", "(]"),
      range("2024-01-01", "infinity", "(]"),
    ]) {
      const raw = await printed(type, plain({ kind: "date" }, value))
      assert.deepEqual(postgres.codec<any>(type).decode(encoded(type, value)), postgres.codec<any>(type).decode(raw))
    }
  })

  test("bounds of text may hold anything", async () => {
    await engine.begin((connection) => connection.exec(`create type "text range" as range (subtype = text, collation = "C")`))
    const type: SqlType = { kind: "range", sqlName: '"text range"', element: { kind: "text" } }
    const codec = postgres.codec<any>(type)
    const words = fc.constantFrom("", " ", "a,b", "]", '"', '""', "\\", "(", "null", "empty", "é\n")
    await fc.assert(
      fc.asyncProperty(words, words, async (one, other) => {
        const [lower, upper] = Buffer.compare(Buffer.from(one), Buffer.from(other)) < 0 ? [one, other] : [other, one]
        if (lower === upper) return
        const raw = await printed(type, String(codec.encode(range(lower, upper, "[]"))))
        assert.deepEqual(codec.decode(raw), range(lower, upper, "[]"))
      }),
    )
  })
})

describe("a range in JavaScript", () => {
  test("has no upper bound in it unless that is said", () => {
    assert.deepEqual({ ...range(1, 5) }, { lower: 1, upper: 5, bounds: "[)" })
    assert.deepEqual({ ...range("a", "b", "[]") }, { lower: "a", upper: "b", bounds: "[]" })
  })
  test("never includes a bound that is not there", () => {
    assert.equal(range(1, null, "[]").bounds, "[)")
    assert.equal(range(null, 1, "[]").bounds, "(]")
    assert.equal(range(null, null).bounds, "()")
  })
  test("survives as the plain object that it is", () => {
    assert.deepEqual(structuredClone(range(1, 2)), { ...range(1, 2) })
    assert.deepEqual(JSON.parse(JSON.stringify(emptyRange)), { ...emptyRange })
  })
  test("is refused when a bound is undefined or the bounds are none", () => {
    assert.throws(() => range(1, undefined as never), /range\(\): a bound is undefined/)
    assert.throws(() => range(1, 2, "[[" as never), /range\(\): "\[\[" are no bounds/)
  })
})
