import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { sqlite } from "../../src/dialects/index.ts"
import type { Engine } from "../../src/engine/index.ts"
import { DatabaseError, ForeignKeyViolationError, UnsupportedError } from "../../src/errors/index.ts"
import { liveSchema } from "../../src/migrations/introspect/live-schema.ts"
import { type MigrationOperations, recordOperations } from "../../src/migrations/operations/migration-operations.ts"
import { plan } from "../../src/migrations/plan/plan.ts"
import { runPhase } from "../../src/migrations/plan/run-phase.ts"
import type { TableDefinition } from "../../src/schema/index.ts"
import { onDatabases } from "../support/databases.ts"
import { apply } from "./support/build-models.ts"

const blog = `
  create table "user" ("id" INTEGER primary key autoincrement, "name" TEXT not null collate nocase, "age" TEXT);
  create table "post" (
    "id" INTEGER constraint "post_pkey" primary key autoincrement not null,
    "user_id" INTEGER not null,
    "title" TEXT not null default 'untitled',
    "length" INTEGER generated always as (length("title")) stored,
    constraint "post_user_id_fkey" foreign key ("user_id") references "user" ("id") on delete cascade deferrable initially deferred,
    constraint "post_title_check" check ("title" <> '')
  );
  create table "log" ("line" TEXT);
  create index "user_name_idx" on "user" ("name" desc);
  create unique index "user_lower_idx" on "user" (lower("name")) where "age" is not null;
  create trigger "user_insert" after insert on "user" begin insert into "log" values ('new ' || new."name"); end;
  create trigger "post_insert" after insert on "post" begin update "user" set "age" = '1' where "id" = new."user_id"; end;
  create view "author" as select u."name", p."title" from "user" u join "post" p on p."user_id" = u."id";
  insert into "user" ("name", "age") values ('Ada', '36'), ('Bob', null), ('Cyd', '5');
  insert into "post" ("user_id", "title") values (1, 'Notes'), (2, 'Words');
  delete from "user" where "id" = 3;
`

async function up(engine: Engine, body: (op: MigrationOperations) => void): Promise<void> {
  await apply(engine, recordOperations(body))
}

async function rows(engine: Engine, sql: string): Promise<unknown[][]> {
  await using connection = await engine.connect()
  return (await connection.exec(sql)).rows
}

async function table(engine: Engine, name: string): Promise<TableDefinition> {
  const found = (await liveSchema(engine)).tables.find((each) => each.name === name)
  assert.ok(found, `no table ${name}`)
  return found
}

