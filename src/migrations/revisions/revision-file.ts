import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { MigrationFileError, RebisError } from "../../errors/index.ts"
import { recordOperations } from "../operations/migration-operations.ts"
import type { Operation } from "../operations/operation.ts"
import { normalizedSource, sourceChecksum } from "./checksum.ts"
import { RevisionGraph, type RevisionNode } from "./graph.ts"
import { isMigration, type Migration } from "./migration.ts"
import { requireStatic } from "./static-imports.ts"

export type Direction = "up" | "down"

/** A migration file that was read and loaded. */
export interface RevisionFile extends RevisionNode {
  /** The file's name in its folder. */
  readonly file: string
  readonly path: string
  /** With `\n` for every line end. */
  readonly source: string
  /** SHA-256 of {@link source}. */
  readonly checksum: string
  readonly migration: Migration
}

/**
 * Reads and loads all migration files of a folder.
 * @throws MigrationFileError when the folder or a file cannot be read, MigrationImportError, DuplicateRevisionError,
 *   MissingParentError, RevisionCycleError.
 */
export async function loadRevisions(folder: string): Promise<RevisionGraph<RevisionFile>> {
  const names = (await filesOf(folder)).filter((name) => /\.m?[jt]s$/.test(name) && !/\.d\.m?ts$/.test(name)).toSorted()
  return new RevisionGraph(await Promise.all(names.map((name) => loadRevision(folder, name))))
}

/** The operations of a migration in one direction, in order. @throws MigrationFileError when the file's function fails. */
export function operationsOf({ migration, file }: RevisionFile, direction: Direction): readonly Operation[] {
  try {
    return recordOperations(migration[direction])
  } catch (error) {
    throw new MigrationFileError(`${file}: ${direction}() failed while it listed its operations: ${firstLine(error)}`, {
      cause: error,
      hint:
        (error instanceof RebisError ? error.hint : undefined) ??
        "up and down only list operations; what depends on the data goes into op.run()",
    })
  }
}

async function filesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    throw new MigrationFileError(`cannot read the folder of migrations ${folder}: ${messageOf(error)}`, {
      cause: error,
      hint: "`rebis init` makes it; `migrations` in rebis.config.ts says where it is",
    })
  }
}

/** Reads and loads one migration file. @throws MigrationFileError, MigrationImportError */
export async function loadRevision(folder: string, file: string): Promise<RevisionFile> {
  const path = join(folder, file)
  const text = await readFile(path, "utf8")
  requireStatic(text, file)
  const checksum = sourceChecksum(text)
  const migration = await importMigration(path, file, checksum)
  return { id: migration.revision, parents: migration.downRevisions, file, path, source: normalizedSource(text), checksum, migration }
}

async function importMigration(path: string, file: string, checksum: string): Promise<Migration> {
  const url = pathToFileURL(path)
  // A file that was changed while this process runs is another module.
  url.searchParams.set("checksum", checksum.slice(0, 16))
  let loaded: Readonly<Record<string, unknown>>
  try {
    loaded = (await import(url.href)) as Readonly<Record<string, unknown>>
  } catch (error) {
    throw new MigrationFileError(`cannot load ${file}: ${firstLine(error)}`, { cause: error, ...hintFor(error) })
  }
  if (!isMigration(loaded.default)) {
    throw new MigrationFileError(`${file} does not export a migration`, {
      hint: 'write `export default migration({ revision, downRevision, up, down })`, with migration from "rebis/migrations"; other files do not belong in this folder',
    })
  }
  return loaded.default
}

function hintFor(error: unknown): { readonly hint?: string } {
  if (error instanceof RebisError) return error.hint === undefined ? {} : { hint: error.hint }
  const text = messageOf(error)
  if (/import statement outside a module/.test(text)) return { hint: 'say `"type": "module"` in package.json, or name the file .mts' }
  if (/erasable|strip-only|not supported in strip/i.test(text))
    return { hint: "Node strips types and does nothing more: no enum, namespace or parameter property" }
  return {}
}

function firstLine(error: unknown): string {
  return messageOf(error).split("\n", 1)[0] ?? ""
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
