import type { Wire, WireValue } from "./postgres-wire.ts"

/** Messages of a client, one after the other in one piece of memory, until they are taken to be sent. */
export class WireBuffer implements Wire {
  #bytes: Buffer = Buffer.allocUnsafe(initialSize)
  #end = 0

  get hasData(): boolean {
    return this.#end > 0
  }
  /** The messages, as memory of their own. */
  take(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(0, this.#end))
    this.#end = 0
    if (this.#bytes.length > largestKept) this.#bytes = Buffer.allocUnsafe(initialSize)
    return taken
  }

  parse({ text, name }: { readonly text: string; readonly name?: string | undefined }): void {
    const start = this.#begin(kinds.parse)
    this.#text(name ?? "")
    this.#text(text)
    this.#int16(0)
    this.#finish(start)
  }
  bind(message: Parameters<Wire["bind"]>[0]): void {
    const { portal, statement, values, formats } = message
    const start = this.#begin(kinds.bind)
    this.#text(portal ?? "")
    this.#text(statement ?? "")
    this.#parameterFormats(values)
    this.#int16(values.length)
    for (const value of values) this.#value(value)
    this.#int16(formats?.length ?? 0)
    if (formats !== undefined) for (const format of formats) this.#int16(format)
    this.#finish(start)
  }
  describe({ type, name }: { readonly type: "P" | "S"; readonly name?: string }): void {
    this.#named(kinds.describe, type, name)
  }
  execute({ portal, rows }: { readonly portal?: string; readonly rows?: number }): void {
    const start = this.#begin(kinds.execute)
    this.#text(portal ?? "")
    this.#int32(rows ?? 0)
    this.#finish(start)
  }
  close({ type, name }: { readonly type: "P" | "S"; readonly name: string }): void {
    this.#named(kinds.close, type, name)
  }
  sync(): void {
    this.#finish(this.#begin(kinds.sync))
  }
  query(text: string): void {
    const start = this.#begin(kinds.query)
    this.#text(text)
    this.#finish(start)
  }
  copyFail(reason: string): void {
    const start = this.#begin(kinds.copyFail)
    this.#text(reason)
    this.#finish(start)
  }

  #named(kind: number, type: "P" | "S", name: string | undefined): void {
    const start = this.#begin(kind)
    this.#byte(type.charCodeAt(0))
    this.#text(name ?? "")
    this.#finish(start)
  }

  /** All parameters are text (none said), all are bytes (one said), or one is said for each. */
  #parameterFormats(values: readonly WireValue[]): void {
    if (!values.some(isBytes)) return this.#int16(0)
    this.#int16(values.length)
    for (const value of values) this.#int16(isBytes(value) ? 1 : 0)
  }

  #value(value: WireValue): void {
    if (value === null) return this.#int32(-1)
    if (typeof value === "string") {
      this.#room(4 + value.length * largestCharacter)
      const place = this.#end
      const length = this.#bytes.write(value, place + 4, "utf8")
      this.#bytes.writeInt32BE(length, place)
      this.#end = place + 4 + length
      return undefined
    }
    this.#int32(value.length)
    this.#room(value.length)
    this.#end += value.copy(this.#bytes, this.#end)
  }

  /** @returns where the message's length has to be written */
  #begin(kind: number): number {
    this.#byte(kind)
    const start = this.#end
    this.#room(4)
    this.#end += 4
    return start
  }
  #finish(start: number): void {
    this.#bytes.writeInt32BE(this.#end - start, start)
  }
  #byte(value: number): void {
    this.#room(1)
    this.#bytes[this.#end++] = value
  }
  #int16(value: number): void {
    this.#room(2)
    this.#bytes[this.#end++] = value >>> 8
    this.#bytes[this.#end++] = value
  }
  #int32(value: number): void {
    this.#room(4)
    this.#end = this.#bytes.writeInt32BE(value, this.#end)
  }
  /** Text that ends with a zero byte. */
  #text(text: string): void {
    this.#room(text.length * largestCharacter + 1)
    this.#end += this.#bytes.write(text, this.#end, "utf8")
    this.#bytes[this.#end++] = 0
  }
  #room(size: number): void {
    const needed = this.#end + size
    if (needed <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2))
    this.#bytes.copy(larger, 0, 0, this.#end)
    this.#bytes = larger
  }
}

const initialSize = 4 * 1024
/** More than this is given back after a large flight. */
const largestKept = 256 * 1024
/** The bytes of UTF-8 that one unit of a JavaScript string takes at most. */
const largestCharacter = 3

const kinds = {
  parse: 0x50,
  bind: 0x42,
  describe: 0x44,
  execute: 0x45,
  close: 0x43,
  sync: 0x53,
  query: 0x51,
  copyFail: 0x66,
} as const

function isBytes(value: WireValue): value is Buffer {
  return value !== null && typeof value !== "string"
}