onDatabases(["sqlite"], "rebuilding a table", (database) => {
  const loaded = async () => {
    const engine = await database.engine()
    await using connection = await engine.connect()
    await connection.exec(blog)
    return engine
  }

  test("keeps rows, and those that refer to them by a foreign key that cascades", async () => {
    const engine = await loaded()
    await up(engine, (op) => op.alterColumn("user", "age", { nullable: { to: true }, default: { to: "0" } }))
    assert.deepEqual(await rows(engine, 'select "id", "name", "age" from "user" order by 1'), [
      [1, "Ada", "1"],
      [2, "Bob", "1"],
    ])
    assert.deepEqual(await rows(engine, 'select "id", "user_id", "title" from "post" order by 1'), [
      [1, 1, "Notes"],
      [2, 2, "Words"],
    ])
  })

  test("keeps columns, keys, checks, indexes, collations and what is computed, but for what it is for", async () => {
    const engine = await loaded()
    const [userBefore, postBefore] = [await table(engine, "user"), await table(engine, "post")]
    await up(engine, (op) => {
      op.alterColumn("user", "age", { type: { from: "TEXT", to: "INTEGER" } })
      op.addUnique("post", { name: "post_title_key", columns: ["title"] })
    })
    assert.deepEqual(await table(engine, "user"), {
      ...userBefore,
      columns: userBefore.columns.map((column) => (column.name === "age" ? { ...column, type: "INTEGER" } : column)),
    })
    assert.deepEqual(await table(engine, "post"), { ...postBefore, uniques: [{ name: "post_title_key", columns: ["title"] }] })
  })

  test("keeps triggers and views working", async () => {
    const engine = await loaded()
    await up(engine, (op) => op.addColumn("user", { name: "joined_at", type: "timestamptz", default: "now()" }))
    await rows(engine, `insert into "user" ("name") values ('Dan')`)
    await rows(engine, `insert into "post" ("user_id", "title") values (4, 'Hello')`)
    assert.deepEqual(await rows(engine, `select "line" from "log" where "line" like '%Dan'`), [["new Dan"]])
    assert.deepEqual(await rows(engine, 'select "name", "title" from "author" order by 1'), [
      ["Ada", "Notes"],
      ["Bob", "Words"],
      ["Dan", "Hello"],
    ])
    const [[joinedAt] = []] = await rows(engine, 'select "joined_at" from "user" where "id" = 4')
    assert.match(String(joinedAt), /^\d{4}-\d\d-\d\dT.*Z$/)
  })

  test("never gives a number again that was given before", async () => {
    const engine = await loaded()
    await up(engine, (op) => op.alterColumn("user", "name", { nullable: { to: true } }))
    assert.deepEqual(await rows(engine, `insert into "user" ("name") values ('Eve') returning "id"`), [[4]])
  })

  test("enforces foreign keys again afterwards", async () => {
    const engine = await loaded()
    await using connection = await engine.connect()
    const operations = recordOperations((op) => op.addCheck("user", { name: "named", expression: `"name" <> ''` }))
    for (const phase of plan(operations, engine.dialect)) await runPhase(connection, phase)
    assert.deepEqual((await connection.exec("pragma foreign_keys")).rows, [[1]])
    assert.deepEqual((await connection.exec("pragma legacy_alter_table")).rows, [[0]])
    await assert.rejects(connection.exec(`insert into "post" ("user_id") values (99)`), ForeignKeyViolationError)
  })

  test("that fails leaves everything as it was", async () => {
    const engine = await loaded()
    await rows(engine, `insert into "user" ("name") values ('Nil')`)
    const before = await rows(engine, "select type, name, sql from sqlite_schema order by 1, 2")
    await assert.rejects(
      up(engine, (op) => {
        op.createTable("extra", { columns: [{ name: "id", type: "integer" }] })
        op.alterColumn("user", "age", { nullable: { from: true, to: false } })
      }),
      DatabaseError,
    )
    assert.deepEqual(await rows(engine, "select type, name, sql from sqlite_schema order by 1, 2"), before)
    assert.deepEqual(await rows(engine, 'select count(*) from "user"'), [[3]])
  })

  test("refuses a foreign key that rows violate, and says which tables", async () => {
    const engine = await loaded()
    await rows(engine, `update "user" set "age" = '77' where "id" = 1`)
    await assert.rejects(
      up(engine, (op) => op.addForeignKey("log", { name: "log_fkey", columns: ["line"], references: { table: "post", columns: ["id"] } })),
      (error: unknown) => error instanceof ForeignKeyViolationError && /log → post/.test(error.message),
    )
    assert.deepEqual((await table(engine, "log")).foreignKeys, [])
  })

  test("refuses to drop a column that a view shows", async () => {
    const engine = await loaded()
    await assert.rejects(
      up(engine, (op) => {
        op.dropCheck("post", { name: "post_title_check", expression: `"title" <> ''` })
        op.dropColumn("post", "length")
        op.dropColumn("post", "title")
      }),
      DatabaseError,
    )
    assert.deepEqual(
      (await table(engine, "post")).columns.map(({ name }) => name),
      ["id", "user_id", "title", "length"],
    )
  })

  test("does several changes of one table at once, also around those of another", () => {
    const operations = recordOperations((op) => {
      op.dropCheck("post", { name: "post_title_check", expression: "true" })
      op.alterColumn("user", "age", { nullable: { to: true } })
      op.createTable("extra", { columns: [{ name: "id", type: "integer" }] })
      op.alterColumn("post", "title", { nullable: { to: true } })
      op.createIndex("post", { name: "post_title_idx", keys: ["title"] })
    })
    const [phase, ...others] = plan(operations, sqlite)
    assert.equal(others.length, 0)
    assert.deepEqual(
      phase?.steps.map((step) => [step.rebuilds, step.operations.map(({ kind }) => kind)]),
      [
        [false, ["create table"]],
        [true, ["drop check", "alter column", "create index"]],
        [true, ["alter column"]],
      ],
    )
  })

  test("drops the one of two unique constraints over the same column that is named", async () => {
    const engine = await database.engine()
    await rows(engine, `create table "pair" ("a" TEXT, constraint "one" unique ("a"), constraint "two" unique ("a"))`)
    await up(engine, (op) => op.dropUnique("pair", { name: "two", columns: ["a"] }))
    assert.deepEqual((await table(engine, "pair")).uniques, [{ name: "one", columns: ["a"] }])
  })

  test("keeps a table that is strict or without row ids so", async () => {
    const engine = await database.engine()
    await rows(engine, `create table "pair" ("a" TEXT not null, "b" INT, primary key ("a")) strict, without rowid`)
    const before = await table(engine, "pair")
    assert.deepEqual(before.options, ["strict", "without rowid"])
    await up(engine, (op) => op.addCheck("pair", { name: "positive", expression: '"b" > 0' }))
    assert.deepEqual(await table(engine, "pair"), { ...before, checks: [{ name: "positive", expression: '"b" > 0' }] })
  })

  test("refuses a table whose conflict clause it would lose", async () => {
    const engine = await database.engine()
    await rows(engine, `create table "setting" ("key" TEXT primary key on conflict replace, "value" TEXT)`)
    await assert.rejects(
      up(engine, (op) => op.addCheck("setting", { name: "set", expression: `"value" <> ''` })),
      UnsupportedError,
    )
  })

  test("keeps a table's references to itself", async () => {
    const engine = await database.engine()
    await rows(engine, `create table "node" ("id" INTEGER primary key, "parent_id" INTEGER references "node" on delete set null)`)
    await rows(engine, `insert into "node" values (1, null), (2, 1)`)
    await up(engine, (op) => op.addColumn("node", { name: "name", type: "text", default: "lower('A')" }))
    const { foreignKeys } = await table(engine, "node")
    assert.deepEqual(foreignKeys, [
      { name: "", columns: ["parent_id"], referredTable: "node", referredColumns: ["id"], onDelete: "set null", onUpdate: "no action" },
    ])
    assert.deepEqual(await rows(engine, 'select "id", "parent_id", "name" from "node"'), [
      [1, null, "a"],
      [2, 1, "a"],
    ])
  })
})

