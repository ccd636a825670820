import assert from "node:assert/strict"
import { before, describe, test } from "node:test"
import {
  bytea,
  jsonb,
  text,
  valuesList,
  aggregate,
  type Aggregate,
  anyValue,
  arrayAgg,
  avg,
  bitAnd,
  bitOr,
  bitXor,
  boolAnd,
  boolOr,
  caseWhen,
  coalesce,
  compile,
  corr,
  count,
  countDistinct,
  covarPop,
  covarSamp,
  deleteFrom,
  every,
  type Expr,
  insert,
  int4range,
  integer,
  jsonAgg,
  jsonBuildObject,
  jsonObjectAgg,
  length,
  max,
  min,
  numeric,
  range,
  rangeAgg,
  rangeIntersectAgg,
  regrAvgX,
  regrAvgY,
  regrCount,
  regrIntercept,
  regrR2,
  regrSlope,
  regrSxx,
  regrSxy,
  regrSyy,
  select,
  sql,
  StatementError,
  stddev,
  stddevPop,
  stddevSamp,
  stringAgg,
  sum,
  text as textType,
  UnsupportedError,
  update,
  value,
  variance,
  varPop,
  varSamp,
} from "rebis"
import { postgres } from "../../src/dialects/postgres/index.ts"
import { sqlite } from "../../src/dialects/sqlite/index.ts"
import { forEachDatabase, onDatabases, type TestDatabase } from "../support/databases.ts"
import { type Library, libraryOn, Post, posts, Reading, sharedLibrary, User } from "./library.ts"
import { onPostgres, plain, type StatementCase, testCases } from "./statement-case.ts"

const { viewCount } = Post.c
const { large, exact, ratio, valid, mood, takenAt, takenDate, bytes } = Reading.c

const at = new Date("2025-03-01T10:00:00.123Z")
const readings = [
  { large: 9223372036854775807n, exact: "0.1", ratio: 1, valid: true, mood: "ok" as const, takenAt: at, takenDate: "2025-03-01" },
  { large: 9223372036854775806n, exact: "0.2", ratio: 2.5, valid: false, mood: "sad" as const, takenAt: null, takenDate: "2025-03-02" },
  { large: null, exact: null, ratio: null, valid: null, mood: "ok" as const, takenAt: null, takenDate: null },
]

/** A library with readings. */
function libraryWithReadings(database: TestDatabase): Library {
  const library = sharedLibrary(database)
  before(async () => {
    await library.all(insert(Reading).values(database.name === "sqlite" ? readings.map((each) => ({ ...each, large: null })) : readings))
  })
  return library
}

/** An aggregate over all posts, and over none. */
function ofPosts(name: string, of: Expr<any, any>, text: string, everything: unknown, nothing: unknown, sqlite?: string): StatementCase[] {
  const where = `where "post"."id" > $N`
  const numbered = (of: string, n = 0): string => of.replaceAll(/\$N/g, () => `$${++n}`)
  const cases = [
    { name, statement: select(of).from(Post), text: numbered(`select ${text} from "post"`), rows: [everything] },
    {
      name: `${name}, over nothing`,
      statement: select(of).from(Post).where(Post.c.id.gt(99)),
      text: numbered(`select ${text} from "post" ${where}`),
      rows: [nothing],
    },
  ]
  return sqlite === undefined
    ? cases
    : [
        { ...cases[0]!, sqlite: `select ${sqlite} from "post"` },
        { ...cases[1]!, sqlite: `select ${sqlite} from "post" where "post"."id" > ?` },
      ]
}

const isLong = Post.c.viewCount.gt(9)

