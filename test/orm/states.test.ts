import assert from "node:assert/strict"
import { test } from "node:test"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import {
  ArgumentError,
  DeletedEntityError,
  DetachedEntityError,
  IdentityConflictError,
  NoResultFoundError,
  select,
  type Session,
  SessionClosedError,
  sql,
  StaleDataError,
  stateOf,
  UniqueViolationError,
} from "../../src/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { Comment, LogLine, Post, Profile, record, Tag, User } from "./models.ts"
import { prepare } from "./support.ts"

setFlagsFromString("--expose-gc")
const collectGarbage = runInNewContext("gc") as () => void

const ada = () => new User({ email: "ada@example.org", name: "Ada" })
const bob = () => new User({ email: "bob@example.org", name: "Bob" })

forEachDatabase("states", (database) => {
  test("an entity is transient, pending, persistent, deleted, and transient again: each step is told (45)", async () => {
    const { sessions } = await prepare(database)
    await using db = sessions()
    const user = ada()
    assert.equal(stateOf(user), "transient")
    db.add(user)
    assert.equal(stateOf(user), "pending")
    db.delete(user)
    assert.equal(stateOf(user), "transient")
    db.add(user)
    await db.flush()
    assert.equal(stateOf(user), "persistent")
    db.delete(user)
    assert.equal(stateOf(user), "persistent")
    db.add(user)
    await db.flush()
    assert.equal(stateOf(user), "persistent")
    db.delete(user)
    await db.flush()
    assert.equal(stateOf(user), "deleted")
    await db.commit()
    assert.equal(stateOf(user), "transient")
    db.add(user)
    assert.equal(stateOf(user), "pending")
    await db.rollback()
    assert.equal(stateOf(user), "transient")
    assert.throws(() => stateOf({}), ArgumentError)
  })

  test("rollbacks lead back: of a new entity to transient, of a deleted one to persistent (45)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(ada()))
    await using db = sessions()
    const [loaded, fresh] = [await db.one(select(User)), db.add(bob())]
    db.delete(loaded)
    await db.flush()
    assert.deepEqual([stateOf(loaded), stateOf(fresh)], ["deleted", "persistent"])
    await db.rollback()
    assert.deepEqual([stateOf(loaded), stateOf(fresh)], ["persistent", "transient"])
  })

  test("an entity is detached by close() and expunge(), keeps its values, and joins a session again (45, 50)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(Post, { title: "p", author: ada() }))
    const first = sessions()
    const post = await first.one(select(Post).with("author"))
    const pending = first.add(bob())
    await first.close()
    assert.deepEqual([stateOf(post), stateOf(pending)], ["detached", "transient"])
    assert.deepEqual([post.title, post.author.name], ["p", "Ada"])
    await using db = sessions()
    await assert.rejects(
      db.load(Post, [post], (query) => query.with("comments")),
      (error) => error instanceof DetachedEntityError && /Post 1 belongs to a session that was closed/.test(error.message),
    )
    db.add(post)
    assert.equal(stateOf(post), "persistent")
    const [loaded] = await db.load(Post, [post], (query) => query.with("comments"))
    assert.deepEqual(loaded!.comments, [])
    db.expunge(post)
    assert.equal(stateOf(post), "detached")
  })

  const calls: readonly (readonly [string, (db: Session, user: User) => unknown])[] = [
    ["delete()", (db, user) => db.delete(user)],
    ["refresh()", (db, user) => db.refresh(user)],
    ["expire()", (db, user) => db.expire(user)],
    ["assign()", (db, user) => db.assign(user, { name: "x" })],
    ["load()", (db, user) => db.load(User, [user], (query) => query.with("posts"))],
  ]
  for (const [what, call] of calls) {
    const refuses = async (db: Session, user: User, error: unknown, message: RegExp) => {
      await assert.rejects(
        async () => await call(db, user),
        (thrown) => thrown instanceof (error as typeof Error) && thrown.message.startsWith(what) && message.test(thrown.message),
      )
    }
    test(`${what} is refused for what is in no session, in another one, or deleted (43, 45, 47)`, async () => {
      const { sessions } = await prepare(database)
      await sessions.begin((db) => void db.add(ada()))
      await using db = sessions()
      await refuses(db, bob(), DetachedEntityError, /this User is in no session/)
      const user = await db.one(select(User))
      db.delete(user)
      await db.flush()
      await refuses(db, user, DeletedEntityError, /the row of User 1 was deleted in this transaction/)
      await db.commit()
      await refuses(db, user, DetachedEntityError, /this User is in no session/)
      db.add(user)
      await db.commit()
      await using other = sessions()
      await refuses(other, user, DetachedEntityError, /User 1 belongs to another session/)
      await db.close()
      await refuses(other, user, DetachedEntityError, /User 1 belongs to a session that was closed/)
      await assert.rejects(async () => await call(db, user), SessionClosedError)
    })
  }

  test("what has no row cannot be refreshed or expired; what has no key neither (45)", async () => {
    const { sessions } = await prepare(database)
    await using db = sessions()
    const user = db.add(ada())
    await assert.rejects(db.refresh(user), ArgumentError)
    assert.throws(() => db.expire(user), ArgumentError)
    const line = db.add(new LogLine({ message: "x" }))
    await db.flush()
    await assert.rejects(db.refresh(line), /LogLine has no primary key/)
  })

  test("a second object for a row is refused by class and key, at add or at flush (42)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(ada()))
    const first = sessions()
    const detached = await first.one(select(User))
    await first.close()
    await using db = sessions()
    await db.one(select(User))
    const refused = (error: unknown) => error instanceof IdentityConflictError && /User 1/.test(error.message)
    assert.throws(() => db.add(detached), refused)
    db.add(new User({ id: 1, email: "x@example.org", name: "X" }))
    await assert.rejects(db.flush(), refused)
  })

  test("an entity of an open session cannot be added to another, and nothing there reaches it (43)", async () => {
    const { sessions } = await prepare(database)
    await using first = sessions()
    await using second = sessions()
    const user = first.add(ada())
    assert.throws(() => second.add(user), DetachedEntityError)
    second.add(Post, { title: "p", author: user })
    await assert.rejects(second.flush(), DetachedEntityError)
  })

  test("delete() asked for twice is one DELETE; of what another session deleted it is a stale row (47)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => void db.addAll([ada(), bob()]).length)
    const first = sessions()
    const [user, other] = await first.all(select(User).orderBy(User.c.id))
    await first.commit()
    await sessions.begin(async (db) => db.delete((await db.get(User, 2))!))
    first.delete(user!)
    first.delete(user!)
    using recording = record(engine)
    await first.flush()
    assert.equal(recording.statements.filter((text) => text.startsWith("delete")).length, 1)
    first.delete(other!)
    await assert.rejects(first.flush(), StaleDataError)
    await first.close()
  })

  test("what is deleted and added again before a flush stays; after it, it is inserted again (46)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(ada()))
    await using db = sessions()
    const user = await db.one(select(User))
    db.delete(user)
    db.add(user)
    using recording = record(engine)
    await db.flush()
    assert.equal(recording.statements.length, 0)
    db.delete(user)
    await db.flush()
    db.add(user)
    await db.commit()
    assert.deepEqual(
      recording.statements.map((text) => text.split(" ")[0]),
      ["begin", "delete", "insert", "commit"],
    )
    assert.equal(await db.get(User, 1), user)
  })

  test("isModified() knows a net change from one that was taken back; so does what a flush writes (51)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(ada()))
    await using db = sessions()
    const user = await db.one(select(User))
    user.name = "x"
    assert.deepEqual([db.isModified(user), db.dirty], [true, [user]])
    user.name = "Ada"
    assert.deepEqual([db.isModified(user), db.dirty], [false, []])
    using recording = record(engine)
    await db.flush()
    assert.deepEqual(recording.statements, [])
  })

  test("expungeAll() lets everything go (48, 49)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(ada()))
    await using db = sessions()
    const [user, fresh] = [await db.one(select(User)), db.add(bob())]
    user.name = "x"
    db.expungeAll()
    assert.deepEqual([stateOf(user), stateOf(fresh), db.new, db.dirty], ["detached", "transient", [], []])
    using recording = record(engine)
    await db.flush()
    assert.deepEqual(recording.statements, [])
    assert.notEqual(await db.get(User, 1), user)
  })

  test("the map keeps what it was given until it is let go, changed or not (48)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(ada()))
    await using db = sessions()
    const held = new WeakRef(await db.one(select(User)))
    await new Promise((resolve) => setTimeout(resolve, 1))
    collectGarbage()
    assert.equal(await db.get(User, 1), held.deref())
    db.expungeAll()
    await new Promise((resolve) => setTimeout(resolve, 1))
    collectGarbage()
    assert.equal(held.deref(), undefined)
  })
})

