import assert from "node:assert/strict"
import { before, beforeEach, describe, test } from "node:test"
import { aliased, coalesce, compile, count, insert, max, select, sql, StatementError, text, value } from "rebis"
import { postgres } from "../../src/dialects/postgres/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { type Library, openLibrary, Post, Stamped, Tag, User, users } from "./library.ts"
import { onPostgres, onSqlite } from "./statement-case.ts"

const author = { email: User.c.email.concat("!"), name: User.c.name }

forEachDatabase("insert from a query", (database) => {
  let library: Library
  before(async () => {
    library = await openLibrary(database, false)
  })
  beforeEach(async () => {
    for (const table of ["post", "user", "stamped", "tag"]) await library.all(sql`delete from ${sql.identifier(table)}`)
    await library.all(insert(User).values(users))
  })

  test("stores the rows of the query and gives what it is asked for", async () => {
    const statement = insert(User)
      .from(
        select({ id: User.c.id.plus(10), ...author, createdAt: User.c.createdAt })
          .where(User.c.id.lt(3))
          .orderBy(User.c.id),
      )
      .returning()
    const made = await library.all(statement)
    assert.ok(made[0] instanceof User)
    assert.deepEqual(
      made.map(({ email, name, nickname, createdAt }) => [email, name, nickname, createdAt]),
      users.slice(0, 2).map(({ email, name, createdAt }) => [`${email}!`, name, null, createdAt]),
    )
    const columns = ["id", "email", "name", "nickname", "created_at"].map((column) => `"user"."${column}"`).join(", ")
    const sent = `insert into "user" ("id", "email", "name", "created_at") select "user"."id" + $1 as "id", "user"."email" || $2 as "email", "user"."name", "user"."created_at" as "createdAt" from "user" where "user"."id" < $3 order by "user"."id" returning ${columns}`
    assert.equal(onPostgres(statement).text, sent)
    assert.equal(onSqlite(statement).text, sent.replaceAll(/\$\d/g, "?"))
  })

  test("takes groups, joins and values", async () => {
    await library.all(
      insert(Post).values([
        { title: "a", userId: 1 },
        { title: "b", userId: 1 },
      ]),
    )
    const rows = await library.all(
      insert(Post)
        .from(
          select({ title: coalesce(max(Post.c.title), "none"), userId: User.c.id, viewCount: count(Post.c.id) })
            .from(User)
            .leftJoin(User.posts)
            .where(User.c.id.lt(3))
            .groupBy(User.c.id)
            .having(count(Post.c.id).gt(0)),
        )
        .returning({ title: Post.c.title, userId: Post.c.userId, viewCount: Post.c.viewCount }),
    )
    assert.deepEqual(rows, [{ title: "b", userId: 1, viewCount: 2 }])
  })

  test("takes set operations", async () => {
    const names = select({ label: User.c.name }).where(User.c.id.lt(3))
    const mails = select({ label: User.c.email }).where(User.c.id.eq(3))
    await library.all(insert(Tag).from(names.unionAll(mails)))
    const again = insert(Tag).from(names.unionAll(mails).orderBy("label").limit(2)).onConflict([Tag.c.label]).doNothing()
    assert.deepEqual(await library.all(again.returning()), [])
    assert.deepEqual((await library.all(select(Tag.c.label).orderBy(Tag.c.id))).toSorted(), ["Ada", "Bob", "cy@example.com"])
  })

  test("takes common table expressions", async () => {
    const early = select({ label: User.c.name }).where(User.c.id.lt(3)).cte("early")
    const rows = await library.all(
      insert(Tag)
        .from(select({ label: early.c.label }).orderBy(early.c.label))
        .onConflict([Tag.c.label])
        .doNothing()
        .returning(Tag.c.label),
    )
    assert.deepEqual(rows, ["Ada", "Bob"])
  })

  test("takes values without a table", async () => {
    assert.deepEqual(
      await library.all(
        insert(Tag)
          .from(select({ label: value("x") }))
          .returning(Tag.c.label),
      ),
      ["x"],
    )
  })

  test("meets a conflict", async () => {
    const { email, name } = User.c
    const other = aliased(User, "other")
    for (const query of [
      select({ email, name: name.concat("+") }).from(User),
      select({ email, name: name.concat("+") }).where(User.c.id.gt(0)),
      select({ email, name: name.concat("+") })
        .from(User)
        .join(other, other.c.id.eq(User.c.id)),
      select({ email, name: name.concat("+") })
        .orderBy(User.c.id)
        .limit(2),
    ]) {
      const statement = insert(User)
        .from(query)
        .onConflict([User.c.email])
        .doUpdate((excluded) => ({ name: excluded.name }))
        .returning(User.c.name)
      assert.match((await library.all(statement))[0]!, /^Ada\++$/)
    }
    assert.deepEqual(await library.all(insert(User).from(select({ email, name })).onConflict().doNothing().returning()), [])
  })

  test("takes all columns of a model", async () => {
    const copy = await library.all(
      insert(User)
        .from(select(User).where(User.c.id.eq(1)))
        .onConflict()
        .doNothing()
        .returning(),
    )
    assert.deepEqual(copy, [])
    await library.all(sql`delete from ${User}`)
    await library.all(insert(Tag).values({ id: 7, label: "kept" }))
    await library.all(
      insert(Tag)
        .from(select(Tag))
        .onConflict([Tag.c.id])
        .doUpdate((excluded) => ({ label: excluded.label.concat("2") })),
    )
    assert.deepEqual(await library.all(select(Tag.c.label)), ["kept2"])
  })

  test("takes what the application would compute, when it is selected", async () => {
    const rows = await library.all(
      insert(Stamped)
        .from(select({ serial: User.c.email, name: value(null, text()) }).where(User.c.id.eq(1)))
        .returning({ serial: Stamped.c.serial, by: Stamped.c.changedBy }),
    )
    assert.deepEqual(rows, [{ serial: "ada@example.com", by: null }])
  })
})

