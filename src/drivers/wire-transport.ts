import { DisconnectedError } from "../errors/index.ts"
import type { DriverColumn } from "../engine/index.ts"
import type { Transport, WireTask } from "./postgres-wire.ts"
import { MessageReader, type MessageReceiver, type ServerError } from "./server-messages.ts"
import { WireBuffer } from "./wire-buffer.ts"

/** The order of tasks on one connection, and whom the server's messages are for, whatever carries them. */
export abstract class WireTransport implements Transport, MessageReceiver {
  protected readonly wire: WireBuffer = new WireBuffer()
  protected readonly reader: MessageReader = new MessageReader(this)
  readonly #waiting: WireTask[] = []
  #active: WireTask | undefined
  #status: "I" | "T" | "E" = "I"
  /** Why nothing can be sent any more. */
  #end: { readonly reason: unknown } | undefined

  get status(): "I" | "T" | "E" {
    return this.#status
  }
  get broken(): boolean {
    return this.#end !== undefined
  }
  protected get isIdle(): boolean {
    return this.#active === undefined && this.#status === "I"
  }

  submit(task: WireTask): void {
    if (this.#end !== undefined) fail(task, this.#end.reason)
    else if (this.#active !== undefined) this.#waiting.push(task)
    else this.#start(task)
  }

  /** Sends what is on the wire. */
  protected abstract flush(): void
  abstract cancel(): Promise<void>
  abstract close(): Promise<void>

  /** Nothing is sent or answered any more: what waits for an answer fails. Called twice, the first reason stays. */
  protected break(reason: unknown): void {
    if (this.#end !== undefined) return
    this.#end = { reason }
    const tasks = this.#active === undefined ? this.#waiting : [this.#active, ...this.#waiting]
    this.#active = undefined
    for (const task of tasks) fail(task, reason)
  }

  #start(task: WireTask): void {
    this.#active = task
    task.write(this.wire)
    this.flush()
  }

  rowDescription(columns: readonly DriverColumn[]): void {
    this.#active?.rowDescription(columns)
  }
  dataRow(bytes: Buffer, body: number): void {
    this.#active?.dataRow(bytes, body)
  }
  commandComplete(tag: string): void {
    this.#active?.commandComplete(tag)
  }
  portalSuspended(): void {
    this.#active?.portalSuspended()
  }
  emptyQuery(): void {
    this.#active?.emptyQuery()
  }
  copyInResponse(): void {
    this.#active?.copyInResponse(this.wire)
    this.flush()
  }
  error(error: ServerError): void {
    // What a server says without being asked, it says before it hangs up.
    if (this.#active === undefined) this.break(error)
    else this.#active.error(error)
  }
  readyForQuery(status: "I" | "T" | "E"): void {
    this.#status = status
    const task = this.#active
    this.#active = undefined
    task?.settle()
    const next = this.#active === undefined ? this.#waiting.shift() : undefined
    if (next !== undefined) this.#start(next)
  }
}

function fail(task: WireTask, reason: unknown): void {
  task.error(reason ?? new DisconnectedError("the connection was closed"))
  task.settle()
}
