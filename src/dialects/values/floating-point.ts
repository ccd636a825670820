import type { SqlType } from "../../sql/index.ts"
import { cannotHold, unreadable, wrongType } from "./refusal.ts"
import type { ValueRules } from "./rules.ts"
import { typeLabel } from "./type-label.ts"

/**
 * real and double. A real keeps the shortest decimal that its 32 bits stand for: 0.1 is read as 0.1, although
 * `Math.fround(0.1)` is another number.
 */
export function floatingPoint(type: SqlType): ValueRules<number> {
  const label = typeLabel(type)
  const single = type.kind === "real"
  return {
    check(value) {
      if (typeof value !== "number") throw wrongType(label, value, "a number")
      if (single && Number.isFinite(value) && value !== 0) {
        const rounded = Math.fround(value)
        if (!Number.isFinite(rounded) || rounded === 0) throw cannotHold(label, value, "it is outside the range of 32-bit floating point")
      }
      return value
    },
    read(raw) {
      if (typeof raw === "number") return raw
      if (typeof raw === "bigint") return Number(raw)
      if (typeof raw === "string" && raw !== "") {
        const number = Number(raw)
        if (!Number.isNaN(number) || raw === "NaN") return number
      }
      throw unreadable(label, raw)
    },
  }
}

/** Whether two numbers are the same in storage of that size; NaN is NaN, 0 is not -0. */
export function sameFloat(left: number, right: number, single: boolean): boolean {
  return Object.is(left, right) || (single && Object.is(Math.fround(left), Math.fround(right)))
}
