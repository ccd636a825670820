import assert from "node:assert/strict"
import { before, test } from "node:test"
import { FunctionNode, type OperationNode, OrderByItemNode, OrderByNode, ValueNode } from "kysely"
import type { Connection, Engine } from "../../src/engine/index.ts"
import type { SqlType } from "../../src/sql/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { compileNodes, node } from "./compile-nodes.ts"

const text: SqlType = { kind: "text" }
const integer: SqlType = { kind: "integer" }
const orderedBy = (by: OperationNode): OrderByNode => OrderByNode.create([OrderByItemNode.create(by)])

forEachDatabase("expressions", (database) => {
  let engine: Engine
  before(async () => {
    engine = await database.engine()
    await using connection = await engine.connect()
    await connection.exec("create table word (id integer primary key, text text, size integer)")
    await connection.exec("insert into word values (1, 'one', 3), (2, 'Two', 3), (3, 'a%_b', 4), (4, null, null), (5, 'one', 3)")
  })

  async function rows(query: (connection: Connection) => OperationNode): Promise<unknown[][]> {
    await using connection = await engine.connect()
    const { text: sql, parameters } = compileNodes(connection.dialect, query(connection))
    return (await connection.exec(sql, parameters)).rows
  }
  const column = async (query: (connection: Connection) => OperationNode) => (await rows(query)).map(([value]) => value)
  const json = async (query: (connection: Connection) => OperationNode): Promise<unknown> => JSON.parse(String((await column(query))[0]))
  const sqlOf = (make: (dialect: Engine["dialect"]) => OperationNode) => compileNodes(engine.dialect, make(engine.dialect)).text

  test("a JSON object has any number of keys, in order, nulls included", async () => {
    for (const count of [0, 1, 50, 51, 120, 260]) {
      const pairs = Array.from(
        { length: count },
        (_, index) => [`key ${index}`, node`${index % 7 === 0 ? "null" : String(index)}`] as const,
      )
      const expected = pairs.map(([key], index) => [key, index % 7 === 0 ? null : index])
      const object = (await json(({ dialect }) => node`select ${dialect.jsonObject(pairs)}`)) as object
      assert.deepEqual(Object.entries(object), expected)
    }
  })

  test("a large JSON object keeps what is inside its values", async () => {
    const inner = (connection: Connection) =>
      connection.dialect.jsonObject([["}", connection.dialect.jsonArray([node`'{}}'`, node`null`])]])
    const object = await json((connection) => {
      const pairs = Array.from({ length: 101 }, (_, index) => [String(index), inner(connection)] as const)
      return node`select ${connection.dialect.jsonObject(pairs)}`
    })
    assert.deepEqual(object, Object.fromEntries(Array.from({ length: 101 }, (_, index) => [String(index), { "}": ["{}}", null] }])))
  })

  test("a key of a JSON object is never part of the SQL", async () => {
    const keys = ["it's", "\\", "\\' || version() || '", '"', "é", "", "a.b", "$1", "?", "'); drop table word; --"]
    const object = await json(({ dialect }) => node`select ${dialect.jsonObject(keys.map((key) => [key, node`1`]))}`)
    assert.deepEqual(object, Object.fromEntries(keys.map((key) => [key, 1])))
  })

  test("a JSON array has any number of values", async () => {
    for (const count of [0, 1, 100, 101, 350]) {
      const values = Array.from({ length: count }, (_, index) => node`${String(index)}`)
      assert.deepEqual(await json(({ dialect }) => node`select ${dialect.jsonArray(values)}`), Array.from(values.keys()))
    }
  })

  test("a parameter enters JSON with its type", async () => {
    const value = (parameter: unknown, type: SqlType) => [parameter, type] as const
    const object = await json(({ dialect }) => {
      const pairs = [
        value("x", text),
        value(dialect.codec(integer).encode(5), integer),
        value(dialect.codec({ kind: "bigint" }).encode(2n ** 60n), { kind: "bigint" }),
      ]
      return node`select ${dialect.jsonArray(pairs.map(([parameter, type]) => dialect.jsonValue(ValueNode.create(parameter), type)))}`
    })
    assert.deepEqual(object, ["x", 5, String(2n ** 60n)])
  })

  test("an aggregate over no rows is an empty list", async () => {
    assert.deepEqual(await json(({ dialect }) => node`select ${dialect.jsonAggregate(node`id`, {})} from word where id > 100`), [])
  })

  test("an aggregate is ordered, filtered and distinct as asked", async () => {
    const orderBy = orderedBy(node`id desc`)
    assert.deepEqual(await json(({ dialect }) => node`select ${dialect.jsonAggregate(node`text`, { orderBy })} from word`), [
      "one",
      null,
      "a%_b",
      "Two",
      "one",
    ])
    const filter = node`size = 3`
    assert.deepEqual(await json(({ dialect }) => node`select ${dialect.jsonAggregate(node`id`, { orderBy, filter })} from word`), [5, 2, 1])
    const distinct = await json(({ dialect }) => node`select ${dialect.jsonAggregate(node`text`, { distinct: true, filter })} from word`)
    assert.deepEqual((distinct as string[]).toSorted(), ["Two", "one"])
    const objects = await json(
      ({ dialect }) =>
        node`select ${dialect.jsonAggregate(dialect.jsonObject([["size", node`size`]]), { distinct: true, filter })} from word`,
    )
    assert.deepEqual(objects, [{ size: 3 }])
  })

  test("objects in an ordered aggregate stay objects", async () => {
    const objects = await json(({ dialect }) => {
      const item = dialect.jsonObject([["list", dialect.jsonArray([node`id`, node`text`])]])
      return node`select ${dialect.jsonAggregate(item, { orderBy: orderedBy(node`id`), filter: node`id < 3` })} from word`
    })
    assert.deepEqual(objects, [{ list: [1, "one"] }, { list: [2, "Two"] }])
  })

  test("now is the present moment as a value of its type", async () => {
    const kinds = ["timestamptz", "timestamp", "date", "time"] as const
    const before = Date.now()
    const [row = []] = await rows(({ dialect }) => node`select ${kinds.map((kind) => dialect.now(kind))}`)
    const [moment, wallClock, day, time] = kinds.map((kind, index) => engine.dialect.codec<any>({ kind }).decode(row[index]))
    assert.ok(Math.abs(moment.getTime() - before) < 5_000)
    assert.ok(Math.abs(Date.parse(`${wallClock}Z`) - before) < 5_000)
    assert.ok(Math.abs(Date.parse(`${day}T${time}Z`) - before) < 5_000)
  })

  test("now can be compared with values that were sent", async () => {
    for (const type of [
      { kind: "timestamptz" },
      { kind: "timestamp" },
      { kind: "timestamp", mode: "date" },
      { kind: "timestamptz", mode: "string" },
    ] satisfies SqlType[]) {
      const written = (date: Date) =>
        type.kind === "timestamp"
          ? type.mode === "date"
            ? date
            : date.toISOString().slice(0, -1)
          : type.mode === "string"
            ? date.toISOString()
            : date
      const [earlier, later] = [-60_000, 60_000].map((milliseconds) =>
        engine.dialect.codec<any>(type).encode(written(new Date(Date.now() + milliseconds))),
      )
      const cast = (parameter: unknown) => node`cast(${{ parameter }} as ${engine.dialect.typeName(type)})`
      const [inOrder] = await column(
        ({ dialect }) => node`select 1 where ${dialect.now(type.kind)} > ${cast(earlier)} and ${dialect.now(type.kind)} < ${cast(later)}`,
      )
      assert.equal(Number(inOrder), 1)
    }
  })

  test("ilike ignores case and takes a backslash before % and _", async () => {
    const ids = (pattern: string, negated = false) =>
      column(({ dialect }) => node`select id from word where ${dialect.ilike(node`text`, ValueNode.create(pattern), negated)} order by id`)
    assert.deepEqual((await ids("t%")).map(Number), [2])
    assert.deepEqual((await ids("ONE")).map(Number), [1, 5])
    assert.deepEqual((await ids("%\\%\\_%")).map(Number), [3])
    assert.deepEqual((await ids("o%", true)).map(Number), [2, 3])
  })

  test("notDistinct takes null for a value", async () => {
    const ids = (value: OperationNode, negated: boolean) =>
      column(({ dialect }) => node`select id from word where ${dialect.notDistinct(node`text`, value, negated)} order by id`)
    assert.deepEqual((await ids(node`null`, false)).map(Number), [4])
    assert.deepEqual((await ids(node`'Two'`, true)).map(Number), [1, 3, 4, 5])
  })

  const lists: readonly (readonly [type: SqlType, values: readonly [unknown, unknown], other: unknown])[] = [
    [{ kind: "smallint" }, [1, -2], 3],
    [integer, [1, 2 ** 31 - 1], 3],
    [{ kind: "bigint" }, [2n ** 62n, -(2n ** 63n)], 2n ** 62n + 1n],
    [{ kind: "numeric" }, ["1.50", "12345678901234567890.5"], "1.51"],
    [{ kind: "numeric", precision: 10, scale: 2 }, ["1.50", "0.10"], "0.11"],
    [{ kind: "double" }, [0.1, 1e300], 0.2],
    [{ kind: "real" }, [0.5, 3.25], 0.25],
    [text, ["it's", 'a "b" \\c, {d}'], "NULL"],
    [{ kind: "varchar", length: 4 }, ["NULL", ""], "four"],
    [{ kind: "boolean" }, [true, true], false],
    [
      { kind: "uuid" },
      ["a81bc81b-dead-4e5d-abff-90865d1e13b1", "00000000-0000-0000-0000-000000000000"],
      "ffffffff-0000-0000-0000-000000000000",
    ],
    [{ kind: "date" }, ["2024-02-29", "infinity"], "2024-03-01"],
    [{ kind: "time" }, ["10:00:00.5", "24:00:00"], "10:00:00"],
    [{ kind: "timestamp" }, ["2024-02-29T10:00:00.123456", "infinity"], "2024-02-29T10:00:00.123457"],
    [{ kind: "timestamptz", precision: 0 }, [new Date(1_700_000_000_000), new Date(0)], new Date(1_700_000_001_000)],
    [{ kind: "interval" }, ["P1D", "PT1H"], "P2D"],
    [{ kind: "jsonb" }, [{ a: [1, "x"] }, 5], { a: [1, "y"] }],
    [{ kind: "bytea" }, [new Uint8Array([0, 255]), new Uint8Array()], new Uint8Array([0])],
    [{ kind: "array", element: integer }, [[1, null], []], [1]],
  ]

  for (const [type, values, other] of lists) {
    const name = `${type.kind}${type.precision === undefined ? "" : `(${type.precision})`}`
    test(`anyOf finds the values of a list of ${name}`, async (context) => {
      const codec = engine.dialect.codec<unknown>(type)
      const encoded = values.map((value) => codec.encode(value))
      const cast = (value: unknown) => node`(select cast(${{ parameter: codec.encode(value) }} as ${engine.dialect.typeName(type)}))`
      const condition = (value: unknown, negated: boolean) => engine.dialect.anyOf(cast(value), encoded, type, negated)
      if (condition(other, false) === undefined) {
        assert.equal(engine.dialect.anyOf(node`x`, [], type, true), undefined)
        context.diagnostic("no parameter of this database keeps equality for the type: its values are listed")
        return
      }
      const found = async (value: unknown, negated: boolean) =>
        (await column(() => node`select 1 where ${condition(value, negated) ?? "false"}`)).length === 1
      for (const value of values) {
        assert.equal(await found(value, false), true)
        assert.equal(await found(value, true), false)
      }
      assert.equal(await found(other, false), false)
      assert.equal(await found(other, true), true)
    })
  }

  test("the text of anyOf does not depend on the number of values", () => {
    const texts = [1, 2, 500].map((count) =>
      sqlOf(
        (dialect) =>
          dialect.anyOf(
            node`id`,
            Array.from({ length: count }, (_, index) => index),
            integer,
            false,
          ) ?? node``,
      ),
    )
    assert.equal(new Set(texts).size, 1)
  })

  test("functions are found by their names", async () => {
    const call = (name: string, ...values: string[]) =>
      FunctionNode.create(
        engine.dialect.functionName(name),
        values.map((value) => node`${value}`),
      )
    const [row = []] = await rows(() => {
      const calls = [
        call("greatest", "1", "3", "2"),
        call("least", "1", "3"),
        call("char_length", "'four'"),
        call("strpos", "'four'", "'u'"),
        call("btrim", "' x '"),
        call("lower", "'X'"),
      ]
      return node`select ${calls}`
    })
    assert.deepEqual(row.map(String), ["3", "1", "4", "3", "x", "x"])
    const [truths = []] = await rows(() => node`select ${[call("bool_and", "size > 3"), call("bool_or", "size > 3")]} from word`)
    const boolean = engine.dialect.codec<boolean>({ kind: "boolean" })
    assert.deepEqual(
      truths.map((raw) => boolean.decode(raw)),
      [false, true],
    )
    assert.equal(engine.dialect.functionName("__proto__"), "__proto__")
  })
})
