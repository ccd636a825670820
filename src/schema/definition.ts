import type { ReferentialAction } from "./column-builder.ts"

// A schema as plain data, in SQL's own terms. Metadata lowers to it, introspection gives it, DDL is printed from it and
// the diff compares two of it. Every expression is SQL text.

export interface SchemaDefinition {
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
}

export interface ColumnDefinition {
  readonly name: string
  /** As the database spells it: `integer`, `character varying(20)`, `timestamp with time zone[]`. */
  readonly type: string
  readonly nullable: boolean
  /** SQL text; absent when there is none. */
  readonly default?: string
  readonly identity?: "always" | "by default"
  readonly comment?: string
}

export interface KeyDefinition {
  readonly name: string
  readonly columns: readonly string[]
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
}

export interface IndexKeyDefinition {
  /** A column, or an expression's text. */
  readonly column?: string
  readonly expression?: string
  readonly direction: "asc" | "desc"
  /** Absent for the database's default: last for `asc`, first for `desc` on PostgreSQL. */
  readonly nulls?: "first" | "last"
}
