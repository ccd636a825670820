/**
 * What must compile and what must not: the files of this folder and of `errors/`, in one run of the compiler.
 *
 * In `errors/` each offending line has the compiler's words above it: `// error: TS2345 <the message's first line>`.
 * `REBIS_UPDATE=1 npm test -- test/types` writes these comments anew; look at the difference before you commit it.
 */
import assert from "node:assert/strict"
import { globSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, test } from "node:test"
import { fileURLToPath } from "node:url"
import { compareErrors, expectedErrors, withErrors } from "../support/expected-errors.ts"
import { type CompileError, typeCheck } from "../support/type-checker.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const sources = globSync("test/types/**/*.ts", { cwd: root }).filter((path) => !path.endsWith(".test.ts"))
const errors = await typeCheck("test/types/tsconfig.json")

describe("types", () => {
  test("the checker reads the files", () => {
    assert.ok(
      sources.some((path) => path.startsWith("test/types/errors/")),
      "no file in test/types/errors",
    )
  })

  for (const path of sources.toSorted()) {
    const found = errors.filter((error) => error.path === path)
    if (path.startsWith("test/types/errors/")) test(`${path} fails to compile with its errors`, () => failsWithItsErrors(path, found))
    else test(`${path} compiles`, () => assert.deepEqual(found, []))
  }
})

function failsWithItsErrors(path: string, found: readonly CompileError[]): void {
  const file = join(root, path)
  if (process.env.REBIS_UPDATE === "1") writeFileSync(file, withErrors(readFileSync(file, "utf8"), found))
  const source = readFileSync(file, "utf8")
  assert.notEqual(expectedErrors(source).length, 0, "the file expects no error")
  if (process.env.REBIS_UPDATE !== "1") assert.equal(compareErrors(path, source, found).join("\n"), "")
}

describe("the comparison of errors with comments", () => {
  const source = ["const a = 1", "// error: TS1 one", "// error: TS2 two", "a.b", "", "  // error: TS1 one", "  a.c"].join("\n")
  const error = (line: number, code: string, message: string): CompileError => ({ path: "a.ts", line, code, message, details: "" })
  const exact = [error(4, "TS1", "one"), error(4, "TS2", "two"), error(7, "TS1", "one")]

  test("finds nothing when they agree", () => assert.deepEqual(compareErrors("a.ts", source, exact), []))

  test("names an error that did not come", () =>
    assert.deepEqual(compareErrors("a.ts", source, exact.slice(1)), ["expected, but compiles: a.ts:4 TS1 one"]))

  test("names an error that nobody expected", () =>
    assert.deepEqual(compareErrors("a.ts", source, [...exact, error(1, "TS3", "three")]), ["not expected: a.ts:1 TS3 three"]))

  test("takes a changed message for one of each", () =>
    assert.deepEqual(compareErrors("a.ts", source, [error(4, "TS1", "uno"), ...exact.slice(1)]), [
      "expected, but compiles: a.ts:4 TS1 one",
      "not expected: a.ts:4 TS1 uno",
    ]))

  test("writes the comments that the errors call for", () => {
    assert.equal(withErrors(source, exact), source)
    assert.equal(withErrors(source, [error(7, "TS9", "nine")]), ["const a = 1", "a.b", "", "  // error: TS9 nine", "  a.c"].join("\n"))
  })
})
