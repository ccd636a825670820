/**
 * Lays out SQL that is in one line, for the documentation: each clause of a statement on a line of its own; a subquery that does
 * not fit into the line is indented; a list or a chain of conditions that does not fit is broken at its commas, `and` and `or`.
 */
export function sqlLines(text: string, width = 100): string {
  return layOut(parse(text), "", width)
}

/** A word, a quoted text or one character of punctuation, with the white space before it; or what stands in parentheses. */
type Part = string | readonly Part[]

const token = /\s*(?:"(?:[^"]|"")*"|'(?:[^']|'')*'|[\w$.:@]+|[^\s\w])/gy

function parse(text: string): Part[] {
  const open: Part[][] = [[]]
  for (const [word] of text.matchAll(token)) {
    if (word.trim() === "(") {
      const inner: Part[] = []
      open.at(-1)?.push(word, inner)
      open.push(inner)
    } else {
      if (word.trim() === ")" && open.length > 1) open.pop()
      open.at(-1)?.push(word)
    }
  }
  return open[0] ?? []
}

const flat = (parts: readonly Part[]): string => parts.map((part) => (typeof part === "string" ? part : flat(part))).join("")

/** How a clause begins. What may stand before it without being a clause of its own is in `joined`. */
const clause =
  /^ (?:from|where|(?:(?:inner|left|right|full|cross) )?join|using|group by|having|window|order by|limit|offset|fetch|for|returning|on conflict|on duplicate|set|values|union|intersect|except|select|insert|update|delete|merge|when|search (?:depth|breadth)|cycle)\b/i
/** Words after which one of these is no new clause: `delete from`, `is distinct from`, `do update set`, `group by grouping sets`. */
const joined =
  /\b(?:delete|distinct|do|then|for|matched|by|merge|default|no key|when|target|source|rows|left|right|full|inner|cross|limit (?:\$\d+|\d+))$/i

function layOut(parts: readonly Part[], indent: string, width: number): string {
  const clauses: Part[][] = []
  for (const [index, part] of parts.entries()) {
    const before = flat(clauses.at(-1) ?? [])
    const next =
      typeof part === "string" &&
      clause.test(flat(parts.slice(index, index + 3))) &&
      !joined.test(before) &&
      !caseIsOpen(before) &&
      // SEARCH and CYCLE have a SET and a USING of their own.
      !(/^ (?:search|cycle) /.test(before) && /^ (?:set|using)$/.test(part))
    if (next || clauses.length === 0) clauses.push([])
    clauses.at(-1)?.push(part)
  }
  return clauses.map((each) => indent + layOutClause(each, indent, width)).join("\n")
}

/** `when` belongs to a `case` that has not ended. */
const caseIsOpen = (text: string) => (text.match(/\bcase\b/g)?.length ?? 0) > (text.match(/\bend\b/g)?.length ?? 0)

function layOutClause(parts: readonly Part[], indent: string, width: number): string {
  const text = flat(parts).trim()
  if (indent.length + text.length <= width) return text
  let made = ""
  for (const part of parts) {
    if (typeof part === "string") made += part
    else if (/^(?:select|with|insert|update|delete|values|merge)\b/.test(flat(part))) {
      made += `\n${layOut(part, `${indent}  `, width)}\n${indent}`
    } else made += flat(part)
  }
  if (!made.includes("\n")) return broken(parts, indent, width)
  return made.trim()
}

/** Breaks before `and`, `or` and after commas of this level, where the line would be too long. */
function broken(parts: readonly Part[], indent: string, width: number): string {
  const pieces = [""]
  for (const part of parts) {
    if (part === " and" || part === " or") pieces.push("")
    pieces[pieces.length - 1] += typeof part === "string" ? part : flat(part)
    if (part === ",") pieces.push("")
  }
  const lines: string[] = []
  for (const piece of pieces) {
    const line = lines.at(-1)
    if (line !== undefined && indent.length + line.length + piece.length <= width) lines[lines.length - 1] = line + piece
    else lines.push(line === undefined ? piece.trim() : `  ${piece.trim()}`)
  }
  return lines.join(`\n${indent}`)
}
