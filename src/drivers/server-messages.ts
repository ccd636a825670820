import { int32 } from "../util/index.ts"
import type { DriverColumn } from "../engine/index.ts"

/** What is done with the messages of a server as they come. Bytes are to be read at once: their memory is used again. */
export interface MessageReceiver {
  rowDescription(columns: readonly DriverColumn[]): void
  /** @param body where the number of values stands (two bytes), each with its length (four bytes, -1 for NULL) after it */
  dataRow(bytes: Buffer, body: number): void
  /** @param tag `SELECT 5`, `CREATE TABLE` */
  commandComplete(tag: string): void
  portalSuspended(): void
  emptyQuery(): void
  copyInResponse(): void
  error(error: ServerError): void
  readyForQuery(status: "I" | "T" | "E"): void
}

/** What a server says is wrong, with its fields by the names that pg has for them. */
export class ServerError extends Error {
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
 * Puts messages of the PostgreSQL protocol together from the pieces in which they come, and hands those on that mean something to
 * whoever sent a statement. Not pg's reader, which makes an object and an event of each row; not PGlite's, which takes the character
 * U+FEFF at the beginning of a text for a mark of the encoding and drops it.
 */
export class MessageReader {
  readonly #receiver: MessageReceiver
  /** What has come of a message that is not complete. */
  #rest: Buffer = noBytes
  #restLength = 0

  constructor(receiver: MessageReceiver) {
    this.#receiver = receiver
  }

  /** Takes in the next piece, whose memory may be used again afterwards. */
  read(piece: Uint8Array): void {
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
    if (this.#restLength === 0) {
      const start = this.#receive(bytes, bytes.length)
      if (start < bytes.length) this.#keep(bytes, start, bytes.length)
      return
    }
    this.#append(bytes)
    const end = this.#restLength
    const start = this.#receive(this.#rest, end)
    if (start === end) {
      this.#rest = noBytes
      this.#restLength = 0
    } else if (start > 0) this.#keep(this.#rest, start, end)
  }

  /** @returns where the first message begins that is not complete */
  #receive(bytes: Buffer, length: number): number {
    let start = 0
    while (start + headerLength <= length) {
      const end = start + 1 + int32(bytes, start + 1)
      if (end > length) break
      receive(bytes, start, end, this.#receiver)
      start = end
    }
    return start
  }

  #keep(bytes: Buffer, start: number, end: number): void {
    const needed = end - start >= headerLength ? 1 + int32(bytes, start + 1) : headerLength
    const rest = Buffer.allocUnsafe(Math.max(needed, end - start))
    this.#restLength = bytes.copy(rest, 0, start, end)
    this.#rest = rest
  }

  #append(bytes: Buffer): void {
    const length = this.#restLength + bytes.length
    if (length > this.#rest.length) {
      const larger = Buffer.allocUnsafe(Math.max(length, this.#rest.length * 2))
      this.#rest.copy(larger, 0, 0, this.#restLength)
      this.#rest = larger
    }
    bytes.copy(this.#rest, this.#restLength)
    this.#restLength = length
  }
}

const noBytes = Buffer.alloc(0)

const kinds = {
  row: 0x44,
  columns: 0x54,
  complete: 0x43,
  error: 0x45,
  ready: 0x5a,
  suspended: 0x73,
  empty: 0x49,
  copyIn: 0x47,
} as const

function receive(bytes: Buffer, start: number, end: number, receiver: MessageReceiver): void {
  const body = start + headerLength
  switch (bytes[start]) {
    case kinds.row:
      return receiver.dataRow(bytes, body)
    case kinds.columns:
      return receiver.rowDescription(columnsOf(bytes, body))
    case kinds.complete:
      return receiver.commandComplete(bytes.toString("utf8", body, end - 1))
    case kinds.error:
      return receiver.error(errorOf(bytes, body))
    case kinds.ready:
      return receiver.readyForQuery(String.fromCharCode(bytes[body]!) as "I" | "T" | "E")
    case kinds.suspended:
      return receiver.portalSuspended()
    case kinds.empty:
      return receiver.emptyQuery()
    case kinds.copyIn:
      return receiver.copyInResponse()
    default:
      // What was parsed, bound or closed, notices, notifications, settings: nobody asks for them.
      return undefined
  }
}

/** After a column's name: its table (4 bytes) and place there (2), its type (4), the type's size (2) and modifier (4), its format (2). */
function columnsOf(bytes: Buffer, body: number): DriverColumn[] {
  const columns: DriverColumn[] = []
  let place = body + 2
  for (let count = bytes.readInt16BE(body); count > 0; count--) {
    const end = bytes.indexOf(0, place)
    columns.push({ name: bytes.toString("utf8", place, end), typeId: bytes.readUInt32BE(end + 7) })
    place = end + 19
  }
  return columns
}

function errorOf(bytes: Buffer, body: number): ServerError {
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
  return Object.assign(new ServerError(message), fields)
}
