import assert from "node:assert/strict"
import { test } from "node:test"
import { ArgumentError, ConcurrentUseError, DatabaseError } from "../../src/errors/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { createItem, engineOn, items, parameter, pure, record, write } from "./support.ts"

const numbers = "with recursive n (i) as (select 1 union all select i + 1 from n where i < 25) select i from n"

forEachDatabase("a stream", (database) => {
  test("yields rows in chunks of the size asked for", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    const sizes = async (chunkSize: number) => {
      const all: number[] = []
      const chunks: number[] = []
      for await (const { rows, columns } of connection.stream(pure(numbers), chunkSize)) {
        assert.deepEqual(
          columns.map(({ name }) => name),
          ["i"],
        )
        chunks.push(rows.length)
        all.push(...rows.map(([i]) => Number(i)))
      }
      assert.deepEqual(
        all,
        Array.from({ length: 25 }, (_, index) => index + 1),
      )
      return chunks
    }
    assert.deepEqual(await sizes(10), [10, 10, 5])
    assert.deepEqual(await sizes(5), [5, 5, 5, 5, 5])
    assert.deepEqual(await sizes(1000), [25])
  })

  test("of no rows yields nothing", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    for await (const _chunk of connection.stream(pure("select 1 where 1 = 0"), 10)) assert.fail("there is nothing to yield")
    assert.equal((await connection.run(pure("select 1"))).rowCount, 1)
  })

  test("takes parameters", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    await connection.exec(`${createItem}; insert into item (id) values (1), (2), (3)`)
    const seen: unknown[] = []
    const text = `select id from item where id > ${parameter(database, 1)} order by id`
    for await (const { rows } of connection.stream(pure(text, 1), 1)) seen.push(Number(rows[0]?.[0]))
    assert.deepEqual(seen, [2, 3])
  })

  test("that is left early frees its connection", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    await connection.exec(createItem)
    for await (const _chunk of connection.stream(pure(numbers), 2)) break
    assert.equal(connection.inTransaction, false)
    await assert.rejects(async () => {
      for await (const _chunk of connection.stream(pure(numbers), 2)) throw new RangeError("no")
    }, RangeError)
    await connection.run(write("insert into item (id) values (1)"))
    assert.deepEqual(await items(connection), [1])
  })

  test("lets other statements of its transaction run between chunks", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    await connection.exec(`${createItem}; insert into item (id) values (1), (2), (3), (4)`)
    connection.begin()
    for await (const { rows } of connection.stream(pure("select id from item order by id"), 2)) {
      for (const [id] of rows) await connection.run(write(`update item set name = 'seen' where id = ${parameter(database, 1)}`, id))
    }
    for await (const _chunk of connection.stream(pure("select id from item"), 1)) break
    await connection.commit()
    assert.equal((await connection.run(pure("select id from item where name = 'seen'"))).rowCount, 4)
  })

  test("outside a transaction has its connection to itself", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    let chunks = 0
    for await (const _chunk of connection.stream(pure(numbers), 20)) {
      chunks++
      await assert.rejects(connection.run(pure("select 1")), ConcurrentUseError)
    }
    assert.equal(chunks, 2)
  })

  test("whose statement fails throws its error, and its connection goes on", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    async function theCaller() {
      for await (const _chunk of connection.stream(pure("select * from nowhere"), 10)) assert.fail("there is nothing to yield")
    }
    await assert.rejects(theCaller(), (error: Error) => error instanceof DatabaseError && /theCaller/.test(error.stack ?? ""))
    assert.equal(connection.inTransaction, false)
    assert.equal((await connection.run(pure("select 1"))).rowCount, 1)
  })

  test("is reported as one statement", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    const { events } = record(engine)
    for await (const _chunk of connection.stream(pure(numbers), 10)) void 0
    assert.deepEqual(
      events.map(({ role, rowCount }) => [role, rowCount]),
      [
        ["begin", 0],
        ["statement", 25],
        ["commit", 0],
      ],
    )
  })

  test("ends with the release of its connection", async () => {
    await using engine = await engineOn(database)
    const connection = await engine.connect()
    connection.begin()
    for await (const _chunk of connection.stream(pure(numbers), 2)) {
      await connection.release()
      break
    }
    assert.equal(engine.poolStatus.inUse, 0)
    await using next = await engine.connect()
    assert.equal((await next.run(pure("select 1"))).rowCount, 1)
  })

  test("needs a chunk size that is a whole number", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    await assert.rejects(connection.stream(pure(numbers), 0).next(), ArgumentError)
    await assert.rejects(connection.stream(pure(numbers), 1.5).next(), ArgumentError)
  })
})
