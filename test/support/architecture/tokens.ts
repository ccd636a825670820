/** One lexical element of TypeScript source. Comments are elements too. */
export interface Token {
  readonly kind: "word" | "string" | "template" | "number" | "regex" | "punctuation" | "comment"
  readonly text: string
  /** 1-based. */
  readonly line: number
  readonly endLine: number
}

const patterns: readonly (readonly [Token["kind"] | "space", RegExp])[] = [
  ["space", /\s+/y],
  ["comment", /\/\/[^\n]*|\/\*[^]*?\*\/|^#![^\n]*/y],
  ["string", /"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*'/y],
  ["word", /#?[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy],
  ["number", /\d[\w.]*/y],
  ["punctuation", /\?\.|\?\?=?|=>|[=!]==?|\.\.\.|[^]/y],
]
const regex = /\/(?![*/])(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y
/** A slash after one of these words begins a regular expression; after any other word it divides. */
const wordsBeforeRegex = new Set(["return", "typeof", "case", "in", "of", "do", "else", "void", "delete", "throw", "await", "yield", "new"])

/** Splits TypeScript (without JSX) into tokens. A template's text and the code inside its `${}` come as separate tokens. */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = []
  // For each template that is open: how many braces are open inside its `${`.
  const templates: number[] = []
  let position = 0
  let line = 1

  const push = (kind: Token["kind"] | "space", text: string) => {
    const endLine = line + (text.match(/\n/g)?.length ?? 0)
    if (kind !== "space") tokens.push({ kind, text, line, endLine })
    position += text.length
    line = endLine
  }
  const pushTemplateText = () => {
    const end = templateTextEnd(source, position + 1)
    if (source.startsWith("${", end - 2)) templates.push(0)
    push("template", source.slice(position, end))
  }

  while (position < source.length) {
    const character = source[position]
    const depth = templates.at(-1)
    if (character === "`") pushTemplateText()
    else if (character === "}" && depth === 0) {
      templates.pop()
      pushTemplateText()
    } else {
      if (depth !== undefined && character === "{") templates[templates.length - 1] = depth + 1
      if (depth !== undefined && character === "}") templates[templates.length - 1] = depth - 1
      const expression = character === "/" && canBeginRegex(tokens) ? matchAt(regex, source, position) : undefined
      if (expression !== undefined) push("regex", expression)
      else push(...nextToken(source, position))
    }
  }
  return tokens
}

function nextToken(source: string, position: number): [Token["kind"] | "space", string] {
  for (const [kind, pattern] of patterns) {
    const text = matchAt(pattern, source, position)
    if (text !== undefined) return [kind, text]
  }
  throw new RangeError(`no token at ${position}`)
}

function matchAt(pattern: RegExp, source: string, position: number): string | undefined {
  pattern.lastIndex = position
  return pattern.exec(source)?.[0]
}

/** The index after the backtick or the `${` that ends a template's text. */
function templateTextEnd(source: string, from: number): number {
  for (let index = from; index < source.length; index++) {
    if (source[index] === "\\") index++
    else if (source[index] === "`") return index + 1
    else if (source.startsWith("${", index)) return index + 2
  }
  return source.length
}

function canBeginRegex(tokens: readonly Token[]): boolean {
  const previous = tokens.findLast((token) => token.kind !== "comment")
  if (previous === undefined) return true
  if (previous.kind === "word") return wordsBeforeRegex.has(previous.text)
  return previous.kind === "punctuation" && !/^[)\]}]$/.test(previous.text)
}
