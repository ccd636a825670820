import { typeKey, unmodified, type SqlType } from "./type.ts"

/**
 * The type of a column whose values are of two types, or `undefined` where one codec could not read both: only what differs in
 * width is the same.
 */
export function widerType(one: SqlType, other: SqlType): SqlType | undefined {
  if (typeKey(one) === typeKey(other)) return one
  if (one.codec !== undefined || other.codec !== undefined) return one.codec === other.codec ? unlimited(one, other) : undefined
  return widest(one, other, wholeNumbers) ?? widest(one, other, numbers) ?? unlimited(one, other)
}

const wholeNumbers: readonly string[] = ["smallint", "integer", "bigint"]
const numbers: readonly string[] = ["smallint", "integer", "bigint", "real", "double"]

/** Of two kinds that JavaScript has as numbers, the wider one. */
function widest(one: SqlType, other: SqlType, kinds: readonly string[]): SqlType | undefined {
  const places = [one, other].map(({ kind, mode }) => (kind === "bigint" && mode !== "number" ? -1 : kinds.indexOf(kind)))
  if (places[0]! < 0 || places[1]! < 0) return undefined
  if (kinds === numbers) return { kind: "double" }
  return places[0]! >= places[1]! ? one : other
}

/** Types that differ in nothing but their limits, without them. */
function unlimited(one: SqlType, other: SqlType): SqlType | undefined {
  const plain = withoutLimits(one)
  return typeKey(plain) === typeKey(withoutLimits(other)) ? plain : undefined
}

function withoutLimits(type: SqlType): SqlType {
  return type.kind === "varchar" && type.codec === undefined ? { kind: "text" } : unmodified(type)
}
