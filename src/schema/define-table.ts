import type { TableNode } from "kysely"
import { IdentifierNode, SchemableIdentifierNode } from "kysely"
import { DefinitionError } from "../errors/index.ts"
import { Column, type Expr, hasOwnSql, type LowerContext, Order, type SourceInfo } from "../sql/index.ts"
import { snakeCase } from "./case.ts"
import { type AnyColumnBuilder, ColumnBuilder } from "./column-builder.ts"
import type { MetaData } from "./metadata.ts"
import { constraintName, type ConstraintKind } from "./naming.ts"
import type { CheckItem, ForeignKeyItem, IndexItem, TableItem } from "./table-item.ts"
import { requireVersion } from "./version-column.ts"
import type { CheckConstraint, PendingForeignKey, PrimaryKey, Table, TableColumn, TableIndex, UniqueConstraint } from "./table.ts"

export interface TableDeclaration {
  readonly name: string
  readonly schema: string | undefined
  readonly comment: string | undefined
  readonly columns: Readonly<Record<string, AnyColumnBuilder>>
}

/** Makes a table of a declaration and adds it to the metadata. @throws DefinitionError */
export function defineTable(
  declaration: TableDeclaration,
  items: (columns: Record<string, Column<any, any, any>>) => readonly TableItem[],
  metadata: MetaData,
): Table {
  const { name, schema, comment } = declaration
  if (typeof name !== "string" || name === "") throw new DefinitionError("a model needs the name of its table")
  const info = tableInfo(name, schema)
  const columns = Object.entries(declaration.columns).map(([key, builder]) => tableColumn(info, key, builder))
  if (columns.length === 0) throw new DefinitionError(`table ${name} has no columns`)
  requireDistinct(columns, name)
  requireVersion(columns, name)
  Object.assign(info, { columns: columns.map((column) => column.expression) })
  if (columns.some(({ options }) => options.version === "system")) Object.assign(info, { from: fromWith(columns, info) })
  const byKey: Record<string, Column<any, any, any>> = Object.fromEntries(columns.map((column) => [column.key, column.expression]))
  const naming = new Naming(name, columns, metadata)
  const listed = items(byKey)
  return metadata.add({
    name,
    schema,
    comment,
    columns,
    info,
    primaryKey: naming.primaryKey(listed),
    uniques: naming.uniques(listed),
    checks: listed.filter((item): item is CheckItem => item.kind === "check").map((item) => naming.check(item)),
    indexes: naming.indexes(listed),
    pendingForeignKeys: naming.foreignKeys(listed),
  })
}

function tableInfo(name: string, schema: string | undefined): SourceInfo {
  const identifier =
    schema === undefined
      ? SchemableIdentifierNode.create(name)
      : { ...SchemableIdentifierNode.create(name), schema: IdentifierNode.create(schema) }
  const node: TableNode = { kind: "TableNode", table: identifier }
  const from = (context: LowerContext) => {
    if (schema === undefined) context.noteTable(name)
    return node
  }
  return { id: {}, name, from, columns: [], entity: undefined }
}

/** How a table stands in FROM; one with a column that only some servers have is refused on others. */
function fromWith(columns: readonly TableColumn[], info: SourceInfo): SourceInfo["from"] {
  const systemTypes = columns.filter(({ options }) => options.version === "system").map(({ type }) => type)
  const plain = { ...info }
  return (context) => {
    for (const type of systemTypes) context.dialect.codec(type)
    return plain.from(context)
  }
}

function tableColumn(info: SourceInfo, key: string, builder: AnyColumnBuilder): TableColumn {
  if (!(builder instanceof ColumnBuilder)) {
    throw new DefinitionError(`column "${key}" of table ${info.name} is not made by a column function`, {
      hint: "write integer(), text(), timestamptz(), …",
    })
  }
  if (key === "constructor" || key === "__proto__") {
    throw new DefinitionError(`a column of table ${info.name} has the property "${key}", by which an entity would lose its class`, {
      hint: `give it another one, and its name by named("${key}")`,
    })
  }
  const { options } = builder
  if (options.primaryKey && options.nullable)
    throw new DefinitionError(`column "${key}" of table ${info.name} cannot be nullable and in the primary key`)
  if (hasOwnSql(options.type) && (options.primaryKey || options.reference !== undefined)) {
    throw new DefinitionError(
      `column "${key}" of table ${info.name} cannot be a key: its codec reads and writes it through SQL of its own`,
      {
        hint: "rows are told apart and found by what is stored: give the table a key of its own, and this column unique()",
      },
    )
  }
  if (options.identity !== undefined && options.serverDefault !== undefined) {
    throw new DefinitionError(`column "${key}" of table ${info.name} has an identity and a default`, { hint: "keep one of them" })
  }
  const name = options.columnName ?? snakeCase(key)
  const traits = { nullable: options.nullable, clientDefault: options.clientDefault, clientOnUpdate: options.clientOnUpdate }
  return { key, name, type: options.type, options, expression: new Column(info, key, name, options.type, traits) }
}

