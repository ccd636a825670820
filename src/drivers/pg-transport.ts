import { withTimeout } from "../util/index.ts"
import type { PgClient } from "./pg-client.ts"
import type { Transport, WireTask } from "./postgres-wire.ts"

/** How long a server may take to take note of a goodbye, in milliseconds. */
const closeTimeout = 1_000

/** The protocol over a pg client, which keeps the socket and the order of tasks. */
export class PgTransport implements Transport {
  readonly #client: PgClient
  readonly #cancel: (client: PgClient) => Promise<void>
  #status: "I" | "T" | "E" = "I"
  #broken = false
  #waiting: WireTask | undefined

  /** @param client connected */
  constructor(client: PgClient, cancel: (client: PgClient) => Promise<void>) {
    this.#client = client
    this.#cancel = cancel
    client.on("error", () => this.#break())
    client.on("end", () => this.#break())
    client.connection.on("readyForQuery", (message) => {
      const status = message?.status
      if (status === "I" || status === "T" || status === "E") this.#status = status
      this.#settleWaiting()
    })
  }

  get status(): "I" | "T" | "E" {
    return this.#status
  }
  get broken(): boolean {
    return this.#broken
  }

  submit(task: WireTask): void {
    this.#client.query(task)
  }

  settleWhenReady(task: WireTask): void {
    if (this.#broken) task.settle()
    else this.#waiting = task
  }

  cancel(): Promise<void> {
    return this.#cancel(this.#client)
  }

  async close(): Promise<void> {
    const { stream } = this.#client.connection
    if (this.#broken || this.#status !== "I") {
      stream.destroy()
      this.#break()
      return
    }
    this.#broken = true
    const ended = this.#client.end().catch(() => undefined)
    await withTimeout<unknown>(ended, closeTimeout, () => stream.destroy())
  }

  #break(): void {
    this.#broken = true
    this.#settleWaiting()
  }

  #settleWaiting(): void {
    const task = this.#waiting
    this.#waiting = undefined
    task?.settle()
  }
}
