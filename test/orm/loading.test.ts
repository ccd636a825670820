import assert from "node:assert/strict"
import { test } from "node:test"
import { select, type Sessions } from "../../src/index.ts"
import { forEachDatabase, type TestDatabase } from "../support/databases.ts"
import { Booking, Comment, Post, Profile, record, Seat, Tag, User } from "./models.ts"
import { prepare } from "./support.ts"

/** Two users, three posts (two of Ada), comments 1 to 6 on them, two tags. */
async function seed(sessions: Sessions): Promise<void> {
  await sessions.begin((db) => {
    const ada = db.add(User, { email: "ada@example.org", name: "Ada" })
    const bob = db.add(User, { email: "bob@example.org", name: "Bob" })
    db.add(Profile, { bio: "Analyst", user: ada })
    const [sql, orm, web] = [db.add(Tag, { label: "sql" }), db.add(Tag, { label: "orm" }), db.add(Tag, { label: "web" })]
    const first = db.add(Post, { title: "first", author: ada, tags: [sql, orm] })
    const second = db.add(Post, { title: "second", author: bob, tags: [orm] })
    db.add(Post, { title: "third", author: ada })
    for (const [body, post] of [
      ["1", first],
      ["2", first],
      ["3", second],
      ["4", first],
      ["5", second],
      ["6", first],
    ] as const)
      db.add(Comment, { body, post })
    void web
  })
}

const bodies = (comments: readonly Comment[]) => comments.map(({ body }) => body)

async function prepared(database: TestDatabase) {
  const { engine, sessions } = await prepare(database)
  await seed(sessions)
  return { engine, sessions }
}

