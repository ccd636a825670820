import assert from "node:assert/strict"
import { existsSync, globSync, readFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { test } from "node:test"
import type { Engine } from "../../src/engine/index.ts"
import { diffSchemas } from "../../src/migrations/diff/diff.ts"
import { liveSchema } from "../../src/migrations/introspect/live-schema.ts"
import { reverseOperations } from "../../src/migrations/plan/reverse.ts"
import { settledSchema } from "../../src/migrations/scratch/build.ts"
import { openScratch } from "../../src/migrations/scratch/scratch.ts"
import type { SchemaDefinition } from "../../src/schema/index.ts"
import { onDatabases, type TestDatabase } from "../support/databases.ts"
import { apply } from "./support/build-models.ts"
import { titles } from "./support/round-trip.ts"

/** Other people's pairs of schemas, which are not part of the project: `REBIS_CORPORA` names their folder. */
const folder = process.env.REBIS_CORPORA
const pairs = folder === undefined ? "" : join(folder, "diffs")
const skip = existsSync(pairs) ? false : "REBIS_CORPORA does not name a folder with diffs/"

/** The kinds of objects that are compared so far; a pair in which another kind differs is not tried. */
const kinds = new Set(["TABLE", "CONSTRAINT", "FK CONSTRAINT", "INDEX", "DEFAULT", "COMMENT", "TYPE", "table", "index"])

interface Meta {
  readonly loads: { readonly old: boolean; readonly new: boolean }
  readonly load_mode?: { readonly old: string; readonly new: string }
  readonly loads_pg18?: { readonly old: boolean; readonly new: boolean }
  readonly identical_dump?: boolean
  readonly roles?: readonly string[]
  readonly kinds?: Readonly<Record<"added" | "dropped" | "changed", Readonly<Record<string, number>>>>
}

function metaOf(folderOfPair: string): Meta {
  return JSON.parse(readFileSync(join(folderOfPair, "meta.json"), "utf8")) as Meta
}

function pairsOf(source: string): readonly string[] {
  return globSync(join(pairs, source, "*", "meta.json"))
    .filter((file) => {
      const meta = metaOf(dirname(file))
      const loads = meta.loads_pg18 ?? meta.loads
      const changed = Object.values(meta.kinds ?? {}).flatMap((each) => Object.keys(each))
      const isOneText = Object.values(meta.load_mode ?? {}).every((mode) => mode !== "psql")
      return loads.old && loads.new && isOneText && (meta.roles ?? []).length === 0 && changed.every((kind) => kinds.has(kind))
    })
    .map((file) => dirname(file))
    .toSorted()
}

/** From old to new and back, on databases that were loaded with them. Gives what went wrong. */
async function follow(database: TestDatabase, folderOfPair: string): Promise<string | undefined> {
  const [from, to] = [await loaded(database, folderOfPair, "old"), await loaded(database, folderOfPair, "new")]
  const schemas = await namedSchemas(from, to)
  const [before, desired] = [await liveSchema(from, { schemas }), await liveSchema(to, { schemas })]
  const dialect = from.dialect
  const { operations, refusals } = diffSchemas(before, desired, { dialect })
  // Values that are taken out of an enum are refused, and so is a pair that does it.
  if (refusals.length > 0) return refusals.find((refusal) => !/^enum .* would be taken away/.test(refusal))
  const { identical_dump: isIdentical } = metaOf(folderOfPair)
  if (isIdentical === true) return operations.length === 0 ? undefined : `no difference, but: ${titles(operations).join("; ")}`
  const down = reverseOperations(operations)
  const differ = async (reached: Engine, wanted: SchemaDefinition) => {
    const schema = await liveSchema(reached, { schemas })
    const direct = titles(diffSchemas(schema, wanted, { dialect }).operations)
    if (direct.length === 0) return direct
    await using scratch = await openScratch(reached, schemas)
    const settle = (each: SchemaDefinition) => settledSchema(scratch, each, schemas, dialect)
    return titles(diffSchemas(await settle(schema), await settle(wanted), { dialect }).operations)
  }
  await apply(from, operations)
  const missed = await differ(from, desired)
  if (missed.length > 0) return `up leaves: ${missed.join("; ")}`
  if (down.some(({ kind }) => kind === "irreversible")) return undefined
  await apply(from, down)
  const left = await differ(from, before)
  return left.length > 0 ? `down leaves: ${left.join("; ")}` : undefined
}

async function loaded(database: TestDatabase, folderOfPair: string, side: "old" | "new"): Promise<Engine> {
  const url = await database.url()
  const loader = await database.engine({ url })
  await using connection = await loader.connect()
  for (const file of ["setup.sql", `${side}.sql`]) {
    const path = join(folderOfPair, file)
    if (existsSync(path) && readFileSync(path, "utf8").trim() !== "") await connection.exec(readFileSync(path, "utf8"))
  }
  await connection.release()
  await loader.dispose()
  return await database.engine({ url })
}

async function namedSchemas(...engines: readonly Engine[]): Promise<readonly string[]> {
  const names = new Set<string>()
  for (const engine of engines) {
    if (!engine.dialect.capabilities.schemas) continue
    await using connection = await engine.connect()
    const { rows } = await connection.exec(
      "select nspname::text from pg_namespace where nspname !~ '^pg_' and nspname not in ('public', 'information_schema')",
    )
    for (const [name] of rows) names.add(String(name))
  }
  return [...names]
}

function followPairs(database: TestDatabase, sources: readonly string[]): void {
  for (const source of sources) {
    for (const pair of skip === false ? pairsOf(source) : [join(source, "*")]) {
      test(`${source}/${basename(pair)} is followed there and back`, { skip }, async () => {
        assert.equal(await follow(database, pair), undefined)
      })
    }
  }
}

onDatabases(["postgresql"], "a pair of schemas of others", (database) => {
  followPairs(database, ["migra", "pgschema", "sqldef_pg"])
})
onDatabases(["sqlite"], "a pair of schemas of others", (database) => {
  followPairs(database, ["sqldef_sqlite"])
})
