import type { ForeignKey } from "../../schema/index.ts"
import type { EntityState } from "../entity-state.ts"
import type { IdentityMap } from "../identity-map.ts"
import type { UndoFrame } from "../undo-log.ts"
import { columnIndexes } from "./references.ts"

/** A row whose foreign key the database changes together with the key that it refers to. */
export interface Follower {
  readonly state: EntityState
  readonly foreignKey: ForeignKey
  /** The entity refers to another row, which will be written: what it holds is that row's key, even where it is the old one of this. */
  readonly isLeaving: boolean
}

interface FollowTarget {
  readonly identities: IdentityMap
  readonly undo: UndoFrame
}

/** Rows that refer to keys which change in a flush. */
export class FollowedKeys {
  /** By a row: those that it refers to and whose keys change. */
  readonly parents: ReadonlyMap<EntityState, readonly EntityState[]>
  /** By the row whose key changes: the rows that the database changes with it. */
  readonly #passive: ReadonlyMap<EntityState, readonly Follower[]>
  readonly #target: FollowTarget
  /** The rows that entities have in several tables, and whose they are. */
  readonly #parts = new Map<EntityState, readonly EntityState[]>()
  readonly #wholes = new Map<EntityState, EntityState>()

  constructor(
    target: FollowTarget,
    passive: ReadonlyMap<EntityState, readonly Follower[]>,
    parents: ReadonlyMap<EntityState, readonly EntityState[]>,
  ) {
    this.#target = target
    this.#passive = passive
    this.parents = parents
  }

  /** Whether the database changes the row with the key of another one. */
  follows(state: EntityState): boolean {
    for (const followers of this.#passive.values()) if (followers.some((each) => each.state === state)) return true
    return false
  }

  /** In this flush an entity is written by the states of its rows in several tables. */
  split(whole: EntityState, parts: readonly EntityState[]): void {
    this.#parts.set(whole, parts)
    for (const part of parts) this.#wholes.set(part, whole)
  }
  /** The entity that a row is of. */
  wholeOf(state: EntityState): EntityState {
    return this.#wholes.get(state) ?? state
  }

  /** The database has changed rows with the key of this one: so they are in the session. */
  follow(parent: EntityState): void {
    if (this.#passive.size === 0) return
    for (const follower of this.#passive.get(this.wholeOf(parent)) ?? [])
      if (!columnIndexes(parent.plan, follower.foreignKey.referredColumns).includes(-1)) this.#followOne(follower, parent)
  }

  #followOne({ state, foreignKey, isLeaving }: Follower, parent: EntityState): void {
    const { plan, entity } = state
    const { identities, undo } = this.#target
    undo.touch(state)
    const columns = columnIndexes(plan, foreignKey.columns)
    for (const [position, index] of columns.entries()) {
      const { key } = plan.mapper.properties[index]!
      const raw = state.row![state.offset + index]
      if (!isLeaving && plan.same(index, raw, entity[key])) entity[key] = followingValue(foreignKey, position, parent)
    }
    for (const row of [state, ...(this.#parts.get(state) ?? [])]) changeRow(row, foreignKey, parent)
    if (plan.mapper.keyIndexes.some((index) => columns.includes(index))) {
      identities.delete(state)
      state.key = plan.keyOfRow(state.row!, 0)
      identities.set(state)
    }
    this.follow(state)
  }
}

function changeRow(state: EntityState, foreignKey: ForeignKey, parent: EntityState): void {
  const { plan, offset } = state
  const columns = columnIndexes(plan, foreignKey.columns)
  if (columns.includes(-1)) return
  const row = state.row!.slice(offset, offset + plan.mapper.properties.length)
  for (const [position, index] of columns.entries()) row[index] = plan.encode(index, followingValue(foreignKey, position, parent))
  state.row = row
  state.offset = 0
}

/** What the database makes of a column of a foreign key. */
function followingValue({ options, columns, referredColumns }: ForeignKey, position: number, parent: EntityState): unknown {
  if (options.onUpdate === "cascade") {
    const index = parent.plan.mapper.columnIndex(referredColumns[position]!)
    return parent.plan.decode(index, parent.row![parent.offset + index])
  }
  const { serverDefault } = columns[position]!.options
  return options.onUpdate === "set default" && serverDefault?.kind === "value" ? serverDefault.value : null
}