describe("a migration in PostgreSQL's words", () => {
  onDatabases(["sqlite"], "on SQLite", (database) => {
    test("is taken in SQLite's", async () => {
      const engine = await database.engine()
      await up(engine, (op) => {
        op.createTable("post", {
          columns: [
            { name: "id", type: "bigint", identity: "by default" },
            { name: "title", type: "character varying(20)", default: "''" },
            { name: "price", type: "numeric(10,2)" },
            { name: "tags", type: "text[]" },
            { name: "mood", type: '"mood"' },
            { name: "hidden", type: "boolean", default: "false" },
            { name: "created_at", type: "timestamp with time zone", default: "now()" },
            { name: "kept", type: "VARCHAR(9)" },
          ],
          primaryKey: { name: "post_pkey", columns: ["id"] },
        })
      })
      const { columns } = await table(engine, "post")
      assert.deepEqual(
        columns.map(({ name, type, default: value }) => [name, type, value]),
        [
          ["id", "INTEGER", undefined],
          ["title", "TEXT", "''"],
          ["price", "REAL", undefined],
          ["tags", "TEXT", undefined],
          ["mood", "TEXT", undefined],
          ["hidden", "INTEGER", "0"],
          ["created_at", "TEXT", "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"],
          ["kept", "VARCHAR(9)", undefined],
        ],
      )
    })
  })
})
