import type { EntityState } from "../entity-state.ts"
import type { SessionState } from "../session-state.ts"
import { alignReferences } from "../unit-of-work/align-references.ts"
import { forgetDeleted, forgetFollowers } from "../unit-of-work/deleted-rows.ts"

/**
 * The rows of these entities were deleted by a statement: they, and what the database deleted with them, leave the session.
 * @param others stand for rows of which the session has no entity
 */
export function forgetRows(states: readonly EntityState[], session: SessionState, others: readonly EntityState[] = []): void {
  if (states.length === 0 && others.length === 0) return
  const before = [...session.identities]
  forgetDeleted(states, session)
  forgetFollowers(others, session)
  const gone = new Set<object>()
  for (const state of before) {
    if (state.status !== "deleted") continue
    session.deleting.delete(state)
    session.expired.delete(state)
    gone.add(state.entity)
  }
  for (const state of session.identities) {
    if (state.relations !== undefined) leaveRelations(state, gone, session)
  }
}

/** Lists lose what is gone. A reference to it is what the foreign key says now. */
function leaveRelations(state: EntityState, gone: ReadonlySet<object>, session: SessionState): void {
  const { entity } = state
  for (const [name, snapshot] of state.relations!) {
    if (snapshot === null) continue
    if (!Array.isArray(snapshot)) {
      if (!gone.has(snapshot)) continue
      session.undo.touch(state)
      alignReferences(state, session)
      if (entity[name] === snapshot) setRelation(state, name, null)
      continue
    }
    if (!snapshot.some((each: object) => gone.has(each))) continue
    session.undo.touch(state)
    state.relations!.set(name, without(snapshot, gone))
    const list = entity[name]
    if (Array.isArray(list)) list.splice(0, list.length, ...without(list as object[], gone))
  }
}

function setRelation(state: EntityState, name: string, value: object | null): void {
  state.entity[name] = value
  state.relations!.set(name, value)
}

function without(list: readonly object[], gone: ReadonlySet<object>): object[] {
  return list.filter((each) => !gone.has(each))
}
