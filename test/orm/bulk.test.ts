/** Statements that write, run through a session: the entities that it has are what their rows are afterwards. */
import assert from "node:assert/strict"
import { test } from "node:test"
import {
  deleteFrom,
  insert,
  integer,
  merge,
  prepared,
  select,
  type Sessions,
  StatementError,
  sql,
  type Statement,
  stateOf,
  update,
  upper,
} from "../../src/index.ts"
import { forEachDatabase, unless } from "../support/databases.ts"
import { Book, Comment, Post, record, Review, Seat, Shelf, Tag, User } from "./models.ts"
import { Animal, Car, Cat, Dog, prepareFamily, Puppy, Van, Vehicle } from "./family.ts"
import { prepare } from "./support.ts"

async function seed(sessions: Sessions): Promise<void> {
  await sessions.begin((db) => {
    const ada = db.add(User, { email: "ada@example.org", name: "Ada" })
    const bob = db.add(User, { email: "bob@example.org", name: "Bob" })
    const posts = [1, 2, 3].map((n) => db.add(Post, { title: `post ${n}`, views: n, author: n === 3 ? bob : ada }))
    for (const [index, post] of posts.entries()) db.add(Comment, { body: `about ${index + 1}`, post })
  })
}

forEachDatabase("statements that write", (database) => {
  async function seeded() {
    const { engine, sessions } = await prepare(database)
    await seed(sessions)
    return { engine, sessions }
  }

  test("an update changes the loaded entities that it meets, by what it returns, and no others (117)", async () => {
    const { engine, sessions } = await seeded()
    await using db = sessions()
    const [first, second, third] = await db.all(select(Post).orderBy(Post.c.id.asc()))
    using recording = record(engine)
    const { rows, rowCount } = await db.execute(
      update(Post)
        .set({ title: upper(Post.c.title), views: Post.c.views.plus(10) })
        .where(Post.c.views.gte(2)),
    )
    assert.deepEqual([rows, rowCount], [[], 2])
    assert.deepEqual(
      [first!, second!, third!].map(({ title, views }) => [title, views]),
      [
        ["post 1", 1],
        ["POST 2", 12],
        ["POST 3", 13],
      ],
    )
    assert.equal(recording.statements.filter((each) => each.startsWith("update")).length, 1)
    assert.equal(db.isModified(second!), false)
    await db.commit()
    recording.clear()
    await db.flush()
    assert.deepEqual(recording.statements, [])
  })

  test("is as it was written where the session has no entity of the model (117)", async () => {
    const { engine, sessions } = await seeded()
    await using db = sessions()
    await db.all(select(User))
    using recording = record(engine)
    await db.execute(update(Post).set({ views: 0 }).where(Post.c.views.gte(2)))
    await db.execute(deleteFrom(Comment).allRows())
    assert.ok(recording.statements.every((each) => !each.includes("returning")))
  })

  test("keeps what was changed and is not flushed, and writes it later (117)", async () => {
    const { sessions } = await seeded()
    await using db = sessions()
    const post = (await db.get(Post, 1))!
    const other = (await db.get(Post, 2))!
    post.title = "mine"
    db.assign(other, { views: Post.c.views.plus(1) })
    await db.execute(update(Post).set({ title: "theirs", views: 100 }).allRows())
    assert.deepEqual([post.title, post.views, other.title], ["mine", 100, "theirs"])
    assert.deepEqual(db.changes(post), { title: { old: "theirs", new: "mine" } })
    await db.commit()
    assert.equal(other.views, 101)
    assert.deepEqual(await sessions.begin((fresh) => fresh.all(select(Post.c.title).orderBy(Post.c.id.asc()))), [
      "mine",
      "theirs",
      "theirs",
    ])
  })

  test("gives what was asked to be returned, as if nothing else was (117)", async () => {
    const { sessions } = await seeded()
    await using db = sessions()
    const post = (await db.get(Post, 1))!
    const rising = update(Post).set({ views: Post.c.views.plus(1) })
    assert.deepEqual(await db.all(rising.where(Post.c.id.eq(1)).returning({ id: Post.c.id, views: Post.c.views })), [{ id: 1, views: 2 }])
    assert.equal(post.views, 2)
    assert.equal(await db.scalar(rising.where(Post.c.id.eq(1)).returning(Post.c.views)), 3)
    assert.equal(post.views, 3)
    assert.equal(await db.scalar(rising.where(Post.c.id.eq(1)) as Statement), null)
    assert.equal(post.views, 4)
    const [returned] = await db.all(rising.where(Post.c.id.eq(1)).returning())
    assert.equal(returned, post)
    assert.equal(post.views, 5)
    const [row] = await db.all(rising.where(Post.c.id.eq(1)).returning({ post: Post, title: Post.c.title }))
    assert.equal(row!.post, post)
    assert.deepEqual([row!.title, post.views], ["post 1", 6])
    const [[batched], rows] = await db.batch(
      rising.where(Post.c.id.eq(1)).returning(Post.c.views),
      select(Post.c.views).where(Post.c.id.eq(1)),
    )
    assert.deepEqual([batched, rows, post.views], [7, [7], 7])
    for await (const each of db.stream(select(Post))) assert.equal(each.id <= 3, true)
  })

  test("the same of a prepared statement (117)", async () => {
    const { sessions } = await seeded()
    const rise = prepared({ by: integer(), id: integer() }, (p) =>
      update(Post)
        .set({ views: Post.c.views.plus(p.by) })
        .where(Post.c.id.eq(p.id)),
    )
    await sessions.begin((db) => db.execute(rise({ by: 1, id: 1 })))
    await using db = sessions()
    const post = (await db.get(Post, 1))!
    await db.execute(rise({ by: 5, id: 1 }))
    await db.execute(rise({ by: 5, id: 2 }))
    assert.equal(post.views, 7)
  })

  test("is undone with the transaction and with its savepoint (117)", async () => {
    const { sessions } = await seeded()
    await using db = sessions()
    const post = await db.one(select(Post).where(Post.c.id.eq(1)).with("comments"))
    const [comment] = post.comments
    await assert.rejects(
      db.savepoint(async () => {
        await db.execute(update(Post).set({ views: 50 }).allRows())
        await db.execute(deleteFrom(Comment).allRows())
        assert.deepEqual([post.views, post.comments], [50, []])
        throw new RangeError("no")
      }),
      RangeError,
    )
    assert.deepEqual([post.views, post.comments], [1, [comment]])
    await db.execute(update(Post).set({ views: 60 }).allRows())
    await db.execute(deleteFrom(Comment).allRows())
    await db.rollback()
    assert.deepEqual([post.views, post.comments], [1, [comment]])
    assert.equal(await db.get(Comment, comment!.id), comment)
  })

  test("a foreign key that it changes takes the loaded reference with it (117)", async () => {
    const { sessions } = await seeded()
    await using db = sessions()
    const [first] = await db.all(select(Post).orderBy(Post.c.id.asc()).with("author"))
    const bob = await db.one(select(User).where(User.c.name.eq("Bob")))
    await db.execute(update(Post).set({ userId: bob.id }).where(Post.c.id.eq(1)))
    assert.equal(first!.author, bob)
    await db.flush()
    assert.equal(await db.scalar(select(Post.c.userId).where(Post.c.id.eq(1))), bob.id)
  })

  test("an update of keys lets the entities with the old ones go (117)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => db.addAll([1, 2, 3].map((number) => new Seat({ hall: "a", number }))))
    await using db = sessions()
    const seats = await db.all(select(Seat).orderBy(Seat.c.number.asc()))
    await db.execute(update(Seat).set({ hall: "b", isTaken: true }).where(Seat.c.number.gte(2)))
    assert.deepEqual(
      seats.map((seat) => stateOf(seat)),
      ["persistent", "deleted", "deleted"],
    )
    const moved = await db.get(Seat, ["b", 2])
    assert.equal(moved?.isTaken, true)
    assert.equal(seats[0]!.isTaken, false)
    await db.rollback()
    assert.equal(await db.get(Seat, ["a", 2]), seats[1])
  })

  test("a delete takes its entities out of the session, of lists, and with what the database deletes (117)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => {
      const shelf = db.add(Shelf, { name: "a" })
      const books = [db.add(Book, { shelf }), db.add(Book, { shelf })]
      for (const book of books) db.add(Review, { book })
    })
    await using db = sessions()
    const [reviews, books] = [await db.all(select(Review).with("book")), await db.all(select(Book))]
    const { rows, rowCount } = await db.execute(deleteFrom(Shelf).where(Shelf.c.name.eq("a")))
    assert.deepEqual([rows, rowCount], [[], 1])
    // The session has no shelf, but what refers to one.
    assert.equal(stateOf(books[0]!), "deleted")
    assert.deepEqual(
      reviews.map(({ bookId }) => bookId),
      [null, null],
    )
    await db.rollback()
    const shelf = (await db.get(Shelf, 1))!
    await db.execute(deleteFrom(Shelf).where(Shelf.c.name.eq("a")))
    assert.deepEqual(
      [shelf, ...books].map((each) => stateOf(each)),
      ["deleted", "deleted", "deleted"],
    )
    assert.deepEqual(
      reviews.map(({ bookId, book }) => [bookId, book]),
      [
        [null, null],
        [null, null],
      ],
    )
    assert.equal(await db.get(Book, 1), null)
    await db.commit()
    assert.equal(stateOf(shelf), "transient")
  })

  test("a delete returns its entities, which are in no session then (117)", async () => {
    const { sessions } = await seeded()
    await using db = sessions()
    const comment = await db.one(select(Comment).where(Comment.c.body.eq("about 1")))
    const gone = await db.all(deleteFrom(Comment).allRows().returning())
    assert.deepEqual(gone.map(({ body }) => body).sort(), ["about 1", "about 2", "about 3"])
    assert.ok(gone.includes(comment))
    assert.ok(gone.every((each) => each instanceof Comment && stateOf(each) !== "persistent"))
    assert.equal(await db.get(Comment, gone.find((each) => each !== comment)!.id), null)
    await db.commit()
    // They are what can be added again.
    const other = gone.find((each) => each !== comment)!
    db.add(other)
    await db.commit()
    assert.equal(await db.scalar(select(Comment.c.body)), other.body)
  })

  test("an upsert that returns entities refreshes those that are loaded (119)", async () => {
    const { engine, sessions } = await seeded()
    await using db = sessions()
    const ada = await db.one(select(User).where(User.c.name.eq("Ada")))
    ada.email = "ada@example.com"
    const rows = ["Ada L.", "Carl"].map((name, index) => ({ email: index === 0 ? "ada@example.org" : "carl@example.org", name }))
    const upsert = insert(User)
      .values(rows)
      .onConflict([User.c.email])
      .doUpdate((excluded) => ({ name: excluded.name }))
    using recording = record(engine)
    const users = await db.all(upsert.returning())
    assert.deepEqual([users[0] === ada, ada.name, users[1]!.name], [true, "Ada L.", "Carl"])
    assert.deepEqual(Object.keys(db.changes(ada)), ["email"])
    assert.equal(recording.statements.length, 2)
    users[1]!.name = "Carla"
    await db.execute(upsert)
    assert.deepEqual([ada.name, users[1]!.name], ["Ada L.", "Carla"])
    await db.commit()
    assert.deepEqual(await db.all(select(User.c.email).orderBy(User.c.email.asc())), [
      "ada@example.com",
      "bob@example.org",
      "carl@example.org",
    ])
  })

  test("an upsert that does nothing where the row is there changes no entity (119)", async () => {
    const { sessions } = await seeded()
    await using db = sessions()
    const ada = await db.one(select(User).where(User.c.name.eq("Ada")))
    const rows = await db.all(insert(User).values({ email: ada.email, name: "Other" }).onConflict([User.c.email]).doNothing().returning())
    assert.deepEqual([rows, ada.name], [[], "Ada"])
  })

  test("rows inserted together come back in the order in which they were given (118)", async () => {
    const { sessions } = await seeded()
    await using db = sessions()
    // Neither by key nor by any index.
    const labels = Array.from({ length: 5_000 }, (_, index) => `label ${(index * 7_919) % 5_000}`)
    const tags = await db.all(
      insert(Tag)
        .values(labels.map((label) => ({ label })))
        .returning(),
    )
    assert.deepEqual(
      tags.map(({ label }) => label),
      labels,
    )
    assert.equal(await db.get(Tag, tags[7]!.id), tags[7])
    const entities = labels.map((label) => new Tag({ label: `${label}!` }))
    db.addAll(entities)
    await db.flush()
    assert.equal(await db.scalar(select(Tag.c.label).where(Tag.c.id.eq(entities[4_321]!.id))), `${labels[4_321]}!`)
    const again = await db.all(
      insert(Tag)
        .values([...labels.slice(0, 10), "new 2", "new 1"].toReversed().map((label) => ({ label })))
        .onConflict([Tag.c.label])
        .doUpdate((excluded) => ({ label: excluded.label }))
        .returning(),
    )
    assert.deepEqual(
      again.map(({ label }) => label),
      [...labels.slice(0, 10), "new 2", "new 1"].toReversed(),
    )
    assert.equal(again.at(-1), tags[0])
  })

  test("says which rows, or that all are meant (120)", async () => {
    const { engine, sessions } = await seeded()
    await using db = sessions()
    using recording = record(engine)
    const draft = update(Post).set({ views: 0 })
    for (const statement of [draft, deleteFrom(Post)] as unknown as Statement[])
      await assert.rejects(
        db.execute(statement),
        (error) => error instanceof StatementError && error.message.includes("does not say which rows"),
      )
    const criteria: readonly unknown[] = [undefined, null, {}, JSON.parse('{"__proto__":{"id":1}}'), { id: 1 }, [], "", true]
    for (const each of criteria) {
      assert.throws(() => draft.where(each as never), StatementError)
      assert.throws(() => deleteFrom(Post).where(each as never), StatementError)
      assert.throws(() => select(Post).where(each as never), StatementError)
    }
    await assert.rejects(async () => db.execute(Reflect.apply(draft.where, draft, [])), StatementError)
    await assert.rejects(async () => db.execute(Reflect.apply(deleteFrom(Post).where, deleteFrom(Post), [])), StatementError)
    assert.deepEqual(recording.statements, [])
  })

  test("a merge lets its entities be read again (117)", unless(database, "nativeTypes", "SQLite has no MERGE"), async () => {
    const { engine, sessions } = await seeded()
    await using db = sessions()
    const [first, second, third] = await db.all(select(Post).orderBy(Post.c.id.asc()))
    await db.execute(deleteFrom(Comment).allRows())
    const given = select({ id: Post.c.id }).from(Post).as("given")
    using recording = record(engine)
    await db.execute(
      merge(Post)
        .using(given, given.c.id.eq(Post.c.id))
        .whenMatched(Post.c.id.eq(1))
        .thenUpdate({ views: 77 })
        .whenMatched(Post.c.id.eq(2))
        .thenDelete(),
    )
    assert.deepEqual([first!.views, stateOf(second!), third!.views], [77, "deleted", 3])
    assert.match(recording.statements.at(-1)!, /^select/)
  })

  test("of a family change the entities of every class, whose rows may stand in several tables (117)", async () => {
    const { engine, sessions } = await prepareFamily(database)
    await sessions.begin((db) => {
      db.addAll([new Dog({ name: "Rex", breed: "a" }), new Puppy({ name: "Pip", breed: "b" }), new Cat({ name: "Tom", livesLeft: 9 })])
      db.addAll([new Car({ name: "c", seats: 4 }), new Van({ name: "v", seats: 2, racks: 3 })])
    })
    await using db = sessions()
    const [rex, pip, tom] = await db.all(select(Animal).orderBy(Animal.c.id.asc()))
    await db.execute(
      update(Animal)
        .set({ name: upper(Animal.c.name) })
        .allRows(),
    )
    await db.execute(update(Dog).set({ breed: "new" }).allRows())
    assert.deepEqual(
      [rex, pip, tom].map((each) => ({ ...each })).map(({ name, ...more }) => [name, Reflect.get(more, "breed")]),
      [
        ["REX", "new"],
        ["PIP", "new"],
        ["TOM", undefined],
      ],
    )
    assert.ok([rex, pip, tom].every((each) => !db.isModified(each!)))
    await db.execute(deleteFrom(Puppy).allRows())
    assert.deepEqual(
      [rex, pip, tom].map((each) => stateOf(each!)),
      ["persistent", "deleted", "persistent"],
    )
    const vehicles = await db.all(select(Vehicle).orderBy(Vehicle.c.id.asc()))
    using recording = record(engine)
    await db.execute(
      update(Vehicle)
        .set({ name: upper(Vehicle.c.name) })
        .where(Vehicle.c.name.eq("v")),
    )
    assert.deepEqual(
      vehicles.map(({ name }) => name),
      ["c", "V"],
    )
    assert.equal(recording.statements.length, 2)
    assert.ok(vehicles.every((each) => !db.isModified(each)))
  })

  test("text is not looked into: what it changes is read again on request", async () => {
    const { sessions } = await seeded()
    await using db = sessions()
    const post = (await db.get(Post, 1))!
    await db.execute(sql`update post set views = 9`)
    assert.equal(post.views, 1)
    await db.refresh(post)
    assert.equal(post.views, 9)
  })
})
