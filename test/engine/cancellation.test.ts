import assert from "node:assert/strict"
import { test } from "node:test"
import { setTimeout as delay } from "node:timers/promises"
import { CancelledError, DatabaseError, TransactionAbortedError } from "../../src/errors/index.ts"
import { forEachDatabase, onDatabases } from "../support/databases.ts"
import { createItem, engineOn, items, processOf, pure, record, statement, write } from "./support.ts"

const reason = new Error("the client has gone")

function isCancellation(error: unknown): boolean {
  assert.ok(error instanceof CancelledError, String(error))
  assert.equal(error.cause, reason)
  return true
}

forEachDatabase("a statement whose signal was aborted before", (database) => {
  test("is not sent, and its connection stays usable", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    await connection.exec(createItem)
    await assert.rejects(connection.run(write("insert into item (id) values (1)"), { signal: AbortSignal.abort(reason) }), isCancellation)
    await assert.rejects(connection.runAll([pure("select 1"), pure("select 2")], { signal: AbortSignal.abort(reason) }), isCancellation)
    await assert.rejects(connection.exec("select 1", [], { signal: AbortSignal.abort(reason) }), isCancellation)
    connection.begin()
    await connection.run(write("insert into item (id) values (2)"), { signal: new AbortController().signal })
    await assert.rejects(connection.run(write("insert into item (id) values (3)"), { signal: AbortSignal.abort(reason) }), isCancellation)
    await connection.commit()
    assert.deepEqual(await items(connection), [2])
  })

  test("is not streamed", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    const controller = new AbortController()
    const chunks: number[] = []
    await assert.rejects(async () => {
      const text = "with recursive n (i) as (select 1 union all select i + 1 from n where i < 100) select i from n"
      for await (const { rows } of connection.stream(pure(text), 10, { signal: controller.signal })) {
        chunks.push(rows.length)
        if (chunks.length === 3) controller.abort(reason)
      }
    }, isCancellation)
    assert.deepEqual(chunks, [10, 10, 10])
    assert.equal((await connection.run(pure("select 1"))).rowCount, 1)
  })
})

onDatabases(["postgresql"], "a statement whose signal is aborted while it runs", (database) => {
  test("is stopped on the server, and its connection goes on", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    const process = await processOf(connection)
    const { events } = record(engine)
    const controller = new AbortController()
    const start = performance.now()
    setTimeout(() => controller.abort(reason), 50)
    await assert.rejects(connection.run(statement("unknown", "select pg_sleep(30)"), { signal: controller.signal }), isCancellation)
    assert.ok(performance.now() - start < 5_000)
    assert.ok(events[0]?.error instanceof CancelledError)
    assert.equal(await processOf(connection), process)
  })

  test("leaves its transaction to be rolled back", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    await connection.exec(createItem)
    connection.begin()
    await connection.run(write("insert into item (id) values (1)"))
    await assert.rejects(
      connection.run(pure("select pg_sleep(30)"), { signal: AbortSignal.timeout(50) }),
      (error) => error instanceof CancelledError && error.cause instanceof DOMException,
    )
    assert.equal(connection.transactionFailed, true)
    await assert.rejects(connection.run(pure("select 1")), TransactionAbortedError)
    await connection.rollback()
    assert.deepEqual(await items(connection), [])
    const controller = new AbortController()
    await assert.rejects(
      engine.begin(async (inside) => {
        await inside.run(write("insert into item (id) values (2)"))
        setTimeout(() => controller.abort(reason), 20)
        await inside.run(pure("select pg_sleep(30)"), { signal: controller.signal })
      }),
      isCancellation,
    )
    assert.deepEqual(await items(connection), [])
  })

  test("costs the connection when the statement ended before it could be stopped", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    const process = await processOf(connection)
    // A statement that fails by itself at the moment of the abort: a late cancellation must not hit the next one.
    const controller = new AbortController()
    const running = connection.run(statement("unknown", "select pg_sleep(0.1), 1 / (random() * 0)::int"), { signal: controller.signal })
    running.catch(() => {})
    await delay(98)
    controller.abort(reason)
    await assert.rejects(running, DatabaseError)
    for (let round = 0; round < 20; round++) assert.equal((await connection.run(pure("select pg_sleep(0.002)"))).rowCount, 1)
    assert.ok(process > 0)
  })

  test("is not run when it was still waiting for a connection", async () => {
    await using engine = await engineOn(database, { poolSize: 1, maxOverflow: 0 })
    await using held = await engine.connect()
    await held.exec(createItem)
    await using waiting = engine.connection()
    const controller = new AbortController()
    setTimeout(() => controller.abort(reason), 20)
    await assert.rejects(waiting.run(write("insert into item (id) values (1)"), { signal: controller.signal }), isCancellation)
    assert.deepEqual(await items(held), [])
  })
})
