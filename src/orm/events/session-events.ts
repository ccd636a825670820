import { ArgumentError } from "../../errors/index.ts"
import { mapperOf } from "../../schema/index.ts"
import type { AnyModel, RowOf } from "../../sql/index.ts"
import type { Change } from "../changes.ts"

/** Something that a session does. */
export interface SessionEvent<S> {
  readonly session: S
}

/** A flush that wrote something. */
export interface FlushedEvent<S> extends SessionEvent<S> {
  readonly inserted: readonly object[]
  readonly updated: readonly object[]
  readonly deleted: readonly object[]
}

/** What happens to one entity. */
export interface EntityEvent<S, E = object> extends SessionEvent<S> {
  /** Old and new value of what is written, by property. After a flush: as it was before, without what the database made. */
  readonly changes: { readonly [K in keyof E]?: Change<E[K]> }
}

/** An entity that was made of a row. */
export interface LoadEvent<S> extends SessionEvent<S> {}

/** The events of a session by their names. */
export interface SessionEventMap<S> {
  /** Before each flush. The session can be asked, and be given more to write. */
  readonly beforeFlush: SessionEvent<S>
  /** After a flush that wrote something. The session can be asked; what is added is written by the next flush, or the commit. */
  readonly afterFlush: FlushedEvent<S>
  /** When `commit()` is called, before it flushes. The session can be asked, and be given more to write. */
  readonly beforeCommit: SessionEvent<S>
  /** After each commit. The session can not be used; what is thrown becomes an AfterCommitError. */
  readonly afterCommit: SessionEvent<S>
  /** After each rollback of a transaction, a failed commit included. The session can not be used; what is thrown becomes a warning. */
  readonly afterRollback: SessionEvent<S>
}

/** The events of entities: before their row is written (the flush takes in what is changed then), after it, and when it was loaded. */
export type EntityEventName = "beforeInsert" | "beforeUpdate" | "beforeDelete" | "afterInsert" | "afterUpdate" | "afterDelete" | "load"
/** The events of a session itself. */
export type SessionEventName = keyof SessionEventMap<unknown>

/** What is called at an event of a session; what it returns is waited for. */
export type SessionListener<S, Name extends SessionEventName> = (event: SessionEventMap<S>[Name]) => Promise<void> | void
/** What is called at an event of an entity. A listener of `load` returns nothing to wait for. */
export type EntityListener<S, Name extends EntityEventName, M extends AnyModel> = (
  entity: RowOf<M>,
  event: Name extends "load" ? LoadEvent<S> : EntityEvent<S, RowOf<M>>,
) => Name extends "load" ? void : Promise<void> | void

/** How listeners are added, to all sessions of a factory or to one. */
export interface Listening<S> {
  /**
   * Calls the listener at each such event, until the returned function is called. Listeners are called in the order in which they
   * were added, those of the factory first; what one throws fails what the session was about to do.
   *
   * @example
   * sessions.on("beforeUpdate", Post, (post) => void (post.updatedAt = new Date()))
   * sessions.on("afterFlush", ({ session, inserted }) => void session.add(new Audit({ count: inserted.length })))
   */
  on<Name extends SessionEventName>(name: Name, listener: SessionListener<S, Name>): () => void
  /** As above, for entities of a model and of those that extend it. */
  on<Name extends EntityEventName, M extends AnyModel>(name: Name, model: M, listener: EntityListener<S, Name, M>): () => void
}

export type AnyListener = (...parameters: any[]) => unknown

interface Entry {
  readonly name: string
  readonly model: object | undefined
  readonly listener: AnyListener
}

const sessionEvents: ReadonlySet<string> = new Set<SessionEventName>([
  "beforeFlush",
  "afterFlush",
  "beforeCommit",
  "afterCommit",
  "afterRollback",
])
const entityEvents: ReadonlySet<string> = new Set<EntityEventName>([
  "beforeInsert",
  "beforeUpdate",
  "beforeDelete",
  "afterInsert",
  "afterUpdate",
  "afterDelete",
  "load",
])

/** The listeners of a factory, or of one of its sessions. */
export class SessionEvents {
  readonly #parent: SessionEvents | undefined
  #entries: readonly Entry[] = []
  #changes = 0
  #known = new Map<object, Map<string, readonly AnyListener[]>>()
  #knownAt = 0

  constructor(parent?: SessionEvents) {
    this.#parent = parent
  }

  /** Whether nobody listens, so that nothing has to be told. */
  get isEmpty(): boolean {
    return this.#entries.length === 0 && (this.#parent?.isEmpty ?? true)
  }
  /** Changes with every listener that comes or goes. */
  get version(): number {
    return this.#changes + (this.#parent?.version ?? 0)
  }

  /** @throws ArgumentError for an event that is not there, what is no model, and what is no function. */
  add(name: string, model: unknown, listener: unknown): () => void {
    if (typeof model === "function" && listener === undefined && sessionEvents.has(name))
      return this.#add({ name, model: undefined, listener: model as AnyListener })
    if (!entityEvents.has(name))
      throw new ArgumentError(`there is no event ${JSON.stringify(name)}${sessionEvents.has(name) ? " of a model" : ""}`, {
        hint: `of a session: ${[...sessionEvents].join(", ")}; of a model's entities: ${[...entityEvents].join(", ")}`,
      })
    const { entityClass } = mapperOf(model)
    if (typeof listener !== "function")
      throw new ArgumentError(`a listener of ${name} is a function, not ${typeof listener}`, {
        hint: `on("${name}", Model, (entity) => …)`,
      })
    return this.#add({ name, model: entityClass, listener: listener as AnyListener })
  }

  wants(name: string): boolean {
    return this.#entries.some((entry) => entry.name === name) || this.#parent?.wants(name) === true
  }
  /** The listeners of an event of sessions. */
  of(name: SessionEventName): readonly AnyListener[] {
    const own = this.#entries.filter((entry) => entry.name === name).map(({ listener }) => listener)
    return [...(this.#parent?.of(name) ?? []), ...own]
  }
  /** The listeners of an event of a class's entities. Worked out once for a class. */
  ofEntity(name: EntityEventName, entityClass: object): readonly AnyListener[] {
    if (this.#knownAt !== this.version) {
      this.#known.clear()
      this.#knownAt = this.version
    }
    let ofClass = this.#known.get(entityClass)
    if (ofClass === undefined) this.#known.set(entityClass, (ofClass = new Map()))
    let listeners = ofClass.get(name)
    if (listeners === undefined) ofClass.set(name, (listeners = this.#find(name, entityClass)))
    return listeners
  }

  #find(name: EntityEventName, entityClass: object): readonly AnyListener[] {
    const own = this.#entries.filter((entry) => entry.name === name && isOrExtends(entityClass, entry.model!))
    return [...(this.#parent?.ofEntity(name, entityClass) ?? []), ...own.map(({ listener }) => listener)]
  }

  #add(entry: Entry): () => void {
    this.#entries = [...this.#entries, entry]
    this.#changes++
    return () => {
      this.#entries = this.#entries.filter((each) => each !== entry)
      this.#changes++
    }
  }
}

function isOrExtends(entityClass: object, model: object): boolean {
  return entityClass === model || Object.prototype.isPrototypeOf.call(model, entityClass)
}
