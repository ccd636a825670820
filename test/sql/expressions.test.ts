import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { and, compile, type Expr, not, or, select, StatementError, ValueError } from "rebis"
import { postgres } from "../../src/dialects/postgres/index.ts"
import { sqlite } from "../../src/dialects/sqlite/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { Comment, Post, Reading, sharedLibrary, User } from "./library.ts"
import { onPostgres, type StatementCase, testCases } from "./statement-case.ts"

const { id, title, viewCount, publishedDate, userId } = Post.c

/** The ids of posts for which a condition holds. */
function where(
  name: string,
  condition: Expr<boolean | null, any>,
  text: string,
  ids: readonly number[],
  sqliteText?: string,
): StatementCase {
  return {
    name,
    statement: select(id).where(condition).orderBy(id.asc()),
    text: `select "post"."id" from "post" where ${text} order by "post"."id" asc`,
    ...(sqliteText === undefined ? {} : { sqlite: `select "post"."id" from "post" where ${sqliteText} order by "post"."id" asc` }),
    rows: ids,
  }
}
function gives(
  name: string,
  expression: Expr<any, any>,
  text: string,
  value: unknown,
  sqliteText = text.replaceAll(/\$\d+/g, "?"),
): StatementCase {
  return {
    name,
    statement: select(expression).from(Post).where(id.eq(1)),
    text: `select ${text} from "post" where "post"."id" = $${1 + [...text.matchAll(/\$\d+/g)].length}`,
    sqlite: `select ${sqliteText} from "post" where "post"."id" = ?`,
    rows: [value],
  }
}

forEachDatabase("expressions", (database) => {
  const library = sharedLibrary(database)

  testCases(database, library, [
    where("compare for equality", title.eq("Notes"), `"post"."title" = $1`, [2]),
    where("compare for difference", title.ne("Notes"), `"post"."title" != $1`, [1, 3]),
    where(
      "compare for order",
      and(id.gt(1), id.gte(2), id.lt(3), id.lte(2)),
      `("post"."id" > $1 and "post"."id" >= $2 and "post"."id" < $3 and "post"."id" <= $4)`,
      [2],
    ),
    where("compare columns", id.eq(userId), `"post"."id" = "post"."user_id"`, [1]),
    where(
      "find a range, both ends included",
      viewCount.between(5, 10),
      `("post"."view_count" >= $1 and "post"."view_count" <= $2)`,
      [1, 3],
    ),
    where("find null", publishedDate.isNull(), `"post"."published_date" is null`, [2]),
    where("find what is not null", publishedDate.isNotNull(), `"post"."published_date" is not null`, [1, 3]),
    where(
      "take null for a value that equals itself",
      publishedDate.isNotDistinctFrom(null),
      `"post"."published_date" is not distinct from $1`,
      [2],
      `"post"."published_date" is ?`,
    ),
    where(
      "take null for a value that differs",
      publishedDate.isDistinctFrom("2025-01-02"),
      `"post"."published_date" is distinct from $1`,
      [2, 3],
      `"post"."published_date" is not ?`,
    ),
    where(
      "look for a value in a list",
      id.in([1, 3, 5]),
      `"post"."id" = any($1::integer[])`,
      [1, 3],
      `"post"."id" in (select value from json_each(?))`,
    ),
    where(
      "look for a value outside of a list",
      id.notIn([1, 3]),
      `"post"."id" <> all($1::integer[])`,
      [2],
      `"post"."id" not in (select value from json_each(?))`,
    ),
    where("find nothing in an empty list", id.in([]), `1 = 0`, []),
    where("find everything outside of an empty list", id.notIn([]), `1 = 1`, [1, 2, 3]),
    where("take expressions in a list", id.in([userId, 3]), `"post"."id" in ("post"."user_id", $1)`, [1, 3]),
    where("find nothing in an empty list, whatever null says", publishedDate.in([]).not(), `not (1 = 0)`, [1, 2, 3]),
    where("match a pattern", title.like("%s"), `"post"."title" like $1 escape '\\'`, [1, 2]),
    where("match no pattern", title.notLike("%s"), `"post"."title" not like $1 escape '\\'`, [3]),
    where("match in any case", title.ilike("eNG%"), `"post"."title" ilike $1`, [1], `lower("post"."title") like lower(?) escape '\\'`),
    where(
      "match not even in any case",
      title.notIlike("eNG%"),
      `"post"."title" not ilike $1`,
      [2, 3],
      `lower("post"."title") not like lower(?) escape '\\'`,
    ),
    where(
      "group alternatives",
      or(id.eq(1), id.eq(2)).and(userId.eq(1)),
      `(("post"."id" = $1 or "post"."id" = $2) and "post"."user_id" = $3)`,
      [1, 2],
    ),
    where("negate", not(or(id.eq(1), id.eq(2))), `not ("post"."id" = $1 or "post"."id" = $2)`, [3]),
    where("negate a pattern", title.like("%s").not(), `not ("post"."title" like $1 escape '\\')`, [3]),
    where("compare conditions", id.gt(1).eq(userId.gt(1)), `("post"."id" > $1) = ("post"."user_id" > $2)`, [1, 3]),
    gives("add", viewCount.plus(5), `"post"."view_count" + $1`, 15),
    gives("keep the order of operations", viewCount.plus(5).times(2).minus(id), `(("post"."view_count" + $1) * $2) - "post"."id"`, 29),
    gives("divide whole numbers to whole numbers", viewCount.dividedBy(4), `"post"."view_count" / $1`, 2),
    gives("give the remainder", viewCount.modulo(4), `"post"."view_count" % $1`, 2),
    gives("join text", title.concat("!").concat(title), `("post"."title" || $1) || "post"."title"`, "Engines!Engines"),
    gives("give true", id.eq(1), `"post"."id" = $1`, true),
    gives(
      "give null for a comparison with null",
      publishedDate.eq(select(publishedDate).where(id.eq(2)).asScalar()),
      `"post"."published_date" = (select "post"."published_date" from "post" where "post"."id" = $1)`,
      null,
    ),
    {
      name: "find large whole numbers",
      statement: select(Comment.c.id).where(Comment.c.id.in([9007199254740993n, 1n])),
      text: `select "comment"."id" from "comment" where "comment"."id" = any($1::bigint[])`,
      sqlite: `select "comment"."id" from "comment" where "comment"."id" in (select value from json_each(?))`,
      rows: [9007199254740993n],
    },
    {
      name: "compare a short column with a long text",
      statement: select(User.c.id).where(User.c.nickname.ne("much longer than eight"), User.c.nickname.notLike("%something that is long%")),
      text: `select "user"."id" from "user" where "user"."nickname" != $1 and "user"."nickname" not like $2 escape '\\'`,
      rows: [1, 3],
    },
  ])
})

