import assert from "node:assert/strict"
import { existsSync } from "node:fs"
import { after, before, describe, test } from "node:test"
import { forEachDatabase, unless } from "./databases.ts"

forEachDatabase("a test's database", (database) => {
  const urls: string[] = []
  let suiteUrl: string
  before(async () => {
    suiteUrl = await database.url()
  })

  test("can be reached and changed", async () => {
    const engine = await database.engine()
    await using connection = await engine.connect()
    await connection.exec("create table a (id integer primary key)")
    await connection.exec("insert into a values (1), (2)")
    assert.deepEqual(
      (await connection.exec("select count(*) from a")).rows.map(([count]) => Number(count)),
      [2],
    )
  })

  test("is empty in the next test", async () => {
    const engine = await database.engine()
    await using connection = await engine.connect()
    await connection.exec("create table a (id integer primary key)")
  })

  test("is another one at each call", async () => {
    urls.push(await database.url(), await database.url())
    assert.equal(new Set(urls).size, 2)
  })

  test("is removed after the test that asked for it, and after the suite when the suite did", async () => {
    for (const url of urls) assert.equal(await exists(url), false, url)
    assert.equal(await exists(suiteUrl), true)
  })

  async function exists(url: string): Promise<boolean> {
    if (database.name !== "postgresql") return existsSync(url.replace(/^\w+:\/*/, "/").replace(/\/test\.db$/, ""))
    const engine = await database.engine()
    await using connection = await engine.connect()
    const { rows } = await connection.exec("select 1 from pg_database where datname = $1", [new URL(url).pathname.slice(1)])
    return rows.length === 1
  }

  test("skips a case that it cannot run", () => {
    const { skip } = unless(database, "concurrentWriters", "two writers are needed")
    assert.equal(skip, database.capabilities.concurrentWriters ? false : `${database.name} lacks concurrentWriters: two writers are needed`)
  })

  describe("in a nested suite", () => {
    test("works the same", async () => {
      assert.equal(await exists(suiteUrl), true)
      assert.equal(await exists(await database.url()), true)
    })
  })

  after(async () => assert.equal(await exists(suiteUrl), true))
})
