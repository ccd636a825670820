import { type Import, layerOf, type SourceFile } from "./source-file.ts"

/** What a layer may import: layers by name, npm packages and Node modules by specifier. */
export interface LayerRule {
  readonly layers: readonly string[]
  /** `node:*` stands for every module of Node but `node:sqlite`, which is a driver's. */
  readonly packages: readonly string[]
}
export type LayerTable = Readonly<Record<string, LayerRule>>

/** `path:line` and what is wrong there. */
export type Finding = string

const finding = (file: SourceFile, line: number, message: string): Finding => `src/${file.path}:${line} ${message}`

const forEachImport = (files: readonly SourceFile[], check: (file: SourceFile, each: Import) => string | undefined): Finding[] =>
  files.flatMap((file) =>
    file.imports.flatMap((each) => {
      const message = check(file, each)
      return message === undefined ? [] : [finding(file, each.line, message)]
    }),
  )

/** Every folder of `src/` is a layer of the table. The files of `src/` itself may import any layer. */
export function unknownLayers(files: readonly SourceFile[], table: LayerTable): Finding[] {
  const layers = new Set(files.map((file) => layerOf(file.path)))
  return [...layers]
    .filter((layer) => layer !== "" && table[layer] === undefined)
    .map((layer) => `src/${layer}/ is not in the table of layers`)
}

export function forbiddenLayers(files: readonly SourceFile[], table: LayerTable): Finding[] {
  return forEachImport(files, (file, { target }) => {
    const from = layerOf(file.path)
    if (target === undefined || from === "") return undefined
    const to = layerOf(target)
    return from === to || table[from]?.layers.includes(to) ? undefined : `${from}/ may not import ${to === "" ? target : `${to}/`}`
  })
}

export function forbiddenPackages(files: readonly SourceFile[], table: LayerTable): Finding[] {
  return forEachImport(files, (file, { target, specifier }) => {
    if (target !== undefined) return undefined
    const layer = layerOf(file.path)
    const allowed = table[layer]?.packages.some(
      (name) =>
        specifier === name ||
        specifier.startsWith(`${name}/`) ||
        (name === "node:*" && specifier.startsWith("node:") && specifier !== "node:sqlite"),
    )
    return allowed ? undefined : `${layer === "" ? "the root" : `${layer}/`} may not import ${specifier}`
  })
}

/** A layer's `index.ts` is its only door; `extraDoors` are those that a layer opens beside it. */
export function deepImports(files: readonly SourceFile[], extraDoors: readonly string[]): Finding[] {
  return forEachImport(files, (file, { target }) => {
    if (target === undefined || layerOf(target) === "" || layerOf(target) === layerOf(file.path) || extraDoors.includes(target))
      return undefined
    return target === `${layerOf(target)}/index.ts` ? undefined : `reaches into ${layerOf(target)}/: import ${layerOf(target)}/index.ts`
  })
}

/** Folders that are alternatives to each other: none imports another. */
export function importsOfAlternatives(files: readonly SourceFile[], folders: readonly string[]): Finding[] {
  const folderOf = (path: string) => folders.find((folder) => path.startsWith(folder))
  return forEachImport(files, (file, { target }) => {
    const from = folderOf(file.path)
    const to = folderOf(target ?? "")
    return from === undefined || to === undefined || from === to ? undefined : `${from} may not import ${to}`
  })
}

/** A file inside a layer imports its neighbours directly: going through the own door makes cycles. */
export function importsOfOwnDoor(files: readonly SourceFile[]): Finding[] {
  return forEachImport(files, (file, { target }) => {
    const layer = layerOf(file.path)
    return layer !== "" && target === `${layer}/index.ts` ? "imports its own layer's door" : undefined
  })
}

export function missingTargets(files: readonly SourceFile[]): Finding[] {
  const paths = new Set(files.map((file) => file.path))
  return forEachImport(files, (_, { target }) => (target === undefined || paths.has(target) ? undefined : `${target} does not exist`))
}

/** Groups of files that import each other in a circle, type imports included; `import()` of another layer is what breaks one. */
export function cycles(files: readonly SourceFile[]): Finding[] {
  const graph = new Map(files.map((file) => [file.path, file.imports.flatMap(({ target }) => target ?? [])]))
  return stronglyConnected(graph).map((group) => `cycle: ${group.toSorted().join(" ↔ ")}`)
}

/** Tarjan's algorithm; only the components with more than one node, or a node that points to itself. */
function stronglyConnected(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const components: string[][] = []
  const visit = (node: string): number => {
    const index = order.size
    let lowest = index
    order.set(node, index)
    stack.push(node)
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) lowest = Math.min(lowest, visit(next))
      else if (stack.includes(next)) lowest = Math.min(lowest, order.get(next) ?? lowest)
    }
    low.set(node, lowest)
    if (lowest === index) components.push(stack.splice(stack.indexOf(node)))
    return lowest
  }
  for (const node of graph.keys()) if (!order.has(node)) visit(node)
  return components.filter(([first, ...rest]) => rest.length > 0 || (first !== undefined && graph.get(first)?.includes(first)))
}

