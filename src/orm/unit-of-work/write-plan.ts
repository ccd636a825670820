import { UnsupportedError } from "../../errors/index.ts"
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
  return {
    version,
    guards,
    hasNullableGuard: guards.some((index) => columns[index]!.options.nullable),
    made: version !== undefined && version.next === undefined ? [version.index] : [],
  }
}

/** @throws UnsupportedError where what a trigger makes cannot be read back */
function requireReadBack({ dialect, labels }: EntityPlan, index: number): void {
  if (dialect.capabilities.returningAfterTriggers) return
  throw new UnsupportedError(`${labels[index]}: ${dialect.title} does not give back what a trigger makes of a row`, {
    hint: "let the application count: integer().version()",
  })
}
