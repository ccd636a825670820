import type {
  ColumnDefinition,
  ForeignKeyDefinition,
  IndexDefinition,
  IndexKeyDefinition,
  KeyDefinition,
  TableDefinition,
} from "../../schema/index.ts"
import type { ConstraintDefinition, Ddl, ObjectName } from "../ddl.ts"
import { quoteIdentifier as quote } from "../values/type-spelling.ts"
import { conversion } from "./ddl-conversion.ts"
import { alterColumn } from "./ddl-alter-column.ts"
import { columnList, literal, qualified } from "./ddl-text.ts"

/** Schemas in PostgreSQL's words. Everything is changed in place. */
export const postgresDdl: Ddl = {
  quote,
  localize: (column) => column,
  createSchema: (name) => [`create schema ${quote(name)}`],
  dropSchema: (name) => [`drop schema ${quote(name)}`],
  createTable: (table) => [
    `create table ${qualified(table)} (\n  ${tableElements(table).join(",\n  ")}\n)`,
    ...repeatedKeys(table).map((definition) => `alter table ${qualified(table)} add ${constraintText({ kind: "unique", definition })}`),
    ...table.indexes.map((index) => createIndex(table, index, false)),
    ...(table.comment === undefined ? [] : commentOnTable(table, table.comment)),
    ...table.columns.flatMap((column) => commentOnColumn(table, column)),
  ],
  dropTable: (table) => [`drop table ${qualified(table)}`],
  renameTable: (table, name) => [`alter table ${qualified(table)} rename to ${quote(name)}`],
  addColumn: (table, column) => [`alter table ${qualified(table)} add column ${columnText(column)}`, ...commentOnColumn(table, column)],
  dropColumn: (table, column) => [`alter table ${qualified(table)} drop column ${quote(column)}`],
  alterColumn,
  renameColumn: (table, column, name) => [`alter table ${qualified(table)} rename column ${quote(column)} to ${quote(name)}`],
  addConstraint: (table, constraint) => [`alter table ${qualified(table)} add ${constraintText(constraint)}`],
  dropConstraint: (table, name) => [`alter table ${qualified(table)} drop constraint ${quote(name)}`],
  renameConstraint: (table, constraint, name) => [
    `alter table ${qualified(table)} rename constraint ${quote(constraint)} to ${quote(name)}`,
  ],
  createIndex(table, index, { concurrently = false } = {}) {
    const create = createIndex(table, index, concurrently)
    // A build that was cut off leaves an invalid index of this name.
    return concurrently ? [`drop index concurrently if exists ${indexName(table, index.name)}`, create] : [create]
  },
  dropIndex: (table, name, { concurrently = false } = {}) => [
    `drop index ${concurrently ? "concurrently if exists " : ""}${indexName(table, name)}`,
  ],
  renameIndex: (table, { name }, to) => [`alter index ${indexName(table, name)} rename to ${quote(to)}`],
  conversion,
  commentOnTable,
  createEnum: (type) => [`create type ${qualified(type)} as enum (${type.labels.map(literal).join(", ")})`],
  dropEnum: (type) => [`drop type ${qualified(type)}`],
  addEnumValue(type, label, { before, after }) {
    const place = before !== undefined ? ` before ${literal(before)}` : after !== undefined ? ` after ${literal(after)}` : ""
    return [`alter type ${qualified(type)} add value if not exists ${literal(label)}${place}`]
  },
  scratch: (place, schemas) => [
    ...schemas.map((name) => hideSchema(name, place)),
    `create schema ${quote(place)}`,
    `select pg_catalog.set_config('search_path', ${literal(`${quote(place)}, `)} || pg_catalog.current_setting('search_path'), true)`,
  ],
}

function hideSchema(name: string, place: string): string {
  const rename = `alter schema ${quote(name)} rename to ${quote(shortened(`${place}_${name}`))}`
  return `do ${literal(`begin if exists (select from pg_catalog.pg_namespace where nspname = ${literal(name)}) then ${rename}; end if; end`)}`
}

/** The server would cut it to the same, with a notice. */
function shortened(name: string): string {
  return [...name].slice(0, 40).join("")
}

function commentOnTable(table: ObjectName, comment: string | null): readonly string[] {
  return [`comment on table ${qualified(table)} is ${comment === null ? "null" : literal(comment)}`]
}

function commentOnColumn(table: ObjectName, { name, comment }: ColumnDefinition): readonly string[] {
  return comment === undefined ? [] : [`comment on column ${qualified(table)}.${quote(name)} is ${literal(comment)}`]
}