forEachDatabase("aggregates", (database) => {
  const library = sharedLibrary(database)

  testCases(database, library, [
    ...ofPosts("counts rows that are not filtered out", count().filter(isLong), `count(*) filter(where "post"."view_count" > $N)`, 2, 0),
    ...ofPosts(
      "takes rows for which all conditions hold",
      sum(Post.c.viewCount).filter(isLong).filter(Post.c.userId.eq(1), Post.c.id.gt(1)),
      `sum("post"."view_count") filter(where "post"."view_count" > $N and "post"."user_id" = $N and "post"."id" > $N)`,
      20,
      null,
    ),
    ...ofPosts("adds equal values once", sum(Post.c.userId).distinct(), `sum(distinct "post"."user_id")`, 3, null),
    ...ofPosts(
      "counts different values",
      countDistinct(Post.c.userId).filter(isLong),
      `count(distinct "post"."user_id") filter(where "post"."view_count" > $N)`,
      1,
      0,
    ),
    ...ofPosts(
      "joins text",
      stringAgg(Post.c.title, "; ").orderBy(Post.c.id.desc()),
      `string_agg("post"."title", $N order by "post"."id" desc)`,
      "Fish; Notes; Engines",
      null,
    ),
    ...ofPosts(
      "joins text with an expression between",
      stringAgg(Post.c.title, value(" - ")).orderBy(Post.c.id),
      `string_agg("post"."title", cast($N as text) order by "post"."id")`,
      "Engines - Notes - Fish",
      null,
      `string_agg("post"."title", ? order by "post"."id")`,
    ),
    ...ofPosts(
      "lists values",
      arrayAgg(Post.c.publishedDate).orderBy(Post.c.id),
      `array_agg("post"."published_date" order by "post"."id")`,
      ["2025-01-02", null, "2025-02-03"],
      null,
      `nullif(json_group_array("post"."published_date" order by "post"."id"), '[]')`,
    ),
    ...ofPosts(
      "lists truths",
      arrayAgg(isLong).orderBy(Post.c.id),
      `array_agg("post"."view_count" > $N order by "post"."id")`,
      [true, true, false],
      null,
      `nullif(json_group_array("post"."view_count" > ? order by "post"."id"), '[]')`,
    ),
    ...ofPosts("says whether all are", boolAnd(isLong), `bool_and("post"."view_count" > $N)`, false, null, `min("post"."view_count" > ?)`),
    ...ofPosts("says whether any is", boolOr(isLong), `bool_or("post"."view_count" > $N)`, true, null, `max("post"."view_count" > ?)`),
    ...ofPosts(
      "says whether every one is",
      every(Post.c.viewCount.gt(1)),
      `every("post"."view_count" > $N)`,
      true,
      null,
      `min("post"."view_count" > ?)`,
    ),
    {
      name: "takes any value that is not null",
      statement: select({ userId: Post.c.userId, date: anyValue(Post.c.publishedDate), meta: anyValue(Post.c.meta) })
        .from(Post)
        .groupBy(Post.c.userId)
        .orderBy(Post.c.userId),
      text: `select "post"."user_id" as "userId", any_value("post"."published_date") as "date", any_value("post"."meta") as "meta" from "post" group by "post"."user_id" order by "post"."user_id"`,
      sqlite: `select "post"."user_id" as "userId", min("post"."published_date") as "date", min("post"."meta") as "meta" from "post" group by "post"."user_id" order by "post"."user_id"`,
      rows: [
        { userId: 1, date: "2025-01-02", meta: { tags: ["a", "b"] } },
        { userId: 2, date: "2025-02-03", meta: { tags: [] } },
      ],
    },
    {
      name: "filters groups and orders them by aggregates",
      statement: select(User.c.name)
        .from(User)
        .leftJoin(User.posts)
        .groupBy(User.c.id)
        .having(count(Post.c.id).filter(isLong).lt(2))
        .orderBy(max(Post.c.viewCount).desc().nullsLast()),
      text: `select "user"."name" from "user" left join "post" on "user"."id" = "post"."user_id" group by "user"."id" having count("post"."id") filter(where "post"."view_count" > $1) < $2 order by max("post"."view_count") desc nulls last`,
      rows: ["Bob", "Cy"],
    },
  ])

  test("an aggregate of the database is called by its name", async () => {
    const least = aggregate("min", integer(), viewCount).filter(Post.c.id.lt(3))
    const statement = select({ userId: Post.c.userId, least, all: aggregate("count", integer(), viewCount).over() })
      .from(Post)
      .groupBy(Post.c.userId, viewCount)
    assert.equal(compile(statement, postgres).effect, "read")
    assert.deepEqual(
      (await library.all(statement)).map((row) => [row.userId, row.least, row.all]).toSorted((a, b) => Number(b[1]) - Number(a[1])),
      [
        [1, 20, 3],
        [1, 10, 3],
        [2, null, 3],
      ],
    )
    const text = aggregate("group_concat", textType(), Post.c.title, "; ").orderBy(Post.c.id)
    assert.match(onPostgres(select(text).from(Post)).text, /^select group_concat\("post"\."title", \$1 order by "post"\."id"\) from/)
  })

  test("a list of JSON takes the same words", async () => {
    const list = jsonAgg({ id: Post.c.id }).filter(Post.c.viewCount.gt(5)).orderBy(Post.c.id.desc())
    assert.deepEqual(await library.one(select(list).from(Post)), [{ id: 2 }, { id: 1 }])
    const both = jsonAgg(Post.c.id, { where: Post.c.viewCount.gt(5), orderBy: Post.c.userId })
      .filter(Post.c.id.gt(1))
      .orderBy(Post.c.id)
    assert.deepEqual(await library.one(select(both).from(Post)), [2])
    assert.deepEqual(await library.one(select(jsonAgg(Post.c.userId).distinct().filter(Post.c.userId.eq(1))).from(Post)), [1])
  })

  test("lists keep leaving out what an outer join did not find", async () => {
    const rows = await library.all(
      select({ id: User.c.id, posts: jsonAgg(Post).filter(Post.c.viewCount.gt(5)).orderBy(Post.c.id.desc()) })
        .from(User)
        .leftJoin(User.posts)
        .groupBy(User.c.id)
        .orderBy(User.c.id),
    )
    assert.deepEqual(plain(rows), [
      { id: 1, posts: [posts[1], posts[0]] },
      { id: 2, posts: [] },
      { id: 3, posts: [] },
    ])
  })

  test("makes an object of the rows of a group", async () => {
    const dates = jsonObjectAgg(Post.c.title, Post.c.publishedDate)
    assert.deepEqual(await library.one(select(dates).from(Post)), { Engines: "2025-01-02", Notes: null, Fish: "2025-02-03" })
    assert.deepEqual(await library.one(select(dates).from(Post).where(Post.c.id.gt(99))), {})
    assert.deepEqual(await library.one(select(dates.filter(Post.c.viewCount.gt(10))).from(Post)), { Notes: null })
    const byNumber = jsonObjectAgg(Post.c.id, { views: Post.c.viewCount }).filter(Post.c.id.lt(3))
    assert.deepEqual(await library.one(select({ inside: byNumber }).from(Post)), { inside: { "1": { views: 10 }, "2": { views: 20 } } })
    const proto = await library.one(
      select(jsonObjectAgg(value("__proto__"), Post.c.id))
        .from(Post)
        .where(Post.c.id.eq(1)),
    )
    assert.deepEqual(Object.entries(proto), [["__proto__", 1]])
  })

  test("an object leaves out what an outer join did not find", async () => {
    const rows = await library.all(
      select({ id: User.c.id, byTitle: jsonObjectAgg(Post.c.title, Post), byUser: jsonObjectAgg(User.c.name, Post) })
        .from(User)
        .leftJoin(User.posts)
        .where(User.c.id.gt(1))
        .groupBy(User.c.id)
        .orderBy(User.c.id),
    )
    assert.deepEqual(plain(rows), [
      { id: 2, byTitle: { Fish: posts[2] }, byUser: { Bob: posts[2] } },
      { id: 3, byTitle: {}, byUser: {} },
    ])
    assert.ok(rows[0]!.byTitle["Fish"] instanceof Post)
  })

  test("aggregates never change: each word gives another one", () => {
    const all = sum(Post.c.viewCount)
    const some = all.filter(isLong).distinct().orderBy(Post.c.id)
    const textOf = (of: typeof all) => onPostgres(select(of).from(Post)).text
    assert.equal(textOf(all), `select sum("post"."view_count") from "post"`)
    assert.equal(
      textOf(some),
      `select sum(distinct "post"."view_count" order by "post"."id") filter(where "post"."view_count" > $1) from "post"`,
    )
  })
})

