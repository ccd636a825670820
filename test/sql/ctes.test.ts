import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  aliased,
  cast,
  compile,
  count,
  deleteFrom,
  exists,
  insert,
  lower,
  recursive,
  select,
  sessionmaker,
  sql,
  StatementError,
  type SubquerySource,
  text,
  UnsupportedError,
  update,
  value,
} from "rebis"
import { sqlite } from "../../src/dialects/sqlite/index.ts"
import { forEachDatabase, onDatabases } from "../support/databases.ts"
import { Comment, comments, openLibrary, Post, posts, sharedLibrary, Tag, User } from "./library.ts"
import { onPostgres, plain, testCases } from "./statement-case.ts"

const columnsOf = (name: string, columns: readonly string[]) => columns.map((column) => `"${name}"."${column}"`).join(", ")
const postColumns = (name = "post") => columnsOf(name, ["id", "title", "user_id", "view_count", "meta", "published_date"])
const commentColumns = (name = "comment") => columnsOf(name, ["id", "post_id", "user_id", "parent_id", "body"])

const stats = select({ userId: Post.c.userId, n: count() }).from(Post).groupBy(Post.c.userId).cte("stats")
const statsText = `"stats" as (select "post"."user_id" as "userId", count(*) as "n" from "post" group by "post"."user_id")`
const recent = select(Post).where(Post.c.id.gt(1)).cte("recent")
const busy = select({ id: stats.c.userId }).where(stats.c.n.gt(1)).cte("busy")
const busyText = `"busy" as (select "stats"."userId" as "id" from "stats" where "stats"."n" > $1)`
const numbers = recursive("numbers", select({ n: value(1) }), (self) =>
  select({ n: self.c.n.plus(1) })
    .from(self)
    .where(self.c.n.lt(4)),
)
const thread = recursive("thread", select(Comment).where(Comment.c.parentId.isNull()), (self) =>
  select(Comment).join(self, Comment.c.parentId.eq(self.c.id)),
)

