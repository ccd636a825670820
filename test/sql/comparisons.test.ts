import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { all, any, compile, type Expr, max, numeric, select, StatementError, tuple, UnsupportedError, value } from "rebis"
import { sqlite } from "../../src/dialects/sqlite/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { Comment, Post, sharedLibrary, User } from "./library.ts"
import { Sample, sharedSample, testExpressions } from "./sample.ts"
import { onPostgres, onSqlite, type StatementCase, testCases } from "./statement-case.ts"

const { id, title, viewCount, userId, publishedDate } = Post.c

function where(
  name: string,
  condition: Expr<boolean | null, any>,
  text: string,
  ids: readonly number[],
  sqliteText?: string,
): StatementCase {
  const whole = (of: string) => `select "post"."id" from "post" where ${of} order by "post"."id" asc`
  return {
    name,
    statement: select(id).where(condition).orderBy(id.asc()),
    text: whole(text),
    ...(sqliteText === undefined ? {} : { sqlite: whole(sqliteText) }),
    rows: ids,
  }
}

forEachDatabase("comparisons with several values", (database) => {
  const library = sharedLibrary(database)
  const refusedBySqlite = { skip: database.name === "sqlite" ? "SQLite has no any and all but = any and <> all" : false }

  testCases(database, library, [
    where(
      "find a value among the rows of a subquery",
      userId.eq(any(select(User.c.id).where(User.c.name.eq("Bob")))),
      `"post"."user_id" = any(select "user"."id" from "user" where "user"."name" = $1)`,
      [3],
      `"post"."user_id" in (select "user"."id" from "user" where "user"."name" = ?)`,
    ),
    where(
      "find a value that is none of the rows of a subquery",
      userId.ne(all(select(User.c.id).where(User.c.name.eq("Bob")))),
      `"post"."user_id" <> all(select "user"."id" from "user" where "user"."name" = $1)`,
      [1, 2],
      `"post"."user_id" not in (select "user"."id" from "user" where "user"."name" = ?)`,
    ),
    where(
      "find a value in a list",
      id.eq(any([1, 3])),
      `"post"."id" = any($1::integer[])`,
      [1, 3],
      `"post"."id" in (select value from json_each(?))`,
    ),
    where(
      "find nothing in an empty list",
      id.eq(any([])),
      `"post"."id" = any($1::integer[])`,
      [],
      `"post"."id" in (select value from json_each(?))`,
    ),
    where(
      "find everything outside of an empty list",
      id.ne(all([])),
      `"post"."id" <> all($1::integer[])`,
      [1, 2, 3],
      `"post"."id" not in (select value from json_each(?))`,
    ),
    where(
      "take expressions in a list",
      id.eq(any([userId, 3])),
      `"post"."id" = any(array["post"."user_id", $1]::integer[])`,
      [1, 3],
      `"post"."id" in ("post"."user_id", ?)`,
    ),
  ])

  test("compare by order", refusedBySqlite, async () => {
    const more = select(id)
      .where(viewCount.gt(all(select(Comment.c.postId))))
      .orderBy(id.asc())
    assert.equal(
      onPostgres(more).text,
      `select "post"."id" from "post" where "post"."view_count" > all(select "comment"."post_id" from "comment") order by "post"."id" asc`,
    )
    assert.deepEqual(await library.all(more), [1, 2, 3])
    assert.deepEqual(await library.all(select(id).where(viewCount.lte(any([5, 7])))), [3])
  })
})

forEachDatabase("comparisons with the elements of an array", (database) => {
  const sample = sharedSample(database)
  testExpressions(database, sample, [
    {
      name: "find a value",
      of: value("b").eq(any(Sample.c.tags)),
      text: `cast($1 as text) = any("sample"."tags")`,
      sqlite: { text: `? in (select value from json_each("sample"."tags"))` },
      gives: true,
    },
    {
      name: "miss a value",
      of: Sample.c.whole.ne(all(Sample.c.scores)),
      text: `"sample"."whole" <> all("sample"."scores")`,
      sqlite: { text: `"sample"."whole" not in (select value from json_each("sample"."scores"))` },
      gives: true,
    },
    {
      name: "compare by order",
      of: Sample.c.whole.gt(all(Sample.c.scores)),
      text: `"sample"."whole" > all("sample"."scores")`,
      sqlite: { refused: /SQLite cannot compare by > with all of several values/ },
      gives: true,
    },
  ])
})

