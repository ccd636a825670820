import fc from "fast-check"
import type {
  CheckDefinition,
  ColumnDefinition,
  ForeignKeyDefinition,
  IndexDefinition,
  KeyDefinition,
  ReferentialAction,
  SchemaDefinition,
  TableDefinition,
} from "../../../src/schema/index.ts"

/** What a random schema may use. */
export interface RandomSchemaOptions {
  readonly enums: boolean
  readonly comments: boolean
}

type Family = "number" | "text" | "moment" | "truth" | "document" | "list" | "mood"

/** Types by family: a column of one name is always of one family, so that the server can convert between two schemas. */
const types: Readonly<Record<Family, readonly string[]>> = {
  number: ["smallint", "integer", "bigint", "numeric(10, 2)", "double precision"],
  text: ["text", "varchar(20)", "varchar(30)", "integer"],
  moment: ["date", "timestamp", "timestamptz", "timestamptz(3)"],
  truth: ["boolean"],
  document: ["json", "jsonb"],
  list: ["integer[]", "bigint[]"],
  mood: ["text", '"mood"'],
}

const defaults: Readonly<Record<string, readonly string[]>> = {
  smallint: ["0", "1"],
  integer: ["0", "-7", "1 + 1"],
  bigint: ["0", "9007199254740993"],
  "numeric(10, 2)": ["0", "1.50"],
  "double precision": ["0.5"],
  text: ["''", "'it''s'", "lower('ABC')"],
  "varchar(20)": ["'draft'"],
  timestamptz: ["now()"],
  timestamp: ["now()"],
  boolean: ["true", "false"],
  jsonb: ["'{}'"],
  '"mood"': ["'ok'"],
}