forEachDatabase("common table expressions", (database) => {
  const library = sharedLibrary(database)

  testCases(database, library, [
    {
      name: "stand in WITH, with their columns' types",
      statement: select({ name: User.c.name, n: stats.c.n })
        .from(User)
        .leftJoin(stats, stats.c.userId.eq(User.c.id))
        .orderBy(User.c.id.asc()),
      text: `with ${statsText} select "user"."name", "stats"."n" from "user" left join "stats" on "stats"."userId" = "user"."id" order by "user"."id" asc`,
      rows: [
        { name: "Ada", n: 2 },
        { name: "Bob", n: 1 },
        { name: "Cy", n: null },
      ],
    },
    {
      name: "give entities, and their relations",
      statement: select({ recent, author: User.c.name }).from(recent).join(recent.author).orderBy(recent.c.id.asc()),
      text:
        `with "recent" as (select ${postColumns()} from "post" where "post"."id" > $1) select ${postColumns("recent")}, "user"."name" as "author" ` +
        `from "recent" inner join "user" on "recent"."user_id" = "user"."id" order by "recent"."id" asc`,
      rows: [
        { recent: posts[1], author: "Ada" },
        { recent: posts[2], author: "Bob" },
      ],
    },
    {
      name: "stand there once and after those that they use, wherever they are used",
      statement: select(User.c.name).where(exists(select(busy).where(busy.c.id.eq(User.c.id))), User.c.id.in(select(stats.c.userId))),
      text:
        `with ${statsText}, ${busyText} select "user"."name" from "user" where exists (select 1 from "busy" where "busy"."id" = "user"."id") ` +
        `and "user"."id" in (select "stats"."userId" from "stats")`,
      rows: ["Ada"],
    },
    {
      name: "stand beside themselves under another name",
      statement: (() => {
        const other = aliased(stats, "other")
        return select({ a: stats.c.userId, b: other.c.userId }).from(stats).join(other, other.c.n.lt(stats.c.n))
      })(),
      text: `with ${statsText} select "stats"."userId" as "a", "other"."userId" as "b" from "stats" inner join "stats" as "other" on "other"."n" < "stats"."n"`,
      rows: [{ a: 1, b: 2 }],
    },
    {
      name: "of entities have aliases with relations",
      statement: (() => {
        const other = aliased(recent, "other")
        return select({ title: recent.c.title, by: User.c.name }).from(recent).join(other, other.c.id.lt(recent.c.id)).join(other.author)
      })(),
      text:
        `with "recent" as (select ${postColumns()} from "post" where "post"."id" > $1) select "recent"."title", "user"."name" as "by" from "recent" ` +
        `inner join "recent" as "other" on "other"."id" < "recent"."id" inner join "user" on "other"."user_id" = "user"."id"`,
      rows: [{ title: "Fish", by: "Ada" }],
    },
    {
      name: "are computed by themselves or not, as it is said",
      statement: (() => {
        const once = select({ id: Post.c.id }).cte("once", { materialized: true })
        const inline = select({ id: User.c.id }).cte("inline", { materialized: false })
        return select({ a: once.c.id, b: inline.c.id }).from(once).join(inline, inline.c.id.eq(once.c.id)).where(once.c.id.eq(3))
      })(),
      text:
        `with "once" as materialized (select "post"."id" from "post"), "inline" as not materialized (select "user"."id" from "user") ` +
        `select "once"."id" as "a", "inline"."id" as "b" from "once" inner join "inline" on "inline"."id" = "once"."id" where "once"."id" = $1`,
      rows: [{ a: 3, b: 3 }],
    },
    {
      name: "are put there without being used",
      statement: select(User.c.id).withCte(stats).where(User.c.id.eq(1)),
      text: `with ${statsText} select "user"."id" from "user" where "user"."id" = $1`,
      rows: [1],
    },
    {
      name: "stand before the text of a statement",
      statement: sql<{ n: number }>`select n from ${numbers} where n > ${2} order by n`,
      text:
        `with recursive "numbers" as (select cast($1 as integer) as "n" union all select "numbers"."n" + $2 as "n" from "numbers" where "numbers"."n" < $3) ` +
        `select n from "numbers" where n > $4 order by n`,
      sqlite:
        `with recursive "numbers" as (select ? as "n" union all select "numbers"."n" + ? as "n" from "numbers" where "numbers"."n" < ?) ` +
        `select n from "numbers" where n > ? order by n`,
      rows: [{ n: 3 }, { n: 4 }],
    },
    {
      name: "refer to themselves",
      statement: select(numbers).orderBy(numbers.c.n.desc()).limit(2),
      text:
        `with recursive "numbers" as (select cast($1 as integer) as "n" union all select "numbers"."n" + $2 as "n" from "numbers" where "numbers"."n" < $3) ` +
        `select "numbers"."n" from "numbers" order by "numbers"."n" desc limit $4`,
      sqlite:
        `with recursive "numbers" as (select ? as "n" union all select "numbers"."n" + ? as "n" from "numbers" where "numbers"."n" < ?) ` +
        `select "numbers"."n" from "numbers" order by "numbers"."n" desc limit ?`,
      rows: [{ n: 4 }, { n: 3 }],
    },
    {
      name: "refer to themselves and give entities",
      statement: select({ comment: thread, post: Post.c.title }).from(thread).join(thread.post).orderBy(thread.c.id.asc()),
      text:
        `with recursive "thread" as (select ${commentColumns()} from "comment" where "comment"."parent_id" is null union all select ${commentColumns()} from "comment" ` +
        `inner join "thread" on "comment"."parent_id" = "thread"."id") ` +
        `select ${commentColumns("thread")}, "post"."title" as "post" from "thread" inner join "post" on "thread"."post_id" = "post"."id" order by "thread"."id" asc`,
      rows: [
        { comment: comments[0], post: "Engines" },
        { comment: comments[1], post: "Engines" },
      ],
    },
    {
      name: "come to an end by themselves where equal rows are found once",
      statement: (() => {
        const around = recursive("around", select({ id: value(1) }), (self) => select({ id: self.c.id.modulo(3).plus(1) }).from(self), {
          unionAll: false,
        })
        return select(around.c.id).orderBy(around.c.id.asc())
      })(),
      text:
        `with recursive "around" as (select cast($1 as integer) as "id" union select ("around"."id" % $2) + $3 as "id" from "around") ` +
        `select "around"."id" from "around" order by "around"."id" asc`,
      sqlite: `with recursive "around" as (select ? as "id" union select ("around"."id" % ?) + ? as "id" from "around") select "around"."id" from "around" order by "around"."id" asc`,
      rows: [1, 2, 3],
    },
    {
      name: "take properties by their names in the step",
      statement: (() => {
        const path = recursive("path", select({ id: Comment.c.id, path: Comment.c.body }).where(Comment.c.parentId.isNull()), (self) =>
          select({ path: self.c.path.concat("/").concat(Comment.c.body), id: Comment.c.id })
            .from(Comment)
            .join(self, Comment.c.parentId.eq(self.c.id)),
        )
        return select(path).orderBy(path.c.id.asc())
      })(),
      text:
        `with recursive "path" as (select "comment"."id", "comment"."body" as "path" from "comment" where "comment"."parent_id" is null ` +
        `union all select "comment"."id", ("path"."path" || $1) || "comment"."body" as "path" from "comment" inner join "path" on "comment"."parent_id" = "path"."id") ` +
        `select "path"."id", "path"."path" from "path" order by "path"."id" asc`,
      rows: [
        { id: comments[0]!.id, path: "first" },
        { id: comments[1]!.id, path: "first/second" },
      ],
    },
  ])

  test("stand before statements that write", async () => {
    const own = await openLibrary(database)
    const wanted = select({ id: Post.c.id }).where(Post.c.viewCount.lt(10)).cte("wanted")
    const changed = update(Post)
      .set({ title: "few" })
      .where(Post.c.id.in(select(wanted.c.id)))
      .returning(Post.c.id)
    assert.match(onPostgres(changed).text, /^with "wanted" as \(select .*\) update "post" set /)
    assert.deepEqual(await own.all(changed), [3])
    const added = insert(Tag)
      .values({
        label: lower(
          select(Post.c.title)
            .where(Post.c.id.in(select(wanted.c.id)))
            .asScalar(),
        ) as never,
      })
      .returning(Tag.c.label)
    assert.match(onPostgres(added).text, /^with "wanted" as \(select .*\) insert into "tag"/)
    assert.deepEqual(await own.all(added), ["few"])
    const gone = deleteFrom(Post)
      .where(Post.c.id.in(select(wanted.c.id)))
      .returning(Post.c.id)
    assert.match(onPostgres(gone).text, /^with "wanted" as \(select .*\) delete from "post"/)
    assert.deepEqual(await own.all(gone), [3])
  })

  test("run in a session, which knows their entities", async () => {
    await using db = sessionmaker(library.engine)()
    const first = await db.one(select(Comment).where(Comment.c.parentId.isNull()))
    const all = await db.all(select(thread).with("post").orderBy(thread.c.id.asc()))
    assert.equal(all[0], first)
    assert.deepEqual(
      all.map((comment) => comment.post.title),
      ["Engines", "Engines"],
    )
    assert.deepEqual(plain(await db.first(select(stats).orderBy(stats.c.userId.asc()))), { userId: 1, n: 2 })
  })
})

