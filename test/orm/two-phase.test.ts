import assert from "node:assert/strict"
import { once } from "node:events"
import { after, before, describe, test } from "node:test"
import {
  ArgumentError,
  createEngine,
  DatabaseError,
  type Engine,
  ForeignKeyViolationError,
  ProgrammingError,
  select,
  sessionmaker,
  type Sessions,
  sql,
  TransactionStateError,
  UnsupportedError,
} from "../../src/index.ts"
import { sandbox } from "../../src/testing/index.ts"
import { forEachDatabase, onDatabases } from "../support/databases.ts"
import { postgres } from "../../src/dialects/index.ts"
import { type PostgresServer, startPostgresServer } from "../support/postgres-server.ts"
import { createTables, User } from "./models.ts"
import { prepare } from "./support.ts"

const user = (name: string) => new User({ email: `${name}@example.org`, name })
const names = select(User.c.name).orderBy(User.c.name.asc())

const wanted = process.env.REBIS_TEST_DATABASES?.split(",")
const skip = wanted !== undefined && !wanted.includes("postgresql") ? "PostgreSQL is not asked for" : false

describe("a transaction in two phases", { skip }, () => {
  let server: PostgresServer
  let engine: Engine
  let sessions: Sessions
  before(async () => {
    server = await startPostgresServer({ max_prepared_transactions: "8" })
    engine = createEngine(server.url)
    sessions = sessionmaker(engine)
    await createTables(engine, { capabilities: postgres.capabilities } as Parameters<typeof createTables>[1])
  })
  after(async () => {
    await engine.dispose()
    await server.stop()
  })
  const stored = () => sessions.begin((db) => db.all(names))
  const prepared = async () => (await engine.preparedTransactions()).map(({ id }) => id)

  test("is seen by nobody when it is prepared, and by all when it is committed", async () => {
    await using db = sessions()
    const done: string[] = []
    const added = db.add(user("a"))
    db.afterCommit(() => void done.push("committed"))
    await db.prepare("order-7")
    assert.deepEqual([await stored(), done, added.id], [[], [], 1])
    const [found] = await engine.preparedTransactions()
    assert.equal(found?.id, "order-7")
    assert.ok(Math.abs(found.preparedAt.getTime() - Date.now()) < 60_000)
    for (const call of [() => db.all(names), () => db.flush(), () => db.prepare("again"), () => db.savepoint(async () => {})])
      await assert.rejects(call(), TransactionStateError)
    await db.commit()
    assert.deepEqual([await stored(), done, await prepared()], [["a"], ["committed"], []])
    // The session goes on.
    added.name = "b"
    await db.commit()
    assert.deepEqual(await stored(), ["b"])
    db.delete(added)
    await db.commit()
  })

  test("is undone in memory too when it is rolled back", async () => {
    await using db = sessions()
    const done: string[] = []
    const added = db.add(user("a"))
    db.afterRollback(() => void done.push("rolled back"))
    await db.prepare("order-8")
    await db.rollback()
    assert.deepEqual([await stored(), await prepared(), added.id, done], [[], [], undefined, ["rolled back"]])
  })

  test("that was closed is left for whoever decides, with a warning", async () => {
    const warned = once(process, "warning")
    for (const id of ["order-9", "order:10/b"]) {
      await using db = sessions()
      db.add(user(id))
      await db.prepare(id)
    }
    const [warning] = (await warned) as [Error & { code: string }]
    assert.deepEqual([warning.code, /order-9/.test(warning.message)], ["REBIS_PREPARED", true])
    assert.deepEqual([await prepared(), engine.poolStatus.inUse], [["order-9", "order:10/b"], 0])
    await engine.commitPrepared("order-9")
    await engine.rollbackPrepared("order:10/b")
    assert.deepEqual([await stored(), await prepared()], [["order-9"], []])
    await assert.rejects(engine.commitPrepared("order-9"), ProgrammingError)
    await sessions.begin((db) => db.execute(sql`delete from "user"`))
  })

  test("that cannot be prepared is rolled back, in memory too, and the session goes on", async () => {
    await engine.begin((connection) =>
      connection.exec(`create table late (user_id integer references "user" (id) deferrable initially deferred)`),
    )
    await using db = sessions()
    const added = db.add(user("a"))
    await db.flush()
    await db.execute(sql`insert into late values (99)`)
    await assert.rejects(db.prepare("order-11"), ForeignKeyViolationError)
    assert.deepEqual([added.id, await prepared(), engine.poolStatus.inUse], [undefined, [], 0])
    await assert.rejects(db.prepare("it's"), ArgumentError)
    db.add(added)
    await db.commit()
    assert.deepEqual(await stored(), ["a"])
    db.delete(added)
    await db.commit()
  })

  test("over two databases is committed in both or in none", async () => {
    await engine.begin((connection) => connection.exec("create table other (id integer)"))
    await using left = sessions()
    await using right = sessions()
    left.add(user("a"))
    await right.execute(sql`insert into other values (1)`)
    await left.prepare("both-left")
    await assert.rejects(right.execute(sql`select 1 / 0`))
    await assert.rejects(right.prepare("both-right"))
    await left.rollback()
    assert.deepEqual([await stored(), await prepared()], [[], []])
  })

  test("is not for a sandbox, nor for a session that joins another transaction", async () => {
    await sandbox(engine, async () => {
      await using db = sessions()
      db.add(user("a"))
      await assert.rejects(db.prepare("order-12"), UnsupportedError)
      assert.deepEqual(await stored(), [])
    })
    await engine.begin(async (connection) => {
      await using db = sessions({ connection, join: "savepoint" })
      db.add(user("a"))
      await assert.rejects(db.prepare("order-13"), TransactionStateError)
    })
    assert.deepEqual(await prepared(), [])
  })
})

forEachDatabase("a database that cannot prepare transactions", (database) => {
  test("says so, and nothing is kept", async () => {
    const { engine, sessions } = await prepare(database)
    await using db = sessions()
    const added = db.add(user("a"))
    // SQLite never can; the servers of the tests are not told to.
    await assert.rejects(db.prepare("order-1"), database.name === "sqlite" ? UnsupportedError : DatabaseError)
    assert.deepEqual([added.id, engine.poolStatus.inUse, await db.all(names)], [undefined, 0, []])
  })
})

onDatabases(["sqlite"], "an engine of a database that cannot prepare transactions", (database) => {
  test("refuses before anything is sent", async () => {
    const engine = await database.engine()
    for (const call of [() => engine.preparedTransactions(), () => engine.commitPrepared("x"), () => engine.rollbackPrepared("x")])
      await assert.rejects(call(), UnsupportedError)
    assert.equal(engine.poolStatus.idle, 0)
  })
})
