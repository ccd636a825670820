import { randomUUID } from "node:crypto"
import { CircularDependencyError } from "../../errors/index.ts"
import type { Lowerable } from "../../sql/index.ts"
import { dependencyLevels } from "../../util/index.ts"
import type { EntityPlan } from "../entity-plan.ts"
import { identifier, sqlNode, tableNode } from "../statement-text.ts"
import { givenIdentity, storedIdentity } from "./column-values.ts"
import { columnIndexes } from "./references.ts"
import type { ChangedRow } from "./row.ts"
import { writePlanOf } from "./write-plan.ts"

export interface UpdateOrder {
  /** Values that rows give up first, where others wait for each other in a circle. */
  readonly before: readonly ChangedRow[]
  /** Rows that take only values that those of earlier levels have given up. */
  readonly levels: readonly (readonly ChangedRow[])[]
}

/** A row takes a unique value that another one has, and gives up. */
interface Taking {
  readonly from: ChangedRow
  readonly unique: readonly number[]
}

/**
 * The order in which rows of one model can be updated: a database looks at unique columns row by row. Rows that exchange values do so by
 * way of a value that nobody has. @throws CircularDependencyError when there is none
 */
export function updateOrder(plan: EntityPlan, rows: readonly ChangedRow[]): UpdateOrder {
  const { uniqueColumns } = writePlanOf(plan)
  if (rows.length < 2 || !rows.some(({ columns }) => columns.some((index) => uniqueColumns.has(index))))
    return { before: [], levels: [rows] }
  const takings = takingsBetween(plan, rows)
  if (takings.size === 0) return { before: [], levels: [rows] }
  const before: ChangedRow[] = []
  const levels = dependencyLevels<ChangedRow, Taking>({
    nodes: rows,
    edgesOf: (row) => takings.get(row) ?? [],
    target: ({ from }) => from,
    giveUp: (_, taking) => park(plan, taking, before),
    together: () => {
      throw exchange(plan)
    },
  })
  return { before, levels }
}

function takingsBetween(plan: EntityPlan, rows: readonly ChangedRow[]): Map<ChangedRow, Taking[]> {
  const takings = new Map<ChangedRow, Taking[]>()
  for (const unique of writePlanOf(plan).uniques) {
    const changing = rows.filter(({ columns }) => columns.some((index) => unique.includes(index)))
    if (changing.length < 2) continue
    const holders = new Map(changing.map((row) => [storedIdentity(row.replaces ?? row.state, unique), row]))
    for (const row of changing) {
      const value = givenIdentity(row.state, unique)
      const from = value === undefined ? undefined : holders.get(value)
      if (from === undefined || from === row) continue
      const ofRow = takings.get(row)
      if (ofRow === undefined) takings.set(row, [{ from, unique }])
      else ofRow.push({ from, unique })
    }
  }
  return takings
}

/** The row gets a value that no other has, for as long as the flush takes. */
function park(plan: EntityPlan, { from, unique }: Taking, before: ChangedRow[]): boolean {
  for (const index of unique) {
    const value = from.columns.includes(index) ? parkedValue(plan, index) : undefined
    if (value === undefined) continue
    before.push({ state: from.replaces ?? from.state, columns: [index], links: [], isPostUpdate: true, values: new Map([[index, value]]) })
    return true
  }
  return false
}

function parkedValue(plan: EntityPlan, index: number): unknown {
  const { name, type, options } = plan.mapper.columns[index]!
  if (options.nullable) return null
  const refers = plan.mapper.foreignKeys.some((key) => columnIndexes(plan, key.columns).includes(index))
  if (refers || type.codec !== undefined) return undefined
  switch (type.kind) {
    case "smallint":
    case "integer":
    case "bigint": {
      const column = identifier(name)
      const lowest: Lowerable = { lower: () => sqlNode(["(select min(", column, ") - 1 from ", tableNode(plan), ")"]) }
      return lowest
    }
    case "uuid":
      return randomUUID()
    case "text":
    case "varchar":
      return type.length === undefined || type.length >= 36 ? randomUUID() : undefined
    default:
      return undefined
  }
}

function exchange({ mapper }: EntityPlan): CircularDependencyError {
  return new CircularDependencyError(`rows of ${mapper.name} exchange unique values, and none can give its own up first`, {
    hint: "give one of them another value, flush, and then its own",
  })
}
