import assert from "node:assert/strict"
import { test } from "node:test"
import {
  AfterCommitError,
  ArgumentError,
  CancelledError,
  ConcurrentUseError,
  declarativeBase,
  ForeignKeyViolationError,
  integer,
  ProgrammingError,
  RollbackRequiredError,
  SerializationError,
  select,
  SessionClosedError,
  sql,
  StatementError,
  TransactionStateError,
  UniqueViolationError,
  update,
} from "../../src/index.ts"
import { forEachDatabase, onDatabases, unless } from "../support/databases.ts"
import { Booking, Comment, Post, record, Seat, User } from "./models.ts"
import { prepare } from "./support.ts"

const ada = () => new User({ email: "ada@example.org", name: "Ada" })
const names = select(User.c.name).orderBy(User.c.id.asc())

/** A model whose table is nowhere. */
class Missing extends declarativeBase().model("missing", { id: integer().primaryKey() }) {}

forEachDatabase("transactions of a session", (database) => {
  test("a session begins at the first statement that needs it, and gives its connection back at the end (73)", async () => {
    const { engine, sessions } = await prepare(database)
    using recording = record(engine)
    await using db = sessions()
    assert.equal(engine.poolStatus.inUse, 0)
    await db.all(select(User))
    assert.deepEqual(recording.statements.includes("begin"), false)
    db.add(ada())
    await db.flush()
    assert.equal(engine.poolStatus.inUse, 1)
    assert.ok(recording.statements.includes("begin"))
    await db.commit()
    assert.equal(engine.poolStatus.inUse, 0)
    await db.all(select(User))
    await db.rollback()
    assert.equal(engine.poolStatus.inUse, 0)
    await db.all(select(User))
    await db.close()
    assert.equal(engine.poolStatus.inUse, 0)
  })

  test("one insert and its commit are one statement, without a transaction around it", async () => {
    const { engine, sessions } = await prepare(database)
    using recording = record(engine)
    await sessions.begin((db) => void db.add(ada()))
    assert.equal(recording.statements.length, 1)
    assert.match(recording.statements[0]!, /^insert/)
  })

  test(
    "asked for an isolation level, a read is in a transaction of it (87)",
    unless(database, "concurrentWriters", "isolation levels are a server's"),
    async () => {
      const { engine, sessions } = await prepare(database)
      using recording = record(engine)
      const level = await sessions.begin((db) => db.scalar(sql`select current_setting('transaction_isolation')`), {
        isolation: "repeatable read",
        readOnly: true,
      })
      assert.equal(level, "repeatable read")
      assert.deepEqual([recording.statements[0], recording.statements.at(-1)], ["begin", "commit"])
      assert.equal(await sessions.begin((db) => db.scalar(sql`select current_setting('transaction_isolation')`)), "read committed")
      await sessions.begin((db) => db.all(select(User)), { isolation: "serializable" })
      assert.deepEqual(
        recording.statements.slice(-3).map((each) => each.slice(0, 6)),
        ["begin", "select", "commit"],
      )
    },
  )

  test("after a failed flush only a rollback is accepted, and the error stays the cause (74)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(ada()))
    await using db = sessions()
    db.add(new User({ email: "b@example.org", name: "B" }))
    await db.flush()
    const again = db.add(ada())
    await assert.rejects(db.flush(), UniqueViolationError)
    for (const use of [
      () => db.all(select(User)),
      () => db.flush(),
      () => db.commit(),
      () => db.get(User, 1),
      () => db.savepoint(async () => undefined),
    ]) {
      await assert.rejects(use(), (error: Error) => error instanceof RollbackRequiredError && error.cause instanceof UniqueViolationError)
    }
    await db.rollback()
    assert.deepEqual(db.new, [])
    again.email = "eve@example.org"
    db.add(again)
    await db.commit()
    assert.deepEqual(await db.all(select(User.c.email).orderBy(User.c.email.asc())), ["ada@example.org", "eve@example.org"])
  })

  test("an error of a statement that was swallowed does not end in a commit", async () => {
    const { sessions } = await prepare(database)
    await assert.rejects(
      sessions.begin(async (db) => {
        db.add(ada())
        await db.flush()
        await db.execute(sql`select * from nowhere`).catch(() => undefined)
      }),
      (error: Error) => error instanceof RollbackRequiredError && error.cause instanceof ProgrammingError,
    )
    assert.deepEqual(await sessions.begin((db) => db.all(names)), [])
  })

  test("an error of a read that needed no transaction leaves the session as it was", async () => {
    const { sessions } = await prepare(database)
    await using db = sessions()
    const user = db.add(ada())
    await assert.rejects(db.all(select(Missing)), ProgrammingError)
    await db.commit()
    assert.deepEqual([user.id, await db.all(names)], [1, ["Ada"]])
  })

  test("a value that does not fit is refused before anything is sent, and can be mended", async () => {
    const { engine, sessions } = await prepare(database)
    await using db = sessions()
    const seat = db.add(new Seat({ hall: "a", number: 1.5 }))
    using recording = record(engine)
    await assert.rejects(db.flush(), /seat\.number/)
    assert.deepEqual(recording.statements, [])
    seat.number = 2
    await db.commit()
    assert.equal(await db.get(Seat, ["a", 2]), seat)
  })

  test("rollback: new entities leave, deleted ones return, changed ones are as they were loaded (75)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => void db.addAll([ada(), new User({ email: "b@example.org", name: "B" })]))
    await using db = sessions()
    const [first, second] = await db.all(select(User).orderBy(User.c.id.asc()))
    const added = db.add(new User({ email: "c@example.org", name: "C" }))
    first!.name = "X"
    db.delete(second!)
    await db.flush()
    first!.name = "Y"
    assert.equal(await db.get(User, 2), null)
    await db.rollback()
    using recording = record(engine)
    assert.equal(first!.name, "Ada")
    assert.equal(await db.get(User, 1), first)
    assert.equal(await db.get(User, 2), second)
    assert.deepEqual([added.id, added.createdAt], [undefined, undefined])
    await db.flush()
    assert.deepEqual(recording.statements, [])
    second!.name = "Z"
    db.add(added)
    await db.commit()
    assert.deepEqual(await db.all(names), ["Ada", "Z", "C"])
  })

  test("what was read after a write that is rolled back leaves the session", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(ada()))
    await using db = sessions()
    await db.execute(update(User).set({ name: "X" }).where(User.c.id.eq(1)))
    assert.equal((await db.get(User, 1))?.name, "X")
    await db.rollback()
    assert.equal((await db.get(User, 1))?.name, "Ada")
  })

  test("a rolled back savepoint restores only what changed inside it (76)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.addAll([ada(), new User({ email: "b@example.org", name: "B" })]))
    await using db = sessions()
    const [first, second] = await db.all(select(User).orderBy(User.c.id.asc()))
    first!.name = "outer"
    await assert.rejects(
      db.savepoint(async () => {
        second!.name = "inner"
        db.add(new User({ email: "c@example.org", name: "C" }))
        await db.flush()
        throw new ArgumentError("no")
      }),
      ArgumentError,
    )
    assert.deepEqual([first!.name, second!.name], ["outer", "B"])
    await db.commit()
    assert.deepEqual(await db.all(names), ["outer", "B"])
  })

  test("a flush in a savepoint, work outside, then a rollback of all: three levels are consistent (77, 78)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.addAll([ada(), new User({ email: "b@example.org", name: "B" })]))
    await using db = sessions()
    const [first, second] = await db.all(select(User).orderBy(User.c.id.asc()))
    const inner = await db.savepoint(async () => {
      first!.name = "1"
      const added = db.add(new User({ email: "c@example.org", name: "C" }))
      await db.savepoint(async () => {
        first!.name = "2"
        db.delete(second!)
      })
      return added
    })
    assert.equal(inner.id, 3)
    first!.name = "3"
    await db.flush()
    await db.rollback()
    assert.equal(first!.name, "Ada")
    assert.equal(await db.get(User, 2), second)
    assert.equal(await db.get(User, 3), null)
    assert.equal(inner.id, undefined)
    assert.deepEqual(await db.all(names), ["Ada", "B"])
  })

  test("lists are as they were before a savepoint that is rolled back (79)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => {
      db.add(Post, { title: "p", author: ada(), comments: [new Comment({ body: "1" }), new Comment({ body: "2" })] })
    })
    await using db = sessions()
    const post = await db.one(select(Post).with("comments"))
    const list = post.comments
    await db
      .savepoint(async () => {
        post.comments.pop()
        post.comments.push(db.add(new Comment({ body: "3" })))
        await db.flush()
        throw new ArgumentError("no")
      })
      .catch(() => undefined)
    assert.deepEqual(
      post.comments.map(({ body }) => body),
      ["1", "2"],
    )
    assert.equal(post.comments, list)
    await db.commit()
    assert.deepEqual(await db.all(select(Comment.c.body).where(Comment.c.postId.isNotNull()).orderBy(Comment.c.id.asc())), ["1", "2"])
  })

  test("a violation inside a savepoint leaves the session usable (80)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(ada()))
    await using db = sessions()
    db.add(new User({ email: "b@example.org", name: "B" }))
    await assert.rejects(
      db.savepoint(async () => void db.add(ada())),
      UniqueViolationError,
    )
    await db.commit()
    assert.deepEqual(await db.all(names), ["Ada", "B"])
  })

  test("a savepoint that is gone on the server does not keep the rest from being rolled back (81)", async () => {
    const { sessions } = await prepare(database)
    await using db = sessions()
    await assert.rejects(
      db.savepoint(async () => {
        db.add(ada())
        await db.flush()
        const connection = await db.connection()
        await connection.exec('release savepoint "rebis_1"')
        throw new ArgumentError("no")
      }),
    )
    await db.rollback()
    assert.deepEqual(await db.all(names), [])
  })

  test(
    "a COMMIT that fails surfaces its error, and the session can be used again (82)",
    unless(database, "deferrableConstraints", "something must fail at COMMIT"),
    async () => {
      const { engine, sessions } = await prepare(database)
      await sessions.begin(async (db) => {
        const connection = await db.connection()
        await connection.exec(
          'create table late (id integer primary key, user_id integer references "user" (id) deferrable initially deferred)',
        )
      })
      await using db = sessions()
      const user = db.add(ada())
      await db.flush()
      await db.execute(sql`insert into late values (1, 99)`)
      await assert.rejects(db.commit(), ForeignKeyViolationError)
      assert.equal(user.id, undefined)
      assert.equal(engine.poolStatus.inUse, 0)
      assert.deepEqual(await db.all(names), [])
      db.add(user)
      await db.commit()
      assert.deepEqual(await db.all(names), ["Ada"])
    },
  )

  test("a commit whose flush fails is rolled back, in memory too", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(ada()))
    await using db = sessions()
    const user = await db.one(select(User))
    user.name = "X"
    db.add(ada())
    await assert.rejects(db.commit(), UniqueViolationError)
    assert.equal(user.name, "Ada")
    await db.commit()
    assert.deepEqual(await db.all(names), ["Ada"])
  })

  test("a second statement while one is running is refused (92)", async () => {
    const { sessions } = await prepare(database)
    await using db = sessions()
    const running = db.all(select(User))
    await assert.rejects(db.all(select(Post)), ConcurrentUseError)
    await assert.rejects(db.commit(), ConcurrentUseError)
    assert.deepEqual(await running, [])
    assert.deepEqual(await db.all(select(Post)), [])
  })

  test("a session that was closed refuses everything but close (85)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(ada()))
    const db = sessions()
    const user = await db.one(select(User))
    await db.close()
    await db.close()
    for (const use of [
      () => db.all(names),
      () => db.get(User, 1),
      () => db.flush(),
      () => db.commit(),
      () => db.rollback(),
      () => db.refresh(user),
      async () => db.add(ada()),
      async () => db.delete(user),
    ]) {
      await assert.rejects(use(), SessionClosedError)
    }
    assert.equal(user.name, "Ada")
  })

  test("what is thrown in a unit of work comes out as it is, and nothing is kept", async () => {
    const { engine, sessions } = await prepare(database)
    const thrown = new ArgumentError("mine")
    const user = ada()
    await assert.rejects(
      sessions.begin(async (db) => {
        db.add(user)
        await db.flush()
        throw thrown
      }),
      (error) => error === thrown,
    )
    assert.equal(user.id, undefined)
    assert.equal(engine.poolStatus.inUse, 0)
    assert.deepEqual(await sessions.begin((db) => db.all(names)), [])
  })

  test("work after a commit is done once it is stored, cannot use the session, and is dropped by a rollback (89)", async () => {
    const { sessions } = await prepare(database)
    const done: string[] = []
    await using db = sessions()
    db.add(ada())
    db.afterCommit(async () => done.push(`${(await sessions.begin((other) => other.all(names))).length} stored`))
    db.afterCommit(() => assert.rejects(db.all(names), ConcurrentUseError))
    await db
      .savepoint(async () => {
        db.afterCommit(() => done.push("dropped"))
        throw new ArgumentError("no")
      })
      .catch(() => undefined)
    assert.equal(done.length, 0)
    await db.commit()
    assert.deepEqual(done, ["1 stored"])
    db.afterCommit(() => done.push("dropped"))
    await db.rollback()
    await db.commit()
    assert.deepEqual(done, ["1 stored"])
  })

  test("work after a commit that fails says that the transaction was committed, and is not run again", async () => {
    const { sessions } = await prepare(database)
    let runs = 0
    const unit = sessions.begin(
      (db) => {
        runs++
        db.add(ada())
        db.afterCommit(() => {
          throw new SerializationError("elsewhere", {})
        })
      },
      { retry: 3 },
    )
    await assert.rejects(unit, (error: Error) => error instanceof AfterCommitError && error.cause instanceof SerializationError)
    assert.deepEqual([runs, await sessions.begin((db) => db.all(names))], [1, ["Ada"]])
  })

  test("commit and rollback are refused inside a savepoint", async () => {
    const { sessions } = await prepare(database)
    await using db = sessions()
    await db.savepoint(async () => {
      await assert.rejects(db.commit(), TransactionStateError)
      await assert.rejects(db.rollback(), TransactionStateError)
      db.add(ada())
    })
    await db.commit()
    assert.deepEqual(await db.all(names), ["Ada"])
  })

  test("a statement that was not awaited does not hide what a unit of work fails with", async () => {
    const { engine, sessions } = await prepare(database)
    let running: Promise<unknown> | undefined
    await assert.rejects(
      sessions.begin((db) => {
        running = db.all(names)
      }),
      ConcurrentUseError,
    )
    await running?.catch(() => undefined)
    assert.equal(engine.poolStatus.inUse, 0)
  })

  test("autoflush, when it is asked for, writes before each statement", async () => {
    const { sessions } = await prepare(database, { autoflush: true })
    await using db = sessions()
    db.add(ada())
    assert.deepEqual(await db.all(names), ["Ada"])
  })

  test("expireOnCommit can only be false", async () => {
    const { engine, sessions } = await prepare(database, { expireOnCommit: false })
    const { sessionmaker } = await import("../../src/index.ts")
    assert.throws(() => sessionmaker(engine, { expireOnCommit: true as never }), ArgumentError)
    const user = await sessions.begin((db) => db.add(ada()))
    assert.equal(user.name, "Ada")
  })

  test("a unit that could not be ordered is run again with a new session, as often as it was asked for", async () => {
    const { sessions } = await prepare(database)
    const seen = new Set<unknown>()
    const work = (failures: number) =>
      sessions.begin(
        async (db) => {
          seen.add(db)
          db.add(ada())
          await db.flush()
          if (seen.size <= failures) throw new SerializationError("again", { serverCode: "40001" })
          return seen.size
        },
        { retry: 2 },
      )
    await assert.rejects(work(9), SerializationError)
    assert.equal(seen.size, 3)
    seen.clear()
    assert.equal(await work(2), 3)
    assert.deepEqual(await sessions.begin((db) => db.all(names)), ["Ada"])
    await assert.rejects(
      sessions.begin(() => undefined, { retry: -1 }),
      ArgumentError,
    )
  })

  test("an aborted signal stops the session's statements", async () => {
    const { sessions } = await prepare(database)
    const controller = new AbortController()
    await using db = sessions({ signal: controller.signal })
    db.add(ada())
    await db.flush()
    controller.abort(new ArgumentError("gone"))
    await assert.rejects(db.all(names), (error: Error) => error instanceof CancelledError && error.cause instanceof ArgumentError)
    await db.rollback()
  })

  test("undefined in a condition is refused, not taken for everything", async () => {
    const { sessions } = await prepare(database)
    await using db = sessions()
    await assert.rejects(async () => db.all(select(Booking).where(Booking.c.price.eq(undefined as never))), StatementError)
  })
})

