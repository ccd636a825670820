import { CancelledError, ConnectionClosedError, DisconnectedError, RebisError } from "../errors/index.ts"
import type { Driver, DriverCursor, DriverResult, FlightOutcome } from "./driver.ts"
import type { EngineEvents } from "./events.ts"
import { delimiter, type Outgoing } from "./outgoing.ts"
import type { Pool } from "./pool.ts"
import type { PooledConnection } from "./pooled-connection.ts"
import { reportEnd, type ReportedFlight, reportStart } from "./report.ts"
import type { StatementNames } from "./statement-names.ts"
import { type Abortable, cancelled, sendFlight, type Transmission, transmit } from "./transmit.ts"

/** What a connection needs of its engine. */
export interface ConnectionHost {
  readonly driver: Driver
  readonly pool: Pool
  readonly events: EngineEvents
  readonly names: StatementNames
  readonly hideParameters: boolean
  /** A number that no other flight of the engine has. */
  nextFlight(): number
}

/** What became of a flight, in the errors of Rebis. */
export interface Sent {
  /** Of the statements that completed, in order. */
  readonly results: readonly DriverResult[]
  readonly error: RebisError | undefined
  /** The connection is gone, and with it whatever was begun on it. */
  readonly lost: boolean
}

export interface SendOptions {
  /** No transaction is open before the flight: when its connection proves dead, nothing of it has lasted unless it commits. */
  readonly fresh: boolean
  readonly signal?: AbortSignal | undefined
}

/** Sessions may be ended faster than a statement runs. */
const mostAttempts = 3

const rollback = delimiter("rollback", "rollback")

/**
 * The pooled connection that a connection works with: taken when it is first needed, and replaced when it proves dead
 * before anything was begun on it.
 */
export class Checkout {
  readonly #host: ConnectionHost
  #held: PooledConnection | undefined
  /** Text of unknown effect was run: the server's session may differ from a new one, so it cannot be replaced unnoticed. */
  #stateful = false
  /** The connection was released: nothing more is to be taken from the pool. */
  #isOver = false

  constructor(host: ConnectionHost) {
    this.#host = host
  }

  get held(): PooledConnection | undefined {
    return this.#held
  }

