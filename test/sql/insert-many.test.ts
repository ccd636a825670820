import assert from "node:assert/strict"
import { before, beforeEach, describe, test } from "node:test"
import { compile, count, insert, lower, prepared, select, sessionmaker, sql, text, UniqueViolationError, value, ValueError } from "rebis"
import { postgres } from "../../src/dialects/postgres/index.ts"
import { sqlite } from "../../src/dialects/sqlite/index.ts"
import { recordStatements } from "../../src/testing/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { type Library, openLibrary, Post, Reading, Stamped, User } from "./library.ts"

/** More than may be parameters of one statement anywhere, at two a row. */
const many = 40_000
const numbered = (length: number) => Array.from({ length }, (_, index) => ({ email: `m${index}`, name: `n${index}` }))

forEachDatabase("insert of many rows", (database) => {
  let library: Library
  before(async () => {
    library = await openLibrary(database, false)
  })
  beforeEach(async () => {
    for (const table of ["comment", "post", "user", "stamped", "reading"]) await library.all(sql`delete from ${sql.identifier(table)}`)
  })

  test("stores them all and gives them back in their order", async () => {
    const rows = numbered(many)
    const { result, statements } = await recordStatements(library.engine, () => library.all(insert(User).values(rows).returning()))
    assert.equal(result.length, many)
    assert.ok(result[0] instanceof User)
    assert.ok(result.every((user, index) => user.email === `m${index}` && (index === 0 || user.id > result[index - 1]!.id)))
    const sent = statements.filter(({ role }) => role === "statement")
    assert.equal(sent.length, database.capabilities.arrayParameters ? 1 : Math.ceil((2 * many) / database.capabilities.maxParameters))
    assert.equal(await library.one(select(count()).from(User)), many)
  })

  test("counts them all, in a session and on a connection", async () => {
    const statement = insert(User).values(numbered(many))
    await using db = sessionmaker(library.engine)()
    assert.deepEqual(await db.execute(statement), { rows: [], rowCount: many })
    await db.rollback()
    await using connection = await library.engine.connect()
    assert.equal((await connection.run(compile(statement, library.engine.dialect))).rowCount, many)
  })

  test("streams what it returns", async () => {
    await using db = sessionmaker(library.engine)()
    let seen = 0
    for await (const email of db.stream(insert(User).values(numbered(many)).returning(User.c.email), { chunkSize: 1000 })) {
      if (email !== `m${seen}`) assert.fail(`${email} came as number ${seen}`)
      seen++
    }
    assert.equal(seen, many)
  })

  test("stores all or nothing", async () => {
    const rows = [...numbered(many), { email: "m0", name: "again" }]
    await assert.rejects(library.all(insert(User).values(rows)), UniqueViolationError)
    assert.equal(await library.one(select(count()).from(User)), 0)
  })

  test("stores all or nothing in a transaction that goes on", async () => {
    const compiled = compile(insert(User).values([...numbered(many), { email: "m0", name: "again" }]), library.engine.dialect)
    await library.engine.begin(async (connection) => {
      await connection.run(compile(insert(User).values({ email: "before", name: "B" }), library.engine.dialect))
      connection.savepoint("mine")
      await assert.rejects(connection.run(compiled), UniqueViolationError)
      // PostgreSQL goes on only from a savepoint.
      if (connection.transactionFailed) await connection.rollbackToSavepoint("mine")
    })
    assert.deepEqual(await library.all(select(User.c.email)), ["before"])
  })

  test("leaves rows alone that are there, and updates them", async () => {
    const rows = numbered(many)
    await library.all(insert(User).values(rows.slice(0, 10)))
    const base = insert(User).values(rows).onConflict([User.c.email])
    assert.equal((await library.all(base.doNothing().returning(User.c.id))).length, many - 10)
    const updated = await library.all(base.doUpdate((excluded) => ({ name: excluded.name.concat("!") })).returning(User.c.name))
    assert.equal(updated.length, many)
    assert.equal(updated[7], "n7!")
  })

  test("takes expressions among them, however many parameters they have", async () => {
    const rows = numbered(many).map(({ email, name }, index) => ({
      email,
      name: index % 2 === 0 ? lower(value(name)).concat("-").concat("x") : name,
    }))
    const names = await library.all(insert(User).values(rows).returning(User.c.name))
    assert.equal(names.length, many)
    assert.deepEqual([names[0], names[1], names[many - 1]], ["n0-x", "n1", `n${many - 1}`])
  })

  test("gives each what it leaves out, in its place among the others", async () => {
    await library.all(insert(User).values({ id: 1, email: "a", name: "A" }))
    const rows = Array.from({ length: 30 }, (_, index) => ({
      title: `t${index}`,
      userId: 1,
      ...(index % 3 === 0 ? { viewCount: index } : {}),
      ...(index % 5 === 0 ? { publishedDate: "2025-01-01" as const } : {}),
    }))
    assert.deepEqual(
      await library.all(insert(Post).values(rows).returning({ title: Post.c.title, views: Post.c.viewCount, date: Post.c.publishedDate })),
      rows.map(({ title, viewCount, publishedDate }) => ({ title, views: viewCount ?? 0, date: publishedDate ?? null })),
    )
  })

  test("takes rows of nothing but defaults", async () => {
    const ids = await library.all(
      insert(Stamped)
        .values([{}, { name: "x" }, {}])
        .returning({ name: Stamped.c.name }),
    )
    assert.deepEqual(ids, [{ name: null }, { name: "x" }, { name: null }])
  })

  test("computes for each what the application says", async () => {
    const serials = await library.all(
      insert(Stamped)
        .values(Array.from({ length: 20 }, (_, index) => (index === 3 ? { serial: "own" } : {})))
        .returning(Stamped.c.serial),
    )
    assert.equal(serials[3], "own")
    assert.equal(new Set(serials).size, 20)
  })

  test("computes them anew at each run of a prepared statement", async () => {
    const rows = prepared({ name: text() }, (p) =>
      insert(Stamped)
        .values([{ name: p.name }, {}, { name: p.name }])
        .returning({ name: Stamped.c.name, serial: Stamped.c.serial }),
    )
    const found = [...(await library.all(rows({ name: "a" }))), ...(await library.all(rows({ name: "b" })))]
    assert.deepEqual(
      found.map(({ name }) => name),
      ["a", null, "a", "b", null, "b"],
    )
    assert.equal(new Set(found.map(({ serial }) => serial)).size, 6)
  })

  test("keeps values as a row by itself does", async () => {
    const values = [
      { large: 9007199254740993n, exact: "0.10", ratio: 0.1, valid: true, bytes: Uint8Array.of(0, 255), mood: "ok" as const },
      { large: null, exact: null, ratio: -0, valid: null, bytes: new Uint8Array(), mood: null },
    ]
    const rows = Array.from({ length: 12 }, (_, index) => ({
      ...values[index % 2]!,
      takenAt: new Date(index),
      takenDate: "2024-02-29" as const,
    }))
    const { large, exact, ratio, valid, bytes, mood, takenAt, takenDate } = Reading.c
    const item = { large, exact, ratio, valid, bytes, mood, takenAt, takenDate }
    const alone = []
    for (const row of rows) alone.push(await library.one(insert(Reading).values(row).returning(item)))
    assert.deepEqual(await library.all(insert(Reading).values(rows).returning(item)), alone)
    if (database.capabilities.nativeTypes) assert.deepEqual(alone, rows)
  })
})

