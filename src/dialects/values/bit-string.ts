import type { SqlType } from "../../sql/index.ts"
import { cannotHold, unreadable, wrongType } from "./refusal.ts"
import type { ValueRules } from "./rules.ts"
import { typeLabel } from "./type-label.ts"

/** bit(n) has exactly n digits, varbit(n) at most n: `"1010"`. */
export function bitString(type: SqlType): ValueRules<string> {
  const label = typeLabel(type)
  const length = type.unlimited === true ? undefined : type.length
  return {
    check(value) {
      if (typeof value !== "string") throw wrongType(label, value, "a string of the digits 0 and 1")
      if (!/^[01]*$/.test(value)) throw cannotHold(label, value, "it has other characters than 0 and 1")
      if (length !== undefined && (type.kind === "bit" ? value.length !== length : value.length > length))
        throw cannotHold(label, value, `it has ${value.length} bits`)
      return value
    },
    read(raw) {
      if (typeof raw === "string") return raw
      throw unreadable(label, raw)
    },
  }
}
