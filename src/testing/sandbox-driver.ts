import type { Dialect } from "../dialects/index.ts"
import type {
  Connection,
  Driver,
  DriverConnection,
  DriverCursor,
  DriverResult,
  DriverStatement,
  Engine,
  FlightOutcome,
  TransactionState,
} from "../engine/index.ts"
import { UnsupportedError } from "../errors/index.ts"
import { AsyncLock, type Unlock } from "../util/index.ts"

/** The savepoint that stands for the transaction that is under way. */
const unit = "rebis_sandbox"
/** The one around a statement outside of any. */
const single = "rebis_sandbox_statement"
const check = "rebis_sandbox_check"

/**
 * A driver all of whose connections are one that is in a transaction: the transactions of its connections are savepoints there.
 * There is one at a time.
 */
export class SandboxDriver implements Driver {
  readonly name: string
  readonly dialect: Dialect
  readonly maxConnections = 64
  readonly pipelines: boolean
  readonly cancels = false
  readonly #shared: SharedConnection

  constructor(engine: Engine, connection: Connection) {
    this.name = engine.driver
    this.dialect = engine.dialect
    this.pipelines = engine.pipelines
    this.#shared = new SharedConnection(connection)
  }

  async connect(): Promise<DriverConnection> {
    return new SandboxConnection(this.#shared)
  }
  /** The connection below sends what is stale again by itself. */
  isStaleStatement(): boolean {
    return false
  }
  async dispose(): Promise<void> {}

  /** Checks what is deferred to a COMMIT. */
  checkConstraints(): Promise<void> {
    return this.#shared.exclusively(() => this.#shared.check())
  }
}

/** The one connection, for one flight at a time. */
class SharedConnection {
  readonly connection: Connection
  /** Whose transaction is under way. */
  owner: object | undefined
  readonly #lock = new AsyncLock()

  constructor(connection: Connection) {
    this.connection = connection
  }

  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    // A turn always comes: nothing is waited for while one is held but the database.
    const unlock = (await this.#lock.acquire(longest)) as Unlock
    try {
      return await work()
    } finally {
      unlock()
    }
  }

  async run({ text, parameters }: DriverStatement): Promise<DriverResult> {
    return await this.connection.exec(text, parameters)
  }

  /** Runs work in a savepoint, which is rolled back when it fails. */
  async within<T>(name: string, work: () => Promise<T>, end: "release" | "undo"): Promise<T> {
    this.connection.savepoint(name)
    try {
      const result = await work()
      if (end === "release") this.connection.releaseSavepoint(name)
      else await this.undo(name)
      return result
    } catch (error) {
      await this.undo(name)
      throw error
    }
  }

  async undo(name: string): Promise<void> {
    await this.connection.rollbackToSavepoint(name)
    this.connection.releaseSavepoint(name)
  }

  /** What it leaves behind (constraints that are no longer deferred, what their triggers did) is undone. */
  async check(): Promise<void> {
    const { deferredConstraints } = this.connection.dialect
    await this.within(
      check,
      async () => {
        const { rows } = await this.connection.exec(deferredConstraints.check, [])
        const violation = deferredConstraints.violation?.(rows)
        if (violation !== undefined) throw violation
      },
      "undo",
    )
  }
}

const longest = 2 ** 31 - 1

type Control = "begin" | "commit" | "rollback"

const controls: readonly (readonly [Control, RegExp])[] = [
  ["begin", /^\s*(begin|start\s+transaction)\b/i],
  ["commit", /^\s*(commit|end)\b(?!\s+prepared\b)/i],
  ["rollback", /^\s*(rollback|abort)\b(?!\s+(work\s+|transaction\s+)?to\b)(?!\s+prepared\b)/i],
]

function controlOf(text: string): Control | undefined {
  return controls.find(([, pattern]) => pattern.test(text))?.[0]
}

/** One of the connections that the application sees. */
class SandboxConnection implements DriverConnection {
  readonly broken = false
  readonly #shared: SharedConnection
  #isReadOnly = false

  constructor(shared: SharedConnection) {
    this.#shared = shared
  }

