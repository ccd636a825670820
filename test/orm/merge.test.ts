import assert from "node:assert/strict"
import { test } from "node:test"
import {
  ArgumentError,
  declarativeBase,
  DeletedEntityError,
  integer,
  MetaData,
  select,
  sessionmaker,
  type Sessions,
  StaleDataError,
  stateOf,
  text,
} from "../../src/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { Comment, Post, record, Seat, Tag, User } from "./models.ts"
import { createModelTables, prepare } from "./support.ts"

const VersionBase = declarativeBase({ metadata: new MetaData() })
class Doc extends VersionBase.model("doc", { id: integer().primaryKey().identity(), body: text(), version: integer().version() }) {}

/** Ada's post p with the comments 1 and 2 and the tag x; Bob. */
async function seed(sessions: Sessions): Promise<void> {
  await sessions.begin((db) => {
    const author = db.add(User, { email: "ada@example.org", name: "Ada" })
    db.add(User, { email: "bob@example.org", name: "Bob" })
    const comments = ["1", "2"].map((body) => new Comment({ body }))
    db.add(Post, { title: "p", author, comments, tags: [new Tag({ label: "x" })] })
  })
}

/** A post of another session, which is closed. */
async function detached(sessions: Sessions) {
  await using db = sessions()
  return await db.one(select(Post).with("author").with("comments").with("tags"))
}

const verbs = (statements: readonly string[]) => statements.map((text) => text.split(" ", 1)[0])
const bodies = (comments: readonly Comment[]) => comments.map(({ body }) => body).sort()

