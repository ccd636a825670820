import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { type Dialect, postgres, sqlite } from "../../src/dialects/index.ts"
import { UnsupportedError } from "../../src/errors/index.ts"
import { type MigrationOperations, recordOperations } from "../../src/migrations/operations/migration-operations.ts"

/** The statements of operations, none of which needs to look at a live table. */
async function statements(dialect: Dialect, body: (op: MigrationOperations) => void, scratch = false): Promise<readonly string[]> {
  const context = { dialect, scratch, liveTable: () => Promise.resolve(undefined) }
  const lowered: string[] = []
  for (const operation of recordOperations(body)) lowered.push(...(await operation.lower(context)))
  return lowered
}

const createPost = (op: MigrationOperations) =>
  op.createTable('po"st', {
    columns: [
      { name: "id", type: "integer", identity: "always" },
      { name: "ti tle", type: "varchar(20)", default: "'x'", comment: "it's" },
      { name: "at", type: "timestamptz", default: "now()", nullable: true },
    ],
    primaryKey: { name: "post_pkey", columns: ["id"] },
    uniques: [{ name: "u", columns: ["ti tle", "at"] }],
    foreignKeys: [
      { name: "f", columns: ["id"], references: { table: "user", columns: ["id"] }, onDelete: "set null", deferrable: "deferred" },
    ],
    checks: [{ name: "c", expression: `"ti tle" <> ''` }],
    indexes: [
      { name: "i", keys: [{ column: "at", direction: "desc", nulls: "last" }, { expression: "lower(x)" }], unique: true, where: "a > 1" },
    ],
    comment: "posts",
  })

describe("DDL of PostgreSQL", () => {
  test("creates a table with all that belongs to it", async () => {
    assert.deepEqual(await statements(postgres, createPost), [
      `create table "po""st" (
  "id" integer generated always as identity not null,
  "ti tle" varchar(20) default 'x' not null,
  "at" timestamptz default now(),
  constraint "post_pkey" primary key ("id"),
  constraint "u" unique ("ti tle", "at"),
  constraint "f" foreign key ("id") references "user" ("id") on delete set null deferrable initially deferred,
  constraint "c" check ("ti tle" <> '')
)`,
      `create unique index "i" on "po""st" ("at" desc nulls last, (lower(x))) where a > 1`,
      `comment on table "po""st" is 'posts'`,
      `comment on column "po""st"."ti tle" is 'it''s'`,
    ])
  })

  test("takes the default away before a type is changed and gives it back after", async () => {
    assert.deepEqual(
      await statements(postgres, (op) =>
        op.alterColumn({ schema: "s", name: "t" }, "c", {
          type: { to: "integer", using: "length(c)" },
          nullable: { to: false },
          default: { to: "0" },
        }),
      ),
      [
        'alter table "s"."t" alter column "c" drop default',
        'alter table "s"."t" alter column "c" type integer using length(c)',
        'alter table "s"."t" alter column "c" set not null',
        'alter table "s"."t" alter column "c" set default 0',
      ],
    )
  })

  test("builds an index concurrently over what a killed build has left, but not in a scratch place", async () => {
    const body = (op: MigrationOperations) =>
      op.createIndex({ schema: "s", name: "t" }, { name: "i", keys: ["c"], method: "gin" }, { concurrently: true })
    assert.deepEqual(await statements(postgres, body), [
      'drop index concurrently if exists "s"."i"',
      'create index concurrently "i" on "s"."t" using "gin" ("c")',
    ])
    assert.deepEqual(await statements(postgres, body, true), ['create index "i" on "s"."t" using "gin" ("c")'])
  })

  test("writes text so that it is the same whatever the server's settings", async () => {
    assert.deepEqual(
      await statements(postgres, (op) => {
        op.createEnum("mood", ["it's", "back\\slash"])
        op.addEnumValue("mood", "ok", { before: "it's" })
        op.commentOnTable("t", { to: null })
      }),
      [
        `create type "mood" as enum ('it''s', E'back\\\\slash')`,
        `alter type "mood" add value if not exists 'ok' before 'it''s'`,
        `comment on table "t" is null`,
      ],
    )
  })

  test("adds a unique constraint over the columns of another key where CREATE TABLE would leave it out", async () => {
    assert.deepEqual(
      await statements(postgres, (op) =>
        op.createTable("t", {
          columns: [{ name: "id", type: "integer" }],
          primaryKey: { name: "p", columns: ["id"] },
          uniques: [{ name: "u", columns: ["id"] }],
        }),
      ),
      [
        'create table "t" (\n  "id" integer not null,\n  constraint "p" primary key ("id")\n)',
        'alter table "t" add constraint "u" unique ("id")',
      ],
    )
  })
})

describe("DDL of SQLite", () => {
  test("creates a table with all of it that SQLite has", async () => {
    assert.deepEqual(await statements(sqlite, createPost), [
      `create table "po""st" (
  "id" INTEGER constraint "post_pkey" primary key autoincrement not null,
  "ti tle" TEXT not null default 'x',
  "at" TEXT default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  constraint "u" unique ("ti tle", "at"),
  constraint "f" foreign key ("id") references "user" ("id") on delete set null deferrable initially deferred,
  constraint "c" check ("ti tle" <> '')
)`,
      `create unique index "i" on "po""st" ("at" desc, (lower(x))) where a > 1`,
    ])
  })

  test("says nothing for enums and comments", async () => {
    const body = (op: MigrationOperations) => {
      op.createEnum("mood", ["a"])
      op.addEnumValue("mood", "b")
      op.commentOnTable("t", { to: "x" })
      op.alterColumn("t", "c", { comment: { to: "x" } })
      op.dropEnum("mood")
    }
    assert.deepEqual(await statements(sqlite, body), [])
  })

  test("adds a column in place only where the rows can have its value without computing it", () => {
    const isInPlace = (column: { readonly nullable: boolean; readonly default?: string }) =>
      sqlite.ddl.addColumn({ name: "t" }, { name: "c", type: "TEXT", ...column }) !== undefined
    assert.equal(isInPlace({ nullable: true }), true)
    assert.equal(isInPlace({ nullable: false, default: "'x'" }), true)
    assert.equal(isInPlace({ nullable: false }), false)
    assert.equal(isInPlace({ nullable: false, default: "null" }), false)
    assert.equal(isInPlace({ nullable: true, default: "date('now')" }), false)
    assert.equal(isInPlace({ nullable: true, default: "current_timestamp" }), false)
  })

  test("refuses schemas and numbered columns that it has not", async () => {
    await assert.rejects(async () => await statements(sqlite, (op) => op.createSchema("audit")), UnsupportedError)
    const columns = [
      { name: "a", type: "integer", identity: "always" as const },
      { name: "b", type: "integer" },
    ]
    await assert.rejects(
      async () => await statements(sqlite, (op) => op.createTable("t", { columns, primaryKey: { name: "p", columns: ["a", "b"] } })),
      UnsupportedError,
    )
  })
})
