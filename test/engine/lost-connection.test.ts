import assert from "node:assert/strict"
import { createConnection, createServer, type Server, type Socket } from "node:net"
import { test } from "node:test"
import { setTimeout as delay } from "node:timers/promises"
import {
  CommitOutcomeUnknownError,
  DatabaseError,
  DisconnectedError,
  TransactionAbortedError,
  UnreachableError,
} from "../../src/errors/index.ts"
import { createEngine } from "../../src/drivers/index.ts"
import type { Connection, Engine } from "../../src/engine/index.ts"
import { onDatabases } from "../support/databases.ts"
import { createItem, items, processOf, pure, record, statement, write } from "./support.ts"

/** Ends every other session of the database, as an administrator or a restart of the server does. */
async function terminateOthers(admin: Connection): Promise<void> {
  await admin.exec(
    "select pg_terminate_backend(pid, 1000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
  )
}

async function terminate(admin: Connection, process: number): Promise<void> {
  await admin.exec("select pg_terminate_backend($1::int, 1000)", [process])
}

/** A statement that the server works on for a while, seen from a second connection. */
async function whenActive(admin: Connection, process: number): Promise<void> {
  for (;;) {
    const { rows } = await admin.exec(
      "select 1 from pg_stat_activity where pid = $1::int and state = 'active' and wait_event = 'PgSleep'",
      [process],
    )
    if (rows.length > 0) return
    await delay(5)
  }
}

/** A TCP relay in front of the server that can be made to fall silent, as a network does. */
class Relay implements AsyncDisposable {
  silent = false
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server) {
    this.#server = server
  }

  static async to(url: string): Promise<readonly [relay: Relay, url: string]> {
    const target = new URL(url)
    const { hostname, port } = target
    const server = createServer()
    const relay = new Relay(server)
    server.on("connection", (near) => {
      const far = createConnection(Number(port), hostname)
      relay.#join(near, far)
      relay.#join(far, near)
    })
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    const address = server.address()
    assert.ok(address !== null && typeof address === "object")
    target.port = String(address.port)
    return [relay, target.href]
  }

  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from)
    from.on("data", (data) => this.silent || to.write(data))
    from.on("error", () => to.destroy())
    from.on("close", () => to.destroy())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