forEachDatabase("loading", (database) => {
  test("loads each relation with one statement for all entities, in one flight a level (108)", async () => {
    const { engine, sessions } = await prepared(database)
    await using db = sessions()
    using recording = record(engine)
    const posts = await db.all(select(Post).orderBy(Post.c.id.asc()).with("author").with("comments").with("tags"))
    assert.equal(recording.statements.length, 4)
    assert.deepEqual(
      posts.map(({ author }) => author.name),
      ["Ada", "Bob", "Ada"],
    )
    assert.equal(posts[0]!.author, posts[2]!.author)
    assert.deepEqual(
      posts.map(({ comments }) => bodies(comments)),
      [["1", "2", "4", "6"], ["3", "5"], []],
    )
    assert.deepEqual(
      posts.map(({ tags }) => tags.map(({ label }) => label).sort()),
      [["orm", "sql"], ["orm"], []],
    )
    assert.equal(
      posts[0]!.tags.find(({ label }) => label === "orm"),
      posts[1]!.tags[0],
    )
    if (engine.pipelines) assert.equal(recording.flights.length, 2)
  })

  test("a many-to-one that the session has is not asked for again (108, 114)", async () => {
    const { engine, sessions } = await prepared(database)
    await using db = sessions()
    await db.all(select(User))
    using recording = record(engine)
    const post = await db.one(select(Post).where(Post.c.title.eq("second")).with("author"))
    assert.equal(post.author.name, "Bob")
    assert.equal(recording.statements.length, 1)
  })

  test("loads nested relations, refined, ordered and limited per parent", async () => {
    const { engine, sessions } = await prepared(database)
    await using db = sessions()
    using recording = record(engine)
    const users = await db.all(
      select(User)
        .orderBy(User.c.id.asc())
        .with("posts", (posts) =>
          posts
            .orderBy(Post.c.title.desc())
            .with("comments", (comments) => comments.where(Comment.c.body.ne("6")).orderBy(Comment.c.id.desc()).limit(2)),
        ),
    )
    assert.equal(recording.statements.length, 3)
    assert.deepEqual(
      users.map(({ posts }) => posts.map(({ title }) => title)),
      [["third", "first"], ["second"]],
    )
    assert.deepEqual(
      users.map(({ posts }) => posts.map(({ comments }) => bodies(comments))),
      [[[], ["4", "2"]], [["5", "3"]]],
    )
  })

  test("a limit per parent of composite keys, and with joins of its own", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => {
      for (const number of [1, 2, 3])
        db.add(Seat, { hall: "a", number, bookings: ["1.00", "2.00", "3.00"].map((price) => new Booking({ price })) })
    })
    await using db = sessions()
    using recording = record(engine)
    const seats = await db.all(
      select(Seat)
        .orderBy(Seat.c.number.asc())
        .with("bookings", (bookings) => bookings.join(Booking.seat).where(Seat.c.number.ne(2)).orderBy(Booking.c.price.desc()).limit(2)),
    )
    assert.deepEqual(
      seats.map((seat) => seat.bookings.map(({ price }) => price)),
      [["3.00", "2.00"], [], ["3.00", "2.00"]],
    )
    assert.equal(/ lateral /.test(recording.statements[1]!), database.capabilities.lateralJoins)
  })

  test("offset and limit are per parent, of a many-to-many too", async () => {
    const { sessions } = await prepared(database)
    await using db = sessions()
    const posts = await db.all(
      select(Post)
        .orderBy(Post.c.id.asc())
        .with("comments", (comments) => comments.limit(2).offset(1))
        .with("tags", (tags) => tags.orderBy(Tag.c.label.desc()).limit(1)),
    )
    assert.deepEqual(
      posts.map(({ comments }) => bodies(comments)),
      [["2", "4"], ["5"], []],
    )
    assert.deepEqual(
      posts.map(({ tags }) => tags.map(({ label }) => label)),
      [["sql"], ["orm"], []],
    )
  })

  test("a one-to-one is an entity or null", async () => {
    const { sessions } = await prepared(database)
    await using db = sessions()
    const users = await db.all(select(User).orderBy(User.c.id.asc()).with("profile"))
    assert.deepEqual(
      users.map(({ profile }) => profile?.bio ?? null),
      ["Analyst", null],
    )
    const profile = await db.one(select(Profile).with("user"))
    assert.equal(profile.user, users[0])
  })

  test("a relation that was not loaded is not there, not even as undefined", async () => {
    const { sessions } = await prepared(database)
    await using db = sessions()
    const post = await db.one(select(Post).where(Post.c.title.eq("first")))
    assert.equal("author" in post, false)
    assert.deepEqual(Object.keys(post), ["id", "title", "views", "userId", "publishedAt"])
  })

  test("composite keys, and null in a part of them (115)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => {
      const seat = db.add(new Seat({ hall: "a", number: 1 }))
      db.add(new Seat({ hall: "a", number: 2 }))
      db.add(Booking, { price: "10.00", seat })
      db.add(Booking, { price: "11.00", seat })
      db.add(new Booking({ price: "12.00", hall: "a", number: null }))
      db.add(new Booking({ price: "13.00" }))
    })
    await using db = sessions()
    const bookings = await db.all(select(Booking).orderBy(Booking.c.id.asc()).with("seat"))
    assert.deepEqual(
      bookings.map(({ seat }) => seat?.number ?? null),
      [1, 1, null, null],
    )
    using recording = record(engine)
    const seats = await db.all(select(Seat).orderBy(Seat.c.number.asc()).with("bookings"))
    assert.deepEqual(
      seats.map((seat) => seat.bookings.map(({ price }) => price)),
      [["10.00", "11.00"], []],
    )
    assert.equal(seats[0]!.bookings[0], bookings[0])
    assert.equal(recording.statements.length, 2)
  })

  test("a self-referential relation is loaded as deep as it was asked for (111)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => {
      let parent: Comment | undefined
      for (const body of ["1", "2", "3", "4"]) parent = db.add(Comment, parent === undefined ? { body } : { body, parent })
    })
    await using db = sessions()
    using recording = record(engine)
    const root = await db.one(
      select(Comment)
        .where(Comment.c.parentId.isNull())
        .with("replies", (replies) => replies.with("replies")),
    )
    assert.equal(root.replies[0]!.replies[0]!.body, "3")
    assert.equal("replies" in root.replies[0]!.replies[0]!, false)
    assert.equal(recording.statements.length, 3)
  })

  test("the same table along two paths stays apart (112)", async () => {
    const { sessions } = await prepared(database)
    await using db = sessions()
    const comment = await db.one(
      select(Comment)
        .where(Comment.c.body.eq("3"))
        .with("post", (post) => post.with("author").with("comments", (comments) => comments.with("post"))),
    )
    assert.equal(comment.post!.author.name, "Bob")
    assert.equal(comment.post!.comments[0], comment)
    assert.equal(comment.post!.comments[0]?.post, comment.post)
  })

  test("many keys are asked for in chunks, duplicates once (108)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => {
      for (let number = 0; number < 40_000; number++) db.add(new Seat({ hall: `h${number}`, number }))
    })
    await using db = sessions()
    const seats = await db.all(select(Seat))
    using recording = record(engine)
    const again = await db.all(select(Seat).with("bookings"))
    assert.equal(again.length, 40_000)
    assert.ok(again.every(({ bookings }) => bookings.length === 0))
    assert.equal(again.filter((seat, index) => seat !== seats[index]).length, 0)
    assert.equal(recording.statements.length, database.capabilities.arrayParameters ? 5 : 4)
  })

  test("a filtered list is a view: what the filter left out is never touched", async () => {
    const { sessions } = await prepared(database)
    await sessions.begin(async (db) => {
      const post = await db.one(
        select(Post)
          .where(Post.c.title.eq("first"))
          .with("comments", (comments) => comments.where(Comment.c.body.in(["1", "2"]))),
      )
      assert.deepEqual(bodies(post.comments), ["1", "2"])
      post.comments.shift()
      db.add(Comment, { body: "7" })
      post.comments.push(db.add(new Comment({ body: "8" })))
    })
    await using db = sessions()
    const post = await db.one(select(Post).where(Post.c.title.eq("first")).with("comments"))
    assert.deepEqual(bodies(post.comments), ["2", "4", "6", "8"])
  })

  test("a query does not overwrite a list that was changed (44)", async () => {
    const { sessions } = await prepared(database)
    await using db = sessions()
    const statement = select(Post).where(Post.c.title.eq("first")).with("comments")
    const post = await db.one(statement)
    const added = new Comment({ body: "new" })
    post.comments.push(added)
    assert.equal((await db.one(statement)).comments.at(-1), added)
    await db.flush()
    assert.equal(added.postId, post.id)
  })

  test("rows that a join multiplies come as the database gives them; each is the same object", async () => {
    const { sessions } = await prepared(database)
    await using db = sessions()
    const posts = await db.all(select(Post).join(Post.comments).where(Post.c.title.eq("first")))
    assert.equal(posts.length, 4)
    assert.equal(new Set(posts).size, 1)
  })
})
