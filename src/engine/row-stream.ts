import type { Checkout } from "./checkout.ts"
import type { DriverCursor, DriverResult } from "./driver.ts"
import type { EngineEvents } from "./events.ts"
import type { Outgoing } from "./outgoing.ts"
import type { PooledConnection } from "./pooled-connection.ts"
import type { ReportedFlight } from "./report.ts"

/** A statement whose rows are fetched chunk by chunk; it is reported as one statement when it ends. */
export class RowStream {
  readonly #checkout: Checkout
  readonly #held: PooledConnection
  readonly #statement: Outgoing
  readonly #cursor: DriverCursor
  readonly #events: EngineEvents
  readonly #signal: AbortSignal | undefined
  readonly #reported: ReportedFlight | undefined
  #duration = 0
  #rowCount = 0
  #ended = false

  constructor(
    checkout: Checkout,
    held: PooledConnection,
    statement: Outgoing,
    options: { readonly chunkSize: number; readonly events: EngineEvents; readonly signal: AbortSignal | undefined },
  ) {
    this.#checkout = checkout
    this.#held = held
    this.#statement = statement
    this.#cursor = held.driver.cursor(statement, options.chunkSize)
    this.#events = options.events
    this.#signal = options.signal
    this.#reported = checkout.report(held, [statement])
  }

  /** The next rows, or `undefined` after the last. @throws the error of ours; `onLost` is called first when it cost the connection. */
  async next(onLost: () => void): Promise<DriverResult | undefined> {
    const start = performance.now()
    const sent = await this.#checkout.fetch(this.#held, this.#statement, this.#cursor, this.#signal)
    this.#duration += performance.now() - start
    if (sent.lost) onLost()
    const rows = sent.results[0]
    this.#rowCount += rows?.rows.length ?? 0
    if (rows === undefined) this.#end(sent.error)
    if (sent.error !== undefined) throw sent.error
    return rows
  }

  /** Frees what the server keeps for it, where the connection is still there. Never rejects. */
  async close(): Promise<void> {
    this.#end(undefined)
    const { driver } = this.#held
    if (this.#checkout.held !== this.#held || driver.broken || driver.transactionState !== "open") return
    try {
      await this.#cursor.close()
    } catch {
      this.#checkout.destroy()
    }
  }

  #end(error: unknown): void {
    if (this.#ended) return
    this.#ended = true
    const event = this.#reported?.statements[0]
    if (event === undefined) return
    const rowCount = error === undefined ? this.#rowCount : undefined
    this.#events.emit("statement", { ...event, duration: this.#duration, rowCount, rows: undefined, error })
  }
}
