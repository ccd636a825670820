import type { Dialect, TransactionOptions } from "../dialects/index.ts"
import {
  ArgumentError,
  CommitOutcomeUnknownError,
  ConcurrentUseError,
  ConnectionClosedError,
  InternalError,
  TransactionAbortedError,
  TransactionStateError,
} from "../errors/index.ts"
import { binaryColumns, type CompiledStatement } from "../sql/index.ts"
import { withCallerStack } from "../util/index.ts"
import { Checkout, type ConnectionHost, type Sent } from "./checkout.ts"
import type { DriverResult } from "./driver.ts"
import { delimiter, type Outgoing } from "./outgoing.ts"
import { RowStream } from "./row-stream.ts"
import { hasNeeds, requireVersion } from "./server-needs.ts"
import { inChunks, partsOf, resultsOf } from "./statement-parts.ts"
import { Transaction } from "./transaction.ts"
import { requireTransactionId, twoPhaseOf } from "./two-phase.ts"

/** How a statement is run. */
export interface RunOptions {
  /** Aborting stops the statement on the server and rejects with a CancelledError whose cause is the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** Never prepared: text that undoes what is prepared (DEALLOCATE ALL) must not cost a transaction its end. */
const commit = delimiter("commit", "commit")
const noParameters: readonly unknown[] = []
const partsSavepoint = "rebis_parts"
const severalStatements = /;\s*\S/

/**
 * One connection of an engine, for one caller at a time. Give it back with `await using`, or by {@link Connection.release}.
 *
 * Outside a transaction each statement stands for itself. A connection that proves dead before anything was begun on it is
 * replaced, and a statement that only reads is run again; everything else rejects with a DisconnectedError. A second statement
 * that is started while one is running is refused with a ConcurrentUseError.
 *
 * @example
 * await using connection = await engine.connect()
 * connection.begin()
 * await connection.exec("update account set balance = balance - $1 where id = $2", [10, 1])
 * await connection.commit()
 */
export class Connection implements AsyncDisposable {
  readonly #host: ConnectionHost
  readonly #checkout: Checkout
  #transaction: Transaction | undefined
  #busy = false
  #closed = false

  /** Made by `engine.connect()`. */
  constructor(host: ConnectionHost) {
    this.#host = host
    this.#checkout = new Checkout(host)
  }