forEachDatabase("aggregates of every type", (database) => {
  const library = libraryWithReadings(database)
  const one = <T, S extends string>(of: Expr<T, S>) => library.one(select({ of }).from(Reading)).then((row) => (row as { of: unknown }).of)

  test("keep the type of what they are computed of", async () => {
    assert.deepEqual(await one(max(takenAt)), at)
    assert.equal(await one(min(takenDate)), "2025-03-01")
    assert.equal(await one(anyValue(takenAt).filter(valid)).then((moment) => (moment as Date).getTime()), at.getTime())
    assert.equal(await one(sum(ratio)), 3.5)
    assert.equal(await one(avg(ratio)), 1.75)
    assert.equal(await one(boolAnd(valid)), false)
    assert.equal(await one(boolOr(valid)), true)
    assert.equal(await one(stringAgg(mood, ",").orderBy(Reading.c.id)), "ok,sad,ok")
    assert.deepEqual(await one(arrayAgg(takenAt).orderBy(Reading.c.id)), [at, null, null])
    assert.deepEqual(await one(arrayAgg(mood).orderBy(Reading.c.id)), ["ok", "sad", "ok"])
    assert.deepEqual(await one(arrayAgg(valid).orderBy(Reading.c.id)), [true, false, null])
    assert.deepEqual(await one(arrayAgg(ratio).orderBy(Reading.c.id)), [1, 2.5, null])
    assert.deepEqual(await one(arrayAgg(exact).orderBy(Reading.c.id)), ["0.1", "0.2", null])
    assert.deepEqual(await one(arrayAgg(bytes).orderBy(Reading.c.id)), [null, null, null])
    assert.equal(await one(countDistinct(mood)), 2)
    assert.equal(await one(stringAgg(mood, ",").distinct()).then((text) => String(text).split(",").toSorted().join()), "ok,sad")
  })

  test("add decimals as decimals are written", async () => {
    const price = value("0.10", numeric({ precision: 10, scale: 2 }))
    assert.equal(await one(sum(price)), "0.30")
  })

  test("are of no rows where no condition is true", async () => {
    const none = Reading.c.id.lt(0)
    assert.equal(await one(boolAnd(valid).filter(none)), null)
    assert.equal(await one(arrayAgg(ratio).filter(none)), null)
    assert.equal(await one(stringAgg(mood, ",").filter(none)), null)
    assert.equal(await one(anyValue(ratio).filter(none)), null)
    assert.equal(await one(count().filter(none)), 0)
  })
})

