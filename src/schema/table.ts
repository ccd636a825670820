import { DefinitionError } from "../errors/index.ts"
import type { Column, Condition, Expr, Order, SourceInfo, SqlType } from "../sql/index.ts"
import type { ColumnOptions, ReferenceOptions, ReferenceTarget } from "./column-builder.ts"
import { constraintName, needsReferred, type NamedConstraint, type NamingConvention } from "./naming.ts"

/** A column of a table: its property, its name in the database and its definition. */
export interface TableColumn {
  readonly key: string
  readonly name: string
  readonly type: SqlType
  readonly options: ColumnOptions
  /** The column as statements use it. */
  readonly expression: Column<any, any, any>
}

export interface PrimaryKey {
  readonly name: string
  readonly columns: readonly TableColumn[]
}
export interface UniqueConstraint {
  readonly name: string
  readonly columns: readonly TableColumn[]
}
export interface CheckConstraint {
  readonly name: string
  readonly condition: Condition
}
export interface TableIndex {
  readonly name: string
  readonly keys: readonly (Expr<any, any> | Order)[]
  readonly unique: boolean
  readonly where: Condition | undefined
  readonly method: string | undefined
}
export interface ForeignKey {
  readonly name: string
  readonly columns: readonly TableColumn[]
  readonly referredTable: Table
  readonly referredColumns: readonly TableColumn[]
  readonly options: ReferenceOptions
}

/** A foreign key as declared: its target is looked up once all models are there. */
export interface PendingForeignKey {
  readonly columns: readonly TableColumn[]
  readonly targets: readonly ReferenceTarget[]
  readonly options: ReferenceOptions
}

export interface TableParts {
  readonly name: string
  readonly schema: string | undefined
  readonly comment: string | undefined
  readonly columns: readonly TableColumn[]
  readonly primaryKey: PrimaryKey | undefined
  readonly uniques: readonly UniqueConstraint[]
  readonly checks: readonly CheckConstraint[]
  readonly indexes: readonly TableIndex[]
  readonly pendingForeignKeys: readonly PendingForeignKey[]
  readonly info: SourceInfo
}

/** What a subtype adds to a table. */
export type TableExtension = Pick<TableParts, "columns" | "uniques" | "checks" | "indexes" | "pendingForeignKeys">

/** What resolves the targets of foreign keys: the metadata that holds all tables. */
export interface TableRegistry {
  readonly namingConvention: NamingConvention
  /** The table that a model's source belongs to. */
  tableOf(info: SourceInfo): Table | undefined
  /** By name, `schema.name` for one in a named schema. */
  find(name: string): Table | undefined
}

/** A table of the metadata, with every constraint named. */
export class Table {
  readonly name: string
  readonly schema: string | undefined
  readonly comment: string | undefined
  readonly columns: readonly TableColumn[]
  readonly primaryKey: PrimaryKey | undefined
  readonly uniques: readonly UniqueConstraint[]
  readonly checks: readonly CheckConstraint[]
  readonly indexes: readonly TableIndex[]
  readonly info: SourceInfo
  #pending: readonly PendingForeignKey[]
  readonly #registry: TableRegistry
  #foreignKeys: readonly ForeignKey[] | undefined

  constructor(parts: TableParts, registry: TableRegistry) {
    this.name = parts.name
    this.schema = parts.schema
    this.comment = parts.comment
    this.columns = parts.columns
    this.primaryKey = parts.primaryKey
    this.uniques = parts.uniques
    this.checks = parts.checks
    this.indexes = parts.indexes
    this.info = parts.info
    this.#pending = parts.pendingForeignKeys
    this.#registry = registry
    const convention = registry.namingConvention
    this.requireDistinctNames(
      needsReferred(convention) ? [] : this.#pending.map((pending) => foreignKeyName(this.name, pending, undefined, convention)),
    )
  }

  /** `schema.name`, or the name alone in the default schema. */
  get fullName(): string {
    return this.schema === undefined ? this.name : `${this.schema}.${this.name}`
  }

  /** By property or by name in the database. */
  column(name: string): TableColumn | undefined {
    return this.columns.find((column) => column.key === name) ?? this.columns.find((column) => column.name === name)
  }

