import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { sql as kyselySql } from "kysely"
import {
  aliased,
  bigint,
  compile,
  count,
  exists,
  integer,
  jsonb,
  numeric,
  select,
  sql,
  StatementError,
  text,
  timestamptz,
  update,
  value,
  ValueError,
} from "rebis"
import { postgres } from "../../src/dialects/postgres/index.ts"
import { sqlite } from "../../src/dialects/sqlite/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { Post, sharedLibrary, User } from "./library.ts"
import { onPostgres, onSqlite, testCases } from "./statement-case.ts"

const other = aliased(User, "other")

forEachDatabase("the sql template", (database) => {
  const library = sharedLibrary(database)

  testCases(database, library, [
    {
      name: "is a statement whose rows are objects by column name",
      statement: sql<{ id: number; title: string }>`select id, title from ${Post} where id = ${2}`,
      text: `select id, title from "post" where id = $1`,
      parameters: [2],
      rows: [{ id: 2, title: "Notes" }],
    },
    {
      name: "is a statement of values by the type that it returns",
      statement: sql`select count(*) from ${Post}`.returns(bigint()),
      text: `select count(*) from "post"`,
      rows: [3n],
    },
    {
      name: "is an expression in a select list",
      statement: select({ id: Post.c.id, up: sql<string>`upper(${Post.c.title})`.returns(text()) })
        .from(Post)
        .where(Post.c.id.eq(1)),
      text: `select "post"."id", upper("post"."title") as "up" from "post" where "post"."id" = $1`,
      rows: [{ id: 1, up: "ENGINES" }],
    },
    {
      name: "is a condition",
      statement: select(Post.c.id).where(sql<boolean>`length(${Post.c.title}) > ${5}`),
      text: `select "post"."id" from "post" where length("post"."title") > $1`,
      rows: [1],
    },
    {
      name: "keeps to itself among conditions",
      statement: select(Post.c.id).where(sql<boolean>`${Post.c.id} = ${1} or ${Post.c.id} = ${2}`, Post.c.viewCount.gt(15)),
      text: `select "post"."id" from "post" where ("post"."id" = $1 or "post"."id" = $2) and "post"."view_count" > $3`,
      rows: [2],
    },
    {
      name: "keeps to itself beside an operator",
      statement: select(Post.c.id).where(sql<number>`${Post.c.id} + 1`.returns(integer()).times(2).eq(6)),
      text: `select "post"."id" from "post" where (("post"."id" + 1) * $1) = $2`,
      rows: [2],
    },
    {
      name: "wraps the expressions inside of it",
      statement: select(Post.c.id).where(sql<boolean>`not ${Post.c.id.eq(1).or(Post.c.id.eq(2))} and ${Post.c.viewCount.plus(1)} * 2 > 3`),
      text: `select "post"."id" from "post" where not ("post"."id" = $1 or "post"."id" = $2) and ("post"."view_count" + $3) * 2 > 3`,
      rows: [3],
    },
    {
      name: "takes statements, with or without parentheses around them",
      statement: sql<{
        n: number
      }>`select id from ${User} where id in (${select(Post.c.userId).where(Post.c.id.gt(2))}) or id = ${select(count()).from(User)}`,
      text: `select id from "user" where id in (select "post"."user_id" from "post" where "post"."id" > $1) or id = (select count(*) from "user")`,
      rows: [{ id: 2 }, { id: 3 }],
    },
    {
      name: "takes pieces of itself as they are",
      statement: sql`select id from ${Post} ${sql`where ${Post.c.id} = ${1}`} ${sql`order by id`}`,
      text: `select id from "post" where "post"."id" = $1 order by id`,
      rows: [{ id: 1 }],
    },
    {
      name: "joins lists",
      statement: sql`select id from ${Post} where id in (${sql.join([1, 3])}) and ${sql.join([Post.c.id.gt(1), sql`true`], sql` and `)}`,
      text: `select id from "post" where id in ($1, $2) and ("post"."id" > $3) and true`,
      rows: [{ id: 3 }],
    },
    {
      name: "brings its own tables into a statement around it",
      statement: select({
        id: Post.c.id,
        n: sql<number>`(select count(*) from ${User} where ${User.c.id} <= ${Post.c.id})`.returns(integer()),
      })
        .from(Post)
        .orderBy(Post.c.id.asc()),
      text: `select "post"."id", (select count(*) from "user" where "user"."id" <= "post"."id") as "n" from "post" order by "post"."id" asc`,
      rows: [
        { id: 1, n: 1 },
        { id: 2, n: 2 },
        { id: 3, n: 3 },
      ],
    },
    {
      name: "names aliases as FROM does",
      statement: sql`select ${other.c.name} from ${other} where ${sql.identifier("other", "id")} = 1`,
      text: `select "other"."name" from "user" as "other" where "other"."id" = 1`,
      rows: [{ name: "Ada" }],
    },
    {
      name: "takes typed values",
      statement: sql<{ a: unknown }>`select cast(${value("0.10", numeric({ precision: 4, scale: 2 }))} as text) as a`,
      text: `select cast(cast($1 as numeric(4, 2)) as text) as a`,
      sqlite: `select cast(? as text) as a`,
      rows: [{ a: database.name === "sqlite" ? "0.1" : "0.10" }],
    },
    { name: "takes null", statement: sql`select cast(${null} as text) as n`, text: `select cast($1 as text) as n`, rows: [{ n: null }] },
  ])

  test(
    "decodes what it does not know by the types that the driver tells",
    { skip: database.capabilities.nativeTypes ? false : `${database.name} tells no types` },
    async () => {
      const row = await library.one(
        sql`select 1::int4 as a, 9223372036854775807::int8 as b, 1.50::numeric as c, true as d, '2025-01-02'::date as e, '{"a":[1]}'::jsonb as f, null as g`,
      )
      assert.deepEqual(row, { a: 1, b: 9223372036854775807n, c: "1.50", d: true, e: "2025-01-02", f: { a: [1] }, g: null })
      assert.deepEqual(await library.one(select({ n: sql<number>`1 + 1`, b: sql<boolean>`true` })), { n: 2, b: true })
    },
  )

  test("writes", async () => {
    const statement = update(Post)
      .set({ title: sql<string>`upper(${Post.c.title})` })
      .where(Post.c.id.eq(3))
    await library.all(statement)
    assert.equal(await library.one(sql`select title from post where id = 3`.returns(text())), "FISH")
    await library.all(sql`update ${Post} set title = ${"Fish"} where id = ${3}`)
    assert.equal(await library.one(select(Post.c.title).where(Post.c.id.eq(3))), "Fish")
  })
})

