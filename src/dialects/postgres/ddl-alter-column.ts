import type { ColumnChange, ObjectName } from "../ddl.ts"
import { quoteIdentifier as quote } from "../values/type-spelling.ts"
import { literal, qualified } from "./ddl-text.ts"

/**
 * What has to go goes first, then the type is changed, then what is new is put on: a default or an identity could not be
 * converted with the type.
 */
export function alterColumn(table: ObjectName, column: string, change: ColumnChange): readonly string[] {
  const alter = `alter table ${qualified(table)} alter column ${quote(column)}`
  const { type, nullable, default: value, identity, comment } = change
  const statements: string[] = []
  if (identity?.to === null) statements.push(`${alter} drop identity if exists`)
  if (value === null || (value !== undefined && type !== undefined)) statements.push(`${alter} drop default`)
  if (type !== undefined) statements.push(`${alter} type ${type.to}${type.using === undefined ? "" : ` using ${type.using}`}`)
  if (nullable !== undefined) statements.push(`${alter} ${nullable ? "drop" : "set"} not null`)
  if (value !== undefined && value !== null) statements.push(`${alter} set default ${value}`)
  if (identity !== undefined && identity.to !== null)
    statements.push(...identityStatements(table, column, alter, identity.to, identity.from))
  if (comment !== undefined)
    statements.push(`comment on column ${qualified(table)}.${quote(column)} is ${comment === null ? "null" : literal(comment)}`)
  return statements
}

function identityStatements(
  table: ObjectName,
  column: string,
  alter: string,
  to: "always" | "by default",
  from: "always" | "by default" | null | undefined,
): readonly string[] {
  if (from !== undefined && from !== null) return [`${alter} set generated ${to}`]
  // The new sequence goes on where the rows end. An older one may still belong to the column, so it is found by its dependency.
  const relation = `${literal(qualified(table))}::regclass`
  const sequence = `select d.objid::regclass from pg_catalog.pg_depend d join pg_catalog.pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid where d.classid = 'pg_catalog.pg_class'::regclass and d.refobjid = ${relation} and a.attname = ${literal(column)} and d.deptype = 'i'`
  return [
    `${alter} add generated ${to} as identity`,
    `select pg_catalog.setval((${sequence}), pg_catalog.max(${quote(column)})) from ${qualified(table)} having pg_catalog.max(${quote(column)}) > 0`,
  ]
}
