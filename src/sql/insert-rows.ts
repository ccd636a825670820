import { ColumnNode, DefaultInsertValueNode, PrimitiveValueListNode, ValueListNode, ValuesNode, type OperationNode } from "kysely"
import { StatementError } from "../errors/index.ts"
import { columnOf } from "./assignments.ts"
import { computedValue } from "./deferred-value.ts"
import { isLowerable, type LowerContext } from "./lower.ts"
import { encodeParameter, operandNode } from "./operand.ts"
import type { AnyModel } from "./result.ts"
import { source, type Column } from "./source.ts"

/** A row as it was given, with its columns checked: properties that are undefined are absent. */
export type InsertRow = ReadonlyMap<Column<any, any, any>, unknown>

/** @throws StatementError for a property that is no column, and for anything that is not a row. */
export function insertRow(values: unknown, model: AnyModel, where: string): InsertRow {
  if (typeof values !== "object" || values === null)
    throw new StatementError(`${where}: a row is an object of values, not ${String(values)}`)
  const columns = model.c as Readonly<Record<string, Column<any, any, any>>>
  const row = new Map<Column<any, any, any>, unknown>()
  for (const key of Object.keys(values)) {
    const column = columnOf(columns, key, where)
    const value: unknown = Reflect.get(values, key)
    if (value !== undefined) row.set(column, value)
  }
  return row
}

/** What an INSERT says between its table and its conflicts. */
export interface InsertParts {
  readonly columns?: readonly ColumnNode[]
  readonly values?: OperationNode
  readonly defaultValues?: true
}

/** The columns and rows, with what the application computes where a row says nothing. */
export function lowerRows(given: readonly InsertRow[], model: AnyModel, where: string, context: LowerContext): InsertParts {
  const rows = withClientDefaults(given, model, context)
  const columns = columnsOf(rows, model)
  if (columns.length === 0) {
    if (rows.length === 1) return { defaultValues: true }
    // One row at a time can be all defaults; several need a column to say so.
    columns.push(model[source].columns[0]!)
  }
  const lowered = rows.map((row, index) => lowerRow(row, index, columns, where, context))
  return { columns: columns.map((column) => ColumnNode.create(column.name)), values: ValuesNode.create(lowered) }
}

function withClientDefaults(rows: readonly InsertRow[], model: AnyModel, context: LowerContext): readonly InsertRow[] {
  const computed = model[source].columns.filter((column) => column.traits.clientDefault !== undefined)
  if (computed.length === 0) return rows
  return rows.map((row) => {
    const complete = new Map(row)
    for (const column of computed) if (!row.has(column)) complete.set(column, computedValue(column.traits.clientDefault!, column, context))
    return complete
  })
}

/** The columns that any row sets, in the table's order, so that the text does not depend on the order of properties. */
function columnsOf(rows: readonly InsertRow[], model: AnyModel): Column<any, any, any>[] {
  const used = new Set<Column<any, any, any>>()
  for (const row of rows) for (const column of row.keys()) used.add(column)
  return model[source].columns.filter((column) => used.has(column))
}

function lowerRow(
  row: InsertRow,
  index: number,
  columns: readonly Column<any, any, any>[],
  where: string,
  context: LowerContext,
): PrimitiveValueListNode | ValueListNode {
  const values = columns.map((column) => row.get(column))
  if (!context.literals && values.every((value) => value !== undefined && !isNode(value))) {
    return PrimitiveValueListNode.create(
      values.map((value, place) => encodeParameter(value, columns[place]!.type, labelOf(columns[place]!, index), context)),
    )
  }
  return ValueListNode.create(
    values.map((value, place) => {
      const column = columns[place]!
      return value === undefined
        ? defaultNode(column, index, where, context)
        : operandNode(value, column.type, labelOf(column, index), context)
    }),
  )
}

/** What takes the place of a value in the text. */
function isNode(value: unknown): boolean {
  return isLowerable(value) || (typeof value === "object" && value !== null && "toOperationNode" in value)
}

function labelOf(column: Column<any, any, any>, index: number): string {
  return index === 0 ? column.label : `${column.label} (row ${index + 1})`
}

function defaultNode(column: Column<any, any, any>, index: number, where: string, context: LowerContext): OperationNode {
  if (context.dialect.defaultInValues) return DefaultInsertValueNode.create()
  throw new StatementError(
    `${where}: row ${index + 1} has no "${column.key}", and ${context.dialect.title} takes no DEFAULT among several rows`,
    {
      hint: "give every row the same properties (null where NULL is meant), or insert the rows by separate statements",
    },
  )
}
