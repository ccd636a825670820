import { changedColumns } from "./changes.ts"
import type { EntityState } from "./entity-state.ts"
import type { RelationSnapshot } from "./relation-snapshot.ts"
import type { SessionState } from "./session-state.ts"
import type { SavedState, UndoFrame } from "./undo-log.ts"

/**
 * Puts entities back to what they were when the frame began, without asking the database: what was new leaves the session,
 * what was deleted returns, what was changed has the loaded values again.
 */
export function restore(session: SessionState, frame: UndoFrame): void {
  for (const state of [...session.pending]) session.release(state)
  for (const state of session.deleting) state.status = "persistent"
  session.deleting.clear()
  for (const state of frame.adopted) session.release(state)
  // First all leave the map, then all return to it: keys may have been exchanged.
  for (const state of frame.touched.keys()) session.identities.delete(state)
  for (const [state, saved] of frame.touched) if (!frame.adopted.has(state)) restoreState(session, state, saved)
  for (const state of session.identities) {
    restoreValues(state)
    restoreRelations(state)
  }
}

function restoreState(session: SessionState, state: EntityState, saved: SavedState): void {
  const { status, row, offset, key, relations, values, assigned } = saved
  Object.assign(state, { status, row, offset, key, relations })
  if (status === "pending") {
    forgetFilledIn(state, values ?? [])
    state.assigned = assigned
    session.release(state)
    return
  }
  state.owner = session
  if (state.status === "deleting") state.status = "persistent"
  session.identities.set(state)
}

/** Takes away what an insert had filled in, so that the entity can be added again as it was. */
function forgetFilledIn({ entity, plan }: EntityState, values: readonly unknown[]): void {
  for (const [index, { key }] of plan.mapper.properties.entries()) {
    if (values[index] === undefined) delete entity[key]
    else entity[key] = values[index]
  }
}

function restoreValues(state: EntityState): void {
  const { entity, plan, row, offset } = state
  state.assigned = undefined
  for (const index of changedColumns(state) ?? []) entity[plan.mapper.properties[index]!.key] = plan.decode(index, row![offset + index])
}

function restoreRelations({ entity, plan, relations }: EntityState): void {
  for (const name of plan.mapper.relations.keys()) {
    const snapshot = relations?.get(name)
    if (snapshot !== undefined) restoreRelation(entity, name, snapshot)
    else if (Object.hasOwn(entity, name)) delete entity[name]
  }
}

/** A list stays the array that it is, so that whoever holds it sees the same members as the entity. */
export function restoreRelation(entity: Record<string, unknown>, name: string, value: RelationSnapshot): void {
  const current = entity[name]
  if (!Array.isArray(value)) entity[name] = value
  else if (!Array.isArray(current)) entity[name] = [...value]
  else if (current.length !== value.length || current.some((item, index) => item !== value[index])) {
    current.length = 0
    for (const item of value) current.push(item)
  }
}
