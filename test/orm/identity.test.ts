import assert from "node:assert/strict"
import { test } from "node:test"
import { inspect } from "node:util"
import {
  ArgumentError,
  DetachedEntityError,
  jsonAgg,
  max,
  MultipleResultsFoundError,
  NoResultFoundError,
  select,
  sql,
  update,
} from "../../src/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { Booking, Comment, Post, record, Seat, User } from "./models.ts"
import { prepare } from "./support.ts"

const ada = () => new User({ email: "ada@example.org", name: "Ada" })
const bob = () => new User({ email: "bob@example.org", name: "Bob" })

forEachDatabase("identity map", (database) => {
  test("one object per key, however it is loaded (40)", async () => {
    const { sessions } = await prepare(database)
    await using db = sessions()
    const user = db.add(ada())
    db.add(Post, { title: "p", author: user })
    await db.flush()
    assert.equal(await db.get(User, 1), user)
    assert.equal(await db.one(select(User)), user)
    assert.equal((await db.one(select(Post).with("author"))).author, user)
    const row = await db.one(select({ post: Post, author: User }).from(Post).join(Post.author))
    assert.equal(row.author, user)
    assert.equal(row.post, await db.get(Post, 1))
  })

  test("get() of what the session has asks nobody (41)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(ada()))
    await using db = sessions()
    const user = await db.get(User, 1)
    using recording = record(engine)
    assert.equal(await db.get(User, 1), user)
    assert.deepEqual(recording.statements, [])
    assert.equal(await db.get(User, 2), null)
    assert.equal(recording.statements.length, 1)
  })

  test("get() of several entities in one tick is one statement for each model", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => {
      const [first] = db.addAll([ada(), bob()])
      db.add(Post, { title: "p", author: first! })
    })
    await using db = sessions()
    const known = await db.get(User, 2)
    using recording = record(engine)
    const found = await Promise.all([db.get(User, 1), db.get(User, 2), db.get(User, 1), db.get(User, 3), db.get(User, 4), db.get(Post, 1)])
    assert.deepEqual(
      found.map((entity) => entity?.id),
      [1, 2, 1, undefined, undefined, 1],
    )
    assert.equal(found[1], known)
    assert.equal(found[0], found[2])
    assert.deepEqual(
      recording.statements.map((text) => text.match(/from "(\w+)"/)?.[1]),
      ["user", "post"],
    )
  })

  test("get() of several composite keys is one statement", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => db.addAll([new Seat({ hall: "a", number: 1 }), new Seat({ hall: "a", number: 2 })]).length)
    await using db = sessions()
    using recording = record(engine)
    const found = await Promise.all([db.get(Seat, ["a", 2]), db.get(Seat, { hall: "a", number: 1 }), db.get(Seat, ["b", 1])])
    assert.deepEqual(
      found.map((seat) => seat?.number),
      [2, 1, undefined],
    )
    assert.equal(recording.statements.length, 1)
  })

  test("a key that is none fails alone; a failing statement fails all that asked", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(ada()))
    await using db = sessions()
    const [user, bad, seat] = await Promise.allSettled([db.get(User, 1), db.get(User, "x"), db.get(Seat, ["a", 2])])
    assert.equal(user.status, "fulfilled")
    assert.equal(bad.status, "rejected")
    assert.deepEqual(seat, { status: "fulfilled", value: null })
    await db.execute(sql`drop table comment`)
    const failed = await Promise.allSettled([db.get(Comment, 1), db.get(Comment, 2)])
    assert.deepEqual(
      failed.map(({ status }) => status),
      ["rejected", "rejected"],
    )
    await db.rollback()
    assert.equal((await db.get(User, 1))?.name, "Ada")
  })

  test("changes() tells old and new of each column (51)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(ada()))
    await using db = sessions()
    const user = (await db.get(User, 1))!
    assert.deepEqual(db.changes(user), {})
    user.name = "Countess"
    assert.deepEqual(db.changes(user), { name: { old: "Ada", new: "Countess" } })
    user.name = "Ada"
    assert.deepEqual(db.changes(user), {})
    assert.equal(db.isModified(user), false)
    const fresh = db.add(bob())
    assert.deepEqual(db.changes(fresh).name, { old: undefined, new: "Bob" })
    assert.equal(db.changes(fresh).id, undefined)
    assert.throws(() => db.changes(ada()), DetachedEntityError)
  })

  test("expunge() forgets pending and loaded entities, for rollbacks too (49)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(ada()))
    await using db = sessions()
    const user = (await db.get(User, 1))!
    const fresh = db.add(bob())
    user.name = "Countess"
    await db.flush()
    user.name = "Lady"
    db.expunge(user)
    db.expunge(fresh)
    assert.throws(() => db.expunge(user), DetachedEntityError)
    using recording = record(engine)
    await db.flush()
    assert.deepEqual(recording.statements, [])
    await db.rollback()
    assert.equal(user.name, "Lady")
    const again = (await db.get(User, 1))!
    assert.notEqual(again, user)
    assert.equal(again.name, "Ada")
  })

  test("an expunged entity can join a session again", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(ada()))
    await using db = sessions()
    const user = (await db.get(User, 1))!
    db.expunge(user)
    db.add(user)
    user.name = "Countess"
    await db.commit()
    await using other = sessions()
    assert.equal((await other.get(User, 1))?.name, "Countess")
  })

  test("load() puts relations onto entities that one has", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => {
      const [first, second] = db.addAll([ada(), bob()])
      db.addAll([first!, first!, second!].map((author, index) => new Post({ title: `p${index}`, author } as never)))
    })
    await using db = sessions()
    const users = await db.all(select(User).orderBy(User.c.id.desc()))
    using recording = record(engine)
    const loaded = await db.load(User, users, (query) => query.with("posts", (q) => q.where(Post.c.title.ne("p0"))))
    assert.deepEqual(
      loaded.map((user) => user.posts.map((post) => post.title)),
      [["p2"], ["p1"]],
    )
    assert.equal(loaded[0], users[0])
    assert.equal(recording.statements.length, 1)
    assert.deepEqual(await db.load(User, [], (query) => query.with("posts")), [])
    await assert.rejects(
      db.load(User, users, (query) => query.limit(1).with("posts")),
      /load\(\): the query has limit/,
    )
    await assert.rejects(
      db.load(User, [ada()], (query) => query.with("posts")),
      DetachedEntityError,
    )
  })

  test("keys are checked", async () => {
    const { sessions } = await prepare(database)
    await using db = sessions()
    await assert.rejects(db.get(Seat, "a"), ArgumentError)
    await assert.rejects(db.get(Seat, { hall: "a" }), ArgumentError)
    await assert.rejects(db.get(User, undefined as never), ArgumentError)
    await assert.rejects(db.get(User, "1"), /user\.id/)
    await assert.rejects(db.get(class {} as never, 1), ArgumentError)
  })

  test("an entity is in one session at a time; after it is closed it may join another (43, 50)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(ada()))
    const first = sessions()
    const user = await first.one(select(User))
    await first.commit()
    await using second = sessions()
    assert.throws(() => second.add(user), DetachedEntityError)
    assert.throws(() => second.delete(user), DetachedEntityError)
    await assert.rejects(second.refresh(user), DetachedEntityError)
    await first.close()
    assert.equal(user.name, "Ada")
    second.add(user)
    user.name = "Eve"
    await second.commit()
    assert.equal(await sessions.begin((db) => db.scalar(select(User.c.name))), "Eve")
  })

  test("query results do not overwrite local changes (44)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(ada()))
    await using db = sessions()
    const user = await db.one(select(User))
    user.name = "local"
    await db.execute(sql`update ${User} set email = 'x@example.org'`)
    assert.equal(await db.one(select(User)), user)
    assert.deepEqual([user.name, user.email], ["local", "ada@example.org"])
    await db.refresh(user)
    assert.deepEqual([user.name, user.email], ["Ada", "x@example.org"])
  })

  test("transient, pending, persistent, deleted, detached: each edge (45, 46)", async () => {
    const { sessions } = await prepare(database)
    await using db = sessions()
    const user = ada()
    assert.throws(() => db.delete(user), DetachedEntityError)
    await assert.rejects(db.refresh(user), DetachedEntityError)
    db.add(user)
    db.add(user)
    assert.deepEqual(db.new, [user])
    await assert.rejects(db.refresh(user), ArgumentError)
    db.delete(user)
    assert.deepEqual(db.new, [])
    db.add(user)
    await db.flush()
    assert.deepEqual([db.new, db.dirty, db.deleted], [[], [], []])
    user.name = "X"
    assert.deepEqual([db.isModified(user), db.dirty], [true, [user]])
    user.name = "Ada"
    assert.deepEqual([db.isModified(user), db.dirty], [false, []])
    db.delete(user)
    assert.deepEqual(db.deleted, [user])
    assert.equal(await db.get(User, 1), null)
    db.add(user)
    assert.deepEqual(db.deleted, [])
    db.delete(user)
    await db.flush()
    assert.equal(await db.get(User, 1), null)
    db.add(user)
    await db.commit()
    assert.equal(user.id, 1)
    assert.equal(await db.get(User, 1), user)
    db.delete(user)
    await db.commit()
    assert.throws(() => db.delete(user), DetachedEntityError)
  })

  test("a row that is gone cannot be refreshed", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(ada()))
    await using db = sessions()
    const user = await db.one(select(User))
    await db.execute(sql`delete from "user"`)
    await assert.rejects(db.refresh(user), NoResultFoundError)
  })

  test("what is not an entity is refused", async () => {
    const { sessions } = await prepare(database)
    await using db = sessions()
    assert.throws(() => db.add({ name: "x" }), ArgumentError)
    assert.throws(() => db.add(null as never), ArgumentError)
    const post = db.add(Post, { title: "p", author: ada(), comments: [null as never] })
    await assert.rejects(db.flush(), /Post\.comments holds null/)
    post.title = "q"
    db.delete(post)
    db.add(Post, { title: "p", author: new Comment({ body: "c" }) as never })
    await assert.rejects(db.flush(), /Post\.author holds a Comment instead of a User/)
  })

  test("an entity is a plain instance: nothing but its values is seen", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(new Booking({ id: 5, price: "1.00", details: { notes: ["a"] } })))
    await using db = sessions()
    const booking = await db.get(Booking, 5)
    assert.ok(booking instanceof Booking)
    const values = { id: 5, hall: null, number: null, price: "1.00", details: { notes: ["a"] }, updatedAt: null }
    assert.deepEqual({ ...booking }, values)
    assert.deepEqual(Reflect.ownKeys(booking), Object.keys(values))
    assert.equal(JSON.stringify(booking), JSON.stringify(values))
    assert.deepEqual(structuredClone(booking), values)
    assert.match(inspect(booking), /^Booking \{\s+id: 5/)
  })

  test("entities inside JSON that the database built belong to no session", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(Post, { title: "p", author: ada() }))
    await using db = sessions()
    const post = await db.one(select(Post))
    const [posts] = await db.all(select(jsonAgg(Post)).from(Post))
    assert.ok(posts![0] instanceof Post)
    assert.notEqual(posts![0], post)
    assert.throws(() => db.delete(posts![0]!), DetachedEntityError)
  })

  test("an outer join that found nothing gives null for the entity", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.addAll([ada(), bob()]))
    await sessions.begin(async (db) => void db.add(Post, { title: "p", author: (await db.get(User, 1))! }))
    await using db = sessions()
    const rows = await db.all(select({ user: User, post: Post }).from(User).leftJoin(User.posts).orderBy(User.c.id.asc()))
    assert.deepEqual(
      rows.map(({ user, post }) => [user.name, post?.title ?? null]),
      [
        ["Ada", "p"],
        ["Bob", null],
      ],
    )
  })

  test("all, one, oneOrNull, first and scalar", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.addAll([ada(), bob()]))
    await using db = sessions()
    const ordered = select(User).orderBy(User.c.id.asc())
    assert.deepEqual(
      (await db.all(ordered)).map(({ name }) => name),
      ["Ada", "Bob"],
    )
    await assert.rejects(db.one(ordered), MultipleResultsFoundError)
    await assert.rejects(db.oneOrNull(ordered), MultipleResultsFoundError)
    const none = select(User).where(User.c.id.eq(9))
    await assert.rejects(db.one(none), NoResultFoundError)
    assert.equal(await db.oneOrNull(none), null)
    assert.equal(await db.first(none), null)
    assert.equal((await db.first(ordered))?.name, "Ada")
    assert.equal(await db.scalar(select({ name: User.c.name, id: User.c.id }).orderBy(User.c.id.desc())), "Bob")
    assert.equal(await db.scalar(select(User.c.name).where(User.c.id.eq(9))), null)
  })

  test("a row of one expression is there, though what it says is null", async () => {
    const { sessions } = await prepare(database)
    await using db = sessions()
    const last = select(max(User.c.id)).from(User)
    assert.equal(await db.one(last), null)
    assert.equal(await db.oneOrNull(last), null)
    await assert.rejects(db.one(select(User.c.id).from(User)), NoResultFoundError)
  })

  test("templates run as statements do", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.addAll([ada(), bob()]))
    await using db = sessions()
    assert.deepEqual(await db.all(sql`select id, name from "user" where name = ${"Ada"}`), [{ id: 1, name: "Ada" }])
    assert.deepEqual(await db.execute(sql`update "user" set name = 'X'`), { rows: [], rowCount: 2 })
    assert.equal(Number(await db.scalar(sql`select count(*) as n from "user" where name = 'X'`)), 2)
    const { rows, rowCount } = await db.execute(update(User).set({ name: "Y" }).where(User.c.id.eq(2)).returning(User.c.name))
    assert.deepEqual([rows, rowCount], [["Y"], 1])
  })

  test("a stream gives entities in chunks, and other statements may run between them", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => {
      const author = db.add(ada())
      for (let number = 0; number < 25; number++) db.add(Post, { title: `${number}`, author })
    })
    await using db = sessions()
    const titles: string[] = []
    for await (const post of db.stream(select(Post).orderBy(Post.c.id.asc()).with("author"), { chunkSize: 10 })) {
      titles.push(post.title)
      assert.equal(post.author.name, "Ada")
      if (titles.length === 3) assert.equal(await db.scalar(select(User.c.name)), "Ada")
    }
    assert.deepEqual(
      titles,
      Array.from({ length: 25 }, (_, index) => `${index}`),
    )
    for await (const post of db.stream(select(Post), { chunkSize: 2 })) {
      assert.ok(post.id)
      break
    }
    assert.equal(await db.scalar(select(User.c.name)), "Ada")
  })
})
