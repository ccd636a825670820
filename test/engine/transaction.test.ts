import assert from "node:assert/strict"
import { test } from "node:test"
import {
  ConcurrentUseError,
  ConnectionClosedError,
  DatabaseError,
  ForeignKeyViolationError,
  TransactionAbortedError,
  TransactionStateError,
  UniqueViolationError,
} from "../../src/errors/index.ts"
import { forEachDatabase, onDatabases, unless } from "../support/databases.ts"
import { createItem, engineOn, items, pure, record, write } from "./support.ts"

forEachDatabase("a transaction", (database) => {
  test("sends BEGIN with its first statement and its last statements with COMMIT", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    await connection.exec(createItem)
    const { flights } = record(engine)
    const begin = engine.dialect.begin({})
    connection.begin()
    await connection.run(write("insert into item (id) values (1)"))
    const results = await connection.commit([
      write("insert into item (id) values (2)"),
      write("insert into item (id) values (3) returning id"),
    ])
    assert.deepEqual(flights, [
      [begin, "insert into item (id) values (1)"],
      ["insert into item (id) values (2)", "insert into item (id) values (3) returning id", "commit"],
    ])
    assert.deepEqual(
      results.map(({ rowCount, rows }) => [rowCount, rows.map(([id]) => Number(id))]),
      [
        [1, []],
        [1, [3]],
      ],
    )
    assert.deepEqual(await items(connection), [1, 2, 3])
  })

  test("is one round trip when all its statements come with the commit", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    await connection.exec(createItem)
    const { flights } = record(engine)
    connection.begin()
    await connection.commit([write("insert into item (id) values (1)")])
    assert.deepEqual(flights, [[engine.dialect.begin({}), "insert into item (id) values (1)", "commit"]])
  })

  test("sends nothing when it has no statement", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    const { flights } = record(engine)
    connection.begin()
    await connection.commit()
    connection.begin()
    connection.savepoint("a")
    await connection.rollbackToSavepoint("a")
    connection.releaseSavepoint("a")
    await connection.rollback()
    await engine.begin(async () => {})
    assert.deepEqual(flights, [])
  })

  test("undoes its statements when it is rolled back", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    await connection.exec(createItem)
    connection.begin()
    await connection.run(write("insert into item (id) values (1)"))
    assert.deepEqual(await items(connection), [1])
    await connection.rollback()
    assert.deepEqual(await items(connection), [])
  })

  test("is rolled back when its connection is released with it open", async () => {
    await using engine = await engineOn(database)
    await using first = await engine.connect()
    await first.exec(createItem)
    first.begin()
    await first.run(write("insert into item (id) values (1)"))
    await first.release()
    await using second = await engine.connect()
    assert.equal(second.inTransaction, false)
    assert.deepEqual(await items(second), [])
  })

  test("that was begun by text is rolled back when its connection is released", async () => {
    await using engine = await engineOn(database)
    await using first = await engine.connect()
    await first.exec(createItem)
    await first.exec("begin")
    await first.run(write("insert into item (id) values (1)"))
    await first.release()
    await using second = await engine.connect()
    assert.deepEqual(await items(second), [])
  })

  test("commits what a function did, and rolls back when it throws", async () => {
    await using engine = await engineOn(database)
    await engine.begin(async (connection) => await connection.exec(createItem))
    const result = await engine.begin(async (connection) => {
      await connection.run(write("insert into item (id) values (1)"))
      return "done"
    })
    assert.equal(result, "done")
    const failure = new Error("no")
    await assert.rejects(
      engine.begin(async (connection) => {
        await connection.run(write("insert into item (id) values (2)"))
        throw failure
      }),
      (error) => error === failure,
    )
    await using connection = await engine.connect()
    assert.deepEqual(await items(connection), [1])
  })

  test("whose function leaves a statement running is rolled back, and the function's error is kept", async () => {
    await using engine = await engineOn(database)
    await engine.begin(async (connection) => void (await connection.exec(createItem)))
    const failure = new Error("the work failed")
    const floating: Promise<unknown>[] = []
    await assert.rejects(
      engine.begin(async (connection) => {
        floating.push(connection.run(write("insert into item (id) values (1)")).catch(() => undefined))
        throw failure
      }),
      (error) => error === failure,
    )
    await assert.rejects(
      engine.begin(async (connection) => {
        await connection.run(write("insert into item (id) values (2)"))
        floating.push(connection.run(write("insert into item (id) values (3)")).catch(() => undefined))
      }),
      ConcurrentUseError,
    )
    await Promise.all(floating)
    await using connection = await engine.connect()
    assert.deepEqual(await items(connection), [])
    assert.equal(engine.poolStatus.inUse, 1)
  })

  test("reports the error of a last statement, and is over and rolled back then", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    await connection.exec(createItem)
    connection.begin()
    await connection.run(write("insert into item (id) values (1)"))
    const { flights } = record(engine)
    await assert.rejects(
      connection.commit([
        write("insert into item (id) values (2)"),
        write("insert into item (id) values (1)"),
        write("insert into item (id) values (3)"),
      ]),
      UniqueViolationError,
    )
    assert.deepEqual(flights, [["insert into item (id) values (2)", "insert into item (id) values (1)!"], ["rollback"]])
    assert.equal(connection.inTransaction, false)
    assert.deepEqual(await items(connection), [])
  })

  test(
    "ends and reports the error when COMMIT itself fails",
    unless(database, "deferrableConstraints", "the check is deferred to COMMIT"),
    async () => {
      await using engine = await engineOn(database)
      await using connection = await engine.connect()
      await connection.exec(createItem)
      await connection.exec(
        "create table part (id integer primary key, item_id integer references item (id) deferrable initially deferred)",
      )
      connection.begin()
      await connection.run(write("insert into part (id, item_id) values (1, 99)"))
      await assert.rejects(connection.commit(), ForeignKeyViolationError)
      assert.equal(connection.inTransaction, false)
      connection.begin()
      await connection.run(write("insert into item (id) values (1)"))
      await connection.commit()
      assert.deepEqual(await items(connection), [1])
    },
  )

  test("cannot be begun twice, nor ended, nested or undone where there is none", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    await assert.rejects(connection.commit(), TransactionStateError)
    await assert.rejects(connection.rollback(), TransactionStateError)
    assert.throws(() => connection.savepoint("a"), TransactionStateError)
    connection.begin()
    assert.throws(() => connection.begin(), TransactionStateError)
    await assert.rejects(connection.rollbackToSavepoint("a"), TransactionStateError)
    assert.throws(() => connection.releaseSavepoint("a"), TransactionStateError)
  })
})

