import { DisconnectedError } from "../errors/index.ts"
import { withTimeout } from "../util/index.ts"
import type { PgClient } from "./pg-client.ts"
import { WireTransport } from "./wire-transport.ts"

/** How long a server may take to take note of a goodbye, in milliseconds. */
const closeTimeout = 1_000

/** The protocol over the socket of a pg client, which has connected it: found the host, agreed on TLS, given the password. */
export class PgTransport extends WireTransport {
  readonly #client: PgClient
  readonly #cancel: (client: PgClient) => Promise<void>

  /** @param client connected; nothing may be asked of it any more */
  constructor(client: PgClient, cancel: (client: PgClient) => Promise<void>) {
    super()
    this.#client = client
    this.#cancel = cancel
    const { stream } = client.connection
    stream.removeAllListeners("data")
    stream.on("data", (piece) => this.reader.read(piece))
    client.on("error", (error) => this.break(error))
    client.on("end", () => this.break(new DisconnectedError("the connection was closed")))
  }

  protected flush(): void {
    if (this.wire.hasData) this.#client.connection.stream.write(this.wire.take())
  }

  cancel(): Promise<void> {
    return this.#cancel(this.#client)
  }

  async close(): Promise<void> {
    const { stream } = this.#client.connection
    const isClean = this.isIdle && !this.broken
    this.break(new DisconnectedError("the connection was closed"))
    if (!isClean) {
      stream.destroy()
      return
    }
    const ended = this.#client.end().catch(() => undefined)
    await withTimeout<unknown>(ended, closeTimeout, () => stream.destroy())
  }
}
