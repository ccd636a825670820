import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { postgres } from "../../src/dialects/postgres/index.ts"
import { sqlite } from "../../src/dialects/sqlite/index.ts"
import { ValueError } from "../../src/errors/index.ts"
import { emptyRange, type SqlType } from "../../src/sql/index.ts"
import { refusedEverywhere, refusedOnPostgres, refusedOnSqlite } from "./refusals.ts"

for (const [dialect, refusals] of [
  [postgres, [...refusedEverywhere, ...refusedOnPostgres]],
  [sqlite, [...refusedEverywhere, ...refusedOnSqlite]],
] as const) {
  describe(`a value that its type cannot hold (${dialect.title})`, () => {
    for (const { type, value, message } of refusals) {
      test(`is refused: ${String(message)}`, () => {
        assert.throws(
          () => dialect.codec(type).encode(value),
          (error) => {
            assert.ok(error instanceof ValueError)
            if (typeof message === "string") assert.equal(error.message, message)
            else assert.match(error.message, message)
            return true
          },
        )
        assert.equal(dialect.codec(type).same(rawOf(dialect, type), value), false, "it is no value of the database")
      })
    }
  })
}

/** Some raw value of the type. */
function rawOf(dialect: typeof postgres, type: SqlType): unknown {
  const samples: Partial<Record<SqlType["kind"], unknown>> = {
    smallint: 7,
    integer: 7,
    bigint: 7n,
    numeric: "7",
    real: 7,
    double: 7,
    text: "x",
    varchar: "x",
    boolean: true,
    uuid: "a81bc81b-dead-4e5d-abff-90865d1e13b1",
    date: "2001-02-03",
    time: "01:02:03",
    timestamp: "2001-02-03T04:05:06",
    interval: "P7D",
    json: [7],
    jsonb: [7],
    bytea: new Uint8Array([7]),
    range: emptyRange,
    char: "x",
    timetz: "01:02:03+00",
    oid: 7,
    inet: "7.7.7.7",
    cidr: "7.7.7.7/32",
    macaddr: "07:07:07:07:07:07",
    bit: "111",
    varbit: "111",
    hstore: { seven: "7" },
    point: "(7,7)",
    xml: "<seven/>",
    composite: { word: "seven", big: 7n },
    multirange: [],
  }
  if (type.kind === "array") return dialect.codec(type).encode([])
  if (type.kind === "enum") return "sad"
  if (type.kind === "bigint" && type.mode !== undefined) return dialect.codec(type).encode(type.mode === "number" ? 7 : "7")
  if (type.kind === "numeric" && type.mode === "number") return dialect.codec(type).encode(7)
  if (type.kind === "numeric" && type.scale !== undefined) return dialect.codec(type).encode("0")
  if (type.kind === "timestamptz") return dialect.codec(type).encode(type.mode === "string" ? "2001-02-03T04:05:06Z" : new Date(0))
  return dialect.codec(type).encode(samples[type.kind])
}

describe("values may be written in more than one way", () => {
  const forms: readonly (readonly [type: SqlType, written: unknown, kept: unknown, keptBySqlite?: unknown])[] = [
    [{ kind: "numeric" }, "+007.50", "7.50", "7.5"],
    [{ kind: "numeric" }, "1.5e3", "1500"],
    [{ kind: "numeric" }, "15e-3", "0.015"],
    [{ kind: "numeric" }, "-.0", "0.0", "0"],
    [{ kind: "uuid" }, "A81BC81B-DEAD-4E5D-ABFF-90865D1E13B1", "a81bc81b-dead-4e5d-abff-90865d1e13b1"],
    [{ kind: "time" }, "09:30", "09:30:00"],
    [{ kind: "time" }, "09:30:00.500", "09:30:00.5"],
    [{ kind: "timestamp" }, "2024-01-05 10:00", "2024-01-05T10:00:00"],
    [{ kind: "timestamptz", mode: "string" }, "2024-01-05T01:30:00.250+02:00", "2024-01-04T23:30:00.25Z"],
    [{ kind: "timestamptz", mode: "string" }, "2024-01-05T10:00:00-0530", "2024-01-05T15:30:00Z"],
    [{ kind: "char", length: 5 }, "ab  ", "ab"],
    [{ kind: "timetz" }, "09:30Z", "09:30:00+00"],
    [{ kind: "timetz" }, "09:30:00.50-0530", "09:30:00.5-05:30"],
    [{ kind: "timetz" }, "09:30:00-00:00", "09:30:00+00"],
    [{ kind: "inet" }, "2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
    [{ kind: "inet" }, "1.2.3.4/32", "1.2.3.4"],
    [{ kind: "inet" }, "::1/128", "::1"],
    [{ kind: "cidr" }, "1.2.3.4", "1.2.3.4/32"],
    [{ kind: "macaddr" }, "08-00-2B-01-02-03", "08:00:2b:01:02:03"],
    [{ kind: "macaddr" }, "0800.2b01.0203", "08:00:2b:01:02:03"],
    [{ kind: "macaddr" }, "08002b:010203", "08:00:2b:01:02:03"],
    [{ kind: "macaddr8" }, "08002b010203", "08:00:2b:ff:fe:01:02:03"],
    [{ kind: "interval" }, "P1W", "P7D"],
    [{ kind: "interval" }, "PT90M", "PT1H30M"],
    [{ kind: "interval" }, "P-1DT-2H", "-P1DT2H"],
    [{ kind: "interval" }, "-P1M-2D", "P-1M2D"],
    [{ kind: "interval" }, "P14M", "P1Y2M"],
    [{ kind: "interval" }, "PT-0.5S", "-PT0.5S"],
  ]
  for (const dialect of [postgres, sqlite]) {
    for (const [type, written, keptByServer, keptBySqlite = keptByServer] of forms) {
      const kept = dialect === sqlite ? keptBySqlite : keptByServer
      test(`${type.kind} ${JSON.stringify(written)} is ${JSON.stringify(kept)} (${dialect.title})`, () => {
        const codec = dialect.codec(type)
        assert.equal(codec.decode(codec.encode(written)), kept)
        assert.equal(codec.same(codec.encode(written), written), true)
        assert.equal(codec.same(codec.encode(kept), written), true)
      })
    }
  }
})
