import assert from "node:assert/strict"
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, test } from "node:test"
import { ArgumentError, MigrationFileError, MigrationImportError } from "../../src/errors/index.ts"
import { migration } from "../../src/migrations/index.ts"
import { sourceChecksum } from "../../src/migrations/revisions/checksum.ts"
import { migrationFileName, slug } from "../../src/migrations/revisions/file-name.ts"
import { loadRevisions, operationsOf } from "../../src/migrations/revisions/revision-file.ts"
import { isRevisionId, newRevisionId } from "../../src/migrations/revisions/revision-id.ts"
import { importsOf, requireStatic } from "../../src/migrations/revisions/static-imports.ts"
import { writeNewFile } from "../../src/migrations/revisions/write-revision.ts"
import { CliProject, migrationSource, tableHistory } from "./cli-project.ts"

describe("the name of a migration's file", () => {
  const parts = { message: "Add user's e-mail index", revision: "4f1d2c8a90be", date: new Date(2025, 11, 7, 9, 5, 3) }

  test("is dated and says what it does", () => {
    assert.equal(migrationFileName("{year}-{month}-{day}_{slug}", parts), "2025-12-07_add_users_e_mail_index.ts")
  })
  test("takes every token, and an extension of its own", () => {
    assert.equal(migrationFileName("{year}{month}{day}{hour}{minute}{second}_{revision}.mts", parts), "20251207090503_4f1d2c8a90be.mts")
  })
  test("refuses unknown tokens and other folders", () => {
    assert.throws(
      () => migrationFileName("{year}_{name}", parts),
      (error) => error instanceof ArgumentError && /\{name\} is not a token/.test(error.message),
    )
    assert.throws(() => migrationFileName("../{slug}", parts), ArgumentError)
  })
  test("keeps letters of every script, and no more than it can", () => {
    assert.equal(slug("Größe für Čeština – Ähm"), "große_fur_cestina_ahm")
    assert.equal(slug("日本語 テスト"), "日本語_テスト")
    assert.equal(slug("add ".repeat(40)).length <= 60, true)
    assert.throws(() => slug(" … !"), ArgumentError)
  })
})

describe("a revision's id", () => {
  test("is twelve hexadecimal digits, and another one each time", () => {
    const made = new Set(Array.from({ length: 1000 }, () => newRevisionId()))
    assert.equal(made.size, 1000)
    for (const id of made) assert.match(id, /^[0-9a-f]{12}$/)
  })
  test("may be any word that does not stand for a place", () => {
    assert.deepEqual(["a1", "release_7", "head", "heads", "base", "", "a-b", 7].map(isRevisionId), [
      true,
      true,
      false,
      false,
      false,
      false,
      false,
      false,
    ])
  })
})

test("the checksum does not depend on how lines end", () => {
  assert.equal(sourceChecksum("a\r\nb\n"), sourceChecksum("a\nb\n"))
  assert.equal(sourceChecksum("\uFEFFa\n"), sourceChecksum("a\n"))
  assert.notEqual(sourceChecksum("a\nb\n"), sourceChecksum("a\nb"))
})

describe("a migration's imports", () => {
  test("are found in every form", () => {
    const source = `import { migration } from "rebis/migrations"
import type { User } from "../src/user.model.ts"
import "side-effect"
export * from './other.ts'
const late = await import("late")
const old = require("old")
const computed = await import(name)`
    assert.deepEqual(importsOf(source), [
      { specifier: "rebis/migrations", line: 1 },
      { specifier: "../src/user.model.ts", line: 2 },
      { specifier: "side-effect", line: 3 },
      { specifier: "./other.ts", line: 4 },
      { specifier: "late", line: 5 },
      { specifier: "old", line: 6 },
      { specifier: undefined, line: 7 },
    ])
  })
  test("are not seen in comments, strings, templates, regular expressions and names", () => {
    const source = `// import "a"
/* import "b"
   from "c" */
const text = "import 'd'" + 'from "e"'
const template = \`import "f" \${inner(\`from "g"\`)} from "h"\`
const pattern = /import "i"[/"]/g
object.import("j"); object.require("k")
const from = 1
op.execute("insert into t select * from \\"user\\"")`
    assert.deepEqual(importsOf(source), [])
  })
  test("are found behind a template and inside of its code", () => {
    assert.deepEqual(importsOf('const a = `x${ {b: 1} }`\nimport "a"'), [{ specifier: "a", line: 2 }])
    assert.deepEqual(importsOf('const a = `x${await import("b")}`'), [{ specifier: "b", line: 1 }])
  })
  test("of anything but the migration API are refused, with the line", () => {
    requireStatic(migrationSource("a", null), "a.ts")
    assert.throws(
      () => requireStatic('import { migration } from "rebis/migrations"\n\nimport { User } from "../src/user.model.ts"', "2025_a.ts"),
      (error) => {
        assert.ok(error instanceof MigrationImportError)
        assert.equal(error.code, "REBIS_MIGRATION_IMPORT")
        assert.match(error.message, /2025_a\.ts:3 imports "\.\.\/src\/user\.model\.ts"/)
        return true
      },
    )
  })
})

