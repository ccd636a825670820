import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql as kyselySql } from "kysely"
import {
  caseWhen,
  count,
  currentRow,
  exists,
  jsonAgg,
  jsonBuildObject,
  lower,
  param,
  preceding,
  rowsBetween,
  select,
  sql,
  StatementError,
  sum,
  text,
  toKysely,
  window,
} from "rebis"
import { Post, User } from "./library.ts"

interface Tables {
  readonly post: { readonly id: number; readonly title: string; readonly user_id: number }
  readonly user: { readonly id: number; readonly name: string }
}
const kysely = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

describe("an expression in a query of Kysely's own", () => {
  test("is a condition", () => {
    const query = kysely
      .selectFrom("post")
      .select("post.id")
      .where(Post.c.title.eq("x").or(Post.c.id.in([1, 2])))
      .compile()
    assert.equal(query.sql, `select "post"."id" from "post" where ("post"."title" = $1 or "post"."id" = any($2::integer[]))`)
    assert.deepEqual(query.parameters, ["x", "{1,2}"])
  })

  test("is an operand, an order and a selection", () => {
    const query = kysely
      .selectFrom("post")
      .select((eb) => eb.fn("concat", [lower(Post.c.title), eb.val("!")]).as("title"))
      .select(kyselySql<string>`${lower(Post.c.title)}`.as("lower"))
      .where("post.id", "=", Post.c.userId)
      .orderBy(lower(Post.c.title))
      .compile()
    assert.equal(
      query.sql,
      `select concat(lower("post"."title"), $1) as "title", lower("post"."title") as "lower" from "post" where "post"."id" = "post"."user_id" order by lower("post"."title")`,
    )
  })

  test("may hold statements and JSON", () => {
    const query = kysely
      .selectFrom("user")
      .where(exists(select(Post).where(Post.c.userId.eq(User.c.id))))
      .select(kyselySql`${jsonBuildObject({ name: User.c.name })}`.as("json"))
      .compile()
    assert.equal(
      query.sql,
      `select json_build_object('name', "user"."name") as "json" from "user" where (exists (select 1 from "post" where "post"."user_id" = "user"."id"))`,
    )
  })

  test("may be over a window, which is written out where it stands", () => {
    const w = window("w", { partitionBy: Post.c.userId, orderBy: Post.c.id.desc() })
    const running = sum(Post.c.viewCount).over({ from: w, frame: rowsBetween(preceding(2), currentRow).exclude("ties") })
    const query = kysely
      .selectFrom("post")
      .select(kyselySql`${count().filter(Post.c.id.gt(1)).over(w)}`.as("n"))
      .select(kyselySql`${running}`.as("sum"))
      .compile()
    const definition = `partition by "post"."user_id" order by "post"."id" desc`
    assert.equal(
      query.sql,
      `select count(*) filter(where "post"."id" > $1) over (${definition}) as "n", ` +
        `sum("post"."view_count") over (${definition} rows between $2 preceding and current row exclude ties) as "sum" from "post"`,
    )
  })

  test("may be a piece of text", () => {
    assert.deepEqual(
      kysely
        .selectFrom("post")
        .selectAll()
        .where(sql<boolean>`${Post.c.id} = ${1}`)
        .compile().parameters,
      [1],
    )
  })

  test("keeps to itself beside Kysely's operators", () => {
    const query = kysely
      .selectFrom("post")
      .select((eb) => eb(Post.c.id.plus(1), "*", 2).as("n"))
      .where((eb) => eb(caseWhen(Post.c.id.gt(1), 1).else(2), "=", sql<number>`1 + 1`))
      .compile()
    assert.equal(
      query.sql,
      `select ("post"."id" + $1) * $2 as "n" from "post" where (case when "post"."id" > $3 then cast($4 as integer) else cast($5 as integer) end) = (1 + 1)`,
    )
  })

  test("is selected, grouped and ordered by name", () => {
    const query = kysely
      .selectFrom("post")
      .select([toKysely(lower(Post.c.title)).as("title"), toKysely(sum(Post.c.viewCount)).as("views")])
      .select(toKysely(count().over({ partitionBy: Post.c.userId })).as("of_user"))
      .groupBy(lower(Post.c.title))
      .orderBy(count(), "desc")
      .compile()
    assert.equal(
      query.sql,
      `select lower("post"."title") as "title", sum("post"."view_count") as "views", count(*) over (partition by "post"."user_id") as "of_user" from "post" group by lower("post"."title") order by count(*) desc`,
    )
  })

  test("has its type in Kysely's rows", () => {
    const query = kysely.selectFrom("user").select([toKysely(lower(User.c.name)).as("name"), toKysely(User.c.createdAt).as("at")])
    type Row = Awaited<ReturnType<typeof query.executeTakeFirstOrThrow>>
    const row: Row = { name: "x", at: new Date(0) }
    assert.deepEqual(Object.keys(row), ["name", "at"])
  })

  test("may be a whole select: a source, a common table expression, a list", () => {
    const recent = select({ id: Post.c.id, userId: Post.c.userId }).where(Post.c.publishedDate.gt("2025-01-01"))
    const query = kysely
      .with("recent", () => toKysely(recent))
      .selectFrom("recent")
      .innerJoin(toKysely(select({ id: User.c.id, name: lower(User.c.name) })).as("author"), "author.id", "recent.userId")
      .select(["recent.id", "author.name"])
      .where("recent.id", "in", toKysely(select(Post.c.id).limit(3)))
      .compile()
    assert.equal(
      query.sql,
      `with "recent" as (select "post"."id", "post"."user_id" as "userId" from "post" where "post"."published_date" > $1) select "recent"."id", "author"."name" from "recent" inner join (select "user"."id", lower("user"."name") as "name" from "user") as "author" on "author"."id" = "recent"."userId" where "recent"."id" in (select "post"."id" from "post" limit $2)`,
    )
    assert.deepEqual(query.parameters.map(String), ["2025-01-01", "3"])
  })

  test("may be JSON of rows", () => {
    const posts = select(jsonAgg({ title: Post.c.title }))
      .from(Post)
      .where(Post.c.userId.eq(User.c.id))
      .asScalar()
    assert.equal(
      kysely
        .selectFrom("user")
        .select(["id", toKysely(posts).as("posts")])
        .compile().sql,
      `select "id", (select coalesce(json_agg(json_build_object('title', "post"."title")), '[]'::json) from "post" where "post"."user_id" = "user"."id") as "posts" from "user"`,
    )
  })

  test("is refused where it cannot be what Kysely needs", () => {
    assert.throws(() => toKysely(select(Post) as never), /the column of "userId" is called "user_id"\n {2}hint: .*select an object/)
    assert.throws(() => toKysely(select({ author: { id: User.c.id } }) as never), StatementError)
    assert.throws(() => toKysely(undefined as never), /toKysely\(\) takes an expression or a select/)
    assert.throws(() => kysely.selectFrom("post").where(Post.c.title.eq(param("title", text()))), /parameter "title" has no value here/)
  })
})
