import type { OperationNode } from "kysely"
import type { MappedProperty } from "../../schema/index.ts"
import { arrayRows, arrayRowsQuery, LowerContext, readable } from "../../sql/index.ts"
import type { EntityPlan } from "../entity-plan.ts"
import {
  arrayParameterOf,
  cachedText,
  identifier,
  parameter,
  parameterOf,
  separated,
  sqlNode,
  type SqlPart,
  tableNode,
} from "../statement-text.ts"

const values = "rebis_values"

/** A property of a plan by its index. */
export function propertyAt({ mapper }: EntityPlan, index: number): MappedProperty {
  return mapper.properties[index]!
}

function columnName(plan: EntityPlan, index: number): OperationNode {
  return identifier(propertyAt(plan, index).column)
}

function columnNames(plan: EntityPlan, indexes: readonly number[]): SqlPart[] {
  return separated(
    indexes.map((index) => [columnName(plan, index)]),
    ", ",
  )
}

function returning(
  plan: EntityPlan,
  indexes: readonly number[],
  name: (index: number) => OperationNode = (index) => columnName(plan, index),
): SqlPart[] {
  if (indexes.length === 0) return []
  const context = new LowerContext(plan.dialect)
  const read = indexes.map((index) => [readable(name(index), propertyAt(plan, index).type, context)])
  return [" returning ", ...separated(read, ", ")]
}

/** `insert into t (a, b) values ($1, $2) returning id` */
export function insertOneText(plan: EntityPlan, columns: readonly number[], returned: readonly number[]): string {
  return cachedText(plan, `insert|${columns.join()}|${returned.join()}`, () =>
    insertParts(
      plan,
      columns,
      columns.map(() => [parameter()]),
      returned,
    ),
  )
}

/** As {@link insertOneText}, with any SQL as the values. */
export function insertParts(
  plan: EntityPlan,
  columns: readonly number[],
  items: readonly (readonly SqlPart[])[],
  returned: readonly number[],
): SqlPart[] {
  const into: SqlPart[] = ["insert into ", tableNode(plan)]
  const rows: SqlPart[] =
    columns.length === 0 ? [" default values"] : [" (", ...columnNames(plan, columns), ") values (", ...separated(items, ", "), ")"]
  return [...into, ...rows, ...returning(plan, returned)]
}

/**
 * `insert into t (a, b) select v.c0, v.c1 from unnest($1::…[], $2::…[]) with ordinality as v(c0, c1, n) order by v.n returning id`:
 * one array a column, so the text is the same for any number of rows; rows are numbered by identity columns in their order.
 */
export function insertManyText(plan: EntityPlan, columns: readonly number[], returned: readonly number[]): string {
  return cachedText(plan, `insert many|${columns.join()}|${returned.join()}`, () => {
    const types = columns.map((index) => propertyAt(plan, index).type)
    const query = arrayRowsQuery(
      types,
      types.map(() => null),
      plan.dialect,
    )
    return ["insert into ", tableNode(plan), " (", ...columnNames(plan, columns), ") ", query, ...returning(plan, returned)]
  })
}

/** `update t set a = $1 where id = $2 and version = $3 returning …` */
export function updateOneText(
  plan: EntityPlan,
  columns: readonly number[],
  guards: readonly number[],
  returned: readonly number[],
): string {
  return cachedText(plan, `update|${columns.join()}|${returned.join()}`, () =>
    updateParts(plan, {
      columns,
      items: columns.map(() => [parameter()]),
      guards,
      guarding: guards.map(() => undefined),
      returned,
    }),
  )
}

/** What an update of one row is made of. */
interface UpdateOfRow {
  readonly columns: readonly number[]
  /** What the columns are set to. */
  readonly items: readonly (readonly SqlPart[])[]
  readonly guards: readonly number[]
  /** The parameters that the guards are compared with. */
  readonly guarding: readonly unknown[]
  readonly returned: readonly number[]
}

/** As {@link updateOneText}, with any SQL as the values. */
export function updateParts(plan: EntityPlan, { columns, items, guards, guarding, returned }: UpdateOfRow): SqlPart[] {
  return [
    "update ",
    tableNode(plan),
    " set ",
    ...separated(
      columns.map((index, position) => [columnName(plan, index), " = ", ...items[position]!]),
      ", ",
    ),
    " where ",
    ...separated(
      guards.map((index, position) => isAsLoaded(plan, index, columnName(plan, index), parameterOf(guarding[position]))),
      " and ",
    ),
    ...returning(plan, returned),
  ]
}

