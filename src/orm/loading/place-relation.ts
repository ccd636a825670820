import type { EntityState } from "../entity-state.ts"
import { markComplete, markPartial } from "../partial-relations.ts"
import { isSameRelation } from "../relation-snapshot.ts"
import type { SessionState } from "../session-state.ts"

/**
 * Puts a loaded relation on its entity, unless the application has changed what was there.
 * @param isPartial whether it was loaded with conditions or a limit
 */
export function placeRelation(
  entity: Record<string, unknown>,
  state: EntityState | undefined,
  name: string,
  value: object | null | object[],
  session: SessionState,
  isPartial = false,
): void {
  if (state === undefined) {
    entity[name] = Array.isArray(value) && session.untracked !== undefined ? Object.freeze(value) : value
    return
  }
  const before = state.relations?.get(name)
  const current = entity[name]
  if (!session.populating && current !== undefined && (before === undefined || !isSameRelation(current, before))) return
  if (session.undo.wrote) session.undo.touch(state)
  entity[name] = value
  state.relations ??= new Map()
  state.relations.set(name, Array.isArray(value) ? value.slice() : value)
  if (isPartial) markPartial(state, name)
  else if (before !== undefined) markComplete(state, name)
}