onDatabases(["postgresql"], "when the server ends sessions", (database) => {
  /** An engine, and an administrator's connection to the same database that is not part of it. */
  async function setUp(options: Parameters<typeof createEngine>[1] = {}): Promise<{ engine: Engine; admin: Connection } & AsyncDisposable> {
    const url = await database.url()
    const administration = createEngine(url)
    const admin = await administration.connect()
    await admin.exec(createItem)
    const engine = createEngine(url, options)
    return {
      engine,
      admin,
      async [Symbol.asyncDispose]() {
        await admin.release()
        await engine.dispose()
        await administration.dispose()
      },
    }
  }

  test("between two requests, no request fails", async () => {
    await using both = await setUp({ poolSize: 4 })
    const { engine, admin } = both
    const request = (id: number) =>
      engine.begin(async (connection) => {
        await connection.run(write("insert into item (id) values ($1)", id))
        await connection.run(pure("select name from item where id = $1", id))
      })
    let id = 0
    for (let round = 0; round < 5; round++) {
      await Promise.all(Array.from({ length: 4 }, () => request(++id)))
      await terminateOthers(admin)
      // With and without time for the news to arrive.
      if (round % 2 === 0) await delay(20)
    }
    await Promise.all(Array.from({ length: 4 }, () => request(++id)))
    assert.equal((await items(admin)).length, id)
  })

  test("a read is run again on a new connection, which the caller does not notice", async () => {
    await using both = await setUp()
    const { engine, admin } = both
    await using connection = await engine.connect()
    const first = await processOf(connection)
    // The connection waits inside the statement when it is cut.
    const reading = connection.run(pure("select pg_backend_pid(), pg_sleep(0.3)"))
    await whenActive(admin, first)
    await terminate(admin, first)
    const { rows } = await reading
    assert.notEqual(Number(rows[0]?.[0]), first)
  })

  test("reads of one flight are run again too", async () => {
    await using both = await setUp()
    const { engine, admin } = both
    await using connection = await engine.connect()
    const first = await processOf(connection)
    const reading = connection.runAll([pure("select 1"), pure("select pg_sleep(0.3)")])
    await whenActive(admin, first)
    await terminate(admin, first)
    assert.equal((await reading).length, 2)
  })

  test("a write outside a transaction is not run again", async () => {
    await using both = await setUp()
    const { engine, admin } = both
    await using connection = await engine.connect()
    const first = await processOf(connection)
    const { flights } = record(engine)
    const writing = connection.run(write("insert into item select 1, pg_sleep(0.3)::text"))
    writing.catch(() => {})
    await whenActive(admin, first)
    await terminate(admin, first)
    await assert.rejects(writing, DisconnectedError)
    assert.deepEqual(flights, [["insert into item select 1, pg_sleep(0.3)::text!"]])
    assert.deepEqual(await items(connection), [])
  })

  test("the first statement of a transaction is begun again, since nothing of it can have lasted", async () => {
    await using both = await setUp()
    const { engine, admin } = both
    await using connection = await engine.connect()
    const first = await processOf(connection)
    const { flights } = record(engine)
    connection.begin()
    const writing = connection.run(write("insert into item select 1, pg_sleep(0.3)::text"))
    await whenActive(admin, first)
    await terminate(admin, first)
    await writing
    await connection.commit()
    assert.equal(flights.length, 3)
    assert.deepEqual(await items(connection), [1])
  })

  test("text of unknown effect is not run again, nor anything after it that may depend on it", async () => {
    await using both = await setUp()
    const { engine, admin } = both
    await using connection = await engine.connect()
    await connection.exec("set application_name = 'mine'")
    await terminate(admin, await processOf(connection))
    await assert.rejects(connection.run(pure("select current_setting('application_name')")), DisconnectedError)
    assert.equal((await connection.run(pure("select 1"))).rowCount, 1)
    await using other = await engine.connect()
    const process = await processOf(other)
    const running = other.exec("select pg_sleep(0.3)")
    running.catch(() => {})
    await whenActive(admin, process)
    await terminate(admin, process)
    await assert.rejects(running, DisconnectedError)
  })

  test("in the middle of a transaction, it is unusable until it is rolled back, and the connection is then another", async () => {
    await using both = await setUp()
    const { engine, admin } = both
    await using connection = await engine.connect()
    connection.begin()
    await connection.run(write("insert into item (id) values (1)"))
    const { flights } = record(engine)
    await terminate(admin, await processOf(connection))
    await assert.rejects(connection.run(write("insert into item (id) values (2)")), DisconnectedError)
    assert.equal(connection.transactionFailed, true)
    await assert.rejects(connection.run(pure("select 1")), TransactionAbortedError)
    await assert.rejects(connection.rollbackToSavepoint("none"))
    await connection.rollback()
    // Nothing was sent to end what had ended.
    assert.ok(!flights.flat().includes("rollback"))
    connection.begin()
    await connection.run(write("insert into item (id) values (3)"))
    await connection.commit()
    assert.deepEqual(await items(connection), [3])
  })

  test("before a commit, the error says that nothing was stored", async () => {
    await using both = await setUp()
    const { engine, admin } = both
    await using connection = await engine.connect()
    connection.begin()
    await connection.run(write("insert into item (id) values (1)"))
    await terminate(admin, await processOf(connection))
    await delay(20)
    await assert.rejects(connection.commit(), DisconnectedError)
    assert.equal(connection.inTransaction, false)
    assert.deepEqual(await items(admin), [])
  })

  test("during COMMIT, the outcome is said to be unknown", async () => {
    await using both = await setUp()
    const { engine, admin } = both
    await admin.exec(`
      create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(0.5); return null; end $$;
      create constraint trigger slow after insert on item deferrable initially deferred for each row execute function slow()`)
    for (const last of [[], [write("insert into item (id) values (2)")]]) {
      await using connection = await engine.connect()
      const process = await processOf(connection)
      connection.begin()
      if (last.length === 0) await connection.run(write("insert into item (id) values (1)"))
      const committing = connection.commit(last)
      committing.catch(() => {})
      await whenActive(admin, process)
      await terminate(admin, process)
      await assert.rejects(committing, (error: Error) => {
        assert.ok(error instanceof CommitOutcomeUnknownError)
        assert.ok(error.cause instanceof DisconnectedError)
        return true
      })
      assert.equal(connection.inTransaction, false)
    }
    assert.deepEqual(await items(admin), [])
  })

  test("a failing rollback does not mask the error that led to it", async () => {
    await using both = await setUp()
    const { engine, admin } = both
    const failure = new Error("the work failed")
    await assert.rejects(
      engine.begin(async (connection) => {
        await connection.run(write("insert into item (id) values (1)"))
        await terminate(admin, await processOf(connection))
        throw failure
      }),
      (error) => error === failure,
    )
    assert.equal(engine.poolStatus.inUse, 0)
    assert.deepEqual(await items(admin), [])
  })

  test("a stream ends with an error", async () => {
    await using both = await setUp()
    const { engine, admin } = both
    await using connection = await engine.connect()
    const process = await processOf(connection)
    let chunks = 0
    await assert.rejects(async () => {
      for await (const _chunk of connection.stream(pure("select * from generate_series(1, 100)"), 10)) {
        if (++chunks === 2) await terminate(admin, process)
      }
    }, DisconnectedError)
    assert.equal(chunks, 2)
    assert.equal((await connection.run(pure("select 1"))).rowCount, 1)
  })

  test("every pooled connection of the same age is given up at the first that is found dead, and newer ones are not", async () => {
    await using both = await setUp({ poolSize: 3 })
    const { engine, admin } = both
    const three = await Promise.all([engine.connect(), engine.connect(), engine.connect()])
    const invalidated: number[] = []
    engine.events.on("invalidate", ({ connection }) => invalidated.push(connection))
    const [first, second] = three
    for (const connection of [first, second]) {
      connection.begin()
      await connection.run(pure("select 1"))
    }
    for (const connection of [first, second]) await terminate(admin, await processOf(connection))
    await assert.rejects(first.run(pure("select 1")), DisconnectedError)
    await first.rollback()
    const fresh = await processOf(first)
    await first.release()
    // Of the lost generation: this loss must not cost the new connection.
    await assert.rejects(second.run(pure("select 1")), DisconnectedError)
    await second.release()
    await three[2].release()
    assert.deepEqual(invalidated.length, 1)
    assert.equal(engine.poolStatus.idle, 1)
    await using next = await engine.connect()
    assert.equal(await processOf(next), fresh)
  })

  test("while 16 callers work, only those that had begun to write may fail", async () => {
    await using both = await setUp()
    const { engine, admin } = both
    const [rounds, writers, kills] = [40, 8, 3]
    let done = 0
    let failed = 0
    const reader = async () => {
      for (let round = 0; round < rounds; round++, done++) {
        await using connection = await engine.connect()
        await connection.run(pure("select count(*) from item"))
        await connection.run(pure("select max(id) from item"))
      }
    }
    const writer = async (first: number) => {
      for (let round = 0; round < rounds; round++, done++) {
        const unit = engine.begin(async (connection) => {
          await connection.run(write("insert into item (id) values ($1)", first + round))
          await connection.run(pure("select name from item where id = $1", first + round))
        })
        await unit.catch((error: unknown) => {
          assert.ok(error instanceof DisconnectedError || error instanceof CommitOutcomeUnknownError, String(error))
          failed++
        })
      }
    }
    const work = Promise.all([...Array.from({ length: 8 }, reader), ...Array.from({ length: writers }, (_, index) => writer(index * 1000))])
    for (let kill = 1; kill <= kills; kill++) {
      while (done < (kill * 16 * rounds) / (kills + 1)) await delay(1)
      await terminateOthers(admin)
    }
    await work
    assert.ok(failed <= kills * writers, `${failed} writes failed`)
  })
})