onDatabases(["postgresql", "pglite"], "aggregates of PostgreSQL", (database) => {
  const library = libraryWithReadings(database)
  const one = async (of: Expr<any, any>): Promise<unknown> => (await library.one(select({ of }).from(Reading))).of
  const onPosts = async (of: Expr<any, any>): Promise<unknown> => (await library.one(select({ of }).from(Post))).of

  test("lose no digit", async () => {
    assert.equal(await one(sum(large)), 18446744073709551613n)
    assert.equal(await one(sum(large).dividedBy(3n)), 6148914691236517204n)
    assert.equal(await one(sum(large).plus(2n).times(sum(large))), 18446744073709551615n * 18446744073709551613n)
    assert.equal(await one(coalesce(sum(large).filter(large.lt(0n)), 18446744073709551616n)), 18446744073709551616n)
    assert.deepEqual(await one(jsonBuildObject({ all: sum(large) })), { all: 18446744073709551613n })
    assert.equal(await one(caseWhen(sum(large).gt(18446744073709551612n), sum(large)).else(0n)), 18446744073709551613n)
    const sums = select({ total: sum(large) })
      .from(Reading)
      .as("sums")
    assert.equal(await library.one(select(sums.c.total.dividedBy(2)).from(sums)), 9223372036854775806n)
    assert.equal(
      await library.one(
        select(count())
          .from(sums)
          .where(sums.c.total.in([18446744073709551613n])),
      ),
      1,
    )
    assert.equal(await one(avg(large.minus(9223372036854775800n))), "6.5000000000000000")
    assert.equal(await one(sum(exact)), "0.3")
    assert.equal(await one(avg(exact)), "0.15000000000000000000")
    assert.deepEqual(await one(arrayAgg(large).orderBy(Reading.c.id)), [9223372036854775807n, 9223372036854775806n, null])
    assert.equal(await one(stddevPop(large)), "0.50000000000000000000")
    assert.equal(await one(anyValue(exact).filter(exact.gt("0.1"))), "0.2")
  })

  test("unite and intersect ranges", async () => {
    const start = Post.c.id
    const span = sql`int4range(${start}, ${start} + 1)`.returns(int4range())
    assert.deepEqual(await onPosts(rangeAgg(span)), [range(1, 4)])
    assert.deepEqual(await onPosts(rangeAgg(span).filter(start.ne(2))), [range(1, 2), range(3, 4)])
    assert.deepEqual(await onPosts(rangeIntersectAgg(sql`int4range(${start}, 9)`.returns(int4range()))), range(3, 9))
    assert.equal(await onPosts(rangeAgg(span).filter(start.lt(0))), null)
    assert.throws(() => rangeAgg(start as never), /rangeAgg\(\): post\.id is no range/)
  })

  test("refuse to round a sum of whole numbers", async () => {
    const huge = sum(sql`9007199254740993`.returns<number>({ kind: "integer" }))
    await assert.rejects(onPosts(huge), /a number keeps whole numbers from/)
  })

  test("add intervals and take their mean", async () => {
    const interval = sql`make_interval(hours => ${Post.c.id})`.returns<string>({ kind: "interval" })
    assert.equal(await onPosts(sum(interval)), "PT6H")
    assert.equal(await onPosts(avg(interval)), "PT2H")
  })

  test("work bit by bit", async () => {
    assert.equal(await onPosts(bitAnd(Post.c.id)), 0)
    assert.equal(await onPosts(bitOr(Post.c.id)), 3)
    assert.equal(await onPosts(bitXor(Post.c.viewCount)), 10 ^ 20 ^ 5)
    assert.equal(await one(bitAnd(large)), 9223372036854775806n)
  })

  test("measure how far numbers are spread", async () => {
    assert.equal(await onPosts(varPop(Post.c.viewCount)), 350 / 9)
    for (const spread of [variance, varSamp]) assert.equal(await onPosts(spread(Post.c.viewCount)), 175 / 3)
    for (const spread of [stddev, stddevSamp]) assert.equal(await onPosts(spread(Post.c.viewCount)), Math.sqrt(175 / 3))
    assert.equal(await onPosts(stddevPop(Post.c.viewCount)), Math.sqrt(350 / 9))
    assert.equal(await one(varPop(ratio)), 0.5625)
    assert.equal(await one(varSamp(exact)), "0.00500000000000000000")
    assert.equal(await one(varSamp(ratio).filter(Reading.c.id.eq(1))), null)
  })

  test("measure how numbers go together", async () => {
    const [y, x] = [Post.c.viewCount, Post.c.id]
    const meant = { avgX: 2, avgY: 35 / 3, sxx: 2, sxy: -5, syy: 350 / 3 }
    assert.deepEqual(
      await library.one(
        select({
          n: regrCount(y, x),
          avgX: regrAvgX(y, x),
          avgY: regrAvgY(y, x),
          sxx: regrSxx(y, x),
          sxy: regrSxy(y, x),
          slope: regrSlope(y, x),
          covarPop: covarPop(y, x),
          covarSamp: covarSamp(y, x),
        }).from(Post),
      ),
      { n: 3, avgX: meant.avgX, avgY: meant.avgY, sxx: meant.sxx, sxy: meant.sxy, slope: -2.5, covarPop: -5 / 3, covarSamp: -2.5 },
    )
    const close = (found: unknown, expected: number) =>
      assert.ok(Math.abs(Number(found) - expected) < 1e-9, `${String(found)} is not ${expected}`)
    close(await onPosts(regrIntercept(y, x)), meant.avgY + 2.5 * meant.avgX)
    close(await onPosts(regrSyy(y, x)), meant.syy)
    close(await onPosts(corr(y, x)), meant.sxy / Math.sqrt(meant.sxx * meant.syy))
    close(await onPosts(regrR2(y, x)), meant.sxy ** 2 / (meant.sxx * meant.syy))
    assert.equal(await onPosts(corr(y, x).filter(Post.c.id.lt(0))), null)
  })

  test("list arrays as arrays of arrays", async () => {
    const pair = sql`array[${Post.c.id}, ${Post.c.viewCount}]`.returns<number[]>({ kind: "array", element: { kind: "integer" } })
    assert.deepEqual(await onPosts(arrayAgg(pair).orderBy(Post.c.id)), [
      [1, 10],
      [2, 20],
      [3, 5],
    ])
  })

  test("keep their types in a subquery", async () => {
    const stats = select({ userId: Post.c.userId, titles: arrayAgg(Post.c.title).orderBy(Post.c.id), at: arrayAgg(Post.c.publishedDate) })
      .from(Post)
      .groupBy(Post.c.userId)
      .as("stats")
    assert.deepEqual(await library.one(select({ titles: stats.c.titles, at: stats.c.at }).from(stats).where(stats.c.userId.eq(2))), {
      titles: ["Fish"],
      at: ["2025-02-03"],
    })
  })
})

