import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { compile, count, integer, param, prepared, select, sessionmaker, StatementError, UnsupportedError, value } from "rebis"
import { sqlite } from "../../src/dialects/sqlite/index.ts"
import { forEachDatabase, unless } from "../support/databases.ts"
import { Comment, Post, posts, sharedLibrary, User } from "./library.ts"
import { onPostgres, plain, testCases } from "./statement-case.ts"

const postColumns = ["id", "title", "user_id", "view_count", "meta", "published_date"].map((column) => `"post"."${column}"`).join(", ")
const two = value(1).plus(1)

forEachDatabase("limits", (database) => {
  const library = sharedLibrary(database)

  testCases(database, library, [
    {
      name: "take an expression",
      statement: select(Post.c.id).orderBy(Post.c.id.asc()).limit(two).offset(select(count()).from(User).asScalar().minus(2)),
      text: `select "post"."id" from "post" order by "post"."id" asc limit cast($1 as integer) + $2 offset (select count(*) from "user") - $3`,
      sqlite: `select "post"."id" from "post" order by "post"."id" asc limit ? + ? offset (select count(*) from "user") - ?`,
      rows: [2, 3],
    },
    {
      name: "of set operations take an expression",
      statement: select(Post.c.title).union(select(User.c.name)).orderBy(Post.c.title.asc()).limit(two),
      text: `select "post"."title" from "post" union select "user"."name" from "user" order by 1 asc limit cast($1 as integer) + $2`,
      sqlite: `select "post"."title" from "post" union select "user"."name" from "user" order by 1 asc limit ? + ?`,
      rows: ["Ada", "Bob"],
    },
  ])

  test("look at the row around them", unless(database, "nativeTypes", "SQLite's limits know no row at all"), async () => {
    const nth = select(Post.c.title).orderBy(Post.c.id.asc()).limit(1).offset(User.c.id.minus(1)).asScalar()
    const statement = select({ id: User.c.id, nth }).from(User).orderBy(User.c.id.asc())
    assert.match(onPostgres(statement).text, /order by "post"\."id" asc limit \$1 offset "user"\."id" - \$2\) as "nth"/)
    assert.deepEqual(await library.all(statement), [
      { id: 1, nth: "Engines" },
      { id: 2, nth: "Notes" },
      { id: 3, nth: "Fish" },
    ])
  })

  test("take a named parameter", async () => {
    await using db = sessionmaker(library.engine)()
    const first = prepared({ n: integer() }, (p) => select(Post.c.id).orderBy(Post.c.id.asc()).limit(p.n))
    assert.deepEqual(await db.all(first({ n: 1 })), [1])
    assert.deepEqual(await db.all(first({ n: 2 })), [1, 2])
    assert.throws(() => compile(select(Post.c.id).limit(param("n", integer())), library.engine.dialect), { name: StatementError.name })
  })

  test("give the rows that are equal to the last one too", unless(database, "nativeTypes", "with ties"), async () => {
    const tied = select(Post.c.id).orderBy(Post.c.userId.asc())
    assert.equal(
      onPostgres(tied.limit(1, { withTies: true }).offset(0)).text,
      `select "post"."id" from "post" order by "post"."user_id" asc offset $1 fetch next $2 rows with ties`,
    )
    assert.deepEqual(
      (await library.all(tied.limit(1, { withTies: true }))).toSorted((a, b) => a - b),
      [1, 2],
    )
    assert.deepEqual(await library.all(tied.limit(two, { withTies: true }).offset(2)), [3])
    const union = select(Post.c.userId).unionAll(select(Comment.c.userId)).orderBy(Post.c.userId.desc()).limit(2, { withTies: true })
    assert.match(onPostgres(union).text, /order by 1 desc fetch next \$1 rows with ties$/)
    assert.deepEqual(await library.all(union), [3, 2, 2])
  })

  test("of loaded relations are one per parent, as an expression too", async () => {
    await using db = sessionmaker(library.engine)()
    const users = await db.all(
      select(User)
        .with("posts", (q) => q.orderBy(Post.c.viewCount.desc()).limit(value(1)))
        .orderBy(User.c.id.asc()),
    )
    assert.deepEqual(
      users.map((user) => user.posts.map((post) => post.id)),
      [[2], [3], []],
    )
  })

  test("of loaded relations are with ties", unless(database, "lateralJoins", "rows are numbered"), async () => {
    await using db = sessionmaker(library.engine)()
    const tied = await db.one(
      select(User)
        .where(User.c.id.eq(1))
        .with("posts", (q) => q.orderBy(Post.c.userId.asc()).limit(1, { withTies: true })),
    )
    assert.equal(tied.posts.length, 2)
  })

  test(
    "of loaded relations are without ties where rows are numbered",
    { skip: database.capabilities.lateralJoins && "it has lateral subqueries" },
    async () => {
      await using db = sessionmaker(library.engine)()
      await assert.rejects(db.all(select(User).with("posts", (q) => q.orderBy(Post.c.userId.asc()).limit(1, { withTies: true }))), {
        name: UnsupportedError.name,
        message: /SQLite takes a limit per parent without ties/,
      })
    },
  )
})

