/** What a statement is to the engine. `statement` is anything that was asked for; the rest delimit transactions. */
export type StatementRole = "statement" | "begin" | "commit" | "rollback" | "savepoint" | "release" | "rollback to"

/** A statement that is about to be sent. */
export interface StatementStartEvent {
  readonly role: StatementRole
  readonly text: string
  /** As they are sent, encoded; `undefined` when the engine hides parameters. */
  readonly parameters: readonly unknown[] | undefined
  /** Sent under the name of a prepared statement. */
  readonly prepared: boolean
  /** The connection's number, from 1 in each engine. */
  readonly connection: number
  /** Statements with the same number went out together: one round trip where the driver pipelines. */
  readonly flight: number
}

/** A statement that has completed or failed. Statements behind a failed one of the same flight were not run and are not reported. */
export interface StatementEvent extends StatementStartEvent {
  /** From when its flight was sent until the flight's answer was there, in milliseconds. */
  readonly duration: number
  /** Rows returned or changed; `undefined` when it failed. */
  readonly rowCount: number | undefined
  /** The rows as they came; `undefined` when it failed. */
  readonly rows: readonly (readonly unknown[])[] | undefined
  /** The error as it is thrown, `undefined` when there is none. */
  readonly error: unknown
}

/** Something that happened to a connection of the pool. */
export interface ConnectionEvent {
  readonly connection: number
}
export interface ConnectEvent extends ConnectionEvent {
  /** How long connecting took, in milliseconds. */
  readonly duration: number
}
export interface InvalidateEvent extends ConnectionEvent {
  /** Why all connections as old as this one are given up. */
  readonly error: unknown
}

/** The events of an engine by their names. */
export interface EngineEventMap {
  readonly statementStart: StatementStartEvent
  readonly statement: StatementEvent
  readonly connect: ConnectEvent
  readonly disconnect: ConnectionEvent
  readonly checkout: ConnectionEvent
  readonly checkin: ConnectionEvent
  readonly invalidate: InvalidateEvent
}

/** What can be listened to: `engine.events.on(name, …)`. */
export type EngineEventName = keyof EngineEventMap
export type EngineListener<Name extends EngineEventName> = (event: EngineEventMap[Name]) => void

/**
 * What an engine tells about itself: each statement it sends, those that it adds included (BEGIN, COMMIT, SAVEPOINT, …),
 * and what its pool does. Costs nothing where nobody listens.
 *
 * @example
 * const stop = engine.events.on("statement", (event) => metrics.observe(event.text, event.duration))
 */
export class EngineEvents {
  readonly #listeners: { readonly [Name in EngineEventName]: Set<EngineListener<Name>> } = {
    statementStart: new Set(),
    statement: new Set(),
    connect: new Set(),
    disconnect: new Set(),
    checkout: new Set(),
    checkin: new Set(),
    invalidate: new Set(),
  }

  /** Calls the listener at each such event, until the returned function is called. What a listener throws becomes a warning. */
  on<Name extends EngineEventName>(name: Name, listener: EngineListener<Name>): () => void {
    const listeners: Set<EngineListener<Name>> = this.#listeners[name]
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }

  /** Whether anyone listens: then the event is worth making. */
  wants(name: EngineEventName): boolean {
    return this.#listeners[name].size > 0
  }

  emit<Name extends EngineEventName>(name: Name, event: EngineEventMap[Name]): void {
    const listeners: Set<EngineListener<Name>> = this.#listeners[name]
    for (const listener of listeners) {
      try {
        listener(event)
      } catch (error) {
        process.emitWarning(`a listener of the engine's event "${name}" failed: ${String(error)}`, "RebisWarning")
      }
    }
  }
}
