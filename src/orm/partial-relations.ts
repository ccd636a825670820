import type { EntityState } from "./entity-state.ts"

const partial = new WeakMap<EntityState, Set<string>>()

/** A relation holds only some of what belongs to the entity: it was loaded with a condition or a limit, or set without being loaded. */
export function markPartial(state: EntityState, name: string): void {
  const names = partial.get(state)
  if (names === undefined) partial.set(state, new Set([name]))
  else names.add(name)
}

/** A relation was loaded as a whole. */
export function markComplete(state: EntityState, name: string): void {
  partial.get(state)?.delete(name)
}

/** Whether a relation is loaded and holds all that the database has for it. */
export function isComplete(state: EntityState, name: string): boolean {
  return state.relations?.has(name) === true && partial.get(state)?.has(name) !== true
}
