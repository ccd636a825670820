/** The items in parts of at most `size`. */
export function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  if (items.length <= size) return items.length === 0 ? [] : [items]
  const found: (readonly T[])[] = []
  for (let start = 0; start < items.length; start += size) found.push(items.slice(start, start + size))
  return found
}
