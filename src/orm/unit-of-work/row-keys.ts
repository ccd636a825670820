import { isLowerable } from "../../sql/index.ts"
import { valueToWrite } from "../assigned-values.ts"
import type { EntityState } from "../entity-state.ts"
import { titleOf } from "../session-state.ts"

/** An entity in a message, by the key that its row has. */
export function storedTitle(state: EntityState): string {
  const { plan, row, offset } = state
  if (row === undefined) return titleOf(state)
  return plan.title(plan.mapper.keyIndexes.map((index) => plan.decode(index, row[offset + index])))
}

/** The key that an entity will have, where it is known before it is written. */
export function knownKey(state: EntityState): unknown[] | undefined {
  const values = state.plan.mapper.keyIndexes.map((index) => valueToWrite(state, index))
  return values.length === 0 || values.some((value) => value === undefined || value === null || isLowerable(value)) ? undefined : values
}
