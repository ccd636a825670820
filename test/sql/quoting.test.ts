/** Whatever a string holds, it arrives as it is, and never as SQL. Behaviours 122 to 124. */
import assert from "node:assert/strict"
import { before, describe, test } from "node:test"
import fc from "fast-check"
import "../support/seed.ts"
import {
  aliased,
  compile,
  fn,
  insert,
  integer,
  jsonBuildObject,
  type Dialect,
  select,
  sql,
  type Statement,
  text,
  update,
  value,
} from "rebis"
import { postgres } from "../../src/dialects/postgres/index.ts"
import { sqlite } from "../../src/dialects/sqlite/index.ts"
import { declarativeBase, MetaData } from "../../src/schema/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { openLibrary, type Library, User } from "./library.ts"

const runs = { numRuns: 60 }
/** Strings that have broken quoting before, and any others. */
const nasty = [
  "'",
  "''",
  '"',
  '""',
  "\\",
  "\\'",
  "%",
  "%s",
  "$1",
  "?",
  ":name",
  ";",
  "--",
  "/*",
  "*/",
  "a b",
  "a.b",
  "select",
  "é",
  "🎉",
  "$$",
  "`",
  "[x]",
  "{}",
  "\n",
  "\t",
  'x\'; drop table "user"; --',
]
const piece = fc.oneof(fc.constantFrom(...nasty), fc.string({ unit: "binary", maxLength: 4 }))
const string = fc
  .array(piece, { maxLength: 4 })
  .map((parts) => parts.join(""))
  .filter((text) => !text.includes("\0") && text.isWellFormed())
/** A name that PostgreSQL neither refuses nor shortens. */
const name = string.filter((text) => text !== "" && Buffer.byteLength(text) <= 63)
const key = name.filter((text) => text !== "__proto__")

