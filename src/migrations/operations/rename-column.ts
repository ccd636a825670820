import type { IndexDefinition, KeyDefinition, TableDefinition } from "../../schema/index.ts"

/** A table's definition with a column renamed wherever it is named; in expressions it is not known what is a column. */
export function renameColumnIn(table: TableDefinition, from: string, to: string): TableDefinition {
  const renamed = (name: string) => (name === from ? to : name)
  const key = (definition: KeyDefinition): KeyDefinition => ({ ...definition, columns: definition.columns.map(renamed) })
  const index = (definition: IndexDefinition): IndexDefinition => ({
    ...definition,
    keys: definition.keys.map((each) => (each.column === undefined ? each : { ...each, column: renamed(each.column) })),
  })
  return {
    ...table,
    columns: table.columns.map((column) => ({ ...column, name: renamed(column.name) })),
    ...(table.primaryKey === undefined ? {} : { primaryKey: key(table.primaryKey) }),
    uniques: table.uniques.map(key),
    foreignKeys: table.foreignKeys.map((each) => ({
      ...each,
      columns: each.columns.map(renamed),
      referredColumns:
        each.referredTable === table.name && each.referredSchema === table.schema
          ? each.referredColumns.map(renamed)
          : each.referredColumns,
    })),
    indexes: table.indexes.map(index),
  }
}
