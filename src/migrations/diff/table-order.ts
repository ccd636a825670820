import type { TableDefinition } from "../../schema/index.ts"
import { nameTitle } from "../operations/source.ts"

/**
 * The tables, each after those that its foreign keys refer to. Where they refer to each other in a circle, the order of their
 * names decides, and a key may refer to a later table.
 */
export function inReferenceOrder(tables: readonly TableDefinition[]): readonly TableDefinition[] {
  const byName = new Map(tables.map((table) => [nameTitle(table), table]))
  const ordered = new Set<TableDefinition>()
  const entered = new Set<TableDefinition>()
  const visit = (table: TableDefinition): void => {
    if (entered.has(table)) return
    entered.add(table)
    for (const name of referredNames(table)) {
      const referred = byName.get(name)
      if (referred !== undefined) visit(referred)
    }
    ordered.add(table)
  }
  for (const table of tables) visit(table)
  return [...ordered]
}

/** The names of the tables that a table refers to. */
export function referredNames(table: TableDefinition): readonly string[] {
  return table.foreignKeys.map(({ referredSchema, referredTable }) =>
    nameTitle(referredSchema === undefined ? referredTable : { schema: referredSchema, name: referredTable }),
  )
}
