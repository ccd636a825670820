import assert from "node:assert/strict"
import { before, beforeEach, describe, test } from "node:test"
import {
  aliased,
  ArgumentError,
  compile,
  count,
  deleteFrom,
  exists,
  insert,
  lower,
  select,
  sql,
  StatementError,
  update,
  ValueError,
} from "rebis"
import { postgres } from "../../src/dialects/postgres/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { type Library, openLibrary, Post, posts, Stamped, User, users } from "./library.ts"
import { onPostgres, onSqlite, plain } from "./statement-case.ts"

forEachDatabase("update and delete", (database) => {
  let library: Library
  before(async () => {
    library = await openLibrary(database, false)
  })
  beforeEach(async () => {
    for (const table of ["post", "user", "stamped"]) await library.all(sql`delete from ${sql.identifier(table)}`)
    await library.all(insert(User).values(users))
    await library.all(insert(Post).values(posts))
  })

  test("update changes the rows that it names", async () => {
    await library.all(update(Post).set({ title: "X", publishedDate: null }).where(Post.c.userId.eq(1), Post.c.viewCount.gt(10)))
    assert.deepEqual(await library.all(select({ title: Post.c.title, date: Post.c.publishedDate }).from(Post).orderBy(Post.c.id)), [
      { title: "Engines", date: "2025-01-02" },
      { title: "X", date: null },
      { title: "Fish", date: "2025-02-03" },
    ])
  })

  test("update takes expressions and gives rows", async () => {
    const rows = await library.all(
      update(Post)
        .set({ viewCount: Post.c.viewCount.plus(1), title: lower(Post.c.title) })
        .where(Post.c.id.eq(1))
        .returning(),
    )
    assert.ok(rows[0] instanceof Post)
    assert.deepEqual(plain(rows), [{ ...posts[0], title: "engines", viewCount: 11 }])
    assert.deepEqual(
      await library.all(
        update(Post)
          .set({ meta: { tags: ["z"] } })
          .where(Post.c.id.eq(1))
          .returning({ id: Post.c.id, meta: Post.c.meta }),
      ),
      [{ id: 1, meta: { tags: ["z"] } }],
    )
  })

  test("update looks at other tables by subqueries", async () => {
    const views = select(count()).from(Post).where(Post.c.userId.eq(User.c.id)).asScalar()
    await library.all(
      update(User)
        .set({ nickname: sql<string>`cast(${views} as text)` })
        .where(exists(select(Post).where(Post.c.userId.eq(User.c.id)))),
    )
    assert.deepEqual(await library.all(select(User.c.nickname).orderBy(User.c.id)), ["2", "1", "sea"])
  })

  test("update of every row is said by name", async () => {
    assert.equal((await library.all(update(Post).set({ viewCount: 0 }).allRows().returning(Post.c.id))).length, 3)
  })

  test("update of an alias changes its table", async () => {
    const p = aliased(Post, "p")
    assert.deepEqual(await library.all(update(p).set({ title: "P" }).where(p.c.id.eq(1)).returning(p.c.title)), ["P"])
  })

  test("update sets what the application computes, unless it is set", async () => {
    await library.all(
      insert(Stamped).values([
        { id: 1, name: "a" },
        { id: 2, name: "b" },
      ]),
    )
    assert.deepEqual(
      await library.all(update(Stamped).set({ name: "x" }).where(Stamped.c.id.eq(1)).returning({ by: Stamped.c.changedBy })),
      [{ by: "application" }],
    )
    assert.deepEqual(
      await library.all(
        update(Stamped).set({ name: "x", changedBy: "me" }).where(Stamped.c.id.eq(2)).returning({ by: Stamped.c.changedBy }),
      ),
      [{ by: "me" }],
    )
  })

  test("delete removes the rows that it names and gives them", async () => {
    const gone = await library.all(deleteFrom(Post).where(Post.c.userId.eq(1), Post.c.viewCount.lt(15)).returning())
    assert.ok(gone[0] instanceof Post)
    assert.deepEqual(plain(gone), [posts[0]])
    assert.equal(await library.one(select(count()).from(Post)), 2)
  })

  test("delete looks at other tables by subqueries", async () => {
    assert.deepEqual(
      await library.all(
        deleteFrom(User)
          .where(exists(select(Post).where(Post.c.userId.eq(User.c.id))).not())
          .returning(User.c.name),
      ),
      ["Cy"],
    )
  })

  test("delete of every row is said by name", async () => {
    await library.all(deleteFrom(Post).allRows())
    assert.equal(await library.one(select(count()).from(Post)), 0)
  })
})

