/** As printed: a GET with one SELECT sent BEGIN, SELECT and COMMIT: one useful round trip in three. */
import assert from "node:assert/strict"
import { test } from "node:test"
import fastify from "fastify"
import { rebis } from "../../../src/http/fastify.ts"
import { select, sessionmaker } from "../../../src/index.ts"
import { request } from "../../http/requests.ts"
import { onDatabases, forEachDatabase, unless } from "../../support/databases.ts"
import { blogOn, notesBy } from "../blog.ts"
import { Post, User } from "../models.ts"
import { wireTo } from "../wire.ts"

forEachDatabase("trap: BEGIN and COMMIT around one SELECT", (database) => {
  const blog = blogOn(database)

  test("a GET with one SELECT is one statement", unless(database, "readsNeedNoTransaction", "its isolation is serializable"), async () => {
    await using app = await blog.serve((routes) => routes.get("/users", (req) => req.db.all(select(User))))
    await request(`${app.url}/users`)
    blog.recorder.clear()
    await request(`${app.url}/users`)
    assert.deepEqual(
      blog.recorder.statements.map(({ role }) => role),
      ["statement"],
    )
  })

  test(
    "where it is not the same, as under repeatable read, the transaction is there",
    unless(database, "readsNeedNoTransaction", "it has a transaction anyway"),
    async () => {
      const sessions = sessionmaker(blog.engine, { isolation: "repeatable read" })
      await sessions.begin((db) => db.all(select(User)))
      assert.deepEqual(
        blog.recorder.statements.map(({ role }) => role),
        ["begin", "statement", "commit"],
      )
    },
  )
})

onDatabases(["postgresql"], "trap: BEGIN and COMMIT around one SELECT", (database) => {
  const blog = blogOn(database)

  test("counted on the wire: a GET is one round trip, a POST of one row too; a read, an update and an insert, and a COMMIT that waits for the update's row count are three", async () => {
    await using wire = await wireTo(blog.url)
    const sessions = sessionmaker(await database.engine({ url: wire.url }))
    const app = fastify()
    app.register(rebis, { sessions })
    app.get("/users", (req) => req.db.all(select(User)))
    app.post("/text", async (req) => {
      req.db.add(new Post(notesBy(blog.ada.id)))
      return "stored"
    })
    app.post("/both", async (req) => {
      const user = await req.db.one(select(User))
      user.name = `${user.name}!`
      req.db.add(new Post(notesBy(user.id)))
      return "stored"
    })
    try {
      const roundTripsOf = async (method: "GET" | "POST", url: string) => {
        for (let warm = 0; warm < 4; warm++) await app.inject({ method, url })
        wire.clear()
        assert.equal((await app.inject({ method, url })).statusCode, 200)
        return wire.roundTrips
      }
      assert.deepEqual(
        [await roundTripsOf("GET", "/users"), await roundTripsOf("POST", "/text"), await roundTripsOf("POST", "/both")],
        [1, 1, 3],
      )
    } finally {
      await app.close()
    }
  })
})
