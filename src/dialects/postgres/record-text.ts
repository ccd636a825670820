import { hexOf } from "../values/bytes.ts"
import type { Parameter } from "../values/codec-of-rules.ts"

/** PostgreSQL's text form of a row: `("a ""b""",1,)`, nothing at all for NULL. */
export function printRecord(items: readonly (Parameter | null)[]): string {
  return `(${items.map(printItem).join(",")})`
}

function printItem(item: Parameter | null): string {
  if (item === null) return ""
  const text = item instanceof Uint8Array ? `\\x${hexOf(item)}` : String(item)
  return /^[\w.:+-]+$/.test(text) ? text : `"${text.replace(/["\\]/g, "$&$&")}"`
}

/** The texts of a row's values, null for NULL. @returns undefined when the text is not a row's */
export function parseRecord(text: string): (string | null)[] | undefined {
  if (!text.startsWith("(") || !text.endsWith(")")) return undefined
  const items: (string | null)[] = []
  let item: string | null = null
  let quoted = false
  for (let position = 1; position < text.length; position++) {
    const character = text[position]!
    if (!quoted && (character === "," || character === ")")) {
      if (character === ")" && position !== text.length - 1) return undefined
      items.push(item)
      item = null
      continue
    }
    item ??= ""
    if (character === "\\") item += text[++position] ?? ""
    else if (character !== '"') item += character
    else if (quoted && text[position + 1] === '"') item += text[++position]!
    else quoted = !quoted
  }
  return quoted ? undefined : items
}
