import assert from "node:assert/strict"
import { test } from "node:test"
import { type Engine, select, sessionmaker, type Sessions, sql } from "../../src/index.ts"
import { forEachDatabase, type TestDatabase } from "../support/databases.ts"
import { createTables, Post, record, Seat, User } from "./models.ts"

async function prepare(database: TestDatabase): Promise<{ engine: Engine; sessions: Sessions }> {
  const engine = await database.engine()
  await createTables(engine, database)
  return { engine, sessions: sessionmaker(engine) }
}

forEachDatabase("session", (database) => {
  test("a new entity has its key and server defaults after flush", async () => {
    const { sessions } = await prepare(database)
    await using db = sessions()
    const user = db.add(new User({ email: "ada@example.org", name: "Ada" }))
    await db.flush()
    assert.equal(user.id, 1)
    assert.ok(user.createdAt instanceof Date)
    await db.commit()
    await using other = sessions()
    const found = await other.get(User, 1)
    assert.equal(found?.name, "Ada")
    assert.equal(found?.initial, "A")
    assert.deepEqual(found?.createdAt, user.createdAt)
  })

  test("changes are noticed at flush, and only changed columns are written (11, 12)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(new User({ email: "ada@example.org", name: "Ada" })))
    await sessions.begin(async (db) => {
      const user = await db.one(select(User))
      user.name = "Ada Lovelace"
      using recording = record(engine)
      await db.flush()
      assert.deepEqual(recording.statements.filter((each) => each.startsWith("update")).length, 1)
      assert.match(recording.statements.at(-1)!, /^update "user" set "name" = \S+ where "id" = \S+$/)
    })
    assert.deepEqual(await sessions.begin((db) => db.scalar(select(User.c.name))), "Ada Lovelace")
  })

  test("rollback restores", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(new User({ email: "ada@example.org", name: "Ada" })))
    await using db = sessions()
    const user = await db.one(select(User))
    user.name = "Eve"
    const post = db.add(Post, { title: "x", author: user })
    await db.flush()
    assert.equal(post.userId, user.id)
    await db.rollback()
    assert.equal(user.name, "Ada")
    assert.equal(post.id, undefined)
    assert.equal(await db.get(User, 1), user)
    assert.equal(await db.scalar(sql`select count(*) from post`.returns({ kind: "integer" } as never)), 0)
  })

  test("composite keys", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.addAll([new Seat({ hall: "a", number: 1 }), new Seat({ hall: "a", number: 2 })]))
    await using db = sessions()
    const seat = await db.get(Seat, ["a", 2])
    assert.equal(seat?.number, 2)
    assert.equal(await db.get(Seat, { hall: "a", number: 2 }), seat)
  })
})
