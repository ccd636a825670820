import assert from "node:assert/strict"
import { before, describe, test } from "node:test"
import fc from "fast-check"
import "../support/seed.ts"
import { type Dialect, jsonNull, type TransactionOptions } from "../../src/dialects/index.ts"
import { postgres } from "../../src/dialects/postgres/index.ts"
import { sqlite } from "../../src/dialects/sqlite/index.ts"
import { ArgumentError, DeadlockError, DefinitionError, SerializationError, UnsupportedError, ValueError } from "../../src/errors/index.ts"
import type { Engine } from "../../src/engine/index.ts"
import type { SqlType } from "../../src/sql/index.ts"
import { forEachDatabase, onDatabases } from "../support/databases.ts"
import { type ValueCase, valueCases } from "./value-cases.ts"

describe("names of types", () => {
  const names: readonly (readonly [type: SqlType, onPostgres: string, onSqlite: string])[] = [
    [{ kind: "smallint" }, "smallint", "INTEGER"],
    [{ kind: "bigint", mode: "number" }, "bigint", "INTEGER"],
    [{ kind: "numeric" }, "numeric", "TEXT"],
    [{ kind: "numeric", precision: 12, scale: 2 }, "numeric(12, 2)", "REAL"],
    [{ kind: "numeric", precision: 15 }, "numeric(15)", "REAL"],
    [{ kind: "numeric", precision: 16, scale: 2 }, "numeric(16, 2)", "TEXT"],
    [{ kind: "double" }, "double precision", "REAL"],
    [{ kind: "varchar" }, "varchar", "TEXT"],
    [{ kind: "varchar", length: 20 }, "varchar(20)", "TEXT"],
    [{ kind: "boolean" }, "boolean", "INTEGER"],
    [{ kind: "timestamptz", precision: 3 }, "timestamptz(3)", "TEXT"],
    [{ kind: "interval" }, "interval", "TEXT"],
    [{ kind: "jsonb" }, "jsonb", "TEXT"],
    [{ kind: "bytea" }, "bytea", "BLOB"],
    [{ kind: "enum", enumName: 'my "mood"', enumSchema: "Shared", labels: ["x"] }, '"Shared"."my ""mood"""', "TEXT"],
    [{ kind: "array", element: { kind: "varchar", length: 5 } }, "varchar(5)[]", "TEXT"],
    [{ kind: "array", element: { kind: "array", element: { kind: "integer" } } }, "integer[][]", "TEXT"],
    [{ kind: "char", length: 3 }, "char(3)", "TEXT"],
    [{ kind: "char" }, "bpchar", "TEXT"],
    [{ kind: "bit", length: 3 }, "bit(3)", "TEXT"],
    [{ kind: "bit" }, "varbit", "TEXT"],
    [{ kind: "varbit", length: 3 }, "varbit(3)", "TEXT"],
    [{ kind: "timetz", precision: 3 }, "timetz(3)", "TEXT"],
    [{ kind: "oid" }, "oid", "INTEGER"],
    [{ kind: "hstore", sqlName: '"ext".hstore' }, '"ext".hstore', "TEXT"],
    [{ kind: "range", sqlName: "int4range", element: { kind: "integer" } }, "int4range", "TEXT"],
    [{ kind: "integer", domain: '"app"."age"' }, '"app"."age"', "INTEGER"],
    [{ kind: "array", element: { kind: "integer", domain: '"age"' } }, '"age"[]', "TEXT"],
    [{ kind: "composite", sqlName: '"address"', fields: [] }, '"address"', "TEXT"],
    [{ kind: "custom", sqlName: "citext" }, "citext", "citext"],
    [{ kind: "custom", sqlName: 'public."my type"(3, 4)[]' }, 'public."my type"(3, 4)[]', 'public."my type"(3, 4)[]'],
    [{ kind: "custom", sqlName: "timestamp(3) with time zone" }, "timestamp(3) with time zone", "timestamp(3) with time zone"],
  ]
  for (const [type, onPostgres, onSqlite] of names) {
    test(`${onPostgres} is ${onSqlite} on SQLite`, () =>
      assert.deepEqual([postgres.typeName(type), sqlite.typeName(type)], [onPostgres, onSqlite]))
  }

  test("what only PostgreSQL has is refused on SQLite, with what to do instead", () => {
    for (const kind of ["tsvector", "tsquery", "money", "xid"] as const) {
      const refusal = (error: unknown) =>
        error instanceof UnsupportedError && error.message.startsWith(`SQLite has no ${kind}\n  hint: store`)
      assert.throws(() => sqlite.typeName({ kind }), refusal)
      assert.throws(() => sqlite.codec({ kind }), refusal)
      assert.throws(() => sqlite.codec({ kind: "array", element: { kind } }), refusal)
    }
  })

  test("what is no name of a type is refused", () => {
    assert.throws(() => postgres.typeName({ kind: "integer", domain: "text; drop table x" }), DefinitionError)
    assert.throws(() => postgres.typeName({ kind: "composite", sqlName: "x, y", fields: [] }), DefinitionError)
    for (const sqlName of ["", "text; drop table x", "text)", 'a"b', "text -- x", "text default 'x'", "(select 1)"]) {
      assert.throws(() => postgres.typeName({ kind: "custom", sqlName }), DefinitionError)
    }
    assert.throws(() => postgres.typeName({ kind: "varchar", length: "1); drop table x" as never }), DefinitionError)
    assert.throws(() => postgres.typeName({ kind: "array" }), DefinitionError)
    assert.throws(() => postgres.typeName({ kind: "enum" }), DefinitionError)
  })
})

