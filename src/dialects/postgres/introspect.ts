import type {
  CheckDefinition,
  ColumnDefinition,
  EnumDefinition,
  ForeignKeyDefinition,
  IndexDefinition,
  IndexKeyDefinition,
  KeyDefinition,
  ReferentialAction,
  SchemaDefinition,
  TableDefinition,
} from "../../schema/index.ts"
import { withoutOuterParentheses } from "../expression-text.ts"
import type { IntrospectOptions, Introspection, RunQuery } from "../introspection.ts"
import {
  type ColumnRow,
  columnsQuery,
  type ConstraintRow,
  constraintsQuery,
  type EnumRow,
  enumsQuery,
  indexesQuery,
  type IndexKeyRow,
  type IndexRow,
  schemasQuery,
  type TableRow,
  tablesQuery,
} from "./introspect-queries.ts"

/** Reads PostgreSQL's catalog: six queries, whatever the number of tables. */
export const postgresIntrospection: Introspection = {
  async defaultSchema(query) {
    const [current] = (await query("select pg_catalog.current_schema()::text"))[0] ?? []
    return current === null || current === undefined ? undefined : String(current)
  },
  async read(query, options) {
    const [current, named] = await readSchemas(query, options)
    const defaultSchema = options.defaultSchema ?? current
    const wanted = JSON.stringify([...new Set([...(defaultSchema === null ? [] : [defaultSchema]), ...named])])
    const rowsOf = async <T>(text: string) => JSON.parse(String((await query(text, [wanted]))[0]?.[0])) as readonly T[]
    const tables = await rowsOf<TableRow>(tablesQuery)
    const reader = new SchemaReader(defaultSchema, {
      columns: groupByTable(await rowsOf<ColumnRow>(columnsQuery)),
      constraints: groupByTable(await rowsOf<ConstraintRow>(constraintsQuery)),
      indexes: groupByTable(await rowsOf<IndexRow>(indexesQuery)),
    })
    const enums = await rowsOf<EnumRow>(enumsQuery)
    return {
      schemas: named.filter((name) => name !== defaultSchema),
      enums: enums.map((row) => reader.enumOf(row)),
      tables: tables
        .filter(({ schema, name }) => schema !== defaultSchema || !options.exclude.includes(name))
        .map((row) => reader.table(row)),
    } satisfies SchemaDefinition
  },
  sameType: (left, right) => left === right,
  // Triggers stay with a table that is altered in place.
  dependents: async () => [],
}

async function readSchemas(
  query: RunQuery,
  { schemas }: IntrospectOptions,
): Promise<readonly [current: string | null, existing: readonly string[]]> {
  const [current, existing] = (await query(schemasQuery, [JSON.stringify(schemas)]))[0] ?? []
  return [current === null || current === undefined ? null : String(current), JSON.parse(String(existing)) as readonly string[]]
}

function groupByTable<T extends { readonly table: string }>(rows: readonly T[]): ReadonlyMap<string, readonly T[]> {
  return Map.groupBy(rows, ({ table }) => table)
}

interface PartsByTable {
  readonly columns: ReadonlyMap<string, readonly ColumnRow[]>
  readonly constraints: ReadonlyMap<string, readonly ConstraintRow[]>
  readonly indexes: ReadonlyMap<string, readonly IndexRow[]>
}

/** Turns rows of the catalog into definitions. */
class SchemaReader {
  readonly #defaultSchema: string | null
  readonly #parts: PartsByTable

  constructor(defaultSchema: string | null, parts: PartsByTable) {
    this.#defaultSchema = defaultSchema
    this.#parts = parts
  }

