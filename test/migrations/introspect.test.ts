import assert from "node:assert/strict"
import { test } from "node:test"
import { type LiveSchemaOptions, liveSchema } from "../../src/migrations/introspect/live-schema.ts"
import { canonicalSchema } from "../../src/migrations/scratch/build.ts"
import { openScratch } from "../../src/migrations/scratch/scratch.ts"
import type { SchemaDefinition, TableDefinition } from "../../src/schema/index.ts"
import { forEachDatabase, onDatabases, type TestDatabase } from "../support/databases.ts"

async function readAfter(database: TestDatabase, sql: string, options?: LiveSchemaOptions): Promise<SchemaDefinition> {
  const engine = await database.engine()
  await using connection = await engine.connect()
  await connection.exec(sql)
  await connection.release()
  return await liveSchema(engine, options)
}

async function readTable(database: TestDatabase, sql: string, name = "thing"): Promise<TableDefinition> {
  const found = (await readAfter(database, sql)).tables.find((table) => table.name === name)
  assert.ok(found, `no table ${name}`)
  return found
}

const odd = [`with space`, `"quoted"`, `UPPER`, `per%cent`, `it's`, `dot.ted`, `select`, `ünï`, `a;b`, `back\\slash`, `new\nline`]
const quote = (name: string) => `"${name.replaceAll('"', '""')}"`

forEachDatabase("reading a schema", (database) => {
  for (const name of odd) {
    test(`finds the name ${JSON.stringify(name)} in every position, and builds it again`, async () => {
      const q = quote(name)
      const engine = await database.engine()
      await using connection = await engine.connect()
      await connection.exec(
        `create table ${q} (${q} integer not null, other integer, constraint ${q} primary key (${q}),
           constraint ${quote(`${name} u`)} unique (other), constraint ${quote(`${name} f`)} foreign key (other) references ${q} (${q}),
           constraint ${quote(`${name} c`)} check (${q} > 0))`.replace(
          `constraint ${q} primary`,
          `constraint ${quote(`${name} p`)} primary`,
        ),
      )
      await connection.exec(`create index ${quote(`${name} i`)} on ${q} (${q}, (${q} + 1)) where ${q} > 1`)
      await connection.release()
      const live = await liveSchema(engine)
      const [table] = live.tables
      assert.equal(table?.name, name)
      assert.deepEqual(
        table.columns.map((column) => column.name),
        [name, "other"],
      )
      assert.deepEqual(table.primaryKey, { name: `${name} p`, columns: [name] })
      assert.deepEqual(table.uniques, [{ name: `${name} u`, columns: ["other"] }])
      assert.deepEqual(
        table.foreignKeys.map((key) => [key.name, key.columns, key.referredTable, key.referredColumns]),
        [[`${name} f`, ["other"], name, [name]]],
      )
      assert.deepEqual(
        table.checks.map((check) => check.name),
        [`${name} c`],
      )
      assert.deepEqual(
        table.indexes.map((index) => [index.name, index.keys[0]?.column]),
        [[`${name} i`, name]],
      )
      await using scratch = await openScratch(engine, [])
      assert.deepEqual(await canonicalSchema(scratch, live, []), live)
    })
  }

  test("gives the columns of keys in the order of the key", async () => {
    const table = await readTable(
      database,
      `create table target (x integer, y integer, constraint t unique (y, x));
       create table thing (a integer not null, b integer not null, c integer, constraint pk primary key (b, a),
         constraint fk foreign key (c, a) references target (y, x))`,
    )
    assert.deepEqual(table.primaryKey, { name: "pk", columns: ["b", "a"] })
    assert.deepEqual(
      table.foreignKeys.map((key) => [key.columns, key.referredColumns]),
      [
        [
          ["c", "a"],
          ["y", "x"],
        ],
      ],
    )
  })

  test("gives what foreign keys do", async () => {
    const table = await readTable(
      database,
      `create table target (id integer primary key);
       create table thing (
         a integer constraint a references target (id),
         b integer constraint b references target (id) on delete cascade on update restrict,
         c integer constraint c references target (id) on delete set null on update set default deferrable initially deferred,
         d integer constraint d references target (id) deferrable)`,
    )
    assert.deepEqual(
      table.foreignKeys.map(({ name, onDelete, onUpdate, deferrable }) => [name, onDelete, onUpdate, deferrable]),
      [
        ["a", "no action", "no action", undefined],
        ["b", "cascade", "restrict", undefined],
        ["c", "set null", "set default", "deferred"],
        ["d", "no action", "no action", "immediate"],
      ],
    )
  })

  test("gives indexes with their order, condition and expressions", async () => {
    const table = await readTable(
      database,
      `create table thing (a integer, b text);
       create unique index i1 on thing (a desc, b);
       create index i2 on thing (lower(b), (a + 1) desc) where a > 1 and (b <> ')' or a = 3)`,
    )
    const [first, second] = table.indexes
    assert.deepEqual(first, {
      name: "i1",
      unique: true,
      keys: [
        { column: "a", direction: "desc" },
        { column: "b", direction: "asc" },
      ],
    })
    assert.deepEqual(
      second?.keys.map((key) => [key.expression?.replaceAll(" ", ""), key.direction]),
      [
        ["lower(b)", "asc"],
        ["a+1", "desc"],
      ],
    )
    assert.match(second.where ?? "", /^\(?a > 1\)? and \(.*\)$/i)
  })

  test("gives checks with odd parentheses and quotes as they are", async () => {
    const table = await readTable(
      database,
      `create table thing (a text, b text, constraint c1 check ((a <> ')') and (b <> '(')), constraint c2 check (((a = 'it''s; --'))))`,
    )
    const [first, second] = table.checks
    assert.match(first?.expression ?? "", /^\(a <> '\)'(::text)?\) and \(b <> '\('(::text)?\)$/i)
    assert.match(second?.expression ?? "", /^a = 'it''s; --'(::text)?$/)
  })

  test("leaves out the table that Rebis keeps its record in", async () => {
    const schema = await readAfter(database, "create table rebis_revision (id integer); create table thing (id integer)")
    assert.deepEqual(
      schema.tables.map(({ name }) => name),
      ["thing"],
    )
  })

  test("leaves out views", async () => {
    const schema = await readAfter(database, "create table thing (id integer); create view seen as select id from thing")
    assert.deepEqual(
      schema.tables.map(({ name }) => name),
      ["thing"],
    )
  })
})

