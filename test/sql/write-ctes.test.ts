import assert from "node:assert/strict"
import { before, beforeEach, describe, test } from "node:test"
import {
  compile,
  count,
  deleteFrom,
  exists,
  insert,
  merge,
  prepared,
  select,
  sessionmaker,
  sql,
  StatementError,
  sum,
  text,
  UnsupportedError,
  update,
  value,
} from "rebis"
import { postgres } from "../../src/dialects/postgres/index.ts"
import { recordStatements } from "../../src/testing/index.ts"
import { onDatabases } from "../support/databases.ts"
import { type Library, openLibrary, Post, posts, Tag, User, users } from "./library.ts"
import { onPostgres, onSqlite } from "./statement-case.ts"

const cheap = deleteFrom(Post).where(Post.c.viewCount.lt(15)).returning({ id: Post.c.id, title: Post.c.title, userId: Post.c.userId })

onDatabases(["postgresql", "pglite"], "writes in WITH", (database) => {
  let library: Library
  before(async () => {
    library = await openLibrary(database, false)
  })
  beforeEach(async () => {
    for (const table of ["tag", "post", "user"]) await library.all(sql`delete from ${sql.identifier(table)}`)
    await library.all(insert(User).values(users))
    await library.all(insert(Post).values(posts))
  })
  const titles = () => library.all(select(Post.c.title).orderBy(Post.c.id))

  test("a select reads what a delete returns", async () => {
    const gone = cheap.cte("gone")
    const statement = select({ title: gone.c.title, by: User.c.name }).from(gone).join(User, User.c.id.eq(gone.c.userId)).orderBy(gone.c.id)
    assert.deepEqual(await library.all(statement), [
      { title: "Engines", by: "Ada" },
      { title: "Fish", by: "Bob" },
    ])
    assert.deepEqual(await titles(), ["Notes"])
    assert.equal(
      onPostgres(statement).text,
      `with "gone" as (delete from "post" where "post"."view_count" < $1 returning "post"."id", "post"."title", "post"."user_id" as "userId") ` +
        `select "gone"."title", "user"."name" as "by" from "gone" inner join "user" on "user"."id" = "gone"."userId" order by "gone"."id"`,
    )
  })

  test("rows move from one table to another", async () => {
    const moved = cheap.cte("moved")
    const rows = await library.all(
      insert(Tag)
        .from(select({ id: moved.c.id, label: moved.c.title }).from(moved))
        .returning(),
    )
    assert.deepEqual(
      rows.map(({ id, label }) => [id, label]),
      [
        [1, "Engines"],
        [3, "Fish"],
      ],
    )
    assert.deepEqual(await titles(), ["Notes"])
  })

  test("entities stay entities, also in a session", async () => {
    const fresh = insert(User)
      .values([
        { id: 11, email: "d", name: "Dan" },
        { id: 12, email: "e", name: "Eve" },
      ])
      .returning()
      .cte("fresh")
    await using db = sessionmaker(library.engine)()
    const rows = await db.all(select({ user: fresh, n: count().over() }).from(fresh).orderBy(fresh.c.id))
    assert.ok(rows[0]!.user instanceof User)
    assert.deepEqual(
      rows.map(({ user, n }) => [user.name, n]),
      [
        ["Dan", 2],
        ["Eve", 2],
      ],
    )
    assert.equal(await db.get(User, 11), rows[0]!.user)
    await db.rollback()
  })

  test("each write is one of another's", async () => {
    const retitled = update(Post)
      .set({ title: Post.c.title.concat("!") })
      .where(Post.c.userId.eq(1))
      .returning((row) => ({ id: row.new.c.id, was: row.old.c.title, is: row.new.c.title }))
      .cte("retitled")
    const labelled = insert(Tag)
      .from(select({ label: retitled.c.was.concat("→").concat(retitled.c.is) }).from(retitled))
      .returning({ label: Tag.c.label })
      .cte("labelled")
    const rest = deleteFrom(Post).where(exists(select({ id: retitled.c.id }).where(retitled.c.id.eq(Post.c.id))).not())
    assert.deepEqual(await library.all(rest.returning({ title: Post.c.title, n: select(count()).from(labelled).asScalar() })), [
      { title: "Fish", n: 2 },
    ])
    assert.deepEqual((await library.all(select(Tag.c.label))).toSorted(), ["Engines→Engines!", "Notes→Notes!"])
    assert.deepEqual(await titles(), ["Engines!", "Notes!"])
  })

  test("a merge returns rows to others", async () => {
    const merged = merge(Tag)
      .using(User, User.c.id.eq(Tag.c.id))
      .whenNotMatched()
      .thenInsert({ id: User.c.id, label: User.c.name })
      .returning((row) => ({ did: row.action, label: row.new.c.label, was: row.old.c.label }))
      .cte("merged")
    assert.deepEqual(
      await library.all(
        select({ did: merged.c.did, n: count(), was: count(merged.c.was) })
          .from(merged)
          .groupBy(merged.c.did),
      ),
      [{ did: "INSERT", n: 3, was: 0 }],
    )
  })

  test("one that nobody selects from is run too, with rows to return or without", async () => {
    const raised = update(Post).set({ viewCount: 100 }).where(Post.c.id.eq(1)).cte("raised")
    const labelled = insert(Tag).values({ label: "new" }).returning(Tag.c.id).cte("labelled")
    assert.deepEqual(
      await library.all(
        select({ total: sum(Post.c.viewCount) })
          .from(Post)
          .withCte(raised, labelled),
      ),
      [{ total: 35 }],
    )
    assert.equal(await library.one(select(Post.c.viewCount).where(Post.c.id.eq(1))), 100)
    const written = [
      insert(Tag)
        .values({ label: "a" })
        .withCte(deleteFrom(Post).where(Post.c.id.eq(1)).cte("one")),
      update(Tag)
        .set({ label: "b" })
        .where(Tag.c.label.eq("a"))
        .withCte(deleteFrom(Post).where(Post.c.id.eq(2)).cte("two")),
      deleteFrom(Tag)
        .where(Tag.c.label.eq("b"))
        .withCte(deleteFrom(Post).where(Post.c.id.eq(3)).cte("three")),
    ]
    for (const statement of written) await library.all(statement)
    assert.deepEqual([await titles(), await library.all(select(Tag.c.label))], [[], ["new"]])
    await library.all(
      merge(Tag)
        .using(User, value(false))
        .whenNotMatched()
        .thenDoNothing()
        .withCte(insert(Tag).values({ label: "last" }).cte("last")),
    )
    assert.equal(await library.one(select(count()).from(Tag)), 2)
  })

  test("holds many rows", async () => {
    const fresh = insert(Tag)
      .values(Array.from({ length: 70_000 }, (_, index) => ({ label: `t${index}` })))
      .returning({ id: Tag.c.id })
      .cte("fresh")
    assert.deepEqual(await library.all(select({ n: count() }).from(fresh)), [{ n: 70_000 }])
  })

  test("a session begins a transaction for a select with a write in it", async () => {
    await using db = sessionmaker(library.engine)()
    const gone = cheap.cte("gone")
    const { result, statements } = await recordStatements(library.engine, () => db.one(select({ n: count() }).from(gone)))
    assert.deepEqual(result, { n: 2 })
    assert.equal(statements[0]!.role, "begin")
    await db.rollback()
    assert.equal((await titles()).length, 3)
    const streamed: string[] = []
    for await (const row of db.stream(select({ title: gone.c.title }).from(gone), { chunkSize: 1 })) streamed.push(row.title)
    assert.deepEqual(streamed.toSorted(), ["Engines", "Fish"])
    await db.commit()
    assert.deepEqual(await titles(), ["Notes"])
  })

  test("takes parameters of a prepared statement", async () => {
    const archive = prepared({ title: text() }, (p) => {
      const gone = deleteFrom(Post).where(Post.c.title.eq(p.title)).returning({ title: Post.c.title }).cte("gone")
      return select({ title: gone.c.title }).from(gone)
    })
    assert.deepEqual(await library.all(archive({ title: "Fish" })), [{ title: "Fish" }])
    assert.deepEqual(await library.all(archive({ title: "Fish" })), [])
  })
})

