import { CircularDependencyError } from "../../errors/index.ts"
import type { ForeignKey } from "../../schema/index.ts"
import type { EntityState } from "../entity-state.ts"
import type { ChangedRow, Link, NewRow } from "./row.ts"

export interface RowOrder {
  /** Rows that depend only on rows of earlier levels; in each the order in which they were added. */
  readonly levels: readonly (readonly NewRow[])[]
  /** Foreign keys that could only be set once all rows are there. */
  readonly afterwards: readonly ChangedRow[]
}

interface Node {
  readonly row: NewRow
  links: readonly Link[]
  /** Links to rows that are not yet placed. */
  open: Set<Link>
  readonly dependants: { readonly node: Node; readonly link: Link }[]
}

/**
 * The order of rows of tables that refer to each other or to themselves. A circle of rows is broken at a foreign key that may
 * be null: it is inserted as null and updated afterwards. @throws CircularDependencyError when there is none
 */
export function rowOrder(rows: readonly NewRow[]): RowOrder {
  const nodes = graphOf(rows)
  const levels: NewRow[][] = []
  const afterwards: ChangedRow[] = []
  let remaining = nodes
  while (remaining.length > 0) {
    const ready = remaining.filter(({ open }) => open.size === 0)
    if (ready.length === 0) {
      afterwards.push(breakCircle(remaining))
      continue
    }
    remaining = place(ready, levels, remaining)
  }
  return { levels, afterwards }
}

/** Places the rows that are ready, then those that become so, without looking at all the others for each level. */
function place(ready: readonly Node[], levels: NewRow[][], remaining: readonly Node[]): Node[] {
  const position = new Map(remaining.map((node, index) => [node, index]))
  const placed = new Set<Node>()
  let level = [...ready]
  while (level.length > 0) {
    const next: Node[] = []
    levels.push(level.map(({ row, links }) => ({ ...row, links })))
    for (const node of level) placed.add(node)
    for (const node of level) {
      for (const dependant of node.dependants) {
        if (dependant.node.open.delete(dependant.link) && dependant.node.open.size === 0) next.push(dependant.node)
      }
    }
    level = next.sort((left, right) => position.get(left)! - position.get(right)!)
  }
  return remaining.filter((node) => !placed.has(node))
}

function graphOf(rows: readonly NewRow[]): Node[] {
  const nodes = rows.map((row): Node => ({ row, links: row.links, open: new Set(), dependants: [] }))
  const nodeOf = new Map(nodes.map((node) => [node.row.state, node]))
  const byKey = new KeyIndex(rows)
  for (const node of nodes) {
    for (const link of [...node.row.links, ...byKey.linksOf(node.row)]) {
      const parent = nodeOf.get(link.parent)
      // A row that refers to itself can be inserted in one go when its key is known.
      if (parent === undefined || (parent === node && isKnown(link))) continue
      node.open.add(link)
      parent.dependants.push({ node, link })
    }
  }
  return nodes
}

function isKnown({ parent, parentColumns }: Link): boolean {
  return parentColumns.every((index) => parent.entity[parent.plan.mapper.properties[index]!.key] !== undefined)
}

/** Finds the new rows that others refer to by value instead of by a relation. */
class KeyIndex {
  readonly #rows: readonly NewRow[]
  readonly #byForeignKey = new Map<ForeignKey, ReadonlyMap<string, EntityState>>()

  constructor(rows: readonly NewRow[]) {
    this.#rows = rows
  }

  linksOf({ state, links }: NewRow): Link[] {
    const { mapper } = state.plan
    const found: Link[] = []
    for (const foreignKey of mapper.foreignKeys) {
      const columns = foreignKey.columns.map((column) => mapper.columnIndex(column))
      if (links.some((link) => link.columns.join() === columns.join())) continue
      const value = identity(foreignKey.columns.map(({ key }) => state.entity[key]))
      const parent = value === undefined ? undefined : this.#targets(foreignKey).get(value)
      if (parent === undefined) continue
      found.push({
        columns,
        parentColumns: foreignKey.referredColumns.map((column) => parent.plan.mapper.columnIndex(column)),
        parent,
      })
    }
    return found
  }

  #targets(foreignKey: ForeignKey): ReadonlyMap<string, EntityState> {
    let targets = this.#byForeignKey.get(foreignKey)
    if (targets === undefined) {
      const found = new Map<string, EntityState>()
      for (const { state } of this.#rows) {
        if (state.plan.mapper.table !== foreignKey.referredTable) continue
        const value = identity(foreignKey.referredColumns.map(({ key }) => state.entity[key]))
        if (value !== undefined) found.set(value, state)
      }
      this.#byForeignKey.set(foreignKey, (targets = found))
    }
    return targets
  }
}

function identity(values: readonly unknown[]): string | undefined {
  return values.some((value) => value === undefined || value === null) ? undefined : JSON.stringify(values.map(String))
}

function breakCircle(nodes: readonly Node[]): ChangedRow {
  for (const node of nodes) {
    for (const link of node.open) {
      const { columns } = node.row.state.plan.mapper
      const nullable = link.columns.filter((index) => columns[index]!.options.nullable)
      if (nullable.length === 0 || !reaches(link.parent, node, nodes)) continue
      node.open.delete(link)
      node.links = node.links.filter((each) => each !== link)
      for (const index of nullable) node.row.state.entity[columns[index]!.key] = null
      return { state: node.row.state, columns: nullable, links: [link], isPostUpdate: true }
    }
  }
  const tables = [...new Set(nodes.map(({ row }) => row.state.plan.mapper.name))]
  throw new CircularDependencyError(`new rows of ${tables.join(", ")} refer to each other in a circle, so none can be inserted first`, {
    hint: "make one of the foreign keys nullable: it is then set by an UPDATE after both rows are there",
  })
}

/** Whether the row, by what it depends on, comes back to `node`. */
function reaches(start: EntityState, node: Node, nodes: readonly Node[]): boolean {
  const nodeOf = new Map(nodes.map((each) => [each.row.state, each]))
  const seen = new Set<EntityState>()
  const stack = [start]
  for (let state = stack.pop(); state !== undefined; state = stack.pop()) {
    if (state === node.row.state) return true
    if (seen.has(state)) continue
    seen.add(state)
    for (const { parent } of nodeOf.get(state)?.open ?? []) stack.push(parent)
  }
  return false
}
