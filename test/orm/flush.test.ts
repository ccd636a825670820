import assert from "node:assert/strict"
import { test } from "node:test"
import {
  ArgumentError,
  CircularDependencyError,
  DetachedEntityError,
  IdentityConflictError,
  NotNullViolationError,
  select,
  StaleDataError,
  ValueError,
} from "../../src/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import {
  Book,
  Booking,
  Comment,
  Egg,
  Hen,
  LogLine,
  Player,
  Post,
  PostTag,
  Profile,
  record,
  Review,
  Seat,
  Shelf,
  Tag,
  Team,
  Ticket,
  User,
} from "./models.ts"
import { prepare } from "./support.ts"

/** `insert user`, `update post`, `delete tag`: what statements do, without their details. */
const brief = (statements: readonly string[]): string[] =>
  statements.map((text) => {
    const found = /^(insert) into "(\w+)"|^(update) "(\w+)"|^(delete) from "(\w+)"|^(select)/.exec(text)
    return found === null ? text : found.slice(1).filter(Boolean).join(" ")
  })

/** The same with repeated statements once: where a database has no arrays, each row is a statement of its own. */
const distinct = (statements: readonly string[]): string[] => brief(statements).filter((each, index, all) => each !== all[index - 1])

forEachDatabase("flush", (database) => {
  const batches = database.capabilities.arrayParameters

  test("parents are inserted before children, and their new keys are copied (1)", async () => {
    const { engine, sessions } = await prepare(database)
    using recording = record(engine)
    await sessions.begin((db) => {
      const user = new User({ email: "a@example.org", name: "A" })
      const post = db.add(Post, { title: "p", author: user })
      db.add(Comment, { body: "c", post })
    })
    assert.deepEqual(brief(recording.statements), ["begin", "insert user", "insert post", "insert comment", "commit"])
    if (engine.pipelines)
      assert.deepEqual(
        recording.flights.map((flight) => flight.length),
        [2, 1, 2],
      )
    const [user, post, comment] = await sessions.begin(
      async (db) => [await db.one(select(User)), await db.one(select(Post)), await db.one(select(Comment))] as const,
    )
    assert.equal(post.userId, user.id)
    assert.equal(comment.postId, post.id)
  })

  test("children are added with their parent's list, and their keys are filled in (1)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => {
      db.add(User, { email: "a@example.org", name: "A", posts: [new Post({ title: "1", userId: 0 }), new Post({ title: "2", userId: 0 })] })
    })
    await using db = sessions()
    const user = await db.one(select(User).with("posts"))
    assert.deepEqual(
      user.posts.map(({ title }) => title),
      ["1", "2"],
    )
  })

  test("children are deleted before their parents (2, 9)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => {
      const user = db.add(User, { email: "a@example.org", name: "A" })
      const post = db.add(Post, { title: "p", author: user })
      db.add(Comment, { body: "1", post })
      db.add(Comment, { body: "2", post })
    })
    using recording = record(engine)
    await sessions.begin(async (db) => {
      for (const entity of [await db.one(select(User)), await db.one(select(Post)), ...(await db.all(select(Comment)))]) db.delete(entity)
    })
    assert.deepEqual(brief(recording.statements).slice(3), [
      "begin",
      "delete post_tag",
      "delete comment",
      "delete post",
      "delete user",
      "commit",
    ])
  })

  test("deleting a parent leaves its loaded children without one where they may be (2)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => {
      const author = db.add(User, { email: "a@example.org", name: "A" })
      db.add(Post, { title: "p", author, comments: [new Comment({ body: "1" }), new Comment({ body: "2" })] })
    })
    using recording = record(engine)
    await sessions.begin(async (db) => {
      const post = await db.one(select(Post).with("comments"))
      db.delete(post)
      await db.flush()
      assert.ok(post.comments.every(({ postId }) => postId === null))
    })
    assert.deepEqual(distinct(recording.statements).slice(1), ["begin", "update comment", "delete post_tag", "delete post", "commit"])
  })

  test("a tree in one table is inserted parents first, whatever the order it was added in (3)", async () => {
    const { engine, sessions } = await prepare(database)
    using recording = record(engine)
    await sessions.begin((db) => {
      const root = new Comment({ body: "root" })
      const child = (body: string, parent: Comment) => Object.assign(new Comment({ body }), { parent })
      const [a, b] = [child("a", root), child("b", root)]
      db.addAll([child("b1", b), child("a1", a), b, root, a])
    })
    assert.equal(brief(recording.statements).filter((each) => each === "insert comment").length, batches ? 3 : 5)
    await using db = sessions()
    const rows = await db.all(select(Comment).orderBy(Comment.c.id.asc()).with("parent"))
    assert.deepEqual(
      rows.map(({ body, parent }) => [body, parent?.body ?? null]),
      [
        ["root", null],
        ["b", "root"],
        ["a", "root"],
        ["b1", "b"],
        ["a1", "a"],
      ],
    )
  })

  test("rows that refer to each other by value are inserted in order (3)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin(
      (db) =>
        void db.addAll([
          new Comment({ id: 3n, body: "c", parentId: 2n }),
          new Comment({ id: 2n, body: "b", parentId: 1n }),
          new Comment({ id: 1n, body: "a" }),
        ]),
    )
    await using db = sessions()
    assert.deepEqual(await db.all(select(Comment.c.parentId).orderBy(Comment.c.id.asc())), [null, 1n, 2n])
  })

  test("rows of one table are inserted in the order they were added, in one statement, each with its own key (4, 13)", async () => {
    const { engine, sessions } = await prepare(database)
    using recording = record(engine)
    const users = Array.from({ length: 1000 }, (_, index) => new User({ email: `${(index * 7919) % 1000}@example.org`, name: `n${index}` }))
    await sessions.begin((db) => void db.addAll(users))
    assert.deepEqual(
      users.map(({ id }) => id),
      users.map((_, index) => index + 1),
    )
    if (batches) assert.deepEqual(brief(recording.statements), ["insert user"])
    await using db = sessions()
    const rows = await db.all(select(User).orderBy(User.c.id.asc()))
    assert.deepEqual(
      rows.map(({ email, name }) => [email, name]),
      users.map(({ email, name }) => [email, name]),
    )
    assert.deepEqual(
      rows.map(({ createdAt }) => createdAt),
      users.map(({ createdAt }) => createdAt),
    )
  })

  test("rows whose keys are given find their server defaults by the key (13)", async () => {
    const { sessions } = await prepare(database)
    const seats = Array.from({ length: 50 }, (_, index) => new Seat({ hall: `h${index % 7}`, number: (index * 31) % 50 }))
    await sessions.begin((db) => void db.addAll(seats))
    assert.ok(seats.every(({ isTaken }) => !isTaken))
  })

  test("rows with other columns given are statements of their own, in the order they were added (14)", async () => {
    const { engine, sessions } = await prepare(database)
    using recording = record(engine)
    const userId = (
      await sessions.begin(async (db) => {
        const user = db.add(new User({ email: "a@example.org", name: "A" }))
        await db.flush()
        return user
      })
    ).id
    recording.clear()
    const posts = [
      new Post({ title: "1", userId }),
      new Post({ title: "2", userId, views: 5 }),
      new Post({ title: "3", userId, views: 6 }),
      new Post({ title: "4", userId }),
    ]
    await sessions.begin((db) => void db.addAll(posts))
    assert.deepEqual(
      distinct(recording.statements).filter((each) => each !== "begin" && each !== "commit"),
      ["insert post"],
    )
    assert.equal(recording.statements.length - 2, batches ? 3 : 4)
    assert.deepEqual(
      posts.map(({ id, views }) => [id, views]),
      [
        [1, 0],
        [2, 5],
        [3, 6],
        [4, 0],
      ],
    )
  })

  test("null is written; what is not given is the database's business (15)", async () => {
    const { sessions } = await prepare(database)
    await assert.rejects(
      sessions.begin((db) => void db.add(new User({ email: "a@example.org", name: "A", createdAt: null as never }))),
      NotNullViolationError,
    )
    const user = await sessions.begin((db) => db.add(new User({ email: "a@example.org", name: "A" })))
    assert.ok(user.createdAt instanceof Date)
  })

  test("undefined leaves a column as it is, null sets it to null (16)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(new Booking({ price: "1.00", hall: null, details: { notes: ["a"] } })))
    await using db = sessions()
    const booking = await db.one(select(Booking))
    booking.price = undefined as never
    using recording = record(engine)
    await db.flush()
    assert.deepEqual(recording.statements, [])
    booking.details = null
    await db.commit()
    assert.equal(await sessions.begin((other) => other.scalar(select(Booking.c.details))), null)
  })

  test("only columns that were not given are read back (17)", async () => {
    const { engine, sessions } = await prepare(database)
    using recording = record(engine)
    await sessions.begin((db) => void db.add(new User({ id: 7, email: "a@example.org", name: "A", createdAt: new Date(0) })))
    assert.match(recording.statements.join(), /^insert into "user" \("id", "email", "name", "created_at"\) values \([^)]*\)$/)
    recording.clear()
    await sessions.begin((db) => void db.add(new User({ email: "b@example.org", name: "B" })))
    assert.match(recording.statements.join(), /returning "id", "created_at"$/)
  })

  test("nothing changed sends nothing (10, 11)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(new Booking({ price: "1.00", details: { notes: ["a"] } })))
    await using db = sessions()
    const booking = await db.one(select(Booking))
    using recording = record(engine)
    booking.price = "1.00"
    booking.details = { notes: ["a"] }
    await db.flush()
    await db.commit()
    assert.deepEqual(recording.statements, [])
    await sessions.begin(() => undefined)
    assert.deepEqual(recording.statements, [])
  })

  test("a change inside a JSON value is noticed (12)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(new Booking({ price: "1.00", details: { notes: ["a"] } })))
    using recording = record(engine)
    await sessions.begin(async (db) => void (await db.one(select(Booking))).details!.notes.push("b"))
    assert.match(recording.statements[1]!, /^update "booking" set "details" = \S+, "updated_at" = \S+ where "id" = \S+$/)
    assert.deepEqual(await sessions.begin((db) => db.scalar(select(Booking.c.details))), { notes: ["a", "b"] })
  })

  test("a column with onUpdate is set by every update that does not set it", async () => {
    const { sessions } = await prepare(database)
    const booking = await sessions.begin(async (db) => {
      const added = db.add(new Booking({ price: "1.00" }))
      await db.flush()
      assert.equal(added.updatedAt, null)
      added.price = "2.00"
      return added
    })
    assert.deepEqual(booking.updatedAt, new Date("2026-01-02T03:04:05Z"))
  })

  test("rows with the same changed columns are updated in one statement (12)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => {
      for (let number = 1; number <= 20; number++) db.add(new Booking({ price: `${number}.50`, details: { notes: [] } }))
    })
    using recording = record(engine)
    await sessions.begin(async (db) => {
      for (const booking of await db.all(select(Booking))) {
        booking.price = `${booking.id}.75`
        booking.details = booking.id % 2 === 0 ? null : { notes: ['"quoted", {braced} \\ NULL', ""] }
        if (booking.id > 10) booking.updatedAt = new Date(booking.id)
      }
    })
    assert.deepEqual(distinct(recording.statements), ["select", "begin", "update booking", "commit"])
    assert.equal(brief(recording.statements).filter((each) => each === "update booking").length, batches ? 1 : 20)
    await using db = sessions()
    const bookings = await db.all(select(Booking).orderBy(Booking.c.id.asc()))
    assert.deepEqual(
      bookings.map(({ price }) => price),
      Array.from({ length: 20 }, (_, index) => `${index + 1}.75`),
    )
    assert.deepEqual(bookings[0]!.details, { notes: ['"quoted", {braced} \\ NULL', ""] })
    assert.equal(bookings[1]!.details, null)
  })

  test("an expression is written as it is, and its value read back (18)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(Post, { title: "p", author: new User({ email: "a@example.org", name: "A" }) }))
    using recording = record(engine)
    await sessions.begin(async (db) => {
      const post = await db.one(select(Post))
      post.views = Post.c.views.plus(41) as never
      post.title = "q"
      await db.flush()
      assert.equal(post.views, 41)
      post.views = Post.c.views.plus(1) as never
      await db.flush()
      assert.equal(post.views, 42)
    })
    assert.match(
      recording.statements[2]!,
      /^update "post" set "title" = \S+, "views" = \(?"post"."views" \+ \S+ where "id" = \S+ returning "views"$/,
    )
  })

  test("moving a child between lists is one UPDATE (19)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => {
      const author = db.add(User, { email: "a@example.org", name: "A" })
      db.add(Post, { title: "1", author, comments: [new Comment({ body: "c" })] })
      db.add(Post, { title: "2", author })
    })
    using recording = record(engine)
    await sessions.begin(async (db) => {
      const [first, second] = await db.all(select(Post).orderBy(Post.c.id.asc()).with("comments"))
      second!.comments.push(first!.comments.pop()!)
    })
    assert.deepEqual(brief(recording.statements).slice(2), ["update comment"])
    assert.equal(await sessions.begin((db) => db.scalar(select(Comment.c.postId))), 2)
  })

  test("what is taken out of a list loses its parent, or is refused when it cannot be without one", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(User, { email: "a@example.org", name: "A", posts: [new Post({ title: "p", userId: 0 })] }))
    await using db = sessions()
    const user = await db.one(select(User).with("posts"))
    user.posts.pop()
    using recording = record(engine)
    await assert.rejects(db.flush(), (error: Error) => error instanceof ValueError && error.message.includes("post.user_id cannot be null"))
    assert.deepEqual(recording.statements, [])
  })

  test("a many-to-one that was set wins over the foreign key, when it was changed", async () => {
    const { sessions } = await prepare(database)
    const [ada, bob] = await sessions.begin((db) =>
      db.addAll([new User({ email: "a@example.org", name: "A" }), new User({ email: "b@example.org", name: "B" })]),
    )
    const post = await sessions.begin(async (db) => {
      const added = db.add(Post, { title: "p", userId: ada!.id, author: await db.one(select(User).where(User.c.id.eq(bob!.id))) })
      await db.flush()
      assert.equal(added.userId, bob!.id)
      added.userId = ada!.id
      return added
    })
    assert.equal(post.userId, ada!.id)
    assert.equal(await sessions.begin((db) => db.scalar(select(Post.c.userId))), ada!.id)
  })

  test("a many-to-many list writes only the rows that came and went (20)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => {
      const author = new User({ email: "a@example.org", name: "A" })
      db.add(Post, { title: "p", author, tags: ["a", "b", "c"].map((label) => new Tag({ label })) })
    })
    using recording = record(engine)
    await sessions.begin(async (db) => {
      const post = await db.one(select(Post).with("tags", (tags) => tags.orderBy(Tag.c.label.asc())))
      post.tags.shift()
      const tag = db.add(Tag, { label: "d", posts: [post] })
      post.tags.push(tag)
    })
    assert.deepEqual(brief(recording.statements).slice(2), ["begin", "insert tag", "insert post_tag", "delete post_tag", "commit"])
    await using db = sessions()
    const post = await db.one(select(Post).with("tags", (tags) => tags.orderBy(Tag.c.label.asc())))
    assert.deepEqual(
      post.tags.map(({ label }) => label),
      ["b", "c", "d"],
    )
    db.delete(post)
    await db.commit()
    assert.equal((await db.all(select(PostTag))).length, 0)
  })

  test("rows that point at each other: INSERT, INSERT, UPDATE, and to delete UPDATE, DELETE, DELETE (5)", async () => {
    const { engine, sessions } = await prepare(database)
    using recording = record(engine)
    await sessions.begin((db) => {
      const team = db.add(Team, { name: "t" })
      const captain = db.add(Player, { name: "p", team })
      Object.assign(team, { captain })
    })
    assert.deepEqual(brief(recording.statements), ["begin", "insert team", "insert player", "update team", "commit"])
    recording.clear()
    await sessions.begin(async (db) => {
      const team = await db.one(select(Team).with("captain"))
      assert.equal(team.captain?.name, "p")
      db.delete(team)
      db.delete(team.captain)
    })
    assert.deepEqual(brief(recording.statements).slice(2), ["begin", "update team", "delete player", "delete team", "commit"])
  })

  test("a circle that nothing can break is an error that names the tables, before anything is sent (6)", async () => {
    const { engine, sessions } = await prepare(database)
    await using db = sessions()
    const egg = db.add(Egg, {})
    const hen = db.add(Hen, { egg })
    Object.assign(egg, { hen })
    using recording = record(engine)
    await assert.rejects(db.flush(), (error: Error) => error instanceof CircularDependencyError && error.message.includes("egg, hen"))
    assert.deepEqual(recording.statements, [])
  })

  test("tables that refer to each other do not keep rows from being ordered (7)", async () => {
    const { engine, sessions } = await prepare(database)
    using recording = record(engine)
    await sessions.begin((db) => {
      const first = db.add(Team, { name: "1" })
      const player = db.add(Player, { name: "p", team: first })
      db.add(Team, { name: "2", captain: player })
    })
    assert.deepEqual(brief(recording.statements), ["begin", "insert team", "insert player", "insert team", "commit"])
  })

  test("a one-to-one partner is exchanged", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(User, { email: "a@example.org", name: "A", profile: new Profile({ bio: "old" }) }))
    await sessions.begin(async (db) => {
      const user = await db.one(select(User).with("profile"))
      user.profile!.userId = null
      await db.flush()
      user.profile = db.add(new Profile({ bio: "new" }))
    })
    await using db = sessions()
    assert.equal((await db.one(select(User).with("profile"))).profile?.bio, "new")
  })

  test("an update or delete that misses its row says so, and nothing is kept (94)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => {
      for (let number = 1; number <= 3; number++) db.add(new Booking({ price: `${number}.00` }))
    })
    await using db = sessions()
    const bookings = await db.all(select(Booking).orderBy(Booking.c.id.asc()))
    await db.commit()
    await sessions.begin(async (other) => other.delete(await other.one(select(Booking).where(Booking.c.id.eq(2)))))
    for (const booking of bookings) booking.price = "9.00"
    await assert.rejects(
      db.commit(),
      (error: Error) =>
        error instanceof StaleDataError &&
        /UPDATE of booking: 3 rows were expected, 2 found|1 row was expected, 0 found/.test(error.message),
    )
    assert.deepEqual(
      bookings.map(({ price }) => price),
      ["1.00", "2.00", "3.00"],
    )
    assert.deepEqual(await sessions.begin((other) => other.all(select(Booking.c.price).orderBy(Booking.c.id.asc()))), ["1.00", "3.00"])
    for (const booking of bookings) db.delete(booking)
    await assert.rejects(db.commit(), StaleDataError)
    assert.equal((await sessions.begin((other) => other.all(select(Booking)))).length, 2)
  })

  test("what the database deletes or empties with a row is so in the session too (57)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => {
      const book = db.add(Book, { shelf: new Shelf({ name: "s" }) })
      db.add(Review, { book })
    })
    await using db = sessions()
    const [shelf, book, review] = [await db.one(select(Shelf)), await db.one(select(Book)), await db.one(select(Review))]
    db.delete(shelf)
    using recording = record(engine)
    await db.flush()
    assert.deepEqual(brief(recording.statements), ["begin", "delete shelf"])
    assert.equal(review.bookId, null)
    assert.equal(await db.get(Book, 1), null)
    assert.deepEqual([db.dirty, await db.all(select(Review.c.bookId))], [[], [null]])
    await db.rollback()
    assert.deepEqual([review.bookId, await db.get(Book, 1), await db.get(Shelf, 1)], [1, book, shelf])
    db.delete(shelf)
    await db.commit()
    assert.throws(() => db.delete(book), DetachedEntityError)
  })

  test("keys that the database makes without counting find their rows, since each is a statement of its own (13)", async () => {
    const { engine, sessions } = await prepare(database)
    const tickets = Array.from({ length: 20 }, (_, seat) => new Ticket({ seat }))
    using recording = record(engine)
    await sessions.begin((db) => void db.addAll(tickets))
    assert.equal(recording.statements.length, 22)
    if (engine.pipelines) assert.equal(recording.flights.length, 1)
    const rows = await sessions.begin((db) => db.all(select(Ticket)))
    assert.deepEqual(new Map(rows.map(({ code, seat }) => [code, seat])), new Map(tickets.map(({ code, seat }) => [code, seat])))
  })

  test("rows without a key can be added and read, not changed or deleted one by one", async () => {
    const { sessions } = await prepare(database)
    await using db = sessions()
    const line = db.add(new LogLine({ message: "a" }))
    db.add(new LogLine({ message: "b" }))
    await db.flush()
    assert.ok(line.writtenAt instanceof Date)
    assert.deepEqual((await db.all(select(LogLine))).map(({ message }) => message).toSorted(), ["a", "b"])
    assert.throws(() => db.delete(line), ArgumentError)
    await db.commit()
  })

  test("a new row without a key is refused before anything is sent (28, 29)", async () => {
    const { engine, sessions } = await prepare(database)
    await using db = sessions()
    db.add(new Seat({ hall: "a", number: null as never }))
    using recording = record(engine)
    await assert.rejects(
      db.flush(),
      (error: Error) => error instanceof ValueError && error.message.includes("seat.number is part of the primary key"),
    )
    assert.deepEqual(recording.statements, [])
  })

  test("a loaded many-to-one follows its foreign key, or is not loaded any more", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => {
      const author = db.add(User, { email: "a@example.org", name: "A" })
      db.addAll([new User({ email: "b@example.org", name: "B" }), new User({ email: "c@example.org", name: "C" })])
      db.add(Post, { title: "p", author })
    })
    await using db = sessions()
    const post = await db.one(select(Post).with("author"))
    const second = await db.get(User, 2)
    post.userId = 2
    await db.flush()
    assert.equal(post.author, second)
    post.userId = 3
    await db.flush()
    assert.equal("author" in post, false)
    await db.rollback()
    assert.deepEqual([post.userId, post.author.name], [1, "A"])
  })

  test("two objects for one key are refused before the database would (42)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(new Seat({ hall: "a", number: 1 })))
    await using db = sessions()
    await db.get(Seat, ["a", 1])
    using recording = record(engine)
    db.add(new Seat({ hall: "a", number: 1 }))
    await assert.rejects(db.flush(), (error: Error) => error instanceof IdentityConflictError && error.message.includes("Seat (a, 1)"))
    await db.rollback()
    db.addAll([new Seat({ hall: "b", number: 1 }), new Seat({ hall: "b", number: 1 })])
    await assert.rejects(db.flush(), (error: Error) => error instanceof IdentityConflictError && error.message.includes("Seat (b, 1)"))
    assert.deepEqual(recording.statements, [])
  })

  test("10,000 objects are flushed without deep stacks or too many arguments (32)", async () => {
    const { sessions } = await prepare(database)
    let parent: Comment | undefined
    await sessions.begin(async (db) => {
      const author = db.add(User, { email: "a@example.org", name: "A" })
      for (let number = 0; number < 10_000; number++) db.add(Post, { title: `${number}`, author })
      for (let number = 0; number < 300; number++) parent = db.add(Comment, parent === undefined ? { body: "x" } : { body: "x", parent })
    })
    await sessions.begin(async (db) => {
      for (const post of await db.all(select(Post))) post.title += "!"
    })
    await sessions.begin(async (db) => {
      const posts = await db.all(select(Post))
      assert.ok(posts.every(({ title }) => title.endsWith("!")))
      for (const post of posts) db.delete(post)
    })
    assert.equal((await sessions.begin((db) => db.all(select(Post)))).length, 0)
  })
})
