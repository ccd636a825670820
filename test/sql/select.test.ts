import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { aliased, compile, count, exists, jsonBuildObject, max, select, sql, StatementError, sum, UnsupportedError } from "rebis"
import { postgres } from "../../src/dialects/postgres/index.ts"
import { sqlite } from "../../src/dialects/sqlite/index.ts"
import { forEachDatabase, onDatabases } from "../support/databases.ts"
import { Comment, Post, posts, sharedLibrary, Tag, User, users } from "./library.ts"
import { onPostgres, testCases } from "./statement-case.ts"

const postColumns = (name = "post") =>
  ["id", "title", "user_id", "view_count", "meta", "published_date"].map((column) => `"${name}"."${column}"`).join(", ")
const userColumns = (name = "user") => ["id", "email", "name", "nickname", "created_at"].map((column) => `"${name}"."${column}"`).join(", ")
const editor = aliased(User, "editor")
const latest = select(Post).orderBy(Post.c.id.desc()).limit(2).as("latest")
const stats = select({ userId: Post.c.userId, n: count(), last: max(Post.c.publishedDate) })
  .from(Post)
  .groupBy(Post.c.userId)
  .as("stats")

forEachDatabase("select", (database) => {
  const library = sharedLibrary(database)

  testCases(database, library, [
    {
      name: "gives entities",
      statement: select(Post).where(Post.c.id.eq(1)),
      text: `select ${postColumns()} from "post" where "post"."id" = $1`,
      parameters: [1],
      rows: [posts[0]],
    },
    {
      name: "gives the values of one expression",
      statement: select(User.c.name).orderBy(User.c.id.asc()),
      text: `select "user"."name" from "user" order by "user"."id" asc`,
      rows: ["Ada", "Bob", "Cy"],
    },
    {
      name: "gives objects, nested as deep as they are written",
      statement: select({ post: { title: Post.c.title, author: { name: User.c.name } }, id: Post.c.id })
        .from(Post)
        .join(Post.author)
        .where(Post.c.id.eq(3)),
      text: `select "post"."title", "user"."name", "post"."id" from "post" inner join "user" on "post"."user_id" = "user"."id" where "post"."id" = $1`,
      rows: [{ post: { title: "Fish", author: { name: "Bob" } }, id: 3 }],
    },
    {
      name: "gives two entities of one statement",
      statement: select({ post: Post, author: User }).from(Post).join(Post.author).where(Post.c.id.eq(3)),
      text: `select ${postColumns()}, ${userColumns()} from "post" inner join "user" on "post"."user_id" = "user"."id" where "post"."id" = $1`,
      rows: [{ post: posts[2], author: users[1] }],
    },
    {
      name: "keeps columns of one name apart",
      statement: select({ a: Post.c.id, b: User.c.id, c: { id: Post.c.id } })
        .from(Post)
        .join(Post.author)
        .where(Post.c.id.eq(3)),
      text: `select "post"."id" as "a", "user"."id" as "b", "post"."id" from "post" inner join "user" on "post"."user_id" = "user"."id" where "post"."id" = $1`,
      rows: [{ a: 3, b: 2, c: { id: 3 } }],
    },
    {
      name: "leaves null where a left join finds nothing",
      statement: select({ name: User.c.name, post: Post, title: Post.c.title })
        .from(User)
        .leftJoin(User.posts)
        .where(User.c.id.gt(1))
        .orderBy(User.c.id.asc()),
      text: `select "user"."name", ${postColumns()}, "post"."title" from "user" left join "post" on "user"."id" = "post"."user_id" where "user"."id" > $1 order by "user"."id" asc`,
      rows: [
        { name: "Bob", post: posts[2], title: "Fish" },
        { name: "Cy", post: null, title: null },
      ],
    },
    {
      name: "joins a table to itself by an alias",
      statement: select({ title: Post.c.title, editor })
        .from(Post)
        .leftJoin(editor, editor.c.id.eq(Post.c.userId.plus(1)))
        .where(Post.c.id.eq(3)),
      text: `select "post"."title", ${userColumns("editor")} from "post" left join "user" as "editor" on "editor"."id" = ("post"."user_id" + $1) where "post"."id" = $2`,
      rows: [{ title: "Fish", editor: users[2] }],
    },
    {
      name: "joins by the relations of an alias",
      statement: select({ editor: editor.c.name, title: Post.c.title }).from(editor).join(editor.posts).where(editor.c.id.eq(2)),
      text: `select "editor"."name" as "editor", "post"."title" from "user" as "editor" inner join "post" on "editor"."id" = "post"."user_id" where "editor"."id" = $1`,
      rows: [{ editor: "Bob", title: "Fish" }],
    },
    {
      name: "joins through a model between",
      statement: select({ title: Post.c.title, tag: Tag.c.label }).from(Post).leftJoin(Post.tags).where(Post.c.id.eq(1)),
      text: `select "post"."title", "tag"."label" as "tag" from "post" left join "post_tag" on "post"."id" = "post_tag"."post_id" left join "tag" on "post_tag"."tag_id" = "tag"."id" where "post"."id" = $1`,
      rows: [{ title: "Engines", tag: null }],
    },
    {
      name: "narrows entities by a join",
      statement: select(Post).join(Post.author).where(User.c.name.eq("Bob")),
      text: `select ${postColumns()} from "post" inner join "user" on "post"."user_id" = "user"."id" where "user"."name" = $1`,
      rows: [posts[2]],
    },
    {
      name: "groups and filters groups",
      statement: select({ userId: Post.c.userId, views: sum(Post.c.viewCount) })
        .from(Post)
        .groupBy(Post.c.userId)
        .having(count().gt(1)),
      text: `select "post"."user_id" as "userId", sum("post"."view_count") as "views" from "post" group by "post"."user_id" having count(*) > $1`,
      rows: [{ userId: 1, views: 30 }],
    },
    {
      name: "gives each row once",
      statement: select(Post.c.userId).distinct().orderBy(Post.c.userId.asc()),
      text: `select distinct "post"."user_id" from "post" order by "post"."user_id" asc`,
      rows: [1, 2],
    },
    {
      name: "limits and skips",
      statement: select(Post.c.id).orderBy(Post.c.id.asc()).limit(1).offset(1),
      text: `select "post"."id" from "post" order by "post"."id" asc limit $1 offset $2`,
      parameters: [1, 1],
      rows: [2],
    },
    {
      name: "skips without a limit",
      statement: select(Post.c.id).orderBy(Post.c.id.asc()).offset(2),
      text: `select "post"."id" from "post" order by "post"."id" asc offset $1`,
      sqlite: `select "post"."id" from "post" order by "post"."id" asc limit ? offset ?`,
      rows: [3],
    },
    { name: "limits to nothing", statement: select(Post.c.id).limit(0), text: `select "post"."id" from "post" limit $1`, rows: [] },
    {
      name: "puts nulls where it is said",
      statement: select(User.c.id).orderBy(User.c.nickname.asc().nullsFirst()),
      text: `select "user"."id" from "user" order by "user"."nickname" asc nulls first`,
      rows: [2, 1, 3],
    },
    {
      name: "starts at the subquery that it selects, said or not",
      statement: select(stats).from(stats).where(stats.c.n.gt(1)),
      text:
        `select "stats"."userId", "stats"."n", "stats"."last" from (select "post"."user_id" as "userId", count(*) as "n", max("post"."published_date") as "last" ` +
        `from "post" group by "post"."user_id") as "stats" where "stats"."n" > $1`,
      rows: [{ userId: 1, n: 2, last: "2025-01-02" }],
    },
    {
      name: "selects from a subquery, whose columns are the properties of its item",
      statement: select({ name: User.c.name, n: stats.c.n, last: stats.c.last })
        .from(User)
        .leftJoin(stats, stats.c.userId.eq(User.c.id))
        .orderBy(User.c.id.asc()),
      text:
        `select "user"."name", "stats"."n", "stats"."last" from "user" left join (select "post"."user_id" as "userId", count(*) as "n", max("post"."published_date") as "last" ` +
        `from "post" group by "post"."user_id") as "stats" on "stats"."userId" = "user"."id" order by "user"."id" asc`,
      rows: [
        { name: "Ada", n: 2, last: "2025-01-02" },
        { name: "Bob", n: 1, last: "2025-02-03" },
        { name: "Cy", n: null, last: null },
      ],
    },
    {
      name: "gives the rows of a subquery as objects",
      statement: select({ stats }).from(stats).where(stats.c.n.eq(1)),
      text:
        `select "stats"."userId", "stats"."n", "stats"."last" from (select "post"."user_id" as "userId", count(*) as "n", max("post"."published_date") as "last" ` +
        `from "post" group by "post"."user_id") as "stats" where "stats"."n" = $1`,
      rows: [{ stats: { userId: 2, n: 1, last: "2025-02-03" } }],
    },
    {
      name: "gives entities of a subquery, and joins from it",
      statement: select({ latest, author: User.c.name }).from(latest).join(latest.author).orderBy(latest.c.id.asc()),
      text:
        `select ${postColumns("latest")}, "user"."name" as "author" from (select ${postColumns()} from "post" order by "post"."id" desc limit $1) as "latest" ` +
        `inner join "user" on "latest"."user_id" = "user"."id" order by "latest"."id" asc`,
      rows: [
        { latest: posts[1], author: "Ada" },
        { latest: posts[2], author: "Bob" },
      ],
    },
    {
      name: "takes a value from a subquery that looks at the row around it",
      statement: select({ name: User.c.name, posts: select(count()).from(Post).where(Post.c.userId.eq(User.c.id)).asScalar() })
        .from(User)
        .orderBy(User.c.id.asc()),
      text: `select "user"."name", (select count(*) from "post" where "post"."user_id" = "user"."id") as "posts" from "user" order by "user"."id" asc`,
      rows: [
        { name: "Ada", posts: 2 },
        { name: "Bob", posts: 1 },
        { name: "Cy", posts: 0 },
      ],
    },
    {
      name: "gives null for a subquery that finds no row",
      statement: select({ title: select(Post.c.title).where(Post.c.id.eq(99)).asScalar() })
        .from(User)
        .where(User.c.id.eq(1)),
      text: `select (select "post"."title" from "post" where "post"."id" = $1) as "title" from "user" where "user"."id" = $2`,
      rows: [{ title: null }],
    },
    {
      name: "asks whether rows exist",
      statement: select(User.c.name).where(exists(select(Post).where(Post.c.userId.eq(User.c.id))).not()),
      text: `select "user"."name" from "user" where not (exists (select 1 from "post" where "post"."user_id" = "user"."id"))`,
      rows: ["Cy"],
    },
    {
      name: "looks for a value among the rows of a subquery",
      statement: select(User.c.name).where(
        User.c.id.in(select(Post.c.userId).where(Post.c.viewCount.gt(5))),
        User.c.id.notIn(select(Comment.c.userId)),
      ),
      text: `select "user"."name" from "user" where "user"."id" in (select "post"."user_id" from "post" where "post"."view_count" > $1) and "user"."id" not in (select "comment"."user_id" from "comment")`,
      rows: ["Ada"],
    },
    {
      name: "orders and groups by a selected expression with parameters",
      statement: (() => {
        const size = Post.c.viewCount.dividedBy(10)
        return select({ size, n: count() }).from(Post).groupBy(size).orderBy(size.desc())
      })(),
      text: `select "post"."view_count" / $1 as "size", count(*) as "n" from "post" group by 1 order by 1 desc`,
      rows: [
        { size: 2, n: 1 },
        { size: 1, n: 1 },
        { size: 0, n: 1 },
      ],
    },
  ])

  test("makes instances of the model's class", async () => {
    const user = await library.one(select(User).where(User.c.id.eq(1)))
    assert.ok(user instanceof User)
    assert.equal(user.greet(), "hi Ada")
  })

  test("runs one statement many times", async () => {
    const statement = select(Post.c.id).where(Post.c.userId.eq(1)).orderBy(Post.c.id.asc())
    assert.deepEqual(await library.all(statement), await library.all(statement))
  })
})

