import assert from "node:assert/strict"
import { before, describe, test } from "node:test"
import {
  aliased,
  coalesce,
  count,
  insert,
  jsonAgg,
  jsonArray,
  jsonBuildObject,
  rowToJson,
  select,
  sql,
  StatementError,
  text,
  value,
} from "rebis"
import { forEachDatabase } from "../support/databases.ts"
import { Comment, type Library, openLibrary, Post, posts, Reading, sharedLibrary, User, users } from "./library.ts"
import { onPostgres, onSqlite, plain } from "./statement-case.ts"

const reading = {
  large: 9223372036854775807n,
  exact: "123456789012345678901234567890.123456789",
  ratio: 0.1,
  valid: true,
  bytes: new Uint8Array([0, 127, 255]),
  takenAt: new Date("2025-03-01T10:00:00.123Z"),
  takenDate: "2025-03-01",
  mood: "ok" as const,
}
const nothing = { large: null, exact: null, ratio: null, valid: null, bytes: null, takenAt: null, takenDate: null, mood: null }

forEachDatabase("JSON built by the database", (database) => {
  const library = sharedLibrary(database)

  test("is read as what it is made of", async () => {
    const row = await library.one(
      select(
        jsonBuildObject({
          name: User.c.name,
          since: User.c.createdAt,
          post: { id: Post.c.id, meta: Post.c.meta, date: Post.c.publishedDate },
        }),
      )
        .from(Post)
        .join(Post.author)
        .where(Post.c.id.eq(1)),
    )
    assert.deepEqual(row, { name: "Ada", since: users[0]!.createdAt, post: { id: 1, meta: { tags: ["a", "b"] }, date: "2025-01-02" } })
  })

  test("holds a row of a model, an alias or a subquery", async () => {
    const editor = aliased(User, "editor")
    const newest = select({ title: Post.c.title, at: User.c.createdAt }).from(Post).join(Post.author).where(Post.c.id.eq(1)).as("newest")
    const rows = await library.all(
      select({ post: rowToJson(Post), editor: rowToJson(editor), newest: rowToJson(newest) })
        .from(Post)
        .crossJoin(newest)
        .leftJoin(editor, editor.c.id.eq(Post.c.userId).and(editor.c.name.eq("Ada")))
        .where(Post.c.id.in([1, 3]))
        .orderBy(Post.c.id.asc()),
    )
    assert.deepEqual(plain(rows), [
      { post: posts[0], editor: users[0], newest: { title: "Engines", at: users[0]!.createdAt } },
      { post: posts[2], editor: null, newest: { title: "Engines", at: users[0]!.createdAt } },
    ])
    assert.ok(rows[0]!.post instanceof Post)
    assert.throws(
      () => rowToJson({ id: Post.c.id } as never),
      /rowToJson\(\) takes a model, an alias or a subquery, not a object|an object/,
    )
  })

  test("lists the rows of a group in the order that is asked for", async () => {
    const rows = await library.all(
      select({
        name: User.c.name,
        titles: jsonAgg(Post.c.title, { orderBy: Post.c.title.desc() }),
        views: jsonAgg({ id: Post.c.id }, { orderBy: [Post.c.viewCount.desc(), Post.c.id] }),
      })
        .from(User)
        .join(User.posts)
        .groupBy(User.c.id, User.c.name)
        .orderBy(User.c.id.asc()),
    )
    assert.deepEqual(rows, [
      { name: "Ada", titles: ["Notes", "Engines"], views: [{ id: 2 }, { id: 1 }] },
      { name: "Bob", titles: ["Fish"], views: [{ id: 3 }] },
    ])
  })

  test("lists nothing for those without rows", async () => {
    const rows = await library.all(
      select({
        name: User.c.name,
        posts: jsonAgg(Post),
        titles: jsonAgg({ title: Post.c.title }),
        lists: jsonAgg(jsonBuildObject({ id: Post.c.id })),
      })
        .from(User)
        .leftJoin(User.posts)
        .where(User.c.id.gte(2))
        .groupBy(User.c.id, User.c.name)
        .orderBy(User.c.id.asc()),
    )
    assert.deepEqual(plain(rows), [
      { name: "Bob", posts: [posts[2]], titles: [{ title: "Fish" }], lists: [{ id: 3 }] },
      { name: "Cy", posts: [], titles: [], lists: [] },
    ])
  })

  test("keeps rows of which only a part is absent", async () => {
    const rows = await library.all(
      select({ name: User.c.name, all: jsonAgg({ who: User.c.name, post: Post }, { orderBy: Post.c.id }) })
        .from(User)
        .leftJoin(User.posts)
        .where(User.c.id.gte(2))
        .groupBy(User.c.id, User.c.name)
        .orderBy(User.c.id),
    )
    assert.deepEqual(plain(rows), [
      { name: "Bob", all: [{ who: "Bob", post: posts[2] }] },
      { name: "Cy", all: [{ who: "Cy", post: null }] },
    ])
  })

  test("leaves out rows in which every entry is absent", async () => {
    const rows = await library.all(
      select({ id: User.c.id, all: jsonAgg({ title: Post.c.title, body: Comment.c.body }, { orderBy: [Post.c.id, Comment.c.id] }) })
        .from(User)
        .leftJoin(User.posts)
        .leftJoin(Post.comments)
        .groupBy(User.c.id)
        .orderBy(User.c.id),
    )
    assert.deepEqual(rows, [
      {
        id: 1,
        all: [
          { title: "Engines", body: "first" },
          { title: "Engines", body: "second" },
          { title: "Notes", body: null },
        ],
      },
      { id: 2, all: [{ title: "Fish", body: null }] },
      { id: 3, all: [] },
    ])
  })

  test("a scalar subquery inside does not hide that the row is absent", async () => {
    const comments = select(count()).from(Comment).where(Comment.c.postId.eq(Post.c.id)).asScalar()
    const rows = await library.all(
      select({ id: User.c.id, all: jsonAgg({ title: Post.c.title, comments }, { orderBy: Post.c.id }) })
        .from(User)
        .leftJoin(User.posts)
        .groupBy(User.c.id)
        .orderBy(User.c.id),
    )
    assert.deepEqual(rows.at(-1), { id: 3, all: [] })
    assert.deepEqual(rows[0], {
      id: 1,
      all: [
        { title: "Engines", comments: 2 },
        { title: "Notes", comments: 0 },
      ],
    })
  })

  test("is null for a row that an outer join did not find", async () => {
    const rows = await library.all(
      select({ id: User.c.id, json: jsonBuildObject({ post: Post }), post: jsonBuildObject(Post) })
        .from(User)
        .leftJoin(User.posts)
        .where(User.c.id.gte(2))
        .orderBy(User.c.id),
    )
    assert.deepEqual(plain(rows), [
      { id: 2, json: { post: posts[2] }, post: posts[2] },
      { id: 3, json: { post: null }, post: null },
    ])
    assert.ok(rows[0]!.post instanceof Post)
    assert.equal(rows[0]!.json.post?.isPublished, true)
  })

  test("aggregates only the rows for which a condition holds", async () => {
    const row = await library.one(
      select({
        all: jsonAgg(Post.c.id, { where: Post.c.viewCount.gt(5), orderBy: Post.c.id }),
        none: jsonAgg(Post.c.id, { where: Post.c.viewCount.gt(500) }),
      }).from(Post),
    )
    assert.deepEqual(row, { all: [1, 2], none: [] })
  })

  test("aggregates equal items once", async () => {
    const row = await library.one(select({ users: jsonAgg(Post.c.userId, { distinct: true }) }).from(Post))
    assert.deepEqual(
      row.users.toSorted((a, b) => a - b),
      [1, 2],
    )
  })

  test("holds tuples", async () => {
    assert.deepEqual(
      await library.one(
        select(jsonArray([Post.c.id, Post.c.title, { at: Post.c.publishedDate }]))
          .from(Post)
          .where(Post.c.id.eq(2)),
      ),
      [2, "Notes", { at: null }],
    )
  })

  test("keeps its types in a subquery and in a scalar subquery", async () => {
    const grouped = select({ userId: Post.c.userId, posts: jsonAgg({ at: Post.c.publishedDate, id: Post.c.id }, { orderBy: Post.c.id }) })
      .from(Post)
      .groupBy(Post.c.userId)
      .as("grouped")
    const commented = select(jsonAgg({ id: Comment.c.id }, { orderBy: Comment.c.id }))
      .from(Comment)
      .where(Comment.c.postId.eq(1))
      .asScalar()
    const rows = await library.all(
      select({ name: User.c.name, posts: grouped.c.posts, again: jsonBuildObject({ posts: grouped.c.posts }), commented })
        .from(User)
        .leftJoin(grouped, grouped.c.userId.eq(User.c.id))
        .where(User.c.id.gte(2))
        .orderBy(User.c.id),
    )
    const ids = [{ id: 9007199254740993n }, { id: 9007199254740995n }]
    assert.deepEqual(rows, [
      { name: "Bob", posts: [{ at: "2025-02-03", id: 3 }], again: { posts: [{ at: "2025-02-03", id: 3 }] }, commented: ids },
      { name: "Cy", posts: null, again: { posts: null }, commented: ids },
    ])
  })

  test("nests aliases of one model", async () => {
    const editor = aliased(User, "editor")
    const row = await library.one(
      select(jsonBuildObject({ author: User.c.name, editor }))
        .from(User)
        .leftJoin(editor, editor.c.id.eq(User.c.id.plus(1)))
        .where(User.c.id.eq(2)),
    )
    assert.deepEqual(plain(row), { author: "Bob", editor: users[2] })
  })

  test("takes many keys", async () => {
    const keys = Array.from({ length: 130 }, (_, index) => `k${index}`)
    const row = await library.one(select(jsonBuildObject(Object.fromEntries(keys.map((key, index) => [key, value(index)])))))
    assert.deepEqual(row, Object.fromEntries(keys.map((key, index) => [key, index])))
  })

  test("gives what a piece of text gives as it stands in JSON", async () => {
    assert.deepEqual(
      await library.one(select(jsonBuildObject({ n: sql<number>`1 + 1`, t: sql<string>`cast(${"x"} as text)`.returns(text()) }))),
      { n: 2, t: "x" },
    )
  })

  test("passes through coalesce", async () => {
    const row = await library.one(
      select({ all: coalesce(select(jsonAgg(Post.c.id)).from(Post).where(Post.c.id.eq(1)).asScalar(), sql<number[]>`'[]'`) }),
    )
    assert.deepEqual(row, { all: [1] })
  })
})

