import type { IndexDefinition, TableDefinition } from "../../schema/index.ts"
import type { ObjectName, TableRebuild } from "../ddl.ts"
import { quoteIdentifier as quote } from "../values/type-spelling.ts"

/** How a table and an index are created. */
export interface RebuildPrinter {
  createTable(table: TableDefinition): string
  createIndex(table: ObjectName, index: IndexDefinition): string
}

/**
 * A new table takes the old one's rows and name, in the order that SQLite's documentation gives for it ("Making Other Kinds Of Table
 * Schema Changes", lang_altertable). `legacy_alter_table` keeps the last renaming from looking into views, which refer to a table
 * that is not there at that moment, and from touching the foreign keys of others.
 */
export function rebuildStatements({ before, after, using, dependents }: TableRebuild, printer: RebuildPrinter): readonly string[] {
  const place = `rebis_rebuild_${after.name}`
  const columns = copiedColumns(before, after, using)
  const names = columns.map(({ name }) => quote(name)).join(", ")
  const values = columns.map(({ value }) => value).join(", ")
  return [
    printer.createTable({ ...after, name: place }),
    ...(columns.length === 0 ? [] : [`insert into ${quote(place)} (${names}) select ${values} from ${quote(before.name)}`]),
    ...(isNumbered(before) && isNumbered(after) ? keepNumbering(before.name, place) : []),
    `drop table ${quote(before.name)}`,
    "pragma legacy_alter_table = on",
    `alter table ${quote(place)} rename to ${quote(after.name)}`,
    "pragma legacy_alter_table = off",
    ...after.indexes.map((index) => printer.createIndex(after, index)),
    ...dependents,
  ]
}

function copiedColumns(
  before: TableDefinition,
  after: TableDefinition,
  using: Readonly<Record<string, string>>,
): readonly { readonly name: string; readonly value: string }[] {
  return after.columns.flatMap((column) => {
    if (column.generated !== undefined) return []
    const expression = using[column.name]
    if (expression !== undefined) return { name: column.name, value: expression }
    return before.columns.some(({ name }) => name === column.name) ? { name: column.name, value: quote(column.name) } : []
  })
}

function isNumbered(table: TableDefinition): boolean {
  return table.columns.some(({ identity }) => identity !== undefined)
}

/** The highest number that was ever given is kept, also when its row is gone. */
function keepNumbering(name: string, place: string): readonly string[] {
  const old = quoteText(name)
  const made = quoteText(place)
  return [
    `delete from sqlite_sequence where name = ${made}`,
    `insert into sqlite_sequence (name, seq) select ${made}, seq from sqlite_sequence where name = ${old}`,
  ]
}

function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