function tableElements(table: TableDefinition): string[] {
  const repeated = repeatedKeys(table)
  const constraints: ConstraintDefinition[] = [
    ...(table.primaryKey === undefined ? [] : [{ kind: "primary key" as const, definition: table.primaryKey }]),
    ...table.uniques.filter((key) => !repeated.includes(key)).map((definition) => ({ kind: "unique" as const, definition })),
    ...table.foreignKeys.map((definition) => ({ kind: "foreign key" as const, definition })),
    ...table.checks.map((definition) => ({ kind: "check" as const, definition })),
  ]
  return [...table.columns.map(columnText), ...constraints.map(constraintText)]
}

/** Unique constraints over the columns of an earlier key: CREATE TABLE leaves them out without a word, ALTER TABLE does not. */
function repeatedKeys({ primaryKey, uniques }: TableDefinition): readonly KeyDefinition[] {
  const seen = new Set(primaryKey === undefined ? [] : [JSON.stringify(primaryKey.columns)])
  return uniques.filter(({ columns }) => {
    const key = JSON.stringify(columns)
    const isRepeated = seen.has(key)
    seen.add(key)
    return isRepeated
  })
}

function columnText({ name, type, nullable, default: value, identity, generated, collation }: ColumnDefinition): string {
  const parts = [quote(name), type]
  if (collation !== undefined) parts.push(`collate ${collation}`)
  if (identity !== undefined) parts.push(`generated ${identity} as identity`)
  if (generated !== undefined) parts.push(`generated always as (${generated.expression}) ${generated.kind}`)
  else if (value !== undefined) parts.push(`default ${value}`)
  if (!nullable) parts.push("not null")
  return parts.join(" ")
}

function constraintText(constraint: ConstraintDefinition): string {
  const name = `constraint ${quote(constraint.definition.name)}`
  switch (constraint.kind) {
    case "primary key":
      return `${name} primary key ${keyText(constraint.definition)}`
    case "unique":
      return `${name} unique ${constraint.definition.nullsNotDistinct === true ? "nulls not distinct " : ""}${keyText(constraint.definition)}`
    case "foreign key":
      return `${name} ${foreignKeyText(constraint.definition)}`
    case "check":
      return `${name} check (${constraint.definition.expression})`
  }
}

function keyText({ columns, include, deferrable }: KeyDefinition): string {
  return `${columnList(columns)}${includeText(include)}${deferrableText(deferrable)}`
}

function foreignKeyText(key: ForeignKeyDefinition): string {
  const referred = qualified({ ...(key.referredSchema === undefined ? {} : { schema: key.referredSchema }), name: key.referredTable })
  const parts = [`foreign key ${columnList(key.columns)} references ${referred} ${columnList(key.referredColumns)}`]
  if (key.match !== undefined) parts.push(`match ${key.match}`)
  if (key.onDelete !== "no action") {
    parts.push(`on delete ${key.onDelete}${key.onDeleteColumns === undefined ? "" : ` ${columnList(key.onDeleteColumns)}`}`)
  }
  if (key.onUpdate !== "no action") parts.push(`on update ${key.onUpdate}`)
  return `${parts.join(" ")}${deferrableText(key.deferrable)}`
}

function deferrableText(deferrable: "immediate" | "deferred" | undefined): string {
  return deferrable === undefined ? "" : ` deferrable initially ${deferrable}`
}

function includeText(include: readonly string[] | undefined): string {
  return include === undefined ? "" : ` include ${columnList(include)}`
}

/** An index is in the schema of its table. */
function indexName(table: ObjectName, name: string): string {
  return qualified({ ...table, name })
}

function createIndex(table: ObjectName, index: IndexDefinition, concurrently: boolean): string {
  const parts = [
    `create ${index.unique ? "unique " : ""}index ${concurrently ? "concurrently " : ""}${quote(index.name)} on ${qualified(table)}`,
    ...(index.method === undefined ? [] : [`using ${quote(index.method)}`]),
    `(${index.keys.map(indexKeyText).join(", ")})${includeText(index.include)}`,
  ]
  if (index.nullsNotDistinct === true) parts.push("nulls not distinct")
  if (index.with !== undefined) parts.push(`with (${index.with.join(", ")})`)
  if (index.where !== undefined) parts.push(`where ${index.where}`)
  return parts.join(" ")
}

function indexKeyText({ column, expression, direction, nulls, collation, operatorClass }: IndexKeyDefinition): string {
  const parts = [column === undefined ? `(${expression})` : quote(column)]
  if (collation !== undefined) parts.push(`collate ${collation}`)
  if (operatorClass !== undefined) parts.push(operatorClass)
  if (direction === "desc") parts.push("desc")
  if (nulls !== undefined) parts.push(`nulls ${nulls}`)
  return parts.join(" ")
}
