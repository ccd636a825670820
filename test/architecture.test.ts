import assert from "node:assert/strict"
import { globSync, readFileSync } from "node:fs"
import { join, sep } from "node:path"
import { describe, test } from "node:test"
import { fileURLToPath } from "node:url"
import {
  badNames,
  bareErrors,
  branchesOnDatabaseNames,
  cycles,
  deepImports,
  type Finding,
  forbiddenLayers,
  forbiddenPackages,
  importsOfAlternatives,
  importsOfOwnDoor,
  largeFiles,
  type LayerTable,
  missingTargets,
  unexplainedEscapes,
  unknownLayers,
} from "./support/architecture/rules.ts"
import { parseSourceFile, type SourceFile } from "./support/architecture/source-file.ts"

/** Who may import whom: the table of `ARCHITECTURE.md`. */
const table: LayerTable = {
  errors: { layers: [], packages: [] },
  util: { layers: ["errors"], packages: ["node:*"] },
  sql: { layers: ["errors", "util"], packages: ["kysely"] },
  schema: { layers: ["errors", "util", "sql"], packages: ["kysely", "node:*"] },
  dialects: { layers: ["errors", "util", "sql", "schema"], packages: ["kysely"] },
  engine: { layers: ["errors", "util", "sql", "dialects"], packages: ["kysely", "node:*"] },
  drivers: {
    layers: ["errors", "util", "sql", "dialects", "engine"],
    packages: ["node:*", "node:sqlite", "kysely", "pg", "@electric-sql/pglite"],
  },
  orm: { layers: ["errors", "util", "sql", "schema", "engine"], packages: ["kysely", "node:*"] },
  migrations: { layers: ["errors", "util", "sql", "schema", "dialects", "engine"], packages: ["kysely", "node:*"] },
  http: { layers: ["errors", "util", "orm", "engine"], packages: ["node:*", "fastify", "hono"] },
  testing: {
    layers: ["errors", "util", "sql", "schema", "dialects", "engine", "drivers", "orm", "migrations", "http"],
    packages: ["node:*", "kysely"],
  },
  cli: { layers: ["errors", "util", "migrations", "engine", "drivers", "schema"], packages: ["node:*"] },
}

/** A driver loads its own dialect and not the others. */
const alternatives = ["dialects/postgres/", "dialects/sqlite/"]
const extraDoors = alternatives.map((folder) => `${folder}index.ts`)

/** Where knowing a database by its name is the job. */
const mayNameDatabases = ["dialects/", "drivers/", "engine/url"]

const rules: Readonly<Record<string, (files: readonly SourceFile[]) => Finding[]>> = {
  "every folder is a layer of the table": (files) => unknownLayers(files, table),
  "a layer imports only the layers that it lists": (files) => forbiddenLayers(files, table),
  "a layer imports only the packages that it lists": (files) => forbiddenPackages(files, table),
  "across layers only the door is imported": (files) => deepImports(files, extraDoors),
  "one dialect knows nothing of another": (files) => importsOfAlternatives(files, alternatives),
  "inside a layer files are imported directly": importsOfOwnDoor,
  "every relative import leads to a file": missingTargets,
  "files do not import each other in a circle": cycles,
  "no shared code branches on a database's name": (files) => branchesOnDatabaseNames(files, mayNameDatabases),
  "errors are of the project's own classes": bareErrors,
  "a check that is switched off says why": unexplainedEscapes,
  "names are kebab-case and say what is there": badNames,
  "nine files in ten are under 300 code lines": (files) => largeFiles(files, 300),
}

function readSources(): SourceFile[] {
  const root = fileURLToPath(new URL("../src", import.meta.url))
  return globSync("**/*.ts", { cwd: root }).map((path) =>
    parseSourceFile(path.split(sep).join("/"), readFileSync(join(root, path), "utf8")),
  )
}

describe("the architecture", () => {
  const files = readSources()

  test("is read from the sources", () => {
    assert.ok(files.length > 0, "no source file was found")
    assert.ok(
      files.some((file) => file.imports.length > 0),
      "no import was found",
    )
  })

  for (const [name, rule] of Object.entries(rules)) {
    test(name, () => assert.equal(rule(files).join("\n"), ""))
  }
})

