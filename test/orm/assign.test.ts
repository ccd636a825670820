import assert from "node:assert/strict"
import { test } from "node:test"
import { ArgumentError, DetachedEntityError, now, select, upper, update, value } from "../../src/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { Booking, Post, record, Seat, User } from "./models.ts"
import { prepare as prepareTables } from "./support.ts"
import type { TestDatabase } from "../support/databases.ts"

async function prepare(database: TestDatabase) {
  const prepared = await prepareTables(database)
  await prepared.sessions.begin((db) => {
    const author = db.add(User, { email: "a@example.org", name: "A" })
    for (const title of ["1", "2", "3"]) db.add(Post, { title, author })
  })
  return prepared
}

forEachDatabase("assigned expressions", (database) => {
  test("are written inline, and the value is read back; until then the property is what it was (18)", async () => {
    const { engine, sessions } = await prepare(database)
    await using db = sessions()
    const post = (await db.get(Post, 1))!
    await db.commit()
    await sessions.begin((other) => other.execute(update(Post).set({ views: 41 }).allRows()))
    assert.equal(db.assign(post, { views: Post.c.views.plus(1), title: "q" }), post)
    assert.deepEqual([post.views, post.title, db.isModified(post), db.dirty], [0, "q", true, [post]])
    assert.deepEqual(Object.keys(db.changes(post)).toSorted(), ["title", "views"])
    using recording = record(engine)
    await db.flush()
    assert.equal(post.views, 42)
    assert.match(
      recording.statements[1] ?? "",
      /^update "post" set "title" = \S+, "views" = \(?"post"."views" \+ \S+ where "id" = \S+ returning "views"$/,
    )
    assert.deepEqual([db.dirty, db.changes(post)], [[], {}])
    recording.clear()
    await db.flush()
    assert.deepEqual(recording.statements, [])
  })

  test("are written in inserts too (18)", async () => {
    const { engine, sessions } = await prepare(database)
    await using db = sessions()
    using recording = record(engine)
    const user = db.add(User, { email: upper(value("b@example.org")), name: "B", createdAt: now() })
    assert.deepEqual({ ...user }, { name: "B" })
    const seat = db.add(new Seat({ hall: "a", number: 1 }))
    db.assign(seat, { isTaken: value(true) })
    await db.commit()
    assert.deepEqual([user.email, user.createdAt instanceof Date, seat.isTaken], ["B@EXAMPLE.ORG", true, true])
    assert.equal(recording.statements.filter((text) => text.startsWith("insert")).length, 2)
  })

  test("each row has its own, and rows without are still written together", async () => {
    const { sessions } = await prepare(database)
    await using db = sessions()
    const posts = await db.all(select(Post).orderBy(Post.c.id.asc()))
    for (const [index, post] of posts.entries()) db.assign(post, { views: index === 1 ? 7 : Post.c.views.plus(index + 1) })
    await db.commit()
    assert.deepEqual(
      posts.map(({ views }) => views),
      [1, 7, 3],
    )
  })

  test("a value that is set later counts; so does the assignment of one", async () => {
    const { sessions } = await prepare(database)
    await using db = sessions()
    const post = (await db.get(Post, 1))!
    db.assign(post, { views: Post.c.views.plus(1) })
    post.views = 5
    await db.flush()
    assert.equal(post.views, 5)
    db.assign(post, { views: Post.c.views.plus(1) })
    db.assign(post, { views: 9 })
    await db.flush()
    assert.equal(post.views, 9)
    db.assign(post, { views: Post.c.views.plus(1) })
    db.assign(post, { views: post.views })
    assert.equal(db.isModified(post), false)
  })

  test("a rollback drops them, and one of a savepoint what was assigned in it", async () => {
    const { sessions } = await prepare(database)
    await using db = sessions()
    const post = (await db.get(Post, 1))!
    db.assign(post, { views: Post.c.views.plus(1) })
    await db.rollback()
    await db.flush()
    assert.deepEqual([post.views, db.isModified(post)], [0, false])
    await assert.rejects(
      db.savepoint(async () => {
        db.assign(post, { views: Post.c.views.plus(1) })
        await db.flush()
        assert.equal(post.views, 1)
        db.assign(post, { views: Post.c.views.plus(1) })
        throw new RangeError("no")
      }),
      RangeError,
    )
    assert.deepEqual([post.views, db.isModified(post)], [0, false])
    const added = db.add(User, { email: "c@example.org", name: upper(value("c")) })
    await db.flush()
    assert.equal(added.name, "C")
    await db.rollback()
    assert.deepEqual({ ...added }, { email: "c@example.org" })
    db.add(added)
    await db.commit()
    assert.equal(added.name, "C")
  })

  test("undefined leaves a property, and a name that the model does not have is refused as a whole (16)", async () => {
    const { sessions } = await prepare(database)
    await using db = sessions()
    const post = (await db.get(Post, 1))!
    db.assign(post, { title: undefined, publishedAt: null })
    assert.equal(db.isModified(post), false)
    assert.throws(
      () => db.assign(post, { title: "x", admin: true } as never),
      (error: Error) => error instanceof ArgumentError && error.message.includes('Post has no property "admin"'),
    )
    assert.throws(() => db.assign(post, null as never), ArgumentError)
    assert.equal(post.title, "1")
    assert.throws(() => db.assign(new Booking({ price: "1.00" }), {}), DetachedEntityError)
  })
})