describe("codecs", () => {
  test("are shared between equal types", () => {
    assert.equal(postgres.codec({ kind: "varchar", length: 5 }), postgres.codec({ kind: "varchar", length: 5 }))
    assert.notEqual(postgres.codec({ kind: "varchar", length: 5 }), postgres.codec({ kind: "varchar", length: 6 }))
  })

  test("of custom types are their own, also in arrays", () => {
    const custom = (suffix: string): SqlType => ({
      kind: "custom",
      sqlName: "text",
      codec: { encode: String, decode: (raw) => `${String(raw)}${suffix}` },
    })
    assert.equal(postgres.codec(custom("a")).decode("x"), "xa")
    assert.equal(postgres.codec(custom("b")).decode("x"), "xb")
    assert.deepEqual(postgres.codec({ kind: "array", element: custom("a") }).decode("{x}"), ["xa"])
    assert.deepEqual(postgres.codec({ kind: "array", element: custom("b") }).decode("{x}"), ["xb"])
  })

  test("see changes inside objects", () => {
    for (const { codec } of [postgres, sqlite]) {
      const same = (type: SqlType, value: any, change: (value: any) => void) => {
        const raw = codec(type).encode(value)
        const before = codec(type).same(raw, value)
        change(value)
        return [before, codec(type).same(raw, value)]
      }
      assert.deepEqual(
        same({ kind: "jsonb" }, { list: [1, { x: 1 }] }, (value) => (value.list[1].x = 2)),
        [true, false],
      )
      assert.deepEqual(
        same({ kind: "jsonb" }, { x: 1 }, (value) => (value.y = undefined)),
        [true, true],
      )
      assert.deepEqual(
        same({ kind: "jsonb" }, { x: 1 }, (value) => (value.y = 1)),
        [true, false],
      )
      assert.deepEqual(
        same({ kind: "jsonb" }, { x: 1, y: 1 }, (value) => delete value.y),
        [true, false],
      )
      assert.deepEqual(
        same({ kind: "jsonb" }, { at: new Date(0), none: undefined, gap: [null] }, (value) => value.at.setTime(1)),
        [true, false],
      )
      assert.deepEqual(
        same({ kind: "bytea" }, new Uint8Array([1, 2]), (value) => (value[1] = 3)),
        [true, false],
      )
      assert.deepEqual(
        same({ kind: "timestamptz" }, new Date(0), (value) => value.setTime(1)),
        [true, false],
      )
      assert.deepEqual(
        same({ kind: "array", element: { kind: "text" } }, ["a", null], (value) => (value[1] = "b")),
        [true, false],
      )
      assert.deepEqual(
        same({ kind: "array", element: { kind: "jsonb" } }, [{ a: 1 }], (value) => (value[0].a = 2)),
        [true, false],
      )
    }
  })

  test("keep no reference to the bytes that they were given", () => {
    for (const { codec } of [postgres, sqlite]) {
      const bytes = codec<Uint8Array>({ kind: "bytea" })
      const value = new Uint8Array([1, 2])
      const encoded = bytes.encode(value)
      const decoded = bytes.decode(encoded)
      value[0] = 9
      assert.deepEqual([encoded, decoded], [new Uint8Array([1, 2]), new Uint8Array([1, 2])])
      decoded[0] = 8
      assert.deepEqual(encoded, new Uint8Array([1, 2]))
      assert.equal(bytes.decode("\\x0102").buffer.byteLength, 2)
    }
  })

  test("tell JSON's null from NULL", () => {
    for (const { codec } of [postgres, sqlite]) {
      const json = codec<unknown>({ kind: "jsonb" })
      assert.equal(json.encode(jsonNull), "null")
      assert.equal(json.decode("null"), jsonNull)
      assert.equal(json.same("null", jsonNull), true)
      assert.equal(json.same("{}", jsonNull), false)
      assert.equal(JSON.stringify({ value: jsonNull }), '{"value":null}')
    }
    assert.throws(() => sqlite.codec<unknown>({ kind: "array", element: { kind: "json" } }).encode([jsonNull]), ValueError)
  })

  test("refuse raw values that are not of their type", () => {
    const raws: readonly (readonly [kind: SqlType["kind"], raw: unknown])[] = [
      ["integer", "x"],
      ["integer", 1.5],
      ["integer", "3000000000"],
      ["bigint", "1.5"],
      ["numeric", "x"],
      ["double", "x"],
      ["double", ""],
      ["text", 5],
      ["boolean", "yes"],
      ["date", "yesterday"],
      ["time", "noon"],
      ["timestamp", "2024-13-01 00:00:00"],
      ["timestamptz", "2024-02-30 00:00:00+00"],
      ["timestamptz", "infinity"],
      ["timestamptz", 5],
      ["interval", "soon"],
      ["json", "{"],
      ["bytea", "abc"],
      ["bytea", "\\x0g"],
    ]
    for (const dialect of [postgres, sqlite]) {
      for (const [kind, raw] of raws) assert.throws(() => dialect.codec({ kind }).decode(raw), ValueError, `${kind} from ${String(raw)}`)
      assert.throws(() => dialect.codec({ kind: "array", element: { kind: "integer" } }).decode("1,2"), ValueError)
    }
    assert.throws(
      () => postgres.codec({ kind: "bigint", mode: "number" }).decode("9007199254740993"),
      /from the database is not readable as bigint/,
    )
  })
})

