import { ColumnNode, DefaultInsertValueNode, PrimitiveValueListNode, ValueListNode, ValuesNode, type OperationNode } from "kysely"
import { InternalError, StatementError } from "../../errors/index.ts"
import { arrayRowsQuery } from "./array-rows.ts"
import { columnOf, requireNoDiscriminator } from "./assignments.ts"
import type { Codec } from "../dialect/codec.ts"
import { computedValue } from "../expression/deferred-value.ts"
import type { SqlDialect } from "../dialect/dialect.ts"
import { isLowerable, type LowerContext } from "../lowering/lower.ts"
import { encodeParameter, operandNode } from "../expression/operand.ts"
import { hasOwnSql } from "../expression/own-sql.ts"
import type { AnyModel } from "../select/result.ts"
import { type Column, source, type SourceInfo } from "../from/source.ts"

/** A row as it was given: the value of each of the table's columns by its place, undefined where there is none. */
export type InsertRow = readonly unknown[]

/** The rows of one INSERT; it may be a part of more, which its messages count in. */
export interface InsertBatch {
  readonly rows: readonly InsertRow[]
  /** How many rows stand before these, and how many there are in all. */
  readonly before: number
  readonly total: number
}

export const noRows: InsertBatch = { rows: [], before: 0, total: 0 }

export function batchOf(rows: readonly InsertRow[]): InsertBatch {
  return { rows, before: 0, total: rows.length }
}

/** As many rows as make one list a column shorter to send than one parameter a value. See `docs/decisions/insert-arrays.md`. */
const arraysFrom = 10

/** @throws StatementError for a property that is no column, and for anything that is not a row. */
export function insertRows(given: readonly unknown[], model: AnyModel, title: string): readonly InsertRow[] {
  const places = placesOf(model[source])
  return given.map((values, index) => {
    if (typeof values !== "object" || values === null)
      throw new StatementError(`${rowTitle(title, index, given.length)}: a row is an object of values, not ${String(values)}`)
    const row: unknown[] = new Array(places.size).fill(undefined)
    for (const key of Object.keys(values)) {
      const place = places.get(key)
      if (place === undefined) refuseProperty(key, model, rowTitle(title, index, given.length))
      const value = (values as Readonly<Record<string, unknown>>)[key]
      if (value !== undefined) requireNoDiscriminator(model[source].columns[place]!, rowTitle(title, index, given.length))
      row[place] = value
    }
    return row
  })
}

function rowTitle(title: string, index: number, count: number): string {
  return count === 1 ? title : `${title}, row ${index + 1}`
}

function refuseProperty(key: string, model: AnyModel, where: string): never {
  columnOf(model.c as Readonly<Record<string, Column<any, any, any>>>, key, where)
  throw new InternalError(`${where}: the column "${key}" has no place in its table`)
}

const allPlaces = new WeakMap<SourceInfo, ReadonlyMap<string, number>>()

function placesOf(info: SourceInfo): ReadonlyMap<string, number> {
  let places = allPlaces.get(info)
  if (places === undefined) allPlaces.set(info, (places = new Map(info.columns.map((column, place) => [column.key, place]))))
  return places
}

/** What an INSERT says between its table and its conflicts. */
export interface InsertParts {
  readonly columns?: readonly ColumnNode[]
  readonly values?: OperationNode
  readonly defaultValues?: true
}

/** The columns and rows, with what the application computes where a row says nothing. */
export function lowerRows(batch: InsertBatch, model: AnyModel, title: string, context: LowerContext): InsertParts {
  const rows = withClientDefaults(batch.rows, model, context)
  const { columns } = model[source]
  const used = usedPlaces(rows)
  if (used.length === 0) {
    if (rows.length === 1) return { defaultValues: true }
    // One row at a time can be all defaults; several need a column to say so.
    used.push(0)
  }
  const names = used.map((place) => ColumnNode.create(columns[place]!.name))
  const codecs = columns.map(({ type }) => context.dialect.codec(type))
  const lowering: RowLowering = { columns, codecs, used, batch, title, context }
  if (rows.length >= arraysFrom && !context.literals && context.dialect.capabilities.arrayParameters && areValues(rows, used, columns)) {
    const lists = used.map((place) => encodeList(rows, place, lowering))
    const types = used.map((place) => columns[place]!.type)
    return { columns: names, values: arrayRowsQuery(types, lists, context.dialect) }
  }
  return { columns: names, values: ValuesNode.create(rows.map((row, index) => lowerRow(row, index, lowering))) }
}

/** What each row of a batch is turned into nodes with. */
interface RowLowering {
  readonly columns: readonly Column<any, any, any>[]
  readonly codecs: readonly Codec[]
  /** The places of the columns that the statement names. */
  readonly used: readonly number[]
  readonly batch: InsertBatch
  readonly title: string
  readonly context: LowerContext
}

/**
 * The rows in parts that a statement each can hold, in their order, or `undefined` where one statement holds all of them:
 * rows with the same columns where the database takes no DEFAULT among several, and no more than parameters are allowed.
 */
export function divideBatch(batch: InsertBatch, model: AnyModel, dialect: SqlDialect): readonly InsertBatch[] | undefined {
  if (batch.rows.length < 2) return undefined
  const computed = model[source].columns.map((column) => column.traits.clientDefault !== undefined)
  const runs = dialect.defaultInValues ? [batch.rows] : runsOfSameColumns(batch.rows, computed)
  return batchesOf(
    batch,
    runs.flatMap((run) => chunksOf(run, model, dialect, computed)),
  )
}

