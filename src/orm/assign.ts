import { ArgumentError } from "../errors/index.ts"
import { refuseView } from "../schema/index.ts"
import { isLowerable } from "../sql/index.ts"
import type { EntityState } from "./entity-state.ts"
import { relate } from "./relate.ts"

/**
 * Sets properties of an entity. An expression waits beside it until the next flush, so that the property holds a value at all times.
 * @throws ArgumentError for a property that the model does not have; then nothing is set
 */
export function assign(state: EntityState, values: unknown): void {
  const { mapper } = state.plan
  if (typeof values !== "object" || values === null || Array.isArray(values))
    throw new ArgumentError(`assign() takes an object of a ${mapper.className}'s values, not ${String(values)}`)
  for (const key of Object.keys(values)) {
    if (mapper.indexOf(key) === undefined && !mapper.relations.has(key)) {
      throw new ArgumentError(`${mapper.className} has no property "${key}"`, {
        hint: `its columns are ${mapper.properties.map((property) => property.key).join(", ")}`,
      })
    }
  }
  for (const key of Object.keys(values)) refuseView(mapper, key)
  for (const [key, value] of Object.entries(values)) if (value !== undefined) assignOne(state, key, value)
}

function assignOne(state: EntityState, key: string, value: unknown): void {
  const index = state.plan.mapper.indexOf(key)
  if (index !== undefined && isLowerable(value)) {
    state.assigned ??= new Map()
    state.assigned.set(index, { expression: value, before: state.entity[key] })
    return
  }
  if (index === undefined) {
    relate(state, key, value)
    return
  }
  state.assigned?.delete(index)
  state.entity[key] = value
}

/** The values of a new row apart from its expressions, which its constructor could only keep as values. */
export function withoutExpressions(values: object | undefined): {
  readonly values: object | undefined
  readonly expressions: object | undefined
} {
  if (typeof values !== "object" || values === null) return { values, expressions: undefined }
  const entries = Object.entries(values)
  if (!entries.some(([, value]) => isLowerable(value))) return { values, expressions: undefined }
  return {
    values: Object.fromEntries(entries.filter(([, value]) => !isLowerable(value))),
    expressions: Object.fromEntries(entries.filter(([, value]) => isLowerable(value))),
  }
}