onDatabases(["postgresql"], "a connection that has been idle", (database) => {
  test("is tested in one round trip, and replaced with all of its age when it does not answer", async () => {
    const [relay, url] = await Relay.to(await database.url())
    await using _relay = relay
    await using engine = createEngine(url, { poolPrePingAfter: 30 })
    const [one, two] = await Promise.all([engine.connect(), engine.connect()])
    await one.release()
    await two.release()
    const connects: number[] = []
    engine.events.on("connect", ({ connection }) => connects.push(connection))
    await delay(60)
    await using alive = await engine.connect()
    assert.deepEqual(connects, [])
    await alive.release()
    assert.equal(engine.poolStatus.idle, 2)
    await using admin = createEngine(url)
    await using administrator = await admin.connect()
    await terminateOthers(administrator)
    await delay(60)
    await using replaced = await engine.connect()
    assert.equal((await replaced.run(statement("unknown", "select 1"))).rowCount, 1)
    assert.equal(engine.poolStatus.idle, 0)
  })

  test("and whose network has fallen silent is replaced", async () => {
    const [relay, url] = await Relay.to(await database.url())
    await using _relay = relay
    await using engine = createEngine(url, { poolPrePingAfter: 0, connectTimeout: 2000 })
    const connection = await engine.connect()
    await connection.release()
    relay.silent = true
    const next = engine.connect()
    await delay(100)
    relay.silent = false
    await using replaced = await next
    assert.equal((await replaced.run(pure("select 1"))).rowCount, 1)
  })

  test("is not tested when it is used again at once", async () => {
    await using engine = createEngine(await database.url(), { poolPrePingAfter: 10_000 })
    const connection = await engine.connect()
    await connection.release()
    const start = engine.connect()
    assert.equal(engine.poolStatus.inUse, 1)
    await (await start).release()
  })

  test("fails cleanly when the server stays down", async () => {
    const [relay, url] = await Relay.to(await database.url())
    await using engine = createEngine(url, { poolPrePingAfter: 0 })
    const connection = await engine.connect()
    await connection.release()
    await relay[Symbol.asyncDispose]()
    await delay(20)
    await assert.rejects(engine.connect(), UnreachableError)
    assert.deepEqual(engine.poolStatus, { idle: 0, inUse: 0, connecting: 0, waiting: 0, limit: 15 })
  })
})