  get dialect(): Dialect {
    return this.#host.driver.dialect
  }
  /** Whether a transaction was begun and not yet ended; the server may not know of it yet. */
  get inTransaction(): boolean {
    return this.#transaction !== undefined
  }
  /** Whether a statement of the transaction failed in such a way that only a rollback, also to a savepoint, can follow. */
  get transactionFailed(): boolean {
    const lost = this.#transaction?.lost === true
    return lost || (this.#transaction !== undefined && this.#checkout.held?.driver.transactionState === "failed")
  }
  /**
   * Whether a pure read outside a transaction sees what it would as a statement of one. False while no connection is held,
   * and where the server's default isolation level is not read committed.
   */
  get readsNeedNoTransaction(): boolean {
    return this.#host.driver.dialect.capabilities.readsNeedNoTransaction && this.#checkout.held?.driver.readCommitted === true
  }

  /** Takes a connection from the pool now rather than at the first statement. */
  async open(options?: RunOptions): Promise<void> {
    this.#enter()
    try {
      await this.#checkout.hold(options?.signal)
    } catch (error) {
      throw withCallerStack(error)
    } finally {
      this.#busy = false
    }
  }

  /** Runs one statement. @throws DatabaseError or one of its subclasses, DisconnectedError, CancelledError, or what getting a connection fails with. */
  async run(statement: CompiledStatement, options?: RunOptions): Promise<DriverResult> {
    if (statement.parts !== undefined) return this.#runParts(statement, options)
    this.#enter()
    try {
      if (statement.needs !== undefined) await this.#requireServer([statement], options?.signal)
      return await this.#runOne(this.#outgoing(statement), options?.signal)
    } catch (error) {
      throw withCallerStack(error)
    } finally {
      this.#busy = false
    }
  }

  /**
   * Runs statements in order, in one round trip where the driver pipelines. The first that fails ends it, and its error is
   * thrown; outside a transaction they are one of their own, so that then none has an effect.
   */
  async runAll(statements: readonly CompiledStatement[], options?: RunOptions): Promise<readonly DriverResult[]> {
    this.#enter()
    try {
      await this.#requireServer(statements, options?.signal)
      const flight = partsOf(statements).map((statement) => this.#outgoing(statement))
      if (flight.length === 0) return []
      if (this.#transaction !== undefined || flight.length === 1 || flight.every(({ effect }) => effect === "pure")) {
        return resultsOf(statements, await this.#send(flight, options?.signal))
      }
      return resultsOf(statements, await this.#commit(this.#newTransaction({}), flight))
    } catch (error) {
      throw withCallerStack(error)
    } finally {
      this.#busy = false
    }
  }

  /**
   * Runs text as it is. Without `parameters` it may hold several statements (a script): the result is the last one's.
   * Nothing is known about what the text does, so it is never run again by itself.
   */
  async exec(text: string, parameters?: readonly unknown[], options?: RunOptions): Promise<DriverResult> {
    this.#enter()
    try {
      const isScript = parameters === undefined && severalStatements.test(text)
      const name = isScript ? undefined : this.#host.names.nameOf(text)
      const outgoing: Outgoing = { role: "statement", text, parameters: parameters ?? noParameters, name, effect: "unknown", isScript }
      return await (isScript ? this.#send([outgoing], options?.signal).then(last) : this.#runOne(outgoing, options?.signal))
    } catch (error) {
      throw withCallerStack(error)
    } finally {
      this.#busy = false
    }
  }

  /**
   * Runs one statement and yields its rows in chunks of at most `chunkSize`, each fetched when it is asked for. Leaving the
   * loop early frees what the server keeps for it. In a transaction other statements may run between two chunks; outside one
   * the stream is a transaction of its own, and the connection is its alone until it ends.
   */
  async *stream(statement: CompiledStatement, chunkSize: number, options?: RunOptions): AsyncGenerator<DriverResult, void, undefined> {
    if (!Number.isInteger(chunkSize) || chunkSize < 1) throw new ArgumentError(`rows cannot be fetched in chunks of ${chunkSize}`)
    if (statement.parts !== undefined) return yield* inChunks(await this.run(statement, options), chunkSize)
    this.#enter()
    const isOwnTransaction = this.#transaction === undefined
    let entered = true
    let failed = false
    let stream: RowStream | undefined
    try {
      await this.#requireServer([statement], options?.signal)
      this.#transaction ??= this.#newTransaction(statement.effect === "pure" ? { readOnly: true } : {})
      stream = await this.#openStream(statement, chunkSize, options?.signal)
      for (let rows = await stream.next(this.#onLost); rows !== undefined; rows = await stream.next(this.#onLost)) {
        if (!isOwnTransaction) entered = this.#busy = false
        yield rows
        if (!entered) this.#enter()
        entered = true
      }
    } catch (error) {
      failed = true
      throw withCallerStack(error)
    } finally {
      // Left early while another statement runs, or after the release: the end of the transaction frees the cursor.
      if (!this.#closed && (entered || !this.#busy)) {
        this.#busy = true
        await stream?.close()
        if (isOwnTransaction) await this.#endOwnTransaction(failed)
        this.#busy = false
      }
    }
  }

  /**
   * Begins a transaction. Nothing is sent: BEGIN travels with the first statement, and a transaction without one costs nothing.
   * @throws TransactionStateError inside a transaction, UnsupportedError for options that the database does not have.
   */
  begin(options: TransactionOptions = {}): void {
    this.#assertUsable()
    if (this.#transaction !== undefined) {
      throw new TransactionStateError("a transaction is open on this connection", { hint: "use savepoint() inside a transaction" })
    }
    this.#transaction = this.#newTransaction(options)
  }

  /**
   * Commits, with `last` as the transaction's last statements in the same round trip. Whatever comes of it, the transaction is
   * over then: when one of `last` fails, it is rolled back and the statement's error is thrown.
   *
   * @returns the results of `last`
   * @throws TransactionAbortedError when an earlier statement had failed and the server rolled back instead;
   *   CommitOutcomeUnknownError when the connection was lost while COMMIT was under way.
   */
  async commit(last: readonly CompiledStatement[] = []): Promise<readonly DriverResult[]> {
    this.#enter()
    try {
      const transaction = this.#requireTransaction()
      this.#transaction = undefined
      await this.#requireServer(last, undefined).catch(async (error: unknown) => {
        await this.#checkout.rollBack()
        throw error
      })
      const flight = partsOf(last).map((statement) => this.#outgoing(statement))
      return resultsOf(last, await this.#commit(transaction, flight))
    } catch (error) {
      throw withCallerStack(error)
    } finally {
      this.#busy = false
    }
  }

  /**
   * Stores the transaction under an id, to be committed or rolled back later, from any connection and even after a crash. It is
   * over on this connection then; when it cannot be prepared, it is rolled back.
   *
   * @throws UnsupportedError, ArgumentError; DatabaseError where the server has `max_prepared_transactions = 0`
   */
  async prepareTransaction(id: string): Promise<void> {
    this.#enter()
    try {
      const ending = delimiter("commit", twoPhaseOf(this.dialect).prepare(requireTransactionId(id)))
      const transaction = this.#requireTransaction()
      this.#transaction = undefined
      await this.#commit(transaction, [], ending)
    } catch (error) {
      throw withCallerStack(error)
    } finally {
      this.#busy = false
    }
  }

  /** Rolls back. Sends nothing when nothing was sent. When the server does not answer to it, the connection is closed, which has the same effect. */
  async rollback(): Promise<void> {
    this.#enter()
    try {
      this.#requireTransaction()
      this.#transaction = undefined
      await this.#checkout.rollBack()
    } catch (error) {
      throw withCallerStack(error)
    } finally {
      this.#busy = false
    }
  }

  /** Marks a point to which the transaction can be rolled back. Sent with the next statement. */
  savepoint(name: string): void {
    this.#assertUsable()
    this.#requireTransaction().savepoint(name)
  }

  /** Forgets the savepoint and those after it; what was done since stays. Sent with the next statement. */
  releaseSavepoint(name: string): void {
    this.#assertUsable()
    this.#requireTransaction().release(name)
  }

  /** Undoes what was done since the savepoint, which stays. Sends nothing when nothing was sent since. */
  async rollbackToSavepoint(name: string): Promise<void> {
    this.#enter()
    try {
      const transaction = this.#requireTransaction()
      const statement = transaction.rollbackTo(name)
      if (statement !== undefined) await this.#send([statement], undefined)
    } catch (error) {
      throw withCallerStack(error)
    } finally {
      this.#busy = false
    }
  }

  /** Runs `work` in a transaction: committed when it returns, rolled back when it throws. */
  async transaction<T>(work: (connection: this) => Promise<T>, options?: TransactionOptions): Promise<T> {
    this.begin(options)
    let result: T
    try {
      result = await work(this)
    } catch (error) {
      const isOpen = this.#transaction !== undefined
      this.#transaction = undefined
      // A statement that nobody waits for may still be running: then its connection goes, and the transaction with it.
      if (isOpen && this.#busy) this.#checkout.destroy()
      else if (isOpen) await this.#checkout.rollBack()
      throw error
    }
    await this.commit()
    return result
  }

  /**
   * Gives the connection back to the pool; an open transaction is rolled back. Safe to call twice.
   * @throws ConcurrentUseError when a statement is still running: it is cut off, since its connection cannot be given to others.
   */
  async release(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#transaction = undefined
    if (this.#busy) {
      this.#checkout.abandon()
      throw new ConcurrentUseError("the connection was released while a statement was running, which was cut off", {
        hint: "await every statement before the connection is released",
      })
    }
    await this.#checkout.release()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release()
  }

  /** A statement that is several: all of it is done or nothing, also in a transaction that goes on after a failure. */
  async #runParts(statement: CompiledStatement, options: RunOptions | undefined): Promise<DriverResult> {
    if (this.#transaction === undefined) return last(await this.runAll([statement], options))
    this.savepoint(partsSavepoint)
    try {
      const results = await this.runAll([statement], options)
      this.releaseSavepoint(partsSavepoint)
      return last(results)
    } catch (error) {
      if (this.#transaction !== undefined && !this.transactionFailed) {
        await this.rollbackToSavepoint(partsSavepoint)
        this.releaseSavepoint(partsSavepoint)
      }
      throw error
    }
  }

  async #requireServer(statements: readonly CompiledStatement[], signal: AbortSignal | undefined): Promise<void> {
    if (!hasNeeds(statements)) return
    const { driver } = await this.#checkout.hold(signal)
    requireVersion(partsOf(statements), this.dialect.title, driver.serverVersion)
  }

  async #runOne(statement: Outgoing, signal: AbortSignal | undefined): Promise<DriverResult> {
    const { events } = this.#host
    const transaction = this.#transaction
    const queued = transaction !== undefined && (transaction.lost || transaction.queue.length > 0)
    if (queued || signal !== undefined || events.wants("statement") || events.wants("statementStart")) {
      return last(await this.#send([statement], signal))
    }
    const checkout = this.#checkout
    const held = checkout.held
    if (held === undefined || held.driver.broken) return last(await this.#send([statement], signal))
    // The way that most statements take: nothing but the driver's own promise between the caller and the socket.
    try {
      const result = await held.driver.query(statement)
      checkout.ran(statement)
      return result
    } catch (error) {
      return last(this.#arrived(await checkout.recover(held, statement, error, { fresh: transaction === undefined }), 0))
    }
  }

  async #send(statements: readonly Outgoing[], signal: AbortSignal | undefined): Promise<readonly DriverResult[]> {
    const transaction = this.#transaction
    if (transaction?.lost === true) throw lostError()
    const queue = transaction?.queue ?? []
    const flight = queue.length === 0 ? statements : [...queue, ...statements]
    const sent = await this.#checkout.send(flight, { fresh: transaction === undefined || !transaction.begun, signal })
    transaction?.ran(Math.min(queue.length, sent.results.length))
    return this.#arrived(sent, queue.length)
  }

  readonly #onLost = () => {
    if (this.#transaction !== undefined) this.#transaction.lost = true
  }

  async #openStream(statement: CompiledStatement, chunkSize: number, signal: AbortSignal | undefined): Promise<RowStream> {
    if (this.#transaction?.lost === true || (this.#transaction?.queue.length ?? 0) > 0) await this.#send([], signal)
    const held = await this.#checkout.hold(signal)
    const outgoing: Outgoing = { role: "statement", text: statement.text, parameters: statement.parameters, effect: statement.effect }
    return new RowStream(this.#checkout, held, outgoing, { chunkSize, events: this.#host.events, signal })
  }

  async #endOwnTransaction(failed: boolean): Promise<void> {
    const transaction = this.#transaction
    this.#transaction = undefined
    if (failed) await this.#checkout.rollBack()
    else if (transaction !== undefined) await this.#commit(transaction, [])
  }

  /** The results after the first `skip`, or the error. */
  #arrived(sent: Sent, skip: number): readonly DriverResult[] {
    if (sent.lost) this.#onLost()
    if (sent.error !== undefined) throw sent.error
    return skip === 0 ? sent.results : sent.results.slice(skip)
  }

  async #commit(transaction: Transaction, statements: readonly Outgoing[], ending = commit): Promise<readonly DriverResult[]> {
    if (transaction.lost) throw lostError()
    if (!transaction.begun && statements.length === 0 && ending === commit) return []
    const before = transaction.queueBeforeCommit
    const held = this.#checkout.held
    const wasBroken = held?.driver.broken === true && transaction.begun
    const sent = await this.#checkout.send([...before, ...statements, ending], { fresh: !transaction.begun })
    if (sent.error === undefined) {
      if (sent.results.at(-1)?.command === "ROLLBACK") throw abortedError()
      return sent.results.slice(before.length, -1)
    }
    if (sent.lost && !wasBroken) throw new CommitOutcomeUnknownError({ cause: sent.error })
    await this.#checkout.rollBack()
    throw sent.error
  }

  #newTransaction(options: TransactionOptions): Transaction {
    const text = this.dialect.begin(options)
    return new Transaction(delimiter("begin", text, this.#host.names.nameOf(text)))
  }

  #outgoing({ text, parameters, effect, shape }: CompiledStatement): Outgoing {
    const name = this.#host.names.nameOf(text)
    // Only what is prepared is known to have these columns.
    const binary = name === undefined ? undefined : binaryColumns(shape, this.dialect)
    return { role: "statement", text, parameters, name, effect, binary }
  }

  #assertUsable(): void {
    if (this.#closed) throw new ConnectionClosedError("the connection was given back to its pool")
  }

  #enter(): void {
    this.#assertUsable()
    if (this.#busy) {
      throw new ConcurrentUseError("a statement was started while another one was running on the same connection", {
        hint: "await each statement, send them together with runAll(), or use a connection for each",
      })
    }
    this.#busy = true
  }

  #requireTransaction(): Transaction {
    if (this.#transaction === undefined) throw new TransactionStateError("no transaction is open on this connection")
    return this.#transaction
  }
}

function last(results: readonly DriverResult[]): DriverResult {
  const result = results.at(-1)
  if (result === undefined) throw new InternalError("a statement that succeeded has no result")
  return result
}

function lostError(): TransactionAbortedError {
  return new TransactionAbortedError(
    "the connection was lost, and the transaction with it: nothing of it is kept",
    {},
    {
      hint: "roll back; the next statement then runs on a new connection",
    },
  )
}

function abortedError(): TransactionAbortedError {
  return new TransactionAbortedError(
    "an earlier statement of the transaction failed, so COMMIT rolled it back",
    { serverCode: "25P02" },
    {
      hint: "let the first error of a transaction end it, or use a savepoint around what may fail",
    },
  )
}