const columnNames: readonly (readonly [name: string, family: Family])[] = [
  ["n", "number"],
  ["Number Two", "number"],
  ["s", "text"],
  ['st"ring', "text"],
  ["m", "moment"],
  ["b", "truth"],
  ["d", "document"],
  ["l", "list"],
  ["mood", "mood"],
]
const tableNames = ["one", "Two Words", 'th"ree', "select"]
const actions: readonly ReferentialAction[] = ["no action", "restrict", "cascade", "set null"]
const numbers = new Set(types.number)

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`

/** A schema that any database with the options can hold, in PostgreSQL's words. */
export function randomSchema(options: RandomSchemaOptions): fc.Arbitrary<SchemaDefinition> {
  return fc.subarray([...tableNames], { minLength: 0 }).chain((names) =>
    fc.tuple(...names.map((name) => randomTable(name, options))).chain((tables) =>
      fc.tuple(...tables.map((table) => randomForeignKeys(table, tables))).map((keys) => ({
        enums: options.enums ? [{ name: "mood", labels: ["sad", "ok"] }] : [],
        tables: tables.map((table, place) => ({ ...table, foreignKeys: keys[place] ?? [] })),
      })),
    ),
  )
}

function randomTable(name: string, options: RandomSchemaOptions): fc.Arbitrary<TableDefinition> {
  return fc
    .record({
      columns: fc
        .subarray([...columnNames], { minLength: 1 })
        .chain((chosen) => fc.tuple(...chosen.map((each) => randomColumn(each, options)))),
      identity: fc.constantFrom(undefined, "by default" as const, "always" as const),
      idType: fc.constantFrom("integer", "bigint"),
      hasKey: fc.boolean(),
      comment: options.comments ? fc.constantFrom(undefined, "a", "it's") : fc.constant(undefined),
    })
    .chain(({ columns, identity, idType, hasKey, comment }) => {
      const id: ColumnDefinition = { name: "id", type: idType, nullable: false, ...(identity === undefined || !hasKey ? {} : { identity }) }
      const all = [id, ...columns]
      return fc
        .record({
          keyName: fc.constantFrom(`${name} key`, `${name}_pkey`),
          uniques: randomUniques(name, all),
          checks: randomChecks(name, all),
          indexes: randomIndexes(name, all),
        })
        .map(({ keyName, uniques, checks, indexes }) => ({
          name,
          columns: all,
          ...(hasKey ? { primaryKey: { name: keyName, columns: ["id"] } } : {}),
          uniques,
          checks,
          indexes,
          foreignKeys: [],
          ...(comment === undefined ? {} : { comment }),
        }))
    })
}

function randomColumn([name, family]: readonly [string, Family], options: RandomSchemaOptions): fc.Arbitrary<ColumnDefinition> {
  const usable = types[family].filter((type) => options.enums || type !== '"mood"')
  return fc.constantFrom(...usable).chain((type) =>
    fc
      .record({
        nullable: fc.boolean(),
        value: fc.constantFrom(undefined, ...(defaults[type] ?? [])),
        comment: options.comments ? fc.constantFrom(undefined, "a", "b\\;") : fc.constant(undefined),
      })
      .map(({ nullable, value, comment }) => ({
        name,
        type,
        nullable,
        ...(value === undefined ? {} : { default: value }),
        ...(comment === undefined ? {} : { comment }),
      })),
  )
}

/** Columns that every database can compare and sort. */
function comparable(columns: readonly ColumnDefinition[]): readonly ColumnDefinition[] {
  return columns.filter(({ type }) => type !== "json")
}

function randomUniques(table: string, columns: readonly ColumnDefinition[]): fc.Arbitrary<readonly KeyDefinition[]> {
  const usable = comparable(columns).map(({ name }) => name)
  return fc
    .uniqueArray(
      fc.tuple(fc.constantFrom("u1", "u2"), fc.shuffledSubarray(usable, { minLength: 1, maxLength: Math.min(2, usable.length) })),
      { maxLength: 2, selector: ([name]) => name },
    )
    .map((keys) => keys.map(([name, chosen]) => ({ name: `${table} ${name}`, columns: chosen })))
}

function randomChecks(table: string, columns: readonly ColumnDefinition[]): fc.Arbitrary<readonly CheckDefinition[]> {
  const expressions = columns.flatMap(({ name, type }) => [
    `${quote(name)} is not null`,
    ...(numbers.has(type)
      ? [`${quote(name)} > 0 and (${quote(name)} < 10 or ${quote(name)} = 20)`, `${quote(name)} + 1 > ${quote(name)}`]
      : []),
    ...(/^(text|varchar)/.test(type) ? [`${quote(name)} <> ''`, `length(${quote(name)}) > 1`, `${quote(name)} in ('a', 'b')`] : []),
  ])
  return fc
    .uniqueArray(fc.tuple(fc.constantFrom("c1", "c2"), fc.constantFrom(...expressions)), { maxLength: 2, selector: ([name]) => name })
    .map((checks) => checks.map(([name, expression]) => ({ name: `${table} ${name}`, expression })))
}

function randomIndexes(table: string, columns: readonly ColumnDefinition[]): fc.Arbitrary<readonly IndexDefinition[]> {
  const keys = comparable(columns).flatMap(({ name, type }) => [
    { column: name },
    ...(/^(text|varchar)/.test(type) ? [{ expression: `lower(${quote(name)})` }] : []),
    ...(numbers.has(type) ? [{ expression: `${quote(name)} + 1` }] : []),
  ])
  const conditions = columns.map(({ name }) => `${quote(name)} is not null`)
  const index = fc.record({
    name: fc.constantFrom("i1", "i2", "i 3"),
    unique: fc.boolean(),
    keys: fc.shuffledSubarray(keys, { minLength: 1, maxLength: Math.min(2, keys.length) }),
    direction: fc.constantFrom("asc" as const, "desc" as const),
    nulls: fc.constantFrom(undefined, "first" as const, "last" as const),
    where: fc.constantFrom(undefined, ...conditions),
  })
  return fc.uniqueArray(index, { maxLength: 2, selector: ({ name }) => name }).map((indexes) =>
    indexes.map(({ name, unique, keys: chosen, direction, nulls, where }) => ({
      name: `${table} ${name}`,
      unique,
      keys: chosen.map((key) => ({ ...key, direction, ...(nulls === undefined ? {} : { nulls }) })),
      ...(where === undefined ? {} : { where }),
    })),
  )
}

/** Keys from number columns to the primary keys of tables, their own included. */
function randomForeignKeys(table: TableDefinition, tables: readonly TableDefinition[]): fc.Arbitrary<readonly ForeignKeyDefinition[]> {
  const targets = tables.filter(({ primaryKey }) => primaryKey !== undefined)
  const columns = table.columns.filter(({ type }) => ["integer", "bigint", "smallint"].includes(type))
  if (targets.length === 0 || columns.length === 0) return fc.constant([])
  const key = fc.record({
    name: fc.constantFrom("f1", "f2"),
    column: fc.constantFrom(...columns),
    target: fc.constantFrom(...targets),
    onDelete: fc.constantFrom(...actions),
    onUpdate: fc.constantFrom(...actions),
    deferrable: fc.constantFrom(undefined, "immediate" as const, "deferred" as const),
  })
  return fc.uniqueArray(key, { maxLength: 2, selector: ({ name }) => name }).map((keys) =>
    keys.map(({ name, column, target, deferrable, ...rest }) => ({
      name: `${table.name} ${name}`,
      columns: [column.name],
      referredTable: target.name,
      referredColumns: ["id"],
      ...rest,
      ...(deferrable === undefined ? {} : { deferrable }),
    })),
  )
}
