/**
 * The door to databases for test authors.
 *
 * @example
 * forEachDatabase("unit of work", (database) => {
 *   test("writes only changed columns", async () => {
 *     const engine = await database.engine() // on a fresh, empty database; disposed of after the test
 *     …
 *   })
 *   test("locks rows", unless(database, "concurrentWriters", "needs two writers"), async () => { … })
 * })
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises"
import { rmSync } from "node:fs"
import { join } from "node:path"
import { after, afterEach, beforeEach, describe } from "node:test"
import { type Capabilities, postgres, sqlite } from "../../src/dialects/index.ts"
import type { Engine, EngineOptions } from "../../src/engine/index.ts"
import { copyPgliteTemplate } from "./pglite-template.ts"
import { createPostgresDatabase, dropPostgresDatabase } from "./postgres-databases.ts"
import { temporaryRoot } from "./temporary-root.ts"

export type DatabaseName = "postgresql" | "pglite" | "sqlite"

/** One of the databases that every case runs on. Everything that it hands out is cleaned up after the test (or suite) that asked. */
export interface TestDatabase {
  readonly name: DatabaseName
  readonly capabilities: Capabilities
  /** The URL of a new, empty database that other processes can open too. A new one at each call. */
  url(): Promise<string>
  /** An engine on a new, empty database. A new database at each call, unless `url` names one. */
  engine(options?: EngineOptions & { readonly url?: string }): Promise<Engine>
}

/** Runs `cases` once for each database, as a suite named `name (database)`. `REBIS_TEST_DATABASES=sqlite,pglite` limits it. */
export function forEachDatabase(name: string, cases: (database: TestDatabase) => void): void {
  onDatabases(["postgresql", "pglite", "sqlite"], name, cases)
}

/**
 * As {@link forEachDatabase}, on the named databases only. For what is one driver's or one server's own; where a case could run
 * on a database that has a capability, use {@link unless}.
 */
export function onDatabases(names: readonly DatabaseName[], name: string, cases: (database: TestDatabase) => void): void {
  const wanted = process.env.REBIS_TEST_DATABASES?.split(",")
  for (const each of names) {
    const skip = wanted !== undefined && !wanted.includes(each) ? `REBIS_TEST_DATABASES is ${wanted.join(",")}` : false
    describe(`${name} (${each})`, { skip }, () => {
      const cleanups = new CleanupScopes()
      beforeEach(() => cleanups.enter())
      cases(testDatabase(each, cleanups))
      // Registered last: they run after the hooks of the cases.
      afterEach(() => cleanups.leave())
      after(() => cleanups.leave())
    })
  }
}

/**
 * The option of a test that needs a capability: skipped, with the reason, on a database that lacks it.
 *
 * @example test("stores arrays", unless(database, "nativeTypes", "arrays are PostgreSQL's"), async () => { … })
 */
export function unless(database: TestDatabase, capability: keyof Capabilities, reason: string): { readonly skip: string | false } {
  const value = database.capabilities[capability]
  if (typeof value !== "boolean") throw new TypeError(`${capability} is not a yes or no: compare it in the test`)
  return { skip: value ? false : `${database.name} lacks ${capability}: ${reason}` }
}

function testDatabase(name: DatabaseName, cleanups: CleanupScopes): TestDatabase {
  const database: TestDatabase = {
    name,
    capabilities: (name === "sqlite" ? sqlite : postgres).capabilities,
    url: () => makeDatabase[name](cleanups),
    async engine({ url, ...options } = {}) {
      const { createEngine } = await import("../../src/drivers/index.ts")
      const engine = createEngine(url ?? (await database.url()), options)
      cleanups.add(() => engine.dispose())
      return engine
    },
  }
  return database
}

const makeDatabase: Record<DatabaseName, (cleanups: CleanupScopes) => Promise<string>> = {
  async postgresql(cleanups) {
    const url = await createPostgresDatabase()
    cleanups.add(() => dropPostgresDatabase(url))
    return url
  },
  async pglite(cleanups) {
    const folder = join(await testFolder(), `pglite-${nextNumber()}`)
    await copyPgliteTemplate(folder)
    cleanups.add(() => rm(folder, { recursive: true, force: true }))
    return `pglite://${folder}`
  },
  async sqlite(cleanups) {
    const folder = join(await testFolder(), `sqlite-${nextNumber()}`)
    await mkdir(folder)
    cleanups.add(() => rm(folder, { recursive: true, force: true }))
    return `sqlite:///${join(folder, "test.db")}`
  },
}

/** What to undo, by the test that it was made in; the outermost scope is the suite itself. Tests of a suite run one after another. */
class CleanupScopes {
  readonly #scopes: (() => Promise<void>)[][] = [[]]

  add(cleanup: () => Promise<void>): void {
    this.#scopes.at(-1)?.push(cleanup)
  }

  enter(): void {
    this.#scopes.push([])
  }

  async leave(): Promise<void> {
    const failures: unknown[] = []
    for (const cleanup of (this.#scopes.pop() ?? []).toReversed()) await cleanup().catch((error: unknown) => failures.push(error))
    if (failures.length > 0) throw new AggregateError(failures, "cleaning up after a test failed")
  }
}

let numbers = 0
const nextNumber = () => `${process.pid}-${++numbers}`

let folder: Promise<string> | undefined

/** Where this process keeps its files: removed with the process, and by `scripts/test.ts` at the end of the run. */
function testFolder(): Promise<string> {
  folder ??= mkdtemp(join(process.env.REBIS_TEST_FOLDER ?? temporaryRoot, "rebis-databases-")).then((made) => {
    process.on("exit", () => rmSync(made, { recursive: true, force: true }))
    return made
  })
  return folder
}
