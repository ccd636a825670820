import { randomBytes } from "node:crypto"

const names = new Set(["head", "heads", "base", "current"])

/** A new id: twelve hexadecimal digits by chance, none of `taken`. */
export function newRevisionId(taken: ReadonlySet<string> = new Set()): string {
  for (;;) {
    const id = randomBytes(6).toString("hex")
    if (!taken.has(id)) return id
  }
}

/** Letters, digits and `_`, at most 64, and none of the words that stand for a place in the graph. */
export function isRevisionId(value: unknown): value is string {
  return typeof value === "string" && /^\w{1,64}$/.test(value) && !names.has(value)
}
