import {
  AggregateFunctionNode,
  AliasNode,
  CaseNode,
  ColumnNode,
  type CommonTableExpressionNode,
  DeleteQueryNode,
  FunctionNode,
  IdentifierNode,
  InsertQueryNode,
  MergeQueryNode,
  type OperationNode,
  ParensNode,
  RawNode,
  ReferenceNode,
  SelectAllNode,
  SelectQueryNode,
  type SelectionNode,
  TableNode,
  UpdateQueryNode,
} from "kysely"
import { columnsOfTable, type KnownColumn, type KnownColumns, type KnownTables, rememberedColumn, rememberedRows } from "./known-columns.ts"

export type QueryNode = SelectQueryNode | InsertQueryNode | UpdateQueryNode | DeleteQueryNode | MergeQueryNode

export function isQueryNode(node: OperationNode): node is QueryNode {
  return (
    SelectQueryNode.is(node) || InsertQueryNode.is(node) || UpdateQueryNode.is(node) || DeleteQueryNode.is(node) || MergeQueryNode.is(node)
  )
}

/** A column of a query's rows; its name is unknown where a text names it. */
export interface Output {
  readonly name: string | undefined
  readonly column: KnownColumn | undefined
}
/** The columns of a query's rows; not all of them where it selects everything of something unknown. */
export interface Outputs {
  readonly columns: readonly Output[]
  readonly complete: boolean
}

/** Functions that give what they are given. */
const passing: ReadonlySet<string> = new Set([
  "min",
  "max",
  "any_value",
  "coalesce",
  "nullif",
  "greatest",
  "least",
  "lag",
  "lead",
  "first_value",
  "last_value",
  "nth_value",
])

/** What the names in a query of Kysely's mean: its FROM entries by their aliases, its CTEs, and those of the queries around it. */
export class QueryScope {
  readonly #tables: KnownTables
  readonly #outer: QueryScope | undefined
  readonly #ctes = new Map<string, KnownColumns>()
  readonly #entries = new Map<string, KnownColumns>()

  constructor(query: QueryNode, tables: KnownTables, outer: QueryScope | undefined) {
    this.#tables = tables
    this.#outer = outer
    for (const expression of query.with?.expressions ?? []) this.#addCte(expression)
    for (const entry of entriesOf(query)) this.#addEntry(entry)
    if (InsertQueryNode.is(query) && query.into !== undefined) this.#entries.set("excluded", this.#columnsOf(query.into))
  }

  /** Whether a table's name means a CTE here. */
  isCte(name: string): boolean {
    return this.#ctes.has(name) || this.#outer?.isCte(name) === true
  }

  /** What an expression gives, where it is a column, or gives what one holds. */
  typeOf(node: OperationNode): KnownColumn | undefined {
    const remembered = rememberedColumn(node)
    if (remembered !== undefined) return remembered
    if (ReferenceNode.is(node)) return ColumnNode.is(node.column) ? this.#column(node.column, node.table) : undefined
    if (ColumnNode.is(node)) return this.#column(node, undefined)
    if (AliasNode.is(node) || ParensNode.is(node)) return this.typeOf(node.node)
    if (isQueryNode(node)) return this.#single(node)
    if (AggregateFunctionNode.is(node)) return passing.has(node.func) ? this.#firstOf(node.aggregated) : undefined
    if (FunctionNode.is(node)) return passing.has(node.func) ? this.#firstOf(node.arguments) : undefined
    if (CaseNode.is(node)) return this.#firstOf([...(node.when ?? []).map(({ result }) => result), node.else])
    const isWrapping = RawNode.is(node) && node.parameters.length === 1 && node.sqlFragments.every((fragment) => fragment === "")
    return isWrapping ? this.typeOf(node.parameters[0]!) : undefined
  }

  /** The columns of the rows that the query of this scope gives. */
  outputsOf(query: QueryNode): Outputs {
    const selections = (SelectQueryNode.is(query) ? query.selections : query.returning?.selections) ?? []
    const parts = selections.map(({ selection }) => this.outputsOfSelection(selection))
    return { columns: parts.flatMap(({ columns }) => columns), complete: parts.every(({ complete }) => complete) }
  }