describe("the sql template", () => {
  test("is never taken for a pure read", () => {
    assert.equal(compile(sql`select 1`, postgres).effect, "unknown")
    assert.equal(compile(select(Post).where(sql<boolean>`true`), postgres).effect, "unknown")
    assert.equal(compile(select(Post).where(exists(select(User).where(sql<boolean>`true`))), sqlite).effect, "unknown")
  })

  test("writes values by their type, and what is compared with it by the type that it returns", () => {
    const at = new Date("2025-01-02T03:04:05Z")
    assert.deepEqual(onPostgres(sql`${1}, ${2n}, ${1.5}, ${"x"}, ${true}, ${at}`).parameters, [
      1,
      2n,
      1.5,
      "x",
      true,
      "2025-01-02T03:04:05.000Z",
    ])
    assert.deepEqual(onPostgres(sql`${sql<Date>`x`.returns(timestamptz()).gt(at)} ${value({ a: 1 }, jsonb())}`).parameters, [
      "2025-01-02T03:04:05.000Z",
      '{"a":1}',
    ])
  })

  test("quotes identifiers", () => {
    assert.equal(onPostgres(sql`${sql.identifier('we"ird', "na.me")} ${sql.identifier("x")}`).text, `"we""ird"."na.me" "x"`)
  })

  test("takes Kysely's expressions", () => {
    const statement = sql`select ${kyselySql`lower(${"X"})`}`
    assert.deepEqual(onPostgres(statement), { text: "select lower($1)", parameters: ["X"] })
  })

  test("takes text only by a name that warns", () => {
    assert.deepEqual(onPostgres(sql`select ${sql.unsafe("'; drop table x")}`), { text: `select '; drop table x`, parameters: [] })
    assert.deepEqual(onPostgres(sql`select ${"'; drop table x"}`), { text: `select $1`, parameters: ["'; drop table x"] })
  })

  test("counts parameters through everything that is nested", () => {
    const inner = sql`${1} ${sql`${2} ${select(Post.c.id).where(Post.c.id.eq(3))}`} ${4}`
    assert.deepEqual(onPostgres(inner), {
      text: `$1 $2 (select "post"."id" from "post" where "post"."id" = $3) $4`,
      parameters: [1, 2, 3, 4],
    })
    assert.equal(onSqlite(inner).text, `? ? (select "post"."id" from "post" where "post"."id" = ?) ?`)
  })

  for (const [name, make, error, message] of [
    ["undefined, with its place", () => sql`select ${1}, ${undefined}`, StatementError, /value 2 of sql`…` is undefined/],
    ["a list", () => sql`${[1, 2]}`, StatementError, /value 1 of sql`…` is a list\n.*sql\.join/],
    ["a function", () => sql`${() => 1}`, StatementError, /value 1 of sql`…` is a function/],
    ["a symbol", () => sql`${Symbol("x")}`, StatementError, /is a symbol/],
    ["an object", () => onPostgres(sql`${{ a: 1 }}`), ValueError, /value 1 of sql`…`: a value of this kind \(object\) needs a type/],
    ["an invalid date", () => onPostgres(sql`${new Date(Number.NaN)}`), ValueError, /value 1 of sql`…`/],
    ["nothing to join", () => sql.join([]), StatementError, /sql\.join\(\) was given nothing/],
    ["undefined to join", () => sql.join([1, undefined]), StatementError, /undefined/],
    ["an identifier without a name", () => sql.identifier(""), StatementError, /"" cannot be a name/],
    ["text that is none", () => sql.unsafe(1 as never), StatementError, /sql\.unsafe\(\) takes a string/],
    ["no type", () => sql`1`.returns(text as never), StatementError, /returns\(\) takes a type/],
    [
      "a column of a table that is not there",
      () => onPostgres(select(Post.c.id).where(sql<boolean>`${User.c.id} = 1`)),
      StatementError,
      /user is not in FROM/,
    ],
  ] as const) {
    test(`refuses ${name}`, () => assert.throws(make, { name: error.name, message }))
  }
})
