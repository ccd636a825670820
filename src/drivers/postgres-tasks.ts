import type { DriverColumn, DriverStatement } from "../engine/index.ts"
import { isStaleStatement } from "./postgres-errors.ts"
import { layoutOf, type PreparedStatements } from "./prepared-statements.ts"
import { copyRefusal, type Wire, WireTask, type WireValue, wireValues } from "./postgres-wire.ts"

/** Statements in one flight: one Sync at the end, so that the server answers once and skips what follows a failure. */
export class StatementTask extends WireTask {
  readonly #statements: readonly DriverStatement[]
  readonly #values: readonly (readonly WireValue[])[]
  readonly #prepared: PreparedStatements

  constructor(prepared: PreparedStatements, statements: readonly DriverStatement[], settled: (task: WireTask) => void) {
    super(settled)
    this.#prepared = prepared
    this.#statements = statements
    // Before anything is written: a value that cannot be sent must not leave half a message behind.
    this.#values = statements.map(({ parameters }) => wireValues(parameters))
  }

  write(wire: Wire): void {
    for (let index = 0; index < this.#statements.length; index++) {
      const { text, name, binary } = this.#statements[index] as DriverStatement
      const values = this.#values[index] as readonly WireValue[]
      const prepared = name === undefined ? undefined : this.#prepared.use(name, text, wire)
      if (name === undefined) wire.parse({ text })
      const layout = prepared === undefined ? undefined : layoutOf(prepared, binary)
      wire.bind({ statement: name, values, formats: layout?.formats })
      if (prepared === undefined) wire.describe({ type: "P" })
      this.layouts.push(layout)
      wire.execute({})
    }
    wire.sync()
  }

  protected override answered(index: number): readonly DriverColumn[] {
    const name = this.#statements[index]?.name
    return name === undefined ? super.answered(index) : this.#prepared.confirm(name, this.columns)
  }

  override settle(): void {
    if (this.failure !== undefined) {
      if (this.#isOver()) this.failure = undefined
      const isStale = this.failure !== undefined && isStaleStatement(this.failure.error)
      for (const { name } of this.#statements.slice(this.results.length)) if (name !== undefined) this.#prepared.doubt(name, isStale)
    }
    super.settle()
  }

  /**
   * All was answered and the transaction is over: the connection went away only then. Without a COMMIT of its own the flight
   * commits at its Sync, after the last answer, and that is what failed.
   */
  #isOver(): boolean {
    const command = this.results.at(-1)?.command
    return this.results.length === this.#statements.length && (command === "COMMIT" || command === "ROLLBACK")
  }
}

/** A text of several statements. */
export class ScriptTask extends WireTask {
  readonly #text: string

  constructor(text: string, settled: (task: WireTask) => void) {
    super(settled)
    this.#text = text
  }

  write(wire: Wire): void {
    wire.query(this.#text)
  }

  override copyInResponse(wire: Wire): void {
    wire.copyFail(copyRefusal)
  }
}

/** One round trip that does nothing. */
export class PingTask extends WireTask {
  write(wire: Wire): void {
    wire.sync()
  }
}

/** Opens a named portal and fetches its first rows. The portal lives until it is closed or its transaction ends. */
export class OpenPortalTask extends WireTask {
  readonly #portal: string
  readonly #statement: DriverStatement
  readonly #values: readonly WireValue[]
  readonly #rows: number

  constructor(portal: string, statement: DriverStatement, rows: number, settled: (task: WireTask) => void) {
    super(settled)
    this.#portal = portal
    this.#statement = statement
    this.#values = wireValues(statement.parameters)
    this.#rows = rows
  }

  write(wire: Wire): void {
    wire.parse({ text: this.#statement.text })
    wire.bind({ portal: this.#portal, values: this.#values })
    wire.describe({ type: "P", name: this.#portal })
    wire.execute({ portal: this.#portal, rows: this.#rows })
    wire.sync()
  }
}

/** Fetches the next rows of a portal. */
export class FetchTask extends WireTask {
  readonly #portal: string
  readonly #columns: readonly DriverColumn[]
  readonly #rows: number

  constructor(portal: string, columns: readonly DriverColumn[], rows: number, settled: (task: WireTask) => void) {
    super(settled)
    this.#portal = portal
    this.#columns = columns
    this.#rows = rows
  }

  write(wire: Wire): void {
    wire.execute({ portal: this.#portal, rows: this.#rows })
    wire.sync()
  }

  protected override answered(): readonly DriverColumn[] {
    return this.#columns
  }
}

/** Closes a portal. */
export class ClosePortalTask extends WireTask {
  readonly #portal: string

  constructor(portal: string, settled: (task: WireTask) => void) {
    super(settled)
    this.#portal = portal
  }

  write(wire: Wire): void {
    wire.close({ type: "P", name: this.#portal })
    wire.sync()
  }
}
