import type { SqlType } from "../../sql/index.ts"
import { unreadable, wrongType } from "./refusal.ts"
import type { ValueRules } from "./rules.ts"
import { typeLabel } from "./type-label.ts"

/** bytea: its canonical form is a copy, so that later changes to the value do not reach what was sent. */
export function bytes(type: SqlType): ValueRules<Uint8Array> {
  const label = typeLabel(type)
  return {
    check(value) {
      if (!(value instanceof Uint8Array)) throw wrongType(label, value, "a Uint8Array")
      return new Uint8Array(value)
    },
    read(raw) {
      if (raw instanceof Uint8Array) return new Uint8Array(raw)
      const hex = typeof raw === "string" ? hexDigits(raw) : undefined
      if (hex === undefined) throw unreadable(label, raw)
      // Not `Buffer.from`: small buffers share one ArrayBuffer, which a caller could reach.
      const buffer = Buffer.allocUnsafeSlow(hex.length / 2)
      if (buffer.write(hex, "hex") !== buffer.length) throw unreadable(label, raw)
      return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
    },
  }
}

/** The digits of `\x6869` (PostgreSQL) or `X'6869'` (SQLite's quote). */
function hexDigits(text: string): string | undefined {
  const digits = text.startsWith("\\x") ? text.slice(2) : text.startsWith("X'") && text.endsWith("'") ? text.slice(2, -1) : undefined
  return digits === undefined || digits.length % 2 === 1 ? undefined : digits
}

export function hexOf(value: Uint8Array): string {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex")
}

export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && Buffer.compare(left, right) === 0
}