onDatabases(["postgresql"], "a connection that cannot be opened", (database) => {
  test("gives its place back", async () => {
    const [relay, url] = await Relay.to(await database.url())
    await using engine = createEngine(url, { poolSize: 1, maxOverflow: 1, connectTimeout: 600 })
    relay.silent = true
    await Promise.all([1, 2, 3].map(async () => await assert.rejects(engine.connect(), UnreachableError)))
    assert.equal(engine.poolStatus.connecting, 0)
    relay.silent = false
    const both = await Promise.all([engine.connect(), engine.connect()])
    for (const connection of both) await connection.release()
    await engine.dispose()
    await relay[Symbol.asyncDispose]()
  })

  test("because it hangs does not hold up the others", async () => {
    const [relay, url] = await Relay.to(await database.url())
    await using _relay = relay
    await using engine = createEngine(url, { poolSize: 2, maxOverflow: 0, connectTimeout: 10_000 })
    relay.silent = true
    const hanging = engine.connect()
    await delay(20)
    relay.silent = false
    // Whoever came first gets the connection that opens, and passes it on.
    const second = engine.connect()
    await (await hanging).release()
    await (await second).release()
    assert.equal(engine.poolStatus.connecting, 1)
  })

  test("because the server is not there is said with the caller's line and without the password", async () => {
    await using engine = createEngine("postgresql://someone:hushhush@127.0.0.1:1/none")
    async function theCaller() {
      await engine.begin(async (connection) => void (await connection.run(pure("select 1"))))
    }
    await assert.rejects(theCaller(), (error: Error) => {
      assert.ok(error instanceof UnreachableError)
      assert.ok(!(error instanceof DatabaseError))
      assert.match(error.message, /127\.0\.0\.1:1/)
      assert.match(error.stack ?? "", /theCaller/)
      return true
    })
  })
})
