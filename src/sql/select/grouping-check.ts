import { AliasNode, ParensNode, TableNode, type OperationNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import type { AnyExpr } from "../expression/expression.ts"
import type { FromParts } from "../from/from-clause.ts"
import type { ColumnUse, QueryLevel } from "../lowering/query-level.ts"
import { expressionsOf, type FromKinds, type Groups } from "./grouping.ts"
import { Column, type SourceInfo } from "../from/source.ts"

/** What the entries of FROM are; `entries` in the order in which they stand there. */
export function kindsOf(entries: readonly SourceInfo[], { from, joins = [] }: FromParts): FromKinds {
  const nodes: readonly OperationNode[] = [...(from?.froms ?? []), ...joins.map((join) => join.table)]
  const kinds = { tables: new Set<object>(), subqueries: new Set<object>() }
  entries.forEach(({ id, inWith }, index) => {
    const node = nodes[index]
    const inner = node !== undefined && AliasNode.is(node) ? node.node : node
    if (inner === undefined) return
    if (inWith === true || ParensNode.is(inner)) kinds.subqueries.add(id)
    else if (TableNode.is(inner)) kinds.tables.add(id)
  })
  return kinds
}

/** Whether the rows of a statement that was lowered are groups. */
export function makesGroups({ groupBy, having }: Groups, level: QueryLevel): boolean {
  return groupBy.length > 0 || having.length > 0 || level.aggregate !== undefined
}

/**
 * Refuses columns of which a group has many values, in a statement whose rows are groups. A column is one of its group when a
 * key is made of it, or when the primary key of its table is among the keys. Where text is a key nothing is refused, and
 * what a key is made of is left to the database.
 *
 * @throws StatementError that names the column
 */
export function requireGrouped({ groupBy, having }: Groups, level: QueryLevel, { tables, subqueries }: FromKinds): void {
  if (level.hasTextKeys || level.uses.length === 0) return
  const keys = expressionsOf(groupBy, tables)
  const inKeys = new Map<object, Set<string>>()
  for (const { entry, column } of level.keyColumns) {
    if (column === undefined) continue
    const columns = inKeys.get(entry.id)
    if (columns === undefined) inKeys.set(entry.id, new Set([column]))
    else columns.add(column)
  }
  const identified = new Map<object, boolean>()
  const isIdentified = (info: SourceInfo): boolean => {
    let known = identified.get(info.id)
    if (known === undefined) identified.set(info.id, (known = !subqueries.has(info.id) && hasWholeKey(info, keys)))
    return known
  }
  for (const use of level.uses) {
    const missing = missingColumn(use, inKeys.get(use.entry.id))
    if (missing !== undefined && !("columns" in use.entry && isIdentified(use.entry as SourceInfo)))
      refuse(use, missing, groupBy.length + having.length === 0 ? level.aggregate : undefined)
  }
}

function missingColumn({ entry, column }: ColumnUse, grouped: ReadonlySet<string> | undefined): string | undefined {
  if (column !== undefined) return grouped?.has(column) === true ? undefined : column
  return (entry as SourceInfo).columns.find(({ name }) => grouped?.has(name) !== true)?.name
}

function hasWholeKey({ id, entity, columns }: SourceInfo, keys: readonly AnyExpr[]): boolean {
  if (entity === undefined || entity.keyIndexes.length === 0) return false
  return entity.keyIndexes.every((index) =>
    keys.some((key) => key instanceof Column && key.owner.id === id && key.name === columns[index]!.name),
  )
}

/** @param aggregate what alone makes one row of all */
function refuse({ entry }: ColumnUse, column: string, aggregate: string | undefined): never {
  const name = `${entry.name}.${column}`
  if (aggregate === undefined) {
    throw new StatementError(`column ${name} is used of groups that may have many values of it: it is not in groupBy()`, {
      hint: `add it to groupBy(), take one value of each group with anyValue(…), or aggregate it`,
    })
  }
  throw new StatementError(`column ${name} is used beside ${aggregate}, which makes one row of all rows`, {
    hint: `group by it with groupBy(), aggregate it too, or say over() to have ${aggregate} in each row`,
  })
}