describe("update and delete", () => {
  test("are written as they are meant", () => {
    assert.equal(
      onPostgres(
        update(Post)
          .set({ title: "x", viewCount: Post.c.viewCount.plus(1) })
          .where(Post.c.id.in([1, 2]))
          .returning(Post.c.id),
      ).text,
      `update "post" set "title" = $1, "view_count" = "post"."view_count" + $2 where "post"."id" = any($3::integer[]) returning "post"."id"`,
    )
    assert.equal(onSqlite(update(Post).set({ title: "x" }).allRows()).text, `update "post" set "title" = ?`)
    assert.equal(
      onPostgres(deleteFrom(Post).where(Post.c.id.eq(1)).returning({ id: Post.c.id })).text,
      `delete from "post" where "post"."id" = $1 returning "post"."id"`,
    )
    assert.equal(onSqlite(deleteFrom(Post).allRows()).text, `delete from "post"`)
  })

  test("set a column once, the last time that it is set", () => {
    assert.deepEqual(onPostgres(update(Post).set({ title: "x", viewCount: 1 }).set({ title: "y" }).allRows()), {
      text: `update "post" set "view_count" = $1, "title" = $2`,
      parameters: [1, "y"],
    })
  })

  test("leave out what is undefined, and keep null", () => {
    assert.equal(
      onPostgres(update(Post).set({ title: undefined, publishedDate: null }).allRows()).text,
      `update "post" set "published_date" = $1`,
    )
  })

  test("write, and never change as statements", () => {
    const some = update(Post).set({ title: "x" }).where(Post.c.id.gt(1))
    some.where(Post.c.id.lt(5)).set({ viewCount: 1 }).allRows()
    assert.equal(onPostgres(some).text, `update "post" set "title" = $1 where "post"."id" > $2`)
    assert.equal(compile(some, postgres).effect, "write")
    assert.equal(compile(deleteFrom(Post).allRows(), postgres).effect, "write")
  })

  for (const [name, make, error, message] of [
    [
      "update without rows",
      () => onPostgres(update(Post).set({ title: "x" }) as never),
      StatementError,
      /update of post does not say which rows\n.*allRows\(\)/,
    ],
    ["delete without rows", () => onPostgres(deleteFrom(Post) as never), StatementError, /delete from post does not say which rows/],
    [
      "a where() of nothing",
      () => onPostgres((deleteFrom(Post) as unknown as { where(): never }).where()),
      StatementError,
      /does not say which rows/,
    ],
    [
      "undefined in where()",
      () =>
        update(Post)
          .set({ title: "x" })
          .where(undefined as never),
      StatementError,
      /where\(\): argument 1 is undefined/,
    ],
    [
      "an object in where()",
      () => deleteFrom(Post).where({ id: 1 } as never),
      StatementError,
      /where\(\): argument 1 is \[object Object\]/,
    ],
    [
      "update of nothing",
      () => onPostgres(update(Post).set({ title: undefined }).allRows()),
      StatementError,
      /update of post sets nothing/,
    ],
    [
      "update of nothing, although the application would compute a value",
      () => onPostgres(update(Stamped).set({}).allRows()),
      StatementError,
      /sets nothing/,
    ],
    [
      "a property that is no column",
      () => update(Post).set({ titel: "x" } as never),
      StatementError,
      /update of post: there is no column "titel"/,
    ],
    [
      "__proto__ out of a request's body",
      () => update(Post).set(JSON.parse('{"__proto__": {}}') as never),
      StatementError,
      /there is no column "__proto__"/,
    ],
    [
      "values that are none",
      () => update(Post).set(undefined as never),
      StatementError,
      /update of post takes an object of values, not undefined/,
    ],
    ["a list of values", () => update(Post).set([{ title: "x" }] as never), StatementError, /takes an object of values/],
    [
      "a value of another type",
      () =>
        onPostgres(
          update(Post)
            .set({ title: 1 as never })
            .allRows(),
        ),
      ValueError,
      /post\.title: text takes a string/,
    ],
    [
      "a table that is not there",
      () => onPostgres(update(Post).set({ title: "x" }).where(User.c.id.eq(1))),
      StatementError,
      /column user\.id is used, but user is not in FROM/,
    ],
    [
      "update of a subquery",
      () => onPostgres(update(select(Post).as("p")).set({ title: "x" }).allRows()),
      StatementError,
      /update of p: p is a subquery/,
    ],
    [
      "delete from a subquery",
      () => deleteFrom(select({ id: Post.c.id }).from(Post).as("p") as never),
      ArgumentError,
      /takes a model, not the subquery p/,
    ],
    ["update of nothing at all", () => update(undefined as never), ArgumentError, /update\(\) takes a model, not undefined/],
  ] as const) {
    test(`refuse ${name}`, () => assert.throws(make, { name: error.name, message }))
  }
})
