import assert from "node:assert/strict"
import { test } from "node:test"
import { compareModels } from "../../src/migrations/diff/compare-models.ts"
import { type AnyColumnBuilder, declarativeBase } from "../../src/schema/index.ts"
import * as t from "../../src/schema/index.ts"
import { emptyRange, range, sql } from "../../src/sql/index.ts"
import { forEachDatabase } from "../support/databases.ts"
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
  expression: [
    () => t.integer().default(sql<number>`1 + 1`),
    () => t.text().default(sql<string>`lower('ABC')`),
    () => t.text().default(sql<string>`'a' || 'b'`),
  ],
}

forEachDatabase("models against the database that was made from them", (database) => {
  for (const [name, builders] of Object.entries(columns)) {
    test(`shows no difference for columns of ${name}`, async () => {
      const Base = declarativeBase({ conventions: "off" })
      Base.model("thing", {
        id: t.integer().primaryKey().identity(),
        ...Object.fromEntries(builders.map((builder, place) => [`c${place}`, builder()])),
      })
      const engine = await database.engine()
      await buildModels(engine, Base.metadata)
      const { operations, refusals } = await compareModels(engine, Base.metadata)
      assert.deepEqual([...operations.map((operation) => operation.describe()), ...refusals], [])
    })
  }
})
