import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, test } from "node:test"
import { MigrationFileError } from "../../src/errors/index.ts"
import { type MigrationOperations, recordOperations } from "../../src/migrations/operations/migration-operations.ts"
import type { Operation } from "../../src/migrations/operations/operation.ts"
import { reverseOperations } from "../../src/migrations/plan/reverse.ts"
import { renderMigration } from "../../src/migrations/render/render-migration.ts"

type Body = (op: MigrationOperations) => void

/** A call of every method with everything that it takes, and with as little as it takes. */
const every: Body = (op) => {
  op.createSchema("audit")
  op.dropSchema("audit")
  op.createEnum("mood", ["sad", 'it\'s "ok"'])
  op.createEnum({ schema: "audit", name: "kind" }, ["in"])
  op.addEnumValue("mood", "happy")
  op.addEnumValue("mood", "glad", { before: "happy" })
  op.dropEnum("mood", ["sad"])
  op.createTable("user", {
    columns: [
      { name: "id", type: "integer", identity: "by default" },
      { name: "email", type: "text", nullable: true, default: "'a''b'", comment: 'a "comment"\non two lines' },
      { name: "size", type: "integer", generated: { expression: "length(email)", kind: "stored" }, collation: '"C"' },
    ],
    primaryKey: { name: "user_pkey", columns: ["id"] },
    uniques: [{ name: "user_email_key", columns: ["email"] }],
    foreignKeys: [
      {
        name: "user_parent_fkey",
        columns: ["id"],
        references: { schema: "audit", table: "entry", columns: ["id"] },
        onDelete: "cascade",
        onUpdate: "set null",
        deferrable: "deferred",
      },
    ],
    checks: [{ name: "user_check", expression: `"email" <> ''` }],
    indexes: [
      { name: "user_email_idx", keys: ["email"] },
      {
        name: "user_lower_idx",
        keys: [
          { expression: "lower(email)", direction: "desc" },
          { column: "id", nulls: "first" },
        ],
        unique: true,
        method: "btree",
        where: "id > 0",
      },
    ],
    comment: "people",
  })
  op.createTable("bare", { columns: [{ name: "id", type: "integer" }] })
  op.dropTable("bare", { columns: [{ name: "id", type: "integer" }] })
  op.dropTable({ schema: "audit", name: "entry" })
  op.renameTable("user", "account")
  op.commentOnTable("user", { from: null, to: "people" })
  op.addColumn("user", { name: "age", type: "integer", default: "0" })
  op.dropColumn("user", { name: "age", type: "integer", default: "0" })
  op.dropColumn("user", "age")
  op.alterColumn("user", "age", {
    type: { from: "text", to: "integer", using: 'cast("age" as integer)' },
    nullable: { from: true, to: false },
  })
  op.alterColumn("user", "age", {
    default: { from: null, to: "0" },
    identity: { from: null, to: "always" },
    comment: { from: "a", to: null },
  })
  op.renameColumn("user", "age", "years")
  op.createIndex("user", { name: "user_age_idx", keys: ["age"] }, { concurrently: true })
  op.dropIndex("user", { name: "user_age_idx", keys: ["age"], include: ["id"], with: ["fillfactor=70"] })
  op.dropIndex("user", "user_age_idx")
  op.renameIndex("user", { name: "user_age_idx", keys: ["age"] }, "user_years_idx")
  op.addPrimaryKey("user", { name: "user_pkey", columns: ["id"] })
  op.dropPrimaryKey("user", { name: "user_pkey", columns: ["id"] })
  op.addUnique("user", { name: "u", columns: ["a", "b"], nullsNotDistinct: true })
  op.dropUnique("user", { name: "u", columns: ["a", "b"] })
  op.addForeignKey("post", { name: "f", columns: ["user_id"], references: { table: "user", columns: ["id"] } })
  op.dropForeignKey("post", { name: "f", columns: ["user_id"], references: { table: "user", columns: ["id"] } })
  op.addCheck("post", { name: "c", expression: "a > 0" })
  op.dropCheck("post", { name: "c", expression: "a > 0" })
  op.dropConstraint("post", "c")
  op.renameConstraint("post", "c", "d")
  op.execute("update post set title = 'x'")
  op.execute("vacuum", { transaction: false, reverse: "select 1" })
  op.execute(`update post set title = '${"long ".repeat(40)}' where "title" = 'a "quoted" text'`)
  op.irreversible(`because ${"of this and that ".repeat(10)}`)
}

