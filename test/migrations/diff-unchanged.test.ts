import assert from "node:assert/strict"
import { test } from "node:test"
import type { Engine } from "../../src/engine/index.ts"
import { compareModels } from "../../src/migrations/diff/compare-models.ts"
import { type AnyColumnBuilder, declarativeBase } from "../../src/schema/index.ts"
import * as t from "../../src/schema/index.ts"
import { emptyRange, range, sql } from "../../src/sql/index.ts"
import { forEachDatabase, onDatabases } from "../support/databases.ts"
import { buildModels } from "./support/build-models.ts"

const mood = t.enumType("mood", ["sad", "ok", 'it\'s "fine"'])

/** Every type that a column can have, in every form that a default can have for it. */
const columns: Readonly<Record<string, readonly (() => AnyColumnBuilder)[]>> = {
  smallint: [t.smallint, () => t.smallint().default(3), () => t.smallint().default(-3).nullable()],
  integer: [t.integer, () => t.integer().default(0), () => t.integer().default(-2_147_483_648)],
  bigint: [t.bigint, () => t.bigint().default(9_007_199_254_740_993n), () => t.bigint({ mode: "number" }).default(-1)],
  numeric: [
    t.numeric,
    () => t.numeric({ precision: 10 }),
    () => t.numeric({ precision: 10, scale: 2 }).default("1.50"),
    () => t.numeric({ precision: 30, scale: 10 }).default("-0.0000000001"),
    () => t.numeric({ precision: 6, scale: 1, mode: "number" }).default(2.5),
  ],
  real: [t.real, () => t.real().default(1.5)],
  double: [t.double, () => t.double().default(0.1), () => t.double().default(-1e300)],
  text: [
    t.text,
    () => t.text().default(""),
    () => t.text().default("it's"),
    () => t.text().default('a "b" \\ c\n(d), e;'),
    () => t.text().default("now()"),
    () => t.text().default("null"),
  ],
  varchar: [t.varchar, () => t.varchar(20).default("draft"), () => t.varchar(1).nullable()],
  boolean: [t.boolean, () => t.boolean().default(true), () => t.boolean().default(false)],
  uuid: [t.uuid, () => t.uuid().default("0b6c0d5c-2e0c-4d6b-9f0a-0a1b2c3d4e5f")],
  date: [t.date, () => t.date().default("2024-02-29"), () => t.date().defaultNow()],
  time: [t.time, () => t.time({ precision: 3 }).default("12:30:00"), () => t.time().defaultNow()],
  timestamp: [t.timestamp, () => t.timestamp({ precision: 0 }).defaultNow(), () => t.timestamp().default("2024-02-29T12:00:00")],
  timestamptz: [
    t.timestamptz,
    () => t.timestamptz().defaultNow(),
    () => t.timestamptz({ precision: 3 }).default(new Date("2024-02-29T12:00:00Z")),
  ],
  interval: [t.interval, () => t.interval().default("P1D")],
  json: [t.json, () => t.json().default({ a: [1, "it's", null] })],
  jsonb: [t.jsonb, () => t.jsonb().default({}), () => t.jsonb().default([])],
  bytea: [t.bytea, () => t.bytea().default(new Uint8Array([0, 255, 39, 92]))],
  enum: [mood, () => mood().default("ok"), () => mood().default('it\'s "fine"')],
  array: [
    () => t.integer().array(),
    () => t.text().array().default(["a", "b,c", "it's"]),
    () => mood().array(),
    () => t.integer().array().array().nullable(),
  ],
  range: [
    t.int4range,
    () => t.int4range().default(range(1, 5)),
    () => t.int8range().default(emptyRange),
    () => t.numrange().default(range("1.50", null)),
    () => t.daterange().default(range("2024-01-01", "2024-01-31", "[]")),
    () => t.tsrange().default(range("2024-01-01T00:00:00", null)),
    () => t.tstzrange().default(range(null, new Date("2024-01-01T00:00:00Z"))),
    () => t.tstzrange().array().nullable(),
    t.int4multirange,
    t.int8multirange,
    t.nummultirange,
    t.tsmultirange,
    t.tstzmultirange,
    () => t.datemultirange().default([range("2024-01-01", "2024-01-31"), range("2025-01-01", null)]),
  ],
  "text of a fixed length": [() => t.char(3).default("ab"), () => t.char(3).array()],
  "times with a zone": [t.timetz, () => t.timetz({ precision: 3 }).default("10:00:00+02")],
  addresses: [
    () => t.inet().default("10.0.0.1/8"),
    () => t.inet().default("::1"),
    () => t.cidr().default("10.0.0.0/8"),
    () => t.macaddr().default("08:00:2b:01:02:03"),
    () => t.macaddr8().array(),
  ],
  bits: [() => t.bit().default("1"), () => t.bit(4).default("1010"), t.varbit, () => t.varbit(10).default("101")],
  shapes: [
    () => t.point().default("(1,2)"),
    t.line,
    () => t.lseg().default("[(0,0),(1,1)]"),
    () => t.box().default("(1,1),(0,0)"),
    () => t.box().array(),
    t.path,
    t.polygon,
    () => t.circle().default("<(0,0),1>"),
  ],
  "documents and numbers of objects": [() => t.xml().default("<a/>"), () => t.oid().default(4_294_967_295)],
  expression: [
    () => t.integer().default(sql<number>`1 + 1`),
    () => t.text().default(sql<string>`lower('ABC')`),
    () => t.text().default(sql<string>`'a' || 'b'`),
  ],
}

