/**
 * Other people's schemas, data and queries. They are not part of the project: `REBIS_CORPORA` names their folder, else it is
 * looked for beside the checkout. What needs them is skipped, with the reason, where they are missing.
 *
 * @example
 * const chinook = corpus("queries/chinook")
 * test("…", { skip: chinook.skip }, async () => { chinook.text("postgres.sql") })
 */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { gunzipSync } from "node:zlib"

export interface Corpus {
  /** Why there is nothing to read, for the option of a test or suite. */
  readonly skip: string | false
  /** A file of it as text, unpacked when its name ends in `.gz`. */
  text(file: string): string
}

const folder = process.env.REBIS_CORPORA ?? fileURLToPath(new URL("../../../shared/corpora", import.meta.url))

/** A folder of the corpora by its path in there. */
export function corpus(path: string): Corpus {
  const found = join(folder, path)
  return {
    skip: existsSync(found) ? false : `there are no corpora with ${path}: set REBIS_CORPORA to their folder`,
    text(file) {
      const bytes = readFileSync(join(found, file))
      return (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8")
    },
  }
}
