import { UnsupportedError } from "../../errors/index.ts"
import { Order } from "../../sql/index.ts"
import type { EntityPlan } from "../entity-plan.ts"
import { type VersionRule, versionRule } from "./version-rule.ts"

/** What is worked out once for a model about how its rows are written. */
export interface WritePlan {
  readonly version: VersionRule | undefined
  /** Columns whose values, as they were loaded, a row has to have to be updated or deleted: its key, its version, what is checked. */
  readonly guards: readonly number[]
  /** Whether one of those may be null. */
  readonly hasNullableGuard: boolean
  /** Columns that only the database writes: they are read back after each write. */
  readonly made: readonly number[]
  /** Columns that the application computes on every update. */
  readonly onUpdate: readonly number[]
  /** Columns whose values no two rows may share: those of the key first. */
  readonly uniques: readonly (readonly number[])[]
  /** The columns of those. */
  readonly uniqueColumns: ReadonlySet<number>
}

const plans = new WeakMap<EntityPlan, WritePlan>()

export function writePlanOf(plan: EntityPlan): WritePlan {
  let found = plans.get(plan)
  if (found === undefined) plans.set(plan, (found = makePlan(plan)))
  return found
}

function makePlan(plan: EntityPlan): WritePlan {
  const { keyIndexes, columns } = plan.mapper
  const version = versionRule(plan)
  if (version !== undefined && version.next === undefined) requireReadBack(plan, version.index)
  const checked = columns.flatMap(({ options }, index) =>
    options.version !== undefined || options.concurrencyCheck === true ? [index] : [],
  )
  const guards = [...keyIndexes, ...checked.filter((index) => !keyIndexes.includes(index))]
  const uniques = uniquesOf(plan)
  return {
    version,
    guards,
    hasNullableGuard: guards.some((index) => columns[index]!.options.nullable),
    made: version !== undefined && version.next === undefined ? [version.index] : [],
    onUpdate: columns.flatMap(({ options }, index) => (options.clientOnUpdate === undefined ? [] : [index])),
    uniques,
    uniqueColumns: new Set(uniques.flat()),
  }
}

function uniquesOf({ mapper }: EntityPlan): readonly (readonly number[])[] {
  const tables = mapper.level?.tables.map(({ table }) => table) ?? [mapper.table]
  const indexed = tables
    .flatMap(({ indexes }) => indexes)
    .filter(({ unique, where }) => unique && where === undefined)
    .map(({ keys }) => keys.map((key) => (key instanceof Order ? key.expression : key)))
  const found = [
    ...tables.flatMap(({ uniques }) => uniques).map(({ columns }) => columns.map((column) => mapper.columnIndex(column))),
    ...indexed.map((keys) => keys.map((key) => mapper.columns.findIndex(({ expression }) => expression === key))),
  ]
  return [mapper.keyIndexes, ...found].filter((columns) => columns.length > 0 && !columns.includes(-1))
}

/** @throws UnsupportedError where what a trigger makes cannot be read back */
function requireReadBack({ dialect, labels }: EntityPlan, index: number): void {
  if (dialect.capabilities.returningAfterTriggers) return
  throw new UnsupportedError(`${labels[index]}: ${dialect.title} does not give back what a trigger makes of a row`, {
    hint: "let the application count: integer().version()",
  })
}
