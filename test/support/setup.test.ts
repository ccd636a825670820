import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, describe, test } from "node:test"
import { fileURLToPath } from "node:url"

describe("the set-up of a test process", () => {
  const folder = mkdtempSync(join(tmpdir(), "rebis-setup-"))
  after(() => rmSync(folder, { recursive: true, force: true }))

  function runTestFile(source: string): { readonly status: number | null; readonly output: string } {
    const file = join(folder, "made-up.test.mjs")
    writeFileSync(file, `import { test } from "node:test"\n${source}`)
    const setup = fileURLToPath(new URL("setup.ts", import.meta.url))
    // Without the variable that says that this process is itself a runner's child.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env
    const { status, stdout, stderr } = spawnSync(process.execPath, [`--import=${setup}`, "--test", file], { env, encoding: "utf8" })
    return { status, output: stdout + stderr }
  }

  test("lets a file end that leaves nothing open", () => {
    assert.equal(runTestFile(`test("a", () => {})`).status, 0)
  })

  test("fails a file that leaves something open, and says what", () => {
    const { status, output } = runTestFile(`test("a", () => void setInterval(() => {}, 1000))`)
    assert.equal(status, 1)
    assert.match(output, /leak: .*made-up\.test\.mjs are over, and the process is kept alive by: .*Timeout/)
  })

  test("fails a file whose promise is rejected after its test", () => {
    const { status, output } = runTestFile(`test("a", () => void setTimeout(() => Promise.reject(new Error("late")), 20))
test("b", () => new Promise((resolve) => setTimeout(resolve, 200)))`)
    assert.equal(status, 1)
    assert.match(output, /late/)
  })
})
