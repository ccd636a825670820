import { endOfQuoted } from "../expression-text.ts"

/** A piece of SQL text. A quoted name is never a keyword. */
export interface SqlToken {
  readonly kind: "word" | "name" | "string" | "number" | "symbol"
  /** As written. */
  readonly text: string
  readonly start: number
  readonly end: number
}

const pattern =
  /\s+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|[xX]?'|["`[]|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[\p{L}_\u0080-\uffff][\p{L}\p{N}_$\u0080-\uffff]*|[\s\S]/uy

/** The tokens of a CREATE statement, as SQLite's own tokenizer sees them; comments and space are left out. */
export function tokenize(sql: string): readonly SqlToken[] {
  const tokens: SqlToken[] = []
  pattern.lastIndex = 0
  while (pattern.lastIndex < sql.length) {
    const start = pattern.lastIndex
    const text = pattern.exec(sql)?.[0]
    if (text === undefined) break
    if (/^(\s|--|\/\*)/.test(text)) continue
    const kind = kindOf(text)
    if (kind === "string" || kind === "name") pattern.lastIndex = endOfQuoted(sql, start + text.length - 1)
    tokens.push({ kind, text: sql.slice(start, pattern.lastIndex), start, end: pattern.lastIndex })
  }
  return tokens
}

function kindOf(text: string): SqlToken["kind"] {
  if (text.endsWith("'")) return "string"
  if (/^["`[]$/.test(text)) return "name"
  if (/^\.?\d/.test(text)) return "number"
  return /^[\p{L}_\u0080-\uffff]/u.test(text) ? "word" : "symbol"
}

/** The name that a token stands for, without its quotes. SQLite takes a string for a name, too, where a name is needed. */
export function nameOf(token: SqlToken | undefined): string {
  if (token === undefined) return ""
  if (token.kind === "word") return token.text
  const quote = token.text.at(-1) ?? ""
  const inner = token.text.slice(1, -1)
  return quote === "]" ? inner : inner.replaceAll(quote + quote, quote)
}

/** Reads tokens one after the other. */
export class TokenReader {
  readonly #sql: string
  readonly #tokens: readonly SqlToken[]
  #position = 0

  constructor(sql: string, tokens: readonly SqlToken[]) {
    this.#sql = sql
    this.#tokens = tokens
  }

  get done(): boolean {
    return this.#position >= this.#tokens.length
  }
  peek(offset = 0): SqlToken | undefined {
    return this.#tokens[this.#position + offset]
  }
  next(): SqlToken | undefined {
    return this.#tokens[this.#position++]
  }
  /** Whether the next tokens are these words or symbols. */
  at(...words: readonly string[]): boolean {
    return words.every((word, offset) => {
      const token = this.peek(offset)
      return token !== undefined && token.kind !== "name" && token.kind !== "string" && token.text.toLowerCase() === word
    })
  }
  /** Steps over the words when they are next. */
  take(...words: readonly string[]): boolean {
    if (!this.at(...words)) return false
    this.#position += words.length
    return true
  }
  name(): string {
    return nameOf(this.next())
  }
  /** The text between the next parenthesis and the one that closes it, and its tokens. */
  parentheses(): { readonly text: string; readonly tokens: readonly SqlToken[] } {
    const open = this.next()
    const from = this.#position
    let depth = 1
    while (!this.done && depth > 0) {
      const token = this.next()
      if (token?.kind === "symbol" && token.text === "(") depth++
      if (token?.kind === "symbol" && token.text === ")") depth--
    }
    const tokens = this.#tokens.slice(from, this.#position - 1)
    return { text: this.#sql.slice(open?.end ?? 0, this.#tokens[this.#position - 1]?.start).trim(), tokens }
  }
  /** Steps on to behind the next expression that needs no parentheses: a literal with its sign, or one word. */
  literal(): string {
    if (this.at("(")) return this.parentheses().text
    const first = this.next()
    const last = first?.kind === "symbol" ? this.next() : first
    return this.#sql.slice(first?.start, last?.end)
  }
}

/** Splits tokens at the commas that are in no parentheses. */
export function splitAtCommas(tokens: readonly SqlToken[]): readonly (readonly SqlToken[])[] {
  const parts: SqlToken[][] = [[]]
  let depth = 0
  for (const token of tokens) {
    const symbol = token.kind === "symbol" ? token.text : ""
    if (symbol === "(") depth++
    if (symbol === ")") depth--
    if (symbol === "," && depth === 0) parts.push([])
    else parts.at(-1)?.push(token)
  }
  return parts
}
