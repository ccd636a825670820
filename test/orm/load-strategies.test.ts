/** Relations that are loaded by the statement that finds their owners: joined, or as JSON that the database builds. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { integer, type LoadStrategy, prepared, select, sessionmaker, type Sessions, StatementError } from "../../src/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { Animal, Cat, Dog, Owner, prepareFamily, Puppy, Tanker, Truck, Vehicle } from "./family.ts"
import { Booking, Comment, Post, Profile, record, Seat, Tag, User } from "./models.ts"
import { Article, RelationBase, Topic, Writer } from "./relation-models.ts"
import { createModelTables, prepare } from "./support.ts"

async function seed(sessions: Sessions): Promise<void> {
  await sessions.begin((db) => {
    const ada = db.add(User, { email: "ada@example.org", name: "Ada" })
    const bob = db.add(User, { email: "bob@example.org", name: 'B"o\\b\n' })
    db.add(Profile, { bio: "Analyst", user: ada })
    const [sql, orm] = [db.add(Tag, { label: "sql" }), db.add(Tag, { label: "orm" })]
    const at = new Date("2024-02-29T12:34:56.789Z")
    const first = db.add(Post, { title: "first", views: 3, author: ada, tags: [sql, orm], publishedAt: at })
    const second = db.add(Post, { title: "second", views: 2, author: bob, tags: [orm] })
    db.add(Post, { title: "third", views: 1, author: ada })
    let parent: Comment | undefined
    for (const [body, post] of [
      ["1", first],
      ["2", first],
      ["3", second],
      ["4", first],
      ["5", second],
      ["6", first],
    ] as const)
      parent = db.add(Comment, parent === undefined ? { body, post } : { body, post, parent })
  })
}

const strategies: readonly LoadStrategy[] = ["selectin", "joined", "json"]
const bodies = (comments: readonly Comment[]) => comments.map(({ body }) => body)

/** Everything that can be seen of entities, relations by their depth. */
function seen(value: unknown, depth = 5): unknown {
  if (Array.isArray(value)) return value.map((each) => seen(each, depth))
  if (typeof value !== "object" || value === null || value instanceof Date) return value
  if (depth === 0) return "…"
  return [value.constructor.name, Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, seen(inner, depth - 1)]))]
}