  /** Adds what a subtype declares that stands in this table. @throws DefinitionError when two constraints would share a name */
  extend({ pendingForeignKeys, ...parts }: TableExtension): void {
    const added = Object.entries(parts) as [keyof typeof parts, readonly unknown[]][]
    Object.assign(this, Object.fromEntries(added.map(([part, more]) => [part, [...this[part], ...more]])))
    Object.assign(this.info, { columns: this.columns.map((column) => column.expression) })
    this.#pending = [...this.#pending, ...pendingForeignKeys]
    this.#foreignKeys = undefined
    const convention = this.#registry.namingConvention
    this.requireDistinctNames(
      needsReferred(convention) ? [] : this.#pending.map((pending) => foreignKeyName(this.name, pending, undefined, convention)),
    )
  }

  /** @throws DefinitionError when a target does not exist; ask only once all models are defined. */
  get foreignKeys(): readonly ForeignKey[] {
    if (this.#foreignKeys === undefined) {
      this.#foreignKeys = this.#pending.map((pending) => this.#resolve(pending))
      this.requireDistinctNames(this.#foreignKeys.map((key) => key.name))
    }
    return this.#foreignKeys
  }

  /** @throws DefinitionError when two constraints of the table, foreign keys by these names included, would share a name. */
  requireDistinctNames(foreignKeyNames: readonly string[]): void {
    const keys = this.primaryKey === undefined ? this.uniques : [this.primaryKey, ...this.uniques]
    const seen = new Set<string>()
    for (const name of [...keys, ...this.checks].map((constraint) => constraint.name).concat(foreignKeyNames)) {
      if (seen.has(name))
        throw new DefinitionError(`two constraints of ${this.fullName} would be called ${name}`, {
          hint: "give one of them a name of its own",
        })
      seen.add(name)
    }
  }

  #resolve(pending: PendingForeignKey): ForeignKey {
    const referred = pending.targets.map((target) => this.#target(target, pending))
    const referredTable = referred[0]!.table
    if (referred.some(({ table }) => table !== referredTable)) {
      throw new DefinitionError(`foreign key of ${this.fullName} (${names(pending.columns)}) refers to columns of more than one table`)
    }
    const target = { table: referredTable.name, columns: referred.map(({ column }) => column.name) }
    const name = foreignKeyName(this.name, pending, target, this.#registry.namingConvention)
    return {
      name,
      columns: pending.columns,
      referredTable,
      referredColumns: referred.map(({ column }) => column),
      options: pending.options,
    }
  }

  #target(target: ReferenceTarget, pending: PendingForeignKey): { readonly table: Table; readonly column: TableColumn } {
    const where = `foreign key of ${this.fullName} (${names(pending.columns)})`
    if (typeof target === "string") {
      const parts = target.split(".")
      const column = parts.pop()!
      const table = this.#registry.find(parts.join("."))
      if (table === undefined) {
        throw new DefinitionError(`${where} refers to "${target}", but there is no table ${parts.join(".")}`, {
          hint: "import the model's file before the metadata is used",
        })
      }
      return { table, column: requireColumn(table, column, where) }
    }
    const expression = target() as Column<any, any, any> | undefined
    const table = expression === undefined ? undefined : this.#registry.tableOf(expression.owner)
    if (table === undefined) throw new DefinitionError(`${where}: the function does not give a column of a model of this metadata`)
    return { table, column: requireColumn(table, expression!.key, where) }
  }
}

function foreignKeyName(
  table: string,
  pending: PendingForeignKey,
  referred: NamedConstraint["referred"],
  convention: NamingConvention,
): string {
  return constraintName({ kind: "fk", table, columns: pending.columns, name: pending.options.name, referred }, convention)
}

function requireColumn(table: Table, name: string, where: string): TableColumn {
  const column = table.column(name)
  if (column === undefined) {
    throw new DefinitionError(`${where} refers to ${table.fullName}.${name}, which does not exist`, {
      hint: `its columns are ${names(table.columns)}`,
    })
  }
  return column
}

function names(columns: readonly TableColumn[]): string {
  return columns.map((column) => column.name).join(", ")
}
