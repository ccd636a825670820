import { resolve } from "node:path"
import type { DatabaseUrl } from "../engine/index.ts"
import { UrlError } from "../errors/index.ts"
import { decodePath } from "./decode-path.ts"

export interface SqliteLocation {
  /** The absolute path, or `undefined` for a database in memory. */
  readonly file: string | undefined
  readonly readOnly: boolean
}

/** Reads `sqlite:///relative.db`, `sqlite:////absolute.db`, `sqlite://memory` and `sqlite:///:memory:`. @throws UrlError */
export function sqliteLocation(url: DatabaseUrl): SqliteLocation {
  const [path = "", query] = url.rest.split("?", 2)
  const readOnly = readMode(url, query)
  if (path === "" || path === "memory" || path === "/:memory:") return { file: undefined, readOnly }
  if (!path.startsWith("/") || path === "/") {
    throw new UrlError(`${url.toString()} names no file`, {
      hint: "three slashes for a relative path (sqlite:///file.db), four for an absolute one (sqlite:////var/file.db), sqlite://memory for none",
    })
  }
  return { file: resolve(decodePath(url, path.slice(1))), readOnly }
}

function readMode(url: DatabaseUrl, query: string | undefined): boolean {
  if (query === undefined || query === "" || query === "mode=rwc") return false
  if (query === "mode=ro") return true
  throw new UrlError(`${url.toString()} asks for ${JSON.stringify(query)}, which is not known`, {
    hint: "only ?mode=ro can follow the file",
  })
}
