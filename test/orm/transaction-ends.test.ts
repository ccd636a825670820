/** How transactions begin and end where something goes wrong: failures of BEGIN, aborted signals, work after a rollback, repetition. */
import assert from "node:assert/strict"
import { once } from "node:events"
import { test } from "node:test"
import {
  ArgumentError,
  CancelledError,
  ConcurrentUseError,
  DeadlockError,
  ForeignKeyViolationError,
  RollbackRequiredError,
  select,
  type Session,
  SessionClosedError,
  sessionmaker,
  sql,
  UniqueViolationError,
  update,
} from "../../src/index.ts"
import { forEachDatabase, onDatabases, unless } from "../support/databases.ts"
import { record, User } from "./models.ts"
import { prepare } from "./support.ts"

const user = (name: string) => new User({ email: `${name}@example.org`, name })
const names = select(User.c.name).orderBy(User.c.name.asc())
const reason = new ArgumentError("gone")
const isAborted = (error: Error) => error instanceof CancelledError && error.cause === reason

forEachDatabase("work after a rollback", (database) => {
  test("is done when all was undone, and dropped by a commit (89)", async () => {
    const { sessions } = await prepare(database)
    const done: string[] = []
    await using db = sessions()
    db.add(user("a"))
    db.afterRollback(() => void done.push("dropped"))
    await db.commit()
    const added = db.add(user("b"))
    await db.flush()
    db.afterRollback(async () => {
      done.push(`undone: ${added.id}, ${(await sessions.begin((other) => other.all(names))).join()}`)
      await assert.rejects(db.all(names), ConcurrentUseError)
    })
    assert.deepEqual(done, [])
    await db.rollback()
    await db.rollback()
    assert.deepEqual(done, ["undone: undefined, a"])
    assert.deepEqual(await db.all(names), ["a"])
  })

  test("is done after a commit that failed, after a savepoint's end, and when a session is closed", async () => {
    const { sessions } = await prepare(database)
    const done: string[] = []
    await using db = sessions()
    db.add(user("a"))
    await db.commit()
    db.add(user("a"))
    db.afterRollback(() => void done.push("commit"))
    await assert.rejects(db.commit(), UniqueViolationError)
    await assert.rejects(
      db.savepoint(async () => {
        db.afterRollback(() => void done.push("savepoint"))
        throw reason
      }),
    )
    await db.savepoint(async () => db.afterRollback(() => void done.push("released savepoint, then closed")))
    assert.deepEqual(done, ["commit", "savepoint"])
    await db.close()
    assert.deepEqual(done, ["commit", "savepoint", "released savepoint, then closed"])
    assert.throws(() => db.afterRollback(() => undefined), SessionClosedError)
  })

  test("that fails is a warning, and hides nothing", async () => {
    const { sessions } = await prepare(database)
    const warned = once(process, "warning")
    let rest = 0
    await assert.rejects(
      sessions.begin((db) => {
        db.afterRollback(() => {
          throw new ArgumentError("too late")
        })
        db.afterRollback(() => void rest++)
        throw reason
      }),
      reason,
    )
    const [warning] = (await warned) as [Error & { code: string }]
    assert.match(warning.message, /work after a rollback failed: ArgumentError: too late/)
    assert.deepEqual([warning.code, rest], ["REBIS_AFTER_ROLLBACK", 1])
  })
})

