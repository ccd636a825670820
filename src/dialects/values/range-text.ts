import type { RangeBounds } from "../../sql/index.ts"

/** A range whose bounds are the texts of values. */
export interface TextRange {
  readonly lower: string | null
  readonly upper: string | null
  readonly bounds: RangeBounds
}

export const emptyTextRange: TextRange = { lower: null, upper: null, bounds: "empty" }

/** `[1,5)`, `(,"2024-01-05 10:00:00"]`, `empty`: as PostgreSQL reads and prints it. */
export function printRange({ lower, upper, bounds }: TextRange): string {
  return bounds === "empty" ? "empty" : `${bounds[0]}${printBound(lower)},${printBound(upper)}${bounds[1]}`
}

function printBound(text: string | null): string {
  if (text === null) return ""
  return /^[\w.:+-]+$/.test(text) ? text : `"${text.replace(/["\\]/g, "\\$&")}"`
}

/** Several ranges: `{[1,5),[7,9)}`. */
export function printRanges(ranges: readonly TextRange[]): string {
  return `{${ranges.map(printRange).join(",")}}`
}

/** @returns undefined when the text is not a range's */
export function parseRange(text: string): TextRange | undefined {
  const reader = new RangeReader(text)
  const found = reader.range()
  return reader.isAtEnd ? found : undefined
}

/** @returns undefined when the text is not that of several ranges */
export function parseRanges(text: string): readonly TextRange[] | undefined {
  const reader = new RangeReader(text)
  if (!reader.take("{")) return undefined
  const found: TextRange[] = []
  while (!reader.take("}")) {
    if (found.length > 0 && !reader.take(",")) return undefined
    const each = reader.range()
    if (each === undefined) return undefined
    found.push(each)
  }
  return reader.isAtEnd ? found : undefined
}

class RangeReader {
  readonly #text: string
  #position = 0

  constructor(text: string) {
    this.#text = text
  }

  get isAtEnd(): boolean {
    return this.#position === this.#text.length
  }

  take(expected: string): boolean {
    if (!this.#text.startsWith(expected, this.#position)) return false
    this.#position += expected.length
    return true
  }

  range(): TextRange | undefined {
    if (this.take("empty")) return emptyTextRange
    const opening = this.take("[") ? "[" : this.take("(") ? "(" : undefined
    if (opening === undefined) return undefined
    const lower = this.#bound()
    if (!this.take(",")) return undefined
    const upper = this.#bound()
    const closing = this.take("]") ? "]" : this.take(")") ? ")" : undefined
    return closing === undefined ? undefined : { lower, upper, bounds: `${opening}${closing}` }
  }

  /** Parts of a bound may be quoted, with quotes in them doubled or behind a backslash; a bound without any text is none. */
  #bound(): string | null {
    let bound: string | null = null
    let quoted = false
    for (; this.#position < this.#text.length; this.#position++) {
      const character = this.#text[this.#position]!
      if (!quoted && ",)]".includes(character)) break
      bound ??= ""
      if (character === "\\") bound += this.#text[++this.#position] ?? ""
      else if (character !== '"') bound += character
      else if (quoted && this.#text[this.#position + 1] === '"') bound += this.#text[++this.#position]!
      else quoted = !quoted
    }
    return bound
  }
}
