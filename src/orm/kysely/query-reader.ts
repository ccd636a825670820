import type { RootOperationNode } from "kysely"
import type { DriverColumn } from "../../engine/index.ts"
import { isQueryNode, QueryScope, rowReader, type RowReader, type ValueShape } from "../../sql/index.ts"
import type { QuerySetting } from "./session-executor.ts"

/**
 * Rows as objects by column name, as Kysely gives them: of two columns of one name the last. A column of a model is read by its type,
 * everything else by what the driver tells of it.
 */
export function queryReader(query: RootOperationNode, columns: readonly DriverColumn[], { dialect, tables }: QuerySetting): RowReader<any> {
  const known = knownOutputs(query, columns, tables)
  const readers = columns.map(({ name }, index) => {
    const column = known(name, index)
    const shape: ValueShape = {
      kind: "value",
      index,
      type: column?.type,
      label: column?.label ?? name,
      ...(column?.json === undefined ? {} : { json: column.json }),
    }
    return rowReader(shape, dialect, { columns })
  })
  return (row) => {
    const entries = readers.map((read, index) => [columns[index]!.name, read(row)] as const)
    return Object.fromEntries(entries)
  }
}

type Known = ReturnType<QueryScope["typeOf"]>

function knownOutputs(
  query: RootOperationNode,
  columns: readonly DriverColumn[],
  tables: QuerySetting["tables"],
): (name: string, index: number) => Known {
  if (!isQueryNode(query)) return () => undefined
  const outputs = new QueryScope(query, tables, undefined).outputsOf(query)
  const isInOrder =
    outputs.complete &&
    outputs.columns.length === columns.length &&
    outputs.columns.every(({ name }, index) => name === undefined || name === columns[index]!.name)
  if (isInOrder) return (_name, index) => outputs.columns[index]!.column
  // What `*` stands for may be in another order in the database: then a column is known by its name, where only one has it.
  const byName = new Map<string | undefined, Known>()
  for (const { name, column } of outputs.columns) byName.set(name, byName.has(name) ? undefined : column)
  return (name) => byName.get(name)
}
