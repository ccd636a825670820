/** What only Fastify has: its hooks, encapsulation, replies that go around it. The rest is in `conformance.test.ts`. */
import assert from "node:assert/strict"
import { type IncomingMessage, request as httpRequest } from "node:http"
import { setTimeout as delay } from "node:timers/promises"
import { before, beforeEach, describe, test } from "node:test"
import fastify, { type FastifyInstance } from "fastify"
import { rebis } from "../../src/http/fastify.ts"
import {
  currentSession,
  deleteFrom,
  type Engine,
  NoCurrentSessionError,
  select,
  sessionmaker,
  UniqueViolationError,
} from "../../src/index.ts"
import { onDatabases } from "../support/databases.ts"
import { Account, Base } from "./models.ts"
import { idle, recorderOf, request } from "./requests.ts"
import { createTables } from "./tables.ts"

onDatabases(["sqlite"], "rebis/fastify", (database) => {
  let engine: Engine
  let sessions: ReturnType<typeof sessionmaker>

  before(async () => {
    engine = await database.engine()
    sessions = sessionmaker(engine)
    await createTables(engine, Base.metadata)
  })
  beforeEach(() => sessions.begin((db) => db.execute(deleteFrom(Account).allRows())))

  const stored = async (): Promise<string[]> => {
    await using db = sessions()
    return (await db.all(select(Account).orderBy(Account.c.email))).map(({ email }) => email)
  }
  const serve = async (define: (app: FastifyInstance) => void): Promise<{ url: string } & AsyncDisposable> => {
    const app = fastify({ forceCloseConnections: true })
    define(app)
    return { url: await app.listen({ port: 0, host: "127.0.0.1" }), [Symbol.asyncDispose]: () => app.close() }
  }

  describe("the plugin", () => {
    test("serves the instance that registers it and those within", async () => {
      await using app = await serve((root) => {
        root.register(rebis, { sessions })
        root.get("/root", (request) => ({ same: request.db === currentSession() }))
        root.register(async (child) => {
          child.get("/child", (request) => ({ same: request.db === currentSession() }))
        })
      })
      assert.deepEqual((await request(`${app.url}/root`)).json(), { same: true })
      assert.deepEqual((await request(`${app.url}/child`)).json(), { same: true })
    })

    test("leaves the rest of the application alone", async () => {
      await using app = await serve((root) => {
        root.get("/outside", (request) => ({ db: "db" in request }))
        root.register(async (child) => {
          await child.register(rebis, { sessions })
          child.get("/inside", (request) => ({ db: "db" in request }))
        })
      })
      assert.deepEqual((await request(`${app.url}/outside`)).json(), { db: false })
      assert.deepEqual((await request(`${app.url}/inside`)).json(), { db: true })
    })

    test("is there in every hook after it, and says what is missing in one before", async () => {
      const seen: string[] = []
      await using app = await serve((root) => {
        root.addHook("onRequest", async (request) => {
          assert.throws(() => request.db, NoCurrentSessionError)
          seen.push("before")
        })
        root.register(rebis, { sessions })
        root.register(async (child) => {
          for (const hook of ["onRequest", "preValidation", "preHandler"] as const) {
            child.addHook(hook, async (request) => void (currentSession() === request.db && seen.push(hook)))
          }
          child.post("/", async () => ({}))
        })
      })
      await request(app.url, "POST", { text: "x".repeat(100_000) })
      assert.deepEqual(seen, ["before", "onRequest", "preValidation", "preHandler"])
    })

    test("answers injected requests too", async () => {
      const app = fastify()
      app.register(rebis, { sessions })
      app.post("/", (request) => request.db.add(new Account({ email: "ada" })))
      const { statusCode, body } = await app.inject({ method: "POST", url: "/" })
      await app.close()
      assert.equal(statusCode, 200)
      assert.ok(Number.isInteger(JSON.parse(body).id))
      assert.deepEqual(await stored(), ["ada"])
      await idle(engine)
    })
  })

  describe("an answer", () => {
    test("is settled for each kind of payload", async () => {
      await using app = await serve((root) => {
        root.register(rebis, { sessions })
        root.addHook("preHandler", async (request) => void request.db.add(new Account({ email: request.url })))
        root.post("/buffer", async () => Buffer.from("x"))
        root.post("/null", async () => null)
        root.post("/response", async () => new Response("x", { status: 201 }))
        root.post("/refusal", async () => new Response("x", { status: 400 }))
        root.post("/sent", (_request, reply) => void reply.send({ later: true }))
        root.get("/head", async () => ({ body: "left out" }))
      })
      for (const path of ["buffer", "null", "response", "refusal", "sent"]) await request(`${app.url}/${path}`, "POST")
      await request(`${app.url}/head`, "HEAD")
      assert.deepEqual(await stored(), ["/buffer", "/head", "/null", "/response", "/sent"])
    })

    test("of two sends is the first, after its commit", async () => {
      await using app = await serve((root) => {
        root.register(rebis, { sessions })
        root.post("/", async (request, reply) => {
          request.db.add(new Account({ email: "ada" }))
          reply.send("first")
          return "second"
        })
      })
      const { status } = await request(app.url, "POST")
      assert.equal(status, 200)
      assert.deepEqual(await stored(), ["ada"])
      await idle(engine)
    })

    test("that cannot be serialized is an error, and nothing is stored", async () => {
      await using app = await serve((root) => {
        root.register(rebis, { sessions })
        root.post("/", async (request) => {
          request.db.add(new Account({ email: "ada" }))
          return { big: 1n }
        })
      })
      assert.equal((await request(app.url, "POST")).status, 500)
      assert.deepEqual(await stored(), [])
    })

    test("of 201 becomes the error's when the commit fails, also under an error handler that sets no status", async () => {
      await sessions.begin(async (db) => void db.add(new Account({ email: "ada" })))
      for (const own of [false, true]) {
        await using app = await serve((root) => {
          root.register(rebis, { sessions })
          if (own) root.setErrorHandler((error, _request, reply) => reply.send({ own: error instanceof UniqueViolationError }))
          root.post("/", async (request, reply) => {
            request.db.add(new Account({ email: "ada" }))
            return reply.code(201).send("created")
          })
        })
        const answer = await request(app.url, "POST")
        assert.equal(answer.status, 409)
        assert.equal(own ? answer.json().own : answer.json().code, own ? true : "REBIS_UNIQUE_VIOLATION")
      }
      await idle(engine)
    })

    test("is not written to when validation refuses the request: no statement is sent", async () => {
      const recorder = recorderOf(engine)
      await using app = await serve((root) => {
        root.register(rebis, { sessions })
        root.post("/", { schema: { body: { type: "object", required: ["email"] } } }, (request) =>
          request.db.add(new Account({ email: "ada" })),
        )
      })
      assert.equal((await request(app.url, "POST", {})).status, 400)
      assert.deepEqual(recorder.statements, [])
    })
  })

  describe("a hijacked reply", () => {
    test("commits by itself, and what it did not commit is rolled back", async () => {
      await using app = await serve((root) => {
        root.register(rebis, { sessions })
        root.post("/", async (request, reply) => {
          reply.hijack()
          request.db.add(new Account({ email: "committed" }))
          await request.db.commit()
          request.db.add(new Account({ email: "forgotten" }))
          await request.db.flush()
          reply.raw.end("raw")
        })
      })
      assert.equal((await request(app.url, "POST")).text, "raw")
      await idle(engine)
      assert.deepEqual(await stored(), ["committed"])
    })
  })

  describe("a request that is cut off", () => {
    test("while its body is being sent holds no connection", async () => {
      await using app = await serve((root) => {
        root.register(rebis, { sessions })
        root.addHook("preParsing", async (request) => void (await request.db.all(select(Account))))
        root.post("/", async () => ({}))
      })
      const sending = httpRequest(`${app.url}/`, {
        method: "POST",
        headers: { "content-type": "application/json", "content-length": "100" },
      })
      sending.on("error", () => undefined)
      sending.on("response", (response: IncomingMessage) => response.resume())
      sending.write("{")
      while (engine.poolStatus.inUse === 0) await delay(5)
      sending.destroy()
      await idle(engine)
      assert.equal(engine.poolStatus.inUse, 0)
    })
  })
})