describe("begin", () => {
  test("asks PostgreSQL for what is given", () => {
    assert.equal(postgres.begin({}), "begin")
    assert.equal(
      postgres.begin({ isolation: "serializable", readOnly: true, deferrable: true }),
      "begin isolation level serializable read only deferrable",
    )
    assert.equal(postgres.begin({ readOnly: false, deferrable: false }), "begin read write not deferrable")
    assert.throws(() => postgres.begin({ isolation: "chaos; drop table x" as never }), ArgumentError)
  })

  test("takes SQLite's write lock unless it is to read only", () => {
    assert.equal(sqlite.begin({}), "begin immediate")
    assert.equal(sqlite.begin({ isolation: "serializable" }), "begin immediate")
    assert.equal(sqlite.begin({ readOnly: true }), "begin")
  })
})

const everyBegin: readonly TransactionOptions[] = (
  ["read uncommitted", "read committed", "repeatable read", "serializable", undefined] as const
).flatMap((isolation) =>
  [true, false, undefined].map((readOnly) => ({
    ...(isolation === undefined ? {} : { isolation }),
    ...(readOnly === undefined ? {} : { readOnly }),
  })),
)

forEachDatabase("transactions", (database) => {
  test("begin with every combination of options", async () => {
    const engine = await database.engine()
    await using connection = await engine.connect()
    for (const options of everyBegin) {
      connection.begin(options)
      assert.equal((await connection.exec("select 1")).rows.length, 1)
      await connection.rollback()
    }
  })
})

