/** Removes what a build makes, so that a file that is no longer in `src` does not stay in the package. */
import { rmSync } from "node:fs"

rmSync(new URL("../dist", import.meta.url), { recursive: true, force: true })
