import { ColumnNode, ColumnUpdateNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import { computedValue } from "../expression/deferred-value.ts"
import type { AnyExpr } from "../expression/expression.ts"
import type { LowerContext } from "../lowering/lower.ts"
import { operandNode } from "../expression/operand.ts"
import type { AnyModel, ColumnsOf } from "../select/result.ts"
import type { Column, SourceInfo } from "../from/source.ts"

/** What a value of a column may be given as: itself, or an expression that gives it. */
export type Given<T> = T | AnyExpr<T>
/** What `insert` takes for a row: what the model's constructor takes, each value possibly an expression. */
export type InsertValues<M extends AnyModel> = { readonly [K in keyof NewRow<M>]: Given<NewRow<M>[K]> }
/** What the model's constructor takes. */
export type NewRow<M> = M extends abstract new (values: infer V, ...rest: any) => any ? V : never
/** What `update` takes: any of the columns; `undefined` leaves one as it is. */
export type UpdateValues<M extends AnyModel> = { readonly [K in keyof TableRow<M>]?: Given<TableRow<M>[K]> | undefined }
type TableRow<M extends AnyModel> = M["c"] extends ColumnsOf<infer R, any> ? R : never

/** A column and what it is set to. */
export interface Assignment {
  readonly column: Column<any, any, any>
  readonly value: unknown
}

/** The column of a property. @throws StatementError when the table has none. */
export function columnOf(columns: Readonly<Record<string, Column<any, any, any>>>, key: string, where: string): Column<any, any, any> {
  const column = columns[key]
  if (column === undefined)
    throw new StatementError(`${where}: there is no column "${key}"`, { hint: `its columns are ${Object.keys(columns).join(", ")}` })
  return column
}

/** The columns that an object sets. @throws StatementError for one that does not exist, and when nothing is set. */
export function assignmentsOf(values: unknown, model: AnyModel, where: string): readonly Assignment[] {
  if (typeof values !== "object" || values === null || Array.isArray(values))
    throw new StatementError(`${where} takes an object of values, not ${String(values)}`)
  const assignments: Assignment[] = []
  for (const [key, value] of Object.entries(values)) {
    const column = columnOf(model.c as Readonly<Record<string, Column<any, any, any>>>, key, where)
    if (value === undefined) continue
    requireNoDiscriminator(column, where)
    assignments.push({ column, value })
  }
  return assignments
}

/** @throws StatementError for the column that says which class a row is of */
export function requireNoDiscriminator({ key, traits, label }: Column<any, any, any>, where: string): void {
  if (traits.discriminator !== true) return
  throw new StatementError(`${where}: "${key}" cannot be set, since ${label} says which class a row is of`, {
    hint: "insert into the subtype's own model; a row does not change its class",
  })
}

/** The SET list, with what the application computes on every update. @throws StatementError when nothing is set. */
export function lowerAssignments(
  assignments: readonly Assignment[],
  info: SourceInfo,
  where: string,
  context: LowerContext,
): ColumnUpdateNode[] {
  if (assignments.length === 0)
    throw new StatementError(`${where} sets nothing`, {
      hint: "columns whose value is undefined are left out: run the statement only when something is left",
    })
  const nodes = assignments.map(({ column, value }) => assignmentNode(column, value, context))
  for (const column of info.columns) {
    const { clientOnUpdate } = column.traits
    if (clientOnUpdate !== undefined && !assignments.some((assignment) => assignment.column.key === column.key)) {
      nodes.push(assignmentNode(column, computedValue(clientOnUpdate, column, context), context))
    }
  }
  return nodes
}

function assignmentNode(column: Column<any, any, any>, value: unknown, context: LowerContext): ColumnUpdateNode {
  return ColumnUpdateNode.create(ColumnNode.create(column.name), operandNode(value, column.type, column.label, context))
}
