import type { Dialect } from "../../dialects/index.ts"
import type { ColumnDefinition, TableDefinition } from "../../schema/index.ts"
import { AddColumn, AlterColumn, type AlterColumnInput, DropColumn } from "../operations/column-operations.ts"
import type { DeclaredWords } from "./declared-words.ts"
import type { Comparison } from "./same.ts"
import type { StagedOperations } from "./stages.ts"
import { tableName } from "./table-name.ts"

export interface ColumnsDiff {
  /** The columns whose type changes. */
  readonly retyped: ReadonlySet<string>
}

export interface ColumnComparison {
  readonly dialect: Dialect
  readonly comparison: Comparison
  readonly words: DeclaredWords
}

/** Adds the operations for the columns of a table that both sides have. The order of columns is no difference. */
export function diffColumns(
  live: TableDefinition,
  desired: TableDefinition,
  how: ColumnComparison,
  operations: StagedOperations,
): ColumnsDiff {
  const table = tableName(desired)
  const retyped = new Set<string>()
  for (const column of live.columns) {
    const twin = desired.columns.find(({ name }) => name === column.name)
    if (twin === undefined) {
      operations.add("drop columns", new DropColumn(table, column.name, column))
      continue
    }
    const changes = changesOf(column, twin, how.words.column(desired, twin), how)
    if (changes.type !== undefined) retyped.add(column.name)
    if (Object.keys(changes).length > 0) operations.add("alter columns", new AlterColumn(table, column.name, changes))
  }
  for (const column of desired.columns) {
    if (!live.columns.some(({ name }) => name === column.name)) {
      operations.add("add columns", new AddColumn(table, how.words.column(desired, column)))
    }
  }
  return { retyped }
}

/** @param words the desired column as the models spell it */
function changesOf(live: ColumnDefinition, desired: ColumnDefinition, words: ColumnDefinition, how: ColumnComparison): AlterColumnInput {
  const { introspection, ddl } = how.dialect
  const isRetyped = !introspection.sameType(live.type, desired.type)
  const hasOtherDefault = live.default !== desired.default
  const isComputed = live.generated !== undefined && how.comparison === "models"
  const changes: { -readonly [Part in keyof AlterColumnInput]: AlterColumnInput[Part] } = {}
  if (isRetyped) {
    const using = ddl.conversion(live.name, live.type, words.type)
    const usingBack = ddl.conversion(live.name, desired.type, live.type)
    changes.type = {
      from: live.type,
      to: words.type,
      ...(using === undefined ? {} : { using }),
      ...(usingBack === undefined ? {} : { usingBack }),
    }
  }
  if (live.nullable !== desired.nullable) changes.nullable = { from: live.nullable, to: desired.nullable }
  // A default is of the old type: it goes before the type is changed and comes back after.
  const restatesDefault = isRetyped && live.default !== undefined
  if (!isComputed && (hasOtherDefault || restatesDefault)) {
    changes.default = { from: live.default ?? null, to: desired.default === undefined ? null : (words.default ?? desired.default) }
  }
  if (live.identity !== desired.identity) changes.identity = { from: live.identity ?? null, to: desired.identity ?? null }
  if (live.comment !== desired.comment) changes.comment = { from: live.comment ?? null, to: desired.comment ?? null }
  return changes
}
