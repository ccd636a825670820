import type { Table } from "../../schema/index.ts"

/**
 * Tables in the order in which rows can be inserted: what is referred to comes first. Tables that refer to each other in a
 * circle, or to themselves, form one group; the others are groups of one. Tables without such relation keep their order.
 */
export function tableOrder(tables: readonly Table[]): readonly (readonly Table[])[] {
  const present = new Set(tables)
  const referred = new Map(
    tables.map((table) => [table, [...new Set(table.foreignKeys.map((key) => key.referredTable))].filter((other) => present.has(other))]),
  )
  const groups: Table[][] = []
  const order = new Map<Table, number>()
  const low = new Map<Table, number>()
  const stack: Table[] = []
  // Tarjan's algorithm, which finds the groups in the order that is wanted. Its depth is that of the schema.
  const visit = (table: Table): void => {
    const number = order.size
    order.set(table, number)
    low.set(table, number)
    stack.push(table)
    for (const other of referred.get(table)!) {
      if (!order.has(other)) {
        visit(other)
        low.set(table, Math.min(low.get(table)!, low.get(other)!))
      } else if (stack.includes(other)) low.set(table, Math.min(low.get(table)!, order.get(other)!))
    }
    if (low.get(table) === number) groups.push(stack.splice(stack.indexOf(table)))
  }
  for (const table of tables) if (!order.has(table)) visit(table)
  return groups
}

/** Whether rows of the group may depend on rows of the group. */
export function isCircular(group: readonly Table[]): boolean {
  return group.length > 1 || group[0]!.foreignKeys.some((key) => key.referredTable === group[0])
}
