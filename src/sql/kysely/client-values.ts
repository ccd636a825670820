import {
  AliasNode,
  ColumnNode,
  ColumnUpdateNode,
  type InsertQueryNode,
  type OperationNode,
  PrimitiveValueListNode,
  TableNode,
  type UpdateQueryNode,
  ValueListNode,
  ValueNode,
  ValuesNode,
} from "kysely"
import type { KnownTables, TableColumn } from "./known-columns.ts"
import { nameOf } from "./query-scope.ts"

/** An INSERT with what the application computes for the columns of a model that it does not set. */
export function withInsertedValues(node: InsertQueryNode, tables: KnownTables): InsertQueryNode {
  const updated = node.onConflict?.updates === undefined ? node : withConflictValues(node, tables)
  const computed = columnsOf(node.into, tables).filter(({ traits }) => traits.clientDefault !== undefined)
  const { columns = [], values, defaultValues } = node
  if (computed.length === 0 || (defaultValues !== true && (values === undefined || !ValuesNode.is(values)))) return updated
  const given = columns.map(({ column }) => column.name)
  const missing = computed.filter(({ name }) => !given.includes(name))
  const rows = values !== undefined && ValuesNode.is(values) ? values.values : [PrimitiveValueListNode.create([])]
  const complete = rows.map((row) => completeRow(row, given, computed, missing))
  const { defaultValues: _none, ...rest } = updated
  return {
    ...rest,
    columns: [...columns, ...missing.map(({ name }) => ColumnNode.create(name))],
    values: ValuesNode.create(complete),
  }
}

/** An UPDATE with what the application computes for columns of the model that it does not set. */
export function withUpdatedValues(node: UpdateQueryNode, tables: KnownTables): UpdateQueryNode {
  const { updates, table } = node
  return updates === undefined ? node : { ...node, updates: withComputed(updates, columnsOf(table, tables)) }
}

function withConflictValues(node: InsertQueryNode, tables: KnownTables): InsertQueryNode {
  const { updates } = node.onConflict!
  return { ...node, onConflict: { ...node.onConflict!, updates: withComputed(updates!, columnsOf(node.into, tables)) } }
}

function withComputed(updates: readonly ColumnUpdateNode[], columns: readonly TableColumn[]): readonly ColumnUpdateNode[] {
  const set = new Set(updates.map(({ column }) => (ColumnNode.is(column) ? column.column.name : undefined)))
  const computed = columns.filter(({ name, traits }) => traits.clientOnUpdate !== undefined && !set.has(name))
  return [
    ...updates,
    ...computed.map(({ name, traits }) => ColumnUpdateNode.create(ColumnNode.create(name), ValueNode.create(traits.clientOnUpdate!()))),
  ]
}

type Row = ValuesNode["values"][number]

/** A row with a computed value where it has none, or only DEFAULT, which the database does not know. */
function completeRow(row: Row, given: readonly string[], computed: readonly TableColumn[], missing: readonly TableColumn[]): Row {
  const added = missing.map(({ traits }): unknown => traits.clientDefault!())
  if (row.kind === "PrimitiveValueListNode") return PrimitiveValueListNode.create([...row.values, ...added])
  const values = row.values.map((value, index): OperationNode => {
    const column = value.kind === "DefaultInsertValueNode" ? computed.find(({ name }) => name === given[index]) : undefined
    return column === undefined ? value : ValueNode.create(column.traits.clientDefault!())
  })
  return ValueListNode.create([...values, ...added.map((value) => ValueNode.create(value))])
}

function columnsOf(table: OperationNode | undefined, tables: KnownTables): readonly TableColumn[] {
  const node = table !== undefined && AliasNode.is(table) ? table.node : table
  return node !== undefined && TableNode.is(node) ? (tables.get(nameOf(node))?.columns ?? []) : []
}
