import type { DatabaseConnection, Driver, TransactionSettings } from "kysely"
import { TransactionStateError, UnsupportedError } from "../../errors/index.ts"
import type { QueryRunner, SessionConnection } from "./session-connection.ts"

/** A transaction of Kysely's inside the session's: a savepoint that is under way. */
interface Nested {
  /** Resolved to release it, rejected to roll back to it. */
  readonly end: PromiseWithResolvers<void>
  /** Settles with the savepoint. */
  readonly running: Promise<void>
}

const undone = Symbol("rolled back")

/** A session as Kysely's driver: it has one connection, and its transactions are savepoints of the session's. */
export class SessionDriver implements Driver {
  readonly #runner: QueryRunner
  readonly #connection: SessionConnection
  readonly #nested: Nested[] = []

  constructor(runner: QueryRunner, connection: SessionConnection) {
    this.#runner = runner
    this.#connection = connection
  }

  async init(): Promise<void> {}
  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection
  }
  async releaseConnection(): Promise<void> {}
  /** The connection is the session's, which closes it. */
  async destroy(): Promise<void> {}

  async beginTransaction(_connection: DatabaseConnection, { accessMode, isolationLevel }: TransactionSettings): Promise<void> {
    const setting = isolationLevel ?? accessMode
    if (setting !== undefined) {
      throw new TransactionStateError(`a Kysely transaction inside a session's cannot be ${setting}: it is a savepoint`, {
        hint: "say it to the session: sessions({ isolation: … }), sessions({ readOnly: true })",
      })
    }
    const entered = Promise.withResolvers<void>()
    const end = Promise.withResolvers<void>()
    const running = this.#runner.savepoint(() => {
      entered.resolve()
      return end.promise
    })
    await Promise.race([entered.promise, running])
    this.#nested.push({ end, running })
  }
  async commitTransaction(): Promise<void> {
    const nested = this.#nested.at(-1)
    if (nested === undefined) return
    nested.end.resolve()
    await nested.running
    this.#nested.pop()
  }
  async rollbackTransaction(): Promise<void> {
    const nested = this.#nested.pop()
    if (nested === undefined) return
    nested.end.reject(undone)
    await nested.running.catch((error: unknown) => {
      if (error !== undone) throw error
    })
  }

  async savepoint(): Promise<void> {
    throw new UnsupportedError("a Kysely transaction inside a session's has no savepoints of its own", {
      hint: "use db.savepoint(…), or a transaction() of Kysely's inside another",
    })
  }
  rollbackToSavepoint(): Promise<void> {
    return this.savepoint()
  }
  releaseSavepoint(): Promise<void> {
    return this.savepoint()
  }
}
