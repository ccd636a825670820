import assert from "node:assert/strict"
import { test } from "node:test"
import { ProgrammingError } from "../../src/errors/index.ts"
import type { Connection } from "../../src/engine/index.ts"
import { forEachDatabase, onDatabases } from "../support/databases.ts"
import { createItem, engineOn, parameter, pure, record, statement, write } from "./support.ts"

async function preparedTexts(connection: Connection): Promise<unknown[]> {
  const { rows } = await connection.run(statement("read", "select statement from pg_prepared_statements order by prepare_time, name"))
  return rows.map(([text]) => text)
}

onDatabases(["postgresql", "pglite"], "prepared statements", (database) => {
  test("are made the second time that a text is run, on each connection that runs it", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    const { events } = record(engine)
    for (let round = 0; round < 3; round++) {
      const { rows, columns } = await connection.run(pure("select $1::int as n", round))
      assert.deepEqual(rows, [[String(round)]])
      assert.deepEqual(columns, [{ name: "n", typeId: 23 }])
    }
    assert.deepEqual(
      events.map(({ prepared }) => prepared),
      [false, true, true],
    )
    assert.deepEqual(await preparedTexts(connection), ["select $1::int as n"])
  })

  test("are not made of texts that are run once, nor when they are switched off", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    for (let round = 0; round < 50; round++) await connection.run(pure(`select ${round}`))
    assert.deepEqual(await preparedTexts(connection), [])
    await using without = await engineOn(database, { preparedStatements: false })
    await using unprepared = await without.connect()
    for (let round = 0; round < 3; round++) await unprepared.run(pure("select 1"))
    assert.deepEqual(await preparedTexts(unprepared), [])
  })

  test("are kept to a number, the least used going first", async () => {
    await using engine = await engineOn(database, { preparedStatements: 3 })
    await using connection = await engine.connect()
    for (let round = 0; round < 4; round++) {
      for (let text = 0; text < 6; text++) assert.equal((await connection.run(pure(`select ${text}`))).rowCount, 1)
    }
    for (const text of [1, 2, 1, 2, 3, 3, 1, 2]) await connection.run(pure(`select ${text}`))
    const texts = await preparedTexts(connection)
    assert.ok(texts.length <= 3, String(texts))
    assert.ok(texts.includes("select 1") && texts.includes("select 2"), String(texts))
  })

  test("are prepared anew when a failure came before the server had them", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    await connection.exec(createItem)
    const [failing, skipped] = [pure("select 1 / $1::int", 0), pure("select $1::int + 1", 1)]
    // The second flight gives both a name, fails at the first of them, and never reaches the other.
    for (let round = 0; round < 4; round++) await assert.rejects(connection.runAll([failing, skipped]))
    assert.deepEqual((await connection.run(pure(failing.text, 1))).rows, [["1"]])
    assert.deepEqual((await connection.run(skipped)).rows, [["2"]])
    assert.deepEqual((await connection.run(skipped)).rows, [["2"]])
    // The same one twice in a flight.
    const twice = write("insert into item (id) values ($1)", 1)
    await assert.rejects(connection.runAll([twice, twice]))
    const [one, two] = await connection.runAll([
      write(twice.text, 2),
      write(`${twice.text} returning id`, 3),
      write(`${twice.text} returning id`, 4),
    ])
    assert.equal(one?.rowCount, 1)
    assert.deepEqual(two?.rows, [["3"]])
  })

  test("whose columns have changed are run again unprepared, outside a transaction and at its beginning", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    await connection.exec(`${createItem}; insert into item (id, name) values (1, 'a')`)
    const all = pure("select * from item")
    for (let round = 0; round < 3; round++) await connection.run(all)
    await connection.exec("alter table item add column extra integer default 7")
    const { rows, columns } = await connection.run(all)
    assert.deepEqual(rows, [["1", "a", "7"]])
    assert.deepEqual(
      columns.map(({ name }) => name),
      ["id", "name", "extra"],
    )
    assert.deepEqual((await connection.run(all)).rows, [["1", "a", "7"]])

    await connection.exec("alter table item drop column extra")
    connection.begin()
    assert.deepEqual((await connection.run(all)).rows, [["1", "a"]])
    await connection.commit()

    await connection.exec("alter table item rename column name to label")
    connection.begin()
    const [result] = await connection.commit([all])
    assert.deepEqual(
      result?.columns.map(({ name }) => name),
      ["id", "label"],
    )
  })

  test("whose columns have changed fail in the middle of a transaction, and work in the next", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    await connection.exec(`${createItem}; insert into item (id, name) values (1, 'a')`)
    const all = pure("select * from item")
    for (let round = 0; round < 3; round++) await connection.run(all)
    await connection.exec("alter table item add column extra integer")
    connection.begin()
    await connection.run(pure("select 1"))
    await assert.rejects(connection.run(all), ProgrammingError)
    await connection.rollback()
    connection.begin()
    await connection.run(pure("select 1"))
    assert.deepEqual((await connection.run(all)).rows, [["1", "a", null]])
    await connection.rollback()
  })

  test("that the server no longer has are run again unprepared", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    for (let round = 0; round < 3; round++) await connection.run(pure("select 1"))
    await connection.exec("deallocate all")
    assert.equal((await connection.run(pure("select 1"))).rowCount, 1)
    assert.equal((await connection.run(pure("select 1"))).rowCount, 1)
    assert.deepEqual(await preparedTexts(connection), ["select 1"])
  })
})

forEachDatabase("a statement that is run many times", (database) => {
  test("takes other parameters each time", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    await connection.exec("create table sample (i integer, t text, b boolean, x " + (database.name === "sqlite" ? "blob" : "bytea") + ")")
    const p = (index: number) => parameter(database, index)
    const insert = `insert into sample (i, t, b, x) values (${p(1)}, ${p(2)}, ${p(3)}, ${p(4)})`
    const values: unknown[][] = [
      [1, "a", true, new Uint8Array([0, 255])],
      [-2, "", false, new Uint8Array()],
      [null, null, null, null],
      [2147483647, "ü😀'\"\\", true, new Uint8Array([1, 2, 3]).subarray(1)],
    ]
    for (const row of values) await connection.run(write(insert, ...row))
    const { rows } = await connection.run(pure("select i, t, b, x from sample"))
    const bytes = (value: unknown) => (typeof value === "string" ? new Uint8Array(Buffer.from(value.slice(2), "hex")) : value)
    const truth = (value: unknown) => (value === null ? null : value === "t" || value === 1)
    assert.deepEqual(
      rows.map(([i, t, b, x]) => [i === null ? null : Number(i), t, truth(b), bytes(x)]),
      values.map(([i, t, b, x]) => [i, t, b, x instanceof Uint8Array ? new Uint8Array(x) : null]),
    )
  })

  test("shows new columns after the table has changed", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    await using other = database.name === "pglite" ? undefined : await engine.connect()
    await connection.exec(`${createItem}; insert into item (id, name) values (1, 'a')`)
    for (let round = 0; round < 3; round++) await connection.run(pure("select * from item"))
    await (other ?? connection).exec("alter table item add column extra integer")
    const { columns, rows } = await connection.run(pure("select * from item"))
    assert.deepEqual(
      columns.map(({ name }) => name),
      ["id", "name", "extra"],
    )
    assert.equal(rows[0]?.length, 3)
  })
})
