/** Whatever the names, labels, defaults and comments of a model hold, they are in the database as they are, and nothing of it is run. */
import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import {
  bytea,
  check,
  type ColumnBuilder,
  declarativeBase,
  enumType,
  index,
  insert,
  integer,
  jsonb,
  MetaData,
  select,
  text,
  unique,
} from "rebis"
import { liveSchema } from "../../src/migrations/introspect/live-schema.ts"
import { schemaDefinition } from "../../src/schema/index.ts"
import { libraryOn } from "../sql/library.ts"
import { type DatabaseName, forEachDatabase } from "../support/databases.ts"
import { nastyNames, nastyText } from "../support/nasty-strings.ts"

const runs: Readonly<Record<DatabaseName, number>> = { postgresql: 25, pglite: 12, sqlite: 60 }

/** A model in which everything that can be named or written has a random name or text. */
function oddModel(names: readonly string[], texts: readonly string[], labels: readonly string[], enums: boolean) {
  const [table, typeName, id, kind, body, notes, data, uniqueName, indexName, checkName] = names as readonly string[] & { 0: string }
  const [one = "", two = "", comment = ""] = texts
  const mood = enumType(typeName!, labels as [string, ...string[]])
  const metadata = new MetaData()
  const Base = declarativeBase({ metadata, conventions: "off" })
  const columns: Readonly<Record<string, ColumnBuilder<any, any, any, any, any>>> = {
    id: integer().primaryKey().named(id!),
    kind: (enums ? mood() : text()).named(kind!).default(labels[0]!),
    body: text().named(body!).default(one).comment(comment),
    notes: jsonb()
      .named(notes!)
      .default({ [two]: [one, two] }),
    data: bytea().named(data!).default(new TextEncoder().encode(one)),
  }
  class Odd extends Base.model(table, columns, (t: any) => [
    unique(t.kind, t.body).named(uniqueName!),
    index(t.body.desc()).where(t.body.ne(two)).named(indexName!),
    check(checkName!, t.body.ne(`${one}${two}!`)),
  ]) {}
  return { Odd: Odd as any, metadata, mood, one, two, comment }
}

forEachDatabase("a model of odd names and texts", (database) => {
  test("is made as it is, and read back as it is", { timeout: 300_000 }, async () => {
    const engine = await database.engine()
    const library = libraryOn(engine)
    const { dialect } = engine
    await engine.begin(async (connection) => {
      await connection.exec("create table canary (id integer primary key)")
    })
    await fc.assert(
      fc.asyncProperty(nastyNames(10), fc.array(nastyText, { minLength: 3, maxLength: 3 }), nastyNames(2), async (names, texts, labels) => {
        fc.pre(!names.includes("canary"))
        const { Odd, metadata, one, two, comment } = oddModel(names, texts, labels, dialect.capabilities.enums)
        const declared = schemaDefinition(metadata, dialect)
        await engine.begin(async (connection) => {
          for (const each of declared.enums) for (const line of dialect.ddl.createEnum(each)) await connection.exec(line)
          for (const each of declared.tables) for (const line of dialect.ddl.createTable(each)) await connection.exec(line)
        })
        try {
          const live = await liveSchema(engine)
          const [wanted] = declared.tables
          const table = live.tables.find((each) => each.name === wanted!.name)
          assert.ok(table !== undefined)
          assert.deepEqual(
            table.columns.map(({ name }) => name),
            wanted!.columns.map(({ name }) => name),
          )
          assert.deepEqual(
            [table.uniques, table.checks, table.indexes].map((list) => list.map(({ name }) => name)),
            [wanted!.uniques, wanted!.checks, wanted!.indexes].map((list) => list.map(({ name }) => name)),
          )
          if (dialect.capabilities.enums) assert.deepEqual(live.enums.find((each) => each.name === declared.enums[0]!.name)?.labels, labels)
          if (dialect.capabilities.comments) assert.equal(table.columns[2]?.comment ?? "", comment)
          const row = await library.one(insert(Odd).values({ id: 1 }).returning())
          const expected = {
            id: 1,
            kind: labels[0],
            body: one,
            notes: { [two]: [one, two] },
            data: new Uint8Array(new TextEncoder().encode(one)),
          }
          assert.deepEqual({ ...(row as object) }, expected)
          assert.deepEqual(await library.all(select(Odd.c.id).where(Odd.c.body.eq(one), Odd.c.kind.eq(labels[0]!))), [1])
          await assert.rejects(library.all(insert(Odd).values({ id: 2, body: `${one}${two}!`, kind: labels[1]! })), {
            name: "CheckViolationError",
          })
          await assert.rejects(library.all(insert(Odd).values({ id: 2 })), { name: "UniqueViolationError" })
        } finally {
          await engine.begin(async (connection) => {
            for (const each of declared.tables) for (const line of dialect.ddl.dropTable(each)) await connection.exec(line)
            for (const each of declared.enums) for (const line of dialect.ddl.dropEnum(each)) await connection.exec(line)
          })
        }
        assert.deepEqual(
          (await liveSchema(engine)).tables.map(({ name }) => name),
          ["canary"],
        )
      }),
      { numRuns: runs[database.name] },
    )
  })
})
