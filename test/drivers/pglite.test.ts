import assert from "node:assert/strict"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, test } from "node:test"
import { ConnectionError, DatabaseInUseError, DisconnectedError } from "../../src/errors/index.ts"
import { createEngine } from "../../src/drivers/index.ts"
import { onDatabases } from "../support/databases.ts"
import { createItem, engineOn, items, processOf, pure, write } from "../engine/support.ts"

onDatabases(["pglite"], "an embedded PostgreSQL", (database) => {
  test("keeps its data in its folder", async () => {
    const url = await database.url()
    {
      await using engine = createEngine(url)
      await engine.begin(async (connection) => {
        await connection.exec(createItem)
        await connection.run(write("insert into item (id) values (1)"))
      })
    }
    await using engine = createEngine(url)
    await using connection = await engine.connect()
    assert.deepEqual(await items(connection), [1])
  })

  test("cannot be opened twice, and can again once it is closed", async () => {
    const url = await database.url()
    await using first = createEngine(url)
    await (await first.connect()).release()
    await using second = createEngine(url)
    await assert.rejects(second.connect(), (error) => error instanceof DatabaseInUseError && /one engine/.test(error.hint ?? ""))
    await first.dispose()
    await using connection = await second.connect()
    assert.equal((await connection.run(pure("select 1"))).rowCount, 1)
  })

  test("has one connection, for which callers wait", async () => {
    await using engine = await engineOn(database)
    assert.equal(engine.poolStatus.limit, 1)
    const processes = await Promise.all(Array.from({ length: 5 }, () => engine.begin(processOf)))
    assert.equal(new Set(processes).size, 1)
  })

  test("that crashes is opened again, with what was committed", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    await connection.exec(createItem)
    await connection.run(write("insert into item (id) values (1)"))
    // There is no input that it could copy from: PGlite ends.
    await assert.rejects(connection.exec("copy item from stdin"), DisconnectedError)
    assert.deepEqual(await items(connection), [1])
  })

  test("forgets what a connection left behind when that is closed", async () => {
    await using engine = await engineOn(database)
    const first = await engine.connect()
    await first.exec("set application_name = 'mine'; create temp table leftover (id integer)")
    for (let round = 0; round < 3; round++) await first.run(pure("select 1"))
    const running = first.run(pure("select 2")).catch(() => undefined)
    await assert.rejects(first.release())
    await running
    await using second = await engine.connect()
    assert.deepEqual((await second.run(pure("select to_regclass('pg_temp.leftover'), current_setting('TimeZone')"))).rows, [[null, "UTC"]])
    for (let round = 0; round < 3; round++) assert.equal((await second.run(pure("select 1"))).rowCount, 1)
  })
})

describe("an embedded PostgreSQL's folder", () => {
  test("is made when it is missing, and a useless one is an error", async () => {
    const parent = await mkdtemp(join(tmpdir(), "rebis-pglite-"))
    try {
      await using useless = createEngine(`pglite://${join(parent, "file")}/below`)
      await import("node:fs/promises").then(({ writeFile }) => writeFile(join(parent, "file"), "not a folder"))
      await assert.rejects(useless.connect(), ConnectionError)
      const folder = join(parent, "a folder", "data")
      await using engine = createEngine(`pglite://${encodeURI(folder)}`)
      await engine.begin(async (connection) => void (await connection.exec(createItem)))
      await engine.dispose()
    } finally {
      await rm(parent, { recursive: true, force: true })
    }
  })
})
