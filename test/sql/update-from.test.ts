import assert from "node:assert/strict"
import { before, beforeEach, describe, test } from "node:test"
import { aliased, and, count, deleteFrom, insert, max, select, type Statement, sql, StatementError, UnsupportedError, update } from "rebis"
import { forEachDatabase } from "../support/databases.ts"
import { Comment, comments, type Library, openLibrary, Post, posts, PostTag, Tag, User, users } from "./library.ts"
import { onPostgres, onSqlite, plain } from "./statement-case.ts"

const titles = select(Post.c.title).orderBy(Post.c.id)
const views = select({ userId: Post.c.userId, n: count() }).from(Post).groupBy(Post.c.userId).as("views")

/** The text on PostgreSQL, and on SQLite where it is another one. */
function sends(statement: Statement, text: string, sqlite = text.replaceAll(/\$\d+/g, "?")): void {
  assert.equal(onPostgres(statement).text, text)
  assert.equal(onSqlite(statement).text, sqlite)
}

forEachDatabase("update with further tables", (database) => {
  let library: Library
  before(async () => {
    library = await openLibrary(database, false)
  })
  beforeEach(async () => {
    for (const table of ["post_tag", "tag", "comment", "post", "user"]) await library.all(sql`delete from ${sql.identifier(table)}`)
    await library.all(insert(User).values(users))
    await library.all(insert(Post).values(posts))
    await library.all(insert(Comment).values(comments))
  })

  test("takes values of another table's rows", async () => {
    const statement = update(Post)
      .set({ title: User.c.name.concat(": ").concat(Post.c.title), viewCount: 0 })
      .from(User)
      .where(User.c.id.eq(Post.c.userId), User.c.id.eq(1))
    await library.all(statement)
    assert.deepEqual(await library.all(titles), ["Ada: Engines", "Ada: Notes", "Fish"])
    sends(
      statement,
      `update "post" set "title" = ("user"."name" || $1) || "post"."title", "view_count" = $2 from "user" where "user"."id" = "post"."user_id" and "user"."id" = $3`,
    )
  })

  test("finds the other table by a relation, whatever its condition", async () => {
    const statement = update(Post).set({ title: User.c.email }).from(Post.author).where(User.c.name.eq("Bob")).returning(Post.c.id)
    assert.deepEqual(await library.all(statement), [3])
    sends(
      statement,
      `update "post" set "title" = "user"."email" from "user" where "post"."user_id" = "user"."id" and "user"."name" = $1 returning "post"."id"`,
    )
    assert.equal((await library.all(update(Post).set({ viewCount: User.c.id }).from(Post.author).allRows().returning())).length, 3)
  })

  test("goes by a table between", async () => {
    await library.all(insert(Tag).values({ id: 1, label: "t" }))
    await library.all(insert(PostTag).values({ postId: 2, tagId: 1 }))
    const statement = update(Post).set({ title: Tag.c.label }).from(Post.tags).where(Tag.c.id.gt(0))
    await library.all(statement)
    assert.deepEqual(await library.all(titles), ["Engines", "t", "Fish"])
    sends(
      statement,
      `update "post" set "title" = "tag"."label" from "post_tag" inner join "tag" on "post_tag"."tag_id" = "tag"."id" where "post"."id" = "post_tag"."post_id" and "tag"."id" > $1`,
    )
  })

  test("joins further ones, from each other and from the table itself", async () => {
    const statement = update(Comment)
      .set({ body: User.c.name.concat(" on ").concat(Post.c.title) })
      .from(Comment.post)
      .join(User, User.c.id.eq(Comment.c.userId))
      .where(Post.c.id.eq(1))
    await library.all(statement)
    assert.deepEqual(await library.all(select(Comment.c.body).orderBy(Comment.c.id)), ["Bob on Engines", "Cy on Engines"])
    sends(
      statement,
      `update "comment" set "body" = ("user"."name" || $1) || "post"."title" from "post", "user" where "comment"."post_id" = "post"."id" and "user"."id" = "comment"."user_id" and "post"."id" = $2`,
    )
    const byAuthor = update(Comment).set({ body: User.c.name }).from(Comment.post).join(Post.author).where(Post.c.id.eq(1))
    await library.all(byAuthor)
    assert.deepEqual(await library.all(select(Comment.c.body).orderBy(Comment.c.id)), ["Ada", "Ada"])
    sends(
      byAuthor,
      `update "comment" set "body" = "user"."name" from "post" inner join "user" on "post"."user_id" = "user"."id" where "comment"."post_id" = "post"."id" and "post"."id" = $1`,
    )
  })

  test("joins an alias by a relation, with a further condition", async () => {
    const writer = aliased(User, "writer")
    const statement = update(Post).set({ title: writer.c.name }).join(writer, Post.author).where(writer.c.id.eq(2))
    await library.all(statement)
    assert.deepEqual(await library.all(titles), ["Engines", "Notes", "Bob"])
    sends(
      statement,
      `update "post" set "title" = "writer"."name" from "user" as "writer" where "post"."user_id" = "writer"."id" and "writer"."id" = $1`,
    )
    await library.all(update(Post).set({ title: User.c.name }).join(Post.author, User.c.id.eq(1)).allRows())
    assert.deepEqual(await library.all(titles), ["Ada", "Ada", "Bob"])
  })

  test("keeps rows of others that have no partner", async () => {
    const statement = update(User)
      .set({ nickname: sql<string>`coalesce(${Comment.c.body}, 'none')` })
      .from(User.posts)
      .leftJoin(Post.comments)
      .where(Post.c.id.ne(2))
    await library.all(statement)
    const nicknames = await library.all(select(User.c.nickname).orderBy(User.c.id))
    assert.ok(nicknames[0] === "first" || nicknames[0] === "second")
    assert.deepEqual(nicknames.slice(1), ["none", "sea"])
  })

  test("takes subqueries and aliases of the table itself", async () => {
    const statement = update(User)
      .set({ nickname: sql<string>`cast(${views.c.n} as text)` })
      .from(views)
      .where(views.c.userId.eq(User.c.id))
    await library.all(statement)
    assert.deepEqual(await library.all(select(User.c.nickname).orderBy(User.c.id)), ["2", "1", "sea"])
    const first = aliased(Post, "first")
    await library.all(update(Post).set({ title: first.c.title }).from(first).where(first.c.id.eq(1), first.c.userId.eq(Post.c.userId)))
    assert.deepEqual(await library.all(titles), ["Engines", "Engines", "Fish"])
  })

  test("takes scalar subqueries, of the row's own columns too", async () => {
    const last = select(max(Comment.c.body)).from(Comment).where(Comment.c.postId.eq(Post.c.id)).asScalar()
    await library.all(
      update(Post)
        .set({ title: sql<string>`coalesce(${last}, ${Post.c.title})` })
        .allRows(),
    )
    assert.deepEqual(await library.all(titles), ["second", "Notes", "Fish"])
  })

  test("updates an alias, and gives its columns", async () => {
    const p = aliased(Post, "p")
    const statement = update(p)
      .set({ title: User.c.name })
      .from(User)
      .where(User.c.id.eq(p.c.userId), p.c.id.lt(3))
      .returning({ id: p.c.id, title: p.c.title, comments: select(count()).from(Comment).where(Comment.c.postId.eq(p.c.id)).asScalar() })
    assert.deepEqual(
      (await library.all(statement)).toSorted((a, b) => a.id - b.id),
      [
        { id: 1, title: "Ada", comments: 2 },
        { id: 2, title: "Ada", comments: 0 },
      ],
    )
    const set = `set "title" = "user"."name" from "user" where "user"."id" = "p"."user_id" and "p"."id" < $1`
    sends(
      statement,
      `update "post" as "p" ${set} returning "p"."id", "p"."title", (select count(*) from "comment" where "comment"."post_id" = "p"."id") as "comments"`,
      `update "post" as "p" ${set.replace("$1", "?")} returning "post"."id", "post"."title", (select count(*) from "comment" where "comment"."post_id" = "post"."id") as "comments"`,
    )
    const gone = await library.all(deleteFrom(p).where(p.c.id.eq(3)).returning(p))
    assert.ok(gone[0] instanceof Post)
    assert.equal(gone[0].title, "Fish")
    assert.deepEqual(plain(await library.all(update(p).set({ viewCount: 1 }).where(p.c.id.eq(2)).returning())), [
      { ...posts[1], title: "Ada", viewCount: 1 },
    ])
  })

  test(
    "gives columns and rows of the others",
    { skip: database.capabilities.nativeTypes ? false : "SQLite's RETURNING knows the table itself only" },
    async () => {
      const rows = await library.all(
        update(Post)
          .set({ title: User.c.name })
          .from(Post.author)
          .leftJoin(Comment, Comment.c.userId.eq(User.c.id))
          .where(Post.c.id.gte(2))
          .returning({ id: Post.c.id, author: User, comment: Comment.c.body }),
      )
      assert.ok(rows[0]!.author instanceof User)
      assert.deepEqual(
        rows.toSorted((a, b) => a.id - b.id).map(({ id, author, comment }) => [id, author.name, comment]),
        [
          [2, "Ada", null],
          [3, "Bob", "first"],
        ],
      )
    },
  )

  test("deletes rows that meet another table's", async () => {
    await library.all(deleteFrom(Comment).allRows())
    const statement = deleteFrom(Post).using(Post.author).where(User.c.name.eq("Ada"), Post.c.viewCount.gt(10)).returning(Post.c.title)
    assert.deepEqual(await library.all(statement), ["Notes"])
    sends(
      statement,
      `delete from "post" using "user" where "post"."user_id" = "user"."id" and "user"."name" = $1 and "post"."view_count" > $2 returning "post"."title"`,
      `delete from "post" where exists (select 1 from "user" where "post"."user_id" = "user"."id" and "user"."name" = ? and "post"."view_count" > ?) returning "post"."title"`,
    )
  })

  test("deletes a row once, however many it meets", async () => {
    const statement = deleteFrom(User)
      .using(Post)
      .leftJoin(Comment, Comment.c.postId.eq(Post.c.id))
      .where(Post.c.userId.eq(User.c.id).not(), Comment.c.id.isNotNull())
      .returning({ name: User.c.name })
    assert.throws(() => onPostgres(deleteFrom(User).using(Post).where(Post.c.id.gt(0))), /no condition ties post to user/)
    await library.all(sql`delete from ${Comment}`)
    await library.all(insert(Comment).values({ postId: 1, userId: 1, parentId: null, body: "x" }))
    await library.all(sql`update ${Post} set user_id = 1`)
    assert.deepEqual((await library.all(statement)).map(({ name }) => name).toSorted(), ["Bob", "Cy"])
  })

  test("deletes from a table by its own rows", async () => {
    const newer = aliased(Post, "newer")
    await library.all(sql`delete from ${Comment}`)
    const statement = deleteFrom(Post).using(newer).where(newer.c.userId.eq(Post.c.userId), newer.c.id.gt(Post.c.id))
    await library.all(statement)
    assert.deepEqual(await library.all(titles), ["Notes", "Fish"])
  })
})

