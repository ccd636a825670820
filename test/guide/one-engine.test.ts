import assert from "node:assert/strict"
import { test } from "node:test"
import { createEngine } from "rebis"
import { engineFindings } from "rebis/migrations"
import { forEachDatabase } from "../support/databases.ts"

forEachDatabase("one engine for the application's lifetime", (database) => {
  test("'one `createEngine`; `rebis check` reports a second one on the same URL in a process'", async () => {
    const url = await database.url()
    const engine = createEngine(url)
    assert.deepEqual(engineFindings(), [])
    const second = createEngine(url)
    assert.deepEqual(
      engineFindings().map(({ kind, message }) => ({ kind, message })),
      [{ kind: "engine", message: `2 engines were made for ${engine.url}, each with a pool of its own` }],
    )
    await second.dispose()
    assert.deepEqual(engineFindings(), [])
    await engine.dispose()
  })

  test("engines of databases in memory are not mistaken for each other", async () => {
    const [first, second] = [createEngine("sqlite://memory"), createEngine("sqlite://memory")]
    assert.deepEqual(engineFindings(), [])
    await Promise.all([first.dispose(), second.dispose()])
  })
})
