import type { EntityState } from "./entity-state.ts"

/** What is to be written for a column: the expression that was assigned to it, or what the entity holds. */
export function valueToWrite({ entity, plan, assigned }: EntityState, index: number): unknown {
  const value = entity[plan.mapper.properties[index]!.key]
  const given = assigned?.get(index)
  return given !== undefined && Object.is(given.before, value) ? given.expression : value
}

/** The columns for which an expression is to be written. */
export function assignedColumns(state: EntityState): number[] {
  if (state.assigned === undefined) return []
  return [...state.assigned.keys()].filter((index) => valueToWrite(state, index) === state.assigned!.get(index)!.expression)
}
