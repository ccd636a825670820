import { ArgumentError } from "../errors/index.ts"
import type { EntityPlan } from "./entity-plan.ts"

/** The values of the key's columns, in key order. @throws ArgumentError */
export function keyValues({ mapper }: EntityPlan, key: unknown): readonly unknown[] {
  const properties = mapper.keyIndexes.map((index) => mapper.properties[index]!)
  const names = properties.map((property) => property.key).join(", ")
  if (properties.length === 0) throw new ArgumentError(`${mapper.className} has no primary key`)
  const values = Array.isArray(key)
    ? key
    : isPlainObject(key)
      ? properties.map((property) => Reflect.get(key, property.key) as unknown)
      : [key]
  if (values.length !== properties.length || values.some((value) => value === undefined || value === null)) {
    throw new ArgumentError(`a key of ${mapper.className} is made of ${names}; not all of it was given`)
  }
  return values
}

function isPlainObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !(value instanceof Date) && !(value instanceof Uint8Array)
}