describe("aggregates that cannot be", () => {
  const cases: readonly (readonly [name: string, make: () => unknown, message: RegExp])[] = [
    ["a condition that is undefined", () => count().filter(undefined as never), /filter of count\(\*\): argument 1 is undefined/],
    ["an order that is undefined", () => arrayAgg(Post.c.id).orderBy(undefined as never), /argument 1 is undefined/],
    ["counting rows of which none equals another", () => count().distinct(), /count\(\*\) has no distinct\(\): it counts rows, not values/],
    ["counting rows in an order", () => count().orderBy(Post.c.id), /count\(\*\) has no orderBy\(\)/],
    [
      "an order of an object",
      () => jsonObjectAgg(Post.c.title, Post.c.id).orderBy(Post.c.id),
      /has no orderBy\(\): an object has each key once/,
    ],
    ["a sum of text", () => sum(Post.c.title), /sum\(\): post\.title is text, of which there is no sum/],
    ["a mean of dates", () => avg(Post.c.publishedDate), /avg\(\): post\.published_date is date, of which there is no sum/],
    [
      "a name that is none",
      () => aggregate("x(); drop table post; --", integer()),
      /aggregate\(\): "x\(\); drop table post; --" is not the name of a function/,
    ],
    ["an undefined argument", () => aggregate("f", integer(), undefined), /undefined was given for argument 1 of f\(\)/],
    ["nothing to add", () => sum(undefined as never), /sum\(\) takes an expression, not undefined/],
    ["a number to add", () => sum(5 as never), /sum\(\) takes an expression, not number/],
    ["a list of an unknown type", () => arrayAgg(sql`now()`), /arrayAgg\(\): the type of sql`…` is not known/],
    ["a list of JSON that the database builds", () => arrayAgg(jsonAgg(Post) as never), /is JSON that the database builds/],
    ["no separator", () => stringAgg(Post.c.title, undefined as never), /undefined was compared with the separator of stringAgg\(\)/],
    [
      "an aggregate in where()",
      () => onPostgres(select(Post.c.id).from(Post).where(max(Post.c.viewCount).gt(1))),
      /max\(post\.view_count\) stands in where\(\): aggregates are computed after the rows are chosen/,
    ],
    [
      "an aggregate in the condition of a join",
      () => onPostgres(select(Post).join(User, User.c.id.eq(max(Post.c.userId).plus(1) as never))),
      /stands in the condition of a join/,
    ],
    [
      "an aggregate as a group",
      () => onPostgres(select({ n: count() }).from(Post).groupBy(sum(Post.c.viewCount))),
      /sum\(post\.view_count\) stands in groupBy\(\)/,
    ],
    [
      "a selected aggregate as a group",
      () => {
        const n = sum(Post.c.viewCount)
        return onPostgres(select({ n }).from(Post).groupBy(n))
      },
      /sum\(post\.view_count\) stands in groupBy\(\)/,
    ],
    [
      "an aggregate in an update",
      () =>
        onPostgres(
          update(Post)
            .set({ viewCount: max(Post.c.viewCount) as never })
            .allRows(),
        ),
      /max\(post\.view_count\) stands in a statement that writes/,
    ],
    [
      "an aggregate among the values of an insert",
      () => onPostgres(insert(Post).values({ title: "x", userId: count() })),
      /count\(\*\) stands in a statement that writes\b.*\n.*asScalar/,
    ],
    [
      "an aggregate in returning()",
      () => onPostgres(deleteFrom(Post).allRows().returning(count())),
      /count\(\*\) stands in a statement that writes/,
    ],
    [
      "an aggregate inside another",
      () => onPostgres(select(sum(count(Post.c.id))).from(Post)),
      /count\(post\.id\) stands inside sum\(count\(post\.id\)\): aggregates are not nested/,
    ],
    [
      "an aggregate deep inside another",
      () => onPostgres(select(max(length(stringAgg(Post.c.title, ",")))).from(Post)),
      /string_agg\(post\.title, …\) stands inside max/,
    ],
    [
      "an aggregate in the filter of another",
      () => onPostgres(select(count().filter(sum(Post.c.viewCount).gt(3) as never)).from(Post)),
      /sum\(post\.view_count\) stands inside count\(\*\)/,
    ],
  ]
  for (const [name, make, message] of cases)
    test(`refuses ${name}`, () => assert.throws(make, (error) => error instanceof StatementError && message.test(String(error))))

  test("any value needs a server that has it", () => {
    assert.deepEqual(compile(select(anyValue(Post.c.id)).from(Post), postgres).needs, { feature: "anyValue()", version: 16 })
    assert.equal(compile(select(anyValue(Post.c.id)).from(Post), sqlite).needs, undefined)
  })

  test("one condition leaves out what an outer join did not find", () => {
    const statement = select({ all: jsonObjectAgg(Post.c.title, Post.c.id).filter(Post.c.id.gt(1)) })
      .from(User)
      .leftJoin(User.posts)
    assert.match(onPostgres(statement).text, /filter\(where "post"\."id" is not null and "post"\."id" > \$1\)/)
  })

  test("PostgreSQL orders no distinct items of a JSON list", () => {
    assert.throws(() => onPostgres(select(jsonAgg(Post.c.id).distinct().orderBy(Post.c.id)).from(Post)), UnsupportedError)
  })

  const onSqlite = (of: Aggregate<any, any>) => () => compile(select(of).from(Post), sqlite)
  for (const [name, make, message] of [
    ["bit by bit", onSqlite(bitAnd(Post.c.id)), /SQLite has no aggregate bit_and\(\)/],
    ["of spread", onSqlite(stddev(Post.c.id)), /SQLite has no aggregate stddev\(\)/],
    ["of pairs", onSqlite(corr(Post.c.id, Post.c.userId)), /SQLite has no aggregate corr\(\)/],
    ["of different texts with a separator", onSqlite(stringAgg(Post.c.title, "; ").distinct()), /joins different texts with "," only/],
  ] as const)
    test(`SQLite has none ${name}`, () => assert.throws(make, (error) => error instanceof UnsupportedError && message.test(error.message)))
})