describe("migration()", () => {
  const rest = { up() {}, down() {} }
  test("takes one parent, several or none", () => {
    assert.deepEqual(migration({ revision: "b", downRevision: "a", ...rest }).downRevisions, ["a"])
    assert.deepEqual(migration({ revision: "c", downRevision: ["a", "b"], ...rest }).downRevisions, ["a", "b"])
    assert.deepEqual(migration({ revision: "a", downRevision: null, ...rest }).downRevisions, [])
  })
  test("refuses what is no migration", () => {
    assert.throws(() => migration({ revision: "head", downRevision: null, ...rest }), MigrationFileError)
    assert.throws(() => migration({ revision: "a", downRevision: [], ...rest }), MigrationFileError)
    assert.throws(() => migration({ revision: "a", downRevision: "not an id", ...rest }), MigrationFileError)
    assert.throws(() => migration({ revision: "a", downRevision: null, up() {} } as never), /no function down/)
    assert.throws(() => migration({ revision: "a", ...rest } as never), /downRevision is missing/)
  })
})

describe("a folder of migrations", () => {
  test("is read file by file, and ordered by downRevision", async () => {
    await using project = await CliProject.create({
      ...tableHistory(["b", "a"], ["a", null]),
      "migrations/.gitkeep": "",
      "migrations/README.md": "",
      "migrations/types.d.ts": "",
    })
    const graph = await loadRevisions(project.migrations)
    assert.deepEqual(graph.ids, ["a", "b"])
    const [first] = graph.ordered
    assert.ok(first)
    assert.equal(first.file, "2025-01-02_a.ts")
    assert.deepEqual(
      operationsOf(first, "up").map((operation) => operation.describe()),
      ["create table t_a"],
    )
  })

  const refused: Readonly<Record<string, readonly [source: string, message: RegExp]>> = {
    "that cannot be parsed": ["export default migration({", /cannot load bad\.ts: /],
    "that exports no migration": ["export const a = 1", /bad\.ts does not export a migration/],
    "that exports something like one": ['export default { revision: "a", downRevision: null }', /bad\.ts does not export a migration/],
    "that throws": ['throw new Error("boom")', /cannot load bad\.ts: boom/],
    "whose definition is wrong": [migrationSource("head", null), /cannot load bad\.ts: "head" is not a revision id/],
    "with syntax that Node does not strip": ["enum A { B }\nexport default A", /cannot load bad\.ts/],
  }
  for (const [what, [source, message]] of Object.entries(refused)) {
    test(`is refused with a file ${what}`, async () => {
      await using project = await CliProject.create({ "migrations/bad.ts": source })
      await assert.rejects(loadRevisions(project.migrations), (error) => error instanceof MigrationFileError && message.test(error.message))
    })
  }

  test("is refused when its files import the application", async () => {
    await using project = await CliProject.create({
      "migrations/bad.ts": `import "../src/db.ts"\n${migrationSource("a", null)}`,
      "src/db.ts": 'throw new Error("was run")',
    })
    await assert.rejects(
      loadRevisions(project.migrations),
      (error) => error instanceof MigrationImportError && /bad\.ts:1/.test(error.message),
    )
  })

  test("that is missing is said, with what to do", async () => {
    await assert.rejects(
      loadRevisions("/nowhere/migrations"),
      (error) => error instanceof MigrationFileError && /rebis init/.test(error.message),
    )
  })

  test("is read anew when a file was changed in the same process", async () => {
    await using project = await CliProject.create({ "migrations/a.ts": migrationSource("a", null) })
    assert.deepEqual((await loadRevisions(project.migrations)).ids, ["a"])
    await project.write({ "migrations/a.ts": migrationSource("b", null) })
    assert.deepEqual((await loadRevisions(project.migrations)).ids, ["b"])
  })

  test("may have functions that fail or wait, which is said when they are listed", async () => {
    await using project = await CliProject.create({
      "migrations/a.ts": migrationSource("a", null, "null.x"),
      "migrations/b.ts": migrationSource("b", "a").replace("up(op)", "async up(op)"),
    })
    const [a, b] = (await loadRevisions(project.migrations)).ordered
    assert.ok(a && b)
    assert.throws(() => operationsOf(a, "up"), /a\.ts: up\(\) failed while it listed its operations/)
    assert.throws(
      () => operationsOf(b, "up"),
      (error) => error instanceof MigrationFileError && /op\.run/.test(error.message),
    )
  })
})

test("a new file never takes the place of one that is there", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rebis-write-"))
  try {
    await writeFile(join(folder, "a.ts"), "old")
    const names = await Promise.all(["1", "2", "3"].map((text) => writeNewFile(folder, "a.ts", text)))
    assert.deepEqual(names.toSorted(), ["a_2.ts", "a_3.ts", "a_4.ts"])
    assert.equal(await readFile(join(folder, "a.ts"), "utf8"), "old")
    assert.equal((await readdir(folder)).length, 4)
  } finally {
    await rm(folder, { recursive: true })
  }
})
