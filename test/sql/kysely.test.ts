import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql as kyselySql } from "kysely"
import { count, currentRow, exists, jsonBuildObject, lower, preceding, rowsBetween, select, sql, sum, window } from "rebis"
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
      `select json_build_object('name', "user"."name") as "json" from "user" where exists (select 1 from "post" where "post"."user_id" = "user"."id")`,
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
})
