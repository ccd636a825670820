import assert from "node:assert/strict"
import { test } from "node:test"
import { select } from "rebis"
import { forEachDatabase } from "../support/databases.ts"
import { Post, sharedLibrary } from "./library.ts"

forEachDatabase("select", (database) => {
  const library = sharedLibrary(database)
  test("gives entities", async () => {
    const found = await library.all(select(Post).where(Post.c.id.eq(1)))
    assert.ok(found[0] instanceof Post)
    assert.deepEqual({ ...found[0] }, {})
  })
})
