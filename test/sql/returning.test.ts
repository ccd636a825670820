import assert from "node:assert/strict"
import { before, beforeEach, describe, test } from "node:test"
import {
  type Alias,
  aliased,
  compile,
  type CompiledStatement,
  count,
  deleteFrom,
  insert,
  jsonBuildObject,
  lower,
  prepared,
  select,
  sessionmaker,
  sql,
  StatementError,
  text,
  UnsupportedError,
  update,
} from "rebis"
import { postgres } from "../../src/dialects/postgres/index.ts"
import { onDatabases } from "../support/databases.ts"
import { type Library, openLibrary, Post, posts, User, users } from "./library.ts"
import { onPostgres, onSqlite, plain } from "./statement-case.ts"

onDatabases(["postgresql", "pglite"], "old and new rows in returning", (database) => {
  let library: Library
  before(async () => {
    library = await openLibrary(database, false)
  })
  beforeEach(async () => {
    for (const table of ["post", "user"]) await library.all(sql`delete from ${sql.identifier(table)}`)
    await library.all(insert(User).values(users))
    await library.all(insert(Post).values(posts))
  })

  test("an update gives both", async () => {
    const statement = update(Post)
      .set({ viewCount: Post.c.viewCount.plus(1) })
      .where(Post.c.id.eq(1))
      .returning((row) => ({
        before: row.old.c.viewCount,
        after: row.new.c.viewCount,
        now: Post.c.viewCount,
        title: lower(row.old.c.title),
      }))
    assert.deepEqual(await library.all(statement), [{ before: 10, after: 11, now: 11, title: "engines" }])
    assert.equal(
      onPostgres(statement).text,
      `update "post" set "view_count" = "post"."view_count" + $1 where "post"."id" = $2 returning "old"."view_count" as "before", "new"."view_count" as "after", "post"."view_count" as "now", lower("old"."title") as "title"`,
    )
  })

  test("whole rows are entities, and values in JSON keep what they are", async () => {
    const [row] = await library.all(
      update(Post)
        .set({ title: "X" })
        .where(Post.c.id.eq(1))
        .returning((each) => ({ before: each.old, after: each.new, json: jsonBuildObject({ title: each.old.c.title, row: each.new }) })),
    )
    assert.ok(row!.before instanceof Post && row!.after instanceof Post && row!.json.row instanceof Post)
    assert.deepEqual(plain([row!.before, row!.after.title, row!.json.title, row!.json.row.title]), [posts[0], "X", "Engines", "X"])
  })

  test("a session keeps the old row apart from its entity", async () => {
    await using db = sessionmaker(library.engine)()
    const [row] = await db.all(
      update(Post)
        .set({ title: "X" })
        .where(Post.c.id.eq(1))
        .returning((each) => ({ before: each.old, after: each.new })),
    )
    assert.deepEqual([row!.before.title, row!.after.title], ["Engines", "X"])
    assert.equal(await db.get(Post, 1), row!.after)
    assert.notEqual(row!.before, row!.after)
    const [old] = await db.all(
      update(Post)
        .set({ title: "Y" })
        .where(Post.c.id.eq(2))
        .returning((each) => each.old),
    )
    assert.equal(old!.title, "Notes")
    assert.notEqual(await db.get(Post, 2), old)
    assert.deepEqual(db.dirty, [])
  })

  test("an insert has no old row, unless it updates one", async () => {
    const rows = await library.all(
      insert(User)
        .values([
          { id: 11, email: "ada@example.com", name: "Ada II" },
          { id: 12, email: "d@example.com", name: "Dan" },
        ])
        .onConflict([User.c.email])
        .doUpdate((excluded) => ({ name: excluded.name }))
        .returning((row) => ({ was: row.old.c.name, before: row.old, name: row.new.c.name })),
    )
    assert.deepEqual(
      rows.map(({ was, before: old, name }) => [was, old?.name ?? null, name]),
      [
        ["Ada", "Ada", "Ada II"],
        [null, null, "Dan"],
      ],
    )
  })

  test("a delete has no new row", async () => {
    const rows = await library.all(
      deleteFrom(Post)
        .where(Post.c.id.eq(3))
        .returning((row) => ({ title: row.old.c.title, after: row.new, id: row.new.c.id })),
    )
    assert.deepEqual(rows, [{ title: "Fish", after: null, id: null }])
  })

  test("stand beside further tables, subqueries and an alias of the table", async () => {
    const p = aliased(Post, "p")
    const rows = await library.all(
      update(p)
        .set({ userId: 3 })
        .from(p.author)
        .where(User.c.name.eq("Bob"))
        .returning((row) => ({
          from: row.old.c.userId,
          to: row.new.c.userId,
          by: User.c.name,
          left: select(count()).from(Post).where(Post.c.userId.eq(row.old.c.userId)).asScalar(),
        })),
    )
    assert.deepEqual(rows, [{ from: 2, to: 3, by: "Bob", left: 1 }])
  })

  test("a prepared statement has them too", async () => {
    const rename = prepared({ title: text() }, (p) =>
      update(Post)
        .set({ title: p.title })
        .where(Post.c.id.eq(1))
        .returning((row) => ({ before: row.old.c.title })),
    )
    assert.deepEqual(await library.all(rename({ title: "a" })), [{ before: "Engines" }])
    assert.deepEqual(compile(rename({ title: "a" }), library.engine.dialect).needs?.version, 18)
  })

  test("a server that is too old is told from its version, before anything is sent", async () => {
    const compiled: CompiledStatement = {
      ...compile(update(Post).set({ title: "Z" }).allRows(), library.engine.dialect),
      needs: { feature: "update of post: time travel", version: 99 },
    }
    const message = /^update of post: time travel: PostgreSQL has it from version 99 on, and the server is of version 18/
    const connection = await library.engine.connect()
    await assert.rejects(connection.run(compiled), { name: UnsupportedError.name, message })
    await assert.rejects(connection.runAll([compiled]), { name: UnsupportedError.name, message })
    await assert.rejects(connection.stream(compiled, 10).next(), { name: UnsupportedError.name, message })
    connection.begin()
    await assert.rejects(connection.run(compiled), { name: UnsupportedError.name, message })
    assert.equal(connection.transactionFailed, false)
    await assert.rejects(connection.commit([compiled]), { name: UnsupportedError.name, message })
    assert.equal(connection.inTransaction, false)
    await connection.release()
    assert.equal(await library.one(select(count()).from(Post).where(Post.c.title.eq("Z"))), 0)
  })
})

type AnyColumn = (typeof Post)["c"]["title"] | Alias<typeof Post, "old">["c"]["title"]

describe("old and new rows in returning", () => {
  const renamed = update(Post)
    .set({ title: "x" })
    .allRows()
    .returning((row) => ({ before: row.old.c.title }))

  test("ask for a version of the server", () => {
    assert.deepEqual(compile(renamed, postgres).needs, { feature: "update of post: old and new rows in returning()", version: 18 })
    assert.equal(compile(update(Post).set({ title: "x" }).allRows(), postgres).needs, undefined)
  })

  test("are refused where the database has none", () => {
    assert.throws(() => onSqlite(renamed), {
      name: UnsupportedError.name,
      message: /^update of post: old and new rows in returning\(\): SQLite has no such thing\n.*select the rows in the same transaction/,
    })
  })

  test("are in reach of returning() only", () => {
    let escaped: AnyColumn | undefined
    update(Post)
      .set({ title: "x" })
      .allRows()
      .returning((row) => (escaped = row.old.c.title))
    assert.throws(() => onPostgres(update(Post).set({ title: escaped }).allRows()), {
      name: StatementError.name,
      message: /column old\.title is used, but old is not in FROM/,
    })
  })
})
