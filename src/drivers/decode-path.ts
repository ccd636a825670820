import type { DatabaseUrl } from "../engine/index.ts"
import { UrlError } from "../errors/index.ts"

/** A path as it stands in a URL, without its percent-encoding. @throws UrlError */
export function decodePath(url: DatabaseUrl, path: string): string {
  try {
    return decodeURIComponent(path)
  } catch (error) {
    throw new UrlError(`the path of ${url.toString()} is not well percent-encoded`, { hint: "write %25 for a percent sign", cause: error })
  }
}
