import {
  ArgumentError,
  ConcurrentUseError,
  DeletedEntityError,
  DetachedEntityError,
  IdentityConflictError,
  SessionClosedError,
} from "../errors/index.ts"
import { mapperOfEntity } from "../schema/index.ts"
import type { Dialect } from "./dialect.ts"
import { planOf } from "./entity-plan.ts"
import { EntityState, type EntityOwner, stamp, stateOf } from "./entity-state.ts"
import { IdentityMap } from "./identity-map.ts"
import { UndoFrame } from "./undo-log.ts"

/** Everything that a session remembers, apart from its connection. */
export class SessionState implements EntityOwner {
  readonly dialect: Dialect
  readonly identities: IdentityMap = new IdentityMap()
  /** To be inserted, in the order in which they were added. */
  readonly pending: Set<EntityState> = new Set()
  /** Those of them that only a relation has led to: what leads to them no longer takes them along. */
  readonly reached: Set<EntityState> = new Set()
  /** To be deleted. */
  readonly deleting: Set<EntityState> = new Set()
  closed = false
  /** Entities that the next row which is found of them overwrites, and which columns of them. */
  readonly expired: Map<EntityState, ReadonlySet<number>> = new Map()
  /** Entities whose rows a flush deletes, or that lose a parent because it is deleted. */
  readonly fallen: Set<EntityState> = new Set()
  /** The statement that runs overwrites every entity that it finds. */
  populating = false
  /** What is under way and has decided what it writes: a flush, or work after the end of a transaction. */
  underWay: string | undefined
  /** The transaction and, inside it, its savepoints. */
  #frames: UndoFrame[] = [new UndoFrame()]

  /** Set where entities are only read: what is made of rows, for nobody to remember. */
  readonly untracked: object[] | undefined

  constructor(dialect: Dialect, untracked?: object[]) {
    this.dialect = dialect
    this.untracked = untracked
  }

  /** @throws SessionClosedError, ConcurrentUseError when what a flush writes is decided and not yet written */
  requireChangeable(what: string, entity?: object): void {
    if (this.closed) throw new SessionClosedError("the session was closed", { hint: "open another one with sessions()" })
    if (this.underWay !== undefined) {
      throw new ConcurrentUseError(
        `${what}${entity === undefined ? "" : ` of ${nameOf(entity)}`} was called during ${this.underWay}, when what is written is decided`,
        {
          hint: "await the flush or commit first, or do it in a listener of beforeFlush, beforeInsert, … or afterFlush",
        },
      )
    }
  }

  /** What a rollback would undo now. */
  get undo(): UndoFrame {
    return this.#frames.at(-1)!
  }
  get isInSavepoint(): boolean {
    return this.#frames.length > 1
  }
  enterSavepoint(): UndoFrame {
    const frame = new UndoFrame()
    this.#frames.push(frame)
    return frame
  }
  /** A savepoint is over; what it did is the outer one's when it was released. */
  leaveSavepoint(frame: UndoFrame, released: boolean): void {
    const index = this.#frames.indexOf(frame)
    if (index < 1) return
    this.#frames.splice(index, 1)
    if (released) this.#frames[index - 1]!.absorb(frame)
  }
  /** What is to be done once all is undone; it is not given twice. */
  takeAfterRollback(): (() => unknown)[] {
    return this.#frames.flatMap(({ afterRollback }) => afterRollback.splice(0))
  }
  /** The transaction is over. */
  startAnew(): void {
    this.#frames = [new UndoFrame()]
  }

