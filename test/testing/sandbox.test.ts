import assert from "node:assert/strict"
import { test } from "node:test"
import Fastify from "fastify"
import { Hono } from "hono"
import {
  ArgumentError,
  declarativeBase,
  type Engine,
  ForeignKeyViolationError,
  insert,
  integer,
  ReadOnlyError,
  select,
  sql,
  TooManyStatementsError,
  UniqueViolationError,
  UnsupportedError,
} from "rebis"
import { rebis as fastifyRebis } from "rebis/fastify"
import { rebis as honoRebis } from "rebis/hono"
import { limitSessions, limitStatements, openSandbox, recordStatements, sandbox } from "rebis/testing"
import { Post, User } from "../orm/models.ts"
import { prepare } from "../orm/support.ts"
import { forEachDatabase, onDatabases, unless } from "../support/databases.ts"

class Late extends declarativeBase().model("late", { id: integer().primaryKey(), userId: integer() }) {}

const user = (name: string) => new User({ email: `${name}@example.org`, name })
const names = select(User.c.name).orderBy(User.c.name.asc())
const failure = new ArgumentError("no")
const fail = (): never => {
  throw failure
}

forEachDatabase("a sandbox", (database) => {
  const prepared = async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(user("before")))
    const stored = () => sessions.begin((db) => db.all(names))
    return { engine, sessions, stored }
  }

  test("undoes what was committed in it, by several sessions one after another", async () => {
    const { engine, sessions, stored } = await prepared()
    await sandbox(engine, async () => {
      await sessions.begin((db) => void db.add(user("a")))
      await sessions.begin((db) => void db.addAll([user("b"), user("c")]))
      await using db = sessions()
      const [first] = await db.all(select(User).orderBy(User.c.id.asc()))
      first!.name = "changed"
      await db.commit()
      db.delete(first!)
      await db.commit()
      assert.deepEqual(await stored(), ["a", "b", "c"])
    })
    assert.deepEqual(await stored(), ["before"])
    assert.equal(engine.poolStatus.inUse, 0)
  })

  test("keeps a rollback, a failure and a savepoint of the application apart from what it committed", async () => {
    const { engine, sessions, stored } = await prepared()
    await sandbox(engine, async () => {
      await sessions.begin((db) => void db.add(user("a")))
      await assert.rejects(
        sessions.begin(async (db) => (db.add(user("lost")), await db.flush(), fail())),
        failure,
      )
      await assert.rejects(
        sessions.begin((db) => void db.add(user("a"))),
        UniqueViolationError,
      )
      await assert.rejects(sessions.begin((db) => db.all(sql`select nothing from "user"`)))
      await sessions.begin(async (db) => {
        db.add(user("b"))
        await assert.rejects(
          db.savepoint(async () => void db.add(user("a"))),
          UniqueViolationError,
        )
        await db.savepoint(async () => {
          db.add(user("c"))
          await db.savepoint(async () => void db.add(user("d")))
        })
      })
      await engine.begin((connection) => connection.exec(`insert into "user" (email, name) values ('e', 'e')`))
      await assert.rejects(
        engine.begin(async (connection) => (await connection.exec(`delete from "user"`), fail())),
        failure,
      )
      assert.deepEqual(await stored(), ["a", "b", "before", "c", "d", "e"])
    })
    assert.deepEqual(await stored(), ["before"])
  })

  test("is over with whatever its work throws, and lets it through", async () => {
    const { engine, sessions, stored } = await prepared()
    await assert.rejects(
      sandbox(engine, async () => (await sessions.begin((db) => void db.add(user("a"))), fail())),
      failure,
    )
    assert.deepEqual([await stored(), engine.poolStatus.inUse], [["before"], 0])
  })

  test("of hooks gives an engine for factories, and runs what uses the engine itself", async () => {
    const { engine, sessions, stored } = await prepared()
    {
      await using box = await openSandbox(engine)
      const { sessionmaker } = await import("rebis")
      const own = sessionmaker(box.engine)
      await own.begin((db) => void db.add(user("a")))
      await box.run(() => sessions.begin((db) => void db.add(user("b"))))
      assert.deepEqual(await own.begin((db) => db.all(names)), ["a", "b", "before"])
      // A session that is left open goes with it.
      const left = own()
      left.add(user("left"))
      await left.flush()
    }
    assert.deepEqual([await stored(), engine.poolStatus.inUse], [["before"], 0])
  })

  test("serves the requests of an application that knows nothing of it", async () => {
    const { engine, sessions, stored } = await prepared()
    const app = Fastify()
    app.register(fastifyRebis, { sessions })
    app.post<{ Body: { name: string } }>("/users", (request) => request.db.add(user(request.body.name)))
    app.get("/users", (request) => request.db.all(names))
    const hono = new Hono()
    hono.use(honoRebis({ sessions }))
    hono.get("/users", async (c) => c.json(await c.var.db.all(names)))
    await sandbox(engine, async () => {
      const add = (name: string) => app.inject({ method: "POST", url: "/users", payload: { name } })
      assert.deepEqual([(await add("a")).statusCode, (await add("a")).statusCode, (await add("b")).statusCode], [200, 409, 200])
      assert.deepEqual((await app.inject("/users")).json(), ["a", "b", "before"])
      assert.deepEqual(await (await hono.request("/users")).json(), ["a", "b", "before"])
    })
    await app.close()
    assert.deepEqual(await stored(), ["before"])
  })

  test("sends, as far as a counter sees, what the application would send without it", async () => {
    const { engine, sessions } = await prepared()
    const work = () =>
      sessions.begin(async (db) => {
        const found = await db.one(select(User).where(User.c.name.eq("before")))
        db.add(Post, { title: "p", author: found })
        db.add(Post, { title: "q", author: found })
      })
    const texts = async () => (await recordStatements(engine, work)).statements.map(({ text }) => text)
    const inside = await sandbox(engine, texts)
    assert.deepEqual(inside, await texts())
    await sandbox(engine, () => limitStatements(engine, 3, work))
  })

  test("refuses a second transaction while one is open, and lets it be read", async () => {
    const { engine, sessions } = await prepared()
    await sandbox(engine, async () => {
      await using first = sessions()
      await first.all(names)
      // A session that only reads has no transaction open.
      await sessions.begin((db) => void db.add(user("a")))
      first.add(user("b"))
      await first.flush()
      await assert.rejects(
        sessions.begin((db) => void db.add(user("c"))),
        UnsupportedError,
      )
      await assert.rejects(
        sessions.begin(async (db) => (db.add(user("c")), await db.flush())),
        UnsupportedError,
      )
      assert.equal((await sessions.begin((db) => db.all(names))).length, 3)
      await first.commit()
      await sessions.begin((db) => void db.add(user("c")))
    })
  })

  test("streams, and runs text that begins and ends transactions", async () => {
    const { engine, sessions, stored } = await prepared()
    await sandbox(engine, async () => {
      await sessions.begin((db) => void db.addAll(["a", "b", "c"].map(user)))
      const seen: string[] = []
      await using db = sessions()
      for await (const name of db.stream(names, { chunkSize: 2 })) seen.push(name)
      assert.deepEqual(seen, ["a", "b", "before", "c"])
      await db.rollback()
      await using connection = await engine.connect()
      await connection.exec("begin")
      await connection.exec(`delete from "user"`)
      await connection.exec("rollback")
      await connection.exec("begin")
      await connection.exec(`delete from "user" where name = 'a'`)
      await connection.exec("commit")
      await assert.rejects(connection.exec("begin; delete from post; commit"), UnsupportedError)
      await connection.exec("create table t (id integer); insert into t values (1)")
      assert.deepEqual(await db.all(names), ["b", "before", "c"])
    })
    assert.deepEqual(await stored(), ["before"])
    await assert.rejects(engine.begin((connection) => connection.exec("select * from t")))
  })

  test(
    "checks deferred constraints at each commit, and leaves them deferred for the next",
    unless(database, "deferrableConstraints", "nothing is deferred"),
    async () => {
      const { engine, sessions, stored } = await prepared()
      await engine.begin((connection) =>
        connection.exec(
          `create table late (id integer primary key, user_id integer not null references "user" (id) deferrable initially deferred)`,
        ),
      )
      const late = (id: number) => insert(Late).values({ id, userId: id })
      await sandbox(engine, async () => {
        for (let round = 0; round < 2; round++) {
          await assert.rejects(
            sessions.begin((db) => db.execute(late(7))),
            ForeignKeyViolationError,
          )
          await assert.rejects(
            sessions.begin(async (db) => (await db.execute(late(7)), await db.execute(late(8)))),
            ForeignKeyViolationError,
          )
        }
        // The row referred to comes later in the same transaction.
        await sessions.begin(async (db) => {
          await db.execute(late(9))
          await db.execute(insert(User).values({ id: 9, email: "n", name: "n" }))
        })
        assert.deepEqual(await stored(), ["before", "n"])
      })
      assert.deepEqual(await stored(), ["before"])
    },
  )

  test(
    "lets nothing be written in a transaction that only reads, and the next one may write",
    {
      skip: database.name === "sqlite" ? "SQLite does not enforce it inside a transaction" : false,
    },
    async () => {
      const { engine, sessions, stored } = await prepared()
      await sandbox(engine, async () => {
        await assert.rejects(
          sessions.begin(async (db) => (db.add(user("a")), await db.flush()), { readOnly: true }),
          ReadOnlyError,
        )
        assert.deepEqual(await sessions.begin((db) => db.all(names), { readOnly: true }), ["before"])
        await sessions.begin((db) => void db.add(user("b")))
        assert.deepEqual(await stored(), ["b", "before"])
      })
    },
  )

  test("is for one engine, and nested ones are undone one by one", async () => {
    const { engine, sessions, stored } = await prepared()
    const other = await prepared()
    await sandbox(engine, async () => {
      await sessions.begin((db) => void db.add(user("a")))
      await other.sessions.begin((db) => void db.add(user("elsewhere")))
      await sandbox(engine, async () => {
        await sessions.begin((db) => void db.add(user("b")))
        assert.deepEqual(await stored(), ["a", "b", "before"])
      })
      assert.deepEqual(await stored(), ["a", "before"])
    })
    assert.deepEqual([await stored(), await other.stored()], [["before"], ["before", "elsewhere"]])
  })
})

