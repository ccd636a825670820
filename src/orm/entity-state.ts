import type { EntityPlan } from "./entity-plan.ts"
import type { IdentityKey } from "./entity-key.ts"
import type { RelationSnapshot } from "./relation-snapshot.ts"

/**
 * Where an entity stands. `deleting`: `delete()` was called, the row is still there. `deleted`: the row was deleted in the
 * transaction that is under way.
 */
export type EntityStatus = "transient" | "pending" | "persistent" | "deleting" | "deleted"

/** An expression that stands for the value of a property until the next flush. */
export interface AssignedValue {
  readonly expression: object
  /** What the property held when the expression was assigned: once it holds something else, that was meant later. */
  readonly before: unknown
}

/** The session that an entity belongs to, as far as an entity has to know it. */
export interface EntityOwner {
  readonly closed: boolean
}

/** What a session knows about one entity. */
export class EntityState {
  readonly entity: Record<string, unknown>
  readonly plan: EntityPlan
  owner: EntityOwner | undefined
  status: EntityStatus
  /** The row as the database has it: raw values, or the parameters of the last write; `undefined` without a row. Never changed in place. */
  row: readonly unknown[] | undefined
  /** Where the entity's columns begin in `row`. */
  offset: number
  /** Its place in the identity map; `undefined` before it has a row. */
  key: IdentityKey | undefined
  /** Relations that are loaded, as the database has them. */
  relations: Map<string, RelationSnapshot> | undefined
  /** Expressions that the next flush writes for columns, by their index. */
  assigned: Map<number, AssignedValue> | undefined

  constructor(
    entity: object,
    plan: EntityPlan,
    owner: EntityOwner | undefined,
    status: EntityStatus,
    row: readonly unknown[] | undefined,
    offset: number,
    key: IdentityKey | undefined,
  ) {
    this.entity = entity as Record<string, unknown>
    this.plan = plan
    this.owner = owner
    this.status = status
    this.row = row
    this.offset = offset
    this.key = key
    this.relations = undefined
    this.assigned = undefined
  }
}

class ReturnsItsArgument {
  constructor(entity: object) {
    return entity
  }
}

/**
 * Hangs the state on the entity itself, in a private field: nothing that looks at an object's properties sees it, and it is
 * found far faster than in a WeakMap.
 */
class Stamp extends ReturnsItsArgument {
  readonly #state: EntityState

  constructor(state: EntityState) {
    super(state.entity)
    this.#state = state
  }
  static read(entity: object): EntityState | undefined {
    return #state in entity ? entity.#state : undefined
  }
}

/** Ties an entity to its state for good. An entity is stamped once. */
export function stamp(state: EntityState): void {
  new Stamp(state)
}

/** The state of an entity, or `undefined` when no session has ever seen it. */
export function stateOf(entity: object): EntityState | undefined {
  return Stamp.read(entity)
}