forEachDatabase("an aborted signal", (database) => {
  const aborted = AbortSignal.abort(reason)

  test("lets nothing be sent when it was aborted before the start (91)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => db.all(names))
    const errors: unknown[] = []
    const stop = engine.events.on("statement", ({ error }) => errors.push(error))
    for (const work of [(db: Session) => db.all(names), (db: Session) => void db.add(user("a"))])
      await assert.rejects(sessions.begin<unknown>(work, { signal: aborted }), isAborted)
    stop()
    // What is told of a statement that was not sent is that it was aborted.
    assert.ok(errors.every((error) => error instanceof CancelledError))
    assert.deepEqual([await sessions.begin((db) => db.all(names)), engine.poolStatus.inUse], [[], 0])
  })

  test("between two statements of a transaction rolls it back, also when the next is the COMMIT (91)", async () => {
    const { engine, sessions } = await prepare(database)
    for (const next of [(db: Session) => db.all(names), (db: Session) => db.commit()]) {
      const controller = new AbortController()
      const added = user("a")
      await assert.rejects(
        sessions.begin(
          async (db) => {
            db.add(added)
            await db.flush()
            controller.abort(reason)
            await next(db)
          },
          { signal: controller.signal },
        ),
        isAborted,
      )
      assert.equal(added.id, undefined)
    }
    assert.deepEqual(await sessions.begin((db) => db.all(names)), [])
    assert.equal(engine.poolStatus.inUse, 0)
  })

  test("that comes after the work but before the commit lets nothing be stored (91)", async () => {
    const { sessions } = await prepare(database)
    const controller = new AbortController()
    const unit = sessions.begin(
      async (db) => {
        db.add(user("a"))
        await db.flush()
        controller.abort(reason)
      },
      { signal: controller.signal },
    )
    await assert.rejects(unit, isAborted)
    assert.deepEqual(await sessions.begin((db) => db.all(names)), [])
  })

  test("ends a stream between two chunks, and frees its connection (91)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => void db.addAll(["a", "b", "c", "d"].map(user)))
    const controller = new AbortController()
    const seen: string[] = []
    await assert.rejects(
      sessions.begin(
        async (db) => {
          for await (const name of db.stream(names, { chunkSize: 2 })) {
            seen.push(name)
            if (seen.length === 2) controller.abort(reason)
          }
        },
        { signal: controller.signal },
      ),
      isAborted,
    )
    assert.deepEqual([seen, engine.poolStatus.inUse], [["a", "b"], 0])
  })

  test("while a connection is waited for ends the waiting (91)", async () => {
    const engine = await database.engine({ poolSize: 1, maxOverflow: 0 })
    const sessions = sessionmaker(engine)
    await using holder = await engine.connect()
    assert.equal(holder.inTransaction, false)
    const controller = new AbortController()
    const waiting = sessions.begin((db) => db.all(sql`select 1`), { signal: controller.signal })
    setTimeout(() => controller.abort(reason), 20)
    await assert.rejects(waiting, isAborted)
    assert.equal(engine.poolStatus.waiting, 0)
  })
})

onDatabases(["postgresql"], "an aborted signal, on a server", (database) => {
  test("stops the statement that is running, and its transaction is rolled back (91)", async () => {
    const { engine, sessions } = await prepare(database)
    const controller = new AbortController()
    const started = performance.now()
    await assert.rejects(
      sessions.begin(
        async (db) => {
          db.add(user("a"))
          await db.flush()
          setTimeout(() => controller.abort(reason), 20)
          await db.all(sql`select pg_sleep(30)`)
        },
        { signal: controller.signal },
      ),
      isAborted,
    )
    assert.ok(performance.now() - started < 10_000)
    assert.deepEqual([await sessions.begin((db) => db.all(names)), engine.poolStatus.inUse], [[], 0])
  })
})

forEachDatabase("transactions side by side", (database) => {
  test(
    "do not share a connection, nor their options (86, 87)",
    unless(database, "concurrentWriters", "two transactions need two writers"),
    async () => {
      const engine = await database.engine()
      const sessions = sessionmaker(engine)
      const options = sql<{ level: string; access: string; deferrable: string }>`select current_setting('transaction_isolation') as level,
        current_setting('transaction_read_only') as access, current_setting('transaction_deferrable') as deferrable`
      const plain = { level: "read committed", access: "off", deferrable: "off" }
      const strict = { level: "serializable", access: "on", deferrable: "on" }
      const asked = { isolation: "serializable", readOnly: true, deferrable: true } as const
      const seen = await sessions.begin((db) => db.one(options), asked)
      assert.deepEqual(seen, strict)
      // The same connection, handed on: nothing is left of it, after a commit and after a failure.
      assert.deepEqual(await sessions.begin((db) => db.one(options)), plain)
      await assert.rejects(sessions.begin((db) => db.all(sql`select 1 / 0`), asked))
      assert.deepEqual(await sessions.begin((db) => db.one(options)), plain)
      if (engine.poolStatus.limit === 1) return
      await sessions.begin(async (first) => {
        const pid = await first.scalar(sql`select pg_backend_pid()`)
        await sessions.begin(async (second) => {
          assert.notEqual(await second.scalar(sql`select pg_backend_pid()`), pid)
          assert.deepEqual(await second.one(options), plain)
        })
      }, asked)
    },
  )
})

