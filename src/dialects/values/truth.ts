import type { SqlType } from "../../sql/index.ts"
import { unreadable, wrongType } from "./refusal.ts"
import type { ValueRules } from "./rules.ts"
import { typeLabel } from "./type-label.ts"

/** boolean, in every form that a database prints it. */
export function truth(type: SqlType): ValueRules<boolean> {
  const label = typeLabel(type)
  return {
    check(value) {
      if (typeof value !== "boolean") throw wrongType(label, value, "true or false")
      return value
    },
    read(raw) {
      switch (raw) {
        case "t":
        case true:
        case 1:
        case 1n:
        case "true":
          return true
        case "f":
        case false:
        case 0:
        case 0n:
        case "false":
          return false
        default:
          throw unreadable(label, raw)
      }
    },
  }
}
