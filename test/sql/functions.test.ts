import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  abs,
  aliased,
  avg,
  caseWhen,
  cast,
  ceil,
  coalesce,
  compile,
  concat,
  count,
  countDistinct,
  currentDate,
  type Expr,
  floor,
  fn,
  greatest,
  integer,
  least,
  length,
  localTime,
  localTimestamp,
  lower,
  max,
  min,
  mod,
  now,
  nullif,
  numeric,
  power,
  replace,
  round,
  select,
  sign,
  sqrt,
  StatementError,
  strpos,
  substring,
  sum,
  text,
  timestamptz,
  trim,
  trimEnd,
  trimStart,
  upper,
  value,
  ValueError,
} from "rebis"
import { postgres } from "../../src/dialects/postgres/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { Comment, Post, Reading, sharedLibrary, User } from "./library.ts"
import { onPostgres, type StatementCase, testCases } from "./statement-case.ts"

const { id, title, viewCount, publishedDate } = Post.c

/** An expression over the first post, whose title is `Engines` and whose views are 10. */
function gives(name: string, expression: Expr<any, any>, text: string, value: unknown, sqlite = text): StatementCase {
  const numbered = (of: string) => {
    let n = 0
    return of.replaceAll("?", () => `$${++n}`)
  }
  return {
    name,
    statement: select(expression).from(Post).where(id.eq(1)),
    text: numbered(`select ${text} from "post" where "post"."id" = ?`),
    sqlite: `select ${sqlite} from "post" where "post"."id" = ?`,
    rows: [value],
  }
}
/** An expression over no rows and over all. */
function overRows(name: string, expression: Expr<any, any>, text: string, nothing: unknown, everything: unknown): StatementCase[] {
  return [
    {
      name: `${name} over nothing`,
      statement: select(expression).from(Post).where(id.eq(99)),
      text: `select ${text} from "post" where "post"."id" = $1`,
      rows: [nothing],
    },
    { name: `${name} over rows`, statement: select(expression).from(Post), text: `select ${text} from "post"`, rows: [everything] },
  ]
}