  /** Takes in an entity that was just loaded. */
  adopt(state: EntityState): void {
    for (const frame of this.#frames) if (frame.wrote) frame.adopted.add(state)
  }

  /** The entity's state in this session; a new one becomes pending. @throws DetachedEntityError, IdentityConflictError */
  enlist(entity: object): EntityState {
    const known = typeof entity === "object" && entity !== null ? stateOf(entity) : undefined
    if (known === undefined) return this.#enlistNew(entity)
    if (known.owner === this) {
      this.reached.delete(known)
      if (known.status === "deleting") this.#keep(known)
      else if (known.status === "deleted" || known.status === "transient") this.#makePending(known)
      return known
    }
    if (known.owner !== undefined && !known.owner.closed) {
      throw new DetachedEntityError(`${titleOf(known)} belongs to another session`, {
        hint: "an entity can be in one session at a time: close the other one first",
      })
    }
    this.#attach(known)
    return known
  }

  /** The state of an entity that this session has. @throws DetachedEntityError, ArgumentError */
  require(entity: unknown, what: string): EntityState {
    const { className } = mapperOfEntity(entity)
    const state = stateOf(entity as object)
    if (state === undefined || state.owner === undefined || state.status === "transient") {
      throw new DetachedEntityError(`${what}: this ${className} is in no session`, { hint: "load it with this session, or add() it" })
    }
    if (state.owner !== this)
      throw new DetachedEntityError(
        `${what}: ${titleOf(state)} belongs to ${state.owner.closed ? "a session that was closed" : "another session"}`,
      )
    return state
  }

  /** As {@link require}, of an entity whose row is there, or is yet to come. @throws DeletedEntityError */
  requireLiving(entity: unknown, what: string): EntityState {
    const state = this.require(entity, what)
    if (state.status !== "deleted") return state
    throw new DeletedEntityError(`${what}: the row of ${titleOf(state)} was deleted in this transaction`, {
      hint: "add() inserts it again; rollback() brings it back",
    })
  }

  /** Marks a persistent entity for deletion, forgets a pending one. */
  markDeleted(state: EntityState): void {
    if (state.status === "pending") this.release(state)
    else if (state.status === "persistent") {
      if (!state.plan.hasKey)
        throw new ArgumentError(`${state.plan.mapper.className} has no primary key, so its rows cannot be deleted one by one`)
      state.status = "deleting"
      this.deleting.add(state)
    }
  }

  /** A deletion that was marked is none any more. */
  unmarkDeleted(state: EntityState): void {
    if (state.status === "deleting") this.#keep(state)
  }

  /** Whether a row that is found of the entity overwrites it. */
  isStale(state: EntityState): boolean {
    return this.populating || (this.expired.size > 0 && this.expired.has(state))
  }
  /** Its row is gone, by somebody else's doing: a rollback brings the entity back. */
  forget(state: EntityState): void {
    this.undo.touch(state)
    this.identities.delete(state)
    this.expired.delete(state)
    this.deleting.delete(state)
    state.status = "deleted"
  }

  /** The entity leaves the session. */
  release(state: EntityState): void {
    this.pending.delete(state)
    this.reached.delete(state)
    this.expired.delete(state)
    this.deleting.delete(state)
    this.identities.delete(state)
    state.owner = undefined
    if (state.status !== "persistent") state.status = "transient"
  }

  /** The entity leaves the session for good: no rollback brings it back. */
  expunge(state: EntityState): void {
    this.release(state)
    for (const frame of this.#frames) {
      frame.touched.delete(state)
      frame.adopted.delete(state)
    }
  }

  #enlistNew(entity: object): EntityState {
    if (Object.isFrozen(entity)) {
      throw new ArgumentError(`this ${mapperOfEntity(entity).className} cannot be changed, so a session cannot take it in`, {
        hint: "what db.readonly() gives is only to be read: load it with the session itself",
      })
    }
    const state = new EntityState(entity, planOf(mapperOfEntity(entity), this.dialect), this, "pending", undefined, 0, undefined)
    stamp(state)
    this.pending.add(state)
    return state
  }

  #makePending(state: EntityState): void {
    state.owner = this
    state.status = "pending"
    state.row = undefined
    state.key = undefined
    state.relations = undefined
    this.pending.add(state)
  }

  #keep(state: EntityState): void {
    state.status = "persistent"
    this.deleting.delete(state)
  }

  /** Takes in an entity whose session was closed, with the row that it had there. */
  #attach(state: EntityState): void {
    if (state.row === undefined || state.status === "deleted" || state.status === "transient") {
      this.#makePending(state)
      return
    }
    if (state.key !== undefined && this.identities.get(state.plan.mapper, state.key) !== undefined) {
      throw new IdentityConflictError(`the session already has another object for ${titleOf(state)}`)
    }
    state.owner = this
    state.status = "persistent"
    this.identities.set(state)
  }
}

/** `Post 5`: an entity in a message. */
export function titleOf(state: EntityState): string {
  return state.plan.title(state.plan.keyValues(state.entity))
}

function nameOf(entity: object): string {
  const known = stateOf(entity)
  if (known !== undefined) return titleOf(known)
  return typeof entity === "function" ? entity.name : mapperOfEntity(entity).className
}
