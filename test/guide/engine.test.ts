/** The guide's rules of the engine. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { createEngine, MetaData, select, sql, UrlError } from "../../src/index.ts"
import { terminateOthers } from "./backends.ts"
import { blogOn } from "./blog.ts"
import { metadata, User } from "./models.ts"
import { constraintsAndIndexes } from "./names.ts"
import { forEachDatabase, onDatabases } from "../support/databases.ts"

forEachDatabase("the guide, engine", (database) => {
  const blog = blogOn(database)

  test("'use an async driver in the URL': the scheme names it, and every operation is awaited", async () => {
    const drivers = { postgresql: "pg", pglite: "pglite", sqlite: "node-sqlite" }
    assert.equal(blog.engine.driver, drivers[database.name])
    const connecting = blog.engine.connect()
    assert.ok(connecting instanceof Promise)
    await using connection = await connecting
    const running = connection.exec("select 1")
    assert.ok(running instanceof Promise)
    assert.equal((await running).rows.length, 1)
  })

  test("'define naming conventions at metadata level': the database has exactly these names", async () => {
    assert.deepEqual(await constraintsAndIndexes(blog.engine, database), [
      "post_pkey",
      "post_title_idx",
      "post_title_not_empty_check",
      "post_user_id_fkey",
      "post_user_id_idx",
      "user_email_key",
      "user_pkey",
    ])
  })

  test("'set echo=True only in development': it says each statement, and without it nothing is said", async (t) => {
    const lines: string[] = []
    const printed = t.mock.method(console, "log", () => undefined)
    await using quiet = createEngine(await database.url())
    await using echoing = createEngine(await database.url(), { echo: (line) => lines.push(line) })
    await using loud = createEngine(await database.url(), { echo: true })
    for (const engine of [quiet, echoing, loud]) await engine.begin((connection) => connection.exec("select 1 as echoed"))
    const ofStatement = (all: readonly string[]) => all.filter((line) => line.includes("select 1 as echoed")).length
    assert.equal(ofStatement(lines), 1)
    assert.equal(ofStatement(printed.mock.calls.map(({ arguments: [line] }) => String(line))), 1)
  })

  test("'create ONE engine per application lifetime': it is lazy, serves all requests, and is disposed of once", async () => {
    const engine = createEngine(await database.url())
    let connects = 0
    engine.events.on("connect", () => connects++)
    assert.deepEqual([connects, engine.poolStatus.idle], [0, 0])
    for (let request = 0; request < 20; request++) await engine.begin((connection) => connection.exec("select 1"))
    assert.equal(connects, 1)
    await Promise.all([engine.dispose(), engine.dispose()])
    assert.throws(() => engine.connection(), { code: "REBIS_ENGINE_DISPOSED" })
  })
})

onDatabases(["postgresql"], "the guide, engine", (database) => {
  const blog = blogOn(database, { poolPrePing: true, poolPrePingAfter: 0 })

  test("'use pool_pre_ping=True to handle stale connections': backends that died between two requests are replaced unseen", async () => {
    await using app = await blog.serve((routes) => routes.get("/users", (request) => request.db.all(select(User))))
    for (let round = 0; round < 3; round++) {
      const before = await Promise.all(Array.from({ length: 4 }, () => fetch(`${app.url}/users`)))
      assert.deepEqual(
        before.map(({ status }) => status),
        [200, 200, 200, 200],
      )
      assert.ok((await terminateOthers(blog.url)) > 0)
      assert.equal((await fetch(`${app.url}/users`)).status, 200)
    }
  })

  test("'use pool_pre_ping=True': a connection is tested once it has been idle, in one round trip, and then the statement runs", async () => {
    await blog.sessions.begin((db) => db.scalar(sql<number>`select 1`))
    const pid = async () => await blog.sessions.begin((db) => db.scalar(sql<number>`select pg_backend_pid()`))
    const first = await pid()
    await terminateOthers(blog.url)
    assert.notEqual(await pid(), first)
  })
})

describe("the guide, engine", () => {
  test("'use postgresql+asyncpg:// or sqlite+aiosqlite://': the Python spelling is refused with the one to write", () => {
    assert.throws(
      () => createEngine("postgresql+asyncpg://user:pass@localhost/db"),
      (error) => error instanceof UrlError && /postgresql:\/\//.test(error.message) && !error.message.includes("pass@"),
    )
    assert.throws(
      () => createEngine("sqlite+aiosqlite:///blog.db"),
      (error) => error instanceof UrlError && /sqlite:\/\/\//.test(error.message),
    )
  })

  test("'define naming conventions at metadata level': the guide's four are the default", () => {
    const { ix, uq, fk, pk } = metadata.namingConvention
    assert.deepEqual(new MetaData().namingConvention, { ...new MetaData().namingConvention, ix, uq, fk, pk })
  })
})
