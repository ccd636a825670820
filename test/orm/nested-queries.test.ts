/** What the query of a relation may say beside its conditions: each clause is right for every parent, or refused by its name. */
import assert from "node:assert/strict"
import { test } from "node:test"
import {
  aliased,
  coalesce,
  count,
  max,
  prepared,
  integer,
  rowNumber,
  select,
  sql,
  StatementError,
  UnsupportedError,
  type Sessions,
  type Statement,
} from "../../src/index.ts"
import { forEachDatabase, unless } from "../support/databases.ts"
import { Comment, Post, record, Tag, User } from "./models.ts"
import { prepare } from "./support.ts"

/** Two posts; comments "a1" to "a4" of the first, "b1" and "b2" of the second; replies to "a1". */
async function seed(sessions: Sessions): Promise<void> {
  await sessions.begin((db) => {
    const author = db.add(User, { email: "ada@example.org", name: "Ada" })
    const tags = ["x", "y", "z"].map((label) => db.add(Tag, { label }))
    const a = db.add(Post, { title: "a", author, tags })
    const b = db.add(Post, { title: "b", author, tags: [tags[1]!] })
    const [first] = ["a1", "a2", "a3", "a4"].map((body) => db.add(Comment, { body, post: a }))
    for (const body of ["b1", "b2"]) db.add(Comment, { body, post: b })
    for (const body of ["r1", "r2", "r3"]) db.add(Comment, { body, parent: first! })
  })
}

const bodies = (comments: readonly Comment[]) => comments.map(({ body }) => body)
const posts = select(Post).orderBy(Post.c.id.asc())