onDatabases(["postgresql", "pglite"], "search and cycle", (database) => {
  const library = sharedLibrary(database)
  const around = recursive("around", select({ id: value(1) }), (self) => select({ id: self.c.id.modulo(3).plus(1) }).from(self), {
    search: { order: "depth", by: ["id"], set: "place" },
    cycle: { columns: ["id"], set: "again", using: "way" },
  })
  const text =
    `with recursive "around" as (select cast($1 as integer) as "id" union all select ("around"."id" % $2) + $3 as "id" from "around") ` +
    `search depth first by "id" set "place" cycle "id" set "again" using "way" `

  test("end at a cycle, and order by the way", async () => {
    const statement = select({ id: around.c.id, again: around.c.again }).from(around).orderBy(around.c.place)
    assert.equal(onPostgres(statement).text, `${text}select "around"."id", "around"."again" from "around" order by "around"."place"`)
    assert.deepEqual(await library.all(statement), [
      { id: 1, again: false },
      { id: 2, again: false },
      { id: 3, again: false },
      { id: 1, again: true },
    ])
  })

  test("add nothing to a row", async () => {
    assert.deepEqual(await library.all(select(around).where(around.c.again)), [{ id: 1 }])
  })

  test("keep entities", async () => {
    const tree = recursive(
      "tree",
      select(Comment).where(Comment.c.parentId.isNull()),
      (self) => select(Comment).join(self, Comment.c.parentId.eq(self.c.id)),
      { cycle: { columns: ["id"], set: "isCycle" } },
    )
    const found = await library.all(select({ tree, isCycle: tree.c.isCycle }).from(tree).orderBy(tree.c.id.asc()))
    assert.ok(found[0]!.tree instanceof Comment)
    assert.deepEqual(
      plain(found),
      comments.map((tree) => ({ tree, isCycle: false })),
    )
  })
})

