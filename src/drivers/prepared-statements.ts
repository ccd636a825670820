import type { DriverColumn } from "../engine/index.ts"
import { noColumns, type Wire } from "./postgres-wire.ts"
import { type RowLayout, rowLayout } from "./row-values.ts"

/** How the rows of a prepared statement are asked for and read; `undefined`: all as text. */
export function layoutOf(prepared: Prepared, binary: readonly boolean[] | undefined): RowLayout | undefined {
  if (binary === undefined || prepared.columns === undefined) return undefined
  if (prepared.layout?.binary !== binary) prepared.layout = { binary, row: rowLayout(prepared.columns, binary) }
  return prepared.layout.row
}

/** A statement that the server has on a connection. */
export interface Prepared {
  /** Known once the statement was run; then it need not be described again: the server refuses to run it when they change. */
  columns: readonly DriverColumn[] | undefined
  /** `sent`: in the flight under way. `doubtful`: the server may or may not have it. */
  state: "sent" | "ready" | "doubtful"
  lastUse: number
  /** How its rows are asked for and read, for the columns of the last use that could be binary. */
  layout: { readonly binary: readonly boolean[]; readonly row: RowLayout | undefined } | undefined
}

/** What the server has prepared on one connection, kept to a limit by closing what was not used for longest. */
export class PreparedStatements {
  readonly #limit: number
  readonly #byName = new Map<string, Prepared>()
  #clock = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Sends what makes the statement usable in this flight. Returns it when its columns are known. */
  use(name: string, text: string, wire: Wire): Prepared | undefined {
    const known = this.#byName.get(name)
    if (known !== undefined && known.state !== "doubtful") {
      known.lastUse = ++this.#clock
      return known.state === "ready" ? known : undefined
    }
    if (known !== undefined) wire.close({ type: "S", name })
    else if (this.#byName.size >= this.#limit) this.#closeLeastRecent(wire)
    wire.parse({ name, text })
    this.#byName.set(name, { columns: undefined, state: "sent", lastUse: ++this.#clock, layout: undefined })
    return undefined
  }

  /** Takes note of the statement having run, and says what its columns are. */
  confirm(name: string, described: readonly DriverColumn[] | undefined): readonly DriverColumn[] {
    const prepared = this.#byName.get(name)
    if (prepared === undefined) return described ?? noColumns
    if (prepared.state === "sent") {
      prepared.state = "ready"
      prepared.columns = described
    }
    return prepared.columns ?? noColumns
  }

  /**
   * Takes note of a failure at or before the statement. It is prepared anew when the server may not have got to it, or when
   * the failure is that what it has prepared is `stale`.
   */
  doubt(name: string, stale: boolean): void {
    const prepared = this.#byName.get(name)
    if (prepared !== undefined && (stale || prepared.state === "sent")) prepared.state = "doubtful"
  }

  #closeLeastRecent(wire: Wire): void {
    let oldest: string | undefined
    let oldestUse = Infinity
    for (const [name, { lastUse, state }] of this.#byName) {
      if (lastUse >= oldestUse || state === "sent") continue
      oldest = name
      oldestUse = lastUse
    }
    if (oldest === undefined) return
    this.#byName.delete(oldest)
    wire.close({ type: "S", name: oldest })
  }
}
