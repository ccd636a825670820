import assert from "node:assert/strict"
import { test } from "node:test"
import {
  DummyDriver,
  expressionBuilder,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql as kyselySql,
} from "kysely"
import {
  bigint,
  compile,
  count,
  exists,
  fromKysely,
  insert,
  integer,
  lower,
  prepared,
  select,
  sql,
  StatementError,
  text,
  timestamptz,
  toKysely,
  update,
  value,
  ValueError,
} from "rebis"
import { postgres } from "../../src/dialects/postgres/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { Comment, openLibrary, Post, sharedLibrary, User } from "./library.ts"
import { testCases } from "./statement-case.ts"

interface Tables {
  readonly post: { readonly id: number; readonly title: string; readonly user_id: number; readonly view_count: number }
  readonly user: { readonly id: number; readonly name: string; readonly created_at: Date }
}
/** Builds queries and runs none. */
const kysely = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})
const eb = expressionBuilder<Tables, "post" | "user">()
const perUser = fromKysely(
  kysely
    .selectFrom("post")
    .select(["user_id", (e) => e.fn.countAll<bigint>().as("n")])
    .where("view_count", ">", 6)
    .groupBy("user_id"),
)
const counted = perUser.as("counted", { user_id: integer(), n: bigint() })
const created = new Date("2025-03-01T10:00:00.000Z")

