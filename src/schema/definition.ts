import type { ReferentialAction } from "./column-builder.ts"

// A schema as plain data, in SQL's own terms. Metadata lowers to it, introspection gives it, DDL is printed from it and
// the diff compares two of it. Every expression is SQL text.

export interface SchemaDefinition {
  /** Named schemas that exist; absent: those that its objects name. */
  readonly schemas?: readonly string[]
  readonly enums: readonly EnumDefinition[]
  readonly tables: readonly TableDefinition[]
}

export interface EnumDefinition {
  /** Absent in the connection's default schema. */
  readonly schema?: string
  readonly name: string
  readonly labels: readonly string[]
}

export interface TableDefinition {
  readonly schema?: string
  readonly name: string
  readonly columns: readonly ColumnDefinition[]
  readonly primaryKey?: KeyDefinition
  readonly uniques: readonly KeyDefinition[]
  readonly foreignKeys: readonly ForeignKeyDefinition[]
  readonly checks: readonly CheckDefinition[]
  readonly indexes: readonly IndexDefinition[]
  readonly comment?: string
  /** What stands behind the closing parenthesis of CREATE TABLE, such as `strict` or `without rowid` on SQLite. */
  readonly options?: readonly string[]
}

export interface ColumnDefinition {
  readonly name: string
  /** As the database spells it: `integer`, `character varying(20)`, `timestamp with time zone[]`. */
  readonly type: string
  readonly nullable: boolean
  /** SQL text; absent when there is none. */
  readonly default?: string
  readonly identity?: "always" | "by default"
  /** Computed from other columns; models do not declare it yet. */
  readonly generated?: { readonly expression: string; readonly kind: "stored" | "virtual" }
  /** Where it is not the type's own; models do not declare it yet. As SQL: a quoted name. */
  readonly collation?: string
  readonly comment?: string
}

/** A primary key or unique constraint. */
export interface KeyDefinition {
  /** Empty for a constraint that was made without one, which only SQLite knows. */
  readonly name: string
  readonly columns: readonly string[]
  // What models do not declare yet, but a key that is dropped and made again keeps.
  readonly include?: readonly string[]
  readonly nullsNotDistinct?: boolean
  readonly deferrable?: "immediate" | "deferred"
}

export interface ForeignKeyDefinition {
  readonly name: string
  readonly columns: readonly string[]
  readonly referredSchema?: string
  readonly referredTable: string
  readonly referredColumns: readonly string[]
  readonly onDelete: ReferentialAction
  readonly onUpdate: ReferentialAction
  readonly deferrable?: "immediate" | "deferred"
  readonly match?: "full"
  /** The columns that `on delete set null` (or default) sets, where not all. */
  readonly onDeleteColumns?: readonly string[]
}

export interface CheckDefinition {
  readonly name: string
  /** Without the outer parentheses of `check (…)`. */
  readonly expression: string
}

export interface IndexDefinition {
  readonly name: string
  readonly unique: boolean
  /** `btree` unless said otherwise. */
  readonly method?: string
  readonly keys: readonly IndexKeyDefinition[]
  /** The condition of a partial index. */
  readonly where?: string
  // What models do not declare yet, but an index that is dropped and made again keeps.
  readonly include?: readonly string[]
  readonly nullsNotDistinct?: boolean
  /** Storage parameters: `fillfactor=70`. */
  readonly with?: readonly string[]
}

export interface IndexKeyDefinition {
  /** A column, or an expression's text. */
  readonly column?: string
  readonly expression?: string
  readonly direction: "asc" | "desc"
  /** Absent for the database's default: last for `asc`, first for `desc` on PostgreSQL. */
  readonly nulls?: "first" | "last"
  /** As SQL: a quoted name. */
  readonly collation?: string
  /** Where it is not the type's own; as SQL, with its parameters. */
  readonly operatorClass?: string
}
