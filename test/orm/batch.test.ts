import assert from "node:assert/strict"
import { test } from "node:test"
import { count, DatabaseError, insert, RollbackRequiredError, select } from "../../src/index.ts"
import { recordStatements } from "../../src/testing/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { Post, User } from "./models.ts"
import { prepare } from "./support.ts"

forEachDatabase("a batch of statements", (database) => {
  const ada = { email: "ada@example.org", name: "Ada" }

  test("gives the rows of each, of any kind, with the session's entities and their relations", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin(async (db) => {
      const author = db.add(new User(ada))
      db.add(Post, { title: "Notes", author })
      db.add(Post, { title: "Engines", author })
    })
    await using db = sessions()
    const { result, statements, roundTrips } = await recordStatements(engine, async () => {
      const [users, posts, titles, none] = await db.batch(
        select(User).where(User.c.email.eq(ada.email)),
        select(Post).with("author").orderBy(Post.c.id.asc()),
        select(Post.c.title).orderBy(Post.c.title.asc()),
        select(Post.c.id).where(Post.c.id.lt(0)),
      )
      // What the rows are is known of each statement.
      const titled: string[] = titles
      return { users, posts, titled, none }
    })
    const { users, posts, titled, none } = result
    assert.equal(users.length, 1)
    assert.deepEqual(
      posts.map(({ title, author }) => [title, author === users[0]]),
      [
        ["Notes", true],
        ["Engines", true],
      ],
    )
    assert.deepEqual([titled, none], [["Engines", "Notes"], []])
    assert.equal(statements.filter(({ role }) => role === "statement").length, 4, "the author was read by the first")
    if (engine.driver !== "node-sqlite") assert.equal(roundTrips, 1)
  })

  test("is one transaction with what the session does, and ends it at the first that fails", async () => {
    const { sessions } = await prepare(database)
    await using db = sessions()
    const [[id], counted] = await db.batch(insert(User).values(ada).returning(User.c.id), select(count()).from(User))
    assert.equal(id, 1)
    assert.equal(counted.length, 1)
    await db.rollback()
    assert.deepEqual(await db.all(select(User)), [])
    await assert.rejects(db.batch(insert(User).values(ada), insert(User).values(ada), select(User)), DatabaseError)
    await assert.rejects(db.all(select(User)), RollbackRequiredError)
    await db.rollback()
    assert.deepEqual(await db.batch(select(User), select(Post)), [[], []])
    assert.deepEqual(await db.batch(), [])
  })
})