forEachDatabase("savepoints", (database) => {
  test("undo what was done since, and keep what was done before", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    await connection.exec(createItem)
    connection.begin()
    await connection.run(write("insert into item (id) values (1)"))
    connection.savepoint("a")
    await connection.run(write("insert into item (id) values (2)"))
    connection.savepoint("b")
    await connection.run(write("insert into item (id) values (3)"))
    await connection.rollbackToSavepoint("a")
    assert.deepEqual(await items(connection), [1])
    await connection.run(write("insert into item (id) values (4)"))
    connection.releaseSavepoint("a")
    await connection.commit()
    assert.deepEqual(await items(connection), [1, 4])
  })

  test("travel with the next statement, and not at all when nothing follows", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    await connection.exec(createItem)
    connection.begin()
    await connection.run(write("insert into item (id) values (1)"))
    const { flights } = record(engine)
    connection.savepoint("unused")
    connection.releaseSavepoint("unused")
    connection.savepoint("a")
    connection.savepoint("nested")
    connection.releaseSavepoint("nested")
    await connection.run(write("insert into item (id) values (2)"))
    connection.releaseSavepoint("a")
    connection.savepoint("b")
    await connection.commit([write("insert into item (id) values (3)")])
    assert.deepEqual(flights, [
      ['savepoint "a"', "insert into item (id) values (2)"],
      ["insert into item (id) values (3)", "commit"],
    ])
  })

  test("leave the transaction usable after a violation", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    await connection.exec(createItem)
    connection.begin()
    await connection.run(write("insert into item (id) values (1)"))
    connection.savepoint("a")
    await assert.rejects(connection.run(write("insert into item (id) values (1)")), UniqueViolationError)
    await connection.rollbackToSavepoint("a")
    assert.equal(connection.transactionFailed, false)
    await connection.run(write("insert into item (id) values (2)"))
    await connection.commit()
    assert.deepEqual(await items(connection), [1, 2])
  })

  test("of one name hide each other, and a name can hold anything", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    await connection.exec(createItem)
    const name = 'a "b" ; drop'
    connection.begin()
    connection.savepoint(name)
    await connection.run(write("insert into item (id) values (1)"))
    connection.savepoint(name)
    await connection.run(write("insert into item (id) values (2)"))
    await connection.rollbackToSavepoint(name)
    connection.releaseSavepoint(name)
    assert.deepEqual(await items(connection), [1])
    await connection.rollbackToSavepoint(name)
    assert.deepEqual(await items(connection), [])
    await connection.rollback()
  })

  test("that are gone on the server do not keep the transaction from being rolled back", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    await connection.exec(createItem)
    connection.begin()
    connection.savepoint("a")
    await connection.run(write("insert into item (id) values (1)"))
    await connection.exec('release savepoint "a"')
    await assert.rejects(connection.rollbackToSavepoint("a"), DatabaseError)
    await connection.rollback()
    assert.deepEqual(await items(connection), [])
  })
})

