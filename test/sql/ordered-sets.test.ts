import assert from "node:assert/strict"
import { before, describe, test } from "node:test"
import {
  aliased,
  compile,
  count,
  cumeDist,
  denseRank,
  type Expr,
  insert,
  interval,
  mode,
  percentileCont,
  percentileDisc,
  percentRank,
  rank,
  select,
  StatementError,
  UnsupportedError,
  ValueError,
} from "rebis"
import { sqlite } from "../../src/dialects/sqlite/index.ts"
import { forEachDatabase, onDatabases } from "../support/databases.ts"
import { Post, Reading, sharedLibrary, User } from "./library.ts"
import { onPostgres, testCases } from "./statement-case.ts"

const { userId, viewCount, title, publishedDate } = Post.c

forEachDatabase("the median", (database) => {
  const library = sharedLibrary(database)

  testCases(database, library, [
    {
      name: "of a group is between two of its values",
      statement: select({ userId, median: percentileCont(0.5).withinGroup(viewCount.asc()) })
        .from(Post)
        .groupBy(userId)
        .orderBy(userId),
      text: `select "post"."user_id" as "userId", percentile_cont(cast($1 as double precision)) within group (order by "post"."view_count" asc) as "median" from "post" group by "post"."user_id" order by "post"."user_id"`,
      sqlite: `select "post"."user_id" as "userId", percentile_cont("post"."view_count", ?) as "median" from "post" group by "post"."user_id" order by "post"."user_id"`,
      rows: [
        { userId: 1, median: 15 },
        { userId: 2, median: 5 },
      ],
    },
    {
      name: "is of rows that are not filtered out",
      statement: select(percentileCont(0.25).withinGroup(viewCount).filter(viewCount.gt(9)).filter(userId.eq(1))).from(Post),
      text: `select percentile_cont(cast($1 as double precision)) within group (order by "post"."view_count") filter(where "post"."view_count" > $2 and "post"."user_id" = $3) from "post"`,
      sqlite: `select percentile_cont("post"."view_count", ?) filter(where "post"."view_count" > ? and "post"."user_id" = ?) from "post"`,
      rows: [12.5],
    },
    {
      name: "is null over nothing",
      statement: select(percentileCont(1).withinGroup(viewCount)).from(Post).where(viewCount.lt(0)),
      text: `select percentile_cont(cast($1 as double precision)) within group (order by "post"."view_count") from "post" where "post"."view_count" < $2`,
      sqlite: `select percentile_cont("post"."view_count", ?) from "post" where "post"."view_count" < ?`,
      rows: [null],
    },
  ])
})

onDatabases(["postgresql", "pglite"], "ordered sets", (database) => {
  const library = sharedLibrary(database)
  before(async () => {
    await library.all(
      insert(Reading).values([
        { large: 1n, exact: "1.10", takenDate: "2025-01-01", mood: "ok" },
        { large: 4n, exact: "1.20", takenDate: "2025-01-03", mood: "ok" },
        { large: null, exact: null, takenDate: null, mood: "sad" },
      ]),
    )
  })
  const ofPosts = async (of: Expr<any, any>): Promise<unknown> => (await library.one(select({ of }).from(Post))).of
  const ofReadings = async (of: Expr<any, any>): Promise<unknown> => (await library.one(select({ of }).from(Reading))).of

  test("give several shares at once", async () => {
    const several = percentileCont([0, 0.5, 1]).withinGroup(viewCount.desc())
    assert.match(onPostgres(select(several).from(Post)).text, /percentile_cont\(cast\(\$1 as double precision\[\]\)\) within group/)
    assert.deepEqual(await ofPosts(several), [20, 10, 5])
    assert.deepEqual(await ofPosts(percentileDisc([0.5, 1]).withinGroup(title)), ["Fish", "Notes"])
  })

  test("give values of the type that is sorted", async () => {
    assert.equal(await ofPosts(percentileDisc(0.5).withinGroup(title.desc())), "Fish")
    assert.equal(await ofPosts(percentileDisc(0.5).withinGroup(publishedDate)), "2025-01-02")
    assert.equal(await ofReadings(percentileDisc(1).withinGroup(Reading.c.large)), 4n)
    assert.equal(await ofReadings(percentileDisc(1).withinGroup(Reading.c.exact)), "1.20")
    assert.equal(await ofReadings(percentileCont(0.5).withinGroup(Reading.c.large)), "2.5")
    assert.equal(await ofReadings(percentileCont(0.5).withinGroup(Reading.c.exact)), "1.15")
    const age = Reading.c.takenDate.minus("2025-01-01").times(interval("P1D"))
    assert.equal(await ofReadings(percentileCont(0.5).withinGroup(age)), "P1D")
  })

  test("find the most frequent value", async () => {
    assert.equal(await ofPosts(mode().withinGroup(userId)), 1)
    assert.equal(await ofReadings(mode().withinGroup(Reading.c.mood)), "ok")
    assert.equal(await ofReadings(mode().withinGroup(Reading.c.mood).filter(Reading.c.large.isNull())), "sad")
    assert.equal(await ofPosts(mode().withinGroup(userId.desc()).filter(viewCount.gt(99))), null)
  })

  test("tell where values would stand", async () => {
    const place = rank(10).withinGroup(viewCount.desc())
    assert.equal(
      onPostgres(select(place).from(Post)).text,
      `select rank(cast($1 as integer)) within group (order by "post"."view_count" desc) from "post"`,
    )
    assert.equal(await ofPosts(place), 2)
    assert.equal(await ofPosts(rank(1, "Z").withinGroup(userId, title)), 3)
    assert.equal(await ofPosts(denseRank(2).withinGroup(userId)), 2)
    assert.equal(await ofPosts(percentRank(10).withinGroup(viewCount)), 1 / 3)
    assert.equal(await ofPosts(cumeDist(10).withinGroup(viewCount)), 3 / 4)
    assert.equal(await ofPosts(rank("2025-01-15").withinGroup(publishedDate).filter(viewCount.lt(0))), 1)
  })

  test("are filters of groups and orders of rows", async () => {
    const rows = await library.all(
      select({ name: User.c.name, n: count() })
        .from(User)
        .join(User.posts)
        .groupBy(User)
        .having(percentileDisc(0.5).withinGroup(viewCount).gt(5))
        .orderBy(mode().withinGroup(title)),
    )
    assert.deepEqual(rows, [{ name: "Ada", n: 2 }])
  })
})

