import assert from "node:assert/strict"
import { existsSync, globSync, readFileSync } from "node:fs"
import { basename, join } from "node:path"
import { test } from "node:test"
import { diffSchemas } from "../../src/migrations/diff/diff.ts"
import type { Engine } from "../../src/engine/index.ts"
import { liveSchema } from "../../src/migrations/introspect/live-schema.ts"
import { canonicalSchema, settledSchema } from "../../src/migrations/scratch/build.ts"
import { openScratch } from "../../src/migrations/scratch/scratch.ts"
import { onDatabases, type TestDatabase } from "../support/databases.ts"
import { titles } from "./support/round-trip.ts"

/** Other people's schemas, which are not part of the project: `REBIS_CORPORA` names their folder. */
const folder = process.env.REBIS_CORPORA
const schemas = folder === undefined ? "" : join(folder, "schemas")
const skip = existsSync(schemas) ? false : "REBIS_CORPORA does not name a folder with schemas/*.sql"

/** What cannot be built from tables, keys, indexes and enums alone. */
const limits: Readonly<Record<string, string>> = {
  "river.sql": "an index calls a function over an enum of the schema, and functions are not copied",
}

/** Loads a schema, reads it, builds what was read in a scratch place, and finds the same there. */
async function readsAndBuilds(database: TestDatabase, file: string): Promise<void> {
  const url = await database.url()
  const options = database.name === "sqlite" ? { url, connectArgs: { enableDoubleQuotedStringLiterals: true } } : { url }
  await load(await database.engine(options), readFileSync(file, "utf8"))
  // What was loaded may have changed the session, its search path above all.
  const engine = await database.engine(options)
  const live = await liveSchema(engine, { schemas: [] })
  await using scratch = await openScratch(engine, [])
  const built = await canonicalSchema(scratch, live, [])
  const settled = await settledSchema(scratch, built, [], engine.dialect)
  const again = await canonicalSchema(scratch, settled, [])
  assert.deepEqual(titles(diffSchemas(settled, again, { dialect: engine.dialect }).operations), [])
  // A check may settle into other words; nothing else may.
  const differences = titles(diffSchemas(live, settled, { dialect: engine.dialect }).operations)
  assert.deepEqual(
    differences.filter((title) => !/^(add|drop) check /.test(title)),
    [],
  )
}

async function load(engine: Engine, text: string): Promise<void> {
  await using connection = await engine.connect()
  await connection.exec(text)
}

onDatabases(["postgresql"], "a schema of others", (database) => {
  for (const file of skip === false ? globSync(join(schemas, "*.sql")).toSorted() : ["schemas/*.sql"]) {
    test(
      `${basename(file)} is read, and built again from what was read`,
      { skip: skip === false ? (limits[basename(file)] ?? false) : skip },
      () => readsAndBuilds(database, file),
    )
  }
})

onDatabases(["sqlite"], "a schema of others", (database) => {
  for (const file of skip === false ? globSync(join(schemas, "sqlite", "*.sql")).toSorted() : ["schemas/sqlite/*.sql"]) {
    test(`${basename(file)} is read, and built again from what was read`, { skip }, () => readsAndBuilds(database, file))
  }
})
