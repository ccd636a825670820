import { int32 } from "../../util/index.ts"
import { distantMoment, WireMoment } from "../values/wire-moment.ts"

/** Makes a raw value of the bytes from `start` to `end`, which may be used again afterwards. */
export type BinaryReader = (bytes: Uint8Array, start: number, end: number) => unknown

/**
 * The reader of a type's binary form, where that is less work than text for the server and for us, and no less exact; `undefined` for
 * all other types. What it gives is understood by the codecs that say so.
 *
 * @param typeId the type's oid
 */
export function binaryReaderOf(typeId: number | string | undefined): BinaryReader | undefined {
  return typeof typeId === "number" ? readers.get(typeId) : undefined
}

const readers: ReadonlyMap<number, BinaryReader> = new Map<number, BinaryReader>([
  [17, (bytes, start, end) => new Uint8Array(bytes.subarray(start, end))], // bytea
  [21, (bytes, start) => ((bytes[start]! << 24) >> 16) | bytes[start + 1]!], // int2
  [23, int32], // int4
  [26, (bytes, start) => int32(bytes, start) >>> 0], // oid
  [1114, moment], // timestamp
  [1184, moment], // timestamptz
])

/** Microseconds from 1970-01-01 to 2000-01-01, where PostgreSQL counts from. */
const epoch = 946_684_800_000_000
/** Around 250 years: the upper half of a number of microseconds up to which a double holds all of it. */
const safeHalf = 0x1c_0000

function moment(bytes: Uint8Array, start: number): WireMoment | string {
  const upper = int32(bytes, start)
  const lower = int32(bytes, start + 4) >>> 0
  if (upper > -safeHalf && upper < safeHalf) return new WireMoment(upper * 0x1_0000_0000 + lower + epoch)
  const microseconds = (BigInt(upper) << 32n) | BigInt(lower)
  if (microseconds === infinity) return "infinity"
  if (microseconds === -infinity - 1n) return "-infinity"
  return distantMoment(microseconds + BigInt(epoch))
}

const infinity = 2n ** 63n - 1n
