import { isLowerable } from "../sql/index.ts"
import { assignedColumns, valueToWrite } from "./assigned-values.ts"
import type { EntityPlan } from "./entity-plan.ts"
import type { EntityState } from "./entity-state.ts"
import { generate } from "./generated-code.ts"

type FindChanges = (entity: Readonly<Record<string, unknown>>, row: readonly unknown[], offset: number) => number[] | undefined

const finders = new WeakMap<EntityPlan, FindChanges>()

/** The indexes of the columns whose value differs from the row, or `undefined` when none does. A missing value is no change. */
export function changedColumns(state: EntityState): number[] | undefined {
  if (state.row === undefined) return undefined
  let find = finders.get(state.plan)
  if (find === undefined)
    finders.set(
      state.plan,
      (find = generate("changes", source(state.plan), { plan: state.plan, codecs: state.plan.codecs, isChanged }, () =>
        closure(state.plan),
      )),
    )
  const found = find(state.entity, state.row, state.offset)
  return state.assigned === undefined ? found : withAssigned(found, state)
}

function withAssigned(found: readonly number[] | undefined, state: EntityState): number[] | undefined {
  const all = new Set([...(found ?? []), ...assignedColumns(state)])
  return all.size === 0 ? undefined : [...all].sort((left, right) => left - right)
}

function source({ mapper }: EntityPlan): string {
  return [
    ...mapper.properties.map((_, index) => `const c${index} = codecs[${index}]`),
    "return function changes(entity, row, offset) {",
    "  let found, value, raw",
    ...mapper.properties.map(({ key }, index) =>
      [
        `  value = entity[${JSON.stringify(key)}]; raw = row[offset + ${index}]`,
        `  if (typeof value === "object" && value !== null ? isChanged(plan, ${index}, raw, value)`,
        `    : value === null || raw === null ? value !== raw && value !== undefined : value !== undefined && !c${index}.same(raw, value)) (found ??= []).push(${index})`,
      ].join("\n"),
    ),
    "  return found",
    "}",
  ].join("\n")
}

function closure(plan: EntityPlan): FindChanges {
  return (entity, row, offset) => {
    let found: number[] | undefined
    for (const [index, { key }] of plan.mapper.properties.entries()) {
      const value = entity[key]
      if (value !== undefined && isChanged(plan, index, row[offset + index], value)) (found ??= []).push(index)
    }
    return found
  }
}

/** An expression in place of a value is always a change: only the database knows what it comes to. */
function isChanged(plan: EntityPlan, index: number, raw: unknown, value: unknown): boolean {
  return isLowerable(value) || !plan.same(index, raw, value)
}

/** A property's value as the database has it, and as the entity has it now. */
export interface Change<T = unknown> {
  readonly old: T | undefined
  readonly new: T
}

/** The columns whose value differs from the row; without a row, all that have a value. */
export function changesOf(state: EntityState): Record<string, Change> {
  const { plan, row, offset } = state
  const { properties } = plan.mapper
  const indexes =
    row === undefined ? [...properties.keys()].filter((index) => valueToWrite(state, index) !== undefined) : changedColumns(state)
  return Object.fromEntries(
    (indexes ?? []).map((index) => {
      const { key } = properties[index]!
      return [key, { old: row === undefined ? undefined : plan.decode(index, row[offset + index]), new: valueToWrite(state, index) }]
    }),
  )
}