  get #inTransaction(): boolean {
    return this.#shared.owner === this
  }
  get transactionState(): TransactionState {
    if (!this.#inTransaction) return "none"
    return this.#shared.connection.transactionFailed ? "failed" : "open"
  }
  /** Whether a read outside a transaction sees what is committed by then, as it does on the connection itself. */
  get readCommitted(): boolean {
    return this.#shared.connection.readsNeedNoTransaction
  }

  query(statement: DriverStatement): Promise<DriverResult> {
    return this.#shared.exclusively(() => this.#run(statement))
  }
  queryAll(statements: readonly DriverStatement[]): Promise<FlightOutcome> {
    return this.#shared.exclusively(async () => {
      const results: DriverResult[] = []
      try {
        for (const statement of statements) results.push(await this.#run(statement))
        return { results }
      } catch (error) {
        return { results, failure: { error } }
      }
    })
  }
  script(text: string): Promise<DriverResult> {
    if (text.split(";").some((part) => controlOf(part) !== undefined))
      throw new UnsupportedError("a script that begins or ends transactions cannot be run in a sandbox", {
        hint: "run its statements one by one, or test it on a database of its own",
      })
    const run = () => this.#shared.connection.exec(text)
    return this.#shared.exclusively(() => (this.#inTransaction ? run() : this.#shared.within(single, run, "release")))
  }
  cursor(statement: DriverStatement, chunkSize: number): DriverCursor {
    const { connection } = this.#shared
    const compiled = { text: statement.text, parameters: statement.parameters, effect: "unknown", shape: undefined } as const
    const chunks = connection.stream(compiled, chunkSize)
    return {
      next: () =>
        this.#shared.exclusively(async () => {
          const next = await chunks.next()
          return next.done === true ? undefined : next.value
        }),
      close: () => this.#shared.exclusively(async () => void (await chunks.return())),
    }
  }
  async cancel(): Promise<void> {}
  async ping(): Promise<void> {}
  async close(): Promise<void> {
    if (this.#inTransaction) await this.#shared.exclusively(() => this.#rollback())
  }

  async #run(statement: DriverStatement): Promise<DriverResult> {
    const control = controlOf(statement.text)
    if (control !== undefined) return await this.#control(control, statement.text)
    if (/^\s*prepare\s+transaction\b/i.test(statement.text)) {
      await this.#rollback()
      throw new UnsupportedError("a transaction of a sandbox cannot be prepared: it is part of the one that is undone", {
        hint: "test it on a database of its own",
      })
    }
    if (this.#inTransaction) return await this.#shared.run(statement)
    this.#requireAlone(statement)
    return await this.#shared.within(single, () => this.#commitAlone(statement), "release")
  }

  /** A statement that is a transaction by itself is committed with its end. */
  async #commitAlone(statement: DriverStatement): Promise<DriverResult> {
    const result = await this.#shared.run(statement)
    if (!isPure(statement)) await this.#shared.check()
    return result
  }

  async #control(control: Control, text: string): Promise<DriverResult> {
    if (control === "begin") await this.#begin(text)
    else if (!this.#inTransaction) return resultOf(control)
    else if (control === "rollback") await this.#rollback()
    else if (this.transactionState === "failed") {
      await this.#rollback()
      return resultOf("rollback")
    } else await this.#commit()
    return resultOf(control)
  }

  async #begin(text: string): Promise<void> {
    if (this.#inTransaction) return
    this.#requireAlone(undefined)
    this.#shared.owner = this
    this.#shared.connection.savepoint(unit)
    this.#isReadOnly = /\bread\s+only\b/i.test(text)
    if (this.#isReadOnly) await this.#shared.connection.exec("set transaction read only", [])
  }

  async #commit(): Promise<void> {
    try {
      await this.#shared.check()
    } catch (error) {
      await this.#rollback()
      throw error
    }
    this.#shared.owner = undefined
    // Nothing was written, and only going back ends the access mode.
    if (this.#isReadOnly) await this.#shared.undo(unit)
    else this.#shared.connection.releaseSavepoint(unit)
  }

  async #rollback(): Promise<void> {
    this.#shared.owner = undefined
    await this.#shared.undo(unit)
  }

  /** @throws UnsupportedError for what would be committed, or undone, together with another connection's transaction */
  #requireAlone(statement: DriverStatement | undefined): void {
    if (this.#shared.owner === undefined || (statement !== undefined && isPure(statement))) return
    throw new UnsupportedError(
      "two transactions at once: a sandbox has one connection, and the transaction of another session is open on it",
      {
        hint: "commit, roll back or close that session first; what needs two transactions is tested on a database of its own",
      },
    )
  }
}

function isPure(statement: DriverStatement & { readonly effect?: unknown }): boolean {
  return statement.effect === "pure"
}

function resultOf(command: Control): DriverResult {
  return { columns: [], rows: [], rowCount: 0, command: command.toUpperCase() }
}
