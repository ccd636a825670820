import assert from "node:assert/strict"
import { test } from "node:test"
import { setTimeout as delay } from "node:timers/promises"
import { ArgumentError, DataError, DatabaseError } from "../../src/errors/index.ts"
import { createEngine } from "../../src/drivers/index.ts"
import { onDatabases } from "../support/databases.ts"
import { createItem, engineOn, items, parameter, pure, record, statement, write } from "../engine/support.ts"

onDatabases(["postgresql", "pglite"], "a PostgreSQL session", (database) => {
  test("answers in the text forms that the codecs read, whatever the database's settings are", async () => {
    const url = await database.url()
    {
      await using engine = createEngine(url)
      await using connection = await engine.connect()
      const { rows } = await connection.run(pure("select current_database()"))
      const name = String(rows[0]?.[0])
      for (const setting of [
        "DateStyle = 'SQL, DMY'",
        "TimeZone = 'Asia/Tokyo'",
        "IntervalStyle = 'iso_8601'",
        "bytea_output = 'escape'",
        "extra_float_digits = 0",
      ]) {
        await connection.exec(`alter database "${name}" set ${setting}`)
      }
    }
    await using engine = createEngine(url)
    await using connection = await engine.connect()
    const text =
      "select timestamptz '2025-12-27 10:00:00+02', date '2025-01-02', interval '1 month 2 days 03:04:05.6', '\\xff00'::bytea, 0.1::float8 + 0.2, 9007199254740993, array[1,2]"
    const { rows } = await connection.run(pure(text))
    assert.deepEqual(rows, [
      ["2025-12-27 08:00:00+00", "2025-01-02", "1 mon 2 days 03:04:05.6", "\\xff00", "0.30000000000000004", "9007199254740993", "{1,2}"],
    ])
  })

  test("takes an empty text", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    for (const text of ["", "-- nothing", ";"]) assert.deepEqual((await connection.exec(text)).rows, [])
    assert.equal((await connection.run(pure("select 1"))).rowCount, 1)
  })

  test("refuses a parameter that is no primitive before anything is sent", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    const { flights } = record(engine)
    for (const value of [undefined, new Date(), { a: 1 }, ["a"], () => 1]) {
      await assert.rejects(
        connection.exec("select $1::text", [value]),
        (error) => error instanceof ArgumentError && /\$1/.test(error.message),
      )
    }
    assert.ok(flights.every(([text]) => text?.endsWith("!")))
    assert.deepEqual((await connection.exec("select $1::text, $2::text", ["a", null])).rows, [["a", null]])
  })

  test("keeps an error apart from the statements of its flight that came before", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    await connection.exec(createItem)
    const { events } = record(engine)
    connection.begin()
    const flight = [write("insert into item (id) values (1)"), pure("select 1 / 0"), write("insert into item (id) values (2)")]
    await assert.rejects(connection.runAll(flight), (error) => error instanceof DataError && error.details.statement === "select 1 / 0")
    assert.deepEqual(
      events.map(({ text, error }) => [text, error === undefined]),
      [
        ["begin", true],
        ["insert into item (id) values (1)", true],
        ["select 1 / 0", false],
      ],
    )
    await connection.rollback()
  })

  test("carries large values and many rows", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    const large = "ü".repeat(1_000_000)
    const { rows } = await connection.run(statement("pure", "select $1::text, i from generate_series(1, 3) as i", large))
    assert.deepEqual(
      rows.map(([text, i]) => [text === large, i]),
      [
        [true, "1"],
        [true, "2"],
        [true, "3"],
      ],
    )
    assert.equal((await connection.run(pure("select i, i::text, null from generate_series(1, 50000) as i"))).rows.length, 50_000)
  })
})

onDatabases(["postgresql"], "a pg connection", (database) => {
  test("says whether its default isolation level lets reads go without a transaction", async () => {
    const url = await database.url()
    {
      await using engine = createEngine(url)
      await using connection = await engine.connect()
      assert.equal(connection.readsNeedNoTransaction, true)
      const { rows } = await connection.run(pure("select current_database()"))
      await connection.exec(`alter database "${String(rows[0]?.[0])}" set default_transaction_isolation = 'repeatable read'`)
    }
    await using engine = createEngine(url)
    await using connection = engine.connection()
    assert.equal(connection.readsNeedNoTransaction, false)
    await connection.run(pure("select 1"))
    assert.equal(connection.readsNeedNoTransaction, false)
  })

  test("refuses COPY FROM STDIN and goes on", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    await connection.exec(createItem)
    await assert.rejects(connection.exec("copy item from stdin"), DatabaseError)
    await assert.rejects(connection.exec("select 1; copy item from stdin"), DatabaseError)
    assert.equal((await connection.run(pure("select 1"))).rowCount, 1)
    assert.deepEqual(await items(connection), [])
    await connection.exec("copy item to stdout")
    assert.equal((await connection.run(pure("select 1"))).rowCount, 1)
  })

  test("is named in the server's activity, and takes options of its own", async () => {
    const url = new URL(await database.url())
    url.searchParams.set("application_name", "blog")
    url.searchParams.set("options", "-c search_path=pg_catalog")
    await using engine = createEngine(url, { connectArgs: { statement_timeout: 1234, options: "-c work_mem=2MB" } })
    await using connection = await engine.connect()
    const settings =
      "select current_setting('application_name'), current_setting('search_path'), current_setting('statement_timeout'), current_setting('work_mem'), current_setting('TimeZone')"
    assert.deepEqual((await connection.exec(settings)).rows, [["blog", "pg_catalog", "1234ms", "2MB", "UTC"]])
  })

  test("is closed on the server when the engine is disposed of", async () => {
    const url = await database.url()
    await using administration = createEngine(url)
    await using admin = await administration.connect()
    const others = async () =>
      (await admin.exec("select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()")).rowCount
    const engine = createEngine(url)
    const connections = await Promise.all([engine.connect(), engine.connect(), engine.connect()])
    assert.equal(await others(), 3)
    for (const connection of connections) await connection.release()
    await engine.dispose()
    for (let attempt = 0; attempt < 50 && (await others()) > 0; attempt++) await delay(20)
    assert.equal(await others(), 0)
  })

  test("is not closed while it is idle, and its loss while it is idle ends nothing", async () => {
    const url = await database.url()
    await using administration = createEngine(url)
    await using admin = await administration.connect()
    await using engine = createEngine(url)
    await (await engine.connect()).release()
    await admin.exec(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
    )
    await delay(50)
    await using connection = await engine.connect()
    assert.equal((await connection.exec(`select ${parameter(database, 1)}::int`, [1])).rowCount, 1)
  })
})
