import { UnsupportedError } from "../../errors/index.ts"
import type { SqlType, TypeKind } from "../../sql/index.ts"
import { customTypeName } from "../values/type-spelling.ts"

/** Digits that a double keeps exactly. */
export const exactDigits = 15
/** The most that `Number.prototype.toFixed` prints. */
const mostFixedDigits = 100

/**
 * Whether decimals of a type are stored as REAL. Up to 15 digits survive in a double, so that they compare, sort and add up
 * as numbers; other decimals are stored as TEXT, which keeps every digit and compares for equality only.
 */
export function isRealDecimal({ kind, precision, scale = 0 }: SqlType): boolean {
  return kind === "numeric" && precision !== undefined && precision <= exactDigits && scale >= 0 && scale <= mostFixedDigits
}

/** The storage class of a type, as DDL and CAST spell it. */
export function typeName(type: SqlType): string {
  switch (type.kind) {
    case "smallint":
    case "integer":
    case "bigint":
    case "oid":
    case "boolean":
      return "INTEGER"
    case "real":
    case "double":
      return "REAL"
    case "numeric":
      return isRealDecimal(type) ? "REAL" : "TEXT"
    case "bytea":
      return "BLOB"
    case "tsvector":
    case "tsquery":
    case "money":
    case "xid":
      throw unsupportedType(type)
    case "custom":
      return customTypeName(type)
    default:
      return "TEXT"
  }
}

const insteadOf: Partial<Record<TypeKind, string>> = {
  money: "store amounts as numeric({ precision: 15, scale: 2 })",
  xid: "store the version of a row as integer().version()",
}

/** For types whose values only the server of PostgreSQL can make or compare. */
export function unsupportedType({ kind }: SqlType): UnsupportedError {
  const instead = insteadOf[kind] ?? "store the text, and search it with like()"
  return new UnsupportedError(`SQLite has no ${kind}`, { hint: instead })
}