forEachDatabase("values inside JSON", (database) => {
  let library: Library
  before(async () => {
    library = await openLibrary(database, false)
    await library.all(insert(Reading).values([reading, nothing].map((values, index) => ({ id: index + 1, ...values }))))
  })

  test("are exact, in columns, entities, objects, lists and tuples", async () => {
    const { large, exact, ratio, valid, bytes, takenAt, takenDate, mood } = Reading.c
    const columns = { large, exact, ratio, valid, bytes, takenAt, takenDate, mood }
    for (const [id, expected] of [
      [1, reading],
      [2, nothing],
    ] as const) {
      const row = await library.one(
        select({
          columns,
          object: jsonBuildObject(columns),
          entity: jsonBuildObject(Reading),
          list: jsonAgg(columns),
          entities: jsonAgg(Reading),
          tuple: jsonArray([large, exact, bytes]),
        })
          .from(Reading)
          .where(Reading.c.id.eq(id))
          .groupBy(...Object.values(columns), Reading.c.id),
      )
      assert.deepEqual(row.columns, expected)
      assert.deepEqual(row.object, expected)
      assert.deepEqual(row.list, [expected])
      assert.deepEqual(plain(row.entity), { id, ...expected })
      assert.deepEqual(plain(row.entities), [{ id, ...expected }])
      assert.deepEqual(row.tuple, [expected.large, expected.exact, expected.bytes])
    }
  })
})

