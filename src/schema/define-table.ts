import type { TableNode } from "kysely"
import { IdentifierNode, SchemableIdentifierNode } from "kysely"
import { DefinitionError, StatementError } from "../errors/index.ts"
import { Column, type ColumnTraits, type Expr, hasOwnSql, type LowerContext, Order, type SourceInfo } from "../sql/index.ts"
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
  /** The property that says which class a row is of, and what it says in rows of the declared class. */
  readonly discriminator?: { readonly key: string; readonly identity: unknown }
}

/** What statements know of a column that says which class a row is of. */
export function discriminatorTraits(identity: unknown, table: string): ColumnTraits {
  const clientDefault = (): unknown => {
    if (identity !== undefined) return identity
    throw new StatementError(`insert into ${table}: its class is abstract, so that no row is of it alone`, {
      hint: "insert into a subtype",
    })
  }
  return { nullable: false, discriminator: true, clientDefault }
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
  const { discriminator } = declaration
  const columns = Object.entries(declaration.columns).map(([key, builder]) =>
    tableColumn(info, key, builder, key === discriminator?.key ? discriminatorTraits(discriminator.identity, name) : undefined),
  )
  if (columns.length === 0) throw new DefinitionError(`table ${name} has no columns`)
  requireDistinct(columns, name)
  requireVersion(columns, name)
  Object.assign(info, { columns: columns.map((column) => column.expression) })
  if (columns.some(({ options }) => options.version === "system")) Object.assign(info, { from: fromWith(columns, info) })
  const naming = new Naming(name, columns, metadata)
  const listed = items(expressionsOf(columns))
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

/**
 * Adds to a table what a subtype declares that stands in it.
 * @param inherited the columns of the table that the subtype has already
 * @returns the added columns
 */
export function extendTable(
  table: Table,
  declared: TableDeclaration["columns"],
  inherited: readonly TableColumn[],
  items: (columns: Record<string, Column<any, any, any>>) => readonly TableItem[],
  metadata: MetaData,
): readonly TableColumn[] {
  const columns = Object.entries(declared).map(([key, builder]) => tableColumn(table.info, key, builder))
  for (const column of columns) requireLeftOut(column, table)
  requireDistinct([...table.columns, ...columns], table.name)
  // Constraints of the columns alone; those that are listed may be over inherited ones too.
  const naming = new Naming(table.name, columns, metadata)
  const listing = new Naming(table.name, [...inherited, ...columns], metadata)
  const listed = items(expressionsOf([...inherited, ...columns]))
  if (listed.some(({ kind }) => kind === "primaryKey"))
    throw new DefinitionError(`a subtype has the primary key of ${table.fullName} already`)
  metadata.extend(table, {
    columns,
    uniques: [...naming.uniques([]), ...listing.listedUniques(listed)],
    checks: listed.filter((item): item is CheckItem => item.kind === "check").map((item) => naming.check(item)),
    indexes: [...naming.indexes([]), ...listing.listedIndexes(listed)],
    pendingForeignKeys: [...naming.foreignKeys([]), ...listing.listedForeignKeys(listed)],
  })
  return columns
}

/** @throws DefinitionError for a column without which rows of other classes could not be written */
function requireLeftOut({ key, options }: TableColumn, table: Table): void {
  if (options.primaryKey || options.identity !== undefined) {
    throw new DefinitionError(
      `column "${key}" of a subtype in the table ${table.fullName} cannot be ${options.primaryKey ? "in its primary key" : "numbered"}`,
      {
        hint: "rows of other classes stand in the same table: give the subtype a table of its own",
      },
    )
  }
  if (options.nullable || options.serverDefault !== undefined) return
  throw new DefinitionError(
    `column "${key}" of a subtype in the table ${table.fullName} is neither nullable nor has it a default in the database`,
    {
      hint: "rows of other classes stand in the same table: say nullable() or default(…), or give the subtype a table of its own",
    },
  )
}

function expressionsOf(columns: readonly TableColumn[]): Record<string, Column<any, any, any>> {
  return Object.fromEntries(columns.map((column) => [column.key, column.expression]))
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

function tableColumn(info: SourceInfo, key: string, builder: AnyColumnBuilder, given?: ColumnTraits): TableColumn {
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
  const { nullable, clientDefault, clientOnUpdate } = options
  const traits = given ?? { nullable, clientDefault, clientOnUpdate }
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
    return [...single.map(({ columns, name }) => ({ columns, name: this.#name("uq", columns, name) })), ...this.listedUniques(items)]
  }
  listedUniques(items: readonly TableItem[]): UniqueConstraint[] {
    return items
      .filter((item) => item.kind === "unique")
      .map((item) => ({ columns: this.#own(item.columns), name: item.name }))
      .map(({ columns, name }) => ({ columns, name: this.#name("uq", columns, name) }))
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
    return [...single, ...this.listedIndexes(items)]
  }
  listedIndexes(items: readonly TableItem[]): TableIndex[] {
    return items.filter((item): item is IndexItem => item.kind === "index").map((item) => this.#index(item))
  }

  foreignKeys(items: readonly TableItem[]): PendingForeignKey[] {
    const single = this.#columns
      .filter((column) => column.options.reference !== undefined)
      .map((column) => ({ columns: [column], targets: [column.options.reference!.target], options: column.options.reference!.options }))
    return [...single, ...this.listedForeignKeys(items)]
  }
  listedForeignKeys(items: readonly TableItem[]): PendingForeignKey[] {
    return items
      .filter((item): item is ForeignKeyItem => item.kind === "foreignKey")
      .map((item) => ({ columns: this.#own(item.columns), targets: item.targets, options: item.options }))
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
