/** Rows in one statement at most: what is above is sent in further ones. */
const mostRows = 10_000
/** Characters of all values in one statement, roughly: a list is one string, and strings have a limit. */
const mostCharacters = 32_000_000

/** Rows of encoded values in parts that a statement can take as lists. */
export function rowChunks(rows: readonly (readonly unknown[])[]): readonly (readonly (readonly unknown[])[])[] {
  const found: (readonly (readonly unknown[])[])[] = []
  let start = 0
  let characters = 0
  for (let end = 0; end < rows.length; end++) {
    const size = sizeOf(rows[end]!)
    if (end > start && (end - start === mostRows || characters + size > mostCharacters)) {
      found.push(rows.slice(start, end))
      start = end
      characters = 0
    }
    characters += size
  }
  if (start < rows.length) found.push(start === 0 ? rows : rows.slice(start))
  return found
}

function sizeOf(values: readonly unknown[]): number {
  let size = 0
  for (let index = 0; index < values.length; index++) {
    const value = values[index]
    // Bytes are written as two characters each.
    if (typeof value === "string") size += value.length
    else if (value instanceof Uint8Array) size += value.length * 2
  }
  return size
}