forEachDatabase("load strategies", (database) => {
  async function seeded() {
    const { engine, sessions } = await prepare(database)
    await seed(sessions)
    return { engine, sessions }
  }

  test("give the same entities, in one statement where they are part of it (108, 109, 110)", async () => {
    const { engine, sessions } = await seeded()
    const results: unknown[] = []
    for (const strategy of strategies) {
      const statement = select(Post)
        .orderBy(Post.c.views.asc(), Post.c.id.asc())
        .limit(2)
        .with("author", (author) => author.with("profile"), { strategy })
        .with("comments", (comments) => comments.orderBy(Comment.c.body.desc()).with("parent"), { strategy })
        .with("tags", (tags) => tags.orderBy(Tag.c.label.asc()), { strategy })
      for (const open of ["tracked", "readonly"]) {
        await using db = sessions()
        using recording = record(engine)
        const posts = await (open === "tracked" ? db : db.readonly()).all(statement)
        results.push(seen(posts))
        if (strategy !== "selectin") assert.equal(recording.statements.length, 1)
        assert.deepEqual(
          posts.map(({ title }) => title),
          ["third", "second"],
        )
        assert.deepEqual(bodies(posts[1]!.comments), ["5", "3"])
        if (open === "tracked") {
          assert.ok([...posts, posts[1]!.author, ...posts[1]!.comments, ...posts[1]!.tags].every((each) => !db.isModified(each)))
          recording.clear()
          await db.flush()
          assert.deepEqual(recording.statements, [])
        }
      }
    }
    for (const result of results) assert.deepEqual(result, results[0])
  })

  test("keep what the session has: entities are the same, changes stay (108)", async () => {
    const { sessions } = await seeded()
    for (const strategy of strategies) {
      await using db = sessions()
      const users = await db.all(select(User).orderBy(User.c.id.asc()))
      const comment = (await db.get(Comment, 1n))!
      comment.body = "changed"
      const posts = await db.all(
        select(Post)
          .orderBy(Post.c.id.asc())
          .with("author", { strategy })
          .with("comments", (comments) => comments.with("post"), { strategy }),
      )
      assert.deepEqual(
        posts.map(({ author }) => users.indexOf(author)),
        [0, 1, 0],
      )
      assert.equal(posts[0]!.comments[0], comment)
      assert.equal(comment.body, "changed")
      assert.ok(posts.every((post) => post.comments.every((each) => each.post === post)))
      posts[0]!.comments.pop()
      posts[1]!.author = users[0]!
      assert.deepEqual(Object.keys(db.changes(comment)), ["body"])
      await db.flush()
      assert.deepEqual(await db.all(select(Post.c.userId).orderBy(Post.c.id.asc())), [1, 1, 1])
      assert.equal(await db.scalar(select(Comment.c.postId).where(Comment.c.body.eq("6"))), null)
      await db.rollback()
    }
  })

  test("limit the rows of each parent in JSON; a join refuses to (109)", async () => {
    const { engine, sessions } = await seeded()
    await using db = sessions()
    using recording = record(engine)
    const limited = (strategy: LoadStrategy) =>
      select(Post)
        .orderBy(Post.c.id.asc())
        .with("comments", (comments) => comments.where(Comment.c.body.ne("6")).orderBy(Comment.c.id.desc()).limit(2).offset(1), {
          strategy,
        })
    const posts = await db.all(limited("json"))
    assert.deepEqual(
      posts.map(({ comments }) => bodies(comments)),
      [["2", "1"], ["3"], []],
    )
    assert.equal(recording.statements.length, 1)
    await assert.rejects(
      db.all(limited("joined")),
      (error) => error instanceof StatementError && error.message.includes("cannot limit the rows of each parent"),
    )
    assert.equal(recording.statements.length, 1)
    // It may lack what the database has: nothing of that is touched.
    posts[1]!.comments = []
    await db.flush()
    assert.equal((await db.all(select(Comment).where(Comment.c.postId.eq(posts[1]!.id)))).length, 1)
  })

  test("of several lists do not multiply each other (110)", async () => {
    const { sessions } = await seeded()
    for (const strategy of strategies) {
      await using db = sessions()
      const users = await db.all(
        select(User)
          .orderBy(User.c.id.desc())
          .with("posts", (posts) => posts.orderBy(Post.c.title.desc()).with("tags").with("comments"), { strategy })
          .with("profile", { strategy }),
      )
      assert.deepEqual(
        users.map((user) => [user.profile?.bio ?? null, user.posts.map((post) => [post.title, bodies(post.comments), post.tags.length])]),
        [
          [null, [["second", ["3", "5"], 1]]],
          [
            "Analyst",
            [
              ["third", [], 0],
              ["first", ["1", "2", "4", "6"], 2],
            ],
          ],
        ],
      )
    }
  })

  test("keep rows that the statement itself gives twice", async () => {
    const { sessions } = await seeded()
    for (const strategy of strategies) {
      await using db = sessions()
      const posts = await db.all(
        select(Post)
          .join(Post.comments)
          .where(Post.c.title.eq("second"))
          .orderBy(Comment.c.id.asc())
          .with("tags", { strategy })
          .with("author", { strategy }),
      )
      assert.equal(posts.length, 2)
      assert.equal(posts[0], posts[1])
      assert.deepEqual([posts[0]!.tags.length, posts[0]!.author.email], [1, "bob@example.org"])
    }
  })

  test("go as deep as they are asked to, through tables that meet themselves (111, 112)", async () => {
    const { engine, sessions } = await seeded()
    for (const strategy of ["joined", "json"] as const) {
      await using db = sessions()
      using recording = record(engine)
      const [comment] = await db.all(
        select(Comment)
          .where(Comment.c.parentId.isNull())
          .with("replies", (replies) => replies.where(Comment.c.body.ne("x")).with("replies", (inner) => inner.with("parent")), {
            strategy,
          })
          .with("post", (post) => post.with("comments", (comments) => comments.with("post")).with("author"), { strategy }),
      )
      const [inner] = comment!.replies[0]!.replies
      assert.deepEqual([inner!.body, inner!.parent, "replies" in inner!], ["3", comment!.replies[0], false])
      assert.deepEqual(bodies(comment!.post!.comments), ["1", "2", "4", "6"])
      assert.equal(comment!.post!.comments[0]!.post, comment!.post)
      assert.equal(recording.statements.length, 1)
    }
  })

  test("mix: what is below a join may be JSON or statements of its own, and the other way round", async () => {
    const { engine, sessions } = await seeded()
    await using db = sessions()
    using recording = record(engine)
    const posts = await db.all(
      select(Post)
        .orderBy(Post.c.id.asc())
        .with("author", (author) => author.with("posts", (more) => more.with("comments", { strategy: "selectin" }), { strategy: "json" }), {
          strategy: "joined",
        })
        .with("tags"),
    )
    assert.deepEqual(
      posts.map(({ author, tags }) => [author.posts.map((post) => post.comments.length), tags.length]),
      [
        [[4, 0], 2],
        [[2], 1],
        [[4, 0], 0],
      ],
    )
    assert.equal(recording.statements.length, 3)
    if (engine.pipelines) assert.equal(recording.flights.length, 2)
  })

  test("of composite keys, with null in a part of them (115)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => {
      const seat = db.add(new Seat({ hall: "a", number: 1 }))
      db.add(new Seat({ hall: "a", number: 2 }))
      db.add(Booking, { price: "10.00", seat, details: { notes: ["x", "é"] } })
      db.add(Booking, { price: "12345678.90", seat })
      db.add(new Booking({ price: "12.00", hall: "a", number: null }))
    })
    const results: unknown[] = []
    for (const strategy of strategies) {
      await using db = sessions()
      const seats = await db.all(select(Seat).orderBy(Seat.c.number.asc()).with("bookings", { strategy }))
      const bookings = await db.readonly().all(select(Booking).orderBy(Booking.c.id.asc()).with("seat", { strategy }))
      results.push(seen([seats, bookings]))
      assert.deepEqual(
        seats.map((seat) => seat.bookings.map(({ price }) => price)),
        [["10.00", "12345678.90"], []],
      )
      assert.ok(seats[0]!.bookings.every((booking) => !db.isModified(booking)))
    }
    for (const result of results) assert.deepEqual(result, results[0])
  })

  test("of families read the class that each row is of", async () => {
    const { sessions } = await prepareFamily(database)
    await sessions.begin((db) => {
      const owner = db.add(Owner, { name: "o" })
      db.add(Dog, { name: "Rex", breed: "a", owner })
      db.add(Cat, { name: "Tom", livesLeft: 9, owner })
      db.add(Puppy, { name: "Pip", owner })
      db.add(Truck, { name: "t", load: 3, owner })
      db.add(Tanker, { name: "u", load: 4, liquid: "milk", owner })
    })
    const results: unknown[] = []
    for (const strategy of strategies) {
      await using db = sessions()
      results.push(
        seen([
          await db.all(
            select(Owner)
              .with("animals", { strategy })
              .with("trucks", (trucks) => trucks.orderBy(Truck.c.load.asc()), { strategy }),
          ),
          await db.readonly().all(select(Animal).orderBy(Animal.c.id.asc()).with("owner", { strategy })),
          await db.readonly().all(select(Vehicle).orderBy(Vehicle.c.id.asc()).with("owner", { strategy })),
        ]),
      )
    }
    for (const result of results) assert.deepEqual(result, results[0])
  })

  test("of relations by a condition, and of lists in a declared order", async () => {
    const engine = await database.engine()
    await createModelTables(engine, RelationBase.metadata)
    const sessions = sessionmaker(engine)
    await sessions.begin((db) => {
      const [a, b] = ["same", "same"].map((name) => db.add(new Writer({ name })))
      const topics = ["x", "y", "z"].map((label) => db.add(new Topic({ label })))
      for (const [index, writer] of [a!, b!, a!].entries()) db.add(Article, { title: `${index}`, views: index * 10, writer, topics })
    })
    const results: unknown[] = []
    for (const strategy of strategies) {
      const statement = select(Writer)
        .orderBy(Writer.c.id.asc())
        .with("best", (best) => best.with("topics"), { strategy })
        .with("namesakes", (others) => others.with("best"), { strategy })
      await using db = sessions()
      const [writer] = await db.all(statement)
      assert.deepEqual(
        [writer!.best?.title, writer!.best?.topics.map(({ label }) => label).join(), writer!.namesakes.length],
        ["2", "z,y,x", 1],
      )
      results.push(seen(await db.readonly().all(statement)))
    }
    for (const result of results) assert.deepEqual(result, results[0])
  })

  test("take prepared statements, one(), first(), batch() and streams", async () => {
    const { sessions } = await seeded()
    await using db = sessions()
    for (const strategy of ["joined", "json"] as const) {
      const above = prepared({ views: integer(), body: integer() }, (p) =>
        select(Post)
          .where(Post.c.views.gte(p.views))
          .orderBy(Post.c.id.asc())
          .with("comments", (comments) => comments.where(Comment.c.id.lte(p.body as never)), { strategy }),
      )
      const found = await db.readonly().all(above({ views: 2, body: 3 }))
      assert.deepEqual(
        found.map(({ comments }) => bodies(comments)),
        [["1", "2"], ["3"]],
      )
      assert.deepEqual(bodies((await db.readonly().all(above({ views: 3, body: 9 })))[0]!.comments), ["1", "2", "4", "6"])
      const byId = select(Post).orderBy(Post.c.id.asc()).with("comments", { strategy })
      assert.equal((await db.one(byId.where(Post.c.id.eq(2)))).comments.length, 2)
      assert.equal((await db.first(byId))?.comments.length, 4)
      const [[post]] = await db.batch(byId, select(User))
      assert.equal(post!.comments.length, 4)
      const streamed = async () => {
        const sizes: number[] = []
        for await (const each of db.stream(byId, { chunkSize: 2 })) sizes.push(each.comments.length)
        return sizes
      }
      if (strategy === "json") assert.deepEqual(await streamed(), [4, 2, 0])
      else await assert.rejects(streamed, StatementError)
    }
  })

  test("refuse what they cannot do by its name", async () => {
    await seeded()
    assert.throws(() => select(Post).with("author", { strategy: "lazy" as never }), StatementError)
    assert.throws(() => select(Post).with("author", { strategy: undefined as never }), StatementError)
  })
})