describe("expressions", () => {
  const statements = [
    ["undefined", () => title.eq(undefined as never), /undefined was compared with post\.title/],
    ["null", () => title.eq(null as never), /null was compared with post\.title\n.*isNull\(\)/],
    ["undefined as a bound", () => id.between(1, undefined as never), /undefined was compared with post\.id/],
    ["undefined in a list", () => id.in([1, undefined as never]), /undefined was compared with post\.id in a list/],
    ["null in a list", () => id.in([1, null as never]), /null was compared with post\.id in a list/],
    ["no list at all", () => id.in(undefined as never), /undefined was compared with post\.id/],
    ["a value for a list", () => id.in(1 as never), /in\(\) of post\.id takes a list or a subquery/],
    ["undefined as text", () => title.contains(undefined as never), /undefined was compared with post\.title/],
    ["a number as text", () => title.startsWith(1 as never), /is searched for text, not for number/],
    ["undefined in arithmetic", () => id.plus(undefined as never), /undefined was compared with post\.id/],
    ["undefined among conditions", () => and(id.eq(1), undefined as never), /condition 2 of and is undefined/],
    ["a value among conditions", () => id.eq(1).or(true as never), /condition 2 of or is true/],
    ["no condition", () => and(), /and\(\) was given no condition/],
  ] as const
  for (const [name, make, message] of statements) test(`refuse ${name}`, () => assert.throws(make, { name: StatementError.name, message }))

  const values = [
    ["NaN for a whole number", () => id.eq(Number.NaN), /post\.id: integer cannot hold NaN/],
    ["a fraction for a whole number", () => id.gt(1.5), /post\.id/],
    ["a whole number that is too large", () => id.eq(2 ** 31), /post\.id/],
    ["a bigint that is too large", () => Comment.c.id.eq(2n ** 63n), /comment\.id/],
    ["NUL in text", () => title.eq("a\0b"), /post\.title.*NUL/],
    ["NUL in a pattern", () => title.contains("a\0b"), /post\.title.*NUL/],
    ["half of a surrogate pair", () => title.eq("\ud800"), /post\.title/],
    ["an invalid Date", () => User.c.createdAt.lt(new Date(Number.NaN)), /user\.created_at/],
    ["an unknown label of an enum", () => Reading.c.mood.eq("glad" as never), /reading\.mood/],
    ["text for a number", () => id.eq("1" as never), /post\.id/],
    ["a value of a list", () => id.in([1, Number.NaN]), /post\.id in a list/],
  ] as const
  for (const dialect of [postgres, sqlite]) {
    for (const [name, make, message] of values) {
      test(`refuse ${name} (${dialect.title})`, () => {
        assert.throws(() => compile(select({ found: make() }).from(Post, User, Comment, Reading), dialect), {
          name: ValueError.name,
          message,
        })
      })
    }
  }

  test("text of the statement does not depend on the length of a list", () => {
    assert.equal(onPostgres(select(id).where(id.in([1]))).text, onPostgres(select(id).where(id.in([1, 2, 3]))).text)
  })
})
