import type { ForeignKey, Table } from "../../schema/index.ts"
import type { EntityPlan } from "../entity-plan.ts"
import type { EntityState } from "../entity-state.ts"
import type { ChangedRow } from "./row.ts"
import { isCircular, tableOrder } from "./table-order.ts"
import { writePlanOf } from "./write-plan.ts"

export interface DeletionOrder {
  /** Foreign keys to set to null first, where rows refer to each other in a circle. */
  readonly before: readonly ChangedRow[]
  /** Entities of one model each, those that refer to others first. */
  readonly levels: readonly (readonly EntityState[])[]
}

/** The order in which rows can be deleted: what refers to others goes first. */
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

interface Reference {
  readonly columns: readonly number[]
  readonly to: EntityState
}

function circularLevels(rows: readonly EntityState[], group: readonly Table[], before: ChangedRow[]): (readonly EntityState[])[] {
  const references = referencesBetween(rows, group)
  const referrers = new Map(rows.map((row) => [row, 0]))
  for (const ofRow of references.values()) for (const { to } of ofRow) referrers.set(to, referrers.get(to)! + 1)
  const levels: EntityState[][] = []
  const remaining = new Set(rows)
  let level = rows.filter((row) => referrers.get(row) === 0)
  while (remaining.size > 0) {
    if (level.length === 0) {
      level = breakCircle(remaining, references, referrers, before)
      continue
    }
    levels.push(level)
    const next: EntityState[] = []
    for (const row of level) remaining.delete(row)
    for (const row of level) {
      for (const { to } of references.get(row)!) {
        const count = referrers.get(to)! - 1
        referrers.set(to, count)
        if (count === 0 && remaining.has(to)) next.push(to)
      }
    }
    level = next
  }
  return levels
}

/** Which of the rows the rows refer to, by their keys in the database. A reference to itself does not count. */
function referencesBetween(rows: readonly EntityState[], group: readonly Table[]): Map<EntityState, Reference[]> {
  const references = new Map<EntityState, Reference[]>(rows.map((row) => [row, []]))
  for (const foreignKey of group.flatMap((table) => table.foreignKeys.filter((key) => group.includes(key.referredTable)))) {
    const holder = group.find((table) => table.foreignKeys.includes(foreignKey))!
    const referred = foreignKey.referredTable
    const targets = new Map<string | undefined, EntityState>()
    for (const row of rows) {
      if (row.plan.mapper.table === referred) targets.set(identity(row, indexesIn(row, foreignKey.referredColumns)), row)
    }
    for (const row of rows) {
      if (row.plan.mapper.table !== holder) continue
      const columns = indexesIn(row, foreignKey.columns)
      const key = identity(row, columns)
      const to = key === undefined ? undefined : targets.get(key)
      if (to !== undefined && to !== row) references.get(row)!.push({ columns, to })
    }
  }
  return references
}

function indexesIn({ plan }: EntityState, columns: ForeignKey["columns"]): number[] {
  return columns.map((column) => plan.mapper.columnIndex(column))
}

function identity({ plan, row, offset }: EntityState, columns: readonly number[]): string | undefined {
  const raws = columns.map((index) => row![offset + index])
  return raws.includes(null) ? undefined : JSON.stringify(raws.map((raw, position) => String(plan.decode(columns[position]!, raw))))
}

/** Gives up one nullable reference of the rows that are left; without one they go together and the database decides. */
function breakCircle(
  remaining: ReadonlySet<EntityState>,
  references: ReadonlyMap<EntityState, Reference[]>,
  referrers: Map<EntityState, number>,
  before: ChangedRow[],
): EntityState[] {
  for (const row of remaining) {
    const ofRow = references.get(row)!
    const { columns } = row.plan.mapper
    const position = ofRow.findIndex(
      (reference) => remaining.has(reference.to) && reference.columns.some((index) => columns[index]!.options.nullable),
    )
    if (position === -1) continue
    const [given] = ofRow.splice(position, 1)
    const nullable = given!.columns.filter((index) => columns[index]!.options.nullable)
    for (const index of nullable) row.entity[columns[index]!.key] = null
    before.push({ state: row, columns: nullable, links: [], isPostUpdate: true })
    const count = referrers.get(given!.to)! - 1
    referrers.set(given!.to, count)
    return count === 0 ? [given!.to] : []
  }
  return [...remaining]
}
