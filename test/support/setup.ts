/**
 * Loaded into every test process before its file (`--import`). A file whose tests are over but whose process stays alive has
 * left something open: that is a failure, said with what is open, and not a hang.
 */
import { after } from "node:test"

const graceMilliseconds = 3_000

after(() => {
  // Unreferenced: it fires only when something else keeps the process alive.
  setTimeout(() => {
    const open = process.getActiveResourcesInfo().filter((kind) => kind !== "PipeWrap")
    console.error(`leak: the tests of ${process.argv[1] ?? "this file"} are over, and the process is kept alive by: ${open.join(", ")}`)
    process.exit(1)
  }, graceMilliseconds).unref()
})
