/** As printed: COMMIT ran after the answer; 20 of 20 clients whose commit failed saw 200 and an id, and nothing was stored. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { select } from "../../../src/index.ts"
import { request } from "../../http/requests.ts"
import { forEachDatabase } from "../../support/databases.ts"
import { blogOn, notesBy } from "../blog.ts"
import { Post } from "../models.ts"

forEachDatabase("trap: a commit after the answer", (database) => {
  const blog = blogOn(database)

  test("20 of 20 clients whose commit fails see the error, and nothing is stored", async () => {
    await using app = await blog.serve((routes) =>
      routes.post("/posts", (req) => req.db.add(new Post(req.body as ReturnType<typeof notesBy>))),
    )
    // The foreign key is checked at the COMMIT: every statement passes.
    const answers = await Promise.all(Array.from({ length: 20 }, () => request(`${app.url}/posts`, "POST", notesBy(blog.ada.id + 1))))
    assert.deepEqual(
      answers.map(({ status }) => status),
      Array.from({ length: 20 }, () => 409),
    )
    assert.ok(answers.every((answer) => answer.json().code === "REBIS_FOREIGN_KEY_VIOLATION"))
    assert.deepEqual(await blog.sessions.begin((db) => db.all(select(Post))), [])
  })

  test("a client that has its answer finds the transaction over: nothing is sent for its request any more", async () => {
    await using app = await blog.serve((routes) =>
      routes.post("/posts", (req) => req.db.add(new Post(req.body as ReturnType<typeof notesBy>))),
    )
    for (let round = 0; round < 5; round++) {
      blog.recorder.clear()
      assert.equal((await request(`${app.url}/posts`, "POST", notesBy(blog.ada.id))).status, 200)
      const sent = blog.recorder.statements.length
      assert.equal(blog.engine.poolStatus.inUse, 0)
      assert.ok(sent > 0)
      await new Promise((resolve) => setTimeout(resolve, 10))
      assert.equal(blog.recorder.statements.length, sent)
    }
  })
})
