import { ValueError } from "../../errors/index.ts"
import type { Codec, SqlType } from "../../sql/index.ts"
import { sameBytes } from "./bytes.ts"
import { brief } from "./refusal.ts"
import type { ValueRules } from "./rules.ts"
import { typeLabel } from "./type-label.ts"

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

/** The codec that a user brought. Its values are compared by what they are encoded to. */
export function customCodec(type: SqlType): Codec {
  const { codec } = type
  if (codec === undefined) return rawCodec(typeLabel(type))
  // A user's codec may answer with NULL for a value of its own.
  const encode = (value: unknown): Parameter => codec.encode(value) as Parameter
  return {
    encode,
    decode: (raw) => codec.decode(raw),
    decodeJson: (value) => codec.decode(value),
    same(raw, value) {
      const encoded = encode(value)
      return isSameParameter(raw, encoded) || isSameParameter(encode(codec.decode(raw)), encoded)
    },
  }
}

/** For a type of which only the name is known: values stay as the driver has them. */
function rawCodec(label: string): Codec {
  return {
    encode(value) {
      if (typeof value === "string" || typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return value
      if (value instanceof Uint8Array) return new Uint8Array(value)
      throw new ValueError(`${label} takes what the driver takes, not ${brief(value)}`, { hint: "give the type a codec" })
    },
    decode: (raw) => raw,
    decodeJson: (value) => value,
    same: (raw, value) => isSameParameter(raw, value),
  }
}

function isSameParameter(left: unknown, right: unknown): boolean {
  if (left instanceof Uint8Array && right instanceof Uint8Array) return sameBytes(left, right)
  return (
    left === right ||
    (left !== null && right !== null && typeof left !== "object" && typeof right !== "object" && String(left) === String(right))
  )
}
