import { UnsupportedError } from "../../errors/index.ts"
import type { ColumnDefinition, ForeignKeyDefinition, IndexDefinition, KeyDefinition, TableDefinition } from "../../schema/index.ts"
import { withoutOuterParentheses } from "../expression-text.ts"
import type { Introspection, RunQuery } from "../introspection.ts"
import { quoteIdentifier as quote } from "../values/type-spelling.ts"
import { parseCreateIndex } from "./introspect-create-index.ts"
import { parseCreateTable, type ParsedForeignKey, type ParsedKey, type ParsedTable } from "./introspect-create-table.ts"
import { nameOf, tokenize } from "./introspect-tokens.ts"

/** Reads SQLite's schema: columns by pragma, everything else from the statements that it keeps. Three queries, whatever the number of tables. */
export const sqliteIntrospection: Introspection = {
  defaultSchema: async () => undefined,
  async read(query, { exclude }) {
    const tables = new Map<string, ParsedTable>()
    for (const [name, sql] of await query(tablesQuery)) tables.set(String(name), parseCreateTable(String(sql)))
    const columns = Map.groupBy(await query(columnsQuery), ([table]) => String(table))
    const indexes = Map.groupBy(await query(indexesQuery), ([table]) => String(table))
    const names = [...tables.keys()].filter((name) => !exclude.includes(name))
    return {
      schemas: [],
      enums: [],
      tables: names.map((name) => tableDefinition(name, tables, columns.get(name) ?? [], indexes.get(name) ?? [])),
    }
  },
  sameType: (left, right) => affinity(left) === affinity(right),
  async dependents(query, { name }) {
    const [[sql] = []] = await query("select sql from sqlite_schema where type = 'table' and name = ?", [name])
    if (parseCreateTable(String(sql)).hasConflictClause) {
      throw new UnsupportedError(`table ${name} has an "on conflict" clause, which would be lost when it is rebuilt`, {
        hint: "rebuild it by hand in the migration, with op.execute()",
      })
    }
    const triggers = await query(
      "select sql from sqlite_schema where type = 'trigger' and tbl_name = ? collate nocase and sql is not null",
      [name],
    )
    return [...triggers.map(([text]) => String(text)), ...(await viewProbes(query, name))]
  },
}

const tablesQuery = `select s.name, s.sql from sqlite_schema s join pragma_table_list l on l.schema = 'main' and l.name = s.name
  where s.type = 'table' and l.type = 'table' and s.name not like 'sqlite\\_%' escape '\\' order by s.name`

/** table, column, type, not null, default, place in the primary key */
const columnsQuery = `select l.name, c.name, c.type, c."notnull", c.dflt_value, c.pk from pragma_table_list l join pragma_table_xinfo(l.name, 'main') c
  where l.schema = 'main' and l.type = 'table' and c.hidden <> 1 order by l.name, c.cid`

/** table, index, unique, statement; without the indexes that constraints make */
const indexesQuery = `select s.tbl_name, s.name, i."unique", s.sql from sqlite_schema s join pragma_index_list(s.tbl_name, 'main') i on i.name = s.name
  where s.type = 'index' and s.sql is not null order by s.tbl_name, s.name`

type Row = readonly unknown[]

function tableDefinition(
  name: string,
  tables: ReadonlyMap<string, ParsedTable>,
  columns: readonly Row[],
  indexes: readonly Row[],
): TableDefinition {
  const parsed = tables.get(name) ?? parseCreateTable("")
  const primaryKey = primaryKeyOf(parsed, columns)
  return {
    name,
    columns: columns.map((row) => columnDefinition(row, parsed, primaryKey)),
    ...(primaryKey === undefined ? {} : { primaryKey }),
    uniques: parsed.uniques,
    foreignKeys: parsed.foreignKeys.map((key) => foreignKeyDefinition(key, tables)),
    checks: parsed.checks,
    indexes: indexes.map(([, index, unique, sql]) => indexDefinition(String(index), Number(unique) === 1, String(sql))),
    ...(parsed.options.length === 0 ? {} : { options: parsed.options }),
  }
}

