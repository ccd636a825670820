import assert from "node:assert/strict"
import { readFile } from "node:fs/promises"
import { test } from "node:test"
import * as errors from "../../src/errors/index.ts"

type ErrorClass = new (message: string, details: object) => errors.RebisError
const classes = Object.values<unknown>(errors).filter(isErrorClass)

function isErrorClass(value: unknown): value is ErrorClass {
  return typeof value === "function" && value.prototype instanceof errors.RebisError
}

test("every error has a code of its own", () => {
  const codes = classes.map((each) => new each("…", {}).code)
  assert.ok(codes.length > 40)
  assert.deepEqual(
    codes.filter((code, index) => codes.indexOf(code) !== index),
    [],
  )
  for (const code of codes) assert.match(code, /^REBIS_[A-Z_]+$/)
})

test("the reference lists every error, and no other", async () => {
  const page = await readFile(new URL("../../docs/reference/errors.md", import.meta.url), "utf8")
  const listed = [...page.matchAll(/^\| `(REBIS_\w+)` +\| `(\w+)` +\|/gm)].map((row) => `${row[1]} ${row[2]}`)
  assert.deepEqual(listed.toSorted(), classes.map((each) => `${new each("…", {}).code} ${each.name}`).toSorted())
})

test("a hint is part of the message and a cause is kept", () => {
  const cause = new TypeError("first")
  const error = new errors.ArgumentError("second", { cause, hint: "do this" })
  assert.equal(error.message, "second\n  hint: do this")
  assert.equal(error.cause, cause)
  assert.equal(error.name, "ArgumentError")
})
