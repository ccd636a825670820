import { type SqlType, travellingType, type TypeKind } from "../sql/index.ts"

/** A primary key as an identity map takes it: a primitive for one column, a string for several. */
export type IdentityKey = string | number | bigint | boolean

const primitiveKinds: ReadonlySet<TypeKind> = new Set([
  "smallint",
  "integer",
  "bigint",
  "text",
  "varchar",
  "enum",
  "boolean",
  "date",
  "time",
  "interval",
  "numeric",
])

/** Whether a decoded value of the type is a key by itself. */
export function isPrimitiveKey(type: SqlType): boolean {
  return type.codec === undefined && primitiveKinds.has(type.kind)
}

/** A value of one key column as a primitive that is equal for equal values. */
export function keyPart(value: unknown, type: SqlType): IdentityKey {
  // Values of a user's own class are equal when they are written as the same.
  if (type.codec !== undefined) return keyPart(type.codec.encode(value), travellingType(type) ?? { kind: "custom" })
  switch (typeof value) {
    case "string":
      return type.kind === "uuid" ? value.toLowerCase() : value
    case "number":
    case "bigint":
    case "boolean":
      return value
  }
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex")
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? `${inner}n` : inner))
}

/** The key of several columns. */
export function compositeKey(parts: readonly IdentityKey[]): string {
  return JSON.stringify(parts.map(String))
}
