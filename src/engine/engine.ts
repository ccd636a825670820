import type { Dialect, TransactionOptions } from "../dialects/index.ts"
import { EngineDisposedError, UrlError } from "../errors/index.ts"
import type { ConnectionHost } from "./checkout.ts"
import { Connection, type RunOptions } from "./connection.ts"
import { type AdvisoryLock, type AdvisoryLockOptions, takeAdvisoryLock } from "./advisory-lock.ts"
import type { Driver, DriverResult } from "./driver.ts"
import { echoTo } from "./echo.ts"
import { EngineEvents } from "./events.ts"
import { type EngineOptions, poolSettings, preparedStatementLimit } from "./options.ts"
import type { AdvisoryLockKey } from "./lock-key.ts"
import { Pool, type PoolStatus } from "./pool.ts"
import { redirectionOf } from "./redirect.ts"
import { StatementNames } from "./statement-names.ts"
import { type PreparedTransaction, requireTransactionId, twoPhaseOf } from "./two-phase.ts"

type MakeEngine = (url: string | URL, options?: EngineOptions) => Engine

/** How long `dispose` waits for connections that are in use, in milliseconds. */
const defaultGrace = 5_000

/**
 * The way to one database: a pool of connections and what is known about the server. One for the life of an application.
 * Nothing is opened before it is needed.
 *
 * @example
 * await using engine = createEngine("postgresql://app@localhost/blog")
 * const { rows } = await engine.begin((connection) => connection.exec("select version()"))
 */
export class Engine implements AsyncDisposable {
  /** The URL with `***` for the password. */
  readonly url: string
  /** Statements as they are sent, and what the pool does. */
  readonly events: EngineEvents = new EngineEvents()
  readonly #driver: Driver
  readonly #pool: Pool
  readonly #host: ConnectionHost
  readonly #create: MakeEngine | undefined
  readonly #options: EngineOptions
  #disposed: Promise<void> | undefined

