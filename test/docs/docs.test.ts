/**
 * The code of README.md and docs/ compiles and runs. What the marks of a block mean stands in CONTRIBUTING.md.
 */
import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs"
import { mkdir, rm, writeFile } from "node:fs/promises"
import { dirname, join, normalize, relative } from "node:path"
import { after, describe, test } from "node:test"
import { fileURLToPath } from "node:url"
import { type CodeBlock, codeBlocks, cutOutput, includes, type Program, programs, programText } from "../support/code-blocks.ts"
import { copyPgliteTemplate } from "../support/pglite-template.ts"
import { typeCheck } from "../support/type-checker.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
/** Inside the repository, so that `import "rebis"` finds this package. */
const folder = join(root, ".tmp", "docs")
const pages = globSync(["*.md", "docs/**/*.md"], { cwd: root }).toSorted()
const blocksOf = new Map(pages.map((page) => [page, codeBlocks(page, readFileSync(join(root, page), "utf8"))]))
const all = [...blocksOf.values()].flatMap(programs)

/** What stands in the pages' `output` blocks from now on, when they are to be written. */
const printed = new Map<CodeBlock, string>()

const folderOf = (page: string) => join(folder, page.replaceAll(/[^\w-]+/g, "-"))
const fileOf = (program: Program) => join(folderOf(program.page), program.name)

await rm(folder, { recursive: true, force: true })
for (const program of all) {
  await mkdir(folderOf(program.page), { recursive: true })
  assert.ok(!existsSync(fileOf(program)), `${program.page} has two blocks for ${program.name}`)
  await writeFile(fileOf(program), programText(program))
}
for (const [page, blocks] of blocksOf) for (const path of includes(blocks)) await include(page, path)
await mkdir(folder, { recursive: true })
await writeFile(
  join(folder, "tsconfig.json"),
  JSON.stringify({ extends: "../../tsconfig.json", compilerOptions: { noUnusedLocals: false }, include: ["**/*.ts"], exclude: [] }),
)
const errors = all.length === 0 ? [] : await typeCheck(".tmp/docs/tsconfig.json")

describe("the documentation", () => {
  after(writeOutputs)
  test("has code that is checked", () => assert.ok(all.length > 0, "no ts block in README.md or docs/"))

  for (const page of pages) {
    test(`${page}: links lead to files`, () => assert.deepEqual(brokenLinks(page), []))
    test(`${page}: commands exist`, () => assert.deepEqual(unknownCommands(blocksOf.get(page) ?? []), []))
  }

  test("lists every decision", () => {
    const list = readFileSync(join(root, "docs/decisions/README.md"), "utf8")
    const decisions = pages.filter((page) => page.startsWith("docs/decisions/") && !page.endsWith("/README.md"))
    assert.ok(decisions.length > 0)
    assert.deepEqual(
      decisions.filter((page) => !list.includes(`](${page.slice("docs/decisions/".length)})`)),
      [],
    )
  })

  test("lists the behaviours by number, each once", () => {
    const list = readFileSync(join(root, "docs/reference/behaviours.md"), "utf8")
    const numbers = [...list.matchAll(/^\| (\d+) +\|/gm)].map((match) => Number(match[1]))
    assert.ok(numbers.length > 0)
    assert.equal(new Set(numbers).size, numbers.length)
    for (let number = 121; number <= 131; number++) assert.ok(numbers.includes(number), String(number))
  })

  for (const program of all) {
    const [first] = program.blocks
    const where = `${program.page}:${first?.line ?? 0}`
    test(`${where} compiles`, () => {
      const found = errors.filter((error) => join(root, error.path) === fileOf(program))
      assert.equal(found.map((error) => `${program.page}:${error.line} ${error.code} ${error.message}\n${error.details}`).join(""), "")
    })
    if (program.run) test(`${where} runs`, () => runs(program))
  }
})

/** Writes what the programs printed into the pages, from the last block of each up. */
function writeOutputs(): void {
  for (const [block, text] of [...printed].toSorted(([a], [b]) => b.line - a.line)) {
    const lines = readFileSync(join(root, block.page), "utf8").split("\n")
    lines.splice(block.line - 1, block.code.split("\n").length, ...text.split("\n"))
    writeFileSync(join(root, block.page), lines.join("\n"))
  }
}

/** Makes the files of a page importable from another: each is a file there that passes on what the first one exports. */
async function include(page: string, path: string): Promise<void> {
  const from = normalize(join(dirname(page), path))
  const files = all.filter((program) => program.page === from && program.blocks[0]?.marks.some((mark) => mark.startsWith("file=")))
  assert.ok(files.length > 0, `${page} includes ${path}, which has no files`)
  await mkdir(folderOf(page), { recursive: true })
  for (const program of files) {
    const target = relative(folderOf(page), fileOf(program)).replaceAll("\\", "/")
    await writeFile(join(folderOf(page), program.name), `export * from "${target}"\n`, { flag: "wx" })
  }
}

