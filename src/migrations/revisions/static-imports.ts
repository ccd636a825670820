import { MigrationImportError } from "../../errors/index.ts"
import { scanSource, type SourcePiece } from "./source-scan.ts"

/** The one module that a migration file may import. */
export const migrationApi = "rebis/migrations"

export interface SourceImport {
  /** `undefined` when the module's name is computed. */
  readonly specifier: string | undefined
  /** 1-based. */
  readonly line: number
}

/** Every import of a source: `import`, `import type`, `export … from`, `import()` and `require()`. */
export function importsOf(source: string): SourceImport[] {
  const pieces = scanSource(source)
  return pieces.flatMap((piece, index) => {
    if (piece.kind !== "word" || pieces[index - 1]?.text === ".") return []
    return importAt(pieces, index) ?? []
  })
}

/**
 * Refuses a migration file that depends on anything but the migration API: with the application's code it would change after it
 * had been applied.
 * @throws MigrationImportError that names the line.
 */
export function requireStatic(source: string, file: string): void {
  for (const { specifier, line } of importsOf(source)) {
    if (specifier === migrationApi) continue
    const what = specifier === undefined ? "a module whose name is computed" : JSON.stringify(specifier)
    throw new MigrationImportError(`${file}:${line} imports ${what}: a migration imports nothing but "${migrationApi}"`, {
      hint: "write what the migration needs into the file itself; code that it shares would change what it does after it was applied",
    })
  }
}

function importAt(pieces: readonly SourcePiece[], index: number): SourceImport | undefined {
  const piece = pieces[index]
  const next = pieces[index + 1]
  if (piece === undefined || next === undefined) return undefined
  const { line } = piece
  switch (piece.text) {
    case "from":
      return next.kind === "string" && endsClause(pieces[index - 1]) ? { specifier: unquoted(next), line } : undefined
    case "import":
      if (next.kind === "string") return { specifier: unquoted(next), line }
      return next.text === "(" ? { specifier: argument(pieces, index + 1), line } : undefined
    case "require":
      return next.text === "(" ? { specifier: argument(pieces, index + 1), line } : undefined
    default:
      return undefined
  }
}

/** `from` follows a binding, a closing brace or a star; elsewhere it is an ordinary name. */
function endsClause(piece: SourcePiece | undefined): boolean {
  return piece !== undefined && (piece.kind === "word" || piece.text === "}" || piece.text === "*")
}

/** The module's name in `import("…")`, when it is a string and nothing else. */
function argument(pieces: readonly SourcePiece[], open: number): string | undefined {
  const name = pieces[open + 1]
  const after = pieces[open + 2]?.text
  return name?.kind === "string" && (after === ")" || after === ",") ? unquoted(name) : undefined
}

function unquoted(piece: SourcePiece): string {
  return piece.text.slice(1, -1)
}