onDatabases(["postgresql", "pglite"], "select of an array", (database) => {
  const library = sharedLibrary(database)

  test("gives the rows of a subquery in their order, none as an empty list", async () => {
    const ids = select(Post.c.id).where(Post.c.userId.eq(User.c.id)).orderBy(Post.c.id.desc()).asArray()
    const days = select(Post.c.publishedDate).orderBy(Post.c.id.asc()).asArray()
    const statement = select({ name: User.c.name, ids, days }).from(User).where(ids.isNotNull()).orderBy(User.c.id.asc()).limit(3)
    assert.match(
      onPostgres(statement).text,
      /array\(select "post"\."id" from "post" where "post"\."user_id" = "user"\."id" order by "post"\."id" desc\) as "ids"/,
    )
    const all = ["2025-01-02", null, "2025-02-03"]
    assert.deepEqual(await library.all(statement), [
      { name: "Ada", ids: [2, 1], days: all },
      { name: "Bob", ids: [3], days: all },
      { name: "Cy", ids: [], days: all },
    ])
    assert.deepEqual(
      await library.all(select(select(Comment.c.id).unionAll(select(Comment.c.id)).orderBy(Comment.c.id.asc()).limit(1).asArray())),
      [[9007199254740993n]],
    )
  })
})

describe("select", () => {
  test("never changes: each clause gives another statement", () => {
    const all = select(Post.c.id)
    const some = all.where(Post.c.id.eq(1)).limit(1).offset(2).orderBy(Post.c.id.asc()).distinct()
    assert.equal(onPostgres(all).text, `select "post"."id" from "post"`)
    assert.notEqual(onPostgres(some).text, onPostgres(all).text)
  })

  test("refuses an array of rows where the database has none", () => {
    assert.throws(() => compile(select({ ids: select(Post.c.id).asArray() }), sqlite), {
      name: UnsupportedError.name,
      message: /asArray\(\): SQLite has no arrays of rows/,
    })
  })

  test("reads and nothing else", () => {
    assert.equal(compile(select(Post), postgres).effect, "pure")
  })

  for (const [name, make, message] of [
    [
      "a column whose table is not in FROM",
      () => select(Post).where(User.c.id.eq(1)),
      /column user\.id is used, but user is not in FROM\n.*in FROM are: post/,
    ],
    ["two tables without from()", () => select({ a: Post.c.id, b: User.c.id }), /select names post, user but has no from\(\)/],
    ["one table twice", () => select({ a: Post.c.id }).from(Post, Post), /post is in FROM twice/],
    [
      "a name that another alias of it hides",
      () => select(User).where(exists(select(Post).join(aliased(User, "user"), User.c.id.eq(1)))),
      /user in FROM is another one of that name/,
    ],
    ["no column at all", () => select({}), /an object without properties selects nothing/],
    ["undefined as an item", () => select({ a: undefined as never }), /"a" is undefined/],
    ["__proto__ as a property", () => select({ ["__proto__"]: Post.c.id }).from(Post), /__proto__ cannot be the name/],
    ["an alias without a name", () => aliased(User, ""), /the alias must be a name/],
    ["a subquery without a name", () => select(Post).as(""), /cannot be the name of a subquery/],
    ["a subquery of one nameless expression", () => select(count()).from(Post).as("n"), /count\(\*\) has no name/],
    [
      "a subquery of nested objects",
      () =>
        select({ a: { b: Post.c.id } })
          .from(Post)
          .as("n"),
      /"a" must be an expression/,
    ],
    ["a subquery that loads relations", () => select(Post).with("author").as("p"), /a subquery loads no relations/],
    ["a relation that does not exist", () => select(Post).with("autor" as never), /with\("autor"\): post has no relation of this name/],
    [
      "a relation whose model is not in FROM",
      () => select({ id: Comment.c.id }).from(Comment).join(Post.author),
      /the model that declares it is not in FROM/,
    ],
    [
      "a join without a condition",
      () =>
        select({ id: Post.c.id })
          .from(Post)
          .join(User as never),
      /join of user has no condition/,
    ],
    ["a join with nothing", () => select(Post).join(undefined as never), /join: undefined is neither a relation nor a model/],
    ["from() with nothing", () => select({ id: Post.c.id }).from(undefined as never), /from\(\): undefined is not a model/],
    ["undefined in where()", () => select(Post).where(undefined as never), /where\(\): argument 1 is undefined/],
    [
      "undefined in having()",
      () =>
        select({ id: Post.c.id })
          .from(Post)
          .having(undefined as never),
      /having\(\): argument 1 is undefined/,
    ],
    ["undefined in orderBy()", () => select(Post).orderBy(Post.c.id, undefined as never), /orderBy\(\): argument 2 is undefined/],
    [
      "undefined in groupBy()",
      () =>
        select({ id: Post.c.id })
          .from(Post)
          .groupBy(undefined as never),
      /groupBy\(\): argument 1 is undefined/,
    ],
    ["a limit that is no whole number", () => select(Post).limit(1.5), /limit\(\) takes a whole number from 0, not 1\.5/],
    ["a negative limit", () => select(Post).limit(-1), /not -1/],
    ["NaN as an offset", () => select(Post).offset(Number.NaN), /not NaN/],
    ["text as a limit", () => select(Post).limit("1; drop table post" as never), /limit\(\) takes a whole number/],
    ["several expressions as one value", () => select({ a: Post.c.id }).from(Post).asScalar(), /selects one expression/],
    [
      "several expressions as an array",
      () => select({ a: Post.c.id }).from(Post).asArray(),
      /asArray\(\) needs a statement that selects one/,
    ],
    [
      "JSON as an array",
      () =>
        select(jsonBuildObject({ id: Post.c.id }))
          .from(Post)
          .asArray(),
      /asArray\(\): jsonBuildObject\(\) is JSON/,
    ],
    ["untyped text as an array", () => select(sql`1`).asArray(), /is of no known type/],
    ["entities among values", () => select(Post).where(Post.c.id.in(select(User) as never)), /takes a subquery of one column, not of 5/],
    ["exists() of a model", () => exists(Post as never), /exists\(\) takes a select/],
  ] as const) {
    test(`refuses ${name}`, () => {
      assert.throws(() => onPostgres(make() as never), { name: StatementError.name, message })
    })
  }
})
