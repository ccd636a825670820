import { IdentifierNode, RawNode, type OperationNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import { arrayRows } from "../write/array-rows.ts"
import { declaredType, type DeclaredValue } from "../types/declared-type.ts"
import type { AnyExpr } from "../expression/expression.ts"
import { isLowerable, type LowerContext } from "../lowering/lower.ts"
import { encodeParameter, valueNode } from "../expression/operand.ts"
import { castNode } from "../expression/operators.ts"
import { hasOwnSql, written } from "../expression/own-sql.ts"
import { entryColumns, type RowColumn } from "./row-columns.ts"
import { requireKeys } from "../select/selection.ts"
import type { SourceInfo } from "./source.ts"
import { requireEntryName, subquerySource, type SubquerySource } from "./subquery.ts"
import type { DeclaredColumns, DeclaredRow } from "../text/text-statement.ts"
import { type SqlType, travellingType, unlimited } from "../types/type.ts"

/** A row of a list of values: a value or an expression for each column. */
export type ValuesRow<C> = { readonly [K in keyof C]: DeclaredValue<C[K]> | AnyExpr<DeclaredValue<C[K]>> }

/** From this many rows on they travel as lists, where the database has array parameters: the text stays short and the same. */
const rowsInText = 100

/**
 * Rows of values as a FROM entry.
 *
 * @example
 * const prices = valuesList("prices", { id: integer(), price: numeric().nullable() }, [{ id: 1, price: "9.50" }, { id: 2, price: null }])
 * select({ title: Post.c.title, price: prices.c.price }).from(Post).join(prices, prices.c.id.eq(Post.c.id))
 * @throws StatementError for an empty list, and for a row with other properties than the columns
 */
export function valuesList<const A extends string, C extends DeclaredColumns>(
  alias: A,
  columns: C,
  rows: readonly ValuesRow<C>[],
): SubquerySource<DeclaredRow<C>, A> {
  requireEntryName(alias, "valuesList()", "a list of values")
  const declared = declaredColumns(columns, `values ${alias}`)
  const given = requireRows(rows, declared, `values ${alias}`)
  const info: SourceInfo = {
    id: {},
    name: alias,
    from: (context) => lowerValues(alias, declared, given, context),
    columns: [],
    entity: undefined,
  }
  Object.assign(info, { columns: entryColumns(info, declared) })
  return subquerySource(info)
}

/** The columns of rows, by name, as their author declares them. @throws StatementError for what is no type */
export function declaredColumns(columns: DeclaredColumns, title: string): readonly RowColumn[] {
  if (typeof columns !== "object" || columns === null) {
    throw new StatementError(`${title} takes the types of its columns, not ${String(columns)}`, {
      hint: "write { id: integer(), name: text() }",
    })
  }
  const keys = requireKeys(Object.keys(columns))
  if (keys.length === 0 || keys.includes("")) throw new StatementError(`${title}: its columns need names`)
  return keys.map((key) => ({ key, name: key, json: undefined, ...declaredType(columns[key], `${title}, "${key}"`) }))
}

function requireRows(rows: unknown, columns: readonly RowColumn[], title: string): readonly (readonly unknown[])[] {
  if (!Array.isArray(rows)) throw new StatementError(`${title} takes a list of rows, not ${String(rows)}`)
  if (rows.length === 0) {
    throw new StatementError(`${title} has no rows`, {
      hint: "there is no list of nothing in SQL: run the statement only when there are rows",
    })
  }
  return rows.map((row: unknown, index) => requireRow(row, columns, `${title}, row ${index + 1}`))
}

function requireRow(row: unknown, columns: readonly RowColumn[], where: string): readonly unknown[] {
  if (typeof row !== "object" || row === null) throw new StatementError(`${where} is ${String(row)}, not an object of values`)
  const unknown = Object.keys(row).find((key) => !columns.some((column) => column.key === key))
  if (unknown !== undefined)
    throw new StatementError(`${where}: there is no column "${unknown}"`, {
      hint: `the columns are ${columns.map(({ key }) => key).join(", ")}`,
    })
  return columns.map(({ key, nullable }) => {
    const value: unknown = Object.hasOwn(row, key) ? Reflect.get(row, key) : undefined
    if (value === undefined)
      throw new StatementError(`${where} has no "${key}"`, { hint: "every row says every column: null where NULL is meant" })
    if (value === null && !nullable) throw new StatementError(`${where}: "${key}" cannot be null`, { hint: `declare it nullable()` })
    return value
  })
}

function lowerValues(
  alias: string,
  columns: readonly RowColumn[],
  rows: readonly (readonly unknown[])[],
  context: LowerContext,
): OperationNode {
  const { dialect } = context
  const isPlain = rows.every((row) => !row.some(isLowerable))
  if (rows.length > rowsInText && isPlain && dialect.capabilities.arrayParameters && !context.literals)
    return asLists(alias, columns, rows, context)
  const lines = rows.map((row, index) =>
    listed(
      row.map((value, place) => valueIn(value, columns[place]!, index, alias, context)),
      "(",
      ")",
    ),
  )
  const values = listed(lines, "values ", "")
  return named(alias, columns, dialect.queries.namesColumns ? values : renamed(columns, values), context)
}

function valueIn(value: unknown, { key, type }: RowColumn, row: number, alias: string, context: LowerContext): OperationNode {
  const node = isLowerable(value)
    ? value.lower(context)
    : givenValue(value, unlimited(type), `values ${alias}, row ${row + 1}, "${key}"`, context)
  // The first row says the types of all.
  return row === 0 && context.dialect.castsParameters ? castNode(node, unlimited(type), context) : node
}

function givenValue(value: unknown, type: SqlType, label: string, context: LowerContext): OperationNode {
  const node = valueNode(encodeParameter(value, type, label, context), context)
  return value === null ? node : written(node, type, context)
}

/** One parameter a column, whatever the number of rows. */
function asLists(
  alias: string,
  columns: readonly RowColumn[],
  rows: readonly (readonly unknown[])[],
  context: LowerContext,
): OperationNode {
  const { dialect } = context
  const lists = columns.map(({ key, type }, place) => {
    const plain = unlimited(type)
    const values = rows.map((row, index) => encodeParameter(row[place], plain, `values ${alias}, row ${index + 1}, "${key}"`, context))
    const travels = hasOwnSql(plain) ? (travellingType(plain) ?? plain) : plain
    return { name: `c${place}`, type: travels, list: dialect.arrayParameter(values) }
  })
  const { from, columns: given } = arrayRows("rebis_values", lists, dialect, false)
  const nodes = given.map((node, place) => {
    const plain = unlimited(columns[place]!.type)
    return hasOwnSql(plain) ? castNode(written(node, plain, context), plain, context) : node
  })
  return named(alias, columns, RawNode.create(["", " from ", ""], [listed(nodes, "select ", ""), from]), context)
}

/** `select "column1" as "id", … from (values …)`, where a FROM entry cannot name its columns. */
function renamed(columns: readonly RowColumn[], values: OperationNode): OperationNode {
  const items = columns.map(({ name }, place) => RawNode.create([`"column${place + 1}" as `, ""], [IdentifierNode.create(name)]))
  return RawNode.create(["", " from (", ")"], [listed(items, "select ", ""), values])
}

function named(alias: string, columns: readonly RowColumn[], rows: OperationNode, { dialect }: LowerContext): OperationNode {
  const names = columns.map(({ name }) => IdentifierNode.create(name))
  const list = dialect.queries.namesColumns ? listed(names, "(", ")") : RawNode.createWithSql("")
  return RawNode.create(["(", ") as ", "", ""], [rows, IdentifierNode.create(alias), list])
}

/** Nodes between commas. */
export function listed(nodes: readonly OperationNode[], before: string, after: string): RawNode {
  if (nodes.length === 0) return RawNode.createWithSql(before + after)
  return RawNode.create([before, ...nodes.slice(1).map(() => ", "), after], [...nodes])
}
