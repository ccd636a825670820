import { posix } from "node:path"
import { type Token, tokenize } from "./tokens.ts"

/** One import of any kind: `import`, `import type`, `export … from`, `import()` and `import("…").Type`. */
export interface Import {
  readonly specifier: string
  readonly line: number
  /** For a relative specifier: the path it leads to, from the root that paths begin at. */
  readonly target: string | undefined
  /** Loaded when the line runs, not when the file is loaded. */
  readonly dynamic: boolean
}

export interface SourceFile {
  /** From `src/`, with forward slashes: `orm/session.ts`. */
  readonly path: string
  readonly lines: readonly string[]
  readonly tokens: readonly Token[]
  /** Without comments. */
  readonly code: readonly Token[]
  readonly imports: readonly Import[]
}

export function parseSourceFile(path: string, text: string): SourceFile {
  const tokens = tokenize(text)
  const code = tokens.filter((token) => token.kind !== "comment")
  return { path, lines: text.split("\n"), tokens, code, imports: findImports(path, code) }
}

/** The folder right under `src/` that a file is in; `""` for the files of `src/` itself. */
export function layerOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.indexOf("/")) : ""
}

function findImports(path: string, code: readonly Token[]): Import[] {
  const found: Import[] = []
  const add = (token: Token | undefined, dynamic: boolean) => {
    if (token?.kind !== "string") return
    const specifier = token.text.slice(1, -1)
    const target = specifier.startsWith(".") ? posix.join(posix.dirname(path), specifier) : undefined
    found.push({ specifier, line: token.line, target, dynamic })
  }
  code.forEach((token, index) => {
    if (token.kind !== "word" || code[index - 1]?.text === ".") return
    const next = code[index + 1]
    if (token.text === "from") add(next, false)
    else if (token.text === "import" && next?.text === "(") add(code[index + 2], true)
    else if (token.text === "import") add(next, false)
  })
  return found
}
