import type { SessionLock } from "../../dialects/index.ts"
import type { Connection, Engine } from "../../engine/index.ts"
import { DeadlockError, MigrationLockError } from "../../errors/index.ts"
import { AsyncLock, delay, type Unlock } from "../../util/index.ts"

/** The first eight bytes of the SHA-256 of `rebis migrations`, less the sign. */
const lockKey = 0x2677643ce947bbe5n
const defaultTimeout = 60_000
const firstPause = 50
const longestPause = 1_000

export interface LockOptions {
  /** How long to wait for another migrator, in milliseconds. Default 60 000. */
  readonly lockTimeout?: number | undefined
  /** Called once, when it has to be waited. */
  readonly onWait?: () => void
}

/** The database, while nobody else migrates it. */
export interface LockedDatabase {
  readonly connection: Connection
  /** @throws MigrationLockError when the lock was lost meanwhile. */
  readonly confirm: () => Promise<void>
  /** Runs what begins by taking the database's own write lock; waits for others as long as is left. */
  readonly whenFree: <T>(work: (begun: () => void) => Promise<T>) => Promise<T>
}

/**
 * Runs `work` while no other migrator runs on the database. On a database with session locks one is held by a connection of its own,
 * between whose attempts no statement is open; on one with a single writer each transaction keeps the others out by itself.
 *
 * @throws MigrationLockError when another one kept the lock for longer than `lockTimeout`.
 */
export async function withMigrationLock<T>(
  engine: Engine,
  options: LockOptions,
  work: (database: LockedDatabase) => Promise<T>,
): Promise<T> {
  const patience = new Patience(options)
  const unlock = await turnOf(engine, patience)
  try {
    return await withSessionLock(engine, patience, work)
  } finally {
    unlock()
  }
}

const turns = new WeakMap<Engine, AsyncLock>()

/** Migrators of one engine take turns before they take connections: those that wait would leave none for the one that works. */
async function turnOf(engine: Engine, patience: Patience): Promise<Unlock> {
  let turn = turns.get(engine)
  if (turn === undefined) turns.set(engine, (turn = new AsyncLock()))
  return (await turn.acquire(patience.left)) ?? patience.lose()
}

async function withSessionLock<T>(engine: Engine, patience: Patience, work: (database: LockedDatabase) => Promise<T>): Promise<T> {
  const whenFree: LockedDatabase["whenFree"] = (each) => retryWhileBusy(patience, each)
  await using first = await engine.connect()
  const { sessionLock } = engine.dialect
  if (sessionLock === undefined) return await work({ connection: first, confirm: async () => {}, whenFree })
  await acquire(first, sessionLock, patience)
  try {
    const confirm = () => confirmHeld(first, sessionLock)
    // An embedded database has one connection: the lock and the migrations share it.
    if (engine.poolStatus.limit < 2) return await work({ connection: first, confirm, whenFree })
    await using connection = await engine.connect()
    return await work({ connection, confirm, whenFree })
  } finally {
    await release(first, sessionLock)
  }
}

async function acquire(connection: Connection, lock: SessionLock, patience: Patience): Promise<void> {
  while (!(await isOne(connection, lock.acquire(lockKey)))) await patience.wait()
}

async function confirmHeld(connection: Connection, lock: SessionLock): Promise<void> {
  let cause: unknown
  try {
    if (await isOne(connection, lock.held(lockKey))) return
  } catch (error) {
    cause = error
  }
  throw new MigrationLockError("the lock that keeps other migrators out was lost", {
    cause,
    hint: "run it again; if a pooler stands between, connect to the server directly: it hands one session to several clients",
  })
}

/** Never rejects: the end of the connection frees the lock as well. */
async function release(connection: Connection, lock: SessionLock): Promise<void> {
  try {
    await connection.exec(lock.release(lockKey))
  } catch {
    // It is gone with its session.
  }
}

async function retryWhileBusy<T>(patience: Patience, work: (begun: () => void) => Promise<T>): Promise<T> {
  for (;;) {
    let hasBegun = false
    try {
      return await work(() => {
        hasBegun = true
      })
    } catch (error) {
      if (hasBegun || !(error instanceof DeadlockError)) throw error
      await patience.wait(error)
    }
  }
}

async function isOne(connection: Connection, query: string): Promise<boolean> {
  const { rows } = await connection.exec(query)
  return Number(rows[0]?.[0]) === 1
}

/** How long is waited in all, and how long between two attempts. */
class Patience {
  readonly #timeout: number
  readonly #onWait: (() => void) | undefined
  readonly #start = performance.now()
  #pause = 0

  constructor({ lockTimeout = defaultTimeout, onWait }: LockOptions) {
    this.#timeout = lockTimeout
    this.#onWait = onWait
  }

  /** In milliseconds. */
  get left(): number {
    return Math.max(0, this.#start + this.#timeout - performance.now())
  }

  /** @throws MigrationLockError always. */
  lose(cause?: unknown): never {
    throw new MigrationLockError(`another migrator has kept the lock for ${Math.round(this.#timeout / 1000)} s`, {
      cause,
      hint: "wait for it to end, or raise lockTimeout (--lock-timeout)",
    })
  }

  /** @throws MigrationLockError when it was waited long enough. */
  async wait(cause?: unknown): Promise<void> {
    if (this.#pause === 0) this.#onWait?.()
    const { left } = this
    if (left <= 0) this.lose(cause)
    this.#pause = Math.min(Math.max(this.#pause * 2, firstPause), longestPause)
    // Apart from each other, so that many that wait do not ask at the same moments.
    await delay(Math.min(left, this.#pause * (0.5 + Math.random() / 2)))
  }
}