onDatabases(["postgresql"], "sandboxes side by side", (database) => {
  test("each have a connection, and see nothing of each other", async () => {
    const { engine, sessions } = await prepare(database)
    const app = Fastify()
    app.register(fastifyRebis, { sessions })
    app.post<{ Body: { name: string } }>("/users", (request) => request.db.add(user(request.body.name)))
    app.get("/users", (request) => request.db.all(names))
    const run = (own: Engine, name: string) =>
      sandbox(own, async () => {
        await app.inject({ method: "POST", url: "/users", payload: { name } })
        await new Promise((resolve) => setTimeout(resolve, 20))
        assert.deepEqual((await app.inject("/users")).json(), [name])
      })
    await Promise.all(["a", "b", "c", "d"].map((name) => run(engine, name)))
    await app.close()
    assert.deepEqual(await sessions.begin((db) => db.all(names)), [])
  })
})

forEachDatabase("a limit of statements for each session", (database) => {
  test("fails the request that sends more, before it does, and no other", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.addAll([user("a"), user("b"), user("c")]))
    const app = Fastify()
    app.register(fastifyRebis, { sessions: limitSessions(sessions, 2) })
    app.get("/loop", async (request) => {
      for (const { id } of await request.db.all(select(User))) await request.db.all(select(Post).where(Post.c.userId.eq(id)))
      return "done"
    })
    app.get("/with", async (request) => `${(await request.db.all(select(User).with("posts"))).length}`)
    const [loop, once] = await Promise.all([app.inject("/loop"), app.inject("/with")])
    assert.deepEqual([loop.statusCode, once.statusCode, once.body], [500, 200, "3"])
    assert.match(
      loop.json<{ message: string }>().message,
      /about to send 3 statements, 2 are allowed:\n {2}1 × select .*\n {2}2 × select .*"post"/,
    )
    await app.close()
  })

  test("counts what a flush sends, and is a session's option too", async () => {
    const { sessions } = await prepare(database)
    const limited = limitSessions(sessions, 1)
    await limited.begin((db) => void db.add(user("a")))
    await assert.rejects(
      limited.begin((db) => void db.add(Post, { title: "p", author: user("b") })),
      TooManyStatementsError,
    )
    await assert.rejects(
      sessions.begin((db) => db.all(names), { statementLimit: 0 }),
      TooManyStatementsError,
    )
    assert.throws(() => sessions({ statementLimit: 1.5 }), ArgumentError)
    assert.deepEqual(await sessions.begin((db) => db.all(names)), ["a"])
  })
})
