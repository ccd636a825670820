/** A fenced block of a Markdown page, or an HTML comment that begins with `ts`: code that only the test sees. */
export interface CodeBlock {
  readonly page: string
  /** Of the first line of code, 1-based. */
  readonly line: number
  readonly language: string
  /** The words after the language. */
  readonly marks: readonly string[]
  readonly code: string
}

/** Code that is one file for the compiler and for Node: a block, and those that continue it. */
export interface Program {
  readonly page: string
  /** What the file is called in the page's folder: `models.ts` of a `file=models.ts`, else `line-12.ts`. */
  readonly name: string
  readonly run: boolean
  /** What the program must print, from the `output` block behind it. */
  readonly output: string | undefined
  readonly blocks: readonly CodeBlock[]
}

const opening = /^(?<indent>\s*)(?<fence>`{3,}|~{3,})(?<info>.*)$/

/** Finds the blocks of a page. @throws TypeError when a fence or comment is not closed */
export function codeBlocks(page: string, markdown: string): CodeBlock[] {
  const lines = markdown.split("\n")
  const blocks: CodeBlock[] = []
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? ""
    const fence = opening.exec(line)?.groups
    const hidden = /^<!-- (?<info>ts\b.*)$/.exec(line)?.groups
    if (fence === undefined && hidden === undefined) continue
    const closes = fence === undefined ? (text: string) => text.trim() === "-->" : (text: string) => text.trim() === fence.fence
    const length = lines.slice(index + 1).findIndex(closes)
    if (length < 0) throw new TypeError(`${page}:${index + 1} is not closed`)
    const indent = fence?.indent?.length ?? 0
    const code = lines.slice(index + 1, index + 1 + length).map((text) => text.slice(Math.min(indent, text.search(/\S|$/))))
    const [language = "", ...marks] = (fence?.info ?? hidden?.info ?? "").trim().split(/\s+/)
    blocks.push({ page, line: index + 2, language, marks, code: code.join("\n") })
    index += length + 1
  }
  return blocks
}

/** Puts the `ts` blocks of a page together to programs. @throws TypeError for a mark that is unknown or stands where it cannot */
export function programs(blocks: readonly CodeBlock[]): Program[] {
  const made: { page: string; name: string; run: boolean; output: string | undefined; blocks: CodeBlock[] }[] = []
  let last: (typeof made)[number] | undefined
  for (const block of blocks) {
    const where = `${block.page}:${block.line - 1}`
    if (block.marks.includes("output")) {
      if (last?.run !== true) throw new TypeError(`${where} output of what? A \`ts run\` block stands before it`)
      last.output = block.code
    } else if (block.language === "ts" && !isFragment(block, where)) {
      const continues = block.marks.includes("continues")
      if (continues && last === undefined) throw new TypeError(`${where} continues nothing`)
      if (!continues || last === undefined) {
        last = { page: block.page, name: nameOf(block), run: false, output: undefined, blocks: [] }
        made.push(last)
      }
      last.blocks.push(block)
      last.run ||= block.marks.includes("run")
      const unknown = block.marks.find((mark) => !/^(run|continues|file=[\w.-]+\.ts)$/.test(mark))
      if (unknown !== undefined) throw new TypeError(`${where} has the unknown mark ${unknown}`)
    }
  }
  return made
}

/** A program's text, with blank lines where the page has prose: a line of it is the same line of the page. */
export function programText(program: Program): string {
  let text = ""
  let line = 1
  for (const block of program.blocks) {
    text += "\n".repeat(block.line - line) + block.code
    line = block.line + block.code.split("\n").length - 1
  }
  return `${text}\nexport {}\n`
}

function isFragment(block: CodeBlock, where: string): boolean {
  if (block.marks[0] !== "fragment") return false
  if (block.marks.length < 3) throw new TypeError(`${where} is not checked and does not say why: write \`ts fragment <reason>\``)
  return true
}

function nameOf(block: CodeBlock): string {
  return block.marks.find((mark) => mark.startsWith("file="))?.slice("file=".length) ?? `line-${block.line}.ts`
}