/** The condition that a column has the value that it was loaded with. */
function isAsLoaded({ mapper, dialect }: EntityPlan, index: number, column: OperationNode, loaded: OperationNode): SqlPart[] {
  if (mapper.columns[index]!.options.nullable) return [dialect.notDistinct(column, loaded, false)]
  return [column, " = ", loaded]
}

/**
 * `update t set a = v.c0 from unnest($1::…[], $2::…[]) as v(k0, c0) where t.id = v.k0`: one array a column. What the database makes
 * comes back behind the key, which says whose it is.
 */
export function updateManyText(plan: EntityPlan, columns: readonly number[], guards: readonly number[], made: readonly number[]): string {
  return cachedText(plan, `update many|${columns.join()}`, () => {
    const table = identifier(plan.mapper.table.name)
    const qualified = (index: number) => sqlNode([table, ".", columnName(plan, index)])
    const named = (prefix: string) => (index: number, position: number) => ({
      name: `${prefix}${position}`,
      type: propertyAt(plan, index).type,
      list: null,
    })
    const { from, columns: given } = arrayRows(values, [...guards.map(named("k")), ...columns.map(named("c"))], plan.dialect, false)
    return [
      "update ",
      tableNode(plan),
      " set ",
      ...separated(
        columns.map((index, position) => [columnName(plan, index), " = ", given[guards.length + position]!]),
        ", ",
      ),
      " from ",
      from,
      " where ",
      ...separated(
        guards.map((index, position) => isAsLoaded(plan, index, qualified(index), given[position]!)),
        " and ",
      ),
      ...(made.length === 0 ? [] : returning(plan, [...plan.mapper.keyIndexes, ...made], qualified)),
    ]
  })
}

/** `delete from t where id = $1`. @param hasNull whether a value may be null, which equals nothing */
export function deleteOneText(plan: EntityPlan, keys: readonly number[], hasNull: boolean): string {
  return cachedText(plan, `delete${hasNull ? " null" : ""}|${keys.join()}`, () => [
    "delete from ",
    tableNode(plan),
    " where ",
    ...separated(
      keys.map((index) =>
        hasNull ? isAsLoaded(plan, index, columnName(plan, index), parameter()) : [columnName(plan, index), " = ", parameter()],
      ),
      " and ",
    ),
  ])
}

/** `delete from t using unnest($1::…[]) as v(k0) where t.id = v.k0`: one array a column of the key. */
export function deleteManyText(plan: EntityPlan, keys: readonly number[]): string {
  return cachedText(plan, `delete many|${keys.join()}`, () => {
    const { dialect } = plan
    const [only, ...more] = keys
    if (only !== undefined && more.length === 0) {
      return [
        "delete from ",
        tableNode(plan),
        " where ",
        columnName(plan, only),
        " = any(",
        ...arrayParameterOf(propertyAt(plan, only).type, dialect),
        ")",
      ]
    }
    const table = identifier(plan.mapper.table.name)
    const named = keys.map((index, position) => ({ name: `k${position}`, type: propertyAt(plan, index).type, list: null }))
    const { from, columns: given } = arrayRows(values, named, dialect, false)
    return [
      "delete from ",
      tableNode(plan),
      " using ",
      from,
      " where ",
      ...separated(
        keys.map((index, position) => [table, ".", columnName(plan, index), " = ", given[position]!]),
        " and ",
      ),
    ]
  })
}

/** `delete from t where id in (?, ?, …)` for a database without arrays. */
export function deleteListText(plan: EntityPlan, keys: readonly number[], count: number): string {
  const row: SqlPart[] =
    keys.length === 1
      ? [parameter()]
      : [
          "(",
          ...separated(
            keys.map(() => [parameter()]),
            ", ",
          ),
          ")",
        ]
  return cachedText(plan, `delete list|${keys.join()}|${count}`, () => [
    "delete from ",
    tableNode(plan),
    " where ",
    ...(keys.length === 1 ? columnNames(plan, keys) : ["(", ...columnNames(plan, keys), ")"]),
    keys.length === 1 ? " in (" : " in (values ",
    ...separated(
      Array.from({ length: count }, () => row),
      ", ",
    ),
    ")",
  ])
}
