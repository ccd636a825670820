import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { textRow } from "../../src/drivers/row-values.ts"
import { MessageReader, ServerError } from "../../src/drivers/server-messages.ts"
import { onDatabases } from "../support/databases.ts"

const text = (value: string) => Buffer.from(`${value}\0`)
const int16 = (value: number) => Buffer.from([value >> 8, value & 255])
const int32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
const message = (kind: string, ...parts: readonly Uint8Array[]) => {
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.from(kind), int32(body.length + 4), body])
}
const value = (given: string | null) => (given === null ? int32(-1) : Buffer.concat([int32(Buffer.byteLength(given)), Buffer.from(given)]))
const column = (name: string, typeId: number) =>
  Buffer.concat([text(name), int32(0), int16(0), int32(typeId), int16(-1), int32(-1), int16(0)])

const answer = Buffer.concat([
  message("1"),
  message("T", int16(2), column("\ufeffid", 23), column("näme", 2_147_483_000)),
  message("D", int16(2), value("7"), value("\ufeffÄrger 🎉")),
  message("D", int16(2), value(""), value(null)),
  message("C", text("SELECT 2")),
  message("N", text("SNOTICE"), Buffer.from([0])),
  message("I"),
  message("s"),
  message("G", Buffer.from([0]), int16(0)),
  message("E", text("SERROR"), text("C23505"), text("Mtwice"), text("n\ufeff key"), text("Xunknown"), Buffer.from([0])),
  message("Z", Buffer.from("E")),
])
const messages: readonly unknown[] = [
  [
    "columns",
    [
      { name: "\ufeffid", typeId: 23 },
      { name: "näme", typeId: 2_147_483_000 },
    ],
  ],
  ["row", ["7", "\ufeffÄrger 🎉"]],
  ["row", ["", null]],
  ["complete", "SELECT 2"],
  ["empty"],
  ["suspended"],
  ["copy in"],
  ["error", Object.assign(new ServerError("twice"), { severity: "ERROR", code: "23505", constraint: "\ufeff key" })],
  ["ready", "E"],
]

/** What a reader makes of the pieces. */
function readAll(pieces: Iterable<Uint8Array>): unknown[] {
  const read: unknown[] = []
  const reader = new MessageReader({
    rowDescription: (columns) => read.push(["columns", columns]),
    dataRow: (bytes, body) => read.push(["row", textRow(bytes, body)]),
    commandComplete: (tag) => read.push(["complete", tag]),
    portalSuspended: () => read.push(["suspended"]),
    emptyQuery: () => read.push(["empty"]),
    copyInResponse: () => read.push(["copy in"]),
    error: (error) => read.push(["error", error]),
    readyForQuery: (status) => read.push(["ready", status]),
  })
  for (const piece of pieces) reader.read(piece)
  return read
}

/** The answer cut into pieces of a length, in memory that is used again for each. */
function* piecesOf(length: number): Iterable<Uint8Array> {
  const piece = Buffer.alloc(length)
  for (let start = 0; start < answer.length; start += length) {
    yield piece.subarray(0, answer.copy(piece, 0, start, start + length))
    piece.fill(255)
  }
}

describe("the messages of a PostgreSQL server", () => {
  test("are read with every character", () => assert.deepEqual(readAll([answer]), messages))

  test("are put together from any pieces, whose memory is used again", () => {
    for (const length of [1, 2, 3, 7, 64]) assert.deepEqual(readAll(piecesOf(length)), messages, `pieces of ${length}`)
  })
})

onDatabases(["postgresql", "pglite", "sqlite"], "text that begins with U+FEFF", (database) => {
  test("keeps it, as a value and as a name", async () => {
    const engine = await database.engine()
    await using connection = await engine.connect()
    const { rows, columns } = await connection.run({
      text: `select '\ufeffa' as "\ufeffb"`,
      parameters: [],
      effect: "pure",
      shape: undefined,
    })
    assert.deepEqual([rows, columns[0]?.name], [[["\ufeffa"]], "\ufeffb"])
  })
})
