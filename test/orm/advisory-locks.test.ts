import assert from "node:assert/strict"
import { test } from "node:test"
import { ArgumentError, CancelledError, DisconnectedError, sessionmaker, sql, UnsupportedError } from "../../src/index.ts"
import { lockKey } from "../../src/engine/index.ts"
import { onDatabases } from "../support/databases.ts"

test("the key of an advisory lock is a hash of a text, a number, or two", () => {
  assert.equal(lockKey("report"), lockKey("report"))
  assert.notEqual(lockKey("report"), lockKey("reports"))
  assert.equal(lockKey("report"), -8_908_523_020_745_054_052n)
  assert.equal(lockKey(5), 5n)
  assert.equal(lockKey(-(2n ** 63n)), -(2n ** 63n))
  assert.deepEqual(lockKey([1, -2]), [1, -2])
  for (const key of ["", 1.5, Number.NaN, 2n ** 63n, [1], [1, 2, 3], [1, 2 ** 31], [1, "2"], undefined, null, {}])
    assert.throws(() => lockKey(key as never), ArgumentError, String(key))
})

onDatabases(["postgresql"], "advisory locks", (database) => {
  test("of an engine are one holder's until the end of their scope", async () => {
    const engine = await database.engine()
    for (const key of ["report", 7, 7n ** 20n, [1, 2]] as const) {
      {
        await using lock = await engine.advisoryLock(key)
        assert.equal(lock.connection.inTransaction, false)
        assert.equal(await engine.tryAdvisoryLock(key), null)
        await using _other = (await engine.tryAdvisoryLock("another"))!
        assert.equal(engine.poolStatus.inUse, 2)
      }
      const lock = await engine.tryAdvisoryLock(key)
      assert.ok(lock)
      await lock.release()
      await lock.release()
      assert.equal(engine.poolStatus.inUse, 0)
    }
  })

  test("are waited for in turn, and the waiting can be ended", async () => {
    const engine = await database.engine()
    const order: string[] = []
    const first = await engine.advisoryLock("report")
    const waiting = engine.advisoryLock("report").then(async (lock) => {
      order.push("second")
      await lock.release()
    })
    await assert.rejects(engine.advisoryLock("report", { signal: AbortSignal.timeout(50) }), CancelledError)
    order.push("first")
    await first.release()
    await waiting
    assert.deepEqual([order, engine.poolStatus.inUse], [["first", "second"], 0])
  })

  test("that are shared keep only the unshared out", async () => {
    const engine = await database.engine()
    await using first = await engine.advisoryLock("report", { shared: true })
    await using second = await engine.advisoryLock("report", { shared: true })
    assert.notEqual(first.connection, second.connection)
    assert.equal(await engine.tryAdvisoryLock("report"), null)
  })

  test("of an engine are given back after a transaction on their connection, and when the work fails", async () => {
    const engine = await database.engine()
    const failure = new ArgumentError("no")
    const work = async () => {
      await using lock = await engine.advisoryLock("report")
      lock.connection.begin()
      await lock.connection.exec("create table t (id integer)")
      throw failure
    }
    await assert.rejects(work(), failure)
    await using again = (await engine.tryAdvisoryLock("report"))!
    await assert.rejects(again.connection.exec("select * from t"))
  })

  test("that were lost with their connection say so at the end", async () => {
    const engine = await database.engine()
    const lock = await engine.advisoryLock("report")
    const { rows } = await lock.connection.exec("select pg_backend_pid()")
    await engine.begin((other) => other.exec("select pg_terminate_backend($1)", [Number(rows[0]![0])]))
    await using taken = await engine.advisoryLock("report")
    assert.ok(taken)
    await assert.rejects(lock.release(), DisconnectedError)
    const other = await engine.advisoryLock("other")
    await other.connection.exec("select pg_advisory_unlock_all()")
    await assert.rejects(other.release(), DisconnectedError)
    assert.equal(engine.poolStatus.inUse, 1)
  })

  test("of a session are the transaction's", async () => {
    const engine = await database.engine()
    const sessions = sessionmaker(engine)
    await using db = sessions()
    await db.advisoryLock("stock of 7")
    assert.equal(await sessions.begin((other) => other.tryAdvisoryLock("stock of 7")), false)
    assert.equal(await db.tryAdvisoryLock("stock of 7", { shared: true }), true)
    assert.equal(await engine.tryAdvisoryLock("stock of 7"), null)
    await db.commit()
    assert.equal(await sessions.begin((other) => other.tryAdvisoryLock("stock of 7")), true)
    await db.advisoryLock("stock of 7")
    await db.rollback()
    await sessions.begin(async (other) => {
      await assert.rejects(
        other.savepoint(async () => {
          await other.advisoryLock("stock of 8")
          await other.all(sql`select 1 / 0`)
        }),
      )
      // A savepoint that is rolled back gives back what was taken in it.
      assert.equal(await sessions.begin((another) => another.tryAdvisoryLock("stock of 8")), true)
    })
  })
})

onDatabases(["sqlite"], "advisory locks of a database that has none", (database) => {
  test("are refused before anything is sent", async () => {
    const engine = await database.engine()
    await assert.rejects(engine.advisoryLock("report"), UnsupportedError)
    await assert.rejects(engine.tryAdvisoryLock("report"), UnsupportedError)
    await assert.rejects(
      sessionmaker(engine).begin((db) => db.advisoryLock("report")),
      UnsupportedError,
    )
    assert.deepEqual([engine.poolStatus.inUse, engine.poolStatus.idle], [0, 0])
  })
})