forEachDatabase("merge", (database) => {
  const prepared = async () => {
    const made = await prepare(database)
    await seed(made.sessions)
    return made
  }

  test("what is not set stays, null is taken over, the identity is the session's (106)", async () => {
    const { sessions } = await prepared()
    await using db = sessions()
    const post = await db.one(select(Post))
    post.publishedAt = new Date()
    await db.flush()
    const merged = await db.merge(Post, { id: post.id, title: "merged", views: undefined, publishedAt: null })
    assert.equal(merged, post)
    assert.deepEqual([post.title, post.views, post.publishedAt], ["merged", 0, null])
    assert.deepEqual(Object.keys(db.changes(post)).sort(), ["publishedAt", "title"])
  })

  test("a row that the session does not have is loaded, one that is not there is new, as is what has no key (106)", async () => {
    const { engine, sessions } = await prepared()
    await using db = sessions()
    using recording = record(engine)
    const [ada, eve, fay] = await db.mergeAll(User, [
      { id: 1, name: "Countess" },
      { id: 9, email: "eve@example.org", name: "Eve" },
      { email: "fay@example.org", name: "Fay" },
    ])
    assert.equal(recording.statements.length, 1)
    assert.deepEqual([stateOf(ada!), stateOf(eve!), stateOf(fay!)], ["persistent", "pending", "pending"])
    assert.equal(ada!.email, "ada@example.org")
    assert.ok(eve instanceof User)
    await db.commit()
    assert.deepEqual((await db.all(select(User.c.name))).sort(), ["Bob", "Countess", "Eve", "Fay"])
  })

  test("a graph of a closed session is merged with a statement a model and a list, and nothing is flushed on the way (106)", async () => {
    const { engine, sessions } = await prepared()
    const post = await detached(sessions)
    post.title = "changed"
    post.author.name = "Countess"
    post.comments = [post.comments[1]!, new Comment({ body: "3" })]
    await using db = sessions()
    const pending = db.add(new User({ email: "eve@example.org", name: "Eve" }))
    using recording = record(engine)
    const merged = await db.merge(post)
    assert.deepEqual(new Set(verbs(recording.statements)), new Set(["select"]))
    assert.equal(recording.statements.length, 6, "posts, users, comments, tags and two lists")
    assert.deepEqual(db.new, [pending, merged.comments[1]])
    assert.notEqual(merged, post)
    assert.notEqual(merged.author, post.author)
    await db.commit()
    await using other = sessions()
    const stored = await other.one(select(Post).with("author").with("comments").with("tags"))
    assert.deepEqual([stored.title, stored.author.name, stored.tags.length], ["changed", "Countess", 1])
    assert.deepEqual(bodies(stored.comments), ["2", "3"])
    assert.equal((await other.one(select(Comment).where(Comment.c.body.eq("1")))).postId, null)
  })

  test("in a session that flushes before statements, merge does not (106)", async () => {
    const engine = (await prepared()).engine
    await using db = sessionmaker(engine, { autoflush: true })()
    db.add(new User({ email: "ada@example.org", name: "takes an address that is taken" }))
    const merged = await db.merge(User, { id: 1, name: "x", posts: [] })
    assert.equal(merged.name, "x")
    db.expungeAll()
  })

  test("lists are replaced, in the session and in the database; undefined leaves them (106)", async () => {
    const { sessions } = await prepared()
    await using db = sessions()
    const merged = await db.merge(Post, {
      id: 1,
      comments: [{ id: 2n, body: "two" }, { body: "new" }],
      tags: undefined,
      author: { id: 2 },
    })
    await db.commit()
    assert.equal(merged.userId, 2)
    assert.deepEqual(bodies(await db.all(select(Comment).where(Comment.c.postId.eq(1)))), ["new", "two"])
    const post = await db.one(select(Post).with("tags"))
    assert.equal(post.tags.length, 1)
    await db.merge(Post, { id: 1, tags: [] })
    await db.commit()
    await db.refresh(post, ["tags"])
    assert.deepEqual(post.tags, [])
  })

  test("copies of one row in a graph become one entity, new ones too; the last says its values (107)", async () => {
    const { engine, sessions } = await prepared()
    await using db = sessions()
    using recording = record(engine)
    const [first, second] = await db.mergeAll(Post, [
      { id: 1, title: "a", author: { id: 1, name: "one" } },
      { id: 1, title: "b", author: { id: 1, email: "other@example.org" } },
    ])
    assert.equal(first, second)
    assert.deepEqual([first!.title, recording.statements.length], ["b", 2])
    const ada = (await db.get(User, 1))!
    assert.deepEqual([ada.name, ada.email], ["one", "other@example.org"])
    const [left, right] = await db.mergeAll(Seat, [
      { hall: "h", number: 1 },
      { hall: "h", number: 1, isTaken: true },
    ])
    assert.equal(left, right)
    assert.equal(await db.merge(Seat, { hall: "h", number: 1 }), left, "one that is yet to be inserted")
    await db.commit()
    assert.equal((await db.all(select(Seat))).length, 1)
  })

  test("graphs that refer back are merged once (107)", async () => {
    const { sessions } = await prepared()
    await using source = sessions()
    const post = await source.one(select(Post).with("comments", (comments) => comments.with("post")))
    assert.equal(post.comments[0]!.post, post)
    await source.commit()
    await using db = sessions()
    const merged = await db.merge(post)
    assert.equal(merged.comments[0]!.post, merged)
    assert.deepEqual(db.dirty, [])
  })

  test("an entity of the session is itself; one that is to be deleted is refused", async () => {
    const { sessions } = await prepared()
    await using db = sessions()
    const user = (await db.get(User, 1))!
    assert.equal(await db.merge(user), user)
    db.delete(user)
    await assert.rejects(db.merge(User, { id: 1 }), DeletedEntityError)
  })

  test("a version that the row does not have any more is refused, with the right one it passes (99)", async () => {
    const engine = await database.engine()
    await createModelTables(engine, VersionBase.metadata)
    const sessions = sessionmaker(engine)
    await sessions.begin((db) => void db.add(new Doc({ body: "a" })))
    await sessions.begin(async (db) => void (await db.merge(Doc, { id: 1, body: "b", version: 1 })))
    await using db = sessions()
    await assert.rejects(db.merge(Doc, { id: 1, body: "c", version: 1 }), (error) => {
      assert.ok(error instanceof StaleDataError)
      assert.match(error.message, /Doc 1 was changed meanwhile: its version is 2, and 1 was given/)
      return error.table === "doc" && error.expected === 1 && error.found === 0
    })
    assert.deepEqual({ ...(await db.one(select(Doc))) }, { id: 1, body: "b", version: 2 })
    await db.merge(Doc, { id: 1, body: "c" })
    await db.commit()
    assert.equal((await db.one(select(Doc))).version, 3)
  })

  test("what cannot be merged is refused before anything is asked", async () => {
    const { engine, sessions } = await prepared()
    await using db = sessions()
    using recording = record(engine)
    const refuses = (values: unknown, message: RegExp) =>
      assert.rejects(db.merge(Post, values as never), (error) => error instanceof ArgumentError && message.test(error.message))
    await refuses(undefined, /instead of Post/)
    await refuses({ id: 1, nothing: 1 }, /Post has no property "nothing"/)
    await refuses({ id: 1, comments: [null] }, /Post\.comments holds null/)
    await refuses({ id: 1, comments: {} }, /Post\.comments takes a list/)
    await refuses({ id: 1, author: new Tag({ label: "x" }) }, /Post\.author holds a Tag instead of User/)
    await assert.rejects(db.merge({ id: 1 }), ArgumentError)
    assert.deepEqual(recording.statements, [])
  })

  test("a deep graph is merged without a deep stack", async () => {
    const { sessions } = await prepared()
    await using db = sessions()
    let comment = new Comment({ body: "0" })
    for (let depth = 1; depth < 5_000; depth++) comment = Object.assign(new Comment({ body: `${depth}` }), { parent: comment })
    await db.merge(comment)
    assert.equal(db.new.length, 5_000)
  })
})
