/** As printed: the default pool (5 + 10) under 16 requests in flight made and dropped connections all the time. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { select } from "../../../src/index.ts"
import { request } from "../../http/requests.ts"
import { onDatabases } from "../../support/databases.ts"
import { blogOn, notesBy } from "../blog.ts"
import { Post } from "../models.ts"

onDatabases(["postgresql"], "trap: overflow connections that come and go", (database) => {
  // The pool of the guide: 5 that stay and 10 that overflow.
  const blog = blogOn(database, { poolSize: 5, maxOverflow: 10 })

  test("under 16 in flight each connection is opened once, and none is closed while there is demand", async () => {
    await using app = await blog.serve((routes) =>
      routes.post("/posts", async (req) => {
        req.db.add(new Post(notesBy(blog.ada.id)))
        await req.db.flush()
        return await req.db.all(select(Post).limit(5))
      }),
    )
    let disconnects = 0
    const stop = blog.engine.events.on("disconnect", () => disconnects++)
    blog.recorder.clear()
    const client = async () => {
      for (let round = 0; round < 40; round++) assert.equal((await request(`${app.url}/posts`, "POST")).status, 200)
    }
    await Promise.all(Array.from({ length: 16 }, client))
    stop()
    assert.ok(blog.recorder.checkouts >= 640)
    assert.ok(blog.recorder.connects <= 15, `${blog.recorder.connects} connections were opened`)
    assert.equal(disconnects, 0)
  })
})