onDatabases(["sqlite"], "two writers of one SQLite file", (database) => {
  test("wait for each other from the beginning, where a deferred transaction would fail after it has read", async () => {
    const url = await database.url()
    const [one, two] = [await database.engine({ url }), await database.engine({ url, connectArgs: { timeout: 0 } })]
    await using first = await one.connect()
    await using second = await two.connect()
    await first.exec("create table counter (value integer)")
    await first.exec("insert into counter values (0)")

    await first.exec(sqlite.begin({}))
    await assert.rejects(second.exec(sqlite.begin({})), DeadlockError)
    await first.exec("update counter set value = value + 1")
    await first.exec("commit")

    await second.exec("begin")
    await second.exec("select value from counter")
    await first.exec("update counter set value = value + 1")
    await assert.rejects(second.exec("update counter set value = value + 1"), SerializationError)
    await second.exec("rollback")
  })
})

function readsAs(
  dialect: Dialect,
  rows: readonly (readonly unknown[])[],
  typeIds: readonly (number | string | undefined)[],
): readonly unknown[] {
  return (rows[0] ?? []).map((raw, index) => dialect.decoderOf(typeIds[index])(raw))
}

/** Of the server itself, and in the form that columns have unless a model says otherwise. */
function isBuiltIn({ type, needs, noArray }: ValueCase): boolean {
  return (
    type.mode === undefined &&
    type.element?.mode === undefined &&
    needs === undefined &&
    noArray !== true &&
    type.codec === undefined &&
    type.kind !== "enum"
  )
}

