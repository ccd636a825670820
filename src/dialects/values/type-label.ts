import type { SqlType } from "../../sql/index.ts"

/** A type as messages call it, the same for every database: `varchar(20)`, `numeric(10,2)`, `mood`, `integer[]`. */
export function typeLabel(type: SqlType): string {
  if (type.domain !== undefined) return unquoted(type.domain)
  switch (type.kind) {
    case "varchar":
    case "char":
    case "bit":
    case "varbit":
      return type.length === undefined ? type.kind : `${type.kind}(${type.length})`
    case "numeric":
      return type.precision === undefined ? "numeric" : `numeric(${type.precision},${type.scale ?? 0})`
    case "enum":
      return type.enumName ?? "enum"
    case "array":
      return `${type.element === undefined ? "" : typeLabel(type.element)}[]`
    case "composite":
      return unquoted(type.sqlName ?? type.kind)
    case "range":
    case "multirange":
    case "custom":
      return type.sqlName ?? type.kind
    default:
      return type.kind
  }
}

function unquoted(name: string): string {
  return name.replaceAll('"', "")
}
