import { runInSession } from "../orm/index.ts"
import type { RequestSession, SessionFactory } from "./request-session.ts"

/** How long a request may go on after its client has gone before its session is taken from it, in milliseconds. */
const abandonedGrace = 1_000

/** Options that every adapter has. */
export interface ScopeOptions {
  /** Which statuses of an answer commit. Default: those under 400. A request that threw is rolled back whatever its status. */
  readonly commitOn?: ((status: number) => boolean) | undefined
}

/**
 * One request and its session, from before the first handler until the answer may leave. An adapter tells it what happens:
 * {@link fail} when something was thrown, {@link flush} before the answer is serialized, {@link settle} when the answer is
 * known and nothing of it has been sent. Nothing reaches the database unless the session is used.
 */
export class RequestScope<S extends RequestSession> {
  readonly session: S
  readonly #commitOn: (status: number) => boolean
  readonly #client = new AbortController()
  #failed = false
  #settlement: Promise<void> | undefined
  #isOver = false

  constructor(sessions: SessionFactory<S>, options: ScopeOptions = {}) {
    this.session = sessions({ signal: this.#client.signal })
    this.#commitOn = options.commitOn ?? isSuccess
  }

  /** Runs a part of the request in which `currentSession()` is this session. */
  run<T>(work: () => T): T {
    return runInSession(this.session, work)
  }

  /** Something was thrown: whatever is answered, nothing is stored. */
  fail(): void {
    this.#failed = true
  }

  /** Whether an answer of this status is committed. */
  commits(status: number): boolean {
    return !this.#failed && !this.#client.signal.aborted && this.#commitOn(status)
  }

  /** Fills in what the database generates, for the serialization of an answer that will be committed. */
  async flush(status: number): Promise<void> {
    if (!this.#isOver && this.#settlement === undefined && this.commits(status)) await this.session.flush()
  }

  /**
   * Commits or rolls back, and closes the session. Only the first call does; one that comes while it is under way shares its
   * end, and one that comes later (the answer that tells of the failed commit) has nothing to do.
   *
   * @throws what the flush or the COMMIT failed with. Nothing is stored then, unless it is a CommitOutcomeUnknownError.
   */
  settle(status: number): Promise<void> {
    if (this.#isOver) return Promise.resolve()
    this.#settlement ??= this.#end(this.commits(status)).finally(() => (this.#isOver = true))
    return this.#settlement
  }

  /**
   * The client has gone, or the answer went out by another way: a running statement is cancelled, and what was not committed
   * is rolled back, at the end of the handler or, when that does not come, after a second. Without effect once settled.
   */
  abandon(reason: unknown): void {
    if (this.#isOver || this.#settlement !== undefined) return
    this.#failed = true
    this.#client.abort(reason)
    setTimeout(() => void this.settle(0), abandonedGrace).unref()
  }

  async #end(commits: boolean): Promise<void> {
    try {
      if (commits) await this.session.commit()
      else await this.#quietly(this.session.rollback())
    } finally {
      await this.#quietly(this.session.close())
    }
  }

  /** Neither hides the error that led here nor turns a committed request into a failed one. */
  async #quietly(ending: Promise<void>): Promise<void> {
    try {
      await ending
    } catch (error) {
      process.emitWarning(`a request's session could not be ended cleanly: ${String(error)}`, "RebisWarning")
    }
  }
}

const isSuccess = (status: number): boolean => status < 400