  /**
   * Made by `createEngine`.
   *
   * @param url for display, without a password
   * @param create makes engines by the same drivers
   */
  constructor(driver: Driver, url: string, options: EngineOptions = {}, create?: MakeEngine) {
    this.url = url
    this.#driver = driver
    this.#create = create
    this.#options = options
    this.#pool = new Pool((signal) => driver.connect(signal), poolSettings(options, driver.maxConnections), this.events)
    let flights = 0
    this.#host = {
      driver,
      pool: this.#pool,
      events: this.events,
      names: new StatementNames(preparedStatementLimit(options)),
      hideParameters: options.hideParameters ?? false,
      nextFlight: () => ++flights,
    }
    const { echo } = options
    if (echo !== undefined && echo !== false) echoTo(this.events, echo)
  }

  get dialect(): Dialect {
    return this.#driver.dialect
  }
  /** The name of the driver: `pg`, `pglite` or `node-sqlite`. */
  get driver(): string {
    return this.#driver.name
  }
  /** Whether statements that are sent together are one round trip. */
  get pipelines(): boolean {
    return this.#driver.pipelines
  }
  get disposed(): boolean {
    return this.#disposed !== undefined
  }
  get poolStatus(): PoolStatus {
    return this.#pool.status
  }

  /**
   * An engine for another database, by the drivers that this one was made with: a scratch database in memory, as a rule.
   * It has the options of this one unless others are given.
   * @throws UrlError for a URL that none of them takes.
   */
  sibling(url: string | URL, options: EngineOptions = this.#options): Engine {
    if (this.#create === undefined)
      throw new UrlError("this engine was made of a driver alone, so that it knows no other drivers", {
        hint: "make engines by createEngine(url)",
      })
    return this.#create(url, options)
  }

  /**
   * A connection, to be given back by `await using` or `release()`.
   *
   * @throws UnreachableError, AuthenticationError, DatabaseMissingError, DriverMissingError, … when one has to be opened and
   *   cannot be; PoolTimeoutError; CancelledError when the signal is aborted first; EngineDisposedError.
   */
  async connect(options?: RunOptions): Promise<Connection> {
    const connection = this.connection()
    await connection.open(options)
    return connection
  }

  /**
   * An engine that reaches the database in another way, with the options of this one. What it sends is told to listeners of
   * this one too.
   */
  withDriver(driver: Driver): Engine {
    const engine = new Engine(
      driver,
      this.url,
      { ...this.#options, echo: false, poolSize: driver.maxConnections, maxOverflow: 0 },
      this.#create,
    )
    for (const name of ["statementStart", "statement"] as const) engine.events.on(name, (event) => this.events.emit(name, event as never))
    return engine
  }

  /** As {@link connect}, but the connection is taken from the pool at its first statement. */
  connection(): Connection {
    const redirection = redirectionOf(this)
    return redirection === undefined ? this.#connectionOf(this.#host) : redirection.connection()
  }

  /** As {@link connection}, but nobody is told of what is sent through it. */
  unreportedConnection(): Connection {
    const redirection = redirectionOf(this)
    return redirection === undefined
      ? this.#connectionOf({ ...this.#host, events: new EngineEvents() })
      : redirection.unreportedConnection()
  }

  #connectionOf(host: ConnectionHost): Connection {
    if (this.#disposed !== undefined) throw new EngineDisposedError("the engine was disposed of")
    return new Connection(host)
  }

  /** Runs `work` in a transaction on a connection of its own: committed when it returns, rolled back when it throws. */
  async begin<T>(work: (connection: Connection) => Promise<T>, options?: TransactionOptions): Promise<T> {
    const connection = this.connection()
    let result: T
    try {
      result = await connection.transaction(work, options)
    } catch (error) {
      // What ended the work is what its caller has to hear.
      await connection.release().catch(() => undefined)
      throw error
    }
    await connection.release()
    return result
  }

  /**
   * Waits for a lock that means what the application says, and holds it on a connection of its own until it is released.
   * @example
   * await using lock = await engine.advisoryLock("nightly report", { signal: AbortSignal.timeout(5_000) })
   * @throws UnsupportedError where the database has none, ArgumentError, CancelledError
   */
  async advisoryLock(key: AdvisoryLockKey, options?: AdvisoryLockOptions & RunOptions): Promise<AdvisoryLock> {
    return (await takeAdvisoryLock(this.connection(), key, { ...options, wait: true }))!
  }

  /** As {@link advisoryLock}, but null at once where somebody else has it. */
  tryAdvisoryLock(key: AdvisoryLockKey, options?: AdvisoryLockOptions & RunOptions): Promise<AdvisoryLock | null> {
    return takeAdvisoryLock(this.connection(), key, { ...options, wait: false })
  }

  /** Transactions of this database that were prepared and not yet ended, the oldest first. */
  async preparedTransactions(): Promise<readonly PreparedTransaction[]> {
    const { list } = twoPhaseOf(this.dialect)
    const { rows } = await this.#alone(list)
    return rows.map(([id, preparedAt]) => ({ id: String(id), preparedAt: new Date(Number(preparedAt)) }))
  }
  /** Commits a transaction that was prepared under the id, by whomever. @throws ProgrammingError when there is none */
  async commitPrepared(id: string): Promise<void> {
    await this.#alone(twoPhaseOf(this.dialect).commit(requireTransactionId(id)))
  }
  /** Rolls a transaction back that was prepared under the id, by whomever. @throws ProgrammingError when there is none */
  async rollbackPrepared(id: string): Promise<void> {
    await this.#alone(twoPhaseOf(this.dialect).rollback(requireTransactionId(id)))
  }

  async #alone(text: string): Promise<DriverResult> {
    await using connection = this.connection()
    return await connection.exec(text, [])
  }

  /**
   * Closes all connections: the idle ones at once, those in use when they are given back or after `grace` ms, whatever comes
   * first. The engine cannot be used again. Calling it again waits for the same end.
   */
  dispose(options: { readonly grace?: number } = {}): Promise<void> {
    this.#disposed ??= this.#pool.dispose(options.grace ?? defaultGrace).then(() => this.#driver.dispose())
    return this.#disposed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose()
  }
}