forEachDatabase("a connection", (database) => {
  test("refuses a second statement while one runs, and goes on with the first", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    const first = connection.run(pure("select 1"))
    await assert.rejects(connection.run(pure("select 2")), ConcurrentUseError)
    assert.equal((await first).rowCount, 1)
    assert.equal((await connection.run(pure("select 2"))).rowCount, 1)
  })

  test("cannot be used after it was released", async () => {
    await using engine = await engineOn(database)
    const connection = await engine.connect()
    await connection.release()
    await connection.release()
    await assert.rejects(connection.run(pure("select 1")), ConnectionClosedError)
    await assert.rejects(connection.exec("select 1"), ConnectionClosedError)
    assert.throws(() => connection.begin(), ConnectionClosedError)
  })

  test("that is released while a statement runs is not given to anyone else", async () => {
    await using engine = await engineOn(database)
    const connection = await engine.connect()
    const running = connection.run(pure("select 1")).catch(() => undefined)
    await assert.rejects(connection.release(), ConcurrentUseError)
    await running
    assert.equal(engine.poolStatus.inUse, 0)
    await using next = await engine.connect()
    assert.equal((await next.run(pure("select 1"))).rowCount, 1)
  })

  test("that is released while it waits for the pool takes nothing from it", async () => {
    await using engine = await engineOn(database, { poolSize: 1, maxOverflow: 0 })
    await using first = await engine.connect()
    const second = engine.connection()
    const waiting = assert.rejects(second.run(pure("select 1")), ConnectionClosedError)
    await assert.rejects(second.release(), ConcurrentUseError)
    await first.release()
    await waiting
    assert.equal(engine.poolStatus.inUse, 0)
    assert.equal(engine.poolStatus.idle, 1)
  })

  test("runs statements together, and outside a transaction all of them or none", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    await connection.exec(createItem)
    const { flights } = record(engine)
    const [, selected] = await connection.runAll([write("insert into item (id) values (1)"), pure("select id from item")])
    assert.equal(Number(selected?.rows[0]?.[0]), 1)
    await connection.runAll([pure("select 1"), pure("select 2")])
    assert.deepEqual(flights, [
      [engine.dialect.begin({}), "insert into item (id) values (1)", "select id from item", "commit"],
      ["select 1", "select 2"],
    ])
    await assert.rejects(
      connection.runAll([write("insert into item (id) values (2)"), write("insert into item (id) values (1)")]),
      UniqueViolationError,
    )
    assert.deepEqual(await items(connection), [1])
    assert.deepEqual(await connection.runAll([]), [])
  })

  test("runs a text of several statements", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    connection.begin()
    await connection.exec(`${createItem}; insert into item (id) values (1);\ninsert into item (id) values (2);\n`)
    await connection.commit()
    assert.deepEqual(await items(connection), [1, 2])
    await assert.rejects(connection.exec("insert into item (id) values (3); insert into nowhere values (1)"), DatabaseError)
  })

  test("shows the caller's line in the stack of an error", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    async function theCaller() {
      await connection.run(pure("select * from nowhere"))
    }
    await assert.rejects(theCaller(), (error: Error) => {
      assert.ok(error instanceof DatabaseError)
      assert.match(error.stack ?? "", /theCaller/)
      assert.match(error.message, /nowhere/)
      assert.equal(error.details.statement, "select * from nowhere")
      assert.notEqual(error.cause, undefined)
      return true
    })
  })
})

onDatabases(["postgresql", "pglite"], "a failed transaction", (database) => {
  test("says so, and COMMIT says that nothing was stored", async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    await connection.exec(createItem)
    connection.begin()
    await connection.run(write("insert into item (id) values (1)"))
    await assert.rejects(connection.run(write("insert into item (id) values (1)")), UniqueViolationError)
    assert.equal(connection.transactionFailed, true)
    await assert.rejects(connection.run(pure("select 1")), TransactionAbortedError)
    await assert.rejects(connection.commit(), TransactionAbortedError)
    assert.equal(connection.inTransaction, false)
    assert.deepEqual(await items(connection), [])
  })

  test("has its isolation level and access mode to itself", async () => {
    await using engine = await engineOn(database, { poolSize: 1, maxOverflow: 0 })
    const level = async (options?: Parameters<typeof engine.begin>[1]) =>
      await engine.begin(async (connection) => {
        const { rows } = await connection.run(
          pure(
            "select current_setting('transaction_isolation'), current_setting('transaction_read_only'), current_setting('transaction_deferrable')",
          ),
        )
        return rows[0]
      }, options)
    assert.deepEqual(await level({ isolation: "serializable", readOnly: true, deferrable: true }), ["serializable", "on", "on"])
    assert.deepEqual(await level(), ["read committed", "off", "off"])
    assert.deepEqual(await level({ isolation: "repeatable read" }), ["repeatable read", "off", "off"])
  })
})