/** For each rule: the smallest set of files that breaks it, and what it says. */
const offences: Readonly<Record<string, { readonly files: Readonly<Record<string, string>>; readonly findings: readonly Finding[] }>> = {
  "every folder is a layer of the table": {
    files: { "cache/index.ts": "" },
    findings: ["src/cache/ is not in the table of layers"],
  },
  "a layer imports only the layers that it lists": {
    files: {
      "sql/index.ts": "",
      "orm/index.ts": "",
      "sql/a.ts": 'import type { Session } from "../orm/index.ts"',
      "migrations/run.ts": 'async function run() {\n  await import("../orm/index.ts")\n}',
      "engine/a.ts": 'export * from "../orm/index.ts"\nlet a: import("../migrations/index.ts").Plan',
    },
    findings: [
      "src/sql/a.ts:1 sql/ may not import orm/",
      "src/migrations/run.ts:2 migrations/ may not import orm/",
      "src/engine/a.ts:1 engine/ may not import orm/",
      "src/engine/a.ts:2 engine/ may not import migrations/",
    ],
  },
  "a layer imports only the packages that it lists": {
    files: {
      "engine/pool.ts": 'import "node:sqlite"\nimport pg from "pg"\nimport { z } from "kysely/helpers/postgres"',
      "index.ts": 'import "kysely"',
    },
    findings: [
      "src/engine/pool.ts:1 engine/ may not import node:sqlite",
      "src/engine/pool.ts:2 engine/ may not import pg",
      "src/index.ts:1 the root may not import kysely",
    ],
  },
  "across layers only the door is imported": {
    files: { "orm/a.ts": 'export { b } from "../sql/select.ts"', "index.ts": 'import "./sql/select.ts"', "sql/select.ts": "" },
    findings: ["src/orm/a.ts:1 reaches into sql/: import sql/index.ts", "src/index.ts:1 reaches into sql/: import sql/index.ts"],
  },
  "one dialect knows nothing of another": {
    files: {
      "dialects/sqlite/a.ts": 'import { b } from "../postgres/b.ts"\nimport { c } from "../c.ts"',
      "drivers/pg.ts": 'import { postgres } from "../dialects/postgres/index.ts"\nimport { sqlite } from "../dialects/sqlite/index.ts"',
    },
    findings: ["src/dialects/sqlite/a.ts:1 dialects/sqlite/ may not import dialects/postgres/"],
  },
  "inside a layer files are imported directly": {
    files: { "orm/a.ts": 'import { b } from "./index.ts"', "orm/index.ts": "" },
    findings: ["src/orm/a.ts:1 imports its own layer's door"],
  },
  "every relative import leads to a file": {
    files: { "orm/a.ts": 'import { b } from "./b.js"' },
    findings: ["src/orm/a.ts:1 orm/b.js does not exist"],
  },
  "files do not import each other in a circle": {
    files: {
      "orm/a.ts": 'import type { B } from "./b.ts"',
      "orm/b.ts": 'export { C } from "./c.ts"',
      "orm/c.ts": 'import { A } from "./a.ts"',
      "orm/d.ts": 'import { A } from "./a.ts"',
    },
    findings: ["cycle: orm/a.ts ↔ orm/b.ts ↔ orm/c.ts"],
  },
  "no shared code branches on a database's name": {
    files: {
      "orm/a.ts": 'const name = "sqlite"\nif (dialect.title === "SQLite") go()\nswitch (name) {\n  case "postgresql":\n}',
      "engine/url.ts": 'if (scheme === "sqlite") go()',
    },
    findings: [
      'src/orm/a.ts:2 branches on the database "SQLite": ask for a capability',
      'src/orm/a.ts:4 branches on the database "postgresql": ask for a capability',
    ],
  },
  "errors are of the project's own classes": {
    files: {
      "orm/a.ts": '// throw new Error("in a comment")\nthrow new Error("x")\nreject(new TypeError(`y`))\nthrow new SessionError("z")',
    },
    findings: ["src/orm/a.ts:2 new Error: use a class of errors/", "src/orm/a.ts:3 new TypeError: use a class of errors/"],
  },
  "a check that is switched off says why": {
    files: {
      "orm/a.ts":
        "const a = b as any\nconst c = d as any // -- the driver's types lag behind\n// @ts-ignore\ne()\n// @ts-expect-error -- checked at run time instead\nf()\n/* oxlint-disable */",
    },
    findings: [
      "src/orm/a.ts:1 as any without `-- reason`",
      "src/orm/a.ts:3 @ts-ignore without `-- reason`",
      "src/orm/a.ts:7 oxlint-disable without `-- reason`",
    ],
  },
  "names are kebab-case and say what is there": {
    files: {
      "orm/unitOfWork.ts": "",
      "orm/string-utils.ts": "",
      "orm/a.ts": "interface ISession {}\nclass SessionImpl {}\ninterface Identity {}",
    },
    findings: [
      "src/orm/unitOfWork.ts:1 unitOfWork.ts is not kebab-case",
      "src/orm/string-utils.ts:1 string-utils.ts says nothing about what it holds",
      "src/orm/a.ts:1 ISession: name it for what it is",
      "src/orm/a.ts:2 SessionImpl: name it for what it is",
    ],
  },
  "nine files in ten are under 300 code lines": {
    files: { "orm/a.ts": "go()\n".repeat(300), "orm/b.ts": "// go\n".repeat(300) },
    findings: ["src/orm/a.ts:1 has 300 code lines, and so has one file in ten: split"],
  },
}

const parse = (files: Readonly<Record<string, string>>) => Object.entries(files).map(([path, text]) => parseSourceFile(path, text))

describe("each rule can fail", () => {
  for (const [name, rule] of Object.entries(rules)) {
    test(name, () => {
      const offence = offences[name]
      assert.ok(offence, "the rule has no example that breaks it")
      assert.deepEqual(rule(parse(offence.files)), offence.findings)
    })
  }

  test("a sound set of files breaks none", () => {
    const sound = parse({
      "index.ts": 'export * from "./sql/index.ts"\nexport type { A } from "./orm/index.ts"',
      "sql/index.ts": 'export { select } from "./select.ts"',
      "sql/select.ts":
        'import { sql } from "kysely"\nexport const select = (a: any): a is any => /["\'`]/.test(sql`${a} from "../orm/x.ts" ${`}`}`)',
      "orm/index.ts": 'import { select } from "../sql/index.ts"\nexport type A = typeof select',
    })
    for (const [name, rule] of Object.entries(rules)) assert.deepEqual(rule(sound), [], name)
  })
})
