const mostLines = 6

/** What was changed between two sources, as lines that begin with their number and `-` or `+`; a few of them. */
export function sourceDifference(before: string, after: string): string[] {
  const old = before.split("\n")
  const now = after.split("\n")
  let start = 0
  while (start < old.length && start < now.length && old[start] === now[start]) start++
  let end = 0
  while (end < old.length - start && end < now.length - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end++
  return [...lines(old, "-", start, end), ...lines(now, "+", start, end)]
}

function lines(all: readonly string[], sign: string, start: number, end: number): string[] {
  const changed = all.slice(start, all.length - end)
  const shown = changed.slice(0, mostLines).map((text, index) => `${start + index + 1} ${sign} ${text.trim()}`)
  return changed.length > mostLines ? [...shown, `… ${changed.length - mostLines} more lines`] : shown
}
