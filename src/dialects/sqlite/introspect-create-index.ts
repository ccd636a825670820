import type { IndexKeyDefinition } from "../../schema/index.ts"
import { withoutOuterParentheses } from "../expression-text.ts"
import { nameOf, splitAtCommas, type SqlToken, tokenize, TokenReader } from "./introspect-tokens.ts"

export interface ParsedIndex {
  readonly keys: readonly IndexKeyDefinition[]
  readonly where: string | undefined
}

/** Takes a CREATE INDEX statement, as sqlite_schema keeps it, apart. */
export function parseCreateIndex(sql: string): ParsedIndex {
  const reader = new TokenReader(sql, tokenize(sql))
  while (!reader.done && !reader.at("(")) reader.next()
  const keys = splitAtCommas(reader.parentheses().tokens).map((tokens) => indexKey(sql, tokens))
  const where = reader.take("where") ? withoutOuterParentheses(sql.slice(reader.peek()?.start).replace(/;\s*$/, "")) : undefined
  return { keys, where }
}

function indexKey(sql: string, tokens: readonly SqlToken[]): IndexKeyDefinition {
  let rest = tokens
  const isWord = (offset: number, word: RegExp) => {
    const token = rest.at(offset)
    return token?.kind === "word" && word.test(token.text)
  }
  const direction = isWord(-1, /^desc$/i) ? "desc" : "asc"
  if (rest.length > 1 && isWord(-1, /^(asc|desc)$/i)) rest = rest.slice(0, -1)
  const collation = rest.length > 2 && isWord(-2, /^collate$/i) ? nameOf(rest.at(-1)) : undefined
  if (collation !== undefined) rest = rest.slice(0, -2)
  const [first] = rest
  const what =
    rest.length === 1 && (first?.kind === "word" || first?.kind === "name")
      ? { column: nameOf(first) }
      : { expression: withoutOuterParentheses(sql.slice(first?.start, rest.at(-1)?.end)) }
  return { ...what, direction, ...(collation === undefined ? {} : { collation }) }
}
