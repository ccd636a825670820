import type { Connection, DriverResult, RunOptions } from "../engine/index.ts"
import { ArgumentError, TransactionStateError } from "../errors/index.ts"
import type { CompiledStatement } from "../sql/index.ts"
import type { Dialect, TransactionOptions } from "./dialect.ts"

/** What the transactions of a session need of a connection. */
export interface UnitConnection extends Pick<
  Connection,
  | "inTransaction"
  | "readsNeedNoTransaction"
  | "open"
  | "run"
  | "runAll"
  | "stream"
  | "begin"
  | "commit"
  | "exec"
  | "prepareTransaction"
  | "rollback"
  | "savepoint"
  | "releaseSavepoint"
  | "rollbackToSavepoint"
  | "release"
> {
  /** The connection itself, where this one stands in front of it. */
  readonly joined?: Connection
}

/** How a session works in a transaction that is somebody else's. */
export type JoinMode = "savepoint" | "rollbackOnly"

const modes: ReadonlySet<unknown> = new Set<JoinMode>(["savepoint", "rollbackOnly"])

/** @throws ArgumentError for a connection that does not fit, or a transaction on it without a word about what to do in it. */
export function requireJoinable(
  connection: Connection,
  mode: JoinMode | undefined,
  options: TransactionOptions | undefined,
  dialect: Dialect,
): void {
  if (connection.dialect !== dialect)
    throw new ArgumentError(`the connection is one to ${connection.dialect.title}, the sessions are for ${dialect.title}`)
  if (mode !== undefined && !modes.has(mode))
    throw new ArgumentError(`join is ${JSON.stringify(mode)}: "savepoint" or "rollbackOnly" is needed`)
  if (mode !== undefined && options !== undefined)
    throw new ArgumentError("a session that joins a transaction cannot choose its isolation level or access mode", {
      hint: "give them to the transaction that is joined: connection.begin({ … })",
    })
  if (mode === undefined && connection.inTransaction) throw needsMode()
}

function needsMode(): ArgumentError {
  return new ArgumentError("the connection is in a transaction, and the session was not told what it may do with it", {
    hint: 'say join: "savepoint" (a rollback undoes what the session did) or join: "rollbackOnly" (a rollback undoes all)',
  })
}

let savepoints = 0

/**
 * Somebody else's connection as the connection of a session. Without a mode the session begins and ends transactions of its own
 * on it; with one it works inside the transaction that is open there, which it never commits. The connection stays its owner's.
 */
export class JoinedConnection implements UnitConnection {
  readonly joined: Connection
  readonly #mode: JoinMode | undefined
  /** The session's unit of work is under way. */
  #begun = false
  #name = ""

  constructor(connection: Connection, mode: JoinMode | undefined) {
    this.joined = connection
    this.#mode = mode
  }

  get inTransaction(): boolean {
    return this.#begun
  }
  /** A read that fails would spoil a transaction that is joined by savepoints. */
  get readsNeedNoTransaction(): boolean {
    if (this.#mode === "savepoint") return false
    return this.#mode === "rollbackOnly" || this.joined.readsNeedNoTransaction
  }
  async open(options?: RunOptions): Promise<void> {
    await this.joined.open(options)
    this.#requireFitting()
  }

  run(statement: CompiledStatement, options?: RunOptions): Promise<DriverResult> {
    return this.joined.run(statement, options)
  }
  runAll(statements: readonly CompiledStatement[], options?: RunOptions): Promise<readonly DriverResult[]> {
    return this.joined.runAll(statements, options)
  }
  stream(statement: CompiledStatement, chunkSize: number, options?: RunOptions): AsyncGenerator<DriverResult, void, undefined> {
    return this.joined.stream(statement, chunkSize, options)
  }

  begin(options?: TransactionOptions): void {
    this.#requireFitting()
    if (this.#mode === undefined) this.joined.begin(options)
    else if (this.#mode === "savepoint") this.joined.savepoint((this.#name = `rebis_unit_${++savepoints}`))
    this.#begun = true
  }
  async commit(last: readonly CompiledStatement[] = []): Promise<readonly DriverResult[]> {
    this.#begun = false
    if (this.#mode === undefined) return await this.joined.commit(last)
    try {
      const results = last.length === 0 ? [] : await this.joined.runAll(last)
      if (this.#mode === "savepoint") this.joined.releaseSavepoint(this.#name)
      return results
    } catch (error) {
      await this.#undo()
      throw error
    }
  }
  /** Outside a transaction. */
  exec(text: string, parameters?: readonly unknown[]): Promise<DriverResult> {
    return this.joined.exec(text, parameters)
  }
  async prepareTransaction(id: string): Promise<void> {
    if (this.#mode !== undefined)
      throw new TransactionStateError("prepare() was called on a session that joins a transaction which is not its own", {
        hint: "the owner prepares it: connection.prepareTransaction(id)",
      })
    await this.joined.prepareTransaction(id)
    this.#begun = false
  }
  async rollback(): Promise<void> {
    this.#begun = false
    await this.#undo()
  }
  /** The owner has the connection on; what was not committed is undone. */
  async release(): Promise<void> {
    if (this.#begun) await this.rollback()
  }

  savepoint(name: string): void {
    this.joined.savepoint(name)
  }
  releaseSavepoint(name: string): void {
    this.joined.releaseSavepoint(name)
  }
  rollbackToSavepoint(name: string): Promise<void> {
    return this.joined.rollbackToSavepoint(name)
  }

  async #undo(): Promise<void> {
    // The owner may have ended the transaction, and all with it.
    if (!this.joined.inTransaction) return
    if (this.#mode !== "savepoint") return await this.joined.rollback()
    await this.joined.rollbackToSavepoint(this.#name)
    this.joined.releaseSavepoint(this.#name)
  }

  #requireFitting(): void {
    if (this.#begun) return
    if (this.#mode === undefined && this.joined.inTransaction) throw needsMode()
    if (this.#mode !== undefined && !this.joined.inTransaction)
      throw new TransactionStateError("the session was to join a transaction of the connection, which has none", {
        hint: "connection.begin() first, or leave join out: the session then begins and ends its own",
      })
  }
}