  enumOf({ schema, name, labels }: EnumRow): EnumDefinition {
    return { ...this.#schemaPart(schema), name, labels: labels ?? [] }
  }

  table({ id, schema, name, comment }: TableRow): TableDefinition {
    const constraints = this.#parts.constraints.get(id) ?? []
    const ofKind = (kind: ConstraintRow["kind"]) => constraints.filter((row) => row.kind === kind)
    const [primaryKey] = ofKind("p")
    return {
      ...this.#schemaPart(schema),
      name,
      columns: (this.#parts.columns.get(id) ?? []).map(columnDefinition),
      ...(primaryKey === undefined ? {} : { primaryKey: keyDefinition(primaryKey) }),
      uniques: ofKind("u").map(keyDefinition),
      foreignKeys: ofKind("f").map((row) => this.#foreignKey(row)),
      checks: ofKind("c").map((row): CheckDefinition => ({ name: row.name, expression: withoutOuterParentheses(row.expression ?? "") })),
      indexes: (this.#parts.indexes.get(id) ?? []).map(indexDefinition),
      ...(comment === null ? {} : { comment }),
    }
  }

  #foreignKey(row: ConstraintRow): ForeignKeyDefinition {
    const referred = this.#schemaPart(row.referredSchema ?? "").schema
    return {
      name: row.name,
      columns: row.columns ?? [],
      ...(referred === undefined ? {} : { referredSchema: referred }),
      referredTable: row.referredTable ?? "",
      referredColumns: row.referredColumns ?? [],
      onDelete: actions[row.onDelete] ?? "no action",
      onUpdate: actions[row.onUpdate] ?? "no action",
      ...deferrablePart(row),
      ...(row.match === "f" ? { match: "full" } : {}),
      ...(row.onDeleteColumns === null ? {} : { onDeleteColumns: row.onDeleteColumns }),
    }
  }

  #schemaPart(schema: string): { readonly schema?: string } {
    return schema === this.#defaultSchema ? {} : { schema }
  }
}

const actions: Readonly<Record<string, ReferentialAction>> = {
  a: "no action",
  r: "restrict",
  c: "cascade",
  n: "set null",
  d: "set default",
}

function columnDefinition(row: ColumnRow): ColumnDefinition {
  const expression = row.expression ?? undefined
  return {
    name: row.name,
    type: row.type,
    nullable: !row.notNull,
    ...(expression === undefined || row.generated !== "" ? {} : { default: expression }),
    ...(row.identity === "" ? {} : { identity: row.identity === "a" ? "always" : "by default" }),
    ...(expression === undefined || row.generated === ""
      ? {}
      : { generated: { expression: withoutOuterParentheses(expression), kind: row.generated === "s" ? "stored" : "virtual" } }),
    ...(row.collation === null ? {} : { collation: row.collation }),
    ...(row.comment === null ? {} : { comment: row.comment }),
  }
}

function keyDefinition(row: ConstraintRow): KeyDefinition {
  return {
    name: row.name,
    columns: row.columns ?? [],
    ...(row.include === null ? {} : { include: row.include }),
    ...(row.nullsNotDistinct === true ? { nullsNotDistinct: true } : {}),
    ...deferrablePart(row),
  }
}

function deferrablePart({ deferrable, deferred }: ConstraintRow): { readonly deferrable?: "immediate" | "deferred" } {
  return deferrable ? { deferrable: deferred ? "deferred" : "immediate" } : {}
}

function indexDefinition(row: IndexRow): IndexDefinition {
  return {
    name: row.name,
    unique: row.unique,
    ...(row.method === "btree" ? {} : { method: row.method }),
    keys: row.keys.map(indexKeyDefinition),
    ...(row.where === null ? {} : { where: withoutOuterParentheses(row.where) }),
    ...(row.include === null ? {} : { include: row.include }),
    ...(row.nullsNotDistinct ? { nullsNotDistinct: true } : {}),
    ...(row.with === null ? {} : { with: row.with }),
  }
}

function indexKeyDefinition(row: IndexKeyRow): IndexKeyDefinition {
  const isDescending = (row.option & 1) !== 0
  const areNullsFirst = (row.option & 2) !== 0
  const what = row.column === null ? { expression: withoutOuterParentheses(row.expression ?? "") } : { column: row.column }
  const options = row.operatorClassOptions === null ? "" : `(${row.operatorClassOptions.join(", ")})`
  return {
    ...what,
    direction: isDescending ? "desc" : "asc",
    // Nulls come last in ascending order and first in descending order when nothing is said.
    ...(areNullsFirst === isDescending ? {} : { nulls: areNullsFirst ? "first" : "last" }),
    ...(row.collation === null ? {} : { collation: row.collation }),
    ...(row.operatorClass === null ? {} : { operatorClass: `${row.operatorClass}${options}` }),
  }
}