  /** The columns that one item of a select list is. */
  outputsOfSelection(selection: SelectionNode["selection"]): Outputs {
    if (SelectAllNode.is(selection))
      return everything([...this.#entries].flatMap(([name, columns]) => (name === "excluded" ? [] : [columns])))
    if (ReferenceNode.is(selection) && SelectAllNode.is(selection.column)) {
      const columns = selection.table === undefined ? undefined : this.#entry(nameOf(selection.table))
      return columns === undefined ? { columns: [], complete: false } : everything([columns])
    }
    return { columns: [{ name: outputName(selection), column: this.typeOf(selection) }], complete: true }
  }

  #single(query: QueryNode): KnownColumn | undefined {
    const { columns, complete } = new QueryScope(query, this.#tables, this).outputsOf(query)
    return complete && columns.length === 1 ? columns[0]!.column : undefined
  }

  #firstOf(nodes: readonly (OperationNode | undefined)[]): KnownColumn | undefined {
    for (const node of nodes) {
      const known = node === undefined ? undefined : this.typeOf(node)
      if (known !== undefined) return known
    }
    return undefined
  }

  #column(column: ColumnNode, table: TableNode | undefined): KnownColumn | undefined {
    const { name } = column.column
    if (table !== undefined) return this.#entry(nameOf(table))?.get(name)
    const owners = [...this.#entries].filter(([entry, columns]) => entry !== "excluded" && columns.has(name))
    if (owners.length > 0) return owners.length === 1 ? owners[0]![1].get(name) : undefined
    return this.#outer === undefined ? undefined : this.#outer.#column(column, table)
  }

  #entry(name: string): KnownColumns | undefined {
    return this.#entries.get(name) ?? (this.#outer === undefined ? undefined : this.#outer.#entry(name))
  }

  #cte(name: string): KnownColumns | undefined {
    return this.#ctes.get(name) ?? (this.#outer === undefined ? undefined : this.#outer.#cte(name))
  }

  #addCte({ name, expression }: CommonTableExpressionNode): void {
    const columns = this.#columnsOf(expression)
    const renamed = name.columns?.map((column, index): [string, KnownColumn | undefined] => [
      column.column.name,
      [...columns.values()][index],
    ])
    this.#ctes.set(nameOf(name.table), renamed === undefined ? columns : new Map(renamed))
  }

  #addEntry(node: OperationNode): void {
    if (TableNode.is(node)) this.#entries.set(nameOf(node), this.#columnsOf(node))
    else if (AliasNode.is(node) && IdentifierNode.is(node.alias)) this.#entries.set(node.alias.name, this.#columnsOf(node.node))
  }

  /** The columns of what stands in FROM; none where nothing is known of it. */
  #columnsOf(node: OperationNode): KnownColumns {
    const remembered = rememberedRows(node)
    if (remembered !== undefined) return remembered
    if (ParensNode.is(node)) return this.#columnsOf(node.node)
    if (TableNode.is(node)) {
      const table = this.#tables.get(nameOf(node))
      return this.#cte(nameOf(node)) ?? (table === undefined ? new Map() : columnsOfTable(table))
    }
    if (!isQueryNode(node)) return new Map()
    const { columns } = new QueryScope(node, this.#tables, this).outputsOf(node)
    return new Map(columns.flatMap(({ name, column }) => (name === undefined ? [] : [[name, column]])))
  }
}

function everything(entries: readonly KnownColumns[]): Outputs {
  return {
    columns: entries.flatMap((columns) => [...columns].map(([name, column]) => ({ name, column }))),
    complete: entries.every((columns) => columns.size > 0),
  }
}

/** What a query names in its FROM, or what takes its place. */
function entriesOf(query: QueryNode): readonly OperationNode[] {
  if (InsertQueryNode.is(query)) return query.into === undefined ? [] : [query.into]
  if (MergeQueryNode.is(query)) return [query.into, ...(query.using === undefined ? [] : [query.using.table])]
  const tables = UpdateQueryNode.is(query) && query.table !== undefined ? [query.table] : []
  const using = DeleteQueryNode.is(query) ? (query.using?.tables ?? []) : []
  return [...tables, ...(query.from?.froms ?? []), ...using, ...(query.joins ?? []).map(({ table }) => table)]
}

function outputName(selection: OperationNode): string | undefined {
  if (AliasNode.is(selection)) return IdentifierNode.is(selection.alias) ? selection.alias.name : undefined
  if (ColumnNode.is(selection)) return selection.column.name
  return ReferenceNode.is(selection) && ColumnNode.is(selection.column) ? selection.column.column.name : undefined
}

export function nameOf({ table }: TableNode): string {
  return table.identifier.name
}
