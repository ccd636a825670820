import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  ArgumentError,
  avg,
  bigint,
  compile,
  count,
  cumeDist,
  currentRow,
  denseRank,
  exists,
  type Expr,
  firstValue,
  following,
  groupsBetween,
  insert,
  jsonAgg,
  lag,
  lastValue,
  lead,
  nthValue,
  ntile,
  percentRank,
  preceding,
  rangeBetween,
  rank,
  rowNumber,
  rowsBetween,
  select,
  sql,
  StatementError,
  sum,
  unboundedFollowing,
  unboundedPreceding,
  UnsupportedError,
  update,
  value,
  window,
} from "rebis"
import { sqlite } from "../../src/dialects/sqlite/index.ts"
import { forEachDatabase, onDatabases } from "../support/databases.ts"
import { Post, Reading, sharedLibrary, User } from "./library.ts"
import { onPostgres, type StatementCase, testCases } from "./statement-case.ts"

const { id, title, userId, viewCount, publishedDate } = Post.c

/** An expression in each of the three posts, whose views are 10, 20 and 5, the first two of user 1. */
function inEach(name: string, of: Expr<any, any>, text: string, values: readonly unknown[]): StatementCase {
  let n = 0
  return {
    name,
    statement: select(of).from(Post).orderBy(id),
    text: `select ${text.replaceAll("$N", () => `$${++n}`)} from "post" order by "post"."id"`,
    rows: values,
  }
}

const byUser = window("by_user", { partitionBy: userId })
const perUser = window({ partitionBy: userId, orderBy: id })
const byViews = { orderBy: viewCount.desc() }