forEachDatabase("row values", (database) => {
  const library = sharedLibrary(database)
  const both = tuple(userId, id)

  testCases(database, library, [
    where("are equal in all of their values", both.eq([1, 2]), `("post"."user_id", "post"."id") = ($1, $2)`, [2]),
    where("differ in any of their values", both.ne([1, 2]), `("post"."user_id", "post"."id") != ($1, $2)`, [1, 3]),
    where("come before", both.lt([1, 2]), `("post"."user_id", "post"."id") < ($1, $2)`, [1]),
    where("come before or are equal", both.lte([1, 2]), `("post"."user_id", "post"."id") <= ($1, $2)`, [1, 2]),
    where(
      "come after",
      both.gt(tuple(value(1), value(1))),
      `("post"."user_id", "post"."id") > (cast($1 as integer), cast($2 as integer))`,
      [2, 3],
      `("post"."user_id", "post"."id") > (?, ?)`,
    ),
    where("come after or are equal", both.gte([userId, 2]), `("post"."user_id", "post"."id") >= ("post"."user_id", $1)`, [2, 3]),
    where(
      "are compared with the row of a subquery",
      both.eq(select({ a: Comment.c.userId, b: Comment.c.postId }).from(Comment).where(Comment.c.body.eq("nothing"))),
      `("post"."user_id", "post"."id") = (select "comment"."user_id" as "a", "comment"."post_id" as "b" from "comment" where "comment"."body" = $1)`,
      [],
    ),
    where(
      "are found in a list, whatever its length",
      both.in([
        [1, 1],
        [2, 3],
        [5, 5],
      ]),
      `("post"."user_id", "post"."id") in (select * from unnest($1::integer[], $2::integer[]))`,
      [1, 3],
      `("post"."user_id", "post"."id") in (select value ->> 0, value ->> 1 from json_each(?))`,
    ),
    where(
      "are missed in a list",
      tuple(id, title).notIn([
        [1, "Engines"],
        [2, "x"],
      ]),
      `("post"."id", "post"."title") not in (select * from unnest($1::integer[], $2::text[]))`,
      [2, 3],
      `("post"."id", "post"."title") not in (select value ->> 0, value ->> 1 from json_each(?))`,
    ),
    where(
      "are found in a list of expressions",
      both.in([[1, userId], tuple(value(2), value(3))]),
      `("post"."user_id", "post"."id") in (($1, "post"."user_id"), (cast($2 as integer), cast($3 as integer)))`,
      [1, 3],
      `("post"."user_id", "post"."id") in (values (?, "post"."user_id"), (?, ?))`,
    ),
    where(
      "are found among the rows of a subquery",
      both.in(
        select({ a: Post.c.userId, b: max(Post.c.id) })
          .from(Post)
          .groupBy(Post.c.userId),
      ),
      `("post"."user_id", "post"."id") in (select "post"."user_id" as "a", max("post"."id") as "b" from "post" group by "post"."user_id")`,
      [2, 3],
    ),
    where("are not found in an empty list", both.in([]), "1 = 0", []),
    where("are not missed in an empty list", both.notIn([]), "1 = 1", [1, 2, 3]),
    where(
      "are null when all of them are",
      tuple(publishedDate, Post.c.meta).isNull(),
      `("post"."published_date" is null and "post"."meta" is null)`,
      [2],
    ),
    where(
      "are not null when none of them is",
      tuple(publishedDate, Post.c.meta).isNotNull(),
      `("post"."published_date" is not null and "post"."meta" is not null)`,
      [1, 3],
    ),
    where(
      "are distinct, NULL being a value",
      tuple(id, publishedDate).isDistinctFrom([2, null]),
      `("post"."id", "post"."published_date") is distinct from ($1, $2)`,
      [1, 3],
      `("post"."id", "post"."published_date") is not (?, ?)`,
    ),
    where(
      "are not distinct, NULL being a value",
      tuple(id, publishedDate).isNotDistinctFrom([2, null]),
      `("post"."id", "post"."published_date") is not distinct from ($1, $2)`,
      [2],
      `("post"."id", "post"."published_date") is (?, ?)`,
    ),
  ])

  test("compare values as their columns' types", async () => {
    const large = tuple(Comment.c.id, Comment.c.userId)
    assert.deepEqual(await library.all(select(Comment.c.body).where(large.in([[9007199254740993n, 2]]))), ["first"])
    assert.deepEqual(await library.all(select(Comment.c.body).where(large.gt([9007199254740993n, 2]))), ["second"])
  })
})