describe("writes in WITH", () => {
  const gone = cheap.cte("gone")

  test("make the statement a write", () => {
    assert.equal(compile(select({ n: count() }).from(gone), postgres).effect, "write")
    assert.equal(
      compile(
        select({ n: count() })
          .from(User)
          .where(exists(select({ id: gone.c.id }).from(gone))),
        postgres,
      ).effect,
      "write",
    )
    assert.equal(compile(select(User).withCte(gone), postgres).effect, "write")
    const renamed = update(Post)
      .set({ title: sql<string>`f()` })
      .allRows()
      .cte("renamed")
    assert.equal(compile(select(User).withCte(renamed), postgres).effect, "unknown")
  })

  test("ask for the server that they need", () => {
    const before = update(Post)
      .set({ title: "x" })
      .allRows()
      .returning((row) => ({ title: row.old.c.title }))
      .cte("before")
    assert.equal(compile(select({ title: before.c.title }).from(before), postgres).needs?.version, 18)
  })

  test("stand once, however often they are used", () => {
    const other = select({ id: gone.c.id }).from(gone).cte("other")
    const statement = select({ n: count() }).from(gone).join(other, other.c.id.eq(gone.c.id)).withCte(gone)
    assert.equal(onPostgres(statement).text.match(/delete from/g)?.length, 1)
  })

  for (const [name, make, error, message] of [
    [
      "a database that has none",
      () => onSqlite(select({ id: gone.c.id }).from(gone)),
      UnsupportedError,
      /delete from post: SQLite takes no statement that writes into WITH\n.*one after another in a transaction/,
    ],
    [
      "a write without rows, on such a database",
      () => onSqlite(select(User).withCte(deleteFrom(Post).allRows().cte("gone"))),
      UnsupportedError,
      /delete from post: SQLite takes no statement that writes into WITH/,
    ],
    [
      "rows of a write that returns none",
      () => onPostgres(select({ n: count() }).from(deleteFrom(Post).allRows().cte("gone") as never)),
      StatementError,
      /common table expression gone: delete from post returns no rows that could stand in FROM\n.*returning/,
    ],
    [
      "columns without names",
      () => deleteFrom(Post).allRows().returning(count()).cte("gone"),
      StatementError,
      /common table expression gone: count\(\*\) has no name/,
    ],
    ["no name", () => cheap.cte("" as never), StatementError, /cte\(\): "" cannot be the name of a common table expression/],
    [
      "the name of a table that is used",
      () => onPostgres(select(User).withCte(cheap.cte("user"))),
      StatementError,
      /would hide the table user/,
    ],
    [
      "a write to what stands in WITH",
      () => onPostgres(update(deleteFrom(Post).allRows().returning().cte("gone")).set({ title: "x" }).allRows()),
      StatementError,
      /gone/,
    ],
    [
      "what is no common table expression",
      () =>
        deleteFrom(Post)
          .allRows()
          .withCte(select({ id: Post.c.id }).as("s") as never),
      StatementError,
      /withCte\(\) takes what cte\(\) or recursive\(\) gives, not s/,
    ],
  ] as const) {
    test(`refuse ${name}`, () => assert.throws(make, { name: error.name, message }))
  }
})