describe("common table expressions", () => {
  const step = (self: SubquerySource<{ n: number }, "r">) => select({ n: self.c.n.plus(1) }).from(self)
  for (const [name, make, message] of [
    [
      "two of one name",
      () =>
        select({ a: stats.c.n })
          .from(stats)
          .crossJoin(select({ id: Post.c.id }).cte("stats")),
      /stats is in FROM twice/,
    ],
    [
      "two of one name in different places",
      () =>
        select({ a: stats.c.n })
          .from(stats)
          .where(exists(select(select({ id: Post.c.id }).cte("stats")))),
      /two common table expressions of one statement are called stats/,
    ],
    [
      "the name of a table that the statement uses",
      () => select(select({ id: Post.c.id }).cte("post")),
      /the common table expression post would hide the table post, which the statement uses too/,
    ],
    [
      "a look at what stands around its use",
      () => select(User.c.name).where(exists(select(select({ id: Post.c.id }).where(Post.c.userId.eq(User.c.id)).cte("own")))),
      /column user\.id is used, but user is not in FROM/,
    ],
    ["a name that is none", () => select(Post).cte(""), /cte\(\): "" cannot be the name of a common table expression/],
    ["columns without names", () => select(count()).from(Post).cte("n"), /common table expression n: count\(\*\) has no name/],
    ["relations to load", () => select(Post).with("author").cte("p"), /p: a subquery loads no relations/],
    ["a word for materialized", () => select(Post).cte("p", { materialized: "yes" as never }), /materialized is yes, not true or false/],
    [
      "withCte() of a subquery",
      () => select(Post).withCte(select(Post).as("p") as never),
      /withCte\(\) takes what cte\(\) or recursive\(\) gives, not p/,
    ],
    ["withCte() of nothing", () => select(Post).withCte(undefined as never), /not undefined/],
    ["writing to one", () => update(recent).set({ title: "x" }).allRows(), /update of recent: recent is a common table expression/],
    [
      "text that begins with its own WITH",
      () => sql`with a as (select 1) select * from ${numbers}`,
      /the text of a statement begins with its own WITH/,
    ],
    ["a base that is no query", () => recursive("r", undefined as never, step), /r begins with a query, not with undefined/],
    [
      "a step that is no query",
      () => recursive("r", select({ n: value(1) }), () => undefined as never),
      /its step gives no query, but undefined/,
    ],
    [
      "a step with other properties",
      () => recursive("r", select({ n: value(1) }), (self) => select({ n: self.c.n, m: self.c.n })),
      /union all: only one of them has "m"/,
    ],
    [
      "a step of a wider type",
      () => recursive("r", select({ n: Tag.c.id }), () => select({ n: count() }).from(Tag)),
      /"n" begins as integer and goes on as another type\n.*cast the first: cast\(…, bigint\(\)\)/,
    ],
    [
      "a cycle of no column",
      () => recursive("r", select({ n: value(1) }), step, { cycle: { columns: ["x" as never], set: "is" } }),
      /cycle names "x", which is no column/,
    ],
    [
      "a search by nothing",
      () => recursive("r", select({ n: value(1) }), step, { search: { order: "depth", by: [], set: "is" } }),
      /search and cycle name at least one column/,
    ],
    [
      "an order of search that does not exist",
      () => recursive("r", select({ n: value(1) }), step, { search: { order: "up; drop" as never, by: ["n"], set: "is" } }),
      /is "depth" or "breadth", not up; drop/,
    ],
    [
      "an added column that is there",
      () => recursive("r", select({ n: value(1) }), step, { search: { order: "depth", by: ["n"], set: "n" } }),
      /has a column "n" already/,
    ],
  ] as const) {
    test(`refuse ${name}`, () => {
      assert.throws(() => onPostgres(make() as never), { name: StatementError.name, message })
    })
  }

  test("refuse to stand in an expression inside a query of Kysely's", () => {
    assert.throws(() => exists(select(stats)).toOperationNode(), {
      name: StatementError.name,
      message: /the common table expression stats is used inside a query of Kysely's/,
    })
  })

  test("refuse search and cycle where the database has none", () => {
    const found = recursive("r", select({ n: value(1) }), step, { cycle: { columns: ["n"], set: "isCycle" } })
    assert.throws(() => compile(select(found), sqlite), {
      name: UnsupportedError.name,
      message: /r: SEARCH and CYCLE: SQLite has no such thing/,
    })
  })

  test("raise the statement to the effect of what they hold", () => {
    const unknown = select({ n: sql`nextval('s')`.returns(text()) }).cte("unknown")
    assert.equal(compile(select(unknown), sqlite).effect, "unknown")
    assert.equal(compile(select(stats), sqlite).effect, "pure")
  })

  test("quote their names", () => {
    const odd = select({ [`a"b`]: cast(Post.c.id, text()) })
      .from(Post)
      .cte(`x"; drop`)
    assert.equal(
      onPostgres(select(odd)).text,
      `with "x""; drop" as (select cast("post"."id" as text) as "a""b" from "post") select "x""; drop"."a""b" from "x""; drop"`,
    )
  })
})