/** Runs a program in the folder of its page, with an empty database at `DATABASE_URL`. */
async function runs(program: Program): Promise<void> {
  const database = join(folderOf(program.page), `${program.name}.database`)
  await copyPgliteTemplate(database)
  try {
    const { code, output, complaint } = await runNode(fileOf(program), { DATABASE_URL: `pglite://${database}` })
    assert.equal(code, 0, complaint)
    if (program.outputs.length === 0) return
    for (const [index, text] of cutOutput(program, output).entries()) {
      const block = program.outputs[index]
      if (block !== undefined && process.env.REBIS_UPDATE === "1") printed.set(block, text.trimEnd())
      else assert.equal(text.trimEnd(), block?.code.trimEnd() ?? "", `${program.page}:${block?.line ?? " after the last output"}`)
    }
  } finally {
    await rm(database, { recursive: true, force: true })
  }
}

function runNode(file: string, environment: Record<string, string>): Promise<{ code: number | null; output: string; complaint: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--conditions=rebis-source", file], {
      cwd: dirname(file),
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 50_000,
    })
    let output = ""
    let complaint = ""
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (output += chunk))
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (complaint += chunk))
    child.once("error", reject).once("close", (code) => resolve({ code, output, complaint }))
  })
}

function brokenLinks(page: string): string[] {
  const prose = readFileSync(join(root, page), "utf8").replaceAll(/^\s*(`{3,})[^]*?^\s*\1\s*$/gm, "")
  const targets = [...prose.matchAll(/\]\((?!\w+:|#)(?<target>[^)\s]+)\)/g)].map((match) => match.groups?.target ?? "")
  return targets.filter((target) => !existsSync(join(root, dirname(page), target.replace(/#.*$/, ""))))
}

/** `npm run …` of a console block names a script of package.json. */
function unknownCommands(blocks: readonly CodeBlock[]): string[] {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> }
  const commands = blocks.filter(({ language }) => /^(console|sh|bash)$/.test(language)).flatMap(({ code }) => code.split("\n"))
  return commands.filter((command) => {
    const script = /^\$? ?npm run (?<script>[\w:]+)/.exec(command)?.groups?.script
    return script !== undefined && manifest.scripts[script] === undefined
  })
}

describe("the reader of code blocks", () => {
  const page = [
    "# Page",
    "```ts file=models.ts",
    "export const a = 1",
    "```",
    "<!-- ts continues",
    "const hidden = 2",
    "-->",
    "- item",
    "  ```ts run",
    "  if (a) {",
    "    b()",
    "  }",
    "  ```",
    "```text output",
    "b",
    "```",
    "```console",
    "$ npm run nothing",
    "```",
  ].join("\n")

  test("joins blocks to programs and knows what they print", () => {
    const [models, second, ...rest] = programs(codeBlocks("page.md", page))
    assert.deepEqual([models?.name, models?.run, models?.blocks.length], ["models.ts", false, 2])
    assert.deepEqual([second?.name, second?.run, second?.outputs.map(({ code }) => code)], ["line-10.ts", true, ["b"]])
    assert.equal(rest.length, 0)
  })

  test("keeps a program's line numbers those of the page", () => {
    const text = programs(codeBlocks("page.md", page)).map((program) => programText(program).split("\n"))
    assert.deepEqual([text[0]?.[2], text[0]?.[5], text[1]?.[10]], ["export const a = 1", "const hidden = 2", "  b()"])
  })

  test("runs examples in scopes of their own and cuts what they print at their outputs", () => {
    const text = '```ts run\nimport { show } from "./a.ts"\n```\n```ts show\nconst a = 1\nconst b = 2\n```\n```sql output\none\n```\n'
    const [program, ...rest] = programs(codeBlocks("page.md", `${text}\`\`\`ts show\nconst a = 3\n\`\`\`\n\`\`\`sql output\ntwo\n\`\`\``))
    assert.ok(program !== undefined && rest.length === 0)
    const lines = programText(program).split("\n")
    assert.deepEqual(lines.slice(3, 8), ["{", "const a = 1", "const b = 2", "await show({ a, b }) }", 'console.log("\\u0001output 9")'])
    const printed = "one\n\u0001output 9\ntwo\n\u0001output 15\nmore\n"
    assert.deepEqual(cutOutput(program, printed), ["one\n", "two\n", "more\n"])
    assert.throws(() => programText({ ...program, blocks: codeBlocks("page.md", "```ts show\na()\n```") }), /page\.md:1 shows nothing/)
  })

  test("knows the pages whose files a page includes", () => {
    assert.deepEqual(includes(codeBlocks("page.md", "<!-- ts include ./README.md -->\ntext")), ["./README.md"])
  })

  test("finds commands that do not exist", () => assert.deepEqual(unknownCommands(codeBlocks("page.md", page)), ["$ npm run nothing"]))

  test("wants a reason for code that is not checked", () => {
    assert.throws(() => programs(codeBlocks("page.md", "```ts fragment\na\n```")), /page\.md:1 is not checked and does not say why/)
    assert.deepEqual(programs(codeBlocks("page.md", "```ts fragment shows the shape only\na\n```")), [])
  })

  test("refuses unknown marks, and output of nothing", () => {
    assert.throws(() => programs(codeBlocks("page.md", "```ts runs\na\n```")), /unknown mark runs/)
    assert.throws(() => programs(codeBlocks("page.md", "```text output\na\n```")), /output of what/)
    assert.throws(() => codeBlocks("page.md", "text\n```ts\na"), /page\.md:2 is not closed/)
  })
})
