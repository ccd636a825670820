import assert from "node:assert/strict"
import { test } from "node:test"
import { aliased, bigint, count, integer, select, sql, StatementError, text, timestamptz, ValueError } from "rebis"
import { forEachDatabase } from "../support/databases.ts"
import { Comment, Post, sharedLibrary, User, users } from "./library.ts"
import { plain, testCases } from "./statement-case.ts"

const long = sql`select * from ${Post} where length(title) > ${4}`
const longPosts = long.as("long", Post)
const sized = sql`select id, length(title) as size from ${Post} where id < ${3}`.as("sized", { id: integer(), size: integer().nullable() })

forEachDatabase("the rows of text", (database) => {
  const library = sharedLibrary(database)

  testCases(database, library, [
    {
      name: "are objects of declared columns, read by their types wherever they stand",
      statement: sql`select body, parent_id, id, 1 as more from ${Comment} order by id`.rows({
        id: bigint(),
        parent_id: bigint().nullable(),
        body: text(),
      }),
      text: `select body, parent_id, id, 1 as more from "comment" order by id`,
      rows: [
        { id: 9007199254740993n, parent_id: null, body: "first" },
        { id: 9007199254740995n, parent_id: 9007199254740993n, body: "second" },
      ],
    },
    {
      name: "are lists of declared columns, also where two have one name (129)",
      statement: sql`select p.id, u.id, u.created_at from ${Post} p join ${User} u on u.id = p.user_id where p.id = ${3}`.rows([
        integer(),
        integer(),
        timestamptz(),
      ]),
      text: `select p.id, u.id, u.created_at from "post" p join "user" u on u.id = p.user_id where p.id = $1`,
      rows: [[3, 2, users[1]!.createdAt]],
    },
    {
      name: "can have any name",
      statement: sql`select 1 as ${sql.identifier("__proto__")}, 2 as ${sql.identifier("a b")}`.rows({
        ["__proto__"]: integer(),
        "a b": integer(),
      }),
      text: `select 1 as "__proto__", 2 as "a b"`,
      rows: [{ ["__proto__"]: 1, "a b": 2 }],
    },
    {
      name: "stand in FROM with declared columns",
      statement: select({ size: sized.c.size, title: Post.c.title })
        .from(sized)
        .join(Post, Post.c.id.eq(sized.c.id))
        .where(sized.c.size.gt(5)),
      text: `select "sized"."size", "post"."title" from (select id, length(title) as size from "post" where id < $1) as "sized" inner join "post" on "post"."id" = "sized"."id" where "sized"."size" > $2`,
      rows: [{ size: 7, title: "Engines" }],
    },
    {
      name: "stand in FROM as rows of a model, with its relations",
      statement: select({ title: longPosts.c.title, by: User.c.name, at: longPosts.c.publishedDate })
        .from(longPosts)
        .join(longPosts.author)
        .orderBy(longPosts.c.id.asc()),
      text: `select "long"."title", "user"."name" as "by", "long"."published_date" as "at" from (select * from "post" where length(title) > $1) as "long" inner join "user" on "long"."user_id" = "user"."id" order by "long"."id" asc`,
      rows: [
        { title: "Engines", by: "Ada", at: "2025-01-02" },
        { title: "Notes", by: "Ada", at: null },
      ],
    },
  ])

  test("are entities where the text is that of a model's rows", async () => {
    const found = await library.all(select(longPosts).where(longPosts.c.viewCount.gt(15)))
    assert.equal(found.length, 1)
    assert.ok(found[0] instanceof Post)
    assert.deepEqual([found[0].title, found[0].isPublished], ["Notes", false])
  })

  test("whose columns share a name are refused before one of them is lost (129)", async () => {
    const both = sql`select p.id, u.id from ${Post} p join ${User} u on u.id = p.user_id`
    await assert.rejects(
      library.all(both),
      (error: Error) => error instanceof StatementError && /two columns of the rows are called "id"\n {2}hint: .*as …/.test(error.message),
    )
    await assert.rejects(library.all(both.rows({ id: integer() })), /two columns of the rows are called "id"/)
  })

  test("of a select keep every column, whatever the columns are called (129)", async () => {
    const other = aliased(User, "other")
    const statement = select({ post: { id: Post.c.id }, user: { id: User.c.id }, other: { id: other.c.id }, whole: Post, author: User })
      .from(Post)
      .join(Post.author)
      .join(other, other.c.id.gt(User.c.id))
      .where(Post.c.id.eq(3))
    const [row] = (await library.all(statement)) as any[]
    assert.deepEqual([row.post, row.user, row.other], [{ id: 3 }, { id: 2 }, { id: 3 }])
    assert.deepEqual([row.whole.id, row.author.id], [3, 2])
  })

  test("are refused when they are not what was declared", async () => {
    const rows = sql`select id, nickname from ${User} where id = 2`
    for (const [statement, error, message] of [
      [rows.rows({ id: integer(), name: text() }), StatementError, /the rows have no column "name"\n {2}hint: they have id, nickname/],
      [rows.rows({ id: integer(), nickname: text() }), ValueError, /nickname is null\n {2}hint: declare it nullable/],
      [rows.rows([integer(), text()]), ValueError, /column 2 is null/],
      [rows.rows([integer()]), StatementError, /the rows have 2 columns, and 1 were declared/],
      [sql`select name from ${User} where id = 2`.rows({ name: integer() }), ValueError, /^name: /],
    ] as const) {
      await assert.rejects(library.all<unknown>(statement), (thrown: Error) => thrown instanceof error && message.test(thrown.message))
    }
    assert.throws(() => rows.rows({}), /rows\(\) was given no columns/)
    assert.throws(() => rows.rows({ id: "integer" as never }), /rows\(\): id takes a type/)
    assert.throws(() => rows.rows(undefined as never), /takes the types of columns/)
    assert.throws(() => rows.as("x", undefined as never), /takes a model or the types of columns/)
    assert.throws(() => rows.as("", { id: integer() }), /cannot be the name/)
  })

  test("may be null where the type says so", async () => {
    const nicknames = sql`select nickname from ${User} order by id`.returns(text().nullable())
    assert.deepEqual(await library.all(nicknames), ["countess", null, "sea"])
    assert.deepEqual(plain(await library.all(select(count()).from(longPosts))), [2])
  })
})
