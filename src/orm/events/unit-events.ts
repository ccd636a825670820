import { ConcurrentUseError, TransactionStateError } from "../../errors/index.ts"
import { commitListened, flushListened, type ListenedSession } from "./listened-flush.ts"
import type { SessionEventName, SessionEvents } from "./session-events.ts"
import type { SessionState } from "../session-state.ts"
import type { TransactionScope } from "../transaction-scope.ts"

/** Whether a statement of a session is running. */
export interface Occupancy {
  busy: boolean
}

/** The events of one session's units of work, once somebody listens. */
export class UnitEvents implements ListenedSession {
  readonly session: object
  readonly state: SessionState
  readonly scope: TransactionScope
  readonly #events: () => SessionEvents
  readonly #occupancy: Occupancy
  /** The event whose listeners may use the session, but not end what it is doing. */
  #told: SessionEventName | undefined

  constructor(session: object, state: SessionState, scope: TransactionScope, events: () => SessionEvents, occupancy: Occupancy) {
    this.session = session
    this.state = state
    this.scope = scope
    this.#events = events
    this.#occupancy = occupancy
  }

  get events(): SessionEvents {
    return this.#events()
  }
  /** Whether a listener is using the session. */
  get isTelling(): boolean {
    return this.#told !== undefined
  }

  async flush(): Promise<void> {
    await flushListened(this)
  }
  commit(): Promise<void> {
    return commitListened(this)
  }
  /** Listeners of the end of a transaction, as work to be done. */
  endings(name: SessionEventName): readonly (() => unknown)[] {
    const { session } = this
    return this.events.of(name).map((listener) => () => listener({ session }))
  }

  async freely(name: SessionEventName, work: () => Promise<void>): Promise<void> {
    const occupancy = this.#occupancy
    this.#told = name
    occupancy.busy = false
    try {
      await work()
      if (occupancy.busy)
        throw new ConcurrentUseError(`a statement was still running when the listeners of ${name} had returned`, {
          hint: "await every statement in a listener; tasks that run side by side each need a session",
        })
    } finally {
      this.#told = undefined
      occupancy.busy = true
    }
  }

  /** @throws TransactionStateError while a listener is using the session */
  requireUntold(what: string): void {
    if (this.#told === undefined) return
    throw new TransactionStateError(`${what} was called by a listener of ${this.#told}`, {
      hint: "what a listener adds or changes is written without it",
    })
  }
}
