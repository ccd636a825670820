import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { setTimeout as delay } from "node:timers/promises"
import { CancelledError, ArgumentError, EngineDisposedError, PoolTimeoutError } from "../../src/errors/index.ts"
import { createEngine } from "../../src/drivers/index.ts"
import type { ConnectionEvent, Engine } from "../../src/engine/index.ts"
import { forEachDatabase, onDatabases } from "../support/databases.ts"
import { engineOn, processOf, pure, record } from "./support.ts"

/** The numbers of connections, as events name them. */
function numbers(engine: Engine, name: "connect" | "disconnect" | "checkout" | "checkin" | "invalidate"): number[] {
  const seen: number[] = []
  engine.events.on(name, ({ connection }: ConnectionEvent) => seen.push(connection))
  return seen
}

forEachDatabase("a pool", (database) => {
  test("opens nothing before it is needed", async () => {
    await using engine = await engineOn(database)
    const opened = numbers(engine, "connect")
    const connection = engine.connection()
    connection.begin()
    await connection.commit()
    await connection.release()
    assert.deepEqual(opened, [])
    await engine.begin(async (inside) => void (await inside.run(pure("select 1"))))
    assert.deepEqual(opened, [1])
  })

  test("hands a returned connection to the next caller, and sends nothing for it", async () => {
    await using engine = await engineOn(database)
    const [opened, out, back] = [numbers(engine, "connect"), numbers(engine, "checkout"), numbers(engine, "checkin")]
    const { flights } = record(engine)
    for (let round = 0; round < 3; round++) {
      await using connection = await engine.connect()
      await connection.run(pure("select 1"))
    }
    assert.deepEqual({ opened, out, back }, { opened: [1], out: [1, 1, 1], back: [1, 1, 1] })
    assert.deepEqual(flights, [["select 1"], ["select 1"], ["select 1"]])
  })

  test("makes callers wait in line, and says when that takes too long", async () => {
    await using engine = await engineOn(database, { poolSize: 1, maxOverflow: 0, poolTimeout: 1000 })
    const first = await engine.connect()
    const order: string[] = []
    const second = engine.connect().then((connection) => (order.push("second"), connection.release()))
    const third = engine.connect().then((connection) => (order.push("third"), connection.release()))
    assert.deepEqual(engine.poolStatus, { idle: 0, inUse: 1, connecting: 0, waiting: 2, limit: 1 })
    await first.release()
    await Promise.all([second, third])
    assert.deepEqual(order, ["second", "third"])
    await using held = await engine.connect()
    const start = performance.now()
    await assert.rejects(engine.connect(), (error: Error) => {
      assert.ok(error instanceof PoolTimeoutError)
      assert.match(error.message, /within 1000 ms \(1 of 1 in use, 0 being opened, 0 others waiting\)/)
      assert.match(error.stack ?? "", /pool\.test\.ts/)
      return true
    })
    assert.ok(performance.now() - start >= 995)
    assert.equal((await held.run(pure("select 1"))).rowCount, 1)
  })

  test("stops waiting when the caller's signal is aborted", async () => {
    await using engine = await engineOn(database, { poolSize: 1, maxOverflow: 0 })
    await using held = await engine.connect()
    const reason = new Error("the client has gone")
    const controller = new AbortController()
    const waiting = engine.connect({ signal: controller.signal })
    setTimeout(() => controller.abort(reason), 20)
    await assert.rejects(waiting, (error: Error) => error instanceof CancelledError && error.cause === reason)
    await assert.rejects(engine.connect({ signal: AbortSignal.abort(reason) }), CancelledError)
    assert.equal(engine.poolStatus.waiting, 0)
    assert.equal((await held.run(pure("select 1"))).rowCount, 1)
  })

  test("that is disposed of lets those who have a connection finish, and refuses everyone else", async () => {
    await using engine = await engineOn(database, { poolSize: 1, maxOverflow: 0 })
    const connection = await engine.connect()
    const waiting = assert.rejects(engine.connect(), EngineDisposedError)
    const disposed = engine.dispose()
    await waiting
    assert.equal((await connection.run(pure("select 1"))).rowCount, 1)
    await connection.release()
    await disposed
    await assert.rejects(engine.connect(), EngineDisposedError)
    await assert.rejects(
      engine.begin(async () => {}),
      EngineDisposedError,
    )
    await engine.dispose()
    assert.equal(engine.poolStatus.idle + engine.poolStatus.inUse, 0)
  })

  test("that is disposed of closes what does not come back in time", async () => {
    await using engine = await engineOn(database)
    const connection = await engine.connect()
    await engine.dispose({ grace: 30 })
    await assert.rejects(connection.run(pure("select 1")))
    await connection.release()
  })
})

