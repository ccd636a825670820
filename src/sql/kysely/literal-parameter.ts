import type { SqlDialect } from "../dialect/dialect.ts"
import { literalType } from "../types/literal-type.ts"
import { encodeValue } from "../expression/encode-value.ts"
import type { SqlType } from "../types/type.ts"

const jsonType: SqlType = { kind: "json" }

/**
 * The parameter for a value of which only the value is known: lists of one kind of values are arrays, other lists and plain objects
 * JSON.
 */
export function literalParameter(value: unknown, label: string, dialect: SqlDialect): unknown {
  return encodeValue(value, isStructure(value) ? structureType(value) : undefined, label, dialect)
}

function isStructure(value: unknown): value is object {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || prototype === Object.prototype || prototype === null
}

function structureType(value: object): SqlType {
  if (!Array.isArray(value)) return jsonType
  const items = value.filter((item) => item !== null && item !== undefined)
  if (items.length === 0 || items.some(isStructure)) return items.length === 0 ? { kind: "array", element: { kind: "text" } } : jsonType
  const types = items.map((item) => literalType(item, "a list"))
  const [first] = types
  if (types.every(({ kind, mode }) => kind === first!.kind && mode === first!.mode)) return { kind: "array", element: first! }
  const widest = ["double", "bigint"].map((kind) => types.find((type) => type.kind === kind)).find((type) => type !== undefined)
  return items.every((item) => typeof item === "number") && widest !== undefined ? { kind: "array", element: widest } : jsonType
}
