import assert from "node:assert/strict"
import { test } from "node:test"
import {
  ArgumentError,
  ConcurrentUseError,
  currentSession,
  NoCurrentSessionError,
  NoResultFoundError,
  type Propagation,
  RollbackRequiredError,
  runInSession,
  select,
  sessionmaker,
  SerializationError,
  TransactionStateError,
  UnsupportedError,
} from "../../src/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { record, User } from "./models.ts"
import { prepare } from "./support.ts"

const user = (name: string) => new User({ email: `${name}@example.org`, name })
const names = select(User.c.name).orderBy(User.c.name.asc())
const failure = new ArgumentError("no")
const fail = (): never => {
  throw failure
}

forEachDatabase("propagation", (database) => {
  const twoTransactions = {
    skip: database.name === "postgresql" ? false : "two transactions of one process need a server or a second connection that may write",
  }
  const stored = async ({ sessions }: Awaited<ReturnType<typeof prepare>>) => await sessions.begin((db) => db.all(names))

  test("inside sessions.begin its session is the current one, and afterwards none is", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => assert.equal(currentSession(), db))
    assert.throws(currentSession, NoCurrentSessionError)
  })

  test("required joins the unit around it, which commits both (90)", async () => {
    const prepared = await prepare(database)
    const { sessions, engine } = prepared
    using recording = record(engine)
    await sessions.begin(async (db) => {
      db.add(user("outer"))
      await sessions.begin(
        (inner) => {
          assert.equal(inner, db)
          inner.add(user("inner"))
        },
        { propagation: "required" },
      )
    })
    assert.ok(recording.statements.filter((statement) => statement === "commit").length <= 1, recording.statements.join("\n"))
    assert.deepEqual(await stored(prepared), ["inner", "outer"])
  })

  test("required and nested outside of any are units of their own (90)", async () => {
    const prepared = await prepare(database)
    for (const propagation of ["required", "nested", "requiresNew", "never"] as const) {
      await prepared.sessions.begin((db) => void db.add(user(propagation)), { propagation })
      await assert.rejects(
        prepared.sessions.begin((db) => (db.add(user("lost")), fail()), { propagation }),
        failure,
      )
    }
    assert.deepEqual(await stored(prepared), ["nested", "never", "required", "requiresNew"])
  })

  test("a joined unit that throws leaves nothing but a rollback, also when its error is swallowed (90)", async () => {
    const prepared = await prepare(database)
    const { sessions } = prepared
    const unit = sessions.begin(async (db) => {
      db.add(user("outer"))
      await sessions.begin((inner) => (inner.add(user("inner")), fail()), { propagation: "required" }).catch(() => undefined)
    })
    await assert.rejects(unit, (error: Error) => error instanceof RollbackRequiredError && error.cause === failure)
    assert.deepEqual(await stored(prepared), [])
  })

  test("a nested unit that throws is undone alone (90)", async () => {
    const prepared = await prepare(database)
    const { sessions } = prepared
    await sessions.begin(async (db) => {
      db.add(user("outer"))
      await assert.rejects(
        sessions.begin((inner) => (inner.add(user("inner")), fail()), { propagation: "nested" }),
        failure,
      )
      await sessions.begin((inner) => void inner.add(user("second")), { propagation: "nested" })
    })
    assert.deepEqual(await stored(prepared), ["outer", "second"])
  })

  test("a joined unit that throws inside a nested one is undone with it, and the outermost goes on (90)", async () => {
    const prepared = await prepare(database)
    const { sessions } = prepared
    await sessions.begin(async (db) => {
      db.add(user("outer"))
      const nested = sessions.begin(
        async () => {
          await sessions.begin((inner) => (inner.add(user("inner")), fail()), { propagation: "required" }).catch(() => undefined)
        },
        { propagation: "nested" },
      )
      await assert.rejects(nested, RollbackRequiredError)
    })
    assert.deepEqual(await stored(prepared), ["outer"])
  })

  test("requiresNew is committed whatever becomes of the unit around it, and the other way round (90)", twoTransactions, async () => {
    const prepared = await prepare(database)
    const { sessions } = prepared
    const unit = sessions.begin(async (db) => {
      db.add(user("outer"))
      await db.flush()
      await sessions.begin(
        async (inner) => {
          assert.notEqual(inner, db)
          assert.equal(currentSession(), inner)
          assert.deepEqual(await inner.all(names), [])
          inner.add(user("new"))
          await sessions.begin((joined) => assert.equal(joined, inner), { propagation: "mandatory" })
        },
        { propagation: "requiresNew" },
      )
      assert.equal(currentSession(), db)
      await assert.rejects(
        sessions.begin((inner) => (inner.add(user("lost")), fail()), { propagation: "requiresNew" }),
        failure,
      )
      fail()
    })
    await assert.rejects(unit, failure)
    assert.deepEqual(await stored(prepared), ["new"])
  })

  test(
    "requiresNew is refused at once where it would wait for the transaction around it (90)",
    { skip: database.name === "postgresql" ? "a server has room for both" : false },
    async () => {
      const { sessions } = await prepare(database)
      await sessions.begin(async (db) => {
        db.add(user("outer"))
        await db.flush()
        await assert.rejects(
          sessions.begin(() => undefined, { propagation: "requiresNew" }),
          UnsupportedError,
        )
      })
    },
  )

  test("mandatory needs a unit around it, never refuses one (90)", async () => {
    const prepared = await prepare(database)
    const { sessions } = prepared
    let ran = 0
    await assert.rejects(
      sessions.begin(() => void ran++, { propagation: "mandatory" }),
      NoCurrentSessionError,
    )
    await sessions.begin(async (db) => {
      await sessions.begin((inner) => assert.equal(inner, db), { propagation: "mandatory" })
      await assert.rejects(
        sessions.begin(() => void ran++, { propagation: "never" }),
        TransactionStateError,
      )
    })
    assert.equal(ran, 0)
  })

  test("a session that was closed, or is another engine's, is not joined (90)", async () => {
    const prepared = await prepare(database)
    const other = await prepare(database)
    const closed = prepared.sessions()
    await closed.close()
    await runInSession(closed, async () => {
      await prepared.sessions.begin((db) => assert.notEqual(db, closed), { propagation: "required" })
      await assert.rejects(
        prepared.sessions.begin(() => undefined, { propagation: "mandatory" }),
        NoCurrentSessionError,
      )
    })
    await other.sessions.begin(async (theirs) => {
      await prepared.sessions.begin(
        async (ours) => {
          assert.notEqual(ours, theirs)
          // The one of this engine is further out.
          await other.sessions.begin((joined) => assert.equal(joined, theirs), { propagation: "mandatory" })
        },
        { propagation: "required" },
      )
    })
    // Another factory of the same engine is the same database.
    await prepared.sessions.begin(async (db) => {
      await sessionmaker(prepared.engine).begin((joined) => assert.equal(joined, db), { propagation: "required" })
    })
  })

  test("a joined unit cannot ask for a transaction of another kind (90)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin(
      async () => {
        for (const propagation of ["required", "nested", "mandatory"] as const) {
          await sessions.begin(() => undefined, { propagation, isolation: "serializable" })
          for (const options of [{ isolation: "repeatable read" }, { readOnly: true }, { signal: new AbortController().signal }] as const)
            await assert.rejects(
              sessions.begin(() => undefined, { propagation, ...options }),
              TransactionStateError,
            )
        }
      },
      { isolation: "serializable" },
    )
    await assert.rejects(
      sessions.begin(() => undefined, { propagation: "supports" as Propagation }),
      ArgumentError,
    )
  })

  test("a joined unit is run again with the whole, not by itself (90)", async () => {
    const prepared = await prepare(database)
    const { sessions } = prepared
    const runs = { outer: 0, inner: 0 }
    await sessions.begin(
      async () => {
        runs.outer++
        await sessions.begin(
          (db) => {
            db.add(user("once"))
            if (++runs.inner < 3) throw new SerializationError("again", {})
          },
          { propagation: "required", retry: 5 },
        )
      },
      { retry: 2 },
    )
    assert.deepEqual([runs, await stored(prepared)], [{ outer: 3, inner: 3 }, ["once"]])
  })

  test("an entity of the unit around a new one is not the new one's", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin(async (db) => {
      const mine = db.add(user("outer"))
      await sessions.begin((inner) => assert.throws(() => inner.add(mine), /belongs to another session/), { propagation: "requiresNew" })
    })
  })

  test("two savepoints side by side are refused, and nothing of them is kept (92)", async () => {
    const prepared = await prepare(database)
    const { sessions } = prepared
    const gate = Promise.withResolvers<void>()
    const unit = sessions.begin(async (db) => {
      db.add(user("outer"))
      const first = db.savepoint(async () => {
        db.add(user("first"))
        await gate.promise
      })
      // The second is begun while the first one waits.
      await new Promise((resolve) => setTimeout(resolve, 50))
      const second = db.savepoint(async () => {
        db.add(user("second"))
        gate.resolve()
        await assert.rejects(first, ConcurrentUseError)
      })
      await assert.rejects(second)
    })
    await assert.rejects(unit, (error: Error) => error instanceof RollbackRequiredError && error.cause instanceof ConcurrentUseError)
    assert.deepEqual(await stored(prepared), [])
  })

  test("what was not found in a joined unit ends the whole; in a nested one it does not", async () => {
    const prepared = await prepare(database)
    const { sessions } = prepared
    const find = (propagation: Propagation) => sessions.begin((db) => db.one(select(User)), { propagation })
    await sessions.begin(async (db) => {
      await assert.rejects(find("nested"), NoResultFoundError)
      db.add(user("first"))
    })
    assert.deepEqual(await stored(prepared), ["first"])
  })
})