onDatabases(["postgresql"], "a pool of several connections", (database) => {
  test("grows to poolSize and maxOverflow together, and no further", async () => {
    await using engine = await engineOn(database, { poolSize: 2, maxOverflow: 1, poolTimeout: 1500 })
    const connections = await Promise.all([engine.connect(), engine.connect(), engine.connect()])
    assert.equal(new Set(await Promise.all(connections.map(processOf))).size, 3)
    await assert.rejects(engine.connect(), PoolTimeoutError)
    for (const connection of connections) await connection.release()
    assert.equal(engine.poolStatus.idle, 3)
  })

  test("keeps connections beyond poolSize while they are in demand, and closes them when they no longer are", async () => {
    await using engine = await engineOn(database, { poolSize: 1, maxOverflow: 3, poolIdleTimeout: 150 })
    const opened = numbers(engine, "connect")
    const useFour = async () => {
      const connections = await Promise.all([engine.connect(), engine.connect(), engine.connect(), engine.connect()])
      await Promise.all(connections.map((connection) => connection.release()))
    }
    for (let round = 0; round < 8; round++) {
      await useFour()
      await delay(40)
    }
    assert.deepEqual(opened, [1, 2, 3, 4])
    await delay(400)
    assert.equal(engine.poolStatus.idle, 1)
    await using connection = await engine.connect()
    assert.equal((await connection.run(pure("select 1"))).rowCount, 1)
    assert.deepEqual(opened, [1, 2, 3, 4])
  })

  test("hands out the connection that was returned last", async () => {
    await using engine = await engineOn(database)
    const [first, second] = await Promise.all([engine.connect(), engine.connect()])
    const [a, b] = [await processOf(first), await processOf(second)]
    await second.release()
    await first.release()
    await using next = await engine.connect()
    assert.equal(await processOf(next), a)
    await using afterNext = await engine.connect()
    assert.equal(await processOf(afterNext), b)
  })

  test("replaces a connection that is older than poolRecycle", async () => {
    await using engine = await engineOn(database, { poolRecycle: 60 })
    const [opened, closed] = [numbers(engine, "connect"), numbers(engine, "disconnect")]
    for (const pause of [0, 0, 100]) {
      await delay(pause)
      const connection = await engine.connect()
      await connection.release()
    }
    assert.deepEqual({ opened, closed }, { opened: [1, 2], closed: [1] })
  })

  test("gives separate transactions separate connections (86)", async () => {
    await using engine = await engineOn(database)
    let begun = 0
    const all = Promise.withResolvers<void>()
    const processes = await Promise.all(
      Array.from({ length: 8 }, () =>
        engine.begin(async (connection) => {
          const before = await processOf(connection)
          if (++begun === 8) all.resolve()
          await all.promise
          assert.equal(await processOf(connection), before)
          return before
        }),
      ),
    )
    assert.equal(new Set(processes).size, 8)
  })
})

describe("the options of a pool", () => {
  test("are checked when the engine is made", () => {
    const url = "sqlite://memory"
    assert.throws(() => createEngine(url, { poolSize: 0 }), ArgumentError)
    assert.throws(() => createEngine(url, { maxOverflow: -1 }), ArgumentError)
    assert.throws(() => createEngine(url, { poolTimeout: Number.NaN }), ArgumentError)
    assert.throws(() => createEngine(url, { poolRecycle: -5 }), ArgumentError)
    assert.throws(() => createEngine(url, { preparedStatements: 1.5 }), ArgumentError)
  })

  test("cannot exceed what the database allows", async () => {
    await using memory = createEngine("sqlite://memory", { poolSize: 20, maxOverflow: 20 })
    assert.equal(memory.poolStatus.limit, 1)
    await using server = createEngine("postgresql://nowhere.invalid/none")
    assert.equal(server.poolStatus.limit, 15)
  })
})
