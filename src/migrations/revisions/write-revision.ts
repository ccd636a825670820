import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { MigrationFileExistsError } from "../../errors/index.ts"

/** More than this many files of one name is no accident of two people on one day. */
const mostSuffixes = 99

/**
 * Writes a new file and never over one that is there: a name that is taken gets `_2`, `_3`, … before its extension.
 * @returns the name that it was given
 */
export async function writeNewFile(folder: string, name: string, source: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const dot = name.lastIndexOf(".")
  for (let number = 1; number <= mostSuffixes; number++) {
    const candidate = number === 1 ? name : `${name.slice(0, dot)}_${number}${name.slice(dot)}`
    try {
      await writeFile(join(folder, candidate), source, { flag: "wx" })
      return candidate
    } catch (error) {
      if (!isTaken(error)) throw error
    }
  }
  throw new MigrationFileExistsError(`${join(folder, name)} is there already, and so are ${mostSuffixes - 1} others of its name`, {
    hint: "give the migration another message",
  })
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EEXIST"
}