onDatabases(["postgresql"], "lost connections of a session", (database) => {
  test("a rollback that the server does not answer masks no error, and its connection is not used again (83)", async () => {
    const { engine, sessions } = await prepare(database)
    await assert.rejects(
      sessions.begin(async (db) => {
        db.add(ada())
        await db.flush()
        const pid = await db.scalar(sql`select pg_backend_pid()`)
        await engine.begin((other) => other.exec("select pg_terminate_backend($1)", [pid]))
        throw new ArgumentError("the cause")
      }),
      (error: Error) => error instanceof ArgumentError && error.message === "the cause",
    )
    assert.deepEqual(await sessions.begin((db) => db.all(names)), [])
  })

  test("a read on a connection that died is run again on another one, when nothing was begun", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(ada()))
    await using db = sessions()
    const pid = await (async () => {
      await db.all(names)
      return (await db.connection()).exec("select pg_backend_pid()")
    })()
    await db.rollback()
    await db.all(names)
    await engine.begin((other) => other.exec("select pg_terminate_backend($1)", [Number(pid.rows[0]![0])]))
    assert.deepEqual(await db.all(names), ["Ada"])
  })

  test("a connection lost in a transaction fails it; after a rollback the session goes on", async () => {
    const { engine, sessions } = await prepare(database)
    await using db = sessions()
    db.add(ada())
    await db.flush()
    const pid = await db.scalar(sql`select pg_backend_pid()`)
    await engine.begin((other) => other.exec("select pg_terminate_backend($1)", [pid]))
    await assert.rejects(db.all(names))
    await assert.rejects(db.commit(), RollbackRequiredError)
    await db.rollback()
    assert.deepEqual(await db.all(names), [])
  })
})