const databaseNames = new Set(["postgresql", "postgres", "pg", "pglite", "sqlite", "node-sqlite", "mysql", "mssql"])

/** `=== "sqlite"`, `case "postgresql"`: what a database can do is a capability of its dialect. */
export function branchesOnDatabaseNames(files: readonly SourceFile[], exempt: readonly string[]): Finding[] {
  return files
    .filter((file) => !exempt.some((prefix) => file.path.startsWith(prefix)))
    .flatMap((file) =>
      file.code.flatMap((token, index) => {
        if (token.kind !== "string" || !databaseNames.has(token.text.slice(1, -1).toLowerCase())) return []
        const compared = [file.code[index - 1]?.text, file.code[index + 1]?.text].some((text) => /^[=!]==?$|^case$/.test(text ?? ""))
        return compared ? [finding(file, token.line, `branches on the database ${token.text}: ask for a capability`)] : []
      }),
    )
}

/** Errors are made of the classes of `errors/`. */
export function bareErrors(files: readonly SourceFile[]): Finding[] {
  return files.flatMap((file) =>
    file.code.flatMap((token, index) => {
      const name = file.code[index + 1]
      if (token.text !== "new" || name === undefined || !/^(Type|Range|Syntax|Reference|Aggregate)?Error$/.test(name.text)) return []
      return [finding(file, name.line, `new ${name.text}: use a class of errors/`)]
    }),
  )
}

/** `as any` and switched-off checks carry their reason: `-- because …` in a comment on the line or the one above. */
export function unexplainedEscapes(files: readonly SourceFile[]): Finding[] {
  const reason = /-- \S.{9,}/
  return files.flatMap((file) => {
    const linesWithCode = new Set(file.code.map((token) => token.line))
    const reasons = file.tokens.filter((token) => token.kind === "comment" && reason.test(token.text))
    const explained = new Set(reasons.flatMap(({ endLine }) => (linesWithCode.has(endLine) ? endLine : [endLine, endLine + 1])))
    const escapes = escapesOf(file).filter(({ line }) => !explained.has(line))
    return escapes.map(({ line, what }) => finding(file, line, `${what} without \`-- reason\``))
  })
}

function escapesOf(file: SourceFile): { readonly line: number; readonly what: string }[] {
  return file.tokens.flatMap((token, index) => {
    if (token.kind === "comment") {
      const what = /@ts-(ignore|expect-error|nocheck)|(oxlint|eslint)-disable/.exec(token.text)?.[0]
      return what === undefined ? [] : [{ line: token.endLine, what }]
    }
    return token.text === "any" && file.tokens[index - 1]?.text === "as" ? [{ line: token.line, what: "as any" }] : []
  })
}

const emptyNames = /(^|-)(utils?|helpers?|common|misc|shared|impl|abstract)(-|\.|$)/

/** Files are kebab-case and say what they hold; no `I…` interfaces, no `…Impl`, no `Abstract…`. */
export function badNames(files: readonly SourceFile[]): Finding[] {
  return files.flatMap((file) => {
    const name = file.path.split("/").at(-1) ?? ""
    const found: Finding[] = []
    if (!/^[a-z0-9]+(-[a-z0-9]+)*\.ts$/.test(name)) found.push(finding(file, 1, `${name} is not kebab-case`))
    if (emptyNames.test(name)) found.push(finding(file, 1, `${name} says nothing about what it holds`))
    file.code.forEach((token, index) => {
      const declared = file.code[index + 1]
      if (!/^(class|interface|type)$/.test(token.text) || declared?.kind !== "word") return
      if (/^I[A-Z][a-z]|Impl$|^Abstract[A-Z]/.test(declared.text))
        found.push(finding(file, declared.line, `${declared.text}: name it for what it is`))
    })
    return found
  })
}

/** Lines that hold more than comments and space. */
export function codeLines(file: SourceFile): number {
  const lines = new Set<number>()
  for (const token of file.code) for (let line = token.line; line <= token.endLine; line++) lines.add(line)
  return lines.size
}

/** The 90th percentile of code lines per file is under `limit`. */
export function largeFiles(files: readonly SourceFile[], limit: number): Finding[] {
  const sizes = files.map((file) => [codeLines(file), file.path] as const).toSorted(([a], [b]) => a - b)
  const p90 = sizes[Math.ceil(sizes.length * 0.9) - 1]?.[0] ?? 0
  if (p90 < limit) return []
  return sizes
    .filter(([lines]) => lines >= limit)
    .map(([lines, path]) => `src/${path}:1 has ${lines} code lines, and so has one file in ten: split`)
}
