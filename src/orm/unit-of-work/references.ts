import type { ForeignKey, TableColumn } from "../../schema/index.ts"
import type { EntityPlan } from "../entity-plan.ts"
import type { EntityState } from "../entity-state.ts"
import { storedIdentity } from "./column-values.ts"

/** A row that refers to another one, in the database. */
export interface Reference {
  readonly from: EntityState
  readonly foreignKey: ForeignKey
  readonly to: EntityState
}

/**
 * Which of `rows` refer to which of `targets`, by their rows in the database. Time and space are linear in their number.
 * @param matters the foreign keys to look at
 */
export function referencesTo(
  targets: readonly EntityState[],
  rows: Iterable<EntityState>,
  matters: (foreignKey: ForeignKey) => boolean,
): Reference[] {
  const found: Reference[] = []
  const byPlan = Map.groupBy(targets, ({ plan }) => plan)
  const lookups = new Map<EntityPlan, readonly Lookup[]>()
  for (const from of rows) {
    let ofPlan = lookups.get(from.plan)
    if (ofPlan === undefined) {
      ofPlan = from.plan.mapper.foreignKeys.filter(matters).flatMap((key) => lookup(key, from.plan, byPlan))
      lookups.set(from.plan, ofPlan)
    }
    for (const { foreignKey, columns, targetOf } of ofPlan) {
      const identity = storedIdentity(from, columns)
      const to = identity === undefined ? undefined : targetOf.get(identity)
      if (to !== undefined) found.push({ from, foreignKey, to })
    }
  }
  return found
}

interface Lookup {
  readonly foreignKey: ForeignKey
  /** The foreign key's columns in a row that has it. */
  readonly columns: readonly number[]
  readonly targetOf: ReadonlyMap<string, EntityState>
}

/** The targets by what a foreign key may hold. */
function lookup(foreignKey: ForeignKey, holder: EntityPlan, byPlan: ReadonlyMap<EntityPlan, readonly EntityState[]>): Lookup[] {
  const targetOf = new Map<string, EntityState>()
  for (const [plan, states] of byPlan) {
    const referred = columnIndexes(plan, foreignKey.referredColumns)
    if (referred.includes(-1)) continue
    for (const state of states) {
      const identity = storedIdentity(state, referred)
      if (identity !== undefined) targetOf.set(identity, state)
    }
  }
  return targetOf.size === 0 ? [] : [{ foreignKey, columns: columnIndexes(holder, foreignKey.columns), targetOf }]
}

/** The places of columns in the rows of a model. */
export function columnIndexes({ mapper }: EntityPlan, columns: readonly TableColumn[]): readonly number[] {
  return columns.map((column) => mapper.columnIndex(column))
}
