import { placesWithin } from "../../schema/index.ts"
import { changedColumns } from "../changes.ts"
import type { EntityPlan } from "../entity-plan.ts"
import type { EntityState } from "../entity-state.ts"
import { takeOver } from "../populate.ts"
import type { SessionState } from "../session-state.ts"

/**
 * The row of an entity, as it is now. What the application has changed in the entity stays changed, everything else is what the row
 * says.
 * @param plan of the rows that the row is one of: of the entity's class, or of one above it
 */
export function takeRow(state: EntityState, row: readonly unknown[], offset: number, plan: EntityPlan, session: SessionState): void {
  const places = placesOf(state.plan, plan)
  const kept = changedColumns(state) ?? []
  const own = places === undefined ? { row, offset } : { row: places.map((place) => row[offset + place]), offset: 0 }
  takeOver(state, { ...own, columns: state.plan.mapper.properties.keys(), kept }, session)
  session.expired.delete(state)
}

/** Where the columns of a class stand in rows of another one above it; `undefined` where they are those of the rows. */
function placesOf({ mapper }: EntityPlan, { mapper: above }: EntityPlan): readonly number[] | undefined {
  if (mapper.level === undefined || above.level === undefined || mapper.level === above.level) return undefined
  return placesWithin(mapper.level, above.level)
}