forEachDatabase("aggregates of outer queries", (database) => {
  const library = sharedLibrary(database)

  test("an aggregate in a subquery may belong to the query around it", async () => {
    const rows = await library.all(
      select({ userId: Post.c.userId, most: select(max(Post.c.viewCount)).from(User).where(User.c.id.eq(1)).asScalar() })
        .from(Post)
        .groupBy(Post.c.userId)
        .orderBy(Post.c.userId),
    )
    assert.deepEqual(rows, [
      { userId: 1, most: 20 },
      { userId: 2, most: 5 },
    ])
  })

  test("an aggregate of a subquery's own may stand in where()", async () => {
    const most = select(max(Post.c.viewCount)).from(Post).asScalar()
    assert.equal(await library.one(select(Post.c.title).where(Post.c.viewCount.eq(most))), "Notes")
  })

  test("an aggregate may be computed of a subquery's aggregate", async () => {
    const comments = select(count()).from(User).where(User.c.id.lte(Post.c.userId)).asScalar()
    assert.equal(await library.one(select(sum(comments)).from(Post)), 4)
  })
})

onDatabases(["postgresql", "pglite", "sqlite"], "aggregates of rows and of bytes", (database) => {
  const given = valuesList("given", { a: integer(), b: text().nullable(), bytes: bytea() }, [
    { a: 1, b: "x", bytes: new Uint8Array([1]) },
    { a: 1, b: null, bytes: new Uint8Array([2, 3]) },
    { a: 1, b: null, bytes: new Uint8Array([4]) },
    { a: 2, b: "x", bytes: new Uint8Array([5]) },
  ])
  test("count different rows, NULL being a value, and join bytes", async () => {
    const library = libraryOn(await database.engine())
    const rows = select(countDistinct(given.c.a, given.c.b)).from(given)
    const joined = select(stringAgg(given.c.bytes, new Uint8Array([0])).orderBy(given.c.bytes)).from(given)
    if (database.name === "sqlite") {
      assert.throws(() => rows.toSQL(sqlite), /^UnsupportedError: SQLite counts the different values of one expression/)
      assert.throws(() => joined.toSQL(sqlite), /^UnsupportedError: SQLite has no aggregate string_agg\(\)/)
      return
    }
    assert.match(rows.toSQL(postgres).text, /^select count\(distinct \("given"\."a", "given"\."b"\)\) from/)
    assert.deepEqual(await library.all(rows), [3])
    assert.deepEqual(await library.all(joined), [new Uint8Array([1, 0, 2, 3, 0, 4, 0, 5])])
  })
})

forEachDatabase("documents that arrayAgg() collects", (database) => {
  test("are the documents, not their text", async () => {
    const library = libraryOn(await database.engine())
    const documents = [-3.15e56, "text", { a: [1, null] }, null]
    const given = valuesList(
      "given",
      { id: integer(), doc: jsonb().nullable() },
      documents.map((doc, id) => ({ id, doc })),
    )
    const list = arrayAgg(given.c.doc).orderBy(given.c.id)
    assert.match(select(list).from(given).toSQL(postgres).text, /^select array_agg\("given"\."doc" order by /)
    assert.match(select(list).from(given).toSQL(sqlite).text, /^select nullif\(json_group_array\(json\("given"\."doc"\) order by /)
    assert.deepEqual(await library.one(select(list).from(given)), documents)
    assert.deepEqual(await library.one(select(jsonBuildObject({ list })).from(given)), { list: documents })
  })
})