forEachDatabase("reading again", (database) => {
  const loaded = async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => {
      const author = db.add(ada())
      db.add(bob())
      db.add(Post, { title: "p", author, comments: [new Comment({ body: "1" })] })
    })
    return { engine, sessions }
  }
  // By text: the session does not know what it changes.
  const rename = (db: Session, name: string) => db.execute(sql`update "user" set name = ${name} where id = 1`)

  test("expire() sends nothing, drops what was not flushed, and the next row overwrites (102)", async () => {
    const { engine, sessions } = await loaded()
    await using db = sessions()
    const user = (await db.get(User, 1))!
    await rename(db, "Countess")
    user.email = "changed"
    using recording = record(engine)
    db.expire(user)
    assert.deepEqual([user.name, user.email, db.isModified(user)], ["Ada", "ada@example.org", false])
    assert.deepEqual(recording.statements, [])
    user.email = "set later"
    assert.deepEqual(recording.statements, [])
    assert.equal(await db.one(select(User).where(User.c.id.eq(1))), user)
    assert.deepEqual([user.name, user.email], ["Countess", "set later"])
    assert.deepEqual(db.changes(user), { email: { old: "ada@example.org", new: "set later" } })
    assert.equal(recording.statements.length, 1)
    await rename(db, "Lady")
    await db.one(select(User).where(User.c.id.eq(1)))
    assert.equal(user.name, "Countess", "once")
  })

  test("get() and a many-to-one of an expired entity ask the database, once for all of its columns (41, 102)", async () => {
    const { engine, sessions } = await loaded()
    await using db = sessions()
    const user = (await db.get(User, 1))!
    for (const [name, read] of [
      ["1", async () => await db.get(User, 1)],
      ["2", async () => (await Promise.all([db.get(User, 1), db.get(User, 2)]))[0]],
      ["3", async () => (await db.one(select(Post).with("author"))).author],
    ] as const) {
      await rename(db, name)
      db.expire(user)
      assert.equal(await read(), user)
      assert.equal(user.name, name)
    }
    using recording = record(engine)
    await db.get(User, 1)
    assert.deepEqual(recording.statements, [])
  })

  test("expire() of chosen properties leaves the others (102)", async () => {
    const { sessions } = await loaded()
    await using db = sessions()
    const post = await db.one(select(Post).with("comments").with("author"))
    await db.execute(sql`update post set title = 'new', views = 7`)
    post.views = 3
    post.comments.pop()
    db.expire(post, ["title", "comments"])
    assert.equal(post.comments.length, 1)
    await db.one(select(Post))
    assert.deepEqual([post.title, post.views], ["new", 3])
    assert.throws(() => db.expire(post, ["nothing" as never]), ArgumentError)
  })

  test("expireAll() reads everything again as it is met", async () => {
    const { sessions } = await loaded()
    await using db = sessions()
    const users = await db.all(select(User).orderBy(User.c.id))
    await db.execute(sql`update "user" set name = 'x'`)
    db.expireAll()
    await db.all(select(User))
    assert.deepEqual(
      users.map(({ name }) => name),
      ["x", "x"],
    )
  })

  test("an entity whose row somebody else deleted is not found by get(), which forgets it; a rollback brings it back (103)", async () => {
    const { sessions } = await loaded()
    await using db = sessions()
    const [user, other] = [(await db.get(User, 1))!, (await db.get(User, 2))!]
    const gone = sql`delete from "user" where id = 2`
    await db.execute(gone)
    db.expire(other)
    assert.equal(await db.get(User, 2), null)
    assert.equal(stateOf(other), "deleted")
    await assert.rejects(db.refresh(other), DeletedEntityError)
    await db.rollback()
    assert.deepEqual([stateOf(user), stateOf(other)], ["persistent", "persistent"])
    assert.equal(await db.get(User, 2), other)
    await db.execute(gone)
    db.expire(other)
    assert.deepEqual(await Promise.all([db.get(User, 1), db.get(User, 2)]), [user, null])
    await db.commit()
    assert.equal(stateOf(other), "transient")
  })

  test("refresh() of a row that is gone says so (103)", async () => {
    const { sessions } = await loaded()
    await using db = sessions()
    const other = (await db.get(User, 2))!
    await db.execute(sql`delete from "user" where id = 2`)
    await assert.rejects(db.refresh(other), NoResultFoundError)
  })

  test("populateExisting overwrites all that a statement finds, changes and relations included (41, 44)", async () => {
    const { engine, sessions } = await loaded()
    await using db = sessions()
    const post = await db.one(select(Post).with("author").with("comments"))
    await rename(db, "Countess")
    post.title = "local"
    post.comments.pop()
    post.author.email = "local"
    await db.all(select(Post).with("author").with("comments"))
    assert.deepEqual([post.title, post.comments.length, post.author.name, post.author.email], ["local", 0, "Ada", "local"])
    await db.all(select(Post).with("author").with("comments"), { populateExisting: true })
    assert.deepEqual([post.title, post.comments.length, post.author.name, post.author.email], ["p", 1, "Countess", "ada@example.org"])
    assert.deepEqual(db.dirty, [])
    using recording = record(engine)
    post.title = "local"
    assert.equal(await db.get(Post, post.id, { populateExisting: true }), post)
    assert.equal(post.title, "p")
    assert.equal(recording.statements.length, 1)
    for (const read of [db.one, db.oneOrNull, db.first] as const) {
      post.title = "local"
      await read.call(db, select(Post), { populateExisting: true })
      assert.equal(post.title, "p")
    }
  })

  test("refresh() of chosen properties and relations leaves the others", async () => {
    const { sessions } = await loaded()
    await using db = sessions()
    const post = await db.one(select(Post).with("comments"))
    await db.execute(sql`update post set title = 'new', views = 7`)
    post.title = "local"
    post.views = 3
    post.comments = []
    await db.refresh(post, ["title", "comments"])
    assert.deepEqual([post.title, post.views, post.comments.length], ["new", 3, 1])
    await db.flush()
    assert.equal((await db.all(select(Comment)))[0]!.postId, post.id)
    await assert.rejects(db.refresh(post, ["nothing" as never]), /Post has no property "nothing"/)
  })

  test("a loaded many-to-one agrees with the foreign key that was read again", async () => {
    const { sessions } = await loaded()
    await using db = sessions()
    const post = await db.one(select(Post).with("author"))
    await db.execute(sql`update post set user_id = 2`)
    const other = await db.get(User, 2)
    await db.refresh(post)
    assert.equal(post.author, other)
    assert.equal(db.isModified(post), false)
  })

  test("a statement and load() flush first where the session does; a block without that holds, also when it throws (104)", async () => {
    const { sessions } = await prepare(database, { autoflush: true })
    await using db = sessions()
    db.add(ada())
    assert.equal((await db.all(select(User))).length, 1)
    await db.withoutAutoflush(async () => {
      db.add(bob())
      assert.equal((await db.all(select(User))).length, 1)
      await db.withoutAutoflush(() => undefined)
      assert.equal((await db.all(select(User))).length, 1)
    })
    await assert.rejects(
      db.withoutAutoflush(() => {
        throw new Error("x")
      }),
      /x/,
    )
    const users = await db.all(select(User))
    assert.equal(users.length, 2)
    db.add(new Profile({ bio: "x", userId: users[0]!.id }))
    const [user] = await db.load(User, users, (query) => query.with("profile"))
    assert.equal(user!.profile?.bio, "x")
  })

  test("an error of a flush before a statement says what it comes from (105)", async () => {
    const { sessions } = await prepare(database, { autoflush: true })
    await using db = sessions()
    db.addAll([new Tag({ label: "x" }), new Tag({ label: "x" })])
    await assert.rejects(
      db.all(select(User)),
      (error: Error) => error instanceof UniqueViolationError && /autoflush/.test(error.message) && /autoflush/.test(error.stack!),
    )
    await db.rollback()
    db.addAll([new Tag({ label: "x" }), new Tag({ label: "x" })])
    await assert.rejects(db.flush(), (error: Error) => !/autoflush/.test(error.message))
  })
})