describe("insert of many rows", () => {
  test("has one text for any number of rows where the database has arrays", () => {
    const texts = [10, 11, 5000].map((length) => compile(insert(User).values(numbered(length)).returning(User.c.id), postgres).text)
    assert.deepEqual(
      [...new Set(texts)],
      [
        `insert into "user" ("email", "name") select "rebis_values"."c0", "rebis_values"."c1" from unnest($1::text[], $2::text[]) with ordinality as "rebis_values"("c0", "c1", "n") order by "rebis_values"."n" returning "user"."id"`,
      ],
    )
    assert.deepEqual(compile(insert(User).values(numbered(10)), postgres).parameters.length, 2)
    assert.equal(compile(insert(User).values(numbered(9)), postgres).parameters.length, 18)
  })

  test("is as few statements as parameters allow where it has none", () => {
    const { parts, text, parameters } = compile(insert(User).values(numbered(many)), sqlite)
    assert.deepEqual(
      parts?.map((part) => part.parameters.length),
      [32_766, 32_766, 14_468],
    )
    assert.equal(parameters.length, 2 * many)
    assert.equal(text.split(";\n").length, 2)
  })

  test("is several statements where rows with expressions have too many parameters", () => {
    const rows = numbered(many).map(({ email, name }) => ({ email, name: value(name).concat("x").concat("y") }))
    const { parts } = compile(insert(User).values(rows), postgres)
    assert.ok(parts!.every(({ parameters }) => parameters.length <= 65_535))
    assert.equal(
      parts!.reduce((sum, { parameters }) => sum + parameters.length, 0),
      4 * many,
    )
  })

  test("names the row of a value that does not fit, whatever statement it ends in", () => {
    for (const [dialect, index] of [
      [postgres, 3],
      [postgres, many - 1],
      [sqlite, many - 1],
    ] as const) {
      const rows: { email: string; name: unknown }[] = numbered(many)
      rows[index]!.name = 7
      assert.throws(() => compile(insert(User).values(rows as never), dialect), {
        name: ValueError.name,
        message: new RegExp(`user\\.name \\(row ${index + 1}\\): text takes a string, not 7`),
      })
    }
  })
})
