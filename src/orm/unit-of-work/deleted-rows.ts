import type { ForeignKey } from "../../schema/index.ts"
import type { EntityState } from "../entity-state.ts"
import type { FlushTarget } from "./insert-step.ts"
import { referencesTo } from "./references.ts"
import { PartState } from "./part-state.ts"

/** What a session knows of the entities whose rows are gone. */
type KnownEntities = Pick<FlushTarget, "identities" | "undo" | "fallen">

/**
 * The rows of these entities are gone: so are, in the session, those of entities that the database deletes with them, and
 * foreign keys that it sets to null are null.
 */
export function forgetDeleted(states: readonly EntityState[], target: KnownEntities): void {
  for (const state of states) forget(state, target)
  forgetFollowers(states, target)
}

/** What the database did to the rows of entities that refer to these, of which the session may know nothing else. */
export function forgetFollowers(states: readonly EntityState[], target: KnownEntities): void {
  for (let gone = followers(states, target); gone.length > 0; gone = followers(gone, target)) {
    for (const state of gone) forget(state, target)
  }
}

function forget(state: EntityState, target: KnownEntities): void {
  if (state instanceof PartState) {
    state.status = "deleted"
    if (state.isRoot) forget(state.whole, target)
    return
  }
  target.undo.touch(state)
  target.identities.delete(state)
  target.fallen?.add(state)
  state.status = "deleted"
}

/** Entities that go with the deleted ones. */
function followers(gone: readonly EntityState[], target: KnownEntities): EntityState[] {
  const found = new Set<EntityState>()
  const follows = ({ options }: ForeignKey) => options.onDelete === "cascade" || options.onDelete === "set null"
  for (const { from, foreignKey } of referencesTo(gone, target.identities, follows)) {
    if (foreignKey.options.onDelete === "cascade") found.add(from)
    else setNull(from, foreignKey, target)
  }
  return [...found]
}

function setNull(state: EntityState, { columns }: ForeignKey, target: KnownEntities): void {
  const { plan, offset } = state
  target.undo.touch(state)
  const row = state.row!.slice(offset, offset + plan.mapper.properties.length)
  for (const column of columns) {
    const index = plan.mapper.columnIndex(column)
    if (plan.same(index, row[index], state.entity[column.key])) state.entity[column.key] = null
    row[index] = null
  }
  state.row = row
  state.offset = 0
  target.fallen?.add(state)
}
