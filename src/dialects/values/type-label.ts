import type { SqlType } from "../../sql/index.ts"

/** A type as messages call it, the same for every database: `varchar(20)`, `numeric(10,2)`, `mood`, `integer[]`. */
export function typeLabel(type: SqlType): string {
  switch (type.kind) {
    case "varchar":
      return type.length === undefined ? "varchar" : `varchar(${type.length})`
    case "numeric":
      return type.precision === undefined ? "numeric" : `numeric(${type.precision},${type.scale ?? 0})`
    case "enum":
      return type.enumName ?? "enum"
    case "array":
      return `${type.element === undefined ? "" : typeLabel(type.element)}[]`
    case "range":
    case "multirange":
    case "custom":
      return type.sqlName ?? type.kind
    default:
      return type.kind
  }
}