forEachDatabase("windows", (database) => {
  const library = sharedLibrary(database)

  testCases(database, library, [
    inEach("number rows", rowNumber().over(byViews), `row_number() over (order by "post"."view_count" desc)`, [2, 1, 3]),
    inEach(
      "number rows of a partition",
      rowNumber().over(perUser),
      `row_number() over (partition by "post"."user_id" order by "post"."id")`,
      [1, 2, 1],
    ),
    inEach("see all rows unless more is said", count().over(), "count(*) over ()", [3, 3, 3]),
    inEach("rank rows", rank().over({ orderBy: userId }), `rank() over (order by "post"."user_id")`, [1, 1, 3]),
    inEach("rank rows without gaps", denseRank().over({ orderBy: userId }), `dense_rank() over (order by "post"."user_id")`, [1, 1, 2]),
    inEach("rank rows as a share", percentRank().over(byViews), `percent_rank() over (order by "post"."view_count" desc)`, [0.5, 0, 1]),
    inEach("tell the share up to a row", cumeDist().over({ orderBy: userId }), `cume_dist() over (order by "post"."user_id")`, [
      2 / 3,
      2 / 3,
      1,
    ]),
    inEach("deal rows into parts", ntile(2).over({ orderBy: id }), `ntile($N) over (order by "post"."id")`, [1, 1, 2]),
    inEach("look at the row before", lag(title).over({ orderBy: id }), `lag("post"."title") over (order by "post"."id")`, [
      null,
      "Engines",
      "Notes",
    ]),
    inEach(
      "look two rows ahead",
      lead(publishedDate, 2).over({ orderBy: id }),
      `lead("post"."published_date", $N) over (order by "post"."id")`,
      ["2025-02-03", null, null],
    ),
    inEach(
      "give a default where there is no row",
      lag(viewCount, 1, 0).over({ orderBy: id }),
      `lag("post"."view_count", $N, $N) over (order by "post"."id")`,
      [0, 10, 20],
    ),
    inEach(
      "give an expression where there is no row",
      lead(viewCount, 1, id).over({ orderBy: id }),
      `lead("post"."view_count", $N, "post"."id") over (order by "post"."id")`,
      [20, 5, 3],
    ),
    inEach(
      "give the first value",
      firstValue(title).over(perUser),
      `first_value("post"."title") over (partition by "post"."user_id" order by "post"."id")`,
      ["Engines", "Engines", "Fish"],
    ),
    inEach(
      "give the last value of a frame",
      lastValue(title).over({ orderBy: id, frame: rowsBetween(currentRow, unboundedFollowing) }),
      `last_value("post"."title") over (order by "post"."id" rows between current row and unbounded following)`,
      ["Fish", "Fish", "Fish"],
    ),
    inEach(
      "give a value by its number",
      nthValue(title, 2).over({ orderBy: id }),
      `nth_value("post"."title", $N) over (order by "post"."id")`,
      [null, "Notes", "Notes"],
    ),
    inEach(
      "add up to the current row",
      sum(viewCount).over({ orderBy: id }),
      `sum("post"."view_count") over (order by "post"."id")`,
      [10, 30, 35],
    ),
    inEach(
      "aggregate rows that are not filtered out",
      count()
        .filter(viewCount.gt(5))
        .over({ partitionBy: [userId, value(1)] }),
      database.name === "sqlite"
        ? `count(*) filter(where "post"."view_count" > $N) over (partition by "post"."user_id", $N)`
        : `count(*) filter(where "post"."view_count" > $N) over (partition by "post"."user_id", cast($N as integer))`,
      [2, 2, 0],
    ),
    inEach(
      "frame rows by their number",
      sum(viewCount).over({ orderBy: id, frame: rowsBetween(preceding(1), currentRow) }),
      `sum("post"."view_count") over (order by "post"."id" rows between $N preceding and current row)`,
      [10, 30, 25],
    ),
    inEach(
      "frame rows behind the current one",
      sum(viewCount).over({ orderBy: id, frame: rowsBetween(following(1), following(2n)) }),
      `sum("post"."view_count") over (order by "post"."id" rows between $N following and $N following)`,
      [25, 5, null],
    ),
    inEach(
      "frame rows by their value",
      count().over({ orderBy: viewCount, frame: rangeBetween(preceding(5), following(5)) }),
      database.name === "sqlite"
        ? `count(*) over (order by "post"."view_count" range between $N preceding and $N following)`
        : `count(*) over (order by "post"."view_count" range between cast($N as integer) preceding and cast($N as integer) following)`,
      [2, 1, 2],
    ),
    inEach(
      "frame groups of equals",
      count().over({ orderBy: userId.desc(), frame: groupsBetween(unboundedPreceding, preceding(1)) }),
      `count(*) over (order by "post"."user_id" desc groups between unbounded preceding and $N preceding)`,
      [1, 1, 0],
    ),
    ...(
      [
        ["current row", [25, 15, 30]],
        ["group", [5, 5, 30]],
        ["ties", [15, 25, 35]],
        ["no others", [35, 35, 35]],
      ] as const
    ).map(([exclusion, values]) =>
      inEach(
        `leave out of a frame: ${exclusion}`,
        sum(viewCount).over({ orderBy: userId, frame: groupsBetween(unboundedPreceding, unboundedFollowing).exclude(exclusion) }),
        `sum("post"."view_count") over (order by "post"."user_id" groups between unbounded preceding and unbounded following exclude ${exclusion})`,
        values,
      ),
    ),
    inEach(
      "aggregate JSON",
      jsonAgg(title).over({ orderBy: id }),
      database.name === "sqlite"
        ? `json_group_array("post"."title") over (order by "post"."id")`
        : `coalesce(json_agg("post"."title") over (order by "post"."id"), '[]'::json)`,
      [["Engines"], ["Engines", "Notes"], ["Engines", "Notes", "Fish"]],
    ),
    {
      name: "are defined once by a name",
      statement: select({
        id,
        n: rowNumber().over({ from: byUser, orderBy: id.desc() }),
        total: sum(viewCount).over(byUser),
        mean: avg(viewCount).over(byUser),
      })
        .from(Post)
        .orderBy(sum(viewCount).over(byUser), id),
      text:
        `select "post"."id", row_number() over ("by_user" order by "post"."id" desc) as "n", sum("post"."view_count") over "by_user" as "total", avg("post"."view_count") over "by_user" as "mean" ` +
        `from "post" window "by_user" as (partition by "post"."user_id") order by sum("post"."view_count") over "by_user", "post"."id"`,
      rows: [
        { id: 3, n: 1, total: 5, mean: 5 },
        { id: 1, n: 2, total: 30, mean: 15 },
        { id: 2, n: 1, total: 30, mean: 15 },
      ],
    },
    {
      name: "extend one another, and stand behind the joins",
      statement: (() => {
        const ordered = window("ordered", { from: byUser, orderBy: id })
        return select({ title, before: lag(title).over(ordered), all: count().over(byUser) })
          .from(Post)
          .join(Post.author)
          .orderBy(title)
      })(),
      text:
        `select "post"."title", lag("post"."title") over "ordered" as "before", count(*) over "by_user" as "all" from "post" inner join "user" on "post"."user_id" = "user"."id" ` +
        `window "by_user" as (partition by "post"."user_id"), "ordered" as ("by_user" order by "post"."id") order by "post"."title"`,
      rows: [
        { title: "Engines", before: null, all: 2 },
        { title: "Fish", before: null, all: 1 },
        { title: "Notes", before: "Engines", all: 2 },
      ],
    },
    {
      name: "stand behind the conditions",
      statement: select(count().over(byUser)).from(Post).where(viewCount.gt(9)).limit(1),
      text: `select count(*) over "by_user" from "post" where "post"."view_count" > $1 window "by_user" as (partition by "post"."user_id") limit $2`,
      rows: [2],
    },
    {
      name: "stand behind the groups, of which they see aggregates",
      statement: (() => {
        const all = window("all", { orderBy: sum(viewCount).desc() })
        return select({ userId, n: rank().over(all), share: sum(sum(viewCount)).over() })
          .from(Post)
          .groupBy(userId)
          .orderBy(rank().over(all))
      })(),
      text:
        `select "post"."user_id" as "userId", rank() over "all" as "n", sum(sum("post"."view_count")) over () as "share" from "post" group by "post"."user_id" ` +
        `window "all" as (order by sum("post"."view_count") desc) order by rank() over "all"`,
      rows: [
        { userId: 1, n: 1, share: 35 },
        { userId: 2, n: 2, share: 35 },
      ],
    },
    {
      name: "stand behind the conditions of groups",
      statement: select({ userId, n: rowNumber().over(byUser) })
        .from(Post)
        .groupBy(userId)
        .having(count().gt(1)),
      text: `select "post"."user_id" as "userId", row_number() over "by_user" as "n" from "post" group by "post"."user_id" having count(*) > $1 window "by_user" as (partition by "post"."user_id")`,
      rows: [{ userId: 1, n: 1 }],
    },
    {
      name: "stand behind expressions that come from nowhere",
      statement: select(count().over(window("w", {}))),
      text: `select count(*) over "w" window "w" as ()`,
      rows: [1],
    },
    {
      name: "are each query's own",
      statement: (() => {
        const inner = select({ postId: id, n: rowNumber().over(byUser) })
          .from(Post)
          .as("inner")
        return select({ n: inner.c.n, all: count().over(window("by_user", {})) })
          .from(inner)
          .where(inner.c.postId.eq(3))
      })(),
      text:
        `select "inner"."n", count(*) over "by_user" as "all" from (select "post"."id" as "postId", row_number() over "by_user" as "n" from "post" window "by_user" as (partition by "post"."user_id")) as "inner" ` +
        `where "inner"."postId" = $1 window "by_user" as ()`,
      rows: [{ n: 1, all: 1 }],
    },
    {
      name: "are filtered in a query around",
      statement: (() => {
        const ranked = select({ title, n: rowNumber().over({ partitionBy: userId, orderBy: viewCount.desc() }) })
          .from(Post)
          .as("ranked")
        return select(ranked.c.title).from(ranked).where(ranked.c.n.eq(1)).orderBy(ranked.c.title)
      })(),
      text:
        `select "ranked"."title" from (select "post"."title", row_number() over (partition by "post"."user_id" order by "post"."view_count" desc) as "n" from "post") as "ranked" ` +
        `where "ranked"."n" = $1 order by "ranked"."title"`,
      rows: ["Fish", "Notes"],
    },
    {
      name: "see what a left join did not find as null",
      statement: select({ name: User.c.name, first: firstValue(title).over({ partitionBy: User.c.id }) })
        .from(User)
        .leftJoin(User.posts)
        .where(User.c.id.gt(1))
        .orderBy(User.c.id),
      text:
        `select "user"."name", first_value("post"."title") over (partition by "user"."id") as "first" from "user" left join "post" on "user"."id" = "post"."user_id" ` +
        `where "user"."id" > $1 order by "user"."id"`,
      rows: [
        { name: "Bob", first: "Fish" },
        { name: "Cy", first: null },
      ],
    },
    {
      name: "are written out in a piece of text, which may be a query of its own",
      statement: (() => {
        const w = window("w", { orderBy: id })
        return select({
          n: rowNumber().over(w),
          most: sql`(select max(n) from (select ${rowNumber().over(w)} as n from ${Post}) x)`.returns(bigint({ mode: "number" })),
        })
          .from(Post)
          .where(id.eq(1))
      })(),
      text:
        `select row_number() over "w" as "n", (select max(n) from (select row_number() over (order by "post"."id") as n from "post") x) as "most" from "post" ` +
        `where "post"."id" = $1 window "w" as (order by "post"."id")`,
      rows: [{ n: 1, most: 3 }],
    },
    {
      name: "are defined in each query of a set operation, and in common table expressions",
      statement: (() => {
        const w = window("w", { orderBy: id.desc() })
        const numbered = select({ id, n: rowNumber().over(w) })
          .from(Post)
          .cte("numbered")
        const rest = select({ id: numbered.c.id, n: numbered.c.n }).from(numbered).where(numbered.c.n.gt(1))
        return select({ id, n: rowNumber().over(w) })
          .from(Post)
          .where(id.eq(1))
          .unionAll(rest)
          .orderBy("id", "n")
      })(),
      text:
        `with "numbered" as (select "post"."id", row_number() over "w" as "n" from "post" window "w" as (order by "post"."id" desc)) ` +
        `select "post"."id", row_number() over "w" as "n" from "post" where "post"."id" = $1 window "w" as (order by "post"."id" desc) ` +
        `union all select "numbered"."id", "numbered"."n" from "numbered" where "numbered"."n" > $2 order by 1, 2`,
      rows: [
        { id: 1, n: 1 },
        { id: 1, n: 3 },
        { id: 2, n: 2 },
      ],
    },
    {
      name: "are written out inside of text",
      statement: (() => {
        const w = window("w", { partitionBy: userId, orderBy: id })
        const running = sum(viewCount).over({ from: w, frame: rowsBetween(currentRow, currentRow) })
        return sql`select ${running} from ${Post} order by ${id}`.returns<number>({ kind: "bigint", mode: "number" })
      })(),
      text: `select sum("post"."view_count") over (partition by "post"."user_id" order by "post"."id" rows between current row and current row) from "post" order by "post"."id"`,
      rows: [10, 20, 5],
    },
  ])
})

