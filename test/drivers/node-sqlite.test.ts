import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join, relative } from "node:path"
import { describe, test } from "node:test"
import { setTimeout as delay } from "node:timers/promises"
import {
  ArgumentError,
  DatabaseError,
  DatabaseMissingError,
  ForeignKeyViolationError,
  RebisError,
  UnreachableError,
} from "../../src/errors/index.ts"
import { createEngine } from "../../src/drivers/index.ts"
import { onDatabases } from "../support/databases.ts"
import { createItem, engineOn, items, pure, record, statement, write } from "../engine/support.ts"

onDatabases(["sqlite"], "a SQLite file", (database) => {
  test("is in WAL mode with foreign keys on, and takes pragmas", async () => {
    await using engine = await engineOn(database, { connectArgs: { pragmas: { synchronous: "normal", cache_size: -4000 } } })
    await using connection = await engine.connect()
    const pragma = async (name: string) => (await connection.exec(`pragma ${name}`)).rows[0]?.[0]
    assert.equal(await pragma("journal_mode"), "wal")
    assert.equal(await pragma("foreign_keys"), 1)
    assert.equal(await pragma("synchronous"), 1)
    assert.equal(await pragma("cache_size"), -4000)
    await connection.exec(`${createItem}; create table part (id integer primary key, item_id integer references item (id))`)
    await assert.rejects(connection.run(write("insert into part (id, item_id) values (1, 99)")), ForeignKeyViolationError)
    await using wrong = await engineOn(database, { connectArgs: { pragmas: { "a; drop": 1 } } })
    await assert.rejects(wrong.connect(), ArgumentError)
  })

  test("has integers that are exact: numbers while they can be, bigints beyond", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    await connection.exec("create table sample (id integer primary key, n bigint)")
    const insert = "insert into sample (id, n) values (?, ?) returning id, n"
    assert.deepEqual((await connection.run(write(insert, 1, 2n ** 62n))).rows, [[1, 2n ** 62n]])
    assert.deepEqual((await connection.run(write(insert, 2, 9007199254740991n))).rows, [[2, 9007199254740991]])
    for (let round = 0; round < 3; round++) {
      assert.deepEqual((await connection.run(pure("select id, n from sample order by id"))).rows, [
        [1, 2n ** 62n],
        [2, 9007199254740991],
      ])
    }
    for await (const { rows } of connection.stream(pure("select n from sample order by id"), 10)) {
      assert.deepEqual(rows, [[2n ** 62n], [9007199254740991]])
    }
  })

  test("names the declared types of columns", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    await connection.exec(createItem)
    assert.deepEqual((await connection.run(pure("select id, name, 1 as one from item"))).columns, [
      { name: "id", typeId: "INTEGER" },
      { name: "name", typeId: "TEXT" },
      { name: "one", typeId: undefined },
    ])
  })

  test("makes writers of this process wait for each other, and never stops the event loop", async () => {
    await using engine = await engineOn(database)
    await using setup = await engine.connect()
    await setup.exec(createItem)
    let ticks = 0
    const ticking = setInterval(() => ticks++, 5)
    try {
      await Promise.all(
        Array.from({ length: 10 }, (_, id) =>
          engine.begin(async (connection) => {
            await connection.run(write("insert into item (id) values (?)", id))
            await delay(10)
            await connection.run(write("update item set name = 'x' where id = ?", id))
          }),
        ),
      )
      // Outside a transaction too.
      const holder = engine.begin(async (connection) => {
        await connection.run(write("insert into item (id) values (100)"))
        await delay(50)
      })
      await setup.run(write("insert into item (id) values (101)"))
      await holder
    } finally {
      clearInterval(ticking)
    }
    assert.ok(ticks >= 10, `${ticks} ticks`)
    assert.equal((await items(setup)).length, 12)
  })

  test("lets readers go on while someone writes", async () => {
    await using engine = await engineOn(database)
    await using reader = await engine.connect()
    await reader.exec(createItem)
    await using writer = await engine.connect()
    writer.begin()
    await writer.run(write("insert into item (id) values (1)"))
    assert.deepEqual(await items(reader), [])
    await writer.commit()
    assert.deepEqual(await items(reader), [1])
  })

  test("says when a writer had to wait too long, and BEGIN that failed is not rolled back", async () => {
    await using engine = await engineOn(database, { connectArgs: { busyTimeout: 60 } })
    await using holder = await engine.connect()
    await holder.exec(createItem)
    holder.begin()
    await holder.run(write("insert into item (id) values (1)"))
    await using late = await engine.connect()
    const { flights } = record(engine)
    late.begin()
    await assert.rejects(late.run(write("insert into item (id) values (2)")), (error) => error instanceof DatabaseError)
    await late.rollback()
    assert.deepEqual(flights, [["begin immediate!"]])
    await assert.rejects(late.run(write("insert into item (id) values (2)")), DatabaseError)
    await holder.commit()
    await late.run(write("insert into item (id) values (3)"))
    assert.deepEqual(await items(late), [1, 3])
  })

  test("waits for writers of other processes", async () => {
    const url = await database.url()
    await using engine = createEngine(url)
    await using connection = await engine.connect()
    await connection.exec(createItem)
    const program = `
      const { DatabaseSync } = require("node:sqlite")
      const database = new DatabaseSync(${JSON.stringify(url.slice("sqlite:///".length))})
      database.exec("begin immediate; insert into item (id) values (1)")
      console.log("holds")
      setTimeout(() => database.exec("commit"), 150)`
    const other = spawn(process.execPath, ["--eval", program], { stdio: ["ignore", "pipe", "inherit"] })
    const ended = new Promise((resolve) => other.once("exit", resolve))
    await new Promise((resolve) => other.stdout.once("data", resolve))
    await engine.begin(async (inside) => void (await inside.run(write("insert into item (id) values (2)"))))
    await connection.run(write("insert into item (id) values (3)"))
    assert.deepEqual(await items(connection), [1, 2, 3])
    await ended
  })

  test("that is opened for reading only refuses to be written", async () => {
    const url = await database.url()
    await using missing = createEngine(`${url}?mode=ro`)
    await assert.rejects(missing.connect(), DatabaseMissingError)
    {
      await using engine = createEngine(url)
      await engine.begin(async (connection) => void (await connection.exec(createItem)))
    }
    await using engine = createEngine(`${url}?mode=ro`)
    await using connection = await engine.connect()
    assert.deepEqual(await items(connection), [])
    await assert.rejects(connection.run(write("insert into item (id) values (1)")), DatabaseError)
  })

  test("keeps a failed transaction as it was, for its owner to end", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    await connection.exec(createItem)
    connection.begin()
    await connection.run(write("insert into item (id) values (1)"))
    await assert.rejects(connection.run(write("insert into item (id) values (1)")), DatabaseError)
    assert.equal(connection.transactionFailed, false)
    await connection.rollback()
    assert.deepEqual(await items(connection), [])
  })

  test("refuses a parameter that it has no type for", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    for (const value of [undefined, new Date(), {}]) await assert.rejects(connection.exec("select ?", [value]), ArgumentError)
    assert.deepEqual((await connection.exec("select ?, ?", [true, 2n])).rows, [[1, 2]])
  })
})