async function load(source: string): Promise<{ readonly up: Body; readonly down: Body }> {
  const body = source.replace(/^import .*$/m, "const migration = (definition) => definition")
  const loaded = (await import(`data:text/javascript,${encodeURIComponent(body)}`)) as {
    readonly default: { readonly up: Body; readonly down: Body }
  }
  return loaded.default
}

const sources = (operations: readonly Operation[]) => operations.map((operation) => operation.source())

describe("a rendered migration", () => {
  const up = recordOperations(every)
  const source = renderMigration({ revision: "0a1b2c", downRevision: "ffff", up })

  test("says again exactly what it was rendered from, up and down", async () => {
    const loaded = await load(source)
    assert.deepEqual(recordOperations(loaded.up), up)
    assert.deepEqual(sources(recordOperations(loaded.down)), sources(reverseOperations(up)))
  })

  test("is formatted as the formatter leaves it", () => {
    const folder = mkdtempSync(join(tmpdir(), "rebis-render-"))
    try {
      const file = join(folder, "migration.ts")
      writeFileSync(file, source)
      execFileSync("node_modules/.bin/oxfmt", ["--config", ".oxfmtrc.json", "--write", file], { stdio: "pipe" })
      assert.equal(readFileSync(file, "utf8"), source)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test("reads like this", () => {
    const operations = recordOperations((op) => {
      op.addColumn("user", { name: "age", type: "integer", nullable: true })
      op.dropColumn("user", { name: "years", type: "integer" })
      op.addEnumValue("mood", "glad")
    })
    assert.equal(
      renderMigration({ revision: "0a1b2c", downRevision: null, up: operations }),
      `// add column user.age (integer)
// drop column user.years
// add value glad to enum mood

import { migration } from "rebis/migrations"

export default migration({
  revision: "0a1b2c",
  downRevision: null,
  up(op) {
    op.addColumn("user", { name: "age", type: "integer", nullable: true })
    // loses the data of column user.years
    op.dropColumn("user", { name: "years", type: "integer" })
    op.addEnumValue("mood", "glad")
  },
  down(op) {
    op.irreversible("the value glad of enum mood cannot be taken away again: PostgreSQL has no statement for it, and rows may hold it")
    op.addColumn("user", { name: "years", type: "integer" })
    // loses the data of column user.age
    op.dropColumn("user", { name: "age", type: "integer", nullable: true })
  },
})
`,
    )
  })

  test("without operations is a file to be filled in", async () => {
    const empty = renderMigration({ revision: "0a1b2c", downRevision: ["a", "b"], up: [] })
    assert.deepEqual(recordOperations((await load(empty)).up), [])
    assert.match(empty, /downRevision: \["a", "b"\],\n {2}up\(\) \{\},\n {2}down\(\) \{\},/)
  })

  test("keeps names that try to break out of comments and strings", async () => {
    const name = 'x"\n*/ process.exit(1) //\u2028`${1}`\\'
    const operations = recordOperations((op) => op.createTable(name, { columns: [{ name, type: "text" }] }))
    const loaded = await load(renderMigration({ revision: "0a1b2c", downRevision: null, up: operations }))
    assert.deepEqual(recordOperations(loaded.up), operations)
  })
})

describe("the reverse of an operation", () => {
  for (const operation of recordOperations(every)) {
    const reversed = operation.reverse()
    if (reversed === undefined) continue
    test(`${operation.describe().replaceAll("\n", " ")}: reversed twice is itself`, () => {
      assert.equal(reversed.reverse()?.source(), operation.source())
    })
  }

  for (const [what, body] of Object.entries<Body>({
    "dropping a table without its definition": (op) => op.dropTable("a"),
    "dropping a column without its definition": (op) => op.dropColumn("a", "b"),
    "dropping an index without its definition": (op) => op.dropIndex("a", "b"),
    "dropping a constraint by its name": (op) => op.dropConstraint("a", "b"),
    "altering a column without saying what it was": (op) => op.alterColumn("a", "b", { nullable: { to: true } }),
    "executing SQL without its reverse": (op) => op.execute("select 1"),
    "running code": (op) => op.run(async () => {}),
  })) {
    test(`${what} has none, and says why`, () => {
      const [operation] = recordOperations(body)
      assert.equal(operation?.reverse(), undefined)
      const [reversed] = reverseOperations(recordOperations(body))
      assert.equal(reversed?.kind, "irreversible")
      assert.ok(reversed.irreversibleBecause().length > 10)
    })
  }
})

describe("recording operations", () => {
  test("refuses an async function, whose later calls it would miss", () => {
    const body = async (op: MigrationOperations) => {
      await Promise.resolve()
      op.execute("select 1")
    }
    assert.throws(() => recordOperations(body), MigrationFileError)
  })
})