onDatabases(["postgresql", "pglite"], "frames by time", (database) => {
  const library = sharedLibrary(database)

  test("add intervals to dates and times", async () => {
    await library.all(
      insert(Reading).values([
        { takenDate: "2025-03-01", takenAt: new Date("2025-03-01T10:00:00Z"), ratio: 1, exact: "1.5" },
        { takenDate: "2025-03-03", takenAt: new Date("2025-03-01T11:00:00Z"), ratio: 1.5, exact: "1.6" },
        { takenDate: "2025-03-09", takenAt: new Date("2025-03-01T11:30:00Z"), ratio: 9, exact: "100" },
      ]),
    )
    const within = (of: Expr<any, any>, offset: string | number) =>
      library.all(
        select(count().over({ orderBy: of, frame: rangeBetween(preceding(offset), currentRow) }))
          .from(Reading)
          .orderBy(Reading.c.id),
      )
    assert.deepEqual(await within(Reading.c.takenDate, "P7D"), [1, 2, 2])
    assert.deepEqual(await within(Reading.c.takenAt, "PT30M"), [1, 1, 2])
    assert.deepEqual(await within(Reading.c.ratio, 0.5), [1, 2, 1])
    assert.deepEqual(await within(Reading.c.exact, "0.1"), [1, 2, 1])
    assert.deepEqual(await within(Reading.c.id, 1), [1, 2, 2])
  })
})

