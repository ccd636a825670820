import { TransactionStateError } from "../errors/index.ts"
import { delimiter, type Outgoing } from "./outgoing.ts"

interface Savepoint {
  readonly name: string
  readonly statement: Outgoing
}

/**
 * A transaction as its client sees it: what was asked for, and what of that the server has been told. BEGIN, SAVEPOINT and
 * RELEASE wait for the next statement and travel with it, so that what encloses nothing is never sent.
 */
export class Transaction {
  /** The server has begun it. */
  begun = false
  /** It went down with its connection: only a rollback ends it. */
  lost = false
  /** What has to be sent before the next statement, in order. */
  #queue: Outgoing[]
  readonly #savepoints: Savepoint[] = []

  /** @param begin BEGIN, as it will be sent */
  constructor(begin: Outgoing) {
    this.#queue = [begin]
  }

  /** What has to be sent before the next statement, in order. */
  get queue(): readonly Outgoing[] {
    return this.#queue
  }

  /** What has to be sent before COMMIT: savepoints that enclose nothing more need no end of their own. */
  get queueBeforeCommit(): readonly Outgoing[] {
    return this.#queue.filter((statement) => statement.role === "begin")
  }

  /** Takes note of the first `count` statements of the queue having been run. */
  ran(count: number): void {
    if (count === 0) return
    this.#queue = this.#queue.slice(count)
    this.begun = true
  }

  savepoint(name: string): void {
    const statement = delimiter("savepoint", `savepoint ${quoted(name)}`)
    this.#savepoints.push({ name, statement })
    this.#queue.push(statement)
  }

  /** @throws TransactionStateError when there is no such savepoint. */
  release(name: string): void {
    const index = this.#indexOf(name)
    if (!this.#unqueueFrom(index, 0)) this.#queue.push(delimiter("release", `release savepoint ${quoted(name)}`))
    this.#savepoints.length = index
  }

  /**
   * The statement to send now, or `undefined` when nothing was sent since the savepoint.
   * @throws TransactionStateError when there is no such savepoint.
   */
  rollbackTo(name: string): Outgoing | undefined {
    const index = this.#indexOf(name)
    const nothingSent = this.#unqueueFrom(index, 1)
    this.#savepoints.length = index + 1
    if (nothingSent) return undefined
    this.#queue = []
    return delimiter("rollback to", `rollback to savepoint ${quoted(name)}`)
  }

  /** Drops what is queued from the savepoint's own statement on (plus `offset`); false when that was sent already. */
  #unqueueFrom(index: number, offset: number): boolean {
    const savepoint = this.#savepoints[index]
    const position = savepoint === undefined ? -1 : this.#queue.indexOf(savepoint.statement)
    if (position === -1) return false
    this.#queue.length = position + offset
    return true
  }

  #indexOf(name: string): number {
    const index = this.#savepoints.findLastIndex((savepoint) => savepoint.name === name)
    if (index === -1) throw new TransactionStateError(`there is no savepoint ${JSON.stringify(name)} in this transaction`)
    return index
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