forEachDatabase("the query of a relation", (database) => {
  async function seeded() {
    const { engine, sessions } = await prepare(database)
    await seed(sessions)
    return { engine, sessions }
  }

  test("gives each row once before the rows of a parent are counted, when it says distinct", async () => {
    const { sessions } = await seeded()
    await using db = sessions()
    const reply = aliased(Comment, "reply")
    const found = await db.all(
      posts.with("comments", (comments) =>
        comments.leftJoin(reply, reply.c.parentId.eq(Comment.c.id)).distinct().orderBy(Comment.c.body.asc()).limit(2),
      ),
    )
    assert.deepEqual(
      found.map((post) => bodies(post.comments)),
      [
        ["a1", "a2"],
        ["b1", "b2"],
      ],
    )
    const all = await db.all(posts.with("comments", (comments) => comments.leftJoin(reply, reply.c.parentId.eq(Comment.c.id)).distinct()))
    assert.deepEqual(
      all.map((post) => bodies(post.comments)),
      [
        ["a1", "a2", "a3", "a4"],
        ["b1", "b2"],
      ],
    )
  })

  test("orders by expressions with values in them, and limits by expressions", async () => {
    const { sessions } = await seeded()
    await using db = sessions()
    const byLast = sql`substr(${Comment.c.body}, ${2})`.returns(integer())
    const found = await db.all(
      posts.with("comments", (comments) =>
        comments
          .distinct()
          .orderBy(byLast.desc())
          .limit(select(count()).from(Post).asScalar())
          .offset(coalesce(select(max(Post.c.views)).from(Post).asScalar(), 0)),
      ),
    )
    assert.deepEqual(
      found.map((post) => bodies(post.comments)),
      [
        ["a4", "a3"],
        ["b2", "b1"],
      ],
    )
  })

  test("orders by a window function, with a limit per parent and without", async () => {
    const { sessions } = await seeded()
    await using db = sessions()
    const place = rowNumber().over({ orderBy: [Comment.c.body.desc()] })
    for (const limit of [2, 9]) {
      const found = await db.all(posts.with("comments", (comments) => comments.orderBy(place.asc()).limit(limit)))
      assert.deepEqual(
        found.map((post) => bodies(post.comments)),
        [["a4", "a3", "a2", "a1"].slice(0, limit), ["b2", "b1"]],
      )
      await db.rollback()
    }
    const [first] = await db.all(posts.with("comments", (comments) => comments.orderBy(place.asc())))
    assert.deepEqual(bodies(first!.comments), ["a4", "a3", "a2", "a1"])
  })

  test("uses common table expressions, with a limit per parent and without", async () => {
    const { sessions } = await seeded()
    await using db = sessions()
    const answered = select({ id: Comment.c.parentId }).from(Comment).where(Comment.c.parentId.isNotNull()).cte("answered")
    for (const limit of [1, undefined]) {
      const found = await db.all(
        posts.with("comments", (comments) => {
          const query = comments.where(Comment.c.id.in(select(answered.c.id).from(answered))).orderBy(Comment.c.id.asc())
          return limit === undefined ? query : query.limit(limit)
        }),
      )
      assert.deepEqual(
        found.map((post) => bodies(post.comments)),
        [["a1"], []],
      )
      await db.rollback()
    }
  })

  test("takes the parameters of a prepared statement, in its limit too", async () => {
    const { sessions } = await seeded()
    await using db = sessions()
    const statement = prepared({ most: integer(), from: integer() }, (p) =>
      posts.with("comments", (comments) => comments.orderBy(Comment.c.body.asc()).limit(p.most).offset(p.from)),
    )
    const found = await db.all(statement({ most: 2, from: 1 }))
    assert.deepEqual(
      found.map((post) => bodies(post.comments)),
      [["a2", "a3"], ["b2"]],
    )
  })

  test(
    "takes the first of each by distinctOn, for every parent",
    unless(database, "nativeTypes", "SQLite has no DISTINCT ON"),
    async () => {
      const { sessions } = await seeded()
      await using db = sessions()
      const odd = sql`${Comment.c.id} % ${2}`.returns(integer())
      for (const query of [
        posts.with("comments", (comments) => comments.distinctOn(odd).orderBy(odd.asc(), Comment.c.body.desc())),
        posts.with("comments", (comments) => comments.distinctOn(odd)),
      ]) {
        const found = await db.all(query)
        assert.deepEqual(
          found.map(({ comments }) => comments.length),
          [2, 2],
        )
        await db.rollback()
      }
      await assert.rejects(
        db.all(posts.with("comments", (comments) => comments.distinctOn(odd).distinct())),
        (error) => error instanceof StatementError && error.message.includes("distinctOn()"),
      )
    },
  )

  test("locks the rows, also with a limit per parent, in a transaction", async () => {
    const { engine, sessions } = await seeded()
    await using db = sessions()
    const locking = [
      posts.with("comments", (comments) => comments.forUpdate()),
      posts.with("comments", (comments) => comments.orderBy(Comment.c.body.desc()).limit(1).forUpdate({ skipLocked: true })),
      posts.with("author", (author) => author.forUpdate()),
    ]
    for (const statement of locking as readonly Statement[]) {
      using recording = record(engine)
      if (!database.capabilities.nativeTypes) {
        await assert.rejects(db.all(statement), UnsupportedError)
        continue
      }
      await db.all(statement)
      assert.match(recording.statements.at(-1)!, / for update/)
      assert.ok(recording.statements.includes("begin"))
      await db.rollback()
    }
  })

  test("locks a many-to-one that the session has already", unless(database, "nativeTypes", "SQLite locks no rows"), async () => {
    const { engine, sessions } = await seeded()
    await using db = sessions()
    await db.all(select(User))
    using recording = record(engine)
    await db.all(posts.with("author", (author) => author.forUpdate()))
    assert.match(recording.statements.at(-1)!, /from "user" .* for update$/)
  })

  test("limits with ties per parent, where the database can", async () => {
    const { sessions } = await seeded()
    await using db = sessions()
    const statement = posts.with("comments", (comments) => comments.orderBy(Comment.c.postId.asc()).limit(1, { withTies: true }))
    if (!database.capabilities.lateralJoins) return await assert.rejects(db.all(statement), UnsupportedError)
    assert.deepEqual(
      (await db.all(statement)).map(({ comments }) => comments.length),
      [4, 2],
    )
  })

  test("of a many-to-many says the same of the rows between", async () => {
    const { sessions } = await seeded()
    await using db = sessions()
    const found = await db.all(posts.with("tags", (tags) => tags.join(Tag.posts).distinct().orderBy(Tag.c.label.desc()).limit(2).offset(0)))
    assert.deepEqual(
      found.map((post) => post.tags.map(({ label }) => label)),
      [["z", "y"], ["y"]],
    )
  })

  test("cannot be another query, nor a set of several", async () => {
    await seeded()
    assert.throws(
      () => posts.with("comments", (() => select(User)) as never),
      (error) => error instanceof StatementError && error.message.includes("gave a query of user"),
    )
    assert.throws(
      () => posts.with("comments", ((comments: any) => comments.union(comments)) as never),
      (error) => error instanceof StatementError && error.message.includes('with("comments")'),
    )
  })
})
