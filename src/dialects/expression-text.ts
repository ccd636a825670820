// Expressions as servers print them, and as CREATE statements hold them, are taken apart only as far as quotes and parentheses go.

/** The index behind a quoted text or name that begins at `start`; quotes inside are doubled. */
export function endOfQuoted(text: string, start: number): number {
  const quote = text[start] === "[" ? "]" : text[start]
  let index = start + 1
  while (index < text.length) {
    if (text[index] !== quote) index++
    else if (quote !== "]" && text[index + 1] === quote) index += 2
    else return index + 1
  }
  return text.length
}

/** The index behind the parenthesis that closes the one at `start`, or -1. */
export function endOfParentheses(text: string, start: number): number {
  let depth = 0
  let index = start
  while (index < text.length) {
    const character = text[index]
    if (character === "'" || character === '"' || character === "`") {
      index = endOfQuoted(text, index)
      continue
    }
    if (character === "(") depth++
    if (character === ")" && --depth === 0) return index + 1
    index++
  }
  return -1
}

/** The text without the parentheses that enclose the whole of it. */
export function withoutOuterParentheses(text: string): string {
  const trimmed = text.trim()
  if (!trimmed.startsWith("(") || endOfParentheses(trimmed, 0) !== trimmed.length) return trimmed
  return withoutOuterParentheses(trimmed.slice(1, -1))
}
