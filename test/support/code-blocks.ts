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
  readonly blocks: readonly CodeBlock[]
  /** The `output` blocks: each holds what is printed between the one before it and its own place. */
  readonly outputs: readonly CodeBlock[]
}

/** What stands before a place in what a program prints: the line of an `output` block. */
const outputMark = "\u0001output "

const opening = /^(?<indent>\s*)(?<fence>`{3,}|~{3,})(?<info>.*)$/

/** Finds the blocks of a page. @throws TypeError when a fence or comment is not closed */
export function codeBlocks(page: string, markdown: string): CodeBlock[] {
  const lines = markdown.split("\n")
  const blocks: CodeBlock[] = []
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? ""
    const fence = opening.exec(line)?.groups
    const include = /^<!-- ts include (?<path>\S+) -->$/.exec(line)?.groups?.path
    if (include !== undefined) {
      blocks.push({ page, line: index + 1, language: "ts", marks: ["include", include], code: "" })
      continue
    }
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
  const made: { page: string; name: string; run: boolean; blocks: CodeBlock[]; outputs: CodeBlock[] }[] = []
  let last: (typeof made)[number] | undefined
  for (const block of blocks) {
    const where = `${block.page}:${block.line - 1}`
    if (block.marks.includes("output")) {
      if (last?.run !== true) throw new TypeError(`${where} output of what? A \`ts run\` block stands before it`)
      last.outputs.push(block)
    } else if (block.language === "ts" && block.marks[0] !== "include" && !isFragment(block, where)) {
      const continues = block.marks.includes("continues") || block.marks.includes("show")
      if (continues && last === undefined) throw new TypeError(`${where} continues nothing`)
      if (!continues || last === undefined) {
        last = { page: block.page, name: nameOf(block), run: false, blocks: [], outputs: [] }
        made.push(last)
      }
      last.blocks.push(block)
      last.run ||= block.marks.includes("run")
      const unknown = block.marks.find((mark) => !/^(run|continues|show|file=[\w.-]+\.ts)$/.test(mark))
      if (unknown !== undefined) throw new TypeError(`${where} has the unknown mark ${unknown}`)
    }
  }
  return made
}

/** The pages whose files a page includes, as it names them. */
export function includes(blocks: readonly CodeBlock[]): string[] {
  return blocks.filter(({ marks }) => marks[0] === "include").map(({ marks }) => marks[1] ?? "")
}

/**
 * A program's text, with blank lines where the page has prose: a line of it is the same line of the page. What a block needs
 * around it stands on the lines of its fences; after the last one `show.end()` gives back what `show` uses.
 */
export function programText(program: Program): string {
  const lines: string[] = []
  for (const block of program.blocks) {
    const code = block.code.split("\n")
    for (const [index, text] of code.entries()) lines[block.line - 1 + index] = text
    if (!block.marks.includes("show")) continue
    lines[block.line - 2] = "{"
    lines[block.line - 1 + code.length] = `await show({ ${constants(block).join(", ")} }) }`
  }
  for (const { line } of program.outputs) lines[line - 2] = `console.log("${outputMark.replace("\u0001", "\\u0001")}${line}")`
  const end = program.blocks.some((block) => block.marks.includes("show")) ? "await show.end()\n" : ""
  return `${Array.from(lines, (line) => line ?? "").join("\n")}\n${end}export {}\n`
}

/** What a program printed, cut where its `output` blocks stand: as many texts as there are blocks, and the rest. */
export function cutOutput(program: Program, printed: string): string[] {
  const parts: string[] = []
  let rest = printed
  for (const { line } of program.outputs) {
    const [before = "", ...after] = rest.split(`${outputMark}${line}\n`)
    parts.push(before)
    rest = after.join("")
  }
  return [...parts, rest]
}

/** The names that a block declares at its outermost level. */
function constants(block: CodeBlock): string[] {
  const names = [...block.code.matchAll(/^const (?<name>\w+)\b/gm)].map((match) => match.groups?.name ?? "")
  if (names.length === 0) throw new TypeError(`${block.page}:${block.line - 1} shows nothing: it declares no const`)
  return names
}

function isFragment(block: CodeBlock, where: string): boolean {
  if (block.marks[0] !== "fragment") return false
  if (block.marks.length < 3) throw new TypeError(`${where} is not checked and does not say why: write \`ts fragment <reason>\``)
  return true
}

function nameOf(block: CodeBlock): string {
  return block.marks.find((mark) => mark.startsWith("file="))?.slice("file=".length) ?? `line-${block.line}.ts`
}
