import type { ForeignKey } from "../../schema/index.ts"
import type { EntityPlan } from "../entity-plan.ts"
import type { EntityState } from "../entity-state.ts"
import { changedRow, inOrder } from "./changed-rows.ts"
import { givenIdentity, storedIdentity } from "./column-values.ts"
import { columnIndexes, type Reference, referencesTo } from "./references.ts"
import type { ChangedRow, NewRow } from "./row.ts"
import { writePlanOf } from "./write-plan.ts"

/** Deletions that cannot wait for the end, since other rows take unique values that they free. */
export interface EarlyDeletions {
  /** Among them may be some whose rows were to stay, but cannot. */
  readonly states: ReadonlySet<EntityState>
  /** Foreign keys to set to null first, of rows that will refer to others. */
  readonly before: readonly ChangedRow[]
  /** Updates by which rows leave what is deleted. */
  readonly leaving: readonly ChangedRow[]
  /** All other updates. */
  readonly updates: readonly ChangedRow[]
}

interface Writes {
  readonly deleting: readonly EntityState[]
  /** Deleted entities whose rows are to stay for others. */
  readonly replaced: Iterable<EntityState>
  readonly inserts: readonly NewRow[]
  readonly updates: readonly ChangedRow[]
  /** The entities that are there. */
  readonly present: Iterable<EntityState>
}

export function earlyDeletions(writes: Writes): EarlyDeletions {
  const { deleting, replaced, inserts, updates } = writes
  const taken = deleting.length === 0 || inserts.length + updates.length === 0 ? undefined : takenRows(writes)
  if (taken === undefined || taken.size === 0) return { states: new Set(), before: [], leaving: [], updates }
  const states = withReferrers(new Set(taken.keys()), [...deleting, ...replaced])
  return { states, ...leavingRows(states, taken, writes) }
}

/** The deleted rows whose unique values others take, and which these are. */
type Taken = Map<EntityState, (readonly number[])[]>

function takenRows({ deleting, inserts, updates }: Writes): Taken {
  const taken: Taken = new Map()
  for (const [plan, ofPlan] of Map.groupBy(deleting, (state) => state.plan)) {
    for (const unique of writePlanOf(plan).uniques) {
      const holders = new Map(ofPlan.map((state) => [storedIdentity(state, unique), state]))
      const take = (state: EntityState, columns: readonly number[]) => {
        const value = givenIdentity(state, columns)
        const holder = value === undefined ? undefined : holders.get(value)
        if (holder !== undefined) taken.set(holder, [...(taken.get(holder) ?? []), unique])
      }
      for (const { state } of inserts) {
        const columns = columnsLike(unique, plan, state.plan)
        if (columns !== undefined) take(state, columns)
      }
      for (const { state, columns: changed } of updates) {
        const columns = columnsLike(unique, plan, state.plan)
        if (columns?.some((index) => changed.includes(index)) === true) take(state, columns)
      }
    }
  }
  return taken
}

/** The columns in which rows of another plan have the values of unique columns: classes that inherit from each other share their keys. */
function columnsLike(unique: readonly number[], plan: EntityPlan, other: EntityPlan): readonly number[] | undefined {
  if (other === plan) return unique
  return unique === plan.mapper.keyIndexes && other.mapper.root === plan.mapper.root ? other.mapper.keyIndexes : undefined
}

/** What is deleted too and refers to them goes before them. */
function withReferrers(states: Set<EntityState>, deleting: readonly EntityState[]): ReadonlySet<EntityState> {
  for (let added = [...states]; added.length > 0;) {
    added = referencesTo(added, deleting, () => true).flatMap(({ from }) => (states.has(from) ? [] : [from]))
    for (const state of added) states.add(state)
  }
  return states
}

/** Rows that stay and refer to what is deleted have to leave it first. */
function leavingRows(states: ReadonlySet<EntityState>, taken: Taken, { updates, present }: Writes): Omit<EarlyDeletions, "states"> {
  const rows = new Map(updates.map((row) => [row.state, row]))
  const before: ChangedRow[] = []
  const leaving = new Set<ChangedRow>()
  for (const reference of referencesTo([...states], present, blocks)) {
    const { from } = reference
    if (from.status !== "persistent") continue
    const row = rows.get(from)
    const columns = columnIndexes(from.plan, reference.foreignKey.columns)
    const isLeaving = row?.columns.some((index) => columns.includes(index)) === true
    if (isLeaving && row.links.length === 0) {
      leaving.add(row)
      continue
    }
    const nullable = columns.filter((index) => from.plan.mapper.columns[index]!.options.nullable)
    if (nullable.length === 0 || !(isLeaving || isTakenOver(reference, taken))) continue
    before.push(nulled(from, nullable))
    if (!isLeaving) rows.set(from, changedRow(from, inOrder([...(row?.columns ?? []), ...nullable]), row?.links ?? []))
  }
  return { before, leaving: [...leaving], updates: [...rows.values()].filter((row) => !leaving.has(row)) }
}

/** Whether the foreign key keeps what it refers to from being deleted. */
function blocks({ options: { onDelete = "no action", deferrable } }: ForeignKey): boolean {
  return (onDelete === "no action" || onDelete === "restrict") && deferrable !== "deferred"
}

/** Whether the row will refer to another one by the same values. */
function isTakenOver({ foreignKey, to }: Reference, taken: Taken): boolean {
  const referred = columnIndexes(to.plan, foreignKey.referredColumns)
  return taken.get(to)?.some((unique) => unique.length === referred.length && unique.every((index) => referred.includes(index))) === true
}

/** A write of nulls, after which the row will be written once more. */
export function nulled(state: EntityState, columns: readonly number[]): ChangedRow {
  return { state, columns, links: [], isPostUpdate: true, values: new Map(columns.map((index) => [index, null])) }
}
