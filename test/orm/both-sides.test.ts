import assert from "node:assert/strict"
import { test } from "node:test"
import { ArgumentError, select, type Session, type Sessions, sql, ValueError } from "../../src/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { Book, Comment, Post, Profile, record, Review, Shelf, Tag, User } from "./models.ts"
import { prepare } from "./support.ts"

/** Posts a (of comments 1 and 2, and the tag x) and b, of Ada; Bob. */
async function seed(sessions: Sessions): Promise<void> {
  await sessions.begin((db) => {
    const author = db.add(User, { email: "ada@example.org", name: "Ada", profile: new Profile({ bio: "Analyst" }) })
    db.add(User, { email: "bob@example.org", name: "Bob" })
    const comments = ["1", "2"].map((body) => new Comment({ body }))
    db.add(Post, { title: "a", author, comments, tags: [new Tag({ label: "x" })] })
    db.add(Post, { title: "b", author })
  })
}

const bodies = (comments: readonly Comment[]) => comments.map(({ body }) => body)

forEachDatabase("both sides of a relation", (database) => {
  const prepared = async () => {
    const made = await prepare(database)
    await seed(made.sessions)
    return made
  }
  const posts = async (db: Session) => {
    const [a, b] = await db.all(
      select(Post)
        .orderBy(Post.c.id)
        .with("comments", (comments) => comments.with("post"))
        .with("tags"),
    )
    return [a!, b!] as const
  }

  for (const by of ["relation", "key", "list"] as const) {
    test(`a child that moves by its ${by} leaves one loaded list and joins the other with the flush, and a rollback undoes it (65, 66)`, async () => {
      const { engine, sessions } = await prepared()
      await using db = sessions()
      const [a, b] = await posts(db)
      const [comment] = a.comments
      if (by === "relation") comment!.post = b
      else if (by === "key") comment!.postId = b.id
      else b.comments.push(comment!)
      using recording = record(engine)
      await db.flush()
      assert.equal(recording.statements.length, 2, "a BEGIN and an UPDATE: nothing is loaded")
      assert.deepEqual([bodies(a.comments), bodies(b.comments)], [["2"], ["1"]])
      assert.deepEqual([comment!.post, comment!.postId], [b, b.id])
      await db.flush()
      assert.equal(recording.statements.length, 2)
      await db.rollback()
      assert.deepEqual([bodies(a.comments), bodies(b.comments)], [["1", "2"], []])
      assert.equal(comment!.post, a)
    })
  }

  test("a list keeps being the array that it is", async () => {
    const { sessions } = await prepared()
    await using db = sessions()
    const [a, b] = await posts(db)
    const { comments } = b
    a.comments[0]!.post = b
    await db.flush()
    assert.equal(b.comments, comments)
    assert.deepEqual(bodies(comments), ["1"])
  })

  test("a new child joins the list of its parent, once, and a list that is not loaded stays so (65)", async () => {
    const { engine, sessions } = await prepared()
    await using db = sessions()
    const [a] = await posts(db)
    const user = (await db.get(User, 2))!
    const comment = db.add(Comment, { body: "3", post: a })
    ;(a.comments as Comment[]).push(comment)
    db.add(new Comment({ body: "4", postId: a.id }))
    using recording = record(engine)
    db.add(Post, { title: "c", author: user })
    await db.flush()
    assert.ok(recording.statements.every((text) => text === "begin" || text.startsWith("insert")))
    assert.deepEqual(bodies(a.comments), ["1", "2", "3", "4"])
    assert.equal(Reflect.has(user, "posts"), false)
  })

  test("a list that was loaded in part loses what goes, and gains nothing (64, 65)", async () => {
    const { sessions } = await prepared()
    await using db = sessions()
    const [a, b] = await db.all(
      select(Post)
        .orderBy(Post.c.id)
        .with("comments", (comments) => comments.where(Comment.c.body.ne("2"))),
    )
    a!.comments[0]!.postId = b!.id
    await db.flush()
    assert.deepEqual([bodies(a!.comments), bodies(b!.comments)], [[], []])
  })

  test("a list that is replaced lets go of its members on both sides (66)", async () => {
    const { sessions } = await prepared()
    await using db = sessions()
    const [a] = await posts(db)
    const [one, two] = a.comments
    a.comments = [two!]
    await db.flush()
    assert.deepEqual([one!.post, one!.postId, two!.post], [null, null, a])
  })

  test("what is deleted leaves the lists that it is in (57, 65)", async () => {
    const { sessions } = await prepared()
    await using db = sessions()
    const [a, b] = await posts(db)
    const [tag] = a.tags
    b.tags.push(tag!)
    await db.flush()
    db.delete(a.comments[0]!)
    await db.execute(sql`delete from post_tag`)
    db.delete(tag!)
    await db.flush()
    assert.deepEqual([bodies(a.comments), a.tags, b.tags], [["2"], [], []])
    await db.rollback()
    assert.deepEqual([bodies(a.comments), a.tags, b.tags], [["1", "2"], [tag], []])
  })

  test("what the database deletes and lets go along is not referred to any more (57)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(Review, { book: db.add(Book, { shelf: new Shelf({ name: "s" }) }) }))
    await using db = sessions()
    const review = await db.one(select(Review).with("book"))
    const book = review.book!
    const shelf = await db.one(select(Shelf))
    db.delete(shelf)
    await db.flush()
    assert.deepEqual([review.bookId, review.book], [null, null])
    await db.rollback()
    assert.equal(review.book, book)
  })

  test("both lists over a table between show what was added and taken away (65)", async () => {
    const { sessions } = await prepared()
    await using db = sessions()
    const [a, b] = await posts(db)
    const tag = await db.one(select(Tag).with("posts"))
    b.tags.push(tag)
    a.tags = []
    await db.flush()
    assert.deepEqual(tag.posts, [b])
    tag.posts.length = 0
    await db.flush()
    assert.deepEqual(b.tags, [])
    await db.rollback()
    assert.deepEqual([a.tags, b.tags, tag.posts], [[tag], [], [a]])
  })

  for (const by of ["the parent", "the child"] as const) {
    test(`a partner that is set by ${by} lets go of the previous one on both sides (67)`, async () => {
      const { sessions } = await prepared()
      await using db = sessions()
      const ada = await db.one(
        select(User)
          .where(User.c.name.eq("Ada"))
          .with("profile", (profile) => profile.with("user")),
      )
      const before = ada.profile!
      const next = db.add(new Profile({ bio: "Countess" }))
      if (by === "the parent") ada.profile = next as typeof before
      else Object.assign(next, { user: ada })
      await db.flush()
      assert.equal(ada.profile, next)
      assert.deepEqual([before.user, before.userId, next.userId], [null, null, ada.id])
      await db.rollback()
      assert.deepEqual([ada.profile, before.user], [before, ada])
    })
  }

  test("two exchange their partners in a flush (67)", async () => {
    const { sessions } = await prepared()
    await sessions.begin(async (db) => void db.add(Profile, { bio: "Programmer", user: await db.get(User, 2) }))
    await using db = sessions()
    const [ada, bob] = await db.all(select(User).orderBy(User.c.id).with("profile"))
    const [first, second] = [ada!.profile!, bob!.profile!]
    ada!.profile = second
    bob!.profile = first
    await db.commit()
    assert.deepEqual([first.userId, second.userId], [bob!.id, ada!.id])
  })

  test("a child that two lists gain at once is refused by name, unless its many-to-one decides (62, 65)", async () => {
    const { sessions } = await prepared()
    await using db = sessions()
    const [a, b] = await posts(db)
    const comment = db.add(new Comment({ body: "3" })) as (typeof a.comments)[0]
    a.comments.push(comment)
    b.comments.push(comment)
    await assert.rejects(
      db.flush(),
      (error) => error instanceof ArgumentError && /was given to Post 1 and to Post 2, and comment\.post_id/.test(error.message),
    )
    comment.post = b
    await db.flush()
    assert.deepEqual([bodies(a.comments), bodies(b.comments), comment.postId], [["1", "2"], ["3"], b.id])
  })

  test("a partner that cannot be without one is refused by name (67)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(Book, { shelf: new Shelf({ name: "s" }) }))
    await using db = sessions()
    const book = await db.one(select(Book).with("shelf"))
    Object.assign(book, { shelf: null })
    await assert.rejects(db.flush(), ValueError)
  })

  test("assign() sets both sides at once, without loading anything (65, 66, 67)", async () => {
    const { engine, sessions } = await prepared()
    await using db = sessions()
    const [a, b] = await posts(db)
    const [one, two] = a.comments
    const tag = await db.one(select(Tag).with("posts"))
    const ada = await db.one(
      select(User)
        .where(User.c.name.eq("Ada"))
        .with("profile", (profile) => profile.with("user")),
    )
    const before = ada.profile!
    using recording = record(engine)
    db.assign(one!, { post: b })
    assert.deepEqual([bodies(a.comments), bodies(b.comments)], [["2"], ["1"]])
    db.assign(b, { comments: [two!] })
    assert.deepEqual([bodies(a.comments), one!.post, two!.post], [[], null, b])
    db.assign(b, { tags: [tag] })
    assert.deepEqual(tag.posts, [a, b])
    db.assign(tag, { posts: [b] })
    assert.deepEqual([a.tags, b.tags], [[], [tag]])
    const next = new Profile({ bio: "Countess" })
    db.assign(ada, { profile: next as typeof before })
    assert.deepEqual([before.user, Reflect.get(next, "user")], [null, ada])
    assert.deepEqual(recording.statements, [])
    await db.commit()
    assert.deepEqual([one!.postId, two!.postId, before.userId, next.userId], [null, b.id, null, ada.id])
  })

  test("ten thousand children join one list in linear time (65)", async () => {
    const { sessions } = await prepared()
    await using db = sessions()
    const [a] = await posts(db)
    for (let index = 0; index < 10_000; index++) db.add(new Comment({ body: "x", postId: a.id }))
    await db.flush()
    assert.equal(a.comments.length, 10_002)
  })
})
