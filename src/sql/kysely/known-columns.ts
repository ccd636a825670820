import type { OperationNode } from "kysely"
import type { JsonShape } from "../lowering/shape.ts"
import type { SqlType } from "../types/type.ts"

/** What is known of a value in a query of Kysely's. */
export interface KnownColumn {
  /** For messages. */
  readonly label: string
  readonly type: SqlType | undefined
  readonly json: JsonShape | undefined
}
/** The columns of rows by their names in the database; one of which nothing is known is `undefined`. */
export type KnownColumns = ReadonlyMap<string, KnownColumn | undefined>

/** A table of the models that a Kysely was made for. */
export interface KnownTable {
  readonly schema: string | undefined
  readonly columns: readonly TableColumn[]
}
export interface TableColumn extends KnownColumn {
  readonly name: string
  readonly type: SqlType
  readonly traits: {
    readonly clientDefault?: (() => unknown) | undefined
    readonly clientOnUpdate?: (() => unknown) | undefined
  }
}
export type KnownTables = ReadonlyMap<string, KnownTable>

const columnsOfTables = new WeakMap<KnownTable, KnownColumns>()

export function columnsOfTable(table: KnownTable): KnownColumns {
  let columns = columnsOfTables.get(table)
  if (columns === undefined) {
    columns = new Map(table.columns.map((column) => [column.name, column]))
    columnsOfTables.set(table, columns)
  }
  return columns
}

const columns = new WeakMap<OperationNode, KnownColumn>()
const rows = new WeakMap<OperationNode, KnownColumns>()

/** Notes what an expression of ours gives, by the node that stands for it in a query. */
export function rememberColumn(node: OperationNode, column: KnownColumn): void {
  columns.set(node, column)
}
export function rememberedColumn(node: OperationNode): KnownColumn | undefined {
  return columns.get(node)
}
/** Notes what a statement of ours gives, by the node that stands for it in a query. */
export function rememberRows(node: OperationNode, known: KnownColumns): void {
  rows.set(node, known)
}
export function rememberedRows(node: OperationNode): KnownColumns | undefined {
  return rows.get(node)
}
