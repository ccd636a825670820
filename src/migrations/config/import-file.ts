import { fileURLToPath, pathToFileURL } from "node:url"
import { RebisError } from "../../errors/index.ts"

/** Loads a module of the application by its absolute path; Node strips its types. */
export async function importFile(path: string): Promise<Readonly<Record<string, unknown>>> {
  return (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>
}

/** Why a module could not be loaded, in one line that names the place, and what to do about it where that is known. */
export function loadFailure(error: unknown): { readonly reason: string; readonly hint?: string } {
  const message = error instanceof Error ? error.message : String(error)
  const line = message.split("\n", 1)[0] ?? ""
  const place = placeOf(error)
  const hint = hintFor(message, error)
  return { reason: place === undefined || line.includes(place) ? line : `${line} (${place})`, ...(hint === undefined ? {} : { hint }) }
}

/** `path:line` of where it arose, when that is a file of the application. */
function placeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.stack === undefined) return undefined
  // A syntax error's stack begins with its place; other errors' places are in parentheses or at the end of a line.
  const places = error.stack.matchAll(/(file:\/\/[^\s()]+?):(\d+)(?::\d+)?(?=[\s)]|$)/gm)
  for (const [, url, line] of places) {
    if (url === undefined || url.includes("/node_modules/")) continue
    try {
      return `${fileURLToPath(url.replace(/\?.*$/, ""))}:${line}`
    } catch {
      // Not a path of this system.
    }
  }
  return undefined
}

function hintFor(message: string, error: unknown): string | undefined {
  if (error instanceof RebisError) return error.hint
  const code = error instanceof Error && "code" in error ? error.code : undefined
  if (code === "ERR_MODULE_NOT_FOUND" && /\.(m|c)?[jt]s'? imported from|Cannot find module '\//.test(message)) {
    return "Node takes imports as they are written: with the file's extension, as in ./user.model.ts"
  }
  if (code === "ERR_MODULE_NOT_FOUND") return "install the package that is missing"
  if (code === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX" || code === "ERR_INVALID_TYPESCRIPT_SYNTAX") {
    return "Node strips types and does nothing more: no enum, namespace, decorator or parameter property"
  }
  if (/import statement outside a module|Unexpected token 'export'/.test(message))
    return 'say `"type": "module"` in package.json, or name the file .mts'
  if (/does not provide an export named/.test(message)) return "import what is only a type with `import type`"
  return undefined
}
