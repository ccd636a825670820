import type { DriverColumn, DriverCursor, DriverResult, DriverStatement } from "../engine/index.ts"
import { ClosePortalTask, FetchTask, OpenPortalTask } from "./postgres-tasks.ts"
import { noColumns, type Transport, type WireTask } from "./postgres-wire.ts"

/** Rows by way of a named portal of the open transaction, so that other statements can run between two fetches. */
export class PortalCursor implements DriverCursor {
  readonly #transport: Transport
  readonly #portal: string
  readonly #statement: DriverStatement
  readonly #chunkSize: number
  #columns: readonly DriverColumn[] = noColumns
  #state: "new" | "open" | "done" = "new"

  constructor(transport: Transport, portal: string, statement: DriverStatement, chunkSize: number) {
    this.#transport = transport
    this.#portal = portal
    this.#statement = statement
    this.#chunkSize = chunkSize
  }

  async next(): Promise<DriverResult | undefined> {
    if (this.#state === "done") return undefined
    const { results, failure, suspended } = await this.#run((settled) => this.#fetch(settled))
    if (failure !== undefined) {
      this.#state = "done"
      throw failure.error
    }
    // Only a portal that was stopped at the limit has more; it is freed with its transaction, at the latest.
    this.#state = suspended ? "open" : "done"
    const [result] = results
    if (result === undefined || (result.rows.length === 0 && !suspended)) return undefined
    this.#columns = result.columns
    return result
  }

  async close(): Promise<void> {
    if (this.#state !== "open") return
    this.#state = "done"
    const { failure } = await this.#run((settled) => new ClosePortalTask(this.#portal, settled))
    if (failure !== undefined) throw failure.error
  }

  #fetch(settled: (task: WireTask) => void): WireTask {
    return this.#state === "new"
      ? new OpenPortalTask(this.#portal, this.#statement, this.#chunkSize, settled)
      : new FetchTask(this.#portal, this.#columns, this.#chunkSize, settled)
  }

  #run(task: (settled: (task: WireTask) => void) => WireTask): Promise<WireTask> {
    return new Promise((resolve) => this.#transport.submit(task(resolve)))
  }
}
