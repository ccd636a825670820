import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import "../support/seed.ts"
import { WireMoment } from "../../src/dialects/index.ts"
import type { Connection } from "../../src/engine/index.ts"
import { bytea, integer, smallint, timestamp, timestamptz } from "../../src/schema/index.ts"
import { type CompiledStatement, type Shape, type SqlType, rowReader } from "../../src/sql/index.ts"
import { onDatabases } from "../support/databases.ts"

const moment = timestamptz().type
const wallClock = timestamp({ mode: "date" }).type

function statement(text: string, types: readonly SqlType[], parameters: readonly unknown[]): CompiledStatement {
  const values = types.map((type, index): Shape => ({ kind: "value", index, type, label: `v${index}` }))
  return { text, parameters, effect: "pure", shape: { kind: "object", keys: types.map((_, index) => `v${index}`), values } }
}

/** The raw rows of the runs of a statement: at first as text, then, once the server has described it, in binary. */
async function runs(connection: Connection, compiled: CompiledStatement): Promise<unknown[][][]> {
  const all: unknown[][][] = []
  for (let run = 0; run < 4; run++) all.push((await connection.run(compiled)).rows)
  return all
}

onDatabases(["postgresql", "pglite"], "rows in binary", (database) => {
  test("are asked for where the codecs read them and the columns are known, and mean the same", async () => {
    await using connection = await (await database.engine()).connect()
    const types = [smallint().type, integer().type, moment, wallClock, bytea().type, integer().type]
    const text =
      "select $1::int2, $2::int4, timestamptz '2026-11-24 01:02:03.456789+00', timestamp '0044-03-15 12:00:00 BC', $3::bytea, null::int4"
    const compiled = statement(text, types, [-32_768, -2_147_483_648, new Uint8Array([0, 255])])
    const [first, second, third, fourth] = await runs(connection, compiled)
    const written = ["-32768", "-2147483648", "2026-11-24 01:02:03.456789+00", "0044-03-15 12:00:00 BC", "\\x00ff", null]
    assert.deepEqual([first, second], [[written], [written]])
    const binary = [
      -32_768,
      -2_147_483_648,
      new WireMoment(Date.UTC(2026, 10, 24, 1, 2, 3, 456) * 1000 + 789),
      "0044-03-15T12:00:00 BC",
      new Uint8Array([0, 255]),
      null,
    ]
    assert.deepEqual([third, fourth], [[binary], [binary]])
    const read = rowReader(compiled.shape, connection.dialect)
    assert.deepEqual(read(third![0]!), read(first![0]!))
  })

  test("are not asked for of columns that are read as text, or by nobody", async () => {
    await using connection = await (await database.engine()).connect()
    const types = [timestamptz({ mode: "string" }).type, { kind: "custom", sqlName: "int4" } as const]
    const compiled = statement("select timestamptz '2026-01-01 00:00:00+00', 5", types, [])
    for (const rows of await runs(connection, compiled)) assert.deepEqual(rows, [["2026-01-01 00:00:00+00", "5"]])
    for (const rows of await runs(connection, { ...compiled, text: "select 5, 6", shape: undefined })) assert.deepEqual(rows, [["5", "6"]])
  })

  test("have moments of any age to the microsecond, and infinity", async () => {
    await using connection = await (await database.engine()).connect()
    // 4713 BC to 294276 AD, in microseconds since 1970; more of them around the ends of what a double counts exactly.
    const microseconds = fc.oneof(
      fc.bigInt(-210_866_803_200_000_000n, 9_224_318_015_999_999_999n),
      fc.bigInt(-(2n ** 53n) - 1_000_000n, -(2n ** 53n) + 1_000_000n),
      fc.bigInt(2n ** 53n - 1_000_000n, 2n ** 53n + 1_000_000n),
      fc.bigInt(-1_000_000n, 1_000_000n),
    )
    // Multiples of days and of a second are exact as the server multiplies them.
    const text = `select timestamp '1970-01-01' + interval '1 day' * $1::int + interval '1 second' * $2::int + interval '1 microsecond' * $3::int as v`
    const printed = `select to_char(${text.slice(7, -5)}, 'FMYYYY-MM-DD"T"HH24:MI:SS.US BC')`
    await fc.assert(
      fc.asyncProperty(microseconds, async (at) => {
        const day = 86_400_000_000n
        const ofDay = ((at % day) + day) % day
        const parameters = [Number((at - ofDay) / day), Number(ofDay / 1_000_000n), Number(ofDay % 1_000_000n)]
        const raw = (await runs(connection, statement(text, [wallClock], parameters)))[3]![0]![0]
        const [[said]] = (await connection.exec(printed, parameters)).rows as [[string]]
        assert.equal(normal(String(raw)), said)
      }),
      { numRuns: 40 },
    )
    const ends = statement("select timestamptz 'infinity', timestamptz '-infinity'", [moment, moment], [])
    for (const rows of await runs(connection, ends)) assert.deepEqual(rows, [["infinity", "-infinity"]])
  })

  test("may be sent back", async () => {
    await using connection = await (await database.engine()).connect()
    const text = "select $1::timestamptz, $1::timestamptz = timestamptz '1969-12-31 23:59:59.999999+00'"
    const raw = new WireMoment(-1)
    assert.deepEqual((await connection.exec(text, [raw])).rows, [["1969-12-31 23:59:59.999999+00", "t"]])
    assert.equal(raw.milliseconds, -1)
  })
})

/** Our ISO text as `to_char` prints it: all digits of the second, and the era said. */
function normal(text: string): string {
  const [written = "", era = "AD"] = text.split(" ")
  const [seconds = "", fraction = ""] = written.split(".")
  return `${seconds.replace(/^0+/, "")}.${fraction.padEnd(6, "0")} ${era}`
}
