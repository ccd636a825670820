import assert from "node:assert/strict"
import { before, beforeEach, describe, test } from "node:test"
import {
  aliased,
  ArgumentError,
  compile,
  count,
  insert,
  jsonBuildObject,
  jsonNull,
  lower,
  select,
  sql,
  StatementError,
  UniqueViolationError,
  UnsupportedError,
  update,
  value,
  ValueError,
} from "rebis"
import { postgres } from "../../src/dialects/postgres/index.ts"
import { sqlite } from "../../src/dialects/sqlite/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { type Library, openLibrary, Post, posts, Stamped, User } from "./library.ts"
import { onPostgres, onSqlite, plain } from "./statement-case.ts"

const userColumns = ["id", "email", "name", "nickname", "created_at"].map((column) => `"user"."${column}"`).join(", ")

forEachDatabase("insert", (database) => {
  let library: Library
  before(async () => {
    library = await openLibrary(database, false)
  })
  beforeEach(async () => {
    for (const table of ["comment", "post", "user", "stamped"]) await library.all(sql`delete from ${sql.identifier(table)}`)
  })

  test("gives nothing back unless it is asked to", async () => {
    assert.deepEqual(await library.all(insert(User).values({ email: "a", name: "A" })), [])
    assert.equal(await library.one(select(count()).from(User)), 1)
  })

  test("gives entities with what the database filled in", async () => {
    const [a, b] = await library.all(
      insert(User)
        .values([
          { email: "a", name: "A" },
          { email: "b", name: "B" },
        ])
        .returning(),
    )
    assert.ok(a instanceof User && b instanceof User)
    assert.equal(typeof a.id, "number")
    assert.ok(a.createdAt instanceof Date)
    assert.deepEqual([b.name, b.nickname], ["B", null])
  })

  test("gives any item of the rows", async () => {
    const rows = await library.all(
      insert(User)
        .values({ email: "a", name: "A" })
        .returning({ who: { mail: User.c.email }, upper: lower(User.c.name), json: jsonBuildObject({ name: User.c.name }) }),
    )
    assert.deepEqual(rows, [{ who: { mail: "a" }, upper: "a", json: { name: "A" } }])
    assert.deepEqual(await library.all(insert(User).values({ email: "b", name: "B" }).returning(User.c.email)), ["b"])
  })

  test("takes expressions for values", async () => {
    const row = await library.one(
      insert(User)
        .values({ email: lower(value("A@B")), name: sql<string>`upper(${"x"})`, nickname: select(value("n")).asScalar() })
        .returning({ email: User.c.email, name: User.c.name, nickname: User.c.nickname }),
    )
    assert.deepEqual(row, { email: "a@b", name: "X", nickname: "n" })
  })

  test("tells SQL's null from JSON's", async () => {
    await library.all(insert(User).values({ id: 1, email: "a", name: "A" }))
    const values = [{ tags: ["x"] }, null, jsonNull] as const
    await library.all(
      insert(Post).values(values.map((meta, index) => ({ id: index + 1, title: "t", userId: 1, meta: meta as { tags: string[] } | null }))),
    )
    assert.deepEqual(await library.all(select(Post.c.id).where(Post.c.meta.isNull())), [2])
    assert.deepEqual(await library.all(select(Post.c.meta).orderBy(Post.c.id)), values)
  })

  test("takes the defaults of what is left out or undefined", async () => {
    const row = await library.one(
      insert(Post)
        .values({
          title: "t",
          userId: (await library.one(insert(User).values({ email: "a", name: "A" }).returning())).id,
          ...({ viewCount: undefined } as object),
        })
        .returning(),
    )
    assert.equal(row.viewCount, 0)
  })

  test("takes defaults for single rows of several", async () => {
    await library.all(insert(User).values({ id: 1, email: "a", name: "A" }))
    const rows = await library.all(
      insert(Post)
        .values([
          { title: "a", userId: 1 },
          { title: "b", userId: 1, viewCount: 7 },
          { title: "c", userId: 1 },
        ])
        .returning({ title: Post.c.title, views: Post.c.viewCount }),
    )
    assert.deepEqual(rows, [
      { title: "a", views: 0 },
      { title: "b", views: 7 },
      { title: "c", views: 0 },
    ])
  })

  test("computes what the application says", async () => {
    const rows = await library.all(
      insert(Stamped)
        .values([{ name: "a" }, { name: "b", serial: "own" }, { name: "c" }])
        .returning(Stamped.c.serial),
    )
    assert.match(rows[0]!, /^s\d+$/)
    assert.equal(rows[1], "own")
    assert.notEqual(rows[0], rows[2])
  })

  test("computes it anew each time that the statement runs", async () => {
    const statement = insert(Stamped).defaultValues().returning(Stamped.c.serial)
    assert.notEqual(await library.one(statement), await library.one(statement))
  })

  test("inserts a row of defaults", async () => {
    const row = await library.one(insert(Stamped).values({}).returning())
    assert.deepEqual([row.name, row.changedBy], [null, null])
  })

  test("fails where a row is there", async () => {
    await library.all(insert(User).values({ email: "a", name: "A" }))
    await assert.rejects(library.all(insert(User).values({ email: "a", name: "B" })), UniqueViolationError)
  })

  test("leaves a row alone that is there", async () => {
    const statement = insert(User).values({ email: "a", name: "A" }).onConflict([User.c.email]).doNothing().returning(User.c.email)
    assert.deepEqual(await library.all(statement), ["a"])
    assert.deepEqual(await library.all(statement), [])
    assert.deepEqual(await library.all(insert(User).values({ email: "a", name: "A" }).onConflict().doNothing().returning()), [])
  })

  test("updates a row that is there", async () => {
    await library.all(
      insert(User).values([
        { email: "a", name: "A" },
        { email: "b", name: "B" },
      ]),
    )
    const rows = await library.all(
      insert(User)
        .values([
          { email: "a", name: "A2" },
          { email: "c", name: "C" },
        ])
        .onConflict([User.c.email])
        .doUpdate((excluded) => ({ name: User.c.name.concat(excluded.name), nickname: "again" }))
        .returning({ name: User.c.name, nickname: User.c.nickname }),
    )
    assert.deepEqual(rows, [
      { name: "AA2", nickname: "again" },
      { name: "C", nickname: null },
    ])
  })

  test("updates only rows for which a condition holds", async () => {
    await library.all(
      insert(User).values([
        { email: "a", name: "A" },
        { email: "b", name: "B" },
      ]),
    )
    const upsert = insert(User)
      .values([
        { email: "a", name: "A2" },
        { email: "b", name: "B2" },
      ])
      .onConflict([User.c.email])
    assert.deepEqual(
      await library.all(upsert.doUpdate((excluded) => ({ name: excluded.name }), { where: User.c.name.eq("B") }).returning(User.c.name)),
      ["B2"],
    )
    assert.deepEqual(
      await library.all(upsert.doUpdate({ name: "x" }, { where: (excluded) => excluded.email.eq("a") }).returning(User.c.email)),
      ["a"],
    )
  })

  test("computes what the application says on an update", async () => {
    await library.all(insert(Stamped).values({ id: 1, name: "a" }))
    const row = await library.one(
      insert(Stamped)
        .values({ id: 1, name: "b" })
        .onConflict([Stamped.c.id])
        .doUpdate((excluded) => ({ name: excluded.name }))
        .returning({ name: Stamped.c.name, by: Stamped.c.changedBy }),
    )
    assert.deepEqual(row, { name: "b", by: "application" })
  })

  test(
    "takes the name of a constraint",
    { skip: database.capabilities.nativeTypes ? false : `${database.name} cannot name a constraint in ON CONFLICT` },
    async () => {
      const statement = insert(User).values({ email: "a", name: "A" }).onConflict("user_email_key").doNothing()
      await library.all(statement)
      await library.all(statement)
      assert.equal(await library.one(select(count()).from(User)), 1)
    },
  )

  test("meets an index of expressions", async () => {
    await library.all(sql`create unique index if not exists user_lower on ${User} (lower(email), (name || '!'))`)
    const statement = insert(User)
      .values({ email: "A", name: "N" })
      .onConflict([lower(User.c.email), User.c.name.concat("!")])
      .doUpdate((excluded) => ({ email: excluded.email }))
      .returning(User.c.email)
    await library.all(insert(User).values({ email: "a", name: "N" }))
    assert.deepEqual(await library.all(statement), ["A"])
    assert.match(
      onPostgres(statement).text,
      / on conflict \(\(lower\("email"\)\), \("name" \|\| '!'\)\) do update set "email" = "excluded"\."email" returning/,
    )
    await library.all(sql`drop index user_lower`)
  })

  test("meets a partial index by its condition", async () => {
    await library.all(sql`create unique index if not exists one_nickname on ${User} (nickname) where name = 'N'`)
    const statement = insert(User)
      .values({ email: value("m").concat(sql<string>`cast((select count(*) from ${User}) as text)`), name: "N", nickname: "same" })
      .onConflict([User.c.nickname], { where: User.c.name.eq("N") })
      .doUpdate((excluded) => ({ email: excluded.email }))
      .returning(User.c.email)
    assert.deepEqual([await library.one(statement), await library.one(statement)], ["m0", "m1"])
  })

  test("keeps every row of many", async () => {
    const rows = Array.from({ length: 500 }, (_, index) => ({ email: `m${index}`, name: `n${index}` }))
    assert.equal((await library.all(insert(User).values(rows).returning(User.c.id))).length, 500)
    assert.deepEqual(plain(posts.length), 3)
  })
})

