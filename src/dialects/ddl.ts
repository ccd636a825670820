import type {
  CheckDefinition,
  ColumnDefinition,
  EnumDefinition,
  ForeignKeyDefinition,
  IndexDefinition,
  KeyDefinition,
  TableDefinition,
} from "../schema/index.ts"

/** A table or type by name; without a schema, in the connection's default one. */
export interface ObjectName {
  readonly schema?: string
  readonly name: string
}

/** A constraint that can be added to a table that is there. */
export type ConstraintDefinition =
  | { readonly kind: "primary key"; readonly definition: KeyDefinition }
  | { readonly kind: "unique"; readonly definition: KeyDefinition }
  | { readonly kind: "foreign key"; readonly definition: ForeignKeyDefinition }
  | { readonly kind: "check"; readonly definition: CheckDefinition }

/** What becomes of a column; a field that is absent stays. `null` takes away. */
export interface ColumnChange {
  readonly type?: { readonly to: string; readonly using?: string | undefined }
  readonly nullable?: boolean
  readonly default?: string | null
  readonly identity?: { readonly from?: "always" | "by default" | null | undefined; readonly to: "always" | "by default" | null }
  readonly comment?: string | null
}

/** Where a label goes in an enum; absent: at the end. */
export interface EnumPlace {
  readonly before?: string
  readonly after?: string
}

/** A table that is made anew because the database cannot alter it. */
export interface TableRebuild {
  readonly before: TableDefinition
  readonly after: TableDefinition
  /** By column of `after`: the expression over the old row that fills it, where it is not the old column of the same name. */
  readonly using: Readonly<Record<string, string>>
  /** Statements that make again what goes with the table, its triggers, and look whether what uses it, its views, can stay. */
  readonly dependents: readonly string[]
}

/**
 * The statements that define a schema. All names are quoted; expressions and types are taken as SQL text.
 * A method that gives `undefined` says that the database cannot do it in place: the table has to be rebuilt.
 */
export interface Ddl {
  quote(name: string): string
  /** A column that a migration file may have been given on another database, in this one's words for types and the present moment. */
  localize(column: ColumnDefinition): ColumnDefinition
  /** Nothing where the database has no schemas. */
  createSchema(name: string): readonly string[]
  dropSchema(name: string): readonly string[]
  /** With its constraints, indexes and comments. */
  createTable(table: TableDefinition): readonly string[]
  dropTable(table: ObjectName): readonly string[]
  renameTable(table: ObjectName, name: string): readonly string[]
  addColumn(table: ObjectName, column: ColumnDefinition): readonly string[] | undefined
  dropColumn(table: ObjectName, column: string): readonly string[] | undefined
  alterColumn(table: ObjectName, column: string, change: ColumnChange): readonly string[] | undefined
  renameColumn(table: ObjectName, column: string, name: string): readonly string[]
  addConstraint(table: ObjectName, constraint: ConstraintDefinition): readonly string[] | undefined
  dropConstraint(table: ObjectName, name: string): readonly string[] | undefined
  renameConstraint(table: ObjectName, constraint: string, name: string): readonly string[] | undefined
  /** `concurrently` is left out where the database has no such thing; where it has, the statements are safe to run again. */
  createIndex(table: ObjectName, index: IndexDefinition, options?: { readonly concurrently?: boolean }): readonly string[]
  dropIndex(table: ObjectName, name: string, options?: { readonly concurrently?: boolean }): readonly string[]
  renameIndex(table: ObjectName, index: IndexDefinition, name: string): readonly string[]
  /** The expression that turns a column's values into another type, where the database does not do it without being told. */
  conversion(column: string, from: string, to: string): string | undefined
  commentOnTable(table: ObjectName, comment: string | null): readonly string[]
  /** Nothing where enums are text. */
  createEnum(type: EnumDefinition): readonly string[]
  dropEnum(type: ObjectName): readonly string[]
  /** Safe to run again. */
  addEnumValue(type: ObjectName, label: string, place: EnumPlace): readonly string[]
  /**
   * Run in a transaction: they make `place` the default schema, new and empty, and take the named schemas out of sight, until it is
   * rolled back. What else is on the search path stays in reach. Absent where there are no schemas.
   */
  readonly scratch?: (place: string, schemas: readonly string[]) => readonly string[]
  /** Absent where every change can be made in place. */
  readonly rebuild?: RebuildDdl
}

/** How tables are rebuilt on a database that cannot alter them. */
export interface RebuildDdl {
  table(rebuild: TableRebuild): readonly string[]
  /** A query of one value: whether foreign keys are enforced, 1 or 0. */
  readonly enforced: string
  /** Run outside a transaction, before and after one in which tables are rebuilt, when foreign keys are enforced. */
  readonly suspend: readonly string[]
  readonly resume: readonly string[]
  /** Run on the connection after such a transaction, also a failed one, whether foreign keys are enforced or not. */
  readonly restore: readonly string[]
  /** Each row of this query is a violated foreign key: the table, the row's id, the table referred to, the key's number. */
  readonly violations: string
}