onDatabases(["postgresql", "pglite"], "reading PostgreSQL's schema", (database) => {
  test("gives enums, empty ones and those of odd names too, and arrays of them", async () => {
    const schema = await readAfter(
      database,
      `create type "Mixed Case" as enum ('a', 'B c', 'it''s'); create type hollow as enum ();
       create table thing (one "Mixed Case" not null default 'a', many "Mixed Case"[])`,
    )
    assert.deepEqual(schema.enums, [
      { name: "Mixed Case", labels: ["a", "B c", "it's"] },
      { name: "hollow", labels: [] },
    ])
    assert.deepEqual(
      schema.tables[0]?.columns.map(({ type, default: value }) => [type, value]),
      [
        ['"Mixed Case"', `'a'::"Mixed Case"`],
        ['"Mixed Case"[]', undefined],
      ],
    )
  })

  test("gives identities and comments", async () => {
    const table = await readTable(
      database,
      `create table thing (a integer generated always as identity, b bigint generated by default as identity);
       comment on table thing is 'it''s a table'; comment on column thing.b is E'back\\\\slash'`,
    )
    assert.equal(table.comment, "it's a table")
    assert.deepEqual(table.columns, [
      { name: "a", type: "integer", nullable: false, identity: "always" },
      { name: "b", type: "bigint", nullable: false, identity: "by default", comment: "back\\slash" },
    ])
  })

  test("gives what models cannot declare yet: generated columns, collations, key and index options", async () => {
    const table = await readTable(
      database,
      `create table thing (
         a integer, b text collate "C", c integer generated always as (a * 2) stored,
         constraint u unique nulls not distinct (a) include (c) deferrable);
       create index i1 on thing using gist (box(point(a, a), point(a, a)));
       create index i2 on thing (b collate "POSIX" text_pattern_ops desc nulls last) include (a) with (fillfactor = 70)`,
    )
    assert.deepEqual(table.columns[1], { name: "b", type: "text", nullable: true, collation: '"C"' })
    assert.deepEqual(table.columns[2]?.generated, { expression: "a * 2", kind: "stored" })
    assert.deepEqual(table.uniques, [{ name: "u", columns: ["a"], include: ["c"], nullsNotDistinct: true, deferrable: "immediate" }])
    assert.equal(table.indexes[0]?.method, "gist")
    assert.deepEqual(table.indexes[1], {
      name: "i2",
      unique: false,
      keys: [{ column: "b", direction: "desc", nulls: "last", collation: '"POSIX"', operatorClass: "text_pattern_ops" }],
      include: ["a"],
      with: ["fillfactor=70"],
    })
  })

  test("reads named schemas that are asked for, and gives references across them", async () => {
    const schema = await readAfter(
      database,
      `create schema audit; create schema "Other One";
       create type audit.kind as enum ('in');
       create table thing (id integer primary key);
       create table audit.entry (id integer primary key, thing_id integer references thing, kind audit.kind);
       create table "Other One".more (entry_id integer references audit.entry)`,
      { schemas: ["audit", "missing"] },
    )
    assert.deepEqual(schema.schemas, ["audit"])
    assert.deepEqual(schema.enums, [{ schema: "audit", name: "kind", labels: ["in"] }])
    assert.deepEqual(
      schema.tables.map((table) => [table.schema, table.name]),
      [
        ["audit", "entry"],
        [undefined, "thing"],
      ],
    )
    assert.deepEqual(
      schema.tables[0]?.foreignKeys.map((key) => [key.referredSchema, key.referredTable]),
      [[undefined, "thing"]],
    )
    assert.equal(schema.tables[0].columns[2]?.type, "audit.kind")
  })

  test("gives partitioned tables without their partitions", async () => {
    const schema = await readAfter(
      database,
      `create table thing (id integer primary key) partition by range (id);
       create table thing_1 partition of thing for values from (0) to (10)`,
    )
    assert.deepEqual(
      schema.tables.map(({ name }) => name),
      ["thing"],
    )
  })

  test("reads whatever the size with the same number of queries", async () => {
    const engine = await database.engine()
    const count = async (options?: LiveSchemaOptions) => {
      let statements = 0
      const stop = engine.events.on("statement", () => void statements++)
      await liveSchema(engine, options)
      stop()
      return statements
    }
    const empty = await count()
    await using connection = await engine.connect()
    await connection.exec(
      Array.from({ length: 50 }, (_, place) => `create table t${place} (id integer primary key, name text unique)`).join(";"),
    )
    await connection.release()
    assert.equal(await count(), empty)
    assert.ok(empty <= 6, `${empty} queries`)
  })
})

