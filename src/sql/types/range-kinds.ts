import type { SqlType, TypeKind } from "./type.ts"

/** PostgreSQL's own ranges, by what their bounds are. */
const rangeNames: Readonly<Partial<Record<TypeKind, string>>> = {
  integer: "int4range",
  bigint: "int8range",
  numeric: "numrange",
  date: "daterange",
  timestamp: "tsrange",
  timestamptz: "tstzrange",
}

/** The range type whose bounds are of a type, where PostgreSQL has one. */
export function rangeTypeOf(element: SqlType | undefined): SqlType | undefined {
  const sqlName = element === undefined ? undefined : rangeNames[element.kind]
  return sqlName === undefined ? undefined : { kind: "range", sqlName, element: element! }
}

/** The type of one of the ranges of a multirange. */
export function rangeOfMultirange(type: SqlType): SqlType {
  const sqlName = type.sqlName?.replace("multirange", "range")
  return { ...type, kind: "range", ...(sqlName === undefined ? {} : { sqlName }) }
}

/** Whether a value is a range, as `range()` makes them. */
export function isRange(value: unknown): boolean {
  return typeof value === "object" && value !== null && "bounds" in value && "lower" in value && "upper" in value
}
