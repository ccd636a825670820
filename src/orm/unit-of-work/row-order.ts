import { CircularDependencyError } from "../../errors/index.ts"
import type { ForeignKey } from "../../schema/index.ts"
import { dependencyLevels } from "../../util/index.ts"
import type { EntityState } from "../entity-state.ts"
import { givenIdentity } from "./column-values.ts"
import { columnIndexes } from "./references.ts"
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
}

/**
 * The order of rows of tables that refer to each other or to themselves. A circle of rows is broken at a foreign key that may
 * be null: it is inserted as null and updated afterwards. @throws CircularDependencyError when there is none
 */
export function rowOrder(rows: readonly NewRow[]): RowOrder {
  const nodes = rows.map((row): Node => ({ row, links: row.links }))
  const nodeOf = new Map(nodes.map((node) => [node.row.state, node]))
  const byKey = new KeyIndex(rows)
  const afterwards: ChangedRow[] = []
  const levels = dependencyLevels<Node, Link>({
    nodes,
    edgesOf: ({ row }) => [...row.links, ...byKey.linksOf(row)].filter((link) => nodeOf.has(link.parent) && isWaitedFor(link, row)),
    target: ({ parent }) => nodeOf.get(parent)!,
    giveUp: (node, link) => giveUp(node, link, afterwards),
    together: (left) => {
      throw circle(left)
    },
  })
  return { levels: levels.map((level) => level.map(({ row, links }) => ({ ...row, links }))), afterwards }
}

/** A row that refers to itself can be inserted in one go when its key is known; so can one whose foreign key is looked at later. */
function isWaitedFor(link: Link, { state }: NewRow): boolean {
  return !isKnown(link) || (link.parent !== state && link.isDeferred !== true)
}

function isKnown({ parent, parentColumns }: Link): boolean {
  return parentColumns.every((index) => parent.entity[parent.plan.mapper.properties[index]!.key] !== undefined)
}

function giveUp(node: Node, link: Link, afterwards: ChangedRow[]): boolean {
  const { state } = node.row
  const { columns } = state.plan.mapper
  const nullable = link.columns.filter((index) => columns[index]!.options.nullable)
  if (nullable.length === 0) return false
  node.links = node.links.filter((each) => each !== link)
  for (const index of nullable) state.entity[columns[index]!.key] = null
  afterwards.push({ state, columns: nullable, links: [link], isPostUpdate: true })
  return true
}

function circle(nodes: readonly Node[]): CircularDependencyError {
  const tables = [...new Set(nodes.map(({ row }) => row.state.plan.mapper.name))]
  return new CircularDependencyError(`new rows of ${tables.join(", ")} refer to each other in a circle, so none can be inserted first`, {
    hint: "make one of the foreign keys nullable: it is then set by an UPDATE after both rows are there",
  })
}

/** Finds the new rows that others refer to by value instead of by a relation. */
class KeyIndex {
  readonly #rows: readonly NewRow[]
  readonly #byForeignKey = new Map<ForeignKey, ReadonlyMap<string, EntityState>>()

  constructor(rows: readonly NewRow[]) {
    this.#rows = rows
  }

  linksOf({ state, links }: NewRow): Link[] {
    const found: Link[] = []
    for (const foreignKey of state.plan.mapper.foreignKeys) {
      const columns = columnIndexes(state.plan, foreignKey.columns)
      if (links.some((link) => link.columns.join() === columns.join())) continue
      const value = givenIdentity(state, columns)
      const parent = value === undefined ? undefined : this.#targets(foreignKey).get(value)
      if (parent === undefined) continue
      const parentColumns = columnIndexes(parent.plan, foreignKey.referredColumns)
      found.push({ columns, parentColumns, parent, ...(foreignKey.options.deferrable === "deferred" ? { isDeferred: true } : {}) })
    }
    return found
  }

  #targets(foreignKey: ForeignKey): ReadonlyMap<string, EntityState> {
    let targets = this.#byForeignKey.get(foreignKey)
    if (targets === undefined) {
      const found = new Map<string, EntityState>()
      for (const { state } of this.#rows) {
        const referred = columnIndexes(state.plan, foreignKey.referredColumns)
        const value = referred.includes(-1) ? undefined : givenIdentity(state, referred)
        if (value !== undefined) found.set(value, state)
      }
      this.#byForeignKey.set(foreignKey, (targets = found))
    }
    return targets
  }
}
