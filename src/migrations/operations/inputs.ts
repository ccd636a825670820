import type { ObjectName } from "../../dialects/index.ts"
import type {
  CheckDefinition,
  ColumnDefinition,
  ForeignKeyDefinition,
  IndexDefinition,
  IndexKeyDefinition,
  KeyDefinition,
  ReferentialAction,
  TableDefinition,
} from "../../schema/index.ts"

// What migration files write: definitions with everything left out that goes without saying.

/** `"user"`, or `{ schema: "audit", name: "entry" }`. A dot in a string is a part of the name. */
export type NameInput = string | ObjectName

export interface ColumnInput {
  readonly name: string
  /** As the database spells it. SQLite also takes PostgreSQL's names of types. */
  readonly type: string
  /** Default `false`. */
  readonly nullable?: boolean
  /** SQL text: `now()`, `'draft'`. */
  readonly default?: string
  readonly identity?: "always" | "by default"
  readonly generated?: { readonly expression: string; readonly kind: "stored" | "virtual" }
  readonly collation?: string
  readonly comment?: string
}

export interface ForeignKeyInput {
  readonly name: string
  readonly columns: readonly string[]
  readonly references: { readonly schema?: string; readonly table: string; readonly columns: readonly string[] }
  /** Default `"no action"`. */
  readonly onDelete?: ReferentialAction
  readonly onUpdate?: ReferentialAction
  readonly deferrable?: "immediate" | "deferred"
  readonly match?: "full"
  readonly onDeleteColumns?: readonly string[]
}

/** A column's name, or one with its order, or an expression. */
export type IndexKeyInput =
  | string
  | (({ readonly column: string } | { readonly expression: string }) & {
      readonly direction?: "asc" | "desc"
      readonly nulls?: "first" | "last"
      readonly collation?: string
      readonly operatorClass?: string
    })

export interface IndexInput {
  readonly name: string
  readonly keys: readonly IndexKeyInput[]
  readonly unique?: boolean
  readonly method?: string
  readonly where?: string
  readonly include?: readonly string[]
  readonly nullsNotDistinct?: boolean
  /** Storage parameters: `fillfactor=70`. */
  readonly with?: readonly string[]
}

export interface TableInput {
  readonly columns: readonly ColumnInput[]
  readonly primaryKey?: KeyDefinition
  readonly uniques?: readonly KeyDefinition[]
  readonly foreignKeys?: readonly ForeignKeyInput[]
  readonly checks?: readonly CheckDefinition[]
  readonly indexes?: readonly IndexInput[]
  readonly comment?: string
  /** What stands behind CREATE TABLE's parenthesis: `strict`, `without rowid`. */
  readonly options?: readonly string[]
}

export function objectName(input: NameInput): ObjectName {
  return typeof input === "string" ? { name: input } : input
}

export function columnDefinition(input: ColumnInput): ColumnDefinition {
  return { ...input, nullable: input.nullable ?? false }
}

export function foreignKeyDefinition({ references, onDelete, onUpdate, ...rest }: ForeignKeyInput): ForeignKeyDefinition {
  return {
    ...rest,
    ...(references.schema === undefined ? {} : { referredSchema: references.schema }),
    referredTable: references.table,
    referredColumns: references.columns,
    onDelete: onDelete ?? "no action",
    onUpdate: onUpdate ?? "no action",
  }
}

export function indexDefinition({ keys, unique, ...rest }: IndexInput): IndexDefinition {
  return { ...rest, unique: unique ?? false, keys: keys.map(indexKeyDefinition) }
}

function indexKeyDefinition(input: IndexKeyInput): IndexKeyDefinition {
  return typeof input === "string" ? { column: input, direction: "asc" } : { ...input, direction: input.direction ?? "asc" }
}

export function tableDefinition(name: ObjectName, input: TableInput): TableDefinition {
  const { columns, uniques, foreignKeys, checks, indexes, ...rest } = input
  return {
    ...name,
    ...rest,
    columns: columns.map(columnDefinition),
    uniques: uniques ?? [],
    foreignKeys: (foreignKeys ?? []).map(foreignKeyDefinition),
    checks: checks ?? [],
    indexes: (indexes ?? []).map(indexDefinition),
  }
}

export function nameInput({ schema, name }: ObjectName): NameInput {
  return schema === undefined ? name : { schema, name }
}

export function columnInput({ nullable, ...rest }: ColumnDefinition): ColumnInput {
  return nullable ? { ...rest, nullable } : rest
}

export function foreignKeyInput(definition: ForeignKeyDefinition): ForeignKeyInput {
  const { name, columns, referredSchema, referredTable, referredColumns, onDelete, onUpdate, ...rest } = definition
  return {
    name,
    columns,
    references: { ...(referredSchema === undefined ? {} : { schema: referredSchema }), table: referredTable, columns: referredColumns },
    ...(onDelete === "no action" ? {} : { onDelete }),
    ...(onUpdate === "no action" ? {} : { onUpdate }),
    ...rest,
  }
}

export function indexInput({ name, keys, unique, ...rest }: IndexDefinition): IndexInput {
  return { name, keys: keys.map(indexKeyInput), ...(unique ? { unique } : {}), ...rest }
}

function indexKeyInput({ column, expression, direction, ...rest }: IndexKeyDefinition): IndexKeyInput {
  const options = { ...(direction === "asc" ? {} : { direction }), ...rest }
  if (column === undefined) return { expression: expression ?? "", ...options }
  return Object.keys(options).length === 0 ? column : { column, ...options }
}

export function tableInput(definition: TableDefinition): TableInput {
  const { columns, primaryKey, uniques, foreignKeys, checks, indexes, comment, options } = definition
  return {
    columns: columns.map(columnInput),
    ...(primaryKey === undefined ? {} : { primaryKey }),
    ...(uniques.length === 0 ? {} : { uniques }),
    ...(foreignKeys.length === 0 ? {} : { foreignKeys: foreignKeys.map(foreignKeyInput) }),
    ...(checks.length === 0 ? {} : { checks }),
    ...(indexes.length === 0 ? {} : { indexes: indexes.map(indexInput) }),
    ...(comment === undefined ? {} : { comment }),
    ...(options === undefined ? {} : { options }),
  }
}
