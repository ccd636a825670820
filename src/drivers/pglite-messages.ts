import type { CommandComplete, DataRow, RowDescription } from "./postgres-wire.ts"

/** A message of the server that means something to a task; others are passed over. */
export type ServerMessage =
  | ({ readonly name: "rowDescription" } & RowDescription)
  | ({ readonly name: "dataRow" } & DataRow)
  | ({ readonly name: "commandComplete" } & CommandComplete)
  | { readonly name: "portalSuspended" | "emptyQuery" | "copyInResponse" }
  | { readonly name: "error"; readonly error: PgliteError }
  | { readonly name: "readyForQuery"; readonly status: "I" | "T" | "E" }

/** What the embedded server says is wrong, with its fields by the names that pg has for them. */
export class PgliteError extends Error {
  override readonly name = "error"
}

const fieldNames: Readonly<Record<string, string>> = {
  S: "severity",
  C: "code",
  D: "detail",
  H: "hint",
  P: "position",
  p: "internalPosition",
  q: "internalQuery",
  W: "where",
  s: "schema",
  t: "table",
  c: "column",
  d: "dataType",
  n: "constraint",
  F: "file",
  L: "line",
  R: "routine",
}

/** A message's kind, and the length that follows it and counts itself. */
const headerLength = 5

/**
 * Puts messages of the PostgreSQL protocol together from the pieces in which they come. PGlite's own reader takes the character
 * U+FEFF at the beginning of a text for a mark of the encoding and drops it.
 */
export class MessageReader {
  #rest: Buffer = Buffer.alloc(0)

  /** The messages that are complete with this piece, whose memory may be used again afterwards. */
  read(piece: Uint8Array): ServerMessage[] {
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    const messages: ServerMessage[] = []
    let start = 0
    while (start + headerLength <= all.length) {
      const end = start + 1 + all.readInt32BE(start + 1)
      if (end > all.length) break
      const message = messageOf(all, start, end)
      if (message !== undefined) messages.push(message)
      start = end
    }
    this.#rest = Buffer.from(all.subarray(start))
    return messages
  }
}

function messageOf(bytes: Buffer, start: number, end: number): ServerMessage | undefined {
  const body = start + headerLength
  switch (String.fromCharCode(bytes[start]!)) {
    case "D":
      return { name: "dataRow", fields: values(bytes, body) }
    case "T":
      return { name: "rowDescription", fields: columns(bytes, body) }
    case "C":
      return { name: "commandComplete", text: bytes.toString("utf8", body, end - 1) }
    case "E":
      return { name: "error", error: errorOf(bytes, body) }
    case "Z":
      return { name: "readyForQuery", status: String.fromCharCode(bytes[body]!) as "I" | "T" | "E" }
    case "s":
      return { name: "portalSuspended" }
    case "I":
      return { name: "emptyQuery" }
    case "G":
      return { name: "copyInResponse" }
    default:
      return undefined
  }
}

function values(bytes: Buffer, body: number): (string | null)[] {
  const fields: (string | null)[] = []
  let place = body + 2
  for (let count = bytes.readInt16BE(body); count > 0; count--) {
    const length = bytes.readInt32BE(place)
    place += 4
    fields.push(length === -1 ? null : bytes.toString("utf8", place, place + length))
    if (length > 0) place += length
  }
  return fields
}

/** After a column's name: its table (4 bytes) and place there (2), its type (4), the type's size (2) and modifier (4), its format (2). */
function columns(bytes: Buffer, body: number): { readonly name: string; readonly dataTypeID: number }[] {
  const fields: { readonly name: string; readonly dataTypeID: number }[] = []
  let place = body + 2
  for (let count = bytes.readInt16BE(body); count > 0; count--) {
    const end = bytes.indexOf(0, place)
    fields.push({ name: bytes.toString("utf8", place, end), dataTypeID: bytes.readUInt32BE(end + 7) })
    place = end + 19
  }
  return fields
}

function errorOf(bytes: Buffer, body: number): PgliteError {
  const fields: Record<string, string> = {}
  let message = ""
  for (let place = body; bytes[place] !== 0;) {
    const field = String.fromCharCode(bytes[place]!)
    const end = bytes.indexOf(0, place + 1)
    const text = bytes.toString("utf8", place + 1, end)
    const name = fieldNames[field]
    if (field === "M") message = text
    else if (name !== undefined) fields[name] = text
    place = end + 1
  }
  return Object.assign(new PgliteError(message), fields)
}