function requireDistinct(columns: readonly TableColumn[], table: string): void {
  const seen = new Map<string, string>()
  for (const column of columns) {
    const before = seen.get(column.name)
    if (before !== undefined)
      throw new DefinitionError(`"${before}" and "${column.key}" of table ${table} are both the column ${column.name}`)
    seen.set(column.name, column.key)
  }
}

/** Turns what columns and items say into named constraints. */
class Naming {
  readonly #table: string
  readonly #columns: readonly TableColumn[]
  readonly #metadata: MetaData

  constructor(table: string, columns: readonly TableColumn[], metadata: MetaData) {
    this.#table = table
    this.#columns = columns
    this.#metadata = metadata
  }

  primaryKey(items: readonly TableItem[]): PrimaryKey | undefined {
    const listed = items.filter((item) => item.kind === "primaryKey")
    const own = this.#columns.filter((column) => column.options.primaryKey)
    if (listed.length + (own.length > 0 ? 1 : 0) > 1) throw new DefinitionError(`table ${this.#table} has more than one primary key`)
    const columns = listed[0] === undefined ? own : this.#own(listed[0].columns)
    if (columns.length === 0) return undefined
    const nullable = columns.find((column) => column.options.nullable)
    if (nullable !== undefined)
      throw new DefinitionError(`column "${nullable.key}" of table ${this.#table} cannot be nullable and in the primary key`)
    return { name: this.#name("pk", columns, listed[0]?.name), columns }
  }

  uniques(items: readonly TableItem[]): UniqueConstraint[] {
    const single = this.#columns
      .filter((column) => column.options.unique !== undefined)
      .map((column) => ({ columns: [column], name: column.options.unique!.name }))
    const listed = items.filter((item) => item.kind === "unique").map((item) => ({ columns: this.#own(item.columns), name: item.name }))
    return [...single, ...listed].map(({ columns, name }) => ({ columns, name: this.#name("uq", columns, name) }))
  }

  check(item: CheckItem): CheckConstraint {
    return { name: this.#name("ck", [], item.name), condition: item.condition }
  }

  indexes(items: readonly TableItem[]): TableIndex[] {
    const single = this.#columns
      .filter((column) => column.options.index !== undefined)
      .map((column) => ({
        name: this.#name("ix", [column], column.options.index!.name),
        keys: [column.expression],
        unique: false,
        where: undefined,
        method: undefined,
      }))
    return [...single, ...items.filter((item): item is IndexItem => item.kind === "index").map((item) => this.#index(item))]
  }

  foreignKeys(items: readonly TableItem[]): PendingForeignKey[] {
    const single = this.#columns
      .filter((column) => column.options.reference !== undefined)
      .map((column) => ({ columns: [column], targets: [column.options.reference!.target], options: column.options.reference!.options }))
    const listed = items
      .filter((item): item is ForeignKeyItem => item.kind === "foreignKey")
      .map((item) => ({ columns: this.#own(item.columns), targets: item.targets, options: item.options }))
    return [...single, ...listed]
  }

  #index(item: IndexItem): TableIndex {
    const columns = item.keys
      .map((key) => (key instanceof Order ? key.expression : key))
      .filter((key): key is Column<any, any, any> => key instanceof Column)
    const { name, unique, where, method } = item.options
    return { name: this.#name("ix", this.#own(columns), name), keys: item.keys, unique: unique ?? false, where, method }
  }

  #own(columns: readonly Expr<any, any>[]): TableColumn[] {
    return columns.map((expression) => {
      const own = this.#columns.find((column) => column.expression === expression)
      if (own === undefined)
        throw new DefinitionError(`table ${this.#table}: ${expression.label} is not one of its columns`, {
          hint: "use the argument of the third parameter: (t) => [index(t.title)]",
        })
      return own
    })
  }

  #name(kind: ConstraintKind, columns: readonly TableColumn[], name: string | undefined): string {
    return constraintName({ kind, table: this.#table, columns, name }, this.#metadata.namingConvention)
  }
}