onDatabases(["postgresql", "pglite"], "columns of raw SQL", (database) => {
  test("are read by the server's types", async () => {
    const engine = await database.engine()
    await using connection = await engine.connect()
    await connection.exec("create type mood as enum ('sad')")
    const { rows, columns } = await connection.exec(
      `select 1::int2, 2, 3::int8, 1.50, 0.5::float4, 'NaN'::float8, true, 'a', 'b'::varchar, 'c'::char(3), 'd'::name, 'sad'::mood, 5::oid,
       '2024-02-29'::date, '10:00'::time, '2024-02-29 10:00:00.5'::timestamp, '2024-02-29 10:00:00.5+01'::timestamptz, '1 day 02:00'::interval,
       '{"a":1}'::json, '{"a":1}'::jsonb, '\\x01'::bytea, 'a81bc81b-dead-4e5d-abff-90865d1e13b1'::uuid, '(1,2)'::point, null::int8,
       array[1, null], array['x', 'y z'], array[1::int8], array[array[true, false]], array['2024-02-29'::date], array['{"a":1}'::jsonb]`,
    )
    assert.deepEqual(
      readsAs(
        connection.dialect,
        rows,
        columns.map(({ typeId }) => typeId),
      ),
      [
        1,
        2,
        3n,
        "1.50",
        0.5,
        Number.NaN,
        true,
        "a",
        "b",
        "c",
        "d",
        "sad",
        5,
        "2024-02-29",
        "10:00:00",
        "2024-02-29T10:00:00.5",
        new Date("2024-02-29T09:00:00.500Z"),
        "P1DT2H",
        { a: 1 },
        { a: 1 },
        new Uint8Array([1]),
        "a81bc81b-dead-4e5d-abff-90865d1e13b1",
        "(1,2)",
        null,
        [1, null],
        ["x", "y z"],
        [1n],
        [[true, false]],
        ["2024-02-29"],
        [{ a: 1 }],
      ],
    )
  })

  describe("of one database", () => {
    let engine: Engine
    before(async () => {
      engine = await database.engine()
    })

    for (const { name, type, values } of valueCases.filter(isBuiltIn)) {
      test(`${name} is read by its codec, and so is an array of it`, async () => {
        await using connection = await engine.connect()
        const { dialect } = connection
        for (const value of fc.sample(values, { numRuns: 5, seed: 1 })) {
          const arrayType: SqlType = { kind: "array", element: type }
          const parameters = [dialect.codec<any>(type).encode(value), dialect.codec<any>(arrayType).encode([value, null])]
          const text = `select $1::${dialect.typeName(type)}, $2::${dialect.typeName(arrayType)}`
          const { rows, columns } = await connection.exec(text, parameters)
          assert.deepEqual(
            rows[0]?.map((raw, index) => dialect.decoderOf(columns[index]?.typeId)(raw)),
            [value, [value, null]],
          )
        }
      })
    }

    test("addresses are sent as the server prints them", async () => {
      const word = fc.oneof(fc.constantFrom(0, 0, 0, 1, 0xffff), fc.integer({ min: 0, max: 0xffff }))
      const address = fc.array(word, { minLength: 8, maxLength: 8 }).map((words) => words.map((each) => each.toString(16)).join(":"))
      await fc.assert(
        fc.asyncProperty(address, fc.option(fc.integer({ min: 0, max: 128 })), async (text, length) => {
          await using connection = await engine.connect()
          const value = length === null ? text : `${text}/${length}`
          const { rows } = await connection.exec("select $1::inet, network($1::inet)", [value])
          const inet = connection.dialect.codec<any>({ kind: "inet" })
          assert.equal(inet.encode(value), rows[0]?.[0])
          const cidr = connection.dialect.codec<any>({ kind: "cidr" })
          assert.equal(cidr.encode(rows[0]?.[1]), rows[0]?.[1])
        }),
      )
    })
  })

  test("arrays keep their elements when their bounds do not begin at 1", async () => {
    const engine = await database.engine()
    await using connection = await engine.connect()
    const { rows } = await connection.exec("select '[0:1]={5,6}'::integer[], '[2:2][3:3]={{7}}'::integer[]")
    const codec = connection.dialect.codec({ kind: "array", element: { kind: "integer" } })
    assert.deepEqual(
      rows[0]?.map((raw) => codec.decode(raw)),
      [[5, 6], [[7]]],
    )
  })

  test("moments are read in every zone of the session", async () => {
    const engine = await database.engine()
    await using connection = await engine.connect()
    connection.begin()
    await connection.exec("set local timezone = 'Asia/Kolkata'")
    const { rows } = await connection.exec(
      `select moment, json_build_array(moment) ->> 0 from (values ('2024-02-29 10:00:00.123456+00'::timestamptz), ('1890-01-01 00:00:00+00')) as t (moment)`,
    )
    await connection.rollback()
    const codec = connection.dialect.codec<Date>({ kind: "timestamptz" })
    const text = connection.dialect.codec<string>({ kind: "timestamptz", mode: "string" })
    for (const [index, expected] of ["2024-02-29T10:00:00.123456Z", "1890-01-01T00:00:00Z"].entries()) {
      const [raw, json] = rows[index] ?? []
      assert.deepEqual([codec.decode(raw), codec.decodeJson(json)], [new Date(expected), new Date(expected)])
      assert.deepEqual([text.decode(raw), text.decodeJson(json)], [expected, expected])
    }
  })
})