function primaryKeyOf(parsed: ParsedTable, columns: readonly Row[]): KeyDefinition | undefined {
  const inKey = columns.filter((row) => Number(row[5]) > 0).toSorted((left, right) => Number(left[5]) - Number(right[5]))
  return inKey.length === 0 ? undefined : { name: parsed.primaryKey?.name ?? "", columns: inKey.map((row) => String(row[1])) }
}

function columnDefinition(
  [, nameValue, typeValue, notNull, value]: Row,
  parsed: ParsedTable,
  primaryKey: KeyDefinition | undefined,
): ColumnDefinition {
  const name = String(nameValue)
  // Types are compared without case; in upper case they are told from those of other databases.
  const type = String(typeValue).toUpperCase()
  const column = parsed.columns.find((each) => each.name === name)
  // The row id under another name is never null, whatever the statement says.
  const isRowId = type === "INTEGER" && primaryKey?.columns.length === 1 && primaryKey.columns[0] === name
  return {
    name,
    type,
    nullable: Number(notNull) === 0 && !isRowId,
    ...(value === null || value === undefined || column?.generated !== undefined
      ? {}
      : { default: withoutOuterParentheses(String(value)) }),
    ...(column?.autoincrement === true ? { identity: "by default" } : {}),
    ...(column?.generated === undefined ? {} : { generated: column.generated }),
    ...(column?.collation === undefined ? {} : { collation: quote(column.collation) }),
  }
}

function foreignKeyDefinition(key: ParsedForeignKey, tables: ReadonlyMap<string, ParsedTable>): ForeignKeyDefinition {
  const implied = findTable(tables, key.referredTable)?.primaryKey?.columns ?? []
  return {
    name: key.name,
    columns: key.columns,
    referredTable: key.referredTable,
    referredColumns: key.referredColumns.length === 0 ? implied : key.referredColumns,
    onDelete: key.onDelete,
    onUpdate: key.onUpdate,
    ...(key.deferrable === undefined ? {} : { deferrable: key.deferrable }),
  }
}

function findTable(tables: ReadonlyMap<string, ParsedTable>, name: string): { readonly primaryKey: ParsedKey | undefined } | undefined {
  return tables.get(name) ?? [...tables].find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1]
}

function indexDefinition(name: string, unique: boolean, sql: string): IndexDefinition {
  const { keys, where } = parseCreateIndex(sql)
  return {
    name,
    unique,
    keys: keys.map(({ collation, ...key }) => ({ ...key, ...(collation === undefined ? {} : { collation: quote(collation) }) })),
    ...(where === undefined ? {} : { where }),
  }
}

/** SQLite's rules for the affinity of a declared type (datatype3, 3.1). */
function affinity(type: string): string {
  const name = type.toUpperCase()
  if (name.includes("INT")) return "INTEGER"
  if (/CHAR|CLOB|TEXT/.test(name)) return "TEXT"
  if (name === "" || name.includes("BLOB")) return "BLOB"
  return /REAL|FLOA|DOUB/.test(name) ? "REAL" : "NUMERIC"
}

/** A query into each view that names the table and works now, so that a rebuild that breaks one fails. */
async function viewProbes(query: RunQuery, table: string): Promise<readonly string[]> {
  const probes: string[] = []
  for (const [name, sql] of await query("select name, sql from sqlite_schema where type = 'view'")) {
    const isNamed = tokenize(String(sql)).some((token) => nameOf(token).toLowerCase() === table.toLowerCase())
    if (!isNamed) continue
    const probe = `select 1 from ${quote(String(name))} limit 0`
    if (await works(query, probe)) probes.push(probe)
  }
  return probes
}

async function works(query: RunQuery, text: string): Promise<boolean> {
  try {
    await query(text)
    return true
  } catch {
    return false
  }
}
