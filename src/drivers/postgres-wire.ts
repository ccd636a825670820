import { ArgumentError } from "../errors/index.ts"
import type { DriverColumn, DriverResult } from "../engine/index.ts"

/** The messages of the PostgreSQL protocol that are sent, as pg's `Connection` has them. Parameters are text or bytes. */
export interface Wire {
  parse(message: { readonly text: string; readonly name?: string | undefined }): void
  bind(message: { readonly portal?: string; readonly statement?: string | undefined; readonly values: readonly WireValue[] }): void
  describe(message: { readonly type: "P" | "S"; readonly name?: string }): void
  execute(message: { readonly portal?: string; readonly rows?: number }): void
  close(message: { readonly type: "P" | "S"; readonly name: string }): void
  sync(): void
  query(text: string): void
  sendCopyFail(reason: string): void
  /** Between the two, messages are held back to be sent in one go. */
  readonly stream?: { cork?(): void; uncork?(): void }
}

export type WireValue = string | Buffer | null

/** The messages that come back, as far as they carry something that is used. */
export interface RowDescription {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[]
}
export interface DataRow {
  readonly fields: unknown[]
}
export interface CommandComplete {
  readonly text: string
}

/** Where a task that failed waits for the server to be ready again. */
export interface Transport {
  /** Runs a task after those that were submitted before it. */
  submit(task: WireTask): void
  /** Calls the task's `settle` once the server is ready for the next, or at once when it never will be. */
  settleWhenReady(task: WireTask): void
  /** Transaction status as the server last said: idle, in a transaction, in a failed one. */
  readonly status: "I" | "T" | "E"
  readonly broken: boolean
  cancel(): Promise<void>
  /** Never rejects. */
  close(): Promise<void>
}

/**
 * Something to be done on the wire that ends with one ReadyForQuery. The methods are those that pg's `Client` calls on what
 * it is given to run, so that a task is one of its queries.
 */
export abstract class WireTask {
  readonly results: DriverResult[] = []
  failure: { readonly error: unknown } | undefined
  /** The columns of the statement that is being answered; undefined until they were described. */
  protected columns: readonly DriverColumn[] | undefined
  /** PostgreSQL stopped at the asked for number of rows. */
  suspended = false
  readonly #transport: Transport
  readonly #settled: (task: WireTask) => void
  #rows: unknown[][] = []

  constructor(transport: Transport, settled: (task: WireTask) => void) {
    this.#transport = transport
    this.#settled = settled
  }

  submit(wire: Wire): void {
    wire.stream?.cork?.()
    this.write(wire)
    wire.stream?.uncork?.()
  }
  /** Sends the messages. */
  protected abstract write(wire: Wire): void

  /** Called when a statement was answered in full, before its result is kept. */
  protected answered(_index: number): readonly DriverColumn[] {
    return this.columns ?? noColumns
  }

  settle(): void {
    this.#settled(this)
  }

  handleRowDescription(message: RowDescription): void {
    this.columns = message.fields.map(({ name, dataTypeID }) => ({ name, typeId: dataTypeID }))
  }
  handleDataRow(message: DataRow): void {
    this.#rows.push(message.fields)
  }
  handleCommandComplete({ text }: CommandComplete): void {
    const space = text.indexOf(" ")
    const command = space === -1 ? text : text.slice(0, space)
    const count = space === -1 ? 0 : Number(text.slice(text.lastIndexOf(" ") + 1))
    // `CREATE TABLE` and its like end in a word.
    this.#keep(command, Number.isNaN(count) ? 0 : count)
  }
  handlePortalSuspended(): void {
    this.suspended = true
    this.#keep("SELECT", this.#rows.length)
  }
  handleEmptyQuery(): void {
    this.#keep(undefined, 0)
  }
  handleError(error: unknown): void {
    this.failure ??= { error }
    this.#transport.settleWhenReady(this)
  }
  handleReadyForQuery(): void {
    this.settle()
  }
  handleCopyInResponse(wire: Wire): void {
    wire.sendCopyFail(copyRefusal)
    // The one that the task has sent was taken for part of the data.
    wire.sync()
  }
  handleCopyData(): void {
    // COPY TO STDOUT: its data has nowhere to go, and its end is a CommandComplete like any other.
  }

  #keep(command: string | undefined, rowCount: number): void {
    this.results.push({ columns: this.answered(this.results.length), rows: this.#rows, rowCount, command })
    this.#rows = []
    this.columns = undefined
  }
}

export const copyRefusal = "COPY FROM STDIN is not supported through this connection"

export const noColumns: readonly DriverColumn[] = []

/** Parameters as they are sent: bytes as they are, everything else as the text that the server parses. @throws ArgumentError */
export function wireValues(parameters: readonly unknown[]): WireValue[] {
  const values: WireValue[] = []
  for (let index = 0; index < parameters.length; index++) values.push(wireValue(parameters[index], index))
  return values
}

function wireValue(parameter: unknown, index: number): WireValue {
  if (typeof parameter === "string" || parameter === null) return parameter
  if (typeof parameter === "number" || typeof parameter === "bigint" || typeof parameter === "boolean") return String(parameter)
  if (parameter instanceof Uint8Array) return Buffer.from(parameter.buffer, parameter.byteOffset, parameter.byteLength)
  const kind =
    parameter === undefined ? "undefined" : `of type ${typeof parameter === "object" ? parameter.constructor.name : typeof parameter}`
  throw new ArgumentError(`parameter $${index + 1} is ${kind}: a string, number, bigint, boolean, Uint8Array or null is needed`)
}
