import type { AdvisoryLocks, Dialect } from "../dialects/index.ts"
import { DisconnectedError, UnsupportedError } from "../errors/index.ts"
import type { Connection, RunOptions } from "./connection.ts"
import { type AdvisoryLockKey, lockKey } from "./lock-key.ts"

/** How a lock is taken. */
export interface AdvisoryLockOptions {
  /** Others may hold it too, as long as they share it. Default `false`. */
  readonly shared?: boolean | undefined
}

/** @throws UnsupportedError where the database has none */
export function advisoryLocksOf(dialect: Dialect): AdvisoryLocks {
  if (dialect.advisoryLocks !== undefined) return dialect.advisoryLocks
  throw new UnsupportedError(`${dialect.title} has no advisory locks`, {
    hint: "put the work into a transaction that writes: SQLite runs those one after another",
  })
}

/** A lock that is held until it is released, by a connection of its own: `await using lock = await engine.advisoryLock("report")`. */
export class AdvisoryLock implements AsyncDisposable {
  /** The connection that holds the lock. It can be used, and is in no transaction. */
  readonly connection: Connection
  readonly #release: { readonly text: string; readonly parameters: readonly unknown[] }
  #released = false

  /** Made by `engine.advisoryLock(…)`. */
  constructor(connection: Connection, release: { readonly text: string; readonly parameters: readonly unknown[] }) {
    this.connection = connection
    this.#release = release
  }

  /**
   * Gives the lock back, and the connection. Safe to call twice.
   * @throws DisconnectedError when the connection was lost, and the lock with it: others may have held it meanwhile
   */
  async release(): Promise<void> {
    if (this.#released) return
    this.#released = true
    try {
      if (this.connection.inTransaction) await this.connection.rollback()
      const { rows } = await this.connection.exec(this.#release.text, this.#release.parameters)
      if (Number(rows[0]?.[0]) !== 1)
        throw new DisconnectedError("the advisory lock was no longer held when it was to be given back", {
          hint: "the connection that held it was lost, or pg_advisory_unlock was called on it: others may have had the lock meanwhile",
        })
    } finally {
      await this.connection.release()
    }
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await this.release()
  }
}

/** Takes a lock on a connection, which is given back when it is not to be had. */
export async function takeAdvisoryLock(
  connection: Connection,
  key: AdvisoryLockKey,
  { shared = false, wait, signal }: AdvisoryLockOptions & RunOptions & { readonly wait: boolean },
): Promise<AdvisoryLock | null> {
  let isTaken = false
  try {
    const locks = advisoryLocksOf(connection.dialect)
    const checked = lockKey(key)
    const { text, parameters } = locks.take(checked, { scope: "session", shared, wait })
    const { rows } = await connection.exec(text, parameters, { signal })
    isTaken = wait || Number(rows[0]?.[0]) === 1
    return isTaken ? new AdvisoryLock(connection, locks.release(checked, shared)) : null
  } finally {
    if (!isTaken) await connection.release()
  }
}