forEachDatabase("functions", (database) => {
  const library = sharedLibrary(database)

  testCases(database, library, [
    ...overRows("count rows", count(), "count(*)", 0, 3),
    ...overRows("count values", count(publishedDate), `count("post"."published_date")`, 0, 2),
    ...overRows("count different values", countDistinct(Post.c.userId), `count(distinct "post"."user_id")`, 0, 2),
    ...overRows("sum", sum(viewCount), `sum("post"."view_count")`, null, 35),
    ...overRows("give the mean", avg(viewCount), `avg("post"."view_count")`, null, 35 / 3),
    ...overRows("give the least", min(publishedDate), `min("post"."published_date")`, null, "2025-01-02"),
    ...overRows("give the greatest", max(viewCount), `max("post"."view_count")`, null, 20),

    gives("lower", lower(title), `lower("post"."title")`, "engines"),
    gives("upper", upper(title), `upper("post"."title")`, "ENGINES"),
    gives("trim", trim(value("  x ")), `btrim(cast(? as text))`, "x", "trim(?)"),
    gives("trim characters", trim(title, "Es"), `btrim("post"."title", ?)`, "ngine", `trim("post"."title", ?)`),
    gives("trim the start", trimStart(title, "En"), `ltrim("post"."title", ?)`, "gines"),
    gives("trim the end", trimEnd(title, "es"), `rtrim("post"."title", ?)`, "Engin"),
    gives("length", length(title), `length("post"."title")`, 7),
    gives("length in characters", length(value("é🎉")), `length(cast(? as text))`, 2, "length(?)"),
    gives(
      "substring",
      substring(title, 2, 3),
      `substring("post"."title", cast(? as integer), cast(? as integer))`,
      "ngi",
      `substring("post"."title", ?, ?)`,
    ),
    gives(
      "substring to the end",
      substring(title, 4),
      `substring("post"."title", cast(? as integer))`,
      "ines",
      `substring("post"."title", ?)`,
    ),
    gives("replace", replace(title, "n", "N"), `replace("post"."title", ?, ?)`, "ENgiNes"),
    gives("find text", strpos(title, "gin"), `strpos("post"."title", ?)`, 3, `instr("post"."title", ?)`),
    gives(
      "concat",
      concat(title, " ", id, value(null, text())),
      `concat("post"."title", cast(? as text), "post"."id", cast(? as text))`,
      "Engines 1",
      `concat("post"."title", ?, "post"."id", ?)`,
    ),

    gives("abs", abs(id.minus(5)), `abs("post"."id" - ?)`, 4),
    gives("floor", floor(value(-1.5)), `floor(cast(? as double precision))`, -2, "floor(?)"),
    gives("ceil", ceil(value(1.2)), `ceil(cast(? as double precision))`, 2, "ceil(?)"),
    gives("sign", sign(id.minus(5)), `sign("post"."id" - ?)`, -1),
    gives("sqrt", sqrt(value(2.25)), `sqrt(cast(? as double precision))`, 1.5, "sqrt(?)"),
    gives("round", round(value(1.6)), `round(cast(? as double precision))`, 2, "round(?)"),
    gives(
      "round to digits",
      round(value(1.256), 2),
      `round(cast(cast(? as double precision) as numeric), cast(? as integer))`,
      1.26,
      "round(cast(? as TEXT), ?)",
    ),
    gives("power", power(id.plus(1), 10), `power("post"."id" + ?, ?)`, 1024),
    gives("mod", mod(viewCount, 4), `"post"."view_count" % ?`, 2),

    gives("coalesce", coalesce(nullif(title, "Engines"), "none"), `coalesce(nullif("post"."title", ?), ?)`, "none"),
    gives(
      "coalesce to an expression",
      coalesce(nullif(title, "Engines"), upper(title), "x"),
      `coalesce(nullif("post"."title", ?), upper("post"."title"), ?)`,
      "ENGINES",
    ),
    gives("nullif", nullif(title, "Notes"), `nullif("post"."title", ?)`, "Engines"),
    gives(
      "greatest",
      greatest(id, 5, viewCount),
      `greatest("post"."id", ?, "post"."view_count")`,
      10,
      `max("post"."id", ?, "post"."view_count")`,
    ),
    gives("least", least(id, 5, viewCount), `least("post"."id", ?, "post"."view_count")`, 1, `min("post"."id", ?, "post"."view_count")`),

    gives("cast", cast(id, text()), `cast("post"."id" as text)`, "1", `cast("post"."id" as TEXT)`),
    gives("cast a value", cast("12", integer()), "cast(? as integer)", 12, "cast(? as INTEGER)"),
    gives("value", value("x"), "cast(? as text)", "x", "?"),
    gives("value of a large number", value(2 ** 40), "cast(? as bigint)", 2 ** 40, "?"),
    gives("value of a bigint", value(2n ** 60n), "cast(? as bigint)", 2n ** 60n, "?"),
    gives("value of a truth", value(true), "cast(? as boolean)", true, "?"),
    gives("value of a moment", value(new Date(0)), "cast(? as timestamptz)", new Date(0), "?"),
    gives("value of bytes", value(new Uint8Array([0, 255])), "cast(? as bytea)", new Uint8Array([0, 255]), "?"),
    gives("value of a type", value("0.10", numeric({ precision: 5, scale: 2 })), "cast(? as numeric(5, 2))", "0.10", "?"),
    gives("value of null", value(null, integer()), "cast(? as integer)", null, "?"),

    gives(
      "case",
      caseWhen(viewCount.gt(100), "hot").when(viewCount.gt(5), "warm").else("cold"),
      `case when "post"."view_count" > ? then cast(? as text) when "post"."view_count" > ? then cast(? as text) else cast(? as text) end`,
      "warm",
      `case when "post"."view_count" > ? then ? when "post"."view_count" > ? then ? else ? end`,
    ),
    gives(
      "case without else",
      caseWhen(viewCount.gt(100), 1),
      `case when "post"."view_count" > ? then cast(? as integer) end`,
      null,
      `case when "post"."view_count" > ? then ? end`,
    ),
    gives(
      "case of expressions",
      caseWhen(viewCount.gt(5), viewCount).else(null),
      `case when "post"."view_count" > ? then "post"."view_count" else ? end`,
      10,
    ),
    gives(
      "case of numbers of any size",
      caseWhen(viewCount.gt(5), 1).else(2 ** 40),
      `case when "post"."view_count" > ? then cast(? as bigint) else cast(? as bigint) end`,
      1,
      `case when "post"."view_count" > ? then ? else ? end`,
    ),
    gives(
      "case inside an operator",
      caseWhen(viewCount.gt(5), 1).else(0).plus(1),
      `(case when "post"."view_count" > ? then cast(? as integer) else cast(? as integer) end) + ?`,
      2,
      `(case when "post"."view_count" > ? then ? else ? end) + ?`,
    ),
    gives("any function", fn("trim", text(), value(" x ")), "trim(cast(? as text))", "x", "trim(?)"),
    {
      name: "group by what case gives",
      statement: (() => {
        const kind = caseWhen(viewCount.gte(10), "read").else("unread")
        return select({ kind, n: count() }).from(Post).groupBy(kind).orderBy(kind.asc())
      })(),
      text: `select case when "post"."view_count" >= $1 then cast($2 as text) else cast($3 as text) end as "kind", count(*) as "n" from "post" group by 1 order by 1 asc`,
      sqlite: `select case when "post"."view_count" >= ? then ? else ? end as "kind", count(*) as "n" from "post" group by 1 order by 1 asc`,
      rows: [
        { kind: "read", n: 2 },
        { kind: "unread", n: 1 },
      ],
    },
    {
      name: "sum large whole numbers exactly",
      statement: select(sum(Comment.c.id)).from(Comment),
      text: `select sum("comment"."id") from "comment"`,
      rows: [18014398509481988n],
    },
    {
      name: "are null where a left join found nothing",
      statement: select({ upper: upper(title), n: length(title), is: title.eq("x") })
        .from(User)
        .leftJoin(User.posts)
        .where(User.c.id.eq(3)),
      text: `select upper("post"."title") as "upper", length("post"."title") as "n", "post"."title" = $1 as "is" from "user" left join "post" on "user"."id" = "post"."user_id" where "user"."id" = $2`,
      rows: [{ upper: null, n: null, is: null }],
    },
  ])

  test("now is a moment close to the clock's", async () => {
    const row = await library.one(select({ now: now(), date: currentDate(), time: localTime(), timestamp: localTimestamp() }))
    assert.ok(Math.abs(row.now.getTime() - Date.now()) < 60_000)
    assert.match(row.date, /^\d{4}-\d\d-\d\d$/)
    assert.match(row.time, /^\d\d:\d\d:\d\d/)
    assert.match(row.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/)
    assert.ok((await library.all(select(User.c.id).where(User.c.createdAt.lt(now())))).length > 0)
  })

  test(
    "sums of exact decimals stay exact",
    { skip: database.capabilities.nativeTypes ? false : `${database.name} has no exact decimals to add` },
    async () => {
      assert.equal(await library.one(select(sum(value("0.1", numeric()).plus("0.2")))), "0.3")
      assert.equal(await library.one(select(avg(value("0.1", numeric())))), "0.10000000000000000000")
      assert.equal(await library.one(select(sum(value(9_223_372_036_854_775_807n)).plus(1n))), 9_223_372_036_854_775_808n)
    },
  )

  test(
    "functions of the server run",
    { skip: database.capabilities.nativeTypes ? false : `${database.name} has no date_trunc` },
    async () => {
      const day = fn("date_trunc", timestamptz(), "day", User.c.createdAt)
      assert.deepEqual(await library.all(select({ day, n: count() }).from(User).groupBy(day)), [
        { day: new Date("2025-03-01T00:00:00Z"), n: 3 },
      ])
      assert.equal(await library.one(select(fn("pg_catalog.upper", text(), value("x")))), "X")
    },
  )
})

