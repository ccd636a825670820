import { WireMoment } from "../dialects/index.ts"
import { ArgumentError } from "../errors/index.ts"
import type { DriverColumn, DriverResult } from "../engine/index.ts"
import { type RowLayout, textRow } from "./row-values.ts"

/** The messages of the PostgreSQL protocol that are sent. Parameters are text or bytes. */
export interface Wire {
  parse(message: { readonly text: string; readonly name?: string | undefined }): void
  /** @param message.formats one for each column of the result, 1 for its binary form; all are text where it is missing */
  bind(message: {
    readonly portal?: string
    readonly statement?: string | undefined
    readonly values: readonly WireValue[]
    readonly formats?: readonly (0 | 1)[] | undefined
  }): void
  describe(message: { readonly type: "P" | "S"; readonly name?: string }): void
  execute(message: { readonly portal?: string; readonly rows?: number }): void
  close(message: { readonly type: "P" | "S"; readonly name: string }): void
  sync(): void
  query(text: string): void
  copyFail(reason: string): void
}

export type WireValue = string | Buffer | null

/** What carries the messages of one connection. */
export interface Transport {
  /** Runs a task after those that were submitted before it. */
  submit(task: WireTask): void
  /** Transaction status as the server last said: idle, in a transaction, in a failed one. */
  readonly status: "I" | "T" | "E"
  readonly broken: boolean
  cancel(): Promise<void>
  /** Never rejects. */
  close(): Promise<void>
}

/** Something to be done on the wire that ends with one ReadyForQuery. A transport tells it of the messages that answer it. */
export abstract class WireTask {
  readonly results: DriverResult[] = []
  failure: { readonly error: unknown } | undefined
  /** The columns of the statement that is being answered; undefined until they were described. */
  protected columns: readonly DriverColumn[] | undefined
  /** How the rows of each statement are read; as text where nothing stands. */
  protected readonly layouts: (RowLayout | undefined)[] = []
  /** PostgreSQL stopped at the asked for number of rows. */
  suspended = false
  readonly #settled: (task: WireTask) => void
  #rows: unknown[][] = []

  /** @param settled told once the server is ready for the next task, or never will be */
  constructor(settled: (task: WireTask) => void) {
    this.#settled = settled
  }

  /** Sends the messages. */
  abstract write(wire: Wire): void

  /** Called when a statement was answered in full, before its result is kept. */
  protected answered(_index: number): readonly DriverColumn[] {
    return this.columns ?? noColumns
  }

  settle(): void {
    this.#settled(this)
  }

  rowDescription(columns: readonly DriverColumn[]): void {
    this.columns = columns
  }
  dataRow(bytes: Buffer, body: number): void {
    const layout = this.layouts[this.results.length]
    this.#rows.push(layout === undefined ? textRow(bytes, body) : layout.read(bytes, body))
  }
  commandComplete(tag: string): void {
    const space = tag.indexOf(" ")
    const command = space === -1 ? tag : tag.slice(0, space)
    const count = space === -1 ? 0 : Number(tag.slice(tag.lastIndexOf(" ") + 1))
    // `CREATE TABLE` and its like end in a word.
    this.#keep(command, Number.isNaN(count) ? 0 : count)
  }
  portalSuspended(): void {
    this.suspended = true
    this.#keep("SELECT", this.#rows.length)
  }
  emptyQuery(): void {
    this.#keep(undefined, 0)
  }
  error(error: unknown): void {
    this.failure ??= { error }
  }
  /** COPY TO STDOUT needs no answer: its data has nowhere to go, and its end is a command's like any other. */
  copyInResponse(wire: Wire): void {
    wire.copyFail(copyRefusal)
    // The one that the task has sent was taken for part of the data.
    wire.sync()
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
  if (parameter instanceof WireMoment) return parameter.toString()
  if (parameter instanceof Uint8Array) return Buffer.from(parameter.buffer, parameter.byteOffset, parameter.byteLength)
  const kind =
    parameter === undefined ? "undefined" : `of type ${typeof parameter === "object" ? parameter.constructor.name : typeof parameter}`
  throw new ArgumentError(`parameter $${index + 1} is ${kind}: a string, number, bigint, boolean, Uint8Array or null is needed`)
}
