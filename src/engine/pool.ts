import { CancelledError, DisconnectedError, EngineDisposedError, PoolTimeoutError } from "../errors/index.ts"
import { delay, withCallerStack, withTimeout } from "../util/index.ts"
import type { DriverConnection } from "./driver.ts"
import type { EngineEvents } from "./events.ts"
import type { PoolSettings } from "./options.ts"
import { PooledConnection } from "./pooled-connection.ts"

/** How many connections an engine has at the moment. */
export interface PoolStatus {
  readonly idle: number
  readonly inUse: number
  readonly connecting: number
  /** Callers that wait for a connection. */
  readonly waiting: number
  /** `poolSize + maxOverflow`, or less where the database allows less. */
  readonly limit: number
}

interface Waiter {
  readonly give: (connection: PooledConnection) => void
  readonly fail: (error: unknown) => void
}

/**
 * Connections for callers, the one given back last first, so that those beyond the demand grow idle and can be closed.
 * Who has to wait is served in order of arrival, by whichever connection is there first: a new one or one given back.
 */
export class Pool {
  readonly #connect: (signal: AbortSignal) => Promise<DriverConnection>
  readonly #settings: PoolSettings
  readonly #events: EngineEvents
  /** The last one was given back last. */
  readonly #idle: PooledConnection[] = []
  readonly #inUse = new Set<PooledConnection>()
  readonly #waiters = new Set<Waiter>()
  readonly #background = new Set<Promise<void>>()
  readonly #disposal = new AbortController()
  #connecting = 0
  #lastId = 0
  /** Connections from before are given up. */
  #validFrom = 0
  #reaper: NodeJS.Timeout | undefined

  constructor(connect: (signal: AbortSignal) => Promise<DriverConnection>, settings: PoolSettings, events: EngineEvents) {
    this.#connect = connect
    this.#settings = settings
    this.#events = events
  }

  get status(): PoolStatus {
    return {
      idle: this.#idle.length,
      inUse: this.#inUse.size,
      connecting: this.#connecting,
      waiting: this.#waiters.size,
      limit: this.#limit,
    }
  }

  /** An idle connection that needs no test, or `undefined`: then {@link acquire} is the way. */
  take(): PooledConnection | undefined {
    const now = performance.now()
    const connection = this.#popUsable(now)
    if (connection === undefined) return undefined
    if (this.#needsPing(connection, now)) {
      this.#idle.push(connection)
      return undefined
    }
    return this.#handOut(connection)
  }

