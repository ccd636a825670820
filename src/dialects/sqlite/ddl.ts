import { UnsupportedError } from "../../errors/index.ts"
import type {
  ColumnDefinition,
  ForeignKeyDefinition,
  IndexDefinition,
  IndexKeyDefinition,
  KeyDefinition,
  TableDefinition,
} from "../../schema/index.ts"
import type { Ddl, ObjectName } from "../ddl.ts"
import { quoteIdentifier as quote } from "../values/type-spelling.ts"
import { localize } from "./ddl-localize.ts"
import { rebuildStatements } from "./ddl-rebuild.ts"

/**
 * Schemas in SQLite's words. It renames and adds simple columns in place; for the rest a table is rebuilt. Enums are text, and
 * comments, access methods and the place of nulls in an index are left out: SQLite has none.
 */
export const sqliteDdl: Ddl = {
  quote,
  localize,
  createSchema: noSchemas,
  dropSchema: noSchemas,
  createTable: (table) => [createTable(table), ...table.indexes.map((index) => createIndex(table, index))],
  dropTable: (table) => [`drop table ${named(table)}`],
  renameTable: (table, name) => [`alter table ${named(table)} rename to ${quote(name)}`],
  addColumn: (table, column) =>
    canBeAdded(column) ? [`alter table ${named(table)} add column ${columnText(column, undefined)}`] : undefined,
  dropColumn: () => undefined,
  alterColumn(_table, _column, { comment: _, ...change }) {
    return Object.keys(change).length === 0 ? [] : undefined
  },
  renameColumn: (table, column, name) => [`alter table ${named(table)} rename column ${quote(column)} to ${quote(name)}`],
  addConstraint: () => undefined,
  dropConstraint: () => undefined,
  renameConstraint: () => undefined,
  createIndex: (table, index) => [createIndex(table, index)],
  dropIndex: (_table, name) => [`drop index ${quote(name)}`],
  renameIndex: (table, index, name) => [`drop index ${quote(index.name)}`, createIndex(table, { ...index, name })],
  // Rows take the affinity of their column when they are copied.
  conversion: () => undefined,
  commentOnTable: () => [],
  createEnum: () => [],
  dropEnum: () => [],
  addEnumValue: () => [],
  rebuild: {
    table: (rebuild) => rebuildStatements(rebuild, { createTable, createIndex }),
    enforced: "pragma foreign_keys",
    suspend: ["pragma foreign_keys = off"],
    resume: ["pragma foreign_keys = on"],
    restore: ["pragma legacy_alter_table = off"],
    violations: "pragma foreign_key_check",
  },
}

function noSchemas(name: string): never {
  throw new UnsupportedError(`SQLite has no schemas, so there cannot be one called ${name}`, { hint: "leave the schema of the model out" })
}

function named({ schema, name }: ObjectName): string {
  return schema === undefined ? quote(name) : noSchemas(schema)
}

function columnList(columns: readonly string[]): string {
  return `(${columns.map(quote).join(", ")})`
}

function createTable(table: TableDefinition): string {
  const numbered = numberedColumn(table)
  const elements = [
    ...table.columns.map((column) => columnText(column, column === numbered ? table.primaryKey : undefined)),
    ...(table.primaryKey === undefined || numbered !== undefined
      ? []
      : [`${constraintName(table.primaryKey)}primary key ${columnList(table.primaryKey.columns)}`]),
    ...table.uniques.map((key) => `${constraintName(key)}unique ${columnList(key.columns)}`),
    ...table.foreignKeys.map((key) => `${constraintName(key)}${foreignKeyText(key)}`),
    ...table.checks.map((check) => `${constraintName(check)}check (${check.expression})`),
  ]
  return `create table ${named(table)} (\n  ${elements.join(",\n  ")}\n)${table.options === undefined ? "" : ` ${table.options.join(", ")}`}`
}

/** The column that SQLite numbers: with `autoincrement`, a number that was used is never used again, as on other databases. */
function numberedColumn(table: TableDefinition): ColumnDefinition | undefined {
  const column = table.columns.find(({ identity }) => identity !== undefined)
  if (column === undefined) return undefined
  const { primaryKey } = table
  if (primaryKey?.columns.length !== 1 || primaryKey.columns[0] !== column.name) {
    throw new UnsupportedError(`identity column ${table.name}.${column.name}: SQLite numbers only a primary key of one column`, {
      hint: "make it the primary key, or number it in the application",
    })
  }
  return column
}

function columnText(column: ColumnDefinition, numberedKey: KeyDefinition | undefined): string {
  const { name, type, nullable, default: value, generated, collation } = column
  const parts = [quote(name), ...(type === "" ? [] : [type])]
  if (numberedKey !== undefined) parts.push(`${constraintName(numberedKey)}primary key autoincrement`)
  if (!nullable) parts.push("not null")
  if (generated !== undefined) parts.push(`generated always as (${generated.expression}) ${generated.kind}`)
  else if (value !== undefined) parts.push(`default ${isConstant(value) ? value : `(${value})`}`)
  if (collation !== undefined) parts.push(`collate ${collation}`)
  return parts.join(" ")
}

/** What DEFAULT takes without parentheses; everything else is an expression. */
function isConstant(text: string): boolean {
  return /^([+-]?\d+(\.\d+)?([eE][+-]?\d+)?|[xX]?'([^']|'')*'|null|true|false|current_(time|date|timestamp))$/i.test(text)
}

/** ALTER TABLE adds a column whose value in the rows that are there is known without computing it. */
function canBeAdded({ nullable, default: value, identity, generated }: ColumnDefinition): boolean {
  if (identity !== undefined || generated !== undefined) return false
  if (value === undefined) return nullable
  return isConstant(value) && !/^current_/i.test(value) && (nullable || !/^null$/i.test(value))
}

/** A constraint without a name was made by hand; it stays without one. */
function constraintName({ name }: { readonly name: string }): string {
  return name === "" ? "" : `constraint ${quote(name)} `
}

function foreignKeyText(key: ForeignKeyDefinition): string {
  const referred = named({ ...(key.referredSchema === undefined ? {} : { schema: key.referredSchema }), name: key.referredTable })
  const parts = [`foreign key ${columnList(key.columns)} references ${referred} ${columnList(key.referredColumns)}`]
  if (key.onDelete !== "no action") parts.push(`on delete ${key.onDelete}`)
  if (key.onUpdate !== "no action") parts.push(`on update ${key.onUpdate}`)
  if (key.deferrable !== undefined) parts.push(`deferrable initially ${key.deferrable}`)
  return parts.join(" ")
}

function createIndex(table: ObjectName, index: IndexDefinition): string {
  const keys = index.keys.map(indexKeyText).join(", ")
  const where = index.where === undefined ? "" : ` where ${index.where}`
  return `create ${index.unique ? "unique " : ""}index ${quote(index.name)} on ${named(table)} (${keys})${where}`
}

function indexKeyText({ column, expression, direction, collation }: IndexKeyDefinition): string {
  const parts = [column === undefined ? `(${expression})` : quote(column)]
  if (collation !== undefined) parts.push(`collate ${collation}`)
  if (direction === "desc") parts.push("desc")
  return parts.join(" ")
}