/** A batch whose statement came out too large, because rows hold expressions of many parameters. */
export function halveBatch(batch: InsertBatch): readonly InsertBatch[] | undefined {
  const middle = batch.rows.length >> 1
  return middle === 0 ? undefined : batchesOf(batch, [batch.rows.slice(0, middle), batch.rows.slice(middle)])
}

function batchesOf({ before, total }: InsertBatch, parts: readonly (readonly InsertRow[])[]): readonly InsertBatch[] | undefined {
  if (parts.length === 1) return undefined
  let start = before
  return parts.map((rows) => {
    const batch: InsertBatch = { rows, before: start, total }
    start += rows.length
    return batch
  })
}

function runsOfSameColumns(rows: readonly InsertRow[], computed: readonly boolean[]): readonly (readonly InsertRow[])[] {
  const runs: InsertRow[][] = []
  let before: string | undefined
  for (const row of rows) {
    const given = row.map((value, place) => (value !== undefined || computed[place] ? "1" : "0")).join("")
    // Nothing but defaults is one row at a time.
    if (given === before && given.includes("1")) runs.at(-1)!.push(row)
    else runs.push([row])
    before = given
  }
  return runs
}

function chunksOf(
  rows: readonly InsertRow[],
  model: AnyModel,
  dialect: SqlDialect,
  computed: readonly boolean[],
): readonly (readonly InsertRow[])[] {
  const used = new Set(usedPlaces(rows))
  computed.forEach((isComputed, place) => isComputed && used.add(place))
  const { maxParameters, arrayParameters } = dialect.capabilities
  const isWithin = rows.length * used.size <= maxParameters
  if (
    isWithin ||
    (arrayParameters &&
      areValues(
        rows,
        [...used].filter((place) => !computed[place]),
        model[source].columns,
      ))
  )
    return [rows]
  const size = Math.max(1, Math.floor(maxParameters / used.size))
  const chunks: (readonly InsertRow[])[] = []
  for (let start = 0; start < rows.length; start += size) chunks.push(rows.slice(start, start + size))
  return chunks
}

function withClientDefaults(rows: readonly InsertRow[], model: AnyModel, context: LowerContext): readonly InsertRow[] {
  const { columns } = model[source]
  const computed = columns.flatMap((column, place) => (column.traits.clientDefault === undefined ? [] : [place]))
  if (computed.length === 0) return rows
  return rows.map((row) => {
    const complete = [...row]
    for (const place of computed)
      if (complete[place] === undefined) complete[place] = computedValue(columns[place]!.traits.clientDefault!, columns[place]!, context)
    return complete
  })
}

/** The columns that any row sets, in the table's order, so that the text does not depend on the order of properties. */
function usedPlaces(rows: readonly InsertRow[]): number[] {
  const used: number[] = []
  const width = rows[0]?.length ?? 0
  for (let place = 0; place < width; place++) if (rows.some((row) => row[place] !== undefined)) used.push(place)
  return used
}

/** Whether each row gives a value, and no expression, for each of the columns. */
function areValues(rows: readonly InsertRow[], places: readonly number[], columns: readonly Column<any, any, any>[]): boolean {
  if (places.some((place) => hasOwnSql(columns[place]!.type))) return false
  return rows.every((row) => places.every((place) => row[place] !== undefined && !isNode(row[place])))
}

function encodeList(rows: readonly InsertRow[], place: number, lowering: RowLowering): unknown {
  return lowering.context.dialect.arrayParameter(rows.map((row, index) => encodeValue(row[place], place, index, lowering)))
}

function encodeValue(value: unknown, place: number, index: number, { columns, codecs, batch, context }: RowLowering): unknown {
  if (value === null) return null
  try {
    return codecs[place]!.encode(value)
  } catch {
    // Fails alike, and says for which column and row.
    return encodeParameter(value, columns[place]!.type, labelOf(columns[place]!, index, batch), context)
  }
}

function lowerRow(row: InsertRow, index: number, lowering: RowLowering): PrimitiveValueListNode | ValueListNode {
  const { columns, used, batch, context } = lowering
  if (!context.literals && areValues([row], used, columns))
    return PrimitiveValueListNode.create(used.map((place) => encodeValue(row[place], place, index, lowering)))
  return ValueListNode.create(
    used.map((place) => {
      const column = columns[place]!
      const value = row[place]
      return value === undefined
        ? defaultNode(column, index, lowering)
        : operandNode(value, column.type, labelOf(column, index, batch), context)
    }),
  )
}

/** What takes the place of a value in the text. */
function isNode(value: unknown): boolean {
  return typeof value === "object" && value !== null && (isLowerable(value) || "toOperationNode" in value)
}

function labelOf(column: Column<any, any, any>, index: number, { before, total }: InsertBatch): string {
  return total === 1 ? column.label : `${column.label} (row ${before + index + 1})`
}

function defaultNode(column: Column<any, any, any>, index: number, { batch, title, context }: RowLowering): OperationNode {
  if (context.dialect.defaultInValues) return DefaultInsertValueNode.create()
  throw new StatementError(
    `${title}: row ${batch.before + index + 1} has no "${column.key}", and ${context.dialect.title} takes no DEFAULT among several rows of one statement`,
    { hint: "give every row the same properties (null where NULL is meant), or run the insert by itself, which makes statements of it" },
  )
}