  /**
   * @throws PoolTimeoutError, CancelledError when the signal is aborted first, EngineDisposedError, or what connecting failed with.
   */
  async acquire(signal?: AbortSignal): Promise<PooledConnection> {
    if (this.#disposal.signal.aborted) throw disposedError()
    if (signal?.aborted === true) throw waitCancelled(signal)
    for (;;) {
      const now = performance.now()
      const connection = this.#popUsable(now)
      if (connection === undefined) break
      const held = this.#handOut(connection)
      if (!this.#needsPing(held, now) || (await this.#answers(held))) return held
    }
    try {
      return await this.#wait(signal)
    } catch (error) {
      throw withCallerStack(error)
    }
  }

  /** Takes a connection back that is in no transaction. */
  release(connection: PooledConnection): void {
    if (!this.#inUse.delete(connection)) return
    const now = performance.now()
    connection.idleSince = now
    if (this.#disposal.signal.aborted || !this.#isUsable(connection, now)) {
      this.#close(connection)
      this.#grow()
      return
    }
    if (this.#events.wants("checkin")) this.#events.emit("checkin", { connection: connection.id })
    this.#offer(connection)
  }

  /** Closes a connection that must not be used again. */
  destroy(connection: PooledConnection): void {
    if (!this.#inUse.delete(connection)) return
    this.#close(connection)
    this.#grow()
  }

  /**
   * Gives up every connection that is as old as one that was found dead; those in use are closed when they come back.
   * Connections that were opened after an earlier loss are not affected when others of the lost generation follow.
   */
  invalidate(dead: PooledConnection, error: unknown): void {
    if (dead.createdAt < this.#validFrom) return
    this.#validFrom = performance.now()
    if (this.#events.wants("invalidate")) this.#events.emit("invalidate", { connection: dead.id, error })
    for (const connection of this.#idle.splice(0)) this.#close(connection)
    this.#grow()
  }

  /** Refuses new callers, closes what is idle, waits up to `grace` ms for what is in use, and closes that too. */
  async dispose(grace: number): Promise<void> {
    this.#disposal.abort()
    clearTimeout(this.#reaper)
    for (const waiter of this.#waiters) waiter.fail(disposedError())
    for (const connection of this.#idle.splice(0)) this.#close(connection)
    const deadline = performance.now() + grace
    while (this.#inUse.size > 0 && performance.now() < deadline) await delay(Math.min(10, grace))
    for (const connection of this.#inUse) this.#close(connection)
    this.#inUse.clear()
    await Promise.all(this.#background)
  }

  get #limit(): number {
    return this.#settings.size + this.#settings.maxOverflow
  }
  get #total(): number {
    return this.#idle.length + this.#inUse.size + this.#connecting
  }

  #popUsable(now: number): PooledConnection | undefined {
    for (let connection = this.#idle.pop(); connection !== undefined; connection = this.#idle.pop()) {
      if (this.#isUsable(connection, now)) return connection
      this.#close(connection)
    }
    return undefined
  }

  #isUsable(connection: PooledConnection, now: number): boolean {
    return !connection.driver.broken && connection.createdAt >= this.#validFrom && now - connection.createdAt < this.#settings.recycle
  }

  #needsPing(connection: PooledConnection, now: number): boolean {
    return this.#settings.prePing && now - connection.idleSince > this.#settings.prePingAfter
  }

  #handOut(connection: PooledConnection): PooledConnection {
    this.#inUse.add(connection)
    if (this.#events.wants("checkout")) this.#events.emit("checkout", { connection: connection.id })
    return connection
  }

  async #answers(connection: PooledConnection): Promise<boolean> {
    const { pingTimeout } = this.#settings
    try {
      await withTimeout(connection.driver.ping(), pingTimeout, () => {
        throw new PoolTimeoutError(`an idle connection did not answer within ${pingTimeout} ms`)
      })
      return true
    } catch (error) {
      this.invalidate(connection, error)
      this.destroy(connection)
      return false
    }
  }

  #wait(signal: AbortSignal | undefined): Promise<PooledConnection> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiters.delete(waiter)
        clearTimeout(timer)
        signal?.removeEventListener("abort", onAbort)
      }
      const waiter: Waiter = {
        give: (connection) => {
          leave()
          resolve(this.#handOut(connection))
        },
        fail: (error) => {
          leave()
          reject(error)
        },
      }
      const onAbort = () => waiter.fail(waitCancelled(signal))
      const timer =
        this.#settings.timeout === Infinity ? undefined : setTimeout(() => waiter.fail(this.#timeoutError()), this.#settings.timeout)
      signal?.addEventListener("abort", onAbort, { once: true })
      this.#waiters.add(waiter)
      this.#grow()
    })
  }

  /** Opens a connection for each caller that waits and has none on its way to it, as far as the limit allows. */
  #grow(): void {
    while (this.#waiters.size > this.#connecting && this.#total < this.#limit && !this.#disposal.signal.aborted) this.#track(this.#open())
  }

  /** Work that goes on by itself, and that {@link dispose} has to see the end of. */
  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#background.delete(tracked))
    this.#background.add(tracked)
  }

  async #open(): Promise<void> {
    this.#connecting++
    const start = performance.now()
    let driver: DriverConnection
    try {
      driver = await this.#connectAgain()
    } catch (error) {
      this.#connecting--
      for (const waiter of this.#waiters) {
        waiter.fail(error)
        break
      }
      this.#grow()
      return
    }
    this.#connecting--
    const connection = new PooledConnection(++this.#lastId, driver)
    if (this.#events.wants("connect")) this.#events.emit("connect", { connection: connection.id, duration: performance.now() - start })
    if (this.#disposal.signal.aborted) this.#close(connection)
    else this.#offer(connection)
  }

  /** A server that ends sessions while one is being opened, at a restart, may let the next one in. */
  async #connectAgain(): Promise<DriverConnection> {
    try {
      return await this.#connect(this.#disposal.signal)
    } catch (error) {
      if (!(error instanceof DisconnectedError) || this.#disposal.signal.aborted) throw error
      return await this.#connect(this.#disposal.signal)
    }
  }

  #offer(connection: PooledConnection): void {
    for (const waiter of this.#waiters) {
      waiter.give(connection)
      return
    }
    this.#idle.push(connection)
    if (this.#reaper === undefined && this.#total > this.#settings.size) this.#scheduleReaping(this.#settings.idleTimeout)
  }

  #scheduleReaping(after: number): void {
    this.#reaper = setTimeout(() => this.#reap(), Math.min(after, 2 ** 31 - 1)).unref()
  }

  /** Closes the connections beyond `poolSize` that have been idle for long; the first of the list has been so the longest. */
  #reap(): void {
    this.#reaper = undefined
    const now = performance.now()
    while (this.#total > this.#settings.size) {
      const longestIdle = this.#idle[0]
      if (longestIdle === undefined) return this.#scheduleReaping(this.#settings.idleTimeout)
      const rest = longestIdle.idleSince + this.#settings.idleTimeout - now
      if (rest > 0) return this.#scheduleReaping(rest)
      this.#idle.shift()
      this.#close(longestIdle)
    }
  }

  #close(connection: PooledConnection): void {
    if (this.#events.wants("disconnect")) this.#events.emit("disconnect", { connection: connection.id })
    this.#track(connection.driver.close())
  }

  #timeoutError(): PoolTimeoutError {
    const { inUse, connecting, waiting, limit } = this.status
    const state = `${inUse} of ${limit} in use, ${connecting} being opened, ${waiting - 1} others waiting`
    return new PoolTimeoutError(`no connection became free within ${this.#settings.timeout} ms (${state})`, {
      hint: "give connections and sessions back sooner, or raise poolSize, maxOverflow or poolTimeout",
    })
  }
}

function disposedError(): EngineDisposedError {
  return new EngineDisposedError("the engine was disposed of")
}

function waitCancelled(signal: AbortSignal | undefined): CancelledError {
  return new CancelledError("aborted while waiting for a connection", {}, { cause: signal?.reason })
}