describe("jsonBuildObject and jsonAgg", () => {
  test("are one statement", () => {
    const statement = select(jsonBuildObject({ author: User.c.name, posts: jsonAgg({ title: Post.c.title, id: Comment.c.id }) }))
      .from(User)
      .leftJoin(User.posts)
      .leftJoin(Post.comments)
      .groupBy(User.c.id)
    const from = `from "user" left join "post" on "user"."id" = "post"."user_id" left join "comment" on "post"."id" = "comment"."post_id" group by "user"."id"`
    const filter = `filter(where ("post"."id" is not null or "comment"."id" is not null))`
    assert.equal(
      onPostgres(statement).text,
      `select json_build_object('author', "user"."name", 'posts', coalesce(json_agg(json_build_object('title', "post"."title", 'id', cast("comment"."id" as text))) ${filter}, '[]'::json)) ${from}`,
    )
    assert.equal(
      onSqlite(statement).text,
      `select json_object('author', "user"."name", 'posts', json_group_array(json_object('title', "post"."title", 'id', cast("comment"."id" as text))) ${filter}) ${from}`,
    )
  })

  for (const [name, make, message] of [
    ["an expression as an object", () => jsonBuildObject(User.c.id as never), /takes an object or a model, not the expression user\.id/],
    ["nothing as an object", () => jsonBuildObject(undefined as never), /not undefined/],
    ["a value in an object", () => jsonBuildObject({ a: 1 } as never), /jsonBuildObject\(\)\."a": a number is not an expression/],
    [
      "undefined in an object",
      () => jsonBuildObject({ a: { b: undefined } } as never),
      /jsonBuildObject\(\)\."a"\."b": undefined is not an expression/,
    ],
    ["__proto__ as a key", () => jsonBuildObject({ ["__proto__"]: User.c.id }), /__proto__ cannot be the name/],
    ["an object for a list", () => jsonArray({ length: 1 } as never), /jsonArray\(\) takes a list/],
    ["undefined as a condition", () => jsonAgg(User.c.id, { where: undefined as never }), /jsonAgg where\(\): argument 1 is undefined/],
    ["undefined as an order", () => jsonAgg(User.c.id, { orderBy: [undefined as never] }), /jsonAgg orderBy\(\): argument 1 is undefined/],
  ] as const) {
    test(`refuse ${name}`, () => assert.throws(make, { name: StatementError.name, message }))
  }
})