describe("windows that cannot be", () => {
  const hidden = rowNumber().over({ orderBy: id })
  const other = window("by_user", { orderBy: id })
  const cases: readonly (readonly [name: string, make: () => unknown, message: RegExp])[] = [
    [
      "a window function in where()",
      () => onPostgres(select(Post).where(hidden.eq(1))),
      /row_number\(\) over \(…\) stands in where\(\): window functions are computed after it\n.*in a subquery/,
    ],
    [
      "a window function in having()",
      () => onPostgres(select({ userId }).from(Post).groupBy(userId).having(hidden.eq(1))),
      /stands in having\(\)/,
    ],
    ["a window function as a group", () => onPostgres(select({ n: count() }).from(Post).groupBy(hidden)), /stands in groupBy\(\)/],
    ["a window function in a join", () => onPostgres(select(Post).join(User, hidden.eq(User.c.id))), /stands in the condition of a join/],
    [
      "a window function inside an aggregate",
      () => onPostgres(select(sum(hidden)).from(Post)),
      /row_number\(\) over \(…\) stands inside sum\(/,
    ],
    [
      "a window function inside another",
      () => onPostgres(select(sum(hidden).over()).from(Post)),
      /stands inside sum\(row_number\(\) over \(…\)\) over \(…\)/,
    ],
    [
      "a window function in another's window",
      () => onPostgres(select(count().over({ orderBy: hidden })).from(Post)),
      /stands inside count\(\*\) over/,
    ],
    [
      "an aggregate over a window in where()",
      () => onPostgres(select(Post).where(sum(viewCount).over().gt(1))),
      /sum\(post\.view_count\) over \(…\) stands in where\(\)/,
    ],
    [
      "a window function in an update",
      () => onPostgres(update(Post).set({ viewCount: rowNumber().over() }).allRows()),
      /row_number\(\) over \(…\) stands in a statement that writes/,
    ],
    ["equal values once", () => sum(viewCount).distinct().over(), /over\(\) cannot be combined with distinct\(\)/],
    ["an order of its own", () => sum(viewCount).orderBy(id).over(), /over\(\) cannot be combined with orderBy\(\)/],
    [
      "a function without a window",
      () => onPostgres(select({ n: rowNumber() as never }).from(Post)),
      /row_number\(\) is computed over a window\n.*\.over\(/,
    ],
    [
      "a function without a window as an order",
      () => onPostgres(select(Post).orderBy(rank() as never)),
      /rank\(\) is computed over a window/,
    ],
    [
      "two windows of one name",
      () => onPostgres(select({ a: count().over(byUser), b: count().over(other) }).from(Post)),
      /two windows of one statement are called "by_user"/,
    ],
    ["a window without a name to extend", () => window({ from: perUser, orderBy: id }), /can only extend a window with a name/],
    [
      "other partitions of a window",
      () => window({ from: byUser, partitionBy: id }),
      /extends "by_user", whose partitions it cannot change/,
    ],
    [
      "another order of a window",
      () => window("w", { from: other, orderBy: id }),
      /window "w" extends "by_user", which has an order already/,
    ],
    [
      "a window with a frame to extend",
      () => window({ from: window("f", { frame: rowsBetween(currentRow, currentRow) }) }),
      /cannot extend "f", which has a frame/,
    ],
    ["an empty name", () => window("", {}), /the name of a window is not empty/],
    ["an unknown part", () => window({ partition: id } as never), /a window has no part "partition"/],
    ["an undefined part", () => window({ orderBy: undefined as never }), /undefined was given for orderBy/],
    ["an undefined partition", () => window({ partitionBy: [undefined as never] }), /partitionBy\(\): argument 1 is undefined/],
    ["text as a window", () => count().over("w" as never), /a window is made of w, not of an object/],
    ["a frame that is none", () => window({ frame: "rows" as never }), /the frame is no frame/],
    ["a frame that starts at its end", () => rowsBetween(unboundedFollowing, unboundedFollowing), /cannot start at unbounded following/],
    [
      "a frame that ends at its start",
      () => rowsBetween(unboundedPreceding, unboundedPreceding),
      /cannot start at unbounded preceding and end at unbounded preceding/,
    ],
    ["a frame that ends before it starts", () => rowsBetween(following(1), preceding(1)), /cannot start at following and end at preceding/],
    ["half a row", () => rowsBetween(preceding(0.5), currentRow), /an offset is a whole number from 0, not 0\.5/],
    ["fewer than no rows", () => groupsBetween(preceding(-1n), currentRow), /not -1/],
    ["rows by an interval", () => rowsBetween(preceding("P1D"), currentRow), /not P1D/],
    ["no offset", () => preceding(undefined as never), /preceding\(\) takes a number, an interval or an expression, not undefined/],
    ["no bound", () => rowsBetween(currentRow, undefined as never), /the end is undefined, not a bound/],
    [
      "a range without an order",
      () => window({ frame: rangeBetween(preceding(1), currentRow) }),
      /needs exactly one expression to order by, not 0/,
    ],
    ["a range of two orders", () => window({ orderBy: [id, title], frame: rangeBetween(preceding(1), currentRow) }), /not 2/],
    ["groups without an order", () => window({ frame: groupsBetween(preceding(1), currentRow) }), /a frame of groups needs an order/],
    ["less than one part", () => ntile(0), /ntile\(\) takes a whole number from 1, not 0/],
    ["a negative distance", () => lag(id, -1), /the offset of lag\(post\.id\) takes a whole number from 0, not -1/],
    ["an undefined default", () => lag(id, 1, undefined as never), /undefined was compared with the default of lag\(post\.id\)/],
  ]
  for (const [name, make, message] of cases)
    test(`refuses ${name}`, () => assert.throws(make, (error) => error instanceof StatementError && message.test(error.message)))

  test("refuses to leave out what SQL has no word for", () => {
    assert.throws(() => rowsBetween(currentRow, currentRow).exclude("all; drop table post" as never), ArgumentError)
  })

  test("a range by time is refused where there are no intervals", () => {
    const statement = select(count().over({ orderBy: publishedDate, frame: rangeBetween(preceding("P1D"), currentRow) })).from(Post)
    assert.throws(
      () => compile(statement, sqlite),
      (error) => error instanceof UnsupportedError && /SQLite has no RANGE frame with an offset for date/.test(error.message),
    )
  })

  test("a window function may stand in a subquery of where()", () => {
    const numbered = select({ n: rowNumber().over() }).from(User)
    assert.doesNotThrow(() => onPostgres(select(Post).where(exists(numbered))))
  })
})
