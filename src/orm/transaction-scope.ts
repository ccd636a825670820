import {
  type AdvisoryLockKey,
  type AdvisoryLockOptions,
  advisoryLocksOf,
  type Connection,
  type DriverResult,
  type Engine,
  lockKey,
  type RunOptions,
  twoPhaseOf,
} from "../engine/index.ts"
import {
  CancelledError,
  CommitOutcomeUnknownError,
  ConnectionError,
  DatabaseError,
  DisconnectedError,
  RollbackRequiredError,
  TransactionStateError,
} from "../errors/index.ts"
import type { CompiledStatement, Effect } from "../sql/index.ts"
import { StatementBudget } from "./statement-budget.ts"
import type { Dialect, TransactionOptions } from "./dialect.ts"
import { JoinedConnection, type JoinMode, requireJoinable, type UnitConnection } from "./joined-connection.ts"

export interface TransactionScopeOptions {
  readonly transaction?: TransactionOptions | undefined
  readonly signal?: AbortSignal | undefined
  /** Somebody else's connection, to be used instead of one of the pool. */
  readonly connection?: Connection | undefined
  readonly join?: JoinMode | undefined
  readonly statementLimit?: number | undefined
}

/**
 * A session's transaction on the database, one after another: takes a connection at the first statement, begins only for
 * statements that need it, and remembers a failure until it is rolled back.
 */
export class TransactionScope {
  readonly engine: Engine
  readonly #options: TransactionOptions | undefined
  readonly #run: RunOptions | undefined
  readonly #borrowed: Pick<TransactionScopeOptions, "connection" | "join">
  readonly #budget: StatementBudget | undefined
  #connection: UnitConnection | undefined
  #failure: { readonly error: unknown; readonly isFinal: boolean } | undefined
  #prepared: string | undefined
  #savepoints = 0

  constructor(engine: Engine, options: TransactionScopeOptions) {
    const { connection, join, transaction } = options
    this.engine = engine
    if (connection !== undefined) requireJoinable(connection, join, transaction, engine.dialect)
    this.#borrowed = { connection, join }
    this.#options = transaction
    this.#budget = options.statementLimit === undefined ? undefined : new StatementBudget(options.statementLimit)
    this.#run = options.signal === undefined ? undefined : { signal: options.signal }
  }

  get dialect(): Dialect {
    return this.engine.dialect
  }
  /** Whether it has a connection that others have to wait for. */
  get holdsConnection(): boolean {
    return this.#connection !== undefined
  }
  /** Whether a transaction is under way. */
  get begun(): boolean {
    return this.#connection?.inTransaction === true
  }

  /** The id that the transaction was prepared under: it waits for its end, on no connection. */
  get prepared(): string | undefined {
    return this.#prepared
  }
  /** Stores the transaction, so that a commit can no longer fail but for want of a connection. */
  async prepare(id: string): Promise<void> {
    const connection = await this.#begun()
    this.#requireNotAborted()
    await connection.prepareTransaction(id)
    this.#prepared = id
  }
  /** Whoever prepared it has promised that it can be committed: it is not undone in passing. */
  warnOfPrepared(): void {
    if (this.#prepared === undefined) return
    process.emitWarning(
      `a session was closed whose transaction is prepared as ${JSON.stringify(this.#prepared)}: it keeps its locks until engine.commitPrepared() or engine.rollbackPrepared()`,
      { type: "RebisWarning", code: "REBIS_PREPARED" },
    )
  }
  async commitPrepared(): Promise<void> {
    await this.#endPrepared("commit")
  }
  async #endPrepared(how: "commit" | "rollback"): Promise<void> {
    const id = this.#prepared!
    const connection = this.#connection ?? (await this.#open())
    await connection.exec(twoPhaseOf(this.dialect)[how](id), [])
    this.#prepared = undefined
  }

