/** As printed: a handler that adds and returns gave 200 without an id, and a violation of NOT NULL, a key or a check went unseen. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { select } from "../../../src/index.ts"
import { request } from "../../http/requests.ts"
import { forEachDatabase } from "../../support/databases.ts"
import { blogOn, notesBy } from "../blog.ts"
import { Post, User } from "../models.ts"

forEachDatabase("trap: a handler that adds and returns, without a flush", (database) => {
  const blog = blogOn(database)
  const serve = () =>
    blog.serve((routes) => {
      routes.post("/posts", (req) => req.db.add(new Post(req.body as ReturnType<typeof notesBy>)))
      routes.post("/users", (req) => req.db.add(new User(req.body as { email: string; name: string })))
    })

  test("the id and the defaults of the server are in the answer", async () => {
    await using app = await serve()
    const answer = (await request(`${app.url}/posts`, "POST", notesBy(blog.ada.id))).json()
    const [stored] = await blog.sessions.begin((db) => db.all(select(Post)))
    assert.ok(stored !== undefined)
    assert.deepEqual(answer, JSON.parse(JSON.stringify(stored)))
    assert.ok(Number.isInteger(answer.id))
    assert.ok(!Number.isNaN(Date.parse(answer.createdAt)))
  })

  for (const [what, path, body, status] of [
    ["NOT NULL", "posts", { ...notesBy(1), content: null }, 422],
    ["a check", "posts", notesBy(1, ""), 422],
    ["a foreign key", "posts", notesBy(1_000_000), 409],
    ["a unique key", "users", { email: "ada@example.org", name: "Another" }, 409],
  ] as const) {
    test(`a violation of ${what} is an error, and nothing is stored`, async () => {
      await using app = await serve()
      assert.equal((await request(`${app.url}/${path}`, "POST", body)).status, status)
      assert.deepEqual(await blog.sessions.begin((db) => db.all(select(Post))), [])
      assert.equal((await blog.sessions.begin((db) => db.all(select(User)))).length, 1)
    })
  }
})