describe("row values and comparisons with several values", () => {
  test("list rows of values that no JSON keeps on SQLite", () => {
    const { text } = onSqlite(
      select(value(1))
        .where(tuple(Sample.c.ratio, Sample.c.id).in([[0.5, 1]]))
        .from(Sample),
    )
    assert.equal(text, `select ? from "sample" where ("sample"."ratio", "sample"."id") in (values (?, ?))`)
  })

  for (const [name, make, message] of [
    [
      "a row of another length",
      () => tuple(id, userId).eq([1] as never),
      /\(post\.id, post\.user_id\) has 2 values and is compared with 1/,
    ],
    ["a row of another length in a list", () => tuple(id, userId).in([[1, 2, 3]] as never), /has 2 values and is compared with 3/],
    ["undefined in a row", () => tuple(id, userId).eq([1, undefined] as never), /undefined was compared with post\.user_id/],
    ["null in a row", () => tuple(id, userId).in([[1, null]] as never), /null was compared with post\.user_id/],
    ["a value that is no row", () => tuple(id, userId).in([1] as never), /takes lists of 2 values, not 1/],
    ["no list", () => tuple(id, userId).in(5 as never), /takes a list or a subquery/],
    ["undefined instead of a row", () => tuple(id, userId).lt(undefined as never), /is compared with a list of 2, a tuple or a subquery/],
    ["a tuple of nothing", () => (tuple as () => unknown)(), /tuple\(\) was given nothing/],
    ["a tuple of values", () => tuple(1 as never), /item 1 is 1, not an expression/],
    ["undefined in any()", () => id.eq(any([undefined as never])), /undefined was compared with post\.id beside a list/],
    ["any() of a value", () => any(5 as never), /any\(\) takes a subquery, an array or a list, not 5/],
    ["all() of an expression that is no array", () => all(id as never), /all\(\) of post\.id: it is not an array/],
  ] as const) {
    test(`refuse ${name}`, () => {
      assert.throws(make, { name: StatementError.name, message })
    })
  }

  for (const [name, condition, message] of [
    ["a subquery of another width", tuple(id, userId).in(select({ a: User.c.id }).from(User)), /takes a subquery of 2 columns, not of 1/],
    [
      "two columns beside one value",
      id.eq(any(select({ a: User.c.id, b: User.c.id }).from(User) as never)),
      /takes a subquery of one column, not of 2/,
    ],
  ] as const) {
    test(`refuse ${name}`, () => {
      assert.throws(() => onPostgres(select(id).where(condition)), { name: StatementError.name, message })
    })
  }

  test("refuse an array on SQLite whose elements JSON does not keep", () => {
    const ratios = value([0.5], numeric({ precision: 5, scale: 2, mode: "number" }).array())
    assert.throws(() => compile(select(Sample.c.ratio.eq(any(ratios))).from(Sample), sqlite), {
      name: UnsupportedError.name,
      message: /cannot be compared/,
    })
  })
})
