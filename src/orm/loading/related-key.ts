import type { TableColumn } from "../../schema/index.ts"
import type { EntityPlan } from "../entity-plan.ts"
import { keyPart } from "../entity-key.ts"

/** The values of columns by which rows find each other, as one string; `undefined` when one of them is null. */
export function relatedKey(values: readonly unknown[], columns: readonly TableColumn[]): string | undefined {
  if (values.length === 1) return values[0] === null || values[0] === undefined ? undefined : String(keyPart(values[0], columns[0]!.type))
  if (values.some((value) => value === null || value === undefined)) return undefined
  return JSON.stringify(values.map((value, position) => String(keyPart(value, columns[position]!.type))))
}

/** Distinct keys of entities, encoded, and which entities have them. */
export interface KeyedEntities {
  readonly keys: readonly (readonly unknown[])[]
  readonly entitiesOf: ReadonlyMap<string, readonly Record<string, unknown>[]>
  readonly withoutKey: readonly Record<string, unknown>[]
}

/** Groups entities by the current values of some of their columns. */
export function groupByKey(entities: Iterable<Record<string, unknown>>, columns: readonly TableColumn[], plan: EntityPlan): KeyedEntities {
  const indexes = columns.map((column) => plan.mapper.columnIndex(column))
  const keys: (readonly unknown[])[] = []
  const entitiesOf = new Map<string, Record<string, unknown>[]>()
  const withoutKey: Record<string, unknown>[] = []
  for (const entity of entities) {
    const values = columns.map(({ key }) => entity[key])
    const key = relatedKey(values, columns)
    if (key === undefined) {
      withoutKey.push(entity)
      continue
    }
    const same = entitiesOf.get(key)
    if (same !== undefined) same.push(entity)
    else {
      entitiesOf.set(key, [entity])
      keys.push(values.map((value, position) => plan.encode(indexes[position]!, value)))
    }
  }
  return { keys, entitiesOf, withoutKey }
}
