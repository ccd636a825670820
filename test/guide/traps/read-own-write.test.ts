/** As printed: a client that read its own write at once, over another connection, missed up to 18 of 1,600. */
import assert from "node:assert/strict"
import { test } from "node:test"
import fastify from "fastify"
import { rebis } from "../../../src/http/fastify.ts"
import { select, sessionmaker } from "../../../src/index.ts"
import { request } from "../../http/requests.ts"
import { forEachDatabase } from "../../support/databases.ts"
import { blogOn, notesBy } from "../blog.ts"
import { Post } from "../models.ts"

forEachDatabase("trap: reading one's own write at once", (database) => {
  const blog = blogOn(database)

  test("0 of 400 reads miss, by 16 clients over connections of another engine", async () => {
    // An embedded database is open in one engine only.
    const other = database.name === "pglite" ? blog.engine : await database.engine({ url: blog.url })
    const reading = fastify({ forceCloseConnections: true })
    reading.register(rebis, { sessions: sessionmaker(other) })
    reading.get<{ Params: { id: number } }>("/posts/:id", (req) => req.db.one(select(Post).where(Post.c.id.eq(Number(req.params.id)))))
    const readers = await reading.listen({ port: 0, host: "127.0.0.1" })
    await using app = await blog.serve((routes) =>
      routes.post("/posts", (req) => req.db.add(new Post(req.body as ReturnType<typeof notesBy>))),
    )
    const client = async () => {
      const statuses: number[] = []
      for (let round = 0; round < 25; round++) {
        const { id } = (await request(`${app.url}/posts`, "POST", notesBy(blog.ada.id))).json()
        statuses.push((await request(`${readers}/posts/${id}`)).status)
      }
      return statuses
    }
    try {
      const statuses = (await Promise.all(Array.from({ length: 16 }, client))).flat()
      assert.deepEqual([statuses.length, statuses.filter((status) => status !== 200)], [400, []])
    } finally {
      await reading.close()
    }
  })
})
