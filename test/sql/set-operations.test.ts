import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  aliased,
  bigint,
  cast,
  compile,
  count,
  exists,
  insert,
  jsonBuildObject,
  numeric,
  select,
  sessionmaker,
  sql,
  StatementError,
  sum,
  text,
  UnsupportedError,
  value,
} from "rebis"
import { sqlite } from "../../src/dialects/sqlite/index.ts"
import { forEachDatabase, unless } from "../support/databases.ts"
import { Comment, comments, Post, posts, sharedLibrary, Tag, User, users } from "./library.ts"
import { onPostgres, testCases } from "./statement-case.ts"

const columnsOf = (name: string, columns: readonly string[]) => columns.map((column) => `"${name}"."${column}"`).join(", ")
const postColumns = (name = "post") => columnsOf(name, ["id", "title", "user_id", "view_count", "meta", "published_date"])

const names = select(User.c.name)
const titles = select(Post.c.title)
const labelled = select({ kind: value("user"), id: User.c.id, name: User.c.name, nickname: User.c.nickname }).from(User)
const rest = select({ name: Post.c.title, id: Post.c.id, nickname: value(null, text()), kind: value("post") }).from(Post)
const editor = aliased(User, "editor")

forEachDatabase("set operations", (database) => {
  const library = sharedLibrary(database)

  testCases(database, library, [
    {
      name: "give the rows of both, each once",
      statement: select(Post.c.userId).union(select(User.c.id)).orderBy(Post.c.userId.desc()),
      text: `select "post"."user_id" from "post" union select "user"."id" from "user" order by 1 desc`,
      rows: [3, 2, 1],
    },
    {
      name: "give all rows of both, in one order, some of them",
      statement: names.unionAll(titles).orderBy(User.c.name.asc()).limit(2).offset(1),
      text: `select "user"."name" from "user" union all select "post"."title" from "post" order by 1 asc limit $1 offset $2`,
      parameters: [2, 1],
      rows: ["Bob", "Cy"],
    },
    {
      name: "skip without a limit",
      statement: names.unionAll(titles).orderBy(User.c.name.asc()).offset(5),
      text: `select "user"."name" from "user" union all select "post"."title" from "post" order by 1 asc offset $1`,
      sqlite: `select "user"."name" from "user" union all select "post"."title" from "post" order by 1 asc limit ? offset ?`,
      rows: ["Notes"],
    },
    {
      name: "give what both give, and what the other does not",
      statement: select(User.c.id)
        .intersect(select(Post.c.userId))
        .except(select(Post.c.userId).where(Post.c.viewCount.gt(15))),
      text: `select "user"."id" from "user" intersect select "post"."user_id" from "post" except select "post"."user_id" from "post" where "post"."view_count" > $1`,
      rows: [2],
    },
    {
      name: "bring properties together by their names, not their order",
      statement: labelled.unionAll(rest).orderBy("kind", User.c.id.desc()).limit(4),
      text:
        `select cast($1 as text) as "kind", "user"."id", "user"."name", "user"."nickname" from "user" union all ` +
        `select cast($2 as text) as "kind", "post"."id", "post"."title" as "name", cast($3 as text) as "nickname" from "post" order by 1, 2 desc limit $4`,
      sqlite:
        `select ? as "kind", "user"."id", "user"."name", "user"."nickname" from "user" union all ` +
        `select ? as "kind", "post"."id", "post"."title" as "name", ? as "nickname" from "post" order by 1, 2 desc limit ?`,
      rows: [
        { kind: "post", id: 3, name: "Fish", nickname: null },
        { kind: "post", id: 2, name: "Notes", nickname: null },
        { kind: "post", id: 1, name: "Engines", nickname: null },
        { kind: "user", id: 3, name: "Cy", nickname: "sea" },
      ],
    },
    {
      name: "put members with an order or a limit of their own in parentheses",
      statement: names.orderBy(User.c.id.desc()).limit(1).unionAll(titles.orderBy(Post.c.id.asc()).limit(1)).orderBy(User.c.name.asc()),
      text:
        `(select "user"."name" from "user" order by "user"."id" desc limit $1) union all ` +
        `(select "post"."title" from "post" order by "post"."id" asc limit $2) order by 1 asc`,
      sqlite:
        `select * from (select "user"."name" from "user" order by "user"."id" desc limit ?) union all ` +
        `select * from (select "post"."title" from "post" order by "post"."id" asc limit ?) order by 1 asc`,
      rows: ["Cy", "Engines"],
    },
    {
      name: "keep to the order in which they are written",
      statement: names
        .union(titles)
        .intersect(titles.where(Post.c.id.lt(3)).union(names.where(User.c.id.eq(1))))
        .orderBy(User.c.name.asc()),
      text:
        `(select "user"."name" from "user" union select "post"."title" from "post") intersect ` +
        `(select "post"."title" from "post" where "post"."id" < $1 union select "user"."name" from "user" where "user"."id" = $2) order by 1 asc`,
      sqlite:
        `select * from (select "user"."name" from "user" union select "post"."title" from "post") intersect ` +
        `select * from (select "post"."title" from "post" where "post"."id" < ? union select "user"."name" from "user" where "user"."id" = ?) order by 1 asc`,
      rows: ["Ada", "Engines", "Notes"],
    },
    {
      name: "take a set operation with a limit as a member",
      statement: names.union(titles).orderBy(User.c.name.asc()).limit(1).unionAll(names).orderBy(User.c.name.desc()),
      text: `(select "user"."name" from "user" union select "post"."title" from "post" order by 1 asc limit $1) union all select "user"."name" from "user" order by 1 desc`,
      sqlite: `select * from (select "user"."name" from "user" union select "post"."title" from "post" order by 1 asc limit ?) union all select "user"."name" from "user" order by 1 desc`,
      rows: ["Cy", "Bob", "Ada", "Ada"],
    },
    {
      name: "give entities",
      statement: select(Post)
        .where(Post.c.id.eq(3))
        .unionAll(select(Post).where(Post.c.id.lt(2)))
        .orderBy("id"),
      text: `select ${postColumns()} from "post" where "post"."id" = $1 union all select ${postColumns()} from "post" where "post"."id" < $2 order by 1`,
      rows: [posts[0], posts[2]],
    },
    {
      name: "are FROM entries, of entities too",
      statement: (() => {
        const few = select(Post)
          .where(Post.c.id.eq(3))
          .unionAll(select(Post).where(Post.c.id.lt(2)))
          .as("few")
        return select({ few, author: User.c.name }).from(few).join(few.author).orderBy(few.c.id.asc())
      })(),
      text:
        `select ${postColumns("few")}, "user"."name" as "author" from (select ${postColumns()} from "post" where "post"."id" = $1 union all ` +
        `select ${postColumns()} from "post" where "post"."id" < $2) as "few" inner join "user" on "few"."user_id" = "user"."id" order by "few"."id" asc`,
      rows: [
        { few: posts[0], author: "Ada" },
        { few: posts[2], author: "Bob" },
      ],
    },
    {
      name: "are common table expressions",
      statement: (() => {
        const all = labelled.unionAll(rest).cte("every")
        return select({ kind: all.c.kind, n: count() }).from(all).groupBy(all.c.kind).orderBy(all.c.kind.asc())
      })(),
      text:
        `with "every" as (select cast($1 as text) as "kind", "user"."id", "user"."name", "user"."nickname" from "user" union all ` +
        `select cast($2 as text) as "kind", "post"."id", "post"."title" as "name", cast($3 as text) as "nickname" from "post") ` +
        `select "every"."kind", count(*) as "n" from "every" group by "every"."kind" order by "every"."kind" asc`,
      sqlite:
        `with "every" as (select ? as "kind", "user"."id", "user"."name", "user"."nickname" from "user" union all ` +
        `select ? as "kind", "post"."id", "post"."title" as "name", ? as "nickname" from "post") ` +
        `select "every"."kind", count(*) as "n" from "every" group by "every"."kind" order by "every"."kind" asc`,
      rows: [
        { kind: "post", n: 3 },
        { kind: "user", n: 3 },
      ],
    },
    {
      name: "are values, lists and questions inside other statements",
      statement: select({
        name: User.c.name,
        first: select(Post.c.title)
          .where(Post.c.userId.eq(User.c.id))
          .unionAll(titles.where(Post.c.id.eq(1)))
          .orderBy(Post.c.title.desc())
          .limit(1)
          .asScalar(),
      })
        .from(User)
        .where(User.c.id.in(select(Post.c.userId).union(select(Comment.c.userId))), exists(names.limit(1).unionAll(titles)))
        .orderBy(User.c.id.asc()),
      text:
        `select "user"."name", (select "post"."title" from "post" where "post"."user_id" = "user"."id" union all select "post"."title" from "post" where "post"."id" = $1 order by 1 desc limit $2) as "first" ` +
        `from "user" where "user"."id" in (select "post"."user_id" from "post" union select "comment"."user_id" from "comment") ` +
        `and exists ((select "user"."name" from "user" limit $3) union all select "post"."title" from "post") order by "user"."id" asc`,
      sqlite:
        `select "user"."name", (select "post"."title" from "post" where "post"."user_id" = "user"."id" union all select "post"."title" from "post" where "post"."id" = ? order by 1 desc limit ?) as "first" ` +
        `from "user" where "user"."id" in (select "post"."user_id" from "post" union select "comment"."user_id" from "comment") ` +
        `and exists (select * from (select "user"."name" from "user" limit ?) union all select "post"."title" from "post") order by "user"."id" asc`,
      rows: [
        { name: "Ada", first: "Notes" },
        { name: "Bob", first: "Fish" },
        { name: "Cy", first: "Engines" },
      ],
    },
    {
      name: "stand in a list in parentheses of their own",
      statement: names.where(User.c.name.in(names.orderBy(User.c.id.asc()).limit(1).union(titles))),
      text: `select "user"."name" from "user" where "user"."name" in ((select "user"."name" from "user" order by "user"."id" asc limit $1) union select "post"."title" from "post")`,
      sqlite: `select "user"."name" from "user" where "user"."name" in (select * from (select "user"."name" from "user" order by "user"."id" asc limit ?) union select "post"."title" from "post")`,
      rows: ["Ada"],
    },
    {
      name: "stand in text",
      statement: sql<{ n: number }>`select count(*) as n from (${names.limit(1).unionAll(titles)}) as x`,
      text: `select count(*) as n from ((select "user"."name" from "user" limit $1) union all select "post"."title" from "post") as x`,
      sqlite: `select count(*) as n from (select * from (select "user"."name" from "user" limit ?) union all select "post"."title" from "post") as x`,
      rows: [{ n: database.name === "sqlite" ? 4 : 4n }],
    },
    {
      name: "read values by what all members give",
      statement: select({ n: value(1), large: Comment.c.id, exact: value("1.25", numeric()) })
        .from(Comment)
        .where(Comment.c.id.eq(comments[0]!.id))
        .unionAll(select({ exact: value("2", numeric()), n: sum(Post.c.viewCount), large: value(7n) }).from(Post)),
      text:
        `select cast($1 as integer) as "n", "comment"."id" as "large", cast($2 as numeric) as "exact" from "comment" where "comment"."id" = $3 union all ` +
        `select sum("post"."view_count") as "n", cast($4 as bigint) as "large", cast($5 as numeric) as "exact" from "post"`,
      sqlite:
        `select ? as "n", "comment"."id" as "large", ? as "exact" from "comment" where "comment"."id" = ? union all ` +
        `select sum("post"."view_count") as "n", ? as "large", ? as "exact" from "post"`,
      rows: [
        { n: 1, large: comments[0]!.id, exact: "1.25" },
        { n: 35, large: 7n, exact: "2" },
      ],
    },
    {
      name: "leave null what an outer join of any member leaves empty",
      statement: select({ name: User.c.name, user: User })
        .from(User)
        .where(User.c.id.eq(1))
        .unionAll(
          select({ user: editor, name: Post.c.title })
            .from(Post)
            .leftJoin(editor, editor.c.id.gt(9))
            .allowCartesian()
            .where(Post.c.id.eq(1)),
        ),
      text:
        `select "user"."name", ${columnsOf("user", ["id", "email", "name", "nickname", "created_at"])} from "user" where "user"."id" = $1 union all ` +
        `select "post"."title" as "name", ${columnsOf("editor", ["id", "email", "name", "nickname", "created_at"])} from "post" left join "user" as "editor" on "editor"."id" > $2 where "post"."id" = $3`,
      rows: [
        { name: "Ada", user: users[0] },
        { name: "Engines", user: null },
      ],
    },
  ])

  test("count equal rows where the database does", unless(database, "nativeTypes", "intersect all"), async () => {
    const authors = select(Post.c.userId)
    assert.equal(
      onPostgres(authors.exceptAll(select(User.c.id))).text,
      `select "post"."user_id" from "post" except all select "user"."id" from "user"`,
    )
    assert.deepEqual(await library.all(authors.exceptAll(select(User.c.id))), [1])
    assert.deepEqual(
      (await library.all(authors.intersectAll(authors))).toSorted((a, b) => a - b),
      [1, 1, 2],
    )
  })

  test("run in a session, which knows their entities", async () => {
    await using db = sessionmaker(library.engine)()
    const fish = await db.get(Post, 3)
    const both = select(Post)
      .where(Post.c.id.eq(3))
      .union(select(Post).where(Post.c.id.eq(3)).where(Post.c.userId.eq(2)))
    const typed =
      database.name === "sqlite"
        ? both
        : select(Post)
            .where(Post.c.id.eq(3))
            .unionAll(select(Post).where(Post.c.id.gt(3)))
    assert.equal(await db.one(typed), fish)
    assert.equal(await db.first(names.unionAll(titles).orderBy(User.c.name.asc())), "Ada")
    assert.equal(await db.scalar(names.unionAll(titles).orderBy(User.c.name.desc())), "Notes")
    assert.equal(await db.oneOrNull(names.intersect(titles)), null)
    const streamed: string[] = []
    for await (const name of db.stream(names.union(names).orderBy(User.c.name.asc()))) streamed.push(name)
    assert.deepEqual(streamed, ["Ada", "Bob", "Cy"])
  })
})

