import { createHash } from "node:crypto"
import type { LockKey } from "../dialects/index.ts"
import { ArgumentError } from "../errors/index.ts"

/**
 * What a lock is called: a name (its hash counts, 64 bits of SHA-256), a number of 64 bits, or two of 32 bits. Names and numbers
 * share one space, pairs have their own.
 */
export type AdvisoryLockKey = string | number | bigint | readonly [number, number]

/** @throws ArgumentError for what is no key */
export function lockKey(key: AdvisoryLockKey): LockKey {
  if (typeof key === "string" && key !== "") return createHash("sha256").update(key).digest().readBigInt64BE(0)
  if (typeof key === "number" && Number.isSafeInteger(key)) return BigInt(key)
  if (typeof key === "bigint" && BigInt.asIntN(64, key) === key) return key
  if (Array.isArray(key) && key.length === 2 && key.every((part) => Number.isInteger(part) && (part | 0) === part))
    return key as unknown as readonly [number, number]
  throw new ArgumentError(`${typeof key === "string" ? "an empty text" : String(key)} cannot be the key of a lock`, {
    hint: "use a text, a whole number of 64 bits, or an array of two whole numbers of 32 bits",
  })
}
