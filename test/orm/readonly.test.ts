/** Reading without tracking: frozen instances that no session knows. */
import assert from "node:assert/strict"
import { test } from "node:test"
import {
  ArgumentError,
  ConcurrentUseError,
  count,
  deleteFrom,
  DetachedEntityError,
  MultipleResultsFoundError,
  NoResultFoundError,
  select,
  SessionClosedError,
  stateOf,
  update,
} from "../../src/index.ts"
import { innerPartsOf } from "../../src/orm/session.ts"
import { forEachDatabase } from "../support/databases.ts"
import { Animal, Cat, Dog, Owner, prepareFamily, Van, Vehicle } from "./family.ts"
import { Comment, LogLine, Post, record, Tag, User } from "./models.ts"
import { prepare } from "./support.ts"

const posts = select(Post).orderBy(Post.c.id.asc())

forEachDatabase("reading without tracking", (database) => {
  async function filled(options?: Parameters<typeof prepare>[1]) {
    const { engine, sessions } = await prepare(database, options)
    await sessions.begin((db) => {
      const author = db.add(User, { email: "ada@example.org", name: "Ada" })
      const tag = db.add(Tag, { label: "x" })
      for (let index = 1; index <= 5; index++) {
        const post = db.add(Post, { title: `post ${index}`, views: index, author, tags: [tag] })
        db.add(Comment, { body: `about ${index}`, post })
      }
      db.addAll([new LogLine({ message: "a" }), new LogLine({ message: "a" })])
    })
    return { engine, sessions }
  }

  test("gives frozen instances, which nothing remembers and no flush looks at", async () => {
    const { engine, sessions } = await filled()
    await using db = sessions()
    const found = await db.readonly().all(posts)
    assert.equal(found.length, 5)
    assert.ok(found.every((post) => post instanceof Post && Object.isFrozen(post) && stateOf(post) === "transient"))
    assert.deepEqual(Object.keys(found[0]!), ["id", "title", "views", "userId", "publishedAt"])
    assert.equal([...innerPartsOf(db).state.identities].length, 0)
    assert.throws(() => ((found[0] as Post).title = "changed"), TypeError)
    assert.throws(() => db.isModified(found[0]!), DetachedEntityError)
    assert.notEqual((await db.readonly().all(posts))[0], found[0])
    using recording = record(engine)
    await db.flush()
    assert.deepEqual(recording.statements, [])
    assert.equal((await db.readonly().all(select(LogLine))).length, 2)
  })

  test("loads relations; one that many refer to is one object", async () => {
    const { engine, sessions } = await filled()
    await using db = sessions()
    await db.all(select(User))
    using recording = record(engine)
    const found = await db.readonly().all(
      posts
        .with("author")
        .with("tags")
        .with("comments", (comments) => comments.with("post", (post) => post.with("author"))),
    )
    assert.equal(recording.statements.length, 6)
    assert.equal(new Set(found.map(({ author }) => author)).size, 1)
    for (const post of found) {
      assert.deepEqual([post.author.name, post.tags[0]!.label, post.comments[0]!.post!.title], ["Ada", "x", post.title])
      assert.ok([post, post.author, post.tags, post.tags[0], post.comments, post.comments[0]].every((each) => Object.isFrozen(each)))
      assert.throws(() => post.comments.push(post.comments[0]!), TypeError)
    }
    assert.equal(stateOf(found[0]!.author), "transient")
    assert.notEqual(found[0]!.comments[0]!.post, found[0])
  })

  test("has every way to read that the session has", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    const reader = db.readonly()
    assert.equal((await reader.get(Post, 2))?.title, "post 2")
    assert.equal(await reader.get(Post, 99), null)
    assert.equal((await reader.one(posts.where(Post.c.id.eq(1)).with("author"))).author.name, "Ada")
    await assert.rejects(reader.one(posts), MultipleResultsFoundError)
    await assert.rejects(reader.one(posts.where(Post.c.id.eq(99))), NoResultFoundError)
    assert.equal(await reader.oneOrNull(posts.where(Post.c.id.eq(99))), null)
    assert.equal((await reader.first(posts))?.id, 1)
    assert.equal(await reader.scalar(select(count()).from(Post)), 5)
    const [[user], all] = await reader.batch(select(User), posts.with("comments"))
    assert.deepEqual([user!.name, all[0]!.comments[0]!.body], ["Ada", "about 1"])
    const rows = await reader.all(select({ post: Post, name: User.c.name }).from(Post).join(Post.author))
    assert.ok(rows.every(({ post, name }) => Object.isFrozen(post) && name === "Ada"))
    const seen: number[] = []
    for await (const post of reader.stream(posts.with("author"), { chunkSize: 2 })) seen.push(post.id + post.author.id)
    assert.deepEqual(seen, [2, 3, 4, 5, 6])
  })

  test("reads the classes of a family", async () => {
    const { sessions } = await prepareFamily(database)
    await sessions.begin((db) => {
      const owner = db.add(Owner, { name: "o" })
      db.addAll([
        new Dog({ name: "Rex", ownerId: null }),
        new Cat({ name: "Tom", livesLeft: 9 }),
        new Van({ name: "v", seats: 2, racks: 1 }),
      ])
      void owner
    })
    await using db = sessions()
    const [animals, vehicles] = await db.readonly().batch(select(Animal).orderBy(Animal.c.id.asc()), select(Vehicle))
    assert.deepEqual(
      [...animals, ...vehicles].map((each) => [each.constructor, Object.isFrozen(each)]),
      [
        [Dog, true],
        [Cat, true],
        [Van, true],
      ],
    )
  })

  test("is in the session's transaction, one statement at a time, and sees what was flushed", async () => {
    const { sessions } = await filled()
    const db = sessions()
    const post = (await db.get(Post, 1))!
    post.title = "changed"
    const reader = db.readonly()
    assert.equal((await reader.get(Post, 1))?.title, "post 1")
    await db.flush()
    assert.equal((await reader.get(Post, 1))?.title, "changed")
    const first = reader.all(posts)
    await assert.rejects(db.all(posts), ConcurrentUseError)
    await first
    await db.rollback()
    assert.equal((await reader.get(Post, 1))?.title, "post 1")
    await db.close()
    await assert.rejects(reader.all(posts), SessionClosedError)
    assert.throws(() => db.readonly(), SessionClosedError)
  })

  test("flushes first where the session's statements do", async () => {
    const { sessions } = await filled({ autoflush: true })
    await using db = sessions()
    ;(await db.get(Post, 1))!.title = "changed"
    assert.equal((await db.readonly().get(Post, 1))?.title, "changed")
  })

  test("refuses statements that write, and a session refuses what it gave", async () => {
    const { engine, sessions } = await filled()
    await using db = sessions()
    const reader = db.readonly()
    using recording = record(engine)
    await assert.rejects(async () => reader.all(deleteFrom(Post).allRows().returning()), ArgumentError)
    await assert.rejects(async () => reader.all(update(Post).set({ views: 1 }).allRows().returning()), ArgumentError)
    assert.deepEqual(recording.statements, [])
    const user = (await reader.first(select(User)))!
    assert.throws(
      () => db.add(user),
      (error) => error instanceof ArgumentError && error.message.startsWith("this User cannot be changed"),
    )
    db.add(new Post({ title: "new", userId: 1 }))
    const post = (await db.get(Post, 1)) as Post & { author: User }
    post.author = user
    await assert.rejects(db.flush(), ArgumentError)
  })
})