describe("set operations", () => {
  test("never change: each gives another statement", () => {
    const all = names.union(titles)
    const some = all
      .orderBy(User.c.name.asc())
      .limit(1)
      .offset(1)
      .withCte(select({ id: Post.c.id }).cte("x"))
    assert.equal(onPostgres(all).text, `select "user"."name" from "user" union select "post"."title" from "post"`)
    assert.notEqual(onPostgres(some).text, onPostgres(all).text)
    assert.equal(compile(all, sqlite).effect, "pure")
  })

  test("of one kind stand beside each other", () => {
    assert.equal(
      onPostgres(names.union(titles).unionAll(names).except(titles)).text,
      `select "user"."name" from "user" union select "post"."title" from "post" union all select "user"."name" from "user" except select "post"."title" from "post"`,
    )
    assert.equal(
      onPostgres(names.intersect(titles).intersect(names).union(titles)).text,
      `select "user"."name" from "user" intersect select "post"."title" from "post" intersect select "user"."name" from "user" union select "post"."title" from "post"`,
    )
    assert.equal(
      onPostgres(names.except(titles.except(names))).text,
      `select "user"."name" from "user" except (select "post"."title" from "post" except select "user"."name" from "user")`,
    )
  })

  test("know the columns of their rows", () => {
    const mixed = select({ n: Post.c.id, at: Post.c.publishedDate })
      .unionAll(select({ at: cast(Post.c.publishedDate, { kind: "date" }), n: count() }).from(Post))
      .as("mixed")
    assert.equal(mixed.c.n.type.kind, "bigint")
    assert.equal(mixed.c.n.traits.nullable, true)
  })

  for (const [name, make, message] of [
    ["other properties", () => select({ a: Post.c.id }).union(select({ b: Post.c.id }) as never), /union: only one of them has "a", "b"/],
    [
      "more properties",
      () => select({ a: Post.c.id }).unionAll(select({ a: Post.c.id, b: Post.c.title }) as never),
      /union all: only one of them has "b"/,
    ],
    [
      "other types",
      () => select(Post.c.id).union(select(Post.c.title) as never),
      /union: post\.id is integer and post\.title is text\n.*cast one of them/,
    ],
    [
      "numbers that are read in another way",
      () => select(Comment.c.id).intersect(select(Post.c.id) as never),
      /intersect: comment\.id is bigint and post\.id is integer/,
    ],
    [
      "other types inside",
      () => select({ a: { b: Post.c.id } }).except(select({ a: { b: Post.c.title } }) as never),
      /except, "a", "b": post\.id is integer and post\.title is text/,
    ],
    ["other entities", () => select(Post).union(select(User) as never), /union: a row of post would meet a row of user/],
    [
      "an entity and an object",
      () => select({ a: Post }).union(select({ a: { id: Post.c.id } }) as never),
      /a row of post would meet an object/,
    ],
    ["an object and a value", () => select({ a: Post.c.id }).union(select(Post.c.id) as never), /union: an object would meet post\.id/],
    ["a value and an object", () => select(Post.c.id).union(select({ a: Post.c.id }) as never), /union: post\.id would meet an object/],
    [
      "other JSON",
      () =>
        select(jsonBuildObject({ a: Post.c.id }))
          .from(Post)
          .union(select(jsonBuildObject({ a: Post.c.title })).from(Post) as never),
      /are different JSON/,
    ],
    [
      "what is no query",
      () => names.union(insert(Tag).values({ label: "x" }).returning(Tag.c.label) as never),
      /union takes a query, not \[object Object\]/,
    ],
    ["undefined", () => names.unionAll(undefined as never), /union all takes a query, not undefined/],
    ["members that load relations", () => select(Post).union(select(Post).with("author") as never), /union: its members load no relations/],
    [
      "an order by what is not selected",
      () => names.union(titles).orderBy(User.c.id),
      /orderBy\(\) of union: user\.id is not selected by its first statement/,
    ],
    [
      "an order by a property that is not there",
      () => labelled.unionAll(rest).orderBy("title" as never),
      /orderBy\(\) of union all: "title" is no column of its rows/,
    ],
    ["an order by text that is no property", () => names.union(titles).orderBy("1; drop table post" as never), /is no column of its rows/],
    ["an order by nothing", () => names.union(titles).orderBy(undefined as never), /orderBy\(\) of union: undefined is not selected/],
    ["a limit that is no number", () => names.union(titles).limit("1" as never), /limit\(\) takes a whole number/],
    ["several columns as one value", () => labelled.unionAll(rest).asScalar(), /selects one expression/],
    [
      "several columns in a list",
      () => select(Post).where(Post.c.id.in(labelled.unionAll(rest) as never)),
      /takes a subquery of one column, not of 4/,
    ],
  ] as const) {
    test(`refuse ${name}`, () => {
      assert.throws(() => onPostgres(make() as never), { name: StatementError.name, message })
    })
  }

  test("that count equal rows are refused where the database has none", () => {
    assert.throws(() => compile(names.intersectAll(titles), sqlite), {
      name: UnsupportedError.name,
      message: /SQLite has no intersect all\n/,
    })
    assert.throws(() => compile(names.exceptAll(titles), sqlite), { name: UnsupportedError.name, message: /SQLite has no except all\n/ })
  })

  test("take text whose type the other side says", () => {
    const statement = select({ n: sql`1` }).unionAll(select({ n: cast(Post.c.id, bigint()) }).from(Post))
    assert.equal(statement.columnTypes[0]?.kind, "bigint")
  })
})