forEachDatabase("Kysely in our statements", (database) => {
  const library = sharedLibrary(database)

  testCases(database, library, [
    {
      name: "an expression is a condition and an item of a select",
      statement: select({ id: Post.c.id, size: fromKysely(kyselySql<number>`length(${eb.ref("post.title")})`, integer()) })
        .from(Post)
        .where(fromKysely(eb("post.title", "like", "%s").and("post.view_count", ">", 5)), Post.c.id.lt(3))
        .orderBy(Post.c.id.asc()),
      text: `select "post"."id", length("post"."title") as "size" from "post" where ("post"."title" like $1 and "post"."view_count" > $2) and "post"."id" < $3 order by "post"."id" asc`,
      parameters: ["%s", 5, 3],
      rows: [
        { id: 1, size: 7 },
        { id: 2, size: 5 },
      ],
    },
    {
      name: "a condition keeps to itself beside others",
      statement: select(Post.c.id)
        .where(fromKysely(eb.or([eb("post.id", "=", 1), eb("post.id", "=", 3)])), Post.c.userId.eq(2))
        .orderBy(Post.c.id.asc()),
      text: `select "post"."id" from "post" where ("post"."id" = $1 or "post"."id" = $2) and "post"."user_id" = $3 order by "post"."id" asc`,
      rows: [3],
    },
    {
      name: "values in it are encoded as others are",
      statement: select(User.c.name).where(fromKysely(eb("user.created_at", "=", created)), User.c.id.eq(1)),
      text: `select "user"."name" from "user" where "user"."created_at" = $1 and "user"."id" = $2`,
      parameters: ["2025-03-01T10:00:00.000Z", 1],
      rows: ["Ada"],
    },
    {
      name: "what is ours in what is Kysely's is spelled for the database",
      statement: select(User.c.name)
        .where(
          fromKysely(
            eb.and([
              eb(User.c.id.in([1, 2]), "=", eb.lit(true)),
              eb.exists(toKysely(select({ id: Post.c.id }).where(Post.c.userId.eq(User.c.id), Post.c.title.ilike("F%")))),
            ]),
          ),
        )
        .orderBy(User.c.id.asc()),
      text: `select "user"."name" from "user" where (("user"."id" = any($1::integer[])) = true and exists (select "post"."id" from "post" where "post"."user_id" = "user"."id" and "post"."title" ilike $2)) order by "user"."id" asc`,
      sqlite: `select "user"."name" from "user" where (("user"."id" in (select value from json_each(?))) = true and exists (select "post"."id" from "post" where "post"."user_id" = "user"."id" and lower("post"."title") like lower(?) escape '\\')) order by "user"."id" asc`,
      rows: ["Bob"],
    },
    {
      name: "a query is a list that a value is in",
      statement: select(User.c.name)
        .where(User.c.id.in(fromKysely(kysely.selectFrom("post").select("user_id").where("title", "=", "Fish"))))
        .orderBy(User.c.id.asc()),
      text: `select "user"."name" from "user" where "user"."id" in (select "user_id" from "post" where "title" = $1) order by "user"."id" asc`,
      rows: ["Bob"],
    },
    {
      name: "a query is a scalar subquery of a type",
      statement: select({
        id: User.c.id,
        n: fromKysely(
          kysely
            .selectFrom("post")
            .select((e) => e.fn.countAll().as("n"))
            .whereRef("user_id", "=", "user.id" as never),
          integer(),
        ),
      })
        .from(User)
        .orderBy(User.c.id.asc()),
      text: `select "user"."id", (select count(*) as "n" from "post" where "user_id" = "user"."id") as "n" from "user" order by "user"."id" asc`,
      rows: [
        { id: 1, n: 2 },
        { id: 2, n: 1 },
        { id: 3, n: 0 },
      ],
    },
    {
      name: "a query stands in FROM with the types of its columns",
      statement: select({ name: User.c.name, n: counted.c.n })
        .from(User)
        .leftJoin(counted, counted.c.user_id.eq(User.c.id))
        .orderBy(User.c.id.asc()),
      text: `select "user"."name", "counted"."n" from "user" left join (select "user_id", count(*) as "n" from "post" where "view_count" > $1 group by "user_id") as "counted" on "counted"."user_id" = "user"."id" order by "user"."id" asc`,
      parameters: [6],
      rows: [
        { name: "Ada", n: 2n },
        { name: "Bob", n: null },
        { name: "Cy", n: null },
      ],
    },
    {
      name: "a query stands in FROM as rows of a model",
      statement: select(fromKysely(kysely.selectFrom("post").selectAll().where("title", "like", "N%")).as("mine", Post)),
      text: `select "mine"."id", "mine"."title", "mine"."user_id", "mine"."view_count", "mine"."meta", "mine"."published_date" from (select * from "post" where "title" like $1) as "mine"`,
      rows: [{ id: 2, title: "Notes", userId: 1, viewCount: 20, meta: null, publishedDate: null }],
    },
    {
      name: "a query is a statement, whose rows are read by declared types",
      statement: fromKysely(kysely.selectFrom("user").select(["created_at", "name"]).where("id", "=", 2)).rows({
        name: text(),
        created_at: timestamptz(),
      }),
      text: `select "created_at", "name" from "user" where "id" = $1`,
      rows: [{ name: "Bob", created_at: created }],
    },
    {
      name: "a query stands in text",
      statement: sql`select name from ${User} where id in (${kysely.selectFrom("post").select("user_id").where("id", "=", 3)})`.returns(
        text(),
      ),
      text: `select name from "user" where id in (select "user_id" from "post" where "id" = $1)`,
      rows: ["Bob"],
    },
  ])

  test("an expression is a value to write", async () => {
    const fresh = await openLibrary(database)
    await fresh.all(
      update(Post)
        .set({ title: kyselySql<string>`upper(${eb.ref("title")})` as never })
        .where(Post.c.id.eq(3)),
    )
    await fresh.all(insert(Comment).values({ postId: 3, userId: 1, body: kyselySql`lower(${"LOUD"})` as never }))
    assert.deepEqual(await fresh.all(select(Post.c.title).where(Post.c.id.eq(3))), ["FISH"])
    assert.deepEqual(await fresh.all(select(Comment.c.body).where(Comment.c.postId.eq(3))), ["loud"])
  })

  test("a query with parameters of ours is prepared", async () => {
    const longer = prepared({ than: integer() }, (p) =>
      select(Post.c.id)
        .where(fromKysely(eb(eb.fn("length", [lower(Post.c.title)]), ">", value(4))), Post.c.id.gt(p.than))
        .orderBy(Post.c.id.asc()),
    )
    assert.deepEqual(await library.all(longer({ than: 0 })), [1, 2])
    assert.deepEqual(await library.all(longer({ than: 1 })), [2])
  })

  test("lists and objects among its values are arrays and JSON", async () => {
    const compiled = compile(
      select(count())
        .from(Post)
        .where(
          fromKysely(
            kyselySql<boolean>`${[1, 2]} is not null and ${{ a: [1] }} is not null and ${["a", null]} is not null and ${[{ b: 1n.toString() }]} is not null`,
          ),
        ),
      postgres,
    )
    assert.deepEqual(compiled.parameters, ["{1,2}", '{"a":[1]}', '{"a",NULL}', '[{"b":"1"}]'])
  })

  test("is never taken for a pure read", () => {
    assert.equal(compile(select(Post).where(fromKysely(eb("post.id", "=", 1))), postgres).effect, "unknown")
    assert.equal(
      compile(select(Post).where(Post.c.userId.in(fromKysely(kysely.selectFrom("post").select("user_id")))), postgres).effect,
      "unknown",
    )
    assert.equal(compile(select(exists(select(counted))), postgres).effect, "unknown")
  })

  test("what is neither an expression nor a query is refused", () => {
    assert.throws(() => fromKysely(undefined as never), StatementError)
    assert.throws(() => fromKysely("select 1" as never), /fromKysely\(\) takes a query or an expression/)
    assert.throws(() => perUser.as("x", undefined as never), /takes a model or the types of columns/)
    assert.throws(
      () =>
        compile(
          select(count())
            .from(Post)
            .where(fromKysely(kyselySql<boolean>`${new Date(Number.NaN)} is null`)),
          postgres,
        ),
      ValueError,
    )
    assert.throws(
      () =>
        compile(
          select(count())
            .from(Post)
            .where(fromKysely(kyselySql<boolean>`${new Map()} is null`)),
          postgres,
        ),
      /a value of the Kysely query/,
    )
  })
})
