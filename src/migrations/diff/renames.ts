import { RenameError } from "../../errors/index.ts"
import type { SchemaDefinition, TableDefinition } from "../../schema/index.ts"
import { RenameColumn } from "../operations/column-operations.ts"
import type { Operation } from "../operations/operation.ts"
import { nameTitle } from "../operations/source.ts"
import { RenameTable } from "../operations/table-operations.ts"
import { tableName } from "./table-name.ts"

/** What was renamed: `{ "old_table": "new_table", "post.body": "content" }`; columns by their table's old or new name. */
export type Renames = Readonly<Record<string, string>>

/** The operations for declared renames, tables first. @throws RenameError when one names nothing, or a name that is taken. */
export function renameOperations(live: SchemaDefinition, renames: Renames): readonly Operation[] {
  const tables: Operation[] = []
  const columns: Operation[] = []
  const newNames = new Map<TableDefinition, string>()
  for (const [from, to] of Object.entries(renames)) {
    const table = live.tables.find((each) => nameTitle(each) === from)
    if (table === undefined) continue
    if (live.tables.some(({ schema, name }) => schema === table.schema && name === to)) throw taken(from, to, "a table")
    tables.push(new RenameTable(tableName(table), to))
    newNames.set(table, to)
  }
  for (const [from, to] of Object.entries(renames)) {
    if (live.tables.some((each) => nameTitle(each) === from)) continue
    const { table, column } = findColumn(live, newNames, from, to)
    if (table.columns.some(({ name }) => name === to)) throw taken(from, to, "a column")
    columns.push(new RenameColumn({ ...tableName(table), name: newNames.get(table) ?? table.name }, column, to))
  }
  return [...tables, ...columns]
}

function findColumn(
  live: SchemaDefinition,
  newNames: ReadonlyMap<TableDefinition, string>,
  from: string,
  to: string,
): { readonly table: TableDefinition; readonly column: string } {
  for (const table of live.tables) {
    const names = [nameTitle(table), nameTitle({ ...tableName(table), name: newNames.get(table) ?? table.name })]
    for (const { name } of table.columns) if (names.some((title) => `${title}.${name}` === from)) return { table, column: name }
  }
  throw new RenameError(`${from} cannot be renamed to ${to}: the database has neither a table nor a column of that name`, {
    hint: 'write a table as "old_name" and a column as "table.old_name"',
  })
}

function taken(from: string, to: string, what: string): RenameError {
  return new RenameError(`${from} cannot be renamed to ${to}: there is ${what} of that name already`)
}
