import { isLowerable } from "../../sql/index.ts"
import { valueToWrite } from "../assigned-values.ts"
import { compositeKey, keyPart } from "../entity-key.ts"
import type { EntityPlan } from "../entity-plan.ts"
import type { EntityState } from "../entity-state.ts"

/** The values of columns in the database, as a string that is equal for equal values; `undefined` when one is null. */
export function storedIdentity({ plan, row, offset }: EntityState, indexes: readonly number[]): string | undefined {
  return identityOf(plan, indexes, (index) => plan.decode(index, row![offset + index]))
}

/** The values that are to be written for columns, likewise; `undefined` also when one is not known yet. */
export function givenIdentity(state: EntityState, indexes: readonly number[]): string | undefined {
  return identityOf(state.plan, indexes, (index) => valueToWrite(state, index))
}

function identityOf({ mapper }: EntityPlan, indexes: readonly number[], valueOf: (index: number) => unknown): string | undefined {
  const parts: string[] = []
  for (const index of indexes) {
    const value = valueOf(index)
    if (value === null || value === undefined || isLowerable(value)) return undefined
    try {
      parts.push(String(keyPart(value, mapper.properties[index]!.type)))
    } catch {
      // A value that its column cannot hold: it is refused by the column's name when it is written.
      return undefined
    }
  }
  return parts.length === 1 ? parts[0] : compositeKey(parts)
}