describe("update and delete with further tables", () => {
  test("meet every row of another when it is said", () => {
    const statement = update(Post).set({ viewCount: views.c.n }).from(views).allowCartesian().where(Post.c.id.eq(1))
    assert.match(onPostgres(statement).text, /from \(select .*\) as "views" where "post"\."id" = \$\d$/)
    assert.match(onPostgres(deleteFrom(Post).using(User).allowCartesian().where(User.c.name.eq("x"))).text, / using "user" where "user"/)
  })

  test("know conditions in text and in conjunctions", () => {
    const draft = update(Post).set({ viewCount: User.c.id }).from(User)
    onPostgres(draft.where(sql<boolean>`post.user_id = "user".id`))
    onPostgres(draft.where(sql<boolean>`${Post.c.userId} = ${User.c.id}`))
    onPostgres(draft.where(and(Post.c.id.gt(1), User.c.id.eq(Post.c.userId))))
    onPostgres(draft.where(User.c.id.in(select(Comment.c.userId).where(Comment.c.postId.eq(Post.c.id)))))
  })

  for (const [name, make, error, message] of [
    [
      "a table that no condition ties",
      () => onPostgres(update(Post).set({ title: User.c.name }).from(User).where(Post.c.id.eq(1))),
      StatementError,
      /update of post: no condition ties user to post, so that every row of one would meet every row of the other\n.*allowCartesian\(\)/,
    ],
    [
      "conditions that look at one table each, joined by and",
      () =>
        onPostgres(
          update(Post)
            .set({ title: User.c.name })
            .from(User)
            .where(and(Post.c.id.eq(1), User.c.id.eq(1))),
        ),
      StatementError,
      /no condition ties user to post/,
    ],
    [
      "two further tables that are tied to each other only",
      () => onSqlite(deleteFrom(Tag).using(Post, User).where(Post.c.userId.eq(User.c.id))),
      StatementError,
      /delete from tag: no condition ties post to tag/,
    ],
    [
      "no word on which rows",
      () => onPostgres(update(Post).set({ title: User.c.name }).from(Post.author) as never),
      StatementError,
      /update of post does not say which rows/,
    ],
    [
      "an outer join that looks at the table itself",
      () => onPostgres(update(Post).set({ title: "x" }).from(Post.author).leftJoin(Comment, Comment.c.postId.eq(Post.c.id)).allRows()),
      StatementError,
      /update of post: the condition of leftJoin of comment looks at post, which no outer join sees here/,
    ],
    [
      "a join to nothing",
      () => onPostgres(update(Post).set({ title: "x" }).leftJoin(Comment, Comment.c.id.gt(1n)).allRows()),
      StatementError,
      /update of post: comment is joined to nothing\n.*begin with from/,
    ],
    ["the table itself", () => onPostgres(update(Post).set({ title: "x" }).from(Post).allRows()), StatementError, /post is in FROM twice/],
    [
      "undefined",
      () =>
        update(Post)
          .set({ title: "x" })
          .from(undefined as never),
      StatementError,
      /from\(\): undefined is not a model/,
    ],
    ["a name", () => deleteFrom(Post).using("user" as never), StatementError, /using\(\): user is not a model/],
    [
      "a relation of a table that is not there",
      () => update(Post).set({ title: "x" }).from(Comment.author),
      StatementError,
      /cannot be joined: the model that declares it is not in FROM/,
    ],
    [
      "columns of the others in what SQLite returns",
      () => onSqlite(update(Post).set({ title: "x" }).from(Post.author).allRows().returning({ id: Post.c.id, by: User.c.name })),
      UnsupportedError,
      /update of post: SQLite returns columns of post only, not of user/,
    ],
    [
      "rows of the others in what SQLite returns of a delete",
      () => onSqlite(deleteFrom(Post).using(Post.author).allRows().returning({ by: User })),
      UnsupportedError,
      /delete from post: SQLite returns columns of post only, not of user/,
    ],
    [
      "an alias's table under its own name, where SQLite would confuse the two",
      () => {
        const p = aliased(Post, "p")
        const others = select(count()).from(Post).where(Post.c.userId.eq(p.c.userId)).asScalar()
        return onSqlite(update(p).set({ title: "x" }).allRows().returning(others))
      },
      UnsupportedError,
      /p is called post where SQLite returns rows, and another post is nearer/,
    ],
  ] as const) {
    test(`refuse ${name}`, () => assert.throws(make, { name: error.name, message }))
  }
})
