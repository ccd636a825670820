import { UnsupportedError } from "../errors/index.ts"
import type { CompiledStatement } from "../sql/index.ts"

export function hasNeeds(statements: readonly CompiledStatement[]): boolean {
  return statements.some(({ needs, parts }) => needs !== undefined || (parts !== undefined && hasNeeds(parts)))
}

/** @throws UnsupportedError for a statement that the server is too old for */
export function requireVersion(statements: readonly CompiledStatement[], title: string, version: number | undefined): void {
  for (const { needs } of statements) {
    if (needs === undefined || version === undefined || version >= needs.version) continue
    throw new UnsupportedError(
      `${needs.feature}: ${title} has it from version ${needs.version} on, and the server is of version ${version}`,
    )
  }
}
