import { DefinitionError, ValueError } from "../../errors/index.ts"
import type { Codec, CompositeField, SqlType } from "../../sql/index.ts"
import { brief, wrongType } from "./refusal.ts"
import { typeLabel } from "./type-label.ts"

/** A composite type's fields with their codecs. */
export interface CompositeShape<C extends Codec = Codec> {
  readonly label: string
  readonly fields: readonly (CompositeField & { readonly codec: C })[]
}

export function compositeShape<C extends Codec>(type: SqlType, codecOf: (type: SqlType) => C): CompositeShape<C> {
  const label = typeLabel(type)
  if (type.fields === undefined || type.fields.length === 0) throw new DefinitionError(`the composite type ${label} has no fields`)
  return { label, fields: type.fields.map((field) => ({ ...field, codec: codecOf(field.type) })) }
}

/**
 * Each field's value converted, in the order of the fields.
 * @throws ValueError, with the field's name, when it is no object of the fields' values
 */
export function mapFields<R, C extends Codec>(
  { label, fields }: CompositeShape<C>,
  value: unknown,
  convert: (value: unknown, codec: C) => R,
): (R | null)[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrongType(label, value, "an object of its fields")
  for (const key of Object.keys(value)) {
    if (!fields.some((field) => field.key === key))
      throw new ValueError(`${label} has no field "${key}"`, { hint: `its fields are ${fields.map((field) => field.key).join(", ")}` })
  }
  return fields.map(({ key, nullable, codec }) => {
    const item: unknown = Reflect.get(value, key)
    if (item === null && nullable) return null
    if (item === null || item === undefined) throw new ValueError(`${label}.${key} cannot be ${brief(item)}`)
    return labelled(`${label}.${key}`, () => convert(item, codec))
  })
}

/** The object of fields' values. `items` are in the order of the fields, null for NULL. */
export function fieldsObject<C extends Codec>(
  { label, fields }: CompositeShape<C>,
  items: readonly unknown[],
  read: (item: unknown, codec: C) => unknown,
): Record<string, unknown> {
  if (items.length !== fields.length) {
    throw new ValueError(`${label} has ${items.length} fields in the database and ${fields.length} in its declaration`, {
      hint: "declare the attributes that the type has, in its order",
    })
  }
  const object: Record<string, unknown> = {}
  fields.forEach(({ key, nullable, codec }, index) => {
    const item = items[index]
    if (item !== null && item !== undefined) object[key] = labelled(`${label}.${key}`, () => read(item, codec))
    else if (nullable) object[key] = null
    else throw new ValueError(`${label}.${key} is NULL in the database`, { hint: "declare the field nullable()" })
  })
  return object
}

/** Whether each field of `value` is what the raw ones stand for. */
export function sameFields<C extends Codec>(
  { fields }: CompositeShape<C>,
  items: readonly unknown[],
  value: unknown,
  same: (item: unknown, value: unknown, codec: C) => boolean,
): boolean {
  if (typeof value !== "object" || value === null || items.length !== fields.length) return false
  return fields.every(({ key, codec }, index) => {
    const own: unknown = Reflect.get(value, key)
    const item = items[index] ?? null
    return item === null || own === null || own === undefined ? item === own : same(item, own, codec)
  })
}

function labelled<R>(label: string, convert: () => R): R {
  try {
    return convert()
  } catch (error) {
    if (!(error instanceof ValueError)) throw error
    throw new ValueError(`${label}: ${error.message}`, { cause: error })
  }
}