describe("ordered sets that cannot be", () => {
  const other = aliased(Post, "other")
  const cases: readonly (readonly [name: string, make: () => unknown, message: RegExp])[] = [
    ["a share above 1", () => percentileCont(50), /percentileCont\(\) takes a share between 0 and 1, or a list of these, not 50/],
    [
      "a negative share",
      () => percentileDisc([0.5, -0.1]),
      /percentileDisc\(\) takes a share between 0 and 1, or a list of these, not -0\.1/,
    ],
    ["NaN as a share", () => percentileCont(Number.NaN), /not NaN/],
    ["no share", () => percentileCont([]), /not an empty list/],
    ["text as a share", () => percentileCont("0.5" as never), /not 0\.5/],
    [
      "an undefined order",
      () => percentileCont(0.5).withinGroup(undefined as never),
      /withinGroup of percentile_cont\(\): argument 1 is undefined/,
    ],
    [
      "another number of values than orders",
      () => rank(1, 2).withinGroup(...([userId] as unknown as [typeof userId, typeof userId])),
      /rank\(\) of 2 values is sorted by 1 expressions/,
    ],
    ["an undefined value", () => denseRank(1, undefined), /dense_rank\(\): value 2 is undefined/],
    ["a value of another type", () => onPostgres(select(rank("x").withinGroup(userId as never)).from(Post)), /argument 1 of rank\(\)/],
    [
      "an undefined filter",
      () =>
        mode()
          .withinGroup(userId)
          .filter(undefined as never),
      /filter of mode\(\): argument 1 is undefined/,
    ],
    [
      "a share without an order",
      () => onPostgres(select({ n: percentileCont(0.5) as never }).from(Post)),
      /percentileCont\(\) is computed of sorted values/,
    ],
    ["values without an order", () => onPostgres(select(Post).orderBy(rank(1) as never)), /rank\(\) is computed of sorted values/],
    ["an ordered set in where()", () => onPostgres(select(Post).where(mode().withinGroup(userId).eq(1))), /mode\(\) stands in where\(\)/],
    [
      "an ordered set of aggregates",
      () => onPostgres(select(mode().withinGroup(count(other.c.id))).from(other)),
      /count\(other\.id\) stands inside mode\(\)/,
    ],
  ]
  for (const [name, make, message] of cases) {
    test(`refuses ${name}`, () => {
      assert.throws(
        make,
        (error) => error instanceof (name === "a value of another type" ? ValueError : StatementError) && message.test(error.message),
      )
    })
  }

  for (const [name, of] of [
    ["several shares", percentileCont([0.5]).withinGroup(viewCount)],
    ["a descending order", percentileCont(0.5).withinGroup(viewCount.desc())],
    ["an order of nulls", percentileCont(0.5).withinGroup(viewCount.asc().nullsFirst())],
    ["percentileDisc()", percentileDisc(0.5).withinGroup(viewCount)],
    ["mode()", mode().withinGroup(viewCount)],
    ["rank() of values", rank(1).withinGroup(viewCount)],
  ] as const) {
    test(`SQLite has no ${name}`, () => {
      assert.throws(() => compile(select<Expr<any, any>>(of).from(Post), sqlite), UnsupportedError)
    })
  }
})