describe("functions", () => {
  test("are pure when they are known, and reads when they are not", () => {
    assert.equal(compile(select({ a: lower(title), n: now() }).from(Post), postgres).effect, "pure")
    assert.equal(compile(select(fn("nextval", integer(), "s")), postgres).effect, "read")
  })

  test("carry types into subqueries", async () => {
    const other = aliased(Post, "other")
    const sub = select({ n: sum(other.c.viewCount), last: max(other.c.publishedDate) })
      .from(other)
      .as("sub")
    assert.deepEqual(onPostgres(select(sub.c.n).where(sub.c.n.gt(5), sub.c.last.eq("2025-01-01"))).parameters, [5, "2025-01-01"])
  })

  for (const [name, make, error, message] of [
    ["undefined as an expression", () => lower(undefined as never), StatementError, /lower\(\) takes an expression, not undefined/],
    ["a value as an expression", () => sum(1 as never), StatementError, /sum\(\) takes an expression, not number\n.*value\(x\)/],
    [
      "undefined as an argument",
      () => coalesce(title, undefined as never),
      StatementError,
      /undefined was compared with argument 2 of coalesce/,
    ],
    ["undefined as a value", () => value(undefined as never), StatementError, /value\(undefined\)/],
    ["null without a type", () => value(null as never), ValueError, /null needs a type/],
    ["an object without a type", () => value({} as never), ValueError, /a value of this kind \(object\) needs a type/],
    ["no type", () => cast(id, undefined as never), StatementError, /cast\(\) takes a type, not undefined/],
    ["a name that is none", () => fn("lower(", text()), StatementError, /"lower\(" is not the name of a function/],
    ["undefined for an argument", () => fn("f", text(), undefined), StatementError, /undefined was given for argument 1 of f\(\)/],
    ["nothing to join", () => concat(), StatementError, /concat\(\) was given nothing/],
    ["undefined as a branch", () => caseWhen(id.eq(1), undefined as never), StatementError, /case: undefined was given for then/],
    [
      "undefined as the last branch",
      () => caseWhen(id.eq(1), 1).else(undefined as never),
      StatementError,
      /case: undefined was given for else/,
    ],
    ["a value as a branch's condition", () => caseWhen(true as never, 1), StatementError, /case: true is not a condition/],
  ] as const) {
    test(`refuse ${name}`, () => assert.throws(make, { name: error.name, message }))
  }

  test("name what they were given in errors", () => {
    assert.throws(() => onPostgres(select(coalesce(viewCount, "x" as unknown as number)).from(Post)), {
      name: ValueError.name,
      message: /argument 2 of coalesce\(post\.view_count, …\): integer/,
    })
    assert.throws(() => onPostgres(select(coalesce(Reading.c.mood, "glad" as "ok")).from(Reading)), {
      name: ValueError.name,
      message: /mood/,
    })
  })
})