  /** @throws RollbackRequiredError when a statement of the transaction failed, TransactionStateError when it was prepared. */
  requireIntact(): void {
    if (this.#prepared !== undefined)
      throw new TransactionStateError(`the transaction was prepared as ${JSON.stringify(this.#prepared)}`, {
        hint: "only commit() or rollback() can follow",
      })
    if (this.#failure === undefined) return
    throw new RollbackRequiredError("an earlier statement of the transaction failed; only rollback() can follow", {
      cause: this.#failure.error,
      hint: "await db.rollback(), or put what may fail into db.savepoint(…)",
    })
  }
  /** Only a rollback can follow from now on; where it is final, not even one to a savepoint is enough. */
  fail(error: unknown, isFinal = false): void {
    if (this.#failure === undefined || (isFinal && !this.#failure.isFinal)) this.#failure = { error, isFinal }
  }

  /** Runs one statement: without a transaction where that is the same, else in one. */
  async run(statement: CompiledStatement): Promise<DriverResult> {
    this.#budget?.spend([statement])
    const connection = this.#connection ?? (await this.#open())
    this.#begin(connection, statement.effect)
    try {
      return await connection.run(statement, this.#run)
    } catch (error) {
      throw this.#noted(connection, error)
    }
  }

  /** Runs statements that only read side by side, in one round trip where the driver can. */
  async runAll(statements: readonly CompiledStatement[]): Promise<readonly DriverResult[]> {
    this.#budget?.spend(statements)
    const connection = this.#connection ?? (await this.#open())
    for (const { effect } of statements) this.#begin(connection, effect)
    try {
      return await connection.runAll(statements, this.#run)
    } catch (error) {
      throw this.#noted(connection, error)
    }
  }

  /** Runs statements of a flush in order, in the transaction, in one round trip where the driver can. */
  async writeAll(statements: readonly CompiledStatement[]): Promise<readonly DriverResult[]> {
    this.#budget?.spend(statements)
    const connection = await this.#begun()
    try {
      return await connection.runAll(statements, this.#run)
    } catch (error) {
      throw this.#noted(connection, error)
    }
  }

  /** Runs a statement that is a transaction by itself. As a COMMIT it is not cut off by a signal once it is on its way. */
  async runAlone(statement: CompiledStatement): Promise<DriverResult> {
    this.#budget?.spend([statement])
    const connection = this.#connection ?? (await this.#open())
    try {
      return await connection.run(statement, this.#run?.signal?.aborted === true ? this.#run : undefined)
    } catch (error) {
      if (error instanceof DisconnectedError) throw new CommitOutcomeUnknownError({ cause: error })
      throw error
    }
  }

  /** The connection, with the transaction begun on it. */
  async connection(): Promise<Connection> {
    const connection = await this.#begun()
    return connection.joined ?? (connection as Connection)
  }

  /** Takes a lock that the transaction holds. @returns whether it was to be had */
  async advisoryLock(key: AdvisoryLockKey, { shared = false, wait }: AdvisoryLockOptions & { readonly wait: boolean }): Promise<boolean> {
    const lock = advisoryLocksOf(this.dialect).take(lockKey(key), { scope: "transaction", shared, wait })
    const { rows } = await this.run({ ...lock, effect: "read", shape: undefined })
    return wait || Number(rows[0]?.[0]) === 1
  }

  /** Rows in chunks, by a cursor of the transaction. */
  async *stream(statement: CompiledStatement, chunkSize: number): AsyncGenerator<DriverResult, void, undefined> {
    this.#budget?.spend([statement])
    const connection = await this.#begun()
    try {
      yield* connection.stream(statement, chunkSize, this.#run)
    } catch (error) {
      throw this.#noted(connection, error)
    }
  }

  /** Whether one statement can be run by itself instead of in a transaction of its own: nothing was begun, and nothing special was asked for. */
  get mayRunAlone(): boolean {
    return !this.begun && this.#options === undefined && this.#borrowed.join === undefined
  }

  /** Runs the last statements and commits, in one round trip where the driver can. The transaction is over then, whatever comes of it. */
  async commit(last: readonly CompiledStatement[]): Promise<readonly DriverResult[]> {
    this.#budget?.spend(last)
    if (last.length > 0) await this.#begun()
    if (this.begun) this.#requireNotAborted()
    return this.begun ? await this.#connection!.commit(last) : []
  }

  /** Sends nothing when nothing was begun. Never fails because of the server: a connection that cannot roll back is closed. */
  async rollback(): Promise<void> {
    this.#failure = undefined
    if (this.#prepared !== undefined) await this.#endPrepared("rollback")
    if (this.begun) await this.#connection!.rollback()
  }

  async savepoint(): Promise<string> {
    const connection = await this.#begun()
    const name = `rebis_${++this.#savepoints}`
    connection.savepoint(name)
    return name
  }
  release(name: string): void {
    this.#connection?.releaseSavepoint(name)
  }
  async rollbackTo(name: string): Promise<void> {
    await this.#connection?.rollbackToSavepoint(name)
    this.#connection?.releaseSavepoint(name)
    if (this.#failure?.isFinal !== true) this.#failure = undefined
  }

  /** Gives the connection back; the next statement takes another one. What was begun is rolled back. */
  async end(): Promise<void> {
    const connection = this.#connection
    this.#connection = undefined
    this.#failure = undefined
    this.#savepoints = 0
    await connection?.release()
  }

  async #begun(): Promise<UnitConnection> {
    const connection = this.#connection ?? (await this.#open())
    this.#begin(connection, "unknown")
    return connection
  }

  async #open(): Promise<UnitConnection> {
    const { connection: borrowed, join } = this.#borrowed
    const connection: UnitConnection = borrowed === undefined ? this.engine.connection() : new JoinedConnection(borrowed, join)
    await connection.open(this.#run)
    return (this.#connection = connection)
  }

  #begin(connection: UnitConnection, effect: Effect): void {
    if (connection.inTransaction) return
    if (effect === "pure" && this.#options === undefined && connection.readsNeedNoTransaction) return
    connection.begin(this.#options)
  }

  /** What was given up must not be stored: COMMIT alone does not look at the signal. */
  #requireNotAborted(): void {
    const signal = this.#run?.signal
    if (signal?.aborted === true)
      throw new CancelledError("the transaction was aborted before its COMMIT: nothing of it is stored", {}, { cause: signal.reason })
  }

  /** A statement that failed inside a transaction ends it: on every database alike. */
  #noted(connection: UnitConnection, error: unknown): unknown {
    if (connection.inTransaction && (error instanceof DatabaseError || error instanceof ConnectionError)) this.fail(error)
    return error
  }
}
