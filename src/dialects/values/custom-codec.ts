import { RebisError, ValueError } from "../../errors/index.ts"
import { type Codec, type CustomCodec, type SqlType, travellingType } from "../../sql/index.ts"
import { sameBytes } from "./bytes.ts"
import type { Parameter } from "./codec-of-rules.ts"
import { brief, cannotHold } from "./refusal.ts"
import { typeLabel } from "./type-label.ts"

/** The codec of a type that a user gave one, over that of the type whose values travel. Values are compared by what they become. */
export function customCodec(type: SqlType, codecOf: (type: SqlType) => Codec): Codec {
  const label = typeLabel(type)
  const travelling = travellingType(type)
  const base = travelling === undefined ? rawCodec(label) : codecOf(travelling)
  const { codec } = type
  if (codec === undefined) return base
  const given = (value: unknown): unknown => ownForm(codec, value, label)
  // A user's codec may answer with NULL for a value of its own.
  const encode = (value: unknown): Parameter => {
    const inner = given(value)
    return inner === null ? (null as never) : base.encode(inner)
  }
  const isSame = (raw: unknown, value: unknown): boolean => {
    const inner = given(value)
    if (inner === null) return false
    // Through the codec both ways: a raw value that it reads as the same may be written in more than one way.
    return base.same(raw, inner) || isSameParameter(encode(codec.decode(base.decode(raw))), base.encode(inner))
  }
  return {
    encode,
    decode: (raw) => codec.decode(base.decode(raw)),
    decodeJson: (value) => codec.decode(base.decodeJson(value)),
    same: (raw, value) => (codec.validates === true && base.same(raw, value)) || fits(() => isSame(raw, value)),
  }
}

/** What the user's codec makes of a value. @throws ValueError whatever it throws */
export function ownForm(codec: CustomCodec<any>, value: unknown, label: string): unknown {
  let inner: unknown
  try {
    inner = codec.encode(value)
  } catch (error) {
    if (error instanceof RebisError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new ValueError(cannotHold(label, value, `its codec says: ${reason}`).message, { cause: error })
  }
  if (inner === undefined) throw cannotHold(label, value, "its codec makes undefined of it")
  return inner
}

/** Not when a value does not fit its type, which is said when it is encoded. */
function fits(check: () => boolean): boolean {
  try {
    return check()
  } catch (error) {
    if (error instanceof ValueError) return false
    throw error
  }
}

/** For a type of which only the name is known: values stay as the driver has them. */
export function rawCodec(label: string): Codec {
  return {
    encode(value) {
      if (typeof value === "string" || typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return value
      if (value instanceof Uint8Array) return new Uint8Array(value)
      throw new ValueError(`${label} takes what the driver takes, not ${brief(value)}`)
    },
    decode: (raw) => raw,
    decodeJson: (value) => value,
    same: (raw, value) => isSameParameter(raw, value),
  }
}

export function isSameParameter(left: unknown, right: unknown): boolean {
  if (left instanceof Uint8Array && right instanceof Uint8Array) return sameBytes(left, right)
  return (
    left === right ||
    (left !== null && right !== null && typeof left !== "object" && typeof right !== "object" && String(left) === String(right))
  )
}
