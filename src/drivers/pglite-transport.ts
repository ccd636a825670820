import { DisconnectedError } from "../errors/index.ts"
import { MessageReader, type ServerMessage } from "./pglite-messages.ts"
import type { Transport, Wire, WireTask, WireValue } from "./postgres-wire.ts"

/** What is used of a PGlite database. */
export interface PgliteDatabase {
  execProtocolRawStream(message: Uint8Array, options: { readonly onRawData: (piece: Uint8Array) => void }): Promise<void>
  close(): Promise<void>
}

/** What is used of PGlite's `protocol.serialize`. */
export interface PgliteSerializer {
  parse(message: { readonly text: string; readonly name?: string | undefined }): Uint8Array
  bind(message: { readonly portal?: string; readonly statement?: string | undefined; readonly values: WireValue[] }): Uint8Array
  describe(message: { readonly type: "P" | "S"; readonly name?: string }): Uint8Array
  execute(message: { readonly portal?: string; readonly rows?: number }): Uint8Array
  close(message: { readonly type: "P" | "S"; readonly name: string }): Uint8Array
  sync(): Uint8Array
  query(text: string): Uint8Array
  copyFail(reason: string): Uint8Array
}

/** The protocol over calls into PGlite: what a task writes is handed over whole, and what comes back is there at once. */
export class PgliteTransport implements Transport {
  readonly #database: PgliteDatabase
  readonly #wire: BufferedWire
  readonly #onCrash: () => void
  readonly #reader = new MessageReader()
  #status: "I" | "T" | "E" = "I"
  #broken = false
  #waiting: WireTask | undefined
  #last: Promise<void> = Promise.resolve()

  /** @param onCrash called when the database has ended by itself */
  constructor(database: PgliteDatabase, serialize: PgliteSerializer, onCrash: () => void) {
    this.#database = database
    this.#onCrash = onCrash
    this.#wire = new BufferedWire(serialize)
  }

  get status(): "I" | "T" | "E" {
    return this.#status
  }
  get broken(): boolean {
    return this.#broken
  }

  submit(task: WireTask): void {
    this.#last = this.#last.then(() => this.#run(task))
  }

  settleWhenReady(task: WireTask): void {
    if (this.#broken) task.settle()
    else this.#waiting = task
  }

  async cancel(): Promise<void> {
    // A statement runs to its end before anything else is heard.
  }

  async close(): Promise<void> {
    await this.#last
    this.#broken = true
  }

  async #run(task: WireTask): Promise<void> {
    if (this.#broken) return task.handleError(new DisconnectedError("the embedded database was closed"))
    task.submit(this.#wire)
    try {
      await this.#exchange(task)
    } catch (error) {
      this.#broken = true
      this.#onCrash()
      task.handleError(new DisconnectedError("the embedded database has crashed", { cause: error }))
    }
  }

  async #exchange(task: WireTask): Promise<void> {
    while (this.#wire.hasData) {
      const messages: ServerMessage[] = []
      const onRawData = (piece: Uint8Array): void => {
        for (const message of this.#reader.read(piece)) messages.push(message)
      }
      await this.#database.execProtocolRawStream(this.#wire.take(), { onRawData })
      for (const message of messages) this.#receive(task, message)
    }
  }

  #receive(task: WireTask, message: ServerMessage): void {
    switch (message.name) {
      case "rowDescription":
        return task.handleRowDescription(message)
      case "dataRow":
        return task.handleDataRow(message)
      case "commandComplete":
        return task.handleCommandComplete(message)
      case "portalSuspended":
        return task.handlePortalSuspended()
      case "emptyQuery":
        return task.handleEmptyQuery()
      case "error":
        return task.handleError(message.error)
      case "copyInResponse":
        return task.handleCopyInResponse(this.#wire)
      case "readyForQuery":
        return this.#ready(task, message.status)
    }
  }

  #ready(task: WireTask, status: "I" | "T" | "E"): void {
    this.#status = status
    const waiting = this.#waiting
    this.#waiting = undefined
    if (waiting === undefined) task.handleReadyForQuery()
    else waiting.settle()
  }
}

/** Collects messages until they are taken. */
class BufferedWire implements Wire {
  readonly #serialize: PgliteSerializer
  #messages: Uint8Array[] = []

  constructor(serialize: PgliteSerializer) {
    this.#serialize = serialize
  }

  get hasData(): boolean {
    return this.#messages.length > 0
  }
  take(): Uint8Array {
    const messages = this.#messages
    this.#messages = []
    return messages.length === 1 ? (messages[0] as Uint8Array) : Buffer.concat(messages)
  }

  parse(message: Parameters<Wire["parse"]>[0]): void {
    this.#messages.push(this.#serialize.parse(message))
  }
  bind(message: Parameters<Wire["bind"]>[0]): void {
    this.#messages.push(this.#serialize.bind({ ...message, values: [...message.values] }))
  }
  describe(message: Parameters<Wire["describe"]>[0]): void {
    this.#messages.push(this.#serialize.describe(message))
  }
  execute(message: Parameters<Wire["execute"]>[0]): void {
    this.#messages.push(this.#serialize.execute(message))
  }
  close(message: Parameters<Wire["close"]>[0]): void {
    this.#messages.push(this.#serialize.close(message))
  }
  sync(): void {
    this.#messages.push(this.#serialize.sync())
  }
  query(text: string): void {
    this.#messages.push(this.#serialize.query(text))
  }
  sendCopyFail(reason: string): void {
    this.#messages.push(this.#serialize.copyFail(reason))
  }
}
