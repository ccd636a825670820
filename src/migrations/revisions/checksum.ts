import { createHash } from "node:crypto"

/** The source as it is recorded: with `\n` for every line end, and without a byte order mark. */
export function normalizedSource(source: string): string {
  return source.replace(/^\uFEFF/, "").replaceAll(/\r\n?/g, "\n")
}

/** SHA-256 of the source in hexadecimal; the way lines end does not matter to it. */
export function sourceChecksum(source: string): string {
  return createHash("sha256").update(normalizedSource(source)).digest("hex")
}