/** What a migration would do right after the table was made from its model. */
async function difference(engine: Engine, builders: readonly (() => AnyColumnBuilder)[]): Promise<readonly string[]> {
  const Base = declarativeBase({ conventions: "off" })
  Base.model("thing", {
    id: t.integer().primaryKey().identity(),
    ...Object.fromEntries(builders.map((builder, place) => [`c${place}`, builder()])),
  })
  await buildModels(engine, Base.metadata)
  const { operations, refusals } = await compareModels(engine, Base.metadata)
  return [...operations.map((operation) => operation.describe()), ...refusals]
}

forEachDatabase("models against the database that was made from them", (database) => {
  for (const [name, builders] of Object.entries(columns)) {
    test(`shows no difference for columns of ${name}`, async () => {
      assert.deepEqual(await difference(await database.engine(), builders), [])
    })
  }
})

onDatabases(["postgresql", "pglite"], "models with types of the server's own", (database) => {
  const serverTypes: readonly (() => AnyColumnBuilder)[] = [
    () => t.tsvector().default("'cat':1"),
    () => t.tsquery().nullable(),
    () => t.money().default("$1.50"),
  ]
  test("show no difference for text search and money", async () => {
    const engine = await database.engine()
    assert.deepEqual(await difference(engine, serverTypes), [])
  })

  test("show no difference for composite types and domains that are in the database", async () => {
    const engine = await database.engine()
    await engine.begin(async (connection) => {
      await connection.exec("create schema app")
      await connection.exec("create type mood as enum ('sad', 'ok', 'it''s \"fine\"')")
      await connection.exec("create type pair as (word text, feeling mood)")
      await connection.exec('create domain app."Positive Int" as integer check (value > 0)')
    })
    const pair = t.compositeType("pair", { word: t.text(), feeling: mood() })
    const positive = t.domainType("Positive Int", t.integer(), { schema: "app" })
    const builders = [
      () => pair().default({ word: 'a "b", c', feeling: "ok" }),
      () => pair().array(),
      () => positive().default(1),
      () => positive().array().nullable(),
    ]
    assert.deepEqual(await difference(engine, builders), [])
  })
})

onDatabases(["postgresql"], "models with types of an extension", (database) => {
  test("show no difference for hstore", async () => {
    const engine = await database.engine()
    await engine.begin((connection) => connection.exec("create extension hstore"))
    assert.deepEqual(await difference(engine, [t.hstore, () => t.hstore().default({ a: "1", b: null }), () => t.hstore().array()]), [])
  })
})