describe("insert", () => {
  test("says its columns in the table's order, whatever the order of properties", () => {
    assert.equal(onPostgres(insert(User).values({ name: "A", email: "a" })).text, `insert into "user" ("email", "name") values ($1, $2)`)
    assert.deepEqual(onPostgres(insert(User).values({ name: "A", email: "a" })).parameters, ["a", "A"])
  })

  test("says DEFAULT where the database takes it", () => {
    const statement = insert(User).values([
      { email: "a", name: "A" },
      { email: "b", name: "B", nickname: null },
    ])
    assert.equal(onPostgres(statement).text, `insert into "user" ("email", "name", "nickname") values ($1, $2, default), ($3, $4, $5)`)
    assert.deepEqual(
      compile(statement, sqlite).parts?.map(({ text }) => text),
      [`insert into "user" ("email", "name") values (?, ?)`, `insert into "user" ("email", "name", "nickname") values (?, ?, ?)`],
    )
    assert.equal(onPostgres(insert(User).values([{}, {}] as never)).text, `insert into "user" ("id") values (default), (default)`)
    assert.equal(onSqlite(insert(Post).values({} as never)).text, `insert into "post" default values`)
  })

  test("says what happens to a conflict", () => {
    const base = insert(User).values({ email: "a", name: "A" })
    const texts = [
      base.onConflict([User.c.email]).doNothing(),
      base.onConflict("user_email_key").doNothing(),
      base.onConflict().doNothing(),
      base
        .onConflict([User.c.nickname], { where: User.c.name.isNotNull() })
        .doUpdate((excluded) => ({ name: excluded.name, nickname: User.c.nickname }), { where: User.c.id.gt(1) }),
    ].map((statement) => onPostgres(statement).text.replace(`insert into "user" ("email", "name") values ($1, $2) `, ""))
    assert.deepEqual(texts, [
      `on conflict ("email") do nothing`,
      `on conflict on constraint "user_email_key" do nothing`,
      `on conflict do nothing`,
      `on conflict ("nickname") where "name" is not null do update set "name" = "excluded"."name", "nickname" = "user"."nickname" where "user"."id" > $3`,
    ])
  })

  test("returns what it is asked for", () => {
    assert.equal(
      onSqlite(insert(User).values({ email: "a", name: "A" }).returning()).text,
      `insert into "user" ("email", "name") values (?, ?) returning ${userColumns}`,
    )
    assert.equal(compile(insert(User).values({ email: "a", name: "A" }), postgres).shape, undefined)
  })

  test("writes, and never changes as a statement", () => {
    const one = insert(User).values({ email: "a", name: "A" })
    const two = one.values({ email: "b", name: "B" })
    assert.equal(compile(one, postgres).effect, "write")
    assert.deepEqual([onPostgres(one).parameters.length, onPostgres(two).parameters.length], [2, 4])
  })

  test("writes the condition of a partial index as the index has it", () => {
    const statement = insert(User)
      .values({ email: "a", name: "A" })
      .onConflict([User.c.nickname], { where: User.c.name.in(["it's", "x"]) })
    assert.deepEqual(onPostgres(statement.doNothing()), {
      text: `insert into "user" ("email", "name") values ($1, $2) on conflict ("nickname") where "name" in ('it''s', 'x') do nothing`,
      parameters: ["a", "A"],
    })
  })

  const row = { email: "a", name: "A" }
  for (const [name, make, error, message] of [
    ["no rows", () => insert(User).values([]), StatementError, /insert into user: values\(\) was given no rows/],
    ["no values() at all", () => onPostgres(insert(User) as never), StatementError, /insert into user has no rows/],
    [
      "a property that is no column",
      () => insert(User).values({ ...row, nik: 1 } as never),
      StatementError,
      /insert into user: there is no column "nik"\n.*its columns are id, email, name/,
    ],
    [
      "a property that is no column, in a row of several",
      () => insert(User).values([row, { ...row, nik: 1 }] as never),
      StatementError,
      /insert into user, row 2: there is no column "nik"/,
    ],
    [
      "a property of every object",
      () => insert(User).values({ ...row, constructor: 1 } as never),
      StatementError,
      /there is no column "constructor"/,
    ],
    [
      "__proto__ out of a request's body",
      () => insert(User).values(JSON.parse('{"__proto__": {"name": "x"}}') as never),
      StatementError,
      /there is no column "__proto__"/,
    ],
    [
      "a row that is none",
      () => insert(User).values([row, undefined] as never),
      StatementError,
      /row 2: a row is an object of values, not undefined/,
    ],
    [
      "a value of another type",
      () => onPostgres(insert(User).values({ email: 1, name: "A" } as never)),
      ValueError,
      /user\.email: text takes a string, not 1/,
    ],
    [
      "a value of another type in a row of several",
      () => onPostgres(insert(User).values([row, { email: 1, name: "A" }] as never)),
      ValueError,
      /user\.email \(row 2\)/,
    ],
    [
      "more parameters than a statement can have",
      () => onPostgres(sql`select ${sql.join(Array.from({ length: 66_000 }, (_, index) => index))}`),
      StatementError,
      /the statement has 66000 parameters; PostgreSQL takes at most 65535/,
    ],
    ["an alias", () => onPostgres(insert(aliased(User, "u") as never).values(row)), StatementError, /insert into u: u is an alias/],
    [
      "a subquery",
      () => insert(select({ id: User.c.id }).from(User).as("s") as never),
      ArgumentError,
      /insert\(\) takes a model, not the subquery s/,
    ],
    ["nothing", () => insert(undefined as never), ArgumentError, /insert\(\) takes a model, not undefined/],
    [
      "columns of another table in a conflict",
      () =>
        insert(User)
          .values(row)
          .onConflict([Post.c.id as never]),
      StatementError,
      /onConflict\(\) takes columns and expressions of user, not post\.id/,
    ],
    [
      "expressions of another table in a conflict",
      () =>
        onPostgres(
          insert(User)
            .values(row)
            .onConflict([lower(Post.c.title) as never])
            .doNothing(),
        ),
      StatementError,
      /column post\.title is used, but post is not in FROM/,
    ],
    [
      "another table in the condition of the index",
      () =>
        onPostgres(
          insert(User)
            .values(row)
            .onConflict([User.c.email], { where: Post.c.id.gt(1) })
            .doNothing(),
        ),
      StatementError,
      /column post\.id is used, but post is not in FROM/,
    ],
    [
      "two conflicts",
      () => insert(User).values(row).onConflict().doNothing().onConflict(),
      StatementError,
      /insert into user says what happens to a conflict already/,
    ],
    [
      "an empty list of columns in a conflict",
      () => insert(User).values(row).onConflict([]),
      StatementError,
      /takes columns or a constraint's name/,
    ],
    [
      "an update without a conflict's target",
      () => insert(User).values(row).onConflict().doUpdate({ name: "x" }),
      StatementError,
      /must say which conflict/,
    ],
    [
      "an update of nothing",
      () => onPostgres(insert(User).values(row).onConflict([User.c.email]).doUpdate({})),
      StatementError,
      /doUpdate\(\) sets nothing/,
    ],
    [
      "undefined as a condition of the update",
      () =>
        insert(User)
          .values(row)
          .onConflict([User.c.email])
          .doUpdate({ name: "x" }, { where: undefined as never }),
      StatementError,
      /doUpdate where\(\): argument 1 is undefined/,
    ],
    [
      "a constraint's name where the database takes none",
      () => compile(insert(User).values(row).onConflict("c").doNothing(), sqlite),
      UnsupportedError,
      /SQLite cannot name the constraint "c"/,
    ],
    [
      "columns of another table in what it returns",
      () => onPostgres(insert(User).values(row).returning(Post.c.id)),
      StatementError,
      /column post\.id is used, but post is not in FROM/,
    ],
  ] as const) {
    test(`refuses ${name}`, () => assert.throws(make, { name: error.name, message }))
  }
})

describe("an upsert", () => {
  test("is not confused with the table's own columns", () => {
    assert.throws(
      () => onPostgres(update(User).set({ name: "x" }).where(aliased(User, "excluded").c.name.eq("x"))),
      /excluded is not in FROM/,
    )
  })
})
