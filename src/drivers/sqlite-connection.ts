import type { DatabaseSync } from "node:sqlite"
import type {
  DriverColumn,
  DriverConnection,
  DriverCursor,
  DriverResult,
  DriverStatement,
  FlightOutcome,
  TransactionState,
} from "../engine/index.ts"
import { DisconnectedError } from "../errors/index.ts"
import { type AsyncLock, delay, type Unlock } from "../util/index.ts"
import { exactIntegers, SqliteStatements } from "./sqlite-statements.ts"

const beginsWriting = /^\s*begin\s+(immediate|exclusive)\b/i
/** Pauses between attempts while another process writes, in milliseconds; the last one is repeated. */
const busyPauses = [1, 2, 5, 10, 20, 50]

export interface SqliteConnectionOptions {
  /** How many statements stay prepared. */
  readonly preparedStatements: number
  /** The writers of the same file in this process wait for each other here. */
  readonly writers: AsyncLock
  /** How long to wait for other writers, in milliseconds. */
  readonly busyTimeout: number
  /** Closes the handle, unless it is shared. */
  readonly onClose: () => void
}

/** A connection to a SQLite database. Its calls block while SQLite works, but never while it waits for another writer. */
export class SqliteConnection implements DriverConnection {
  /** SQLite's transactions are serializable. */
  readonly readCommitted = true
  readonly #database: DatabaseSync
  readonly #options: SqliteConnectionOptions
  readonly #statements: SqliteStatements
  /** Held from when a transaction begins to write until it ends. */
  #unlock: Unlock | undefined
  #closed = false

  constructor(database: DatabaseSync, options: SqliteConnectionOptions) {
    this.#database = database
    this.#options = options
    this.#statements = new SqliteStatements(database, options.preparedStatements)
  }

  get broken(): boolean {
    return this.#closed
  }
  get transactionState(): TransactionState {
    return !this.#closed && this.#database.isTransaction ? "open" : "none"
  }

  query(statement: DriverStatement): Promise<DriverResult> {
    return this.#work(beginsWriting.test(statement.text), () => this.#statements.run(statement))
  }

  async queryAll(statements: readonly DriverStatement[]): Promise<FlightOutcome> {
    const results: DriverResult[] = []
    for (const statement of statements) {
      try {
        results.push(await this.query(statement))
      } catch (error) {
        return { results, failure: { error } }
      }
    }
    return { results }
  }

  script(text: string): Promise<DriverResult> {
    return this.#work(beginsWriting.test(text), () => {
      this.#database.exec(text)
      return { columns: [], rows: [], rowCount: 0, command: undefined }
    })
  }

  cursor(statement: DriverStatement, chunkSize: number): DriverCursor {
    let open: { readonly columns: readonly DriverColumn[]; readonly rows: Iterator<unknown[]> } | undefined
    let isDone = false
    return {
      next: () =>
        this.#work(false, () => {
          if (isDone) return undefined
          open ??= this.#statements.iterate(statement)
          const rows: unknown[][] = []
          while (rows.length < chunkSize) {
            const step = open.rows.next()
            isDone = step.done === true
            if (step.done === true) break
            rows.push(exactIntegers(step.value))
          }
          return rows.length === 0 ? undefined : { columns: open.columns, rows, rowCount: rows.length, command: "SELECT" }
        }),
      close: async () => {
        isDone = true
        open?.rows.return?.()
      },
    }
  }

  async cancel(): Promise<void> {
    // A statement has run to its end before anything else is heard.
  }

  async ping(): Promise<void> {
    if (this.#closed) throw closedError()
  }

  async close(): Promise<void> {
    if (this.#closed) return
    if (this.#database.isTransaction) this.#database.exec("rollback")
    this.#closed = true
    this.#unlock?.()
    this.#options.onClose()
  }

  /** @param writes whether the step needs the right to write before it is tried */
  async #work<T>(writes: boolean, step: () => T): Promise<T> {
    if (this.#closed) throw closedError()
    if (writes) await this.#lock()
    try {
      return step()
    } catch (error) {
      if (!isBusy(error)) throw error
      return await this.#retry(step, error)
    } finally {
      if (this.#unlock !== undefined && !this.#database.isTransaction) this.#release()
    }
  }

  /** Waits for the writers of this process, then tries again until those of other processes have let go. */
  async #retry<T>(step: () => T, first: unknown): Promise<T> {
    const deadline = performance.now() + this.#options.busyTimeout
    if (!(await this.#lock())) throw first
    for (let attempt = 0; ; attempt++) {
      try {
        return step()
      } catch (error) {
        const pause = busyPauses[Math.min(attempt, busyPauses.length - 1)] ?? 0
        if (!isBusy(error) || performance.now() + pause > deadline) throw error
        await delay(pause)
        if (this.#closed) throw closedError()
      }
    }
  }

  /** Takes the right to write among the connections of this process; false when that takes too long. */
  async #lock(): Promise<boolean> {
    this.#unlock ??= await this.#options.writers.acquire(this.#options.busyTimeout)
    return this.#unlock !== undefined
  }

  #release(): void {
    this.#unlock?.()
    this.#unlock = undefined
  }
}

function closedError(): DisconnectedError {
  return new DisconnectedError("the connection to the SQLite database was closed")
}

/** SQLITE_BUSY: someone else writes. Its extended forms (a snapshot that is too old) do not pass by waiting. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === 5
}
