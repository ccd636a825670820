/** As printed: pool_pre_ping tested on every checkout, which was three of six round trips of a request. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { setTimeout as delay } from "node:timers/promises"
import { select, sessionmaker } from "../../../src/index.ts"
import { onDatabases } from "../../support/databases.ts"
import { terminateOthers } from "../backends.ts"
import { blogOn } from "../blog.ts"
import { User } from "../models.ts"
import { wireTo } from "../wire.ts"

onDatabases(["postgresql"], "trap: a ping on every checkout", (database) => {
  const blog = blogOn(database)

  test("only a connection that has been idle is tested, in one round trip", async () => {
    await using wire = await wireTo(blog.url)
    const engine = await database.engine({ url: wire.url, poolPrePing: true, poolPrePingAfter: 100 })
    const sessions = sessionmaker(engine)
    const read = () => sessions.begin((db) => db.all(select(User)))
    // The text of a statement is prepared when it comes back.
    for (let warm = 0; warm < 3; warm++) await read()

    wire.clear()
    for (let request = 0; request < 20; request++) await read()
    assert.equal(wire.roundTrips, 20)

    await delay(150)
    wire.clear()
    await read()
    assert.equal(wire.roundTrips, 2)
  })

  test("the test finds what died, and the request notices nothing", async () => {
    const engine = await database.engine({ url: blog.url, poolPrePing: true, poolPrePingAfter: 0 })
    const sessions = sessionmaker(engine)
    const read = () => sessions.begin((db) => db.all(select(User)))
    await Promise.all([read(), read(), read()])
    await terminateOthers(blog.url)
    for (const users of await Promise.all([read(), read(), read()])) assert.equal(users.length, 1)
  })
})