forEachDatabase("quoting", (database) => {
  let library: Library
  before(async () => {
    library = await openLibrary(database)
  })

  test("a string arrives as it is by every way into a statement", () =>
    fc.assert(
      fc.asyncProperty(string, async (given) => {
        const row = await library.one(
          select({
            parameter: value(given),
            text: sql<string>`${given}${sql``}`.returns(text()),
            compared: value(given).eq(given),
            listed: value(given).in([given]),
            json: jsonBuildObject({ given: value(given) }),
          }),
        )
        assert.deepEqual(row, { parameter: given, text: given, compared: true, listed: true, json: { given } })
      }),
      runs,
    ))

  test("a string arrives as it is in a column", () =>
    fc.assert(
      fc.asyncProperty(string, async (given) => {
        const updated = await library.one(update(User).set({ name: given }).where(User.c.id.eq(1)).returning(User.c.name))
        assert.equal(updated, given)
        assert.deepEqual(await library.all(select(User.c.id).where(User.c.name.eq(given), User.c.id.eq(1))), [1])
      }),
      runs,
    ))

  test("text that is searched for stands for itself", () =>
    fc.assert(
      fc.asyncProperty(string, string, async (before, searched) => {
        // Half of the time it is there.
        const within = before.length % 2 === 0 ? before : before + searched
        const given = value(within)
        const row = await library.one(
          select({ contains: given.contains(searched), starts: given.startsWith(searched), ends: given.endsWith(searched) }),
        )
        if (database.name === "sqlite") return assert.equal(row.contains, asciiFold(within).includes(asciiFold(searched)))
        assert.deepEqual(row, { contains: within.includes(searched), starts: within.startsWith(searched), ends: within.endsWith(searched) })
      }),
      runs,
    ))

  test("properties, aliases and JSON keys may have any name", () =>
    fc.assert(
      fc.asyncProperty(
        key,
        name.filter((text) => text !== "user"),
        async (property, alias) => {
          const other = aliased(User, alias)
          const row = await library.one(
            select({ [property]: other.c.id, json: { inner: jsonBuildObject({ [property]: other.c.email }) } })
              .from(other)
              .where(other.c.id.eq(2))
              .orderBy(other.c.id.asc()),
          )
          assert.deepEqual(row, {
            [property]: 2,
            json: { inner: { [property]: "bob@example.com" } },
            ...(property === "json" ? { json: { inner: { json: "bob@example.com" } } } : {}),
          })
        },
      ),
      runs,
    ))

  test("subqueries and their columns may have any name", () =>
    fc.assert(
      fc.asyncProperty(key, name, async (property, alias) => {
        const sub = select({ [property]: User.c.id })
          .from(User)
          .as(alias)
        assert.deepEqual(await library.all(select({ found: sub.c[property]! }).from(sub).where(sub.c[property]!.eq(2))), [{ found: 2 }])
      }),
      runs,
    ))

  test("tables and columns may have any name", async () => {
    for (const [index, table] of ['a "quoted" table', "per%cent", "semi;colon", "do.t", "select", "it's", "tab\tle"].entries()) {
      const Base = declarativeBase({ metadata: new MetaData(), conventions: "off" })
      const column = `${table} "c" ${index}`
      class Odd extends Base.model(table, { id: integer().primaryKey(), value: text().named(column) }) {}
      await using connection = await library.engine.connect()
      await connection.exec(`create table ${quote(table)} (id integer primary key, ${quote(column)} text)`)
      const run = async <O>(statement: Statement<O>): Promise<unknown> =>
        (await connection.run(compile(statement, library.engine.dialect))).rows.length
      assert.equal(await run(insert(Odd).values({ id: 1, value: "x" }).returning()), 1)
      assert.equal(
        await run(
          insert(Odd)
            .values({ id: 1, value: "x" })
            .onConflict([Odd.c.id])
            .doUpdate((excluded) => ({ value: excluded.value }))
            .returning(),
        ),
        1,
      )
      assert.equal(
        await run(
          update(Odd)
            .set({ value: Odd.c.value.concat("!") })
            .where(Odd.c.value.eq("x"))
            .returning(),
        ),
        1,
      )
      assert.equal(await run(sql`select ${Odd.c.value} from ${Odd}`), 1)
    }
  })

  test("identifiers of the template are quoted", () =>
    fc.assert(
      fc.asyncProperty(name, async (given) => {
        assert.deepEqual(await library.all(sql`select ${1} as ${sql.identifier(given)}`), [
          { ...Object.fromEntries([[given, (await library.all(sql<{ n: unknown }>`select ${1} as n`))[0]!.n]]) },
        ])
      }),
      { numRuns: 20 },
    ))
})

/** Upper and lower case of a to z are the same to SQLite's LIKE. */
function asciiFold(given: string): string {
  return given.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
}
function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`
}

describe("quoting", () => {
  const dialects: readonly Dialect[] = [postgres, sqlite]
  test("the text of a statement does not depend on the values in it", () => {
    fc.assert(
      fc.property(string, fc.constantFrom(...dialects), (given, dialect) => {
        const statement = (of: string) =>
          select({ a: value(of), b: User.c.name.contains(of) })
            .from(User)
            .where(User.c.email.eq(of), User.c.name.in([of, of]))
        assert.equal(compile(statement(given), dialect).text, compile(statement("x"), dialect).text)
      }),
    )
  })

  test("NUL is refused wherever it stands", () => {
    for (const dialect of dialects) {
      for (const statement of [
        select({ "a\0b": User.c.id }),
        select(aliased(User, "a\0b")),
        sql.unsafe("select '\0'"),
        sql`select ${"\0"}`,
      ]) {
        assert.throws(() => compile(statement, dialect), /NUL/, dialect.title)
      }
    }
    assert.throws(() => sql.identifier("a\0b"), /cannot be a name/)
    assert.throws(() => jsonBuildObject({ "a\0": User.c.id }), /NUL/)
  })

  test("functions are called by names only", () => {
    for (const bad of ["lower(x); --", "a b", "", "x'", 'a"b', "a.b.c", "1a"])
      assert.throws(() => fn(bad, text()), /is not the name of a function/, bad)
  })
})
