/** What a request's session is, in any framework: one set of cases for each adapter, over real HTTP, on every database. */
import assert from "node:assert/strict"
import { before, beforeEach, describe, test } from "node:test"
import { setTimeout as delay } from "node:timers/promises"
import {
  ConcurrentUseError,
  count,
  currentSession,
  deleteFrom,
  type Engine,
  select,
  type Session,
  SessionClosedError,
  sessionmaker,
  sql,
  UniqueViolationError,
} from "../../src/index.ts"
import { forEachDatabase, type TestDatabase, unless } from "../support/databases.ts"
import type { Application, Framework, Handler, RunningApplication } from "./application.ts"
import { Account, Base, Membership } from "./models.ts"
import { onFastify } from "./on-fastify.ts"
import { onHono } from "./on-hono.ts"
import { idle, type Recorder, recorderOf, request } from "./requests.ts"
import { createTables } from "./tables.ts"

for (const framework of [onFastify, onHono]) {
  forEachDatabase(`a request's session with ${framework.name}`, (database) => cases(framework, database))
}

function cases(framework: Framework, database: TestDatabase): void {
  let engine: Engine
  let url: string
  let sessions: ReturnType<typeof sessionmaker>
  let recorder: Recorder

  before(async () => {
    url = await database.url()
    engine = await database.engine({ url })
    sessions = sessionmaker(engine)
    recorder = recorderOf(engine)
    await createTables(engine, Base.metadata)
  })
  beforeEach(async () => {
    await sessions.begin(async (db) => {
      await db.execute(deleteFrom(Membership).allRows())
      await db.execute(deleteFrom(Account).allRows())
    })
  })

  const serve = (routes: Application["routes"], options: Partial<Application> = {}): Promise<RunningApplication & AsyncDisposable> =>
    serving(framework, { sessions, routes, ...options })
  const stored = async (): Promise<string[]> => {
    await using db = sessions()
    return (await db.all(select(Account).orderBy(Account.c.email))).map(({ email }) => email)
  }

  describe("that succeeds", () => {
    test("is committed before the answer leaves", async () => {
      await using app = await serve({ "POST /accounts": add })
      const { status } = await request(`${app.url}/accounts`, "POST", { email: "ada" })
      assert.equal(status, 200)
      assert.deepEqual(await stored(), ["ada"])
    })

    test("has what the database generated in its answer", async () => {
      await using app = await serve({ "POST /accounts": add })
      const account = (await request(`${app.url}/accounts`, "POST", { email: "ada" })).json()
      assert.ok(Number.isInteger(account.id))
      assert.equal(account.balance, 0)
      assert.ok(Math.abs(Date.parse(account.createdAt) - Date.now()) < 60_000, account.createdAt)
    })

    test("is committed when its answer is text, empty or a redirect", async () => {
      const answers = { "/text": { text: "done" }, "/empty": { status: 204 }, "/found": { status: 303, headers: { location: "/text" } } }
      await using app = await serve(
        Object.fromEntries(Object.entries(answers).map(([path, answer]) => [`POST ${path}`, (exchange) => add(exchange).then(() => answer)])),
      )
      for (const path of ["text", "empty"]) await request(`${app.url}/${path}`, "POST", { email: path })
      await fetch(`${app.url}/found`, { method: "POST", redirect: "manual", body: '{"email":"found"}', headers: { "content-type": "application/json" } })
      assert.deepEqual(await stored(), ["empty", "found", "text"])
    })

    test("may commit earlier by itself, and what follows is committed with the answer", async () => {
      await using app = await serve({
        "POST /twice": async ({ db }) => {
          db.add(new Account({ email: "first" }))
          await db.commit()
          db.add(new Account({ email: "second" }))
          return { json: {} }
        },
        "POST /once": async ({ db }) => {
          db.add(new Account({ email: "third" }))
          await db.commit()
          db.add(new Account({ email: "fourth" }))
          throw framework.httpError(400)
        },
      })
      await request(`${app.url}/twice`, "POST")
      await request(`${app.url}/once`, "POST")
      assert.deepEqual(await stored(), ["first", "second", "third"])
    })

    test("runs what waits for the commit after it and before the answer leaves", async () => {
      const order: string[] = []
      await using app = await serve({
        "POST /accounts": async (exchange) => {
          exchange.db.afterCommit(async () => void order.push(`stored: ${(await stored()).join()}`))
          return add(exchange)
        },
        "POST /fail": async ({ db }) => {
          db.afterCommit(() => void order.push("never"))
          throw framework.httpError(400)
        },
      })
      await request(`${app.url}/accounts`, "POST", { email: "ada" })
      order.push("answered")
      await request(`${app.url}/fail`, "POST")
      assert.deepEqual(order, ["stored: ada", "answered"])
    })
  })

  describe("that fails", () => {
    test("is rolled back when its handler throws", async () => {
      await using app = await serve({
        "POST /throw": async ({ db }) => {
          db.add(new Account({ email: "ada" }))
          await db.flush()
          throw new TypeError("a defect")
        },
      })
      const { status } = await request(`${app.url}/throw`, "POST")
      assert.equal(status, 500)
      assert.deepEqual(await stored(), [])
    })

    for (const status of [400, 404, 500]) {
      test(`is rolled back when it answers ${status}`, async () => {
        await using app = await serve({ "POST /accounts": (exchange) => add(exchange).then(() => ({ status, json: { refused: true } })) })
        const answer = await request(`${app.url}/accounts`, "POST", { email: "ada" })
        assert.equal(answer.status, status)
        assert.deepEqual(answer.json(), { refused: true })
        assert.deepEqual(await stored(), [])
      })
    }

    test("is rolled back when an error with a status is thrown", async () => {
      await using app = await serve({
        "POST /accounts": async (exchange) => {
          await add(exchange)
          throw framework.httpError(404)
        },
      })
      assert.equal((await request(`${app.url}/accounts`, "POST", { email: "ada" })).status, 404)
      assert.deepEqual(await stored(), [])
    })

    test("commits the statuses that the application names, but nothing that threw", async () => {
      await using app = await serve(
        {
          "POST /missing": (exchange) => add(exchange).then(() => ({ status: 404, json: {} })),
          "POST /thrown": async (exchange) => {
            await add(exchange)
            throw framework.httpError(404)
          },
        },
        { commitOn: (status) => status < 500 },
      )
      await request(`${app.url}/missing`, "POST", { email: "ada" })
      await request(`${app.url}/thrown`, "POST", { email: "bob" })
      assert.deepEqual(await stored(), ["ada"])
    })

    test("is rolled back even when the application's error handler answers a success", async () => {
      await using app = await serve(
        {
          "POST /accounts": async (exchange) => {
            await add(exchange)
            throw new TypeError("a defect")
          },
        },
        { onError: () => ({ status: 200, json: { soothed: true } }) },
      )
      const answer = await request(`${app.url}/accounts`, "POST", { email: "ada" })
      assert.deepEqual([answer.status, answer.json()], [200, { soothed: true }])
      assert.deepEqual(await stored(), [])
    })
  })

  describe("whose commit or flush fails", () => {
    test("is answered with the error when COMMIT is refused", async () => {
      await using app = await serve({
        "POST /memberships": async ({ db }) => {
          db.add(new Account({ email: "ada" }))
          db.add(new Membership({ accountId: 4711, role: "owner" }))
          await db.flush()
          return { text: "stored" }
        },
      })
      const answer = await request(`${app.url}/memberships`, "POST")
      assert.equal(answer.status, 409)
      assert.match(answer.text, /REBIS_FOREIGN_KEY_VIOLATION/)
      assert.deepEqual(await stored(), [])
    })

    for (const [how, answer] of [
      ["before the answer is serialized", { json: {} }],
      ["with the commit, when nothing is serialized", { text: "stored" }],
    ] as const) {
      test(`is answered 409 for a key that is taken, found ${how}`, async () => {
        await using app = await serve({
          "POST /accounts": async ({ db, body }) => {
            db.add(new Account({ email: "before" }))
            db.add(new Account(body as { email: string }))
            return { ...answer, headers: { "x-success": "1" } }
          },
        })
        await sessions.begin(async (db) => void db.add(new Account({ email: "ada" })))
        const { status, text } = await request(`${app.url}/accounts`, "POST", { email: "ada" })
        assert.equal(status, 409)
        assert.match(text, /REBIS_UNIQUE_VIOLATION/)
        assert.deepEqual(await stored(), ["ada"])
      })
    }

    test("shows the error itself to the application's error handler, with the status at hand", async () => {
      const seen: unknown[] = []
      const onError = (error: unknown) => {
        seen.push(error)
        return { status: 418, json: { constraint: error instanceof UniqueViolationError ? error.columns : undefined } }
      }
      await using app = await serve({ "POST /accounts": (exchange) => add(exchange).then(() => ({ text: "stored" })) }, { onError })
      await sessions.begin(async (db) => void db.add(new Account({ email: "ada" })))
      const answer = await request(`${app.url}/accounts`, "POST", { email: "ada" })
      assert.deepEqual([answer.status, answer.json()], [418, { constraint: ["email"] }])
      assert.equal(seen.length, 1)
      assert.ok(seen[0] instanceof UniqueViolationError)
    })

    test("takes its status from the application's rule first", async () => {
      const errorStatus = (error: unknown) => (error instanceof UniqueViolationError ? 422 : undefined)
      await using app = await serve({ "POST /accounts": (exchange) => add(exchange).then(() => ({ text: "stored" })) }, { errorStatus })
      await sessions.begin(async (db) => void db.add(new Account({ email: "ada" })))
      assert.equal((await request(`${app.url}/accounts`, "POST", { email: "ada" })).status, 422)
    })

    test("is answered 422 for a value that a check refuses", async () => {
      await using app = await serve({ "POST /accounts": add })
      assert.equal((await request(`${app.url}/accounts`, "POST", { email: "ada", balance: -1 })).status, 422)
      assert.deepEqual(await stored(), [])
    })

    test("is answered 500 when a statement's error was swallowed", async () => {
      await using app = await serve({
        "POST /accounts": async (exchange) => {
          exchange.db.add(new Account({ email: "new" }))
          await exchange.db.flush()
          exchange.db.add(new Account({ email: "ada" }))
          await exchange.db.flush().catch(() => undefined)
          return { text: "all is well" }
        },
      })
      await sessions.begin(async (db) => void db.add(new Account({ email: "ada" })))
      assert.equal((await request(`${app.url}/accounts`, "POST")).status, 500)
      assert.deepEqual(await stored(), ["ada"])
    })
  })

  describe("is the same", () => {
    test("for a service however deep, after any wait", async () => {
      const service = async (): Promise<Session> => {
        await delay(5)
        await Promise.all([delay(1), delay(2)])
        return await new Promise((resolve) => setImmediate(() => resolve(currentSession())))
      }
      await using app = await serve({ "POST /same": async ({ db }) => ({ json: { same: (await service()) === db, now: currentSession() === db } }) })
      assert.deepEqual((await request(`${app.url}/same`, "POST", { large: "x".repeat(200_000) })).json(), { same: true, now: true })
    })

    test("for no one else: two requests at once have two", async () => {
      const both = barrier(2)
      const seen = new Set<Session>()
      await using app = await serve({
        "POST /accounts": async (exchange) => {
          seen.add(exchange.db)
          await both()
          assert.equal(currentSession(), exchange.db)
          if ((exchange.body as { email: string }).email === "bob") throw framework.httpError(400)
          return add(exchange)
        },
      })
      const statuses = await Promise.all(["ada", "bob"].map((email) => request(`${app.url}/accounts`, "POST", { email }).then(({ status }) => status)))
      assert.deepEqual(statuses, [200, 400])
      assert.equal(seen.size, 2)
      assert.deepEqual(await stored(), ["ada"])
    })
  })

  describe("that runs no statement", () => {
    test("sends nothing and takes no connection", async () => {
      await using app = await serve({
        "GET /health": async () => ({ json: { ok: true } }),
        "GET /teapot": async () => ({ status: 418, text: "short and stout" }),
        "GET /throw": async () => {
          throw framework.httpError(403)
        },
      })
      recorder.clear()
      const statuses: number[] = []
      for (const path of ["health", "teapot", "throw", "nowhere"]) statuses.push((await request(`${app.url}/${path}`)).status)
      assert.deepEqual(statuses, [200, 418, 403, 404])
      assert.deepEqual([recorder.statements, recorder.connects, recorder.checkouts], [[], 0, 0])
    })
  })

  describe("whose answer is a stream", () => {
    test("is committed and over before the first byte", async () => {
      let used: unknown
      await using app = await serve({
        "POST /stream": async ({ db }) => {
          db.add(new Account({ email: "ada" }))
          await db.flush()
          return {
            async *stream() {
              yield "stored: "
              yield (await stored()).join()
              used = await db.all(select(Account)).catch((error: unknown) => error)
            },
          }
        },
      })
      assert.equal((await request(`${app.url}/stream`, "POST")).text, "stored: ada")
      assert.ok(used instanceof SessionClosedError)
    })

    test("may read by a session of its own, for as long as the stream", async () => {
      await sessions.begin(async (db) => db.addAll(["a", "b", "c"].map((email) => new Account({ email }))))
      await using app = await serve({
        "GET /export": async () => ({
          async *stream() {
            await using db = sessions()
            for await (const { email } of db.stream(select(Account).orderBy(Account.c.email))) yield `${email}\n`
          },
        }),
      })
      assert.equal((await request(`${app.url}/export`)).text, "a\nb\nc\n")
      await idle(engine)
    })
  })

  describe("that is misused", () => {
    test("throws when it is used after the answer", async () => {
      let kept: Session | undefined
      let current: (() => Session) | undefined
      await using app = await serve({
        "GET /keep": async ({ db }) => {
          kept = db
          // What goes on in the background of a request still knows its session.
          const later = Promise.withResolvers<() => Session>()
          setTimeout(() => later.resolve(() => currentSession()), 0)
          current = await later.promise
          return { json: await db.all(select(Account)) }
        },
      })
      await request(`${app.url}/keep`)
      assert.ok(kept !== undefined && current !== undefined)
      await assert.rejects(kept.all(select(Account)), SessionClosedError)
    })

    test("refuses a second statement while one is running", async () => {
      let refused: unknown
      await using app = await serve({
        "GET /both": async ({ db }) => {
          const results = await Promise.allSettled([db.all(select(Account)), db.all(select(Membership))])
          refused = results.map((result) => (result.status === "rejected" ? result.reason : undefined)).find(Boolean)
          return { json: {} }
        },
      })
      await request(`${app.url}/both`)
      assert.ok(refused instanceof ConcurrentUseError, String(refused))
      await idle(engine)
    })

    test("fails a request that answers while a statement is running", async () => {
      await using app = await serve({
        "POST /careless": async ({ db }) => {
          db.add(new Account({ email: "ada" }))
          await db.flush()
          void db.all(select(Account)).catch(() => undefined)
          return { text: "done" }
        },
      })
      assert.equal((await request(`${app.url}/careless`, "POST")).status, 500)
      await idle(engine)
      assert.deepEqual(await stored(), [])
    })
  })

  describe("whose client goes away", () => {
    test("is rolled back, though the handler returns", async () => {
      const entered = Promise.withResolvers<void>()
      const gone = Promise.withResolvers<void>()
      const returned = Promise.withResolvers<void>()
      await using app = await serve({
        "POST /slow": async (exchange) => {
          await add(exchange)
          await exchange.db.flush()
          entered.resolve()
          await gone.promise
          queueMicrotask(() => returned.resolve())
          return { text: "too late" }
        },
      })
      const client = new AbortController()
      const answer = request(`${app.url}/slow`, "POST", { email: "ada" }, client.signal)
      await entered.promise
      client.abort()
      await assert.rejects(answer, { name: "AbortError" })
      await delay(200)
      gone.resolve()
      await returned.promise
      await idle(engine)
      assert.deepEqual(await stored(), [])
    })

    test("gives its connection back though the handler never returns", async () => {
      const entered = Promise.withResolvers<void>()
      await using app = await serve({
        "POST /forever": async (exchange) => {
          await add(exchange)
          await exchange.db.flush()
          entered.resolve()
          return new Promise(() => undefined)
        },
      })
      const client = new AbortController()
      const answer = request(`${app.url}/forever`, "POST", { email: "ada" }, client.signal)
      await entered.promise
      client.abort()
      await assert.rejects(answer, { name: "AbortError" })
      await idle(engine)
      assert.deepEqual(await stored(), [])
    })

    test("has its running statement cancelled on the server", onlyServer(database), async () => {
      await using app = await serve({
        "POST /sleep": async (exchange) => {
          await add(exchange)
          await exchange.db.flush()
          await exchange.db.execute(sql`select pg_sleep(30)`)
          return { text: "rested" }
        },
      })
      const client = new AbortController()
      const answer = request(`${app.url}/sleep`, "POST", { email: "ada" }, client.signal)
      const sleeping = async () => {
        await using connection = await engine.connect()
        const { rows } = await connection.exec("select 1 from pg_stat_activity where state = 'active' and query like 'select pg_sleep%'", [])
        return rows.length > 0
      }
      while (!(await sleeping())) await delay(20)
      client.abort()
      await assert.rejects(answer, { name: "AbortError" })
      const start = performance.now()
      await idle(engine)
      assert.equal(await sleeping(), false)
      assert.ok(performance.now() - start < 2_000)
      assert.deepEqual(await stored(), [])
    })
  })

  describe("with others", () => {
    test("is seen at once over another connection", async () => {
      // An embedded database is open in one engine only.
      const other = database.name === "pglite" ? engine : await database.engine({ url })
      const reader = sessionmaker(other)
      await using app = await serve({ "POST /accounts": add })
      await using readers = await serving(framework, {
        sessions: reader,
        routes: { "POST /find": async ({ db, body }) => ({ json: await db.all(select(Account).where(Account.c.id.eq((body as { id: number }).id))) }) },
      })
      let misses = 0
      for (let round = 0; round < 10; round++) {
        const found = await Promise.all(
          Array.from({ length: 8 }, async (_, client) => {
            const { id } = (await request(`${app.url}/accounts`, "POST", { email: `${round}-${client}` })).json()
            return (await request(`${readers.url}/find`, "POST", { id })).json()
          }),
        )
        misses += found.filter((rows) => rows.length !== 1).length
      }
      assert.equal(misses, 0)
    })

    test("is answered 503 with a time to come back when no connection is free", async () => {
      const small = await database.engine({ poolSize: 1, maxOverflow: 0, poolTimeout: 50 })
      await createTables(small, Base.metadata)
      await using app = await serving(framework, { sessions: sessionmaker(small), routes: { "GET /accounts": async ({ db }) => ({ json: await db.all(select(Account)) }) } })
      await using held = await small.connect()
      const refused = await request(`${app.url}/accounts`)
      assert.equal(refused.status, 503)
      assert.equal(refused.headers.get("retry-after"), "1")
      await held.release()
      assert.equal((await request(`${app.url}/accounts`)).status, 200)
    })

    test("is one of many that write at the same time", unless(database, "concurrentWriters", "writers wait for each other"), async () => {
      await using app = await serve({ "POST /accounts": add })
      const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => request(`${app.url}/accounts`, "POST", { email: `${n % 20}` })))
      const statuses = answers.map(({ status }) => status)
      assert.equal(statuses.filter((status) => status === 200).length, 20)
      assert.equal(statuses.filter((status) => status === 409).length, 20)
      await using db = sessions()
      assert.equal(await db.scalar(select(count()).from(Account)), 20)
      await idle(engine)
    })
  })
}

const add: Handler = async ({ db, body }) => ({ json: db.add(new Account(body as { email: string; balance?: number })) })

async function serving(framework: Framework, application: Application): Promise<RunningApplication & AsyncDisposable> {
  const running = await framework.serve(application)
  return { ...running, [Symbol.asyncDispose]: () => running.close() }
}

/** Only a server of its own can be asked to stop a statement while this process waits for it. */
function onlyServer(database: TestDatabase): { readonly skip: string | false } {
  return { skip: database.name === "postgresql" ? false : `${database.name} runs its statements in this process` }
}

/** Lets callers on when `size` of them have arrived. */
function barrier(size: number): () => Promise<void> {
  const open = Promise.withResolvers<void>()
  let arrived = 0
  return () => {
    if (++arrived === size) open.resolve()
    return open.promise
  }
}
