import type { SqlType } from "../../sql/index.ts"
import { isRealDecimal } from "./types.ts"

/** Encoded values as the text of a JSON list. */
export function jsonList(values: readonly unknown[]): string {
  return `[${values.map((item) => (typeof item === "string" ? JSON.stringify(item) : String(item))).join(",")}]`
}

/** Whether what json_each gives for a value in a list is what a column stores: text and whole numbers are, doubles and bytes not. */
export function keepsEqualityInJson(type: SqlType): boolean {
  switch (type.kind) {
    case "real":
    case "double":
    case "bytea":
    case "custom":
      return false
    case "numeric":
      return !isRealDecimal(type)
    default:
      return true
  }
}