onDatabases(["postgresql"], "a unit of work that is run again", (database) => {
  const twoUsers = async () => {
    const prepared = await prepare(database)
    await prepared.sessions.begin((db) => void db.addAll([user("a"), user("b")]))
    return prepared
  }

  test("after a deadlock both units are done", async () => {
    const { sessions } = await twoUsers()
    let waiting = 0
    const gate = Promise.withResolvers<void>()
    let runs = 0
    const unit = (first: number, second: number) =>
      sessions.begin(
        async (db) => {
          const isFirstRun = ++runs <= 2
          await db.execute(
            update(User)
              .set({ name: `${first}` })
              .where(User.c.id.eq(first)),
          )
          if (++waiting === 2) gate.resolve()
          if (isFirstRun) await gate.promise
          await db.execute(
            update(User)
              .set({ name: `${first}` })
              .where(User.c.id.eq(second)),
          )
        },
        { retry: 3 },
      )
    await Promise.all([unit(1, 2), unit(2, 1)])
    assert.equal(runs, 3)
    const [left, right] = await sessions.begin((db) => db.all(names))
    assert.equal(left, right)
  })

  test("without being asked for, a deadlock is the error of one of them", async () => {
    const { sessions } = await twoUsers()
    let waiting = 0
    const gate = Promise.withResolvers<void>()
    const unit = (first: number, second: number) =>
      sessions.begin(async (db) => {
        await db.execute(
          update(User)
            .set({ name: `${first}` })
            .where(User.c.id.eq(first)),
        )
        if (++waiting === 2) gate.resolve()
        await gate.promise
        await db.execute(
          update(User)
            .set({ name: `${first}` })
            .where(User.c.id.eq(second)),
        )
      })
    const results = await Promise.allSettled([unit(1, 2), unit(2, 1)])
    const failed = results.filter((result) => result.status === "rejected")
    assert.equal(failed.length, 1)
    assert.ok(failed[0]!.reason instanceof DeadlockError)
  })

  test("after a conflict of serializable transactions, found at the COMMIT, it sees what the other one stored", async () => {
    const { sessions } = await twoUsers()
    let runs = 0
    const [, seen] = await Promise.all([
      sessions.begin(
        async (db) => {
          await db.all(names)
          db.add(user("c"))
        },
        { isolation: "serializable", retry: 5 },
      ),
      sessions.begin(
        async (db) => {
          runs++
          const before = await db.all(names)
          if (runs === 1) {
            await sessions.begin(
              async (other) => {
                await other.all(names)
                other.add(user("d"))
              },
              { isolation: "serializable", retry: 5 },
            )
          }
          db.add(user("e"))
          await db.flush()
          return before
        },
        { isolation: "serializable", retry: 5 },
      ),
    ])
    assert.ok(runs > 1)
    assert.ok(seen.includes("d"))
    assert.deepEqual(await sessions.begin((db) => db.all(names)), ["a", "b", "c", "d", "e"])
  })
})

onDatabases(["sqlite"], "a BEGIN that fails", (database) => {
  test("is not followed by a ROLLBACK, and its connection is given back (84)", async () => {
    const url = await database.url()
    const blocker = await database.engine({ url })
    await blocker.begin((connection) => connection.exec("create table t (id integer)"))
    const engine = await database.engine({ url, connectArgs: { busyTimeout: 30 } })
    await using held = await blocker.connect()
    held.begin()
    await held.exec("insert into t values (1)")
    const sessions = sessionmaker(engine)
    using recording = record(engine)
    await using db = sessions()
    await assert.rejects(db.execute(sql`insert into t values (2)`), DeadlockError)
    assert.deepEqual(recording.statements, ["begin"])
    await assert.rejects(db.flush(), RollbackRequiredError)
    await db.rollback()
    assert.deepEqual([recording.statements, engine.poolStatus.inUse], [["begin"], 0])
    await held.rollback()
    await db.execute(sql`insert into t values (3)`)
    await db.commit()
    assert.deepEqual(await db.all(sql`select * from t`), [{ id: 3 }])
  })
})

onDatabases(["postgresql"], "a COMMIT that fails", (database) => {
  test("keeps nothing of what a deferred constraint refuses (82)", async () => {
    const { engine, sessions } = await prepare(database)
    await engine.begin((connection) =>
      connection.exec(`create table late (user_id integer references "user" (id) deferrable initially deferred)`),
    )
    await assert.rejects(
      sessions.begin((db) => db.execute(sql`insert into late values (9)`)),
      ForeignKeyViolationError,
    )
    assert.deepEqual(await sessions.begin((db) => db.all(sql`select * from late`)), [])
  })
})
