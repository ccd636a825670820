import { ValueError } from "../../errors/index.ts"
import type { SqlType, TypeKind } from "../../sql/index.ts"
import { cannotHold, wrongType } from "./refusal.ts"
import { typeLabel } from "./type-label.ts"
import { elementOf } from "./type-spelling.ts"

/** What an array type holds below its declared dimensions. */
export interface ArrayShape {
  readonly label: string
  readonly leaf: SqlType
  /** Dimensions that the type declares. */
  readonly depth: number
  /** A list in place of an element is a further dimension. Not so where an element itself may be a list. */
  readonly deepens: boolean
}

export function arrayShape(type: SqlType): ArrayShape {
  let leaf = type
  let depth = 0
  while (leaf.kind === "array") {
    leaf = elementOf(leaf)
    depth++
  }
  return { label: typeLabel(type), leaf, depth, deepens: leaf.codec === undefined && !mayBeList.has(leaf.kind) }
}

/** Types whose values may be lists themselves. */
const mayBeList: ReadonlySet<TypeKind> = new Set(["json", "jsonb", "multirange", "custom"])

/** A list of any number of dimensions; `null` where an element is SQL's NULL. */
export type Nested<T> = readonly (T | null | Nested<T>)[]

/**
 * The array with each element converted.
 * @throws ValueError when it is no array, its parts differ in length (databases have no such arrays), or an element does not fit
 */
export function mapArray<T>(shape: ArrayShape, value: unknown, convert: (element: unknown) => T): Nested<T> {
  if (!Array.isArray(value)) throw wrongType(shape.label, value, "an array")
  const lengths: number[] = []
  return level(value, 1)

  function level(items: readonly unknown[], depth: number): Nested<T> {
    if ((lengths[depth] ??= items.length) !== items.length) throw cannotHold(shape.label, value, "its parts differ in length")
    const nested = items.length > 0 && (depth < shape.depth || (shape.deepens && items.some(Array.isArray)))
    if (depth > 1 && items.length === 0) throw cannotHold(shape.label, value, "a part of it is empty")
    return Array.from(items, (item, index) => {
      if (!nested) return item === null ? null : element(item, index)
      if (!Array.isArray(item)) throw cannotHold(shape.label, value, "its parts differ in their dimensions")
      return level(item, depth + 1)
    })
  }

  function element(item: unknown, index: number): T {
    try {
      return convert(item)
    } catch (error) {
      if (!(error instanceof ValueError)) throw error
      throw new ValueError(`${shape.label}: element ${index}: ${error.message}`, { cause: error })
    }
  }
}

/** Whether a list of raw elements still is `value`. */
export function isSameArray(
  raw: unknown,
  value: unknown,
  same: (raw: unknown, element: unknown) => boolean,
  shape: ArrayShape,
  depth = 1,
): boolean {
  if (!Array.isArray(raw) || !Array.isArray(value) || raw.length !== value.length) return false
  return raw.every((item: unknown, index) => {
    const element: unknown = value[index]
    if (item === null || element === null || element === undefined) return item === element
    if (depth < shape.depth || (shape.deepens && Array.isArray(item))) return isSameArray(item, element, same, shape, depth + 1)
    return same(item, element)
  })
}
