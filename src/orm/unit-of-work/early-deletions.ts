import type { EntityState } from "../entity-state.ts"
import { givenIdentity, storedIdentity } from "./column-values.ts"
import { columnIndexes, referencesTo } from "./references.ts"
import type { ChangedRow, NewRow } from "./row.ts"
import { writePlanOf } from "./write-plan.ts"

/** Deletions that cannot wait for the end, since other rows take unique values that they free. */
export interface EarlyDeletions {
  readonly states: ReadonlySet<EntityState>
  /** Foreign keys to set to null first, of rows that will refer to others. */
  readonly before: readonly ChangedRow[]
  /** Updates by which rows leave what is deleted. */
  readonly leaving: ReadonlySet<ChangedRow>
}

const none: EarlyDeletions = { states: new Set(), before: [], leaving: new Set() }

export function earlyDeletions(
  deleting: readonly EntityState[],
  inserts: readonly NewRow[],
  updates: readonly ChangedRow[],
): EarlyDeletions {
  if (deleting.length === 0 || inserts.length + updates.length === 0) return none
  const states = new Set<EntityState>()
  for (const [plan, ofPlan] of Map.groupBy(deleting, (state) => state.plan)) {
    const { keyIndexes, root } = plan.mapper
    for (const unique of writePlanOf(plan).uniques) {
      const holders = new Map(ofPlan.map((state) => [storedIdentity(state, unique), state]))
      const take = (state: EntityState) => {
        // Classes that inherit from each other share their keys.
        const { mapper } = state.plan
        const own = state.plan === plan ? unique : unique === keyIndexes && mapper.root === root ? mapper.keyIndexes : undefined
        const value = own === undefined ? undefined : givenIdentity(state, own)
        const holder = value === undefined ? undefined : holders.get(value)
        if (holder !== undefined) states.add(holder)
      }
      for (const { state } of inserts) take(state)
      for (const { state, columns } of updates) if (columns.some((index) => unique.includes(index))) take(state)
    }
  }
  return states.size === 0 ? none : { states: withReferrers(states, deleting), ...leavingRows(states, updates) }
}

/** What is deleted too and refers to them goes before them. */
function withReferrers(states: Set<EntityState>, deleting: readonly EntityState[]): ReadonlySet<EntityState> {
  for (let added = [...states]; added.length > 0;) {
    added = referencesTo(added, deleting, () => true).flatMap(({ from }) => (states.has(from) ? [] : [from]))
    for (const state of added) states.add(state)
  }
  return states
}

function leavingRows(states: ReadonlySet<EntityState>, updates: readonly ChangedRow[]): Pick<EarlyDeletions, "before" | "leaving"> {
  const rowOf = new Map(updates.map((row) => [row.state, row]))
  const before: ChangedRow[] = []
  const leaving = new Set<ChangedRow>()
  const rows = updates.filter(({ replaces }) => replaces === undefined).map(({ state }) => state)
  for (const { from, foreignKey } of referencesTo([...states], rows, () => true)) {
    const row = rowOf.get(from)!
    const columns = columnIndexes(from.plan, foreignKey.columns)
    if (!row.columns.some((index) => columns.includes(index))) continue
    if (row.links.length === 0) leaving.add(row)
    else {
      const nullable = columns.filter((index) => from.plan.mapper.columns[index]!.options.nullable)
      if (nullable.length > 0) before.push(nulled(from, nullable))
    }
  }
  return { before, leaving }
}

/** A write of nulls, after which the row will be written once more. */
export function nulled(state: EntityState, columns: readonly number[]): ChangedRow {
  return { state, columns, links: [], isPostUpdate: true, values: new Map(columns.map((index) => [index, null])) }
}