onDatabases(["sqlite"], "values that SQLite makes", (database) => {
  test("are read as the types that they stand for", async () => {
    const engine = await database.engine()
    await using connection = await engine.connect()
    const read = async (expression: string, type: SqlType) =>
      connection.dialect.codec(type).decode((await connection.exec(`select ${expression}`)).rows[0]?.[0])
    const moment: SqlType = { kind: "timestamptz" }
    assert.ok(Math.abs(((await read("current_timestamp", moment)) as Date).getTime() - Date.now()) < 5_000)
    assert.deepEqual(await read("datetime('2024-02-29T10:00:00Z', '+1 day')", moment), new Date("2024-03-01T10:00:00Z"))
    assert.deepEqual(await read("datetime('2024-02-29 10:00:00.25', 'subsec')", moment), new Date("2024-02-29T10:00:00.250Z"))
    assert.deepEqual(await read("strftime('%Y-%m-%d %H:%M', '2024-02-29 10:30')", moment), new Date("2024-02-29T10:30:00Z"))
    assert.deepEqual(await read("'2024-02-29T10:00:00+02:00'", moment), new Date("2024-02-29T08:00:00Z"))
    assert.deepEqual(await read("date('2024-02-29')", moment), new Date("2024-02-29T00:00:00Z"))
    assert.equal(await read("datetime('2024-02-29 10:00:00')", { kind: "timestamp" }), "2024-02-29T10:00:00")
    assert.equal(await read("time('10:00')", { kind: "time" }), "10:00:00")
    assert.equal(await read("1 = 1", { kind: "boolean" }), true)
    assert.equal(await read("count(*)", { kind: "bigint" }), 1n)
    assert.equal(await read("avg(value) from (select 1 as value union all select 2)", { kind: "numeric" }), "1.5")
    assert.equal(
      await read("sum(value) from (select 0.1 as value union all select 0.2)", { kind: "numeric", precision: 10, scale: 2 }),
      "0.30",
    )
    assert.equal(await read("5", { kind: "numeric", precision: 10, scale: 2 }), "5.00")
    assert.equal(await read("-0.001", { kind: "numeric", precision: 10, scale: 2 }), "0.00")
  })

  test("of raw SQL stay as they are, whole numbers as numbers where those are exact", () => {
    const decode = sqlite.decoderOf("INTEGER")
    assert.deepEqual([5, 5n, 2n ** 60n, "x", null, new Uint8Array([1])].map(decode), [5, 5, 2n ** 60n, "x", null, new Uint8Array([1])])
  })

  test("stored times sort as text", async () => {
    const engine = await database.engine()
    await using connection = await engine.connect()
    const moments = [
      "-infinity",
      "0001-01-01T00:00:00",
      "2024-02-29T10:00:00",
      "2024-02-29T10:00:00.000001",
      "2024-02-29T10:00:00.1",
      "2024-02-29T10:00:01",
      "9999-12-31T23:59:59",
      "infinity",
    ]
    const codec = connection.dialect.codec<string>({ kind: "timestamp" })
    const values = moments.toReversed().map((moment) => `('${String(codec.encode(moment))}')`)
    const { rows } = await connection.exec(`select column1 from (values ${values.join(", ")}) order by 1`)
    assert.deepEqual(
      rows.map(([raw]) => codec.decode(raw)),
      moments,
    )
  })

  test("decimals of up to 15 digits sort and compare as numbers", async () => {
    const engine = await database.engine()
    await using connection = await engine.connect()
    const codec = connection.dialect.codec<string>({ kind: "numeric", precision: 10, scale: 2 })
    await connection.exec("create table price (amount REAL)")
    for (const amount of ["10.00", "9.50", "-1.00", "100.10"]) await connection.exec("insert into price values (?)", [codec.encode(amount)])
    const { rows } = await connection.exec("select amount from price where amount < ? order by amount", [codec.encode("100.00")])
    assert.deepEqual(
      rows.map(([raw]) => codec.decode(raw)),
      ["-1.00", "9.50", "10.00"],
    )
  })

  test("whole numbers stay whole in arithmetic and text", async () => {
    const engine = await database.engine()
    await using connection = await engine.connect()
    const parameter = connection.dialect.codec<number>({ kind: "integer" }).encode(7)
    assert.deepEqual((await connection.exec("select ?1 / 2, ?1 || ''", [parameter])).rows, [[3, "7"]])
  })
})
