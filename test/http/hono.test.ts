/** What only Hono has: its error handling, and responses that other middleware passes on. The rest is in `conformance.test.ts`. */
import assert from "node:assert/strict"
import { before, beforeEach, describe, test } from "node:test"
import { Hono } from "hono"
import { HTTPException } from "hono/http-exception"
import { streamText } from "hono/streaming"
import { rebis } from "../../src/http/hono.ts"
import { currentSession, deleteFrom, type Engine, NoResultFoundError, select, sessionmaker } from "../../src/index.ts"
import { onDatabases } from "../support/databases.ts"
import { Account, Base } from "./models.ts"
import { idle } from "./requests.ts"
import { createTables } from "./tables.ts"

onDatabases(["sqlite"], "rebis/hono", (database) => {
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

  describe("an error", () => {
    test("that a handler throws has its status without an onError", async () => {
      const app = new Hono().use(rebis({ sessions })).get("/", async (c) => c.json(await c.var.db.one(select(Account))))
      const response = await app.request("/")
      assert.equal(response.status, 404)
      assert.deepEqual(await response.json(), { statusCode: 404, code: "REBIS_NO_RESULT_FOUND" })
    })

    test("of the commit does not say what the database said", async () => {
      const app = new Hono().use(rebis({ sessions })).post("/", (c) => {
        c.var.db.add(new Account({ email: "secret@example.org" }))
        return c.text("stored")
      })
      await app.request("/", { method: "POST" })
      const response = await app.request("/", { method: "POST" })
      assert.deepEqual(await response.json(), { statusCode: 409, code: "REBIS_UNIQUE_VIOLATION" })
      assert.deepEqual(await stored(), ["secret@example.org"])
    })

    test("reaches the onError of a part of the application, whose answer stands", async () => {
      const part = new Hono()
        .onError((error, c) => c.text(error instanceof NoResultFoundError ? "nothing here" : "?", 410))
        .get("/", async (c) => c.json(await c.var.db.one(select(Account))))
      const app = new Hono().use(rebis({ sessions })).route("/part", part)
      const response = await app.request("/part")
      assert.deepEqual([response.status, await response.text()], [410, "nothing here"])
    })

    test("that has its own answer keeps it", async () => {
      const app = new Hono().use(rebis({ sessions })).post("/", async (c) => {
        c.var.db.add(new Account({ email: "ada" }))
        await c.var.db.flush()
        throw new HTTPException(302, { res: new Response(null, { headers: { location: "/login" } }) })
      })
      const response = await app.request("/", { method: "POST" })
      assert.deepEqual([response.status, response.headers.get("location")], [302, "/login"])
      assert.deepEqual(await stored(), [])
    })

    test("that is no Error passes through, and the session is over", async () => {
      const app = new Hono().use(rebis({ sessions })).post("/", async (c) => {
        c.var.db.add(new Account({ email: "ada" }))
        await c.var.db.flush()
        // oxlint-disable-next-line typescript/only-throw-error -- that is the case
        throw "a word"
      })
      await assert.rejects(
        async () => app.request("/", { method: "POST" }),
        (thrown) => thrown === "a word",
      )
      await idle(engine)
      assert.deepEqual(await stored(), [])
    })

    test("of the commit leaves nothing of the success in its answer", async () => {
      await sessions.begin(async (db) => void db.add(new Account({ email: "ada" })))
      const app = new Hono().use(rebis({ sessions })).post("/", (c) => {
        c.var.db.add(new Account({ email: "ada" }))
        return new Response("stored", { status: 201, headers: { location: "/accounts/1", "set-cookie": "welcome=1" } })
      })
      const response = await app.request("/", { method: "POST" })
      assert.equal(response.status, 409)
      assert.deepEqual([response.headers.get("location"), response.headers.get("set-cookie")], [null, null])
    })
  })

  describe("the middleware", () => {
    test("settles before middleware around it sees the answer", async () => {
      const seen: unknown[] = []
      const app = new Hono()
        .use(async (c, next) => {
          await next()
          seen.push(c.res.status, await stored())
        })
        .use(rebis({ sessions }))
        .post("/", async (c) => c.json(c.var.db.add(new Account({ email: "ada" }))))
      await app.request("/", { method: "POST" })
      assert.deepEqual(seen, [200, ["ada"]])
    })

    test("gives each request of an application without a server its session", async () => {
      const app = new Hono().use(rebis({ sessions })).get("/", (c) => c.json({ same: c.var.db === currentSession() }))
      assert.deepEqual(await (await app.request("/")).json(), { same: true })
    })

    test("has ended the session before the body of streamText goes on", async () => {
      const app = new Hono().use(rebis({ sessions })).post("/", async (c) => {
        c.var.db.add(new Account({ email: "ada" }))
        await c.var.db.flush()
        return streamText(c, async (stream) => {
          await stream.sleep(20)
          await stream.write((await stored()).join())
        })
      })
      assert.equal(await (await app.request("/", { method: "POST" })).text(), "ada")
    })
  })
})
