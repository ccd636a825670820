import { DisconnectedError } from "../errors/index.ts"
import { WireTransport } from "./wire-transport.ts"

/** What is used of a PGlite database. */
export interface PgliteDatabase {
  execProtocolRawStream(message: Uint8Array, options: { readonly onRawData: (piece: Uint8Array) => void }): Promise<void>
  close(): Promise<void>
}

/** The protocol over calls into PGlite: what a task writes is handed over whole, and what comes back is there at once. */
export class PgliteTransport extends WireTransport {
  readonly #database: PgliteDatabase
  readonly #onCrash: () => void
  #isRunning = false
  #last: Promise<void> = Promise.resolve()

  /** @param onCrash called when the database has ended by itself */
  constructor(database: PgliteDatabase, onCrash: () => void) {
    super()
    this.#database = database
    this.#onCrash = onCrash
  }

  protected flush(): void {
    if (!this.#isRunning) this.#last = this.#exchange()
  }

  async cancel(): Promise<void> {
    // A statement runs to its end before anything else is heard.
  }

  async close(): Promise<void> {
    await this.#last
    this.break(new DisconnectedError("the embedded database was closed"))
  }

  /** One call after the other: what is written while one runs, such as the answer to an answer, is in the next. */
  async #exchange(): Promise<void> {
    const onRawData = (piece: Uint8Array): void => this.reader.read(piece)
    this.#isRunning = true
    try {
      while (this.wire.hasData) await this.#database.execProtocolRawStream(this.wire.take(), { onRawData })
    } catch (error) {
      this.break(new DisconnectedError("the embedded database has crashed", { cause: error }))
      this.#onCrash()
    } finally {
      this.#isRunning = false
    }
  }
}