describe("insert from a query", () => {
  const email = User.c.email

  test("says WHERE before ON CONFLICT where the database asks for it", () => {
    const statement = insert(Tag)
      .from(select({ label: email }))
      .onConflict([Tag.c.label])
      .doNothing()
    assert.equal(
      onPostgres(statement).text,
      `insert into "tag" ("label") select "user"."email" as "label" from "user" on conflict ("label") do nothing`,
    )
    assert.equal(
      onSqlite(statement).text,
      `insert into "tag" ("label") select "user"."email" as "label" from "user" where true on conflict ("label") do nothing`,
    )
    const narrowed = insert(Tag)
      .from(select({ label: email }).where(User.c.id.gt(1)))
      .onConflict()
      .doNothing()
    assert.match(onSqlite(narrowed).text, /where "user"\."id" > \? on conflict do nothing$/)
  })

  test("writes, whatever the query does, and keeps what is unknown of it", () => {
    assert.equal(compile(insert(Tag).from(select({ label: email })), postgres).effect, "write")
    assert.equal(compile(insert(Tag).from(select({ label: sql<string>`f(1)`.returns(text()) })), postgres).effect, "unknown")
  })

  for (const [name, make, message] of [
    [
      "a column that the model has not",
      () => insert(Tag).from(select({ label: email, lable: email }) as never),
      /insert into tag from a query: there is no column "lable"\n.*its columns are id, label/,
    ],
    ["a column that every object has", () => insert(Tag).from(select({ constructor: email }) as never), /there is no column "constructor"/],
    [
      "an expression without a name",
      () => insert(Tag).from(select(count()).from(User) as never),
      /count\(\*\) has no name\n.*select an object/,
    ],
    ["nested objects", () => insert(Tag).from(select({ label: { email } }) as never), /"label" must be an expression/],
    ["entities among columns", () => insert(Tag).from(select({ label: User }) as never), /"label" must be an expression/],
    [
      "a query without what the application computes",
      () => insert(Stamped).from(select({ name: email })),
      /insert into stamped from a query: "serial" is computed by the application for each row, which it does not see\n.*give a value for "serial" too/,
    ],
    ["what is no query", () => insert(Tag).from({ label: "x" } as never), /from\(\) takes a query, not \[object Object\]/],
    ["a model", () => insert(Tag).from(User as never), /from\(\) takes a query, not user/],
    [
      "a write",
      () => insert(Tag).from(insert(User).values({ email: "a", name: "b" }) as never),
      /from\(\) takes a query, and this statement writes/,
    ],
    ["nothing", () => insert(Tag).from(undefined as never), /from\(\) takes a query, not undefined/],
    [
      "rows beside a query",
      () => (insert(Tag).from(select({ label: email })) as never as { values(row: object): void }).values({ label: "x" }),
      /insert into tag has the rows of a query already/,
    ],
    [
      "a query beside rows",
      () => (insert(Tag).values({ label: "x" }) as never as { from(query: object): void }).from(select({ label: email })),
      /insert into tag has rows already/,
    ],
    [
      "the table's own columns in its values",
      () => onPostgres(insert(Tag).values({ label: Tag.c.label })),
      /column tag\.label is used, but tag is not in FROM/,
    ],
  ] as const) {
    test(`refuses ${name}`, () => assert.throws(make, { name: StatementError.name, message }))
  }
})
