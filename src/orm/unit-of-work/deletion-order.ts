import { CircularDependencyError } from "../../errors/index.ts"
import type { Table } from "../../schema/index.ts"
import { dependencyLevels } from "../../util/index.ts"
import type { EntityPlan } from "../entity-plan.ts"
import type { EntityState } from "../entity-state.ts"
import { columnIndexes, type Reference, referencesTo } from "./references.ts"
import type { ChangedRow } from "./row.ts"
import { isCircular, tableOrder } from "./table-order.ts"
import { writePlanOf } from "./write-plan.ts"

export interface DeletionOrder {
  /** Foreign keys to set to null first, where rows refer to each other in a circle. */
  readonly before: readonly ChangedRow[]
  /** Entities of one model each, those that refer to others first. */
  readonly levels: readonly (readonly EntityState[])[]
}

/**
 * The order in which rows can be deleted: what refers to others goes first. A circle is broken at a foreign key that may be null.
 * @throws CircularDependencyError when there is none, and the rows are not of one table, which can delete them at once
 */
export function deletionOrder(states: readonly EntityState[]): DeletionOrder {
  const before: ChangedRow[] = []
  const levels: (readonly EntityState[])[] = []
  const ofTable = Map.groupBy(states, (state) => state.plan.mapper.table)
  for (const group of tableOrder([...ofTable.keys()]).toReversed()) {
    const rows = group.flatMap((table) => ofTable.get(table)!)
    for (const level of isCircular(group) ? circularLevels(rows, group, before) : [rows])
      levels.push(...Map.groupBy(level, ({ plan }) => deletionKey(plan)).values())
  }
  return { before, levels }
}

const keys = new WeakMap<EntityPlan, EntityPlan | string>()

/** Rows that a statement can delete together: of one class, or of a table that classes share, by the same columns. */
function deletionKey(plan: EntityPlan): EntityPlan | string {
  let key = keys.get(plan)
  if (key === undefined) {
    const { level, columns, table } = plan.mapper
    const guards = writePlanOf(plan).guards.map((index) => columns[index]!.name)
    keys.set(plan, (key = level === undefined && columns === table.columns ? plan : JSON.stringify([table.fullName, ...guards])))
  }
  return key
}

function circularLevels(rows: readonly EntityState[], group: readonly Table[], before: ChangedRow[]): (readonly EntityState[])[] {
  const referrers = new Map<EntityState, Reference[]>(rows.map((row) => [row, []]))
  // One that is looked at when all is gone does not count, nor one of a row to itself.
  for (const reference of referencesTo(rows, rows, ({ options }) => options.deferrable !== "deferred"))
    if (reference.from !== reference.to) referrers.get(reference.to)!.push(reference)
  return dependencyLevels<EntityState, Reference>({
    nodes: rows,
    edgesOf: (row) => referrers.get(row)!,
    target: ({ from }) => from,
    giveUp: (_, reference) => giveUp(reference, before),
    together: (left) => requireOneTable(left, group),
  })
}

function giveUp({ from, foreignKey }: Reference, before: ChangedRow[]): boolean {
  const { mapper } = from.plan
  const nullable = columnIndexes(from.plan, foreignKey.columns).filter((index) => mapper.columns[index]!.options.nullable)
  if (nullable.length === 0) return false
  for (const index of nullable) from.entity[mapper.columns[index]!.key] = null
  before.push({ state: from, columns: nullable, links: [], isPostUpdate: true })
  return true
}

function requireOneTable(rows: readonly EntityState[], group: readonly Table[]): void {
  const plans = new Set(rows.map(({ plan }) => plan))
  if (plans.size === 1) return
  const names = group.filter((table) => [...plans].some(({ mapper }) => mapper.table === table)).map(({ fullName }) => fullName)
  throw new CircularDependencyError(`rows of ${names.join(", ")} refer to each other in a circle, so none can be deleted first`, {
    hint: "make one of the foreign keys nullable, deferred, or on delete cascade and delete what it refers to",
  })
}
