import assert from "node:assert/strict"
import { test } from "node:test"
import { inspect } from "node:util"
import { createEngine } from "../../src/drivers/index.ts"
import { UniqueViolationError } from "../../src/errors/index.ts"
import type { StatementEvent, StatementStartEvent } from "../../src/engine/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { createItem, engineOn, parameter, pure, record, write } from "./support.ts"

forEachDatabase("the events of an engine", (database) => {
  test("name every statement that is sent, with what it was and what came of it", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    await connection.exec(createItem)
    const { events } = record(engine)
    const starts: StatementStartEvent[] = []
    engine.events.on("statementStart", (event) => starts.push(event))
    const insert = `insert into item (id, name) values (${parameter(database, 1)}, ${parameter(database, 2)})`
    connection.begin()
    await connection.run(write(insert, 1, "a"))
    connection.savepoint("s")
    await assert.rejects(connection.run(write(insert, 1, "b")), UniqueViolationError)
    await connection.rollbackToSavepoint("s")
    connection.releaseSavepoint("s")
    await connection.run(pure("select id, name from item"))
    await connection.commit()
    assert.deepEqual(
      events.map(({ role, rowCount }) => [role, rowCount]),
      [
        ["begin", 0],
        ["statement", 1],
        ["savepoint", 0],
        ["statement", undefined],
        ["rollback to", 0],
        ["release", 0],
        ["statement", 1],
        ["commit", 0],
      ],
    )
    assert.deepEqual(
      starts.map(({ text, flight }) => [text, flight]),
      events.map(({ text, flight }) => [text, flight]),
    )
    const [begin, inserted, , failed] = events
    assert.deepEqual(inserted?.parameters, [1, "a"])
    assert.ok((inserted?.duration ?? -1) >= 0)
    assert.equal(begin?.flight, inserted?.flight)
    assert.equal(inserted?.connection, 1)
    assert.ok(failed?.error instanceof UniqueViolationError)
    assert.equal(events[6]?.rows?.length, 1)
  })

  test("stop when nobody listens any more", async () => {
    await using engine = await engineOn(database)
    const seen: StatementEvent[] = []
    const stop = engine.events.on("statement", (event) => seen.push(event))
    await engine.begin(async (connection) => void (await connection.run(pure("select 1"))))
    const before = seen.length
    stop()
    await engine.begin(async (connection) => void (await connection.run(pure("select 1"))))
    assert.equal(before, 3)
    assert.equal(seen.length, before)
  })

  test("do not let a listener's error reach the statement", async () => {
    await using engine = await engineOn(database)
    const warned = new Promise<Error>((resolve) => process.once("warning", resolve))
    engine.events.on("statement", () => {
      throw new RangeError("the listener is broken")
    })
    await using connection = await engine.connect()
    assert.equal((await connection.run(pure("select 1"))).rowCount, 1)
    assert.match((await warned).message, /the listener is broken/)
  })
})

forEachDatabase("echo", (database) => {
  test("gives each statement to a function as a line, with its parameters, duration and rows", async () => {
    const lines: string[] = []
    await using engine = await engineOn(database, { echo: (line) => lines.push(line) })
    await using connection = await engine.connect()
    const text = `select ${parameter(database, 1)} || ${parameter(database, 2)}`
    await connection.run(pure(text.replaceAll(/(\$\d)/g, "$1::text"), "x".repeat(200), "b"))
    await assert.rejects(connection.run(pure("select * from nowhere")))
    assert.equal(lines.length, 2)
    assert.match(lines[0] ?? "", /^\[rebis #1\] select .* \["x{79}… \(202 characters\), "b"\] \(\d+\.\d ms, 1 row\)$/)
    assert.match(lines[1] ?? "", /^\[rebis #1\] select \* from nowhere \(\d+\.\d ms, failed: .*nowhere.*\)$/)
  })

  test("hides parameters on request, also in errors", async () => {
    const lines: string[] = []
    await using engine = await engineOn(database, { echo: (line) => lines.push(line), hideParameters: true })
    const { events } = record(engine)
    await using connection = await engine.connect()
    await connection.exec(createItem)
    const insert = `insert into item (id, name) values (1, ${parameter(database, 1)})`
    await connection.run(write(insert, "confidential"))
    await assert.rejects(connection.run(write(insert, "confidential")), (error: Error) => {
      assert.ok(error instanceof UniqueViolationError)
      assert.equal(error.details.parameters, undefined)
      assert.ok(!inspect(error, { depth: 10 }).includes("confidential"))
      return true
    })
    assert.match(lines.at(-1) ?? "", /\[parameters hidden\]/)
    assert.ok(!JSON.stringify([lines, events]).includes("confidential"))
  })

  test("prints to the console, with rows and the pool's doings when it is to debug", async (context) => {
    const printed: string[] = []
    context.mock.method(console, "log", (line: string) => void printed.push(line))
    const url = await database.url()
    for (const echo of [false, true, "debug"] as const) {
      await using engine = createEngine(url, { echo })
      await engine.begin(async (connection) => void (await connection.run(pure("select 'seen'"))))
      await engine.dispose()
      const lines = printed.splice(0).map((line) => line.replace(/ \(.*\)$/, "").replace(/ in .* ms$/, ""))
      const begin = `[rebis #1] ${engine.dialect.begin({})}`
      const statements = [begin, "[rebis #1] select 'seen'", "[rebis #1] commit"]
      if (echo === false) assert.deepEqual(lines, [])
      else if (echo === true) assert.deepEqual(lines, statements)
      else {
        const [opening, closing] = [
          ["[rebis #1] connected", "[rebis #1] checked out"],
          ["[rebis #1] checked in", "[rebis #1] closed"],
        ]
        assert.deepEqual(lines, [...opening, begin, "[rebis #1] select 'seen'", '  ["seen"]', "[rebis #1] commit", ...closing])
      }
    }
  })
})
