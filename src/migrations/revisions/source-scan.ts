/** A piece of TypeScript source that matters to who looks for imports. */
export interface SourcePiece {
  readonly kind: "word" | "string" | "punctuation"
  readonly text: string
  /** 1-based. */
  readonly line: number
}

const space = /\s+/y
const comment = /\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)|^#![^\n]*/y
const quoted = /"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*'/y
const word = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy
const number = /\d[\w.]*/y
const regex = /\/(?![*/])(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y
/** A slash after one of these begins a regular expression; after any other word it divides. */
const wordsBeforeRegex = new Set(["return", "typeof", "case", "in", "of", "do", "else", "void", "delete", "throw", "await", "yield", "new"])

/** The words, strings and signs of a source, without comments, numbers, regular expressions and the text of templates. */
export function scanSource(source: string): SourcePiece[] {
  return new SourceScanner(source).scan()
}

class SourceScanner {
  readonly #source: string
  readonly #pieces: SourcePiece[] = []
  /** For each open template: how many braces are open inside its `${`. */
  readonly #templates: number[] = []
  #position = 0
  #line = 1

  constructor(source: string) {
    this.#source = source
  }

  scan(): SourcePiece[] {
    while (this.#position < this.#source.length) this.#next()
    return this.#pieces
  }

  #next(): void {
    const character = this.#source[this.#position]
    if (character === "`" || (character === "}" && this.#templates.at(-1) === 0)) return this.#templateText(character)
    if (this.#skip(space) || this.#skip(comment)) return
    if (this.#take("string", quoted) || this.#take("word", word) || this.#skip(number)) return
    if (character === "/" && this.#canBeginRegex() && this.#skip(regex)) return
    const depth = this.#templates.at(-1)
    if (depth !== undefined && character === "{") this.#templates[this.#templates.length - 1] = depth + 1
    if (depth !== undefined && character === "}") this.#templates[this.#templates.length - 1] = depth - 1
    this.#take("punctuation", /[^]/y)
  }

  /** From a backtick, or from the brace that ends a `${…}`, to the end of the template or its next `${`. */
  #templateText(opening: string): void {
    if (opening === "}") this.#templates.pop()
    let end = this.#position + 1
    for (; end < this.#source.length; end++) {
      if (this.#source[end] === "\\") end++
      else if (this.#source[end] === "`") break
      else if (this.#source.startsWith("${", end)) {
        this.#templates.push(0)
        end++
        break
      }
    }
    const text = this.#source.slice(this.#position, end + 1)
    if (opening === "`") this.#pieces.push({ kind: "punctuation", text: "`", line: this.#line })
    this.#advance(text)
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position
    return pattern.exec(this.#source)?.[0]
  }

  #skip(pattern: RegExp): boolean {
    const text = this.#match(pattern)
    if (text === undefined) return false
    this.#advance(text)
    return true
  }

  #take(kind: SourcePiece["kind"], pattern: RegExp): boolean {
    const text = this.#match(pattern)
    if (text === undefined) return false
    this.#pieces.push({ kind, text, line: this.#line })
    this.#advance(text)
    return true
  }

  #advance(text: string): void {
    this.#position += text.length
    for (const character of text) if (character === "\n") this.#line++
  }

  #canBeginRegex(): boolean {
    const previous = this.#pieces.at(-1)
    if (previous === undefined) return true
    if (previous.kind === "word") return wordsBeforeRegex.has(previous.text)
    return previous.kind === "punctuation" && !/^[)\]}`]$/.test(previous.text)
  }
}