onDatabases(["sqlite"], "reading SQLite's schema", (database) => {
  test("understands whatever SQLite's own parser takes", async () => {
    const table = await readTable(
      database,
      `CREATE TABLE IF NOT EXISTS [thing] ( -- a comment, with a comma ( and a parenthesis
         id INTEGER PRIMARY KEY ASC AUTOINCREMENT, /* another, ) */
         \`name\` varchar(10, 2) COLLATE nocase DEFAULT -1.5 NOT NULL ON CONFLICT abort,
         "a ""b"" c" TEXT DEFAULT 'it''s, (ok)' CHECK ("a ""b"" c" <> ','),
         plain,
         moment timestamp default current_timestamp,
         computed AS (id * 2),
         other int constraint fk REFERENCES thing DEFERRABLE INITIALLY DEFERRED,
         UNIQUE (name, other), CONSTRAINT 'text name' CHECK (length(name) > 0)
       )`,
    )
    assert.deepEqual(table, {
      name: "thing",
      columns: [
        { name: "id", type: "INTEGER", nullable: false, identity: "by default" },
        { name: "name", type: "VARCHAR(10, 2)", nullable: false, default: "-1.5", collation: '"nocase"' },
        { name: 'a "b" c', type: "TEXT", nullable: true, default: "'it''s, (ok)'" },
        { name: "plain", type: "", nullable: true },
        { name: "moment", type: "TIMESTAMP", nullable: true, default: "current_timestamp" },
        { name: "computed", type: "", nullable: true, generated: { expression: "id * 2", kind: "virtual" } },
        { name: "other", type: "INT", nullable: true },
      ],
      primaryKey: { name: "", columns: ["id"] },
      uniques: [{ name: "", columns: ["name", "other"] }],
      foreignKeys: [
        {
          name: "fk",
          columns: ["other"],
          referredTable: "thing",
          referredColumns: ["id"],
          onDelete: "no action",
          onUpdate: "no action",
          deferrable: "deferred",
        },
      ],
      checks: [
        { name: "", expression: '"a ""b"" c" <> \',\'' },
        { name: "text name", expression: "length(name) > 0" },
      ],
      indexes: [],
    })
  })

  test("leaves out virtual tables and what they are kept in", async () => {
    const schema = await readAfter(database, "create virtual table words using fts5(text); create table thing (id integer)")
    assert.deepEqual(
      schema.tables.map(({ name }) => name),
      ["thing"],
    )
  })
})
