import assert from "node:assert/strict"
import { test } from "node:test"
import { ArgumentError, type JoinMode, select, sql, TransactionStateError, UniqueViolationError } from "../../src/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { record, User } from "./models.ts"
import { prepare } from "./support.ts"

const user = (name: string) => new User({ email: `${name}@example.org`, name })
const names = select(User.c.name).orderBy(User.c.name.asc())

forEachDatabase("a session on a connection that is somebody else's", (database) => {
  test("without a transaction on it begins and commits its own, and leaves the connection open (88)", async () => {
    const { engine, sessions } = await prepare(database)
    await using connection = await engine.connect()
    await sessions.begin((db) => void db.add(user("kept")), { connection })
    await assert.rejects(
      sessions.begin((db) => (db.add(user("kept")), db.flush()), { connection }),
      UniqueViolationError,
    )
    assert.equal(connection.inTransaction, false)
    assert.equal(engine.poolStatus.inUse, 1)
    {
      await using db = sessions({ connection })
      db.add(user("lost"))
      await db.flush()
      assert.equal(connection.inTransaction, true)
    }
    assert.equal(connection.inTransaction, false)
    assert.deepEqual((await connection.exec(`select name from "user"`)).rows, [["kept"]])
  })

  test("with a transaction on it has to be told how it joins, before anything is sent (88)", async () => {
    const { engine, sessions } = await prepare(database)
    await using connection = await engine.connect()
    const early = sessions({ connection })
    connection.begin()
    assert.throws(() => sessions({ connection }), ArgumentError)
    assert.throws(() => sessions({ connection, join: "control" as JoinMode }), ArgumentError)
    assert.throws(() => sessions({ connection, join: "savepoint", isolation: "serializable" }), ArgumentError)
    using recording = record(engine)
    await assert.rejects(early.all(names), ArgumentError)
    await connection.rollback()
    await assert.rejects(sessions({ connection, join: "savepoint" }).all(names), TransactionStateError)
    assert.deepEqual(recording.statements, [])
  })

  test("by savepoint: its commit does not commit, its rollback undoes only what it did (88)", async () => {
    const { engine, sessions } = await prepare(database)
    await using connection = await engine.connect()
    connection.begin()
    await connection.exec(`insert into "user" (email, name) values ('o', 'outer')`)
    await using db = sessions({ connection, join: "savepoint" })
    const first = db.add(user("first"))
    await db.commit()
    const second = db.add(user("second"))
    await db.flush()
    first.name = "changed"
    await db.rollback()
    assert.deepEqual([first.name, second.id], ["first", undefined])
    db.add(user("first"))
    await assert.rejects(db.commit(), UniqueViolationError)
    await assert.rejects(db.all(sql`select nothing from "user"`))
    await db.rollback()
    await db.savepoint(async () => void db.add(user("third")))
    assert.deepEqual(await db.all(names), ["first", "outer", "third"])
    await db.commit()
    assert.equal(connection.inTransaction, true)
    await connection.rollback()
    assert.deepEqual(await sessions({ connection }).all(names), [])
  })

  test("by savepoint: what its owner commits is stored (88)", async () => {
    const { engine, sessions } = await prepare(database)
    await engine.begin(async (connection) => {
      await sessions.begin((db) => void db.add(user("a")), { connection, join: "savepoint" })
      await sessions.begin((db) => void db.add(user("b")), { connection, join: "savepoint" })
      const closed = sessions({ connection, join: "savepoint" })
      closed.add(user("lost"))
      await closed.flush()
      await closed.close()
    })
    assert.deepEqual(await sessions.begin((db) => db.all(names)), ["a", "b"])
  })

  test("by rollback only: its commit does not commit, its rollback ends the whole (88)", async () => {
    const { engine, sessions } = await prepare(database)
    await using connection = await engine.connect()
    connection.begin()
    using recording = record(engine)
    await sessions.begin((db) => void db.add(user("a")), { connection, join: "rollbackOnly" })
    await sessions.begin((db) => db.all(names), { connection, join: "rollbackOnly" })
    assert.deepEqual(
      recording.statements.filter((statement) => statement === "commit" || statement === "savepoint"),
      [],
    )
    await connection.commit()
    connection.begin()
    await assert.rejects(
      sessions.begin(
        async (db) => {
          db.add(user("b"))
          await db.flush()
          throw new ArgumentError("no")
        },
        { connection, join: "rollbackOnly" },
      ),
      ArgumentError,
    )
    assert.equal(connection.inTransaction, false)
    await assert.rejects(connection.commit(), TransactionStateError)
    assert.deepEqual(await sessions({ connection }).all(names), ["a"])
  })
})
