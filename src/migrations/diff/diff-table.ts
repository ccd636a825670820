import type { ConstraintDefinition } from "../../dialects/index.ts"
import type { ForeignKeyDefinition, KeyDefinition, TableDefinition } from "../../schema/index.ts"
import { AddConstraint, DropConstraint, RenameConstraint } from "../operations/constraint-operations.ts"
import { CreateIndex, DropIndex, RenameIndex } from "../operations/index-operations.ts"
import { CommentOnTable } from "../operations/table-operations.ts"
import { type ColumnComparison, diffColumns } from "./diff-columns.ts"
import { matchNamed } from "./match-named.ts"
import { sameCheck, sameForeignKey, sameIndex, sameKey, sameList } from "./same.ts"
import type { StagedOperations } from "./stages.ts"
import { tableName } from "./table-name.ts"

/** What of a table changes that foreign keys may rest on. */
export interface TableDiff {
  readonly retyped: ReadonlySet<string>
  /** Keys (lists of columns) that are dropped, perhaps to be made anew. */
  readonly droppedKeys: readonly (readonly string[])[]
  /** Foreign keys that stay as they are. */
  readonly keptForeignKeys: readonly ForeignKeyDefinition[]
}

/** Adds the operations for a table that both sides have. */
export function diffTable(live: TableDefinition, desired: TableDefinition, how: ColumnComparison, operations: StagedOperations): TableDiff {
  const { retyped } = diffColumns(live, desired, how, operations)
  const droppedKeys = diffKeys(live, desired, how, operations)
  const keptForeignKeys = diffForeignKeys(live, desired, how, operations)
  diffChecks(live, desired, how, operations)
  droppedKeys.push(...diffIndexes(live, desired, how, operations))
  if (live.comment !== desired.comment) {
    operations.add("comment", new CommentOnTable(tableName(desired), { from: live.comment ?? null, to: desired.comment ?? null }))
  }
  return { retyped, droppedKeys, keptForeignKeys }
}

type KeyKind = "primary key" | "unique"

function diffKeys(
  live: TableDefinition,
  desired: TableDefinition,
  how: ColumnComparison,
  operations: StagedOperations,
): (readonly string[])[] {
  const table = tableName(desired)
  const dropped: (readonly string[])[] = []
  const compare = (
    kind: KeyKind,
    before: readonly KeyDefinition[],
    after: readonly KeyDefinition[],
    words: (key: KeyDefinition) => KeyDefinition,
  ) => {
    const matched = matchNamed(before, after, (left, right) => sameKey(left, right, how.comparison))
    for (const definition of matched.dropped) {
      dropped.push(definition.columns)
      operations.add("drop keys", new DropConstraint(table, definition.name, { kind, definition }))
    }
    for (const { from, to } of matched.renamed) operations.add("rename constraints", new RenameConstraint(table, from.name, to.name))
    for (const definition of matched.added) operations.add("add keys", new AddConstraint(table, { kind, definition: words(definition) }))
  }
  const primaryKey = (definition: TableDefinition) => (definition.primaryKey === undefined ? [] : [definition.primaryKey])
  compare("primary key", primaryKey(live), primaryKey(desired), (key) => how.words.primaryKey(desired) ?? key)
  compare("unique", live.uniques, desired.uniques, (key) => how.words.part(desired, "uniques", key))
  return dropped
}

function diffForeignKeys(
  live: TableDefinition,
  desired: TableDefinition,
  how: ColumnComparison,
  operations: StagedOperations,
): readonly ForeignKeyDefinition[] {
  const table = tableName(desired)
  const matched = matchNamed(live.foreignKeys, desired.foreignKeys, (left, right) => sameForeignKey(left, right, how.comparison))
  for (const definition of matched.dropped)
    operations.add("drop foreign keys", new DropConstraint(table, definition.name, foreignKey(definition)))
  for (const { from, to } of matched.renamed) operations.add("rename constraints", new RenameConstraint(table, from.name, to.name))
  for (const definition of matched.added) {
    operations.add("add foreign keys", new AddConstraint(table, foreignKey(how.words.part(desired, "foreignKeys", definition))))
  }
  return matched.kept.map((pair) => pair.live)
}

function foreignKey(definition: ForeignKeyDefinition): ConstraintDefinition {
  return { kind: "foreign key", definition }
}

function diffChecks(live: TableDefinition, desired: TableDefinition, how: ColumnComparison, operations: StagedOperations): void {
  const table = tableName(desired)
  const matched = matchNamed(live.checks, desired.checks, sameCheck)
  for (const definition of matched.dropped)
    operations.add("drop checks", new DropConstraint(table, definition.name, { kind: "check", definition }))
  for (const { from, to } of matched.renamed) operations.add("rename constraints", new RenameConstraint(table, from.name, to.name))
  for (const definition of matched.added) {
    operations.add("add checks", new AddConstraint(table, { kind: "check", definition: how.words.part(desired, "checks", definition) }))
  }
}

/** @returns the columns of the unique indexes that are dropped */
function diffIndexes(
  live: TableDefinition,
  desired: TableDefinition,
  how: ColumnComparison,
  operations: StagedOperations,
): readonly (readonly string[])[] {
  const table = tableName(desired)
  const matched = matchNamed(live.indexes, desired.indexes, (left, right) => sameIndex(left, right, how.comparison))
  for (const index of matched.dropped) operations.add("drop indexes", new DropIndex(table, index.name, index))
  for (const { from, to } of matched.renamed) operations.add("rename constraints", new RenameIndex(table, from, to.name))
  for (const index of matched.added) operations.add("add indexes", new CreateIndex(table, how.words.part(desired, "indexes", index)))
  return matched.dropped.filter(({ unique }) => unique).map(({ keys }) => keys.flatMap(({ column }) => column ?? []))
}

/** Whether a foreign key rests on something that changes under it: the type of its columns or of those it refers to, or the key there. */
export function restsOnChange(key: ForeignKeyDefinition, own: TableDiff | undefined, referred: TableDiff | undefined): boolean {
  return (
    key.columns.some((column) => own?.retyped.has(column) === true) ||
    key.referredColumns.some((column) => referred?.retyped.has(column) === true) ||
    (referred?.droppedKeys.some((columns) => sameList(columns.toSorted(), key.referredColumns.toSorted())) ?? false)
  )
}