describe("a SQLite URL", () => {
  test("has three slashes before a relative path and four before an absolute one", async () => {
    const folder = await mkdtemp(join(tmpdir(), "rebis-sqlite-"))
    try {
      for (const [url, file] of [
        [`sqlite:///${relative(process.cwd(), join(folder, "below", "relative.db"))}`, join(folder, "below", "relative.db")],
        [`sqlite:///${join(folder, "absolute.db")}`, join(folder, "absolute.db")],
        [`sqlite:///${join(folder, "a%20name%3F.db")}`, join(folder, "a name?.db")],
      ] as const) {
        await using engine = createEngine(url)
        await using connection = await engine.connect()
        await connection.exec(createItem)
        assert.ok(existsSync(file), file)
      }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })

  test("of a file that cannot be opened is an error that names it", async () => {
    await using engine = createEngine(`sqlite:///${tmpdir()}`)
    await assert.rejects(engine.connect(), (error) => error instanceof UnreachableError && error.message.includes(tmpdir()))
  })
})

describe("a SQLite database in memory", () => {
  test("is one for all connections of its engine, and of no other", async () => {
    for (const url of ["sqlite://memory", "sqlite://", "sqlite:///:memory:"]) {
      await using engine = createEngine(url, { poolRecycle: 0 })
      await engine.begin(async (connection) => void (await connection.exec(`${createItem}; insert into item (id) values (1)`)))
      await using connection = await engine.connect()
      assert.deepEqual(await items(connection), [1])
      await using other = createEngine(url)
      await using foreign = await other.connect()
      await assert.rejects(
        foreign.run(statement("pure", "select id from item")),
        (error) => error instanceof RebisError && /item/.test(error.message),
      )
    }
  })
})