  /** The held connection, or a new one from the pool. Rejects as {@link Pool.acquire} does. */
  async hold(signal?: AbortSignal): Promise<PooledConnection> {
    if (this.#held !== undefined) return this.#held
    const { pool } = this.#host
    const taken = this.#isOver ? undefined : (pool.take() ?? (await pool.acquire(signal)))
    if (taken !== undefined && !this.#isOver) return (this.#held = taken)
    if (taken !== undefined) pool.release(taken)
    throw new ConnectionClosedError("the connection was released while a statement waited for it")
  }

  /** Takes note of a statement that was run. */
  ran(statement: Outgoing): void {
    if (statement.effect === "unknown" || statement.effect === "read") this.#stateful = true
  }

  /** Sends a flight, and sends it again when that is safe and may help. Rejects only when no connection can be had. */
  async send(flight: readonly Outgoing[], options: SendOptions): Promise<Sent> {
    if (this.#held?.driver.broken === true && options.fresh && !this.#stateful) this.destroy()
    const held = await this.hold(options.signal)
    const reported = this.report(held, flight)
    const transmission = await this.#transmit(held, flight, options.signal)
    return this.#conclude(held, flight, transmission, options, reported)
  }

  /** Goes on where {@link send} would for a single statement that was sent without it, and failed. */
  recover(held: PooledConnection, statement: Outgoing, error: unknown, options: SendOptions): Promise<Sent> {
    const transmission: Transmission = { results: [], failure: { error }, aborted: false, uncertain: false }
    return this.#conclude(held, [statement], transmission, options, undefined)
  }

  /** Fetches from a cursor on the connection. Never rejects. */
  async fetch(held: PooledConnection, statement: Outgoing, cursor: DriverCursor, signal: AbortSignal | undefined): Promise<Sent> {
    const next = async (): Promise<FlightOutcome> => {
      try {
        const rows = await cursor.next()
        return { results: rows === undefined ? [] : [rows] }
      } catch (error) {
        return { results: [], failure: { error } }
      }
    }
    return this.#assess(held, [statement], await transmit(next, this.#abortable(held, signal)), signal, undefined)
  }

  /** Ends the transaction on the held connection, or else the connection. Never rejects, so it masks no error that led here. */
  async rollBack(): Promise<void> {
    const held = this.#held
    if (held === undefined || held.driver.transactionState === "none") return
    const flight = [rollback]
    const reported = this.report(held, flight)
    const transmission = await this.#transmit(held, flight, undefined)
    const sent = this.#assess(held, flight, transmission, undefined, reported)
    if (sent.error !== undefined) this.destroy()
  }

  /** Gives the connection back to the pool, in no transaction, for good. */
  async release(): Promise<void> {
    this.#isOver = true
    if (this.#held !== undefined && this.#held.driver.transactionState !== "none") await this.rollBack()
    const held = this.#held
    this.#held = undefined
    if (held !== undefined) this.#host.pool.release(held)
  }

  /** As {@link release}, while a statement is running: it is cut off. */
  abandon(): void {
    this.#isOver = true
    this.destroy()
  }

  /** Closes the connection instead of giving it back; the next one needed is another. */
  destroy(): void {
    const held = this.#held
    this.#held = undefined
    this.#stateful = false
    if (held !== undefined) this.#host.pool.destroy(held)
  }

  /** Tells of a flight that is about to be sent, if anyone listens. */
  report(held: PooledConnection, flight: readonly Outgoing[]): ReportedFlight | undefined {
    const { events, hideParameters } = this.#host
    if (!events.wants("statement") && !events.wants("statementStart")) return undefined
    return reportStart(events, flight, { connection: held.id, flight: this.#host.nextFlight() }, hideParameters)
  }

  /** The error of ours for one of the driver's. */
  #mapError(error: unknown, statement: Outgoing | undefined): RebisError {
    if (error instanceof RebisError) return error
    const parameters = this.#host.hideParameters ? undefined : statement?.parameters
    return this.#host.driver.dialect.mapError(error, statement && { text: statement.text, parameters })
  }

  #abortable(held: PooledConnection, signal: AbortSignal | undefined): Abortable | undefined {
    return signal && { signal, driver: held.driver, cancels: this.#host.driver.cancels }
  }

  /** Assesses a transmission, and sends its flight again as long as that is safe and may help. */
  async #conclude(
    held: PooledConnection,
    flight: readonly Outgoing[],
    transmission: Transmission,
    options: SendOptions,
    reported: ReportedFlight | undefined,
  ): Promise<Sent> {
    // Not when it was taken away meanwhile, by whoever uses the connection.
    if (this.#held !== held) options = { ...options, fresh: false }
    let stateful = this.#stateful
    let sent = this.#assess(held, flight, transmission, options.signal, reported)
    for (let attempt = 1; attempt < mostAttempts && options.fresh; attempt++) {
      const next = this.#isOver ? undefined : this.#repetition(flight, transmission, sent, stateful)
      if (next === undefined) break
      await this.rollBack()
      flight = next
      held = await this.hold(options.signal)
      stateful = this.#stateful
      const sentAgain = this.report(held, flight)
      transmission = await this.#transmit(held, flight, options.signal)
      sent = this.#assess(held, flight, transmission, options.signal, sentAgain)
    }
    return sent
  }

  /** What to send in place of a flight that failed before anything was begun, if anything. */
  #repetition(flight: readonly Outgoing[], transmission: Transmission, sent: Sent, stateful: boolean): readonly Outgoing[] | undefined {
    const { failure, aborted } = transmission
    if (failure === undefined || aborted) return undefined
    if (this.#host.driver.isStaleStatement(failure.error)) return flight.map(unprepared)
    return sent.lost && !stateful && isRepeatable(flight) ? flight : undefined
  }

  #transmit(held: PooledConnection, flight: readonly Outgoing[], signal: AbortSignal | undefined): Promise<Transmission> {
    return transmit(() => sendFlight(held.driver, flight), this.#abortable(held, signal))
  }

  /** Says what a transmission means, and parts with a connection that can no longer be relied on. */
  #assess(
    held: PooledConnection,
    flight: readonly Outgoing[],
    transmission: Transmission,
    signal: AbortSignal | undefined,
    reported: ReportedFlight | undefined,
  ): Sent {
    const { results, failure, aborted } = transmission
    for (let index = 0; index < results.length; index++) this.ran(flight[index] as Outgoing)
    // Where all were answered, what failed is the commit that comes with the last of them.
    const statement = flight[results.length] ?? flight.at(-1)
    const cause = failure === undefined ? undefined : this.#mapError(failure.error, statement)
    const disconnected = cause instanceof DisconnectedError || (failure !== undefined && held.driver.broken)
    const lost = disconnected || (transmission.uncertain && !(cause instanceof CancelledError && failure?.error !== cause))
    const error = aborted && signal !== undefined ? cancelled(signal, statement) : disconnected ? asDisconnected(cause) : cause
    if (reported !== undefined) reportEnd(this.#host.events, reported, results, error)
    // Otherwise it was closed by ourselves.
    const isHeld = this.#held === held
    if (disconnected && isHeld) this.#host.pool.invalidate(held, error)
    if (lost && isHeld) this.destroy()
    return { results, error, lost }
  }
}

function asDisconnected(cause: RebisError | undefined): DisconnectedError {
  return cause instanceof DisconnectedError ? cause : new DisconnectedError("the connection to the database was lost", { cause })
}

/** Whether running the flight twice is the same as once, provided that it was cut off before it committed. */
function isRepeatable(flight: readonly Outgoing[]): boolean {
  if (flight.at(-1)?.role === "commit") return false
  const inTransaction = flight[0]?.role === "begin"
  return flight.every(({ effect }) => effect === "pure" || (inTransaction && effect !== "unknown"))
}

function unprepared(statement: Outgoing): Outgoing {
  return { ...statement, name: undefined }
}