forEachDatabase("distinct on", (database) => {
  const library = sharedLibrary(database)
  const newest = select(Post).distinctOn(Post.c.userId).orderBy(Post.c.userId.asc(), Post.c.id.desc())

  test("gives the first row of each", unless(database, "nativeTypes", "distinct on"), async () => {
    assert.equal(
      onPostgres(newest).text,
      `select distinct on ("post"."user_id") ${postColumns} from "post" order by "post"."user_id" asc, "post"."id" desc`,
    )
    assert.deepEqual(plain(await library.all(newest)), [posts[1], posts[2]])
    const small = Post.c.viewCount.lt(10)
    const kinds = select({ small, id: Post.c.id }).from(Post).distinctOn(small).orderBy(small.asc(), Post.c.id.desc())
    assert.equal(
      onPostgres(kinds).text,
      `select distinct on (1) "post"."view_count" < $1 as "small", "post"."id" from "post" order by 1 asc, "post"."id" desc`,
    )
    assert.deepEqual(await library.all(kinds), [
      { small: false, id: 2 },
      { small: true, id: 3 },
    ])
    // Not selected, it is written twice, with one parameter.
    const again = select(Post.c.id).distinctOn(small).orderBy(small.asc(), Post.c.id.desc())
    assert.equal(
      onPostgres(again).text,
      `select distinct on ("post"."view_count" < $1) "post"."id" from "post" order by ("post"."view_count" < $1) asc, "post"."id" desc`,
    )
    assert.deepEqual(await library.all(again), [2, 3])
  })

  test("is of each parent among loaded relations", unless(database, "nativeTypes", "distinct on"), async () => {
    await using db = sessionmaker(library.engine)()
    const users = await db.all(
      select(User)
        .with("posts", (q) => q.distinctOn(Post.c.userId).orderBy(Post.c.userId.asc(), Post.c.id.desc()))
        .orderBy(User.c.id.asc()),
    )
    assert.deepEqual(
      users.map((user) => user.posts.map((post) => post.id)),
      [[2], [3], []],
    )
  })

  test("is refused where the database has none", { skip: database.capabilities.nativeTypes && "it has DISTINCT ON" }, () => {
    assert.throws(() => compile(newest, sqlite), { name: UnsupportedError.name, message: /SQLite has no DISTINCT ON\n.*rowNumber\(\)/ })
    assert.throws(() => compile(select(Post.c.id).orderBy(Post.c.id).limit(1, { withTies: true }), sqlite), {
      name: UnsupportedError.name,
      message: /limit\(\) with ties: SQLite has no such thing\n.*rank\(\)/,
    })
  })
})

describe("limits", () => {
  for (const [name, make, message] of [
    ["ties without an order", () => select(Post.c.id).limit(1, { withTies: true }), /limit\(\) with ties needs an order/],
    [
      "a column of the statement itself",
      () => select(Post.c.id).limit(Post.c.id),
      /column post\.id is used where post is not in reach\n.*a limit sees no row/,
    ],
    [
      "distinct() and distinctOn()",
      () => select(Post.c.id).distinct().distinctOn(Post.c.id),
      /distinct\(\) and distinctOn\(\) cannot both be/,
    ],
    ["distinctOn() of nothing", () => (select(Post.c.id) as any).distinctOn(), /distinctOn\(\) was given no expression/],
    ["distinctOn() of undefined", () => select(Post.c.id).distinctOn(undefined as never), /distinctOn\(\): argument 1 is undefined/],
    ["undefined as a limit", () => select(Post.c.id).limit(undefined as never), /limit\(\) takes a whole number from 0, not undefined/],
  ] as const) {
    test(`refuse ${name}`, () => {
      assert.throws(() => onPostgres(make()), { message })
    })
  }
})
