import { ValueError } from "../../errors/index.ts"
import type { Codec } from "../../sql/index.ts"
import type { ValueRules } from "./rules.ts"

/** What a codec gives the driver. */
export type Parameter = string | number | bigint | boolean | Uint8Array

/**
 * A codec whose parameter is made from the canonical form.
 * `normal` maps values that are equal to the same text where their forms may differ (1.5 and 1.50).
 */
export function codecOfRules<T, C>(
  rules: ValueRules<T, C>,
  parameter: (canonical: C) => Parameter,
  normal?: (value: T) => unknown,
): Codec<T> {
  return {
    encode: (value) => parameter(rules.check(value)),
    decode: (raw) => rules.read(raw),
    decodeJson: (value) => rules.read(value),
    same(raw, value) {
      // Not `raw === value`: what the database wrote may be no value of the type, such as an interval in its own words.
      const read = rules.read(raw)
      if (read === value || (Number.isNaN(read) && Number.isNaN(value))) return true
      if (typeof value !== "string") return false
      return normalOf(read) === normalOf(canonical(value))
    },
  }

  /** The value as the database would give it back; `undefined` for one that does not fit, which `encode` will say. */
  function canonical(value: T): T | undefined {
    try {
      return rules.read(parameter(rules.check(value)))
    } catch (error) {
      if (error instanceof ValueError) return undefined
      throw error
    }
  }

  function normalOf(value: T | undefined): unknown {
    return value === undefined || normal === undefined ? value : normal(value)
  }
}
