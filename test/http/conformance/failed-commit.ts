import assert from "node:assert/strict"
import { test } from "node:test"
import { setTimeout as delay } from "node:timers/promises"
import { select, sessionmaker, UniqueViolationError } from "../../../src/index.ts"
import type { TestDatabase } from "../../support/databases.ts"
import { Account, Base, Membership } from "../models.ts"
import { request } from "../requests.ts"
import { createTables } from "../tables.ts"
import { add, barrier, type Conformance, onlyServer, serving } from "./conformance.ts"

/** A request's session whose commit or flush fails. */
export function failedCommitCases(on: Conformance): void {
  const { framework, serve, stored } = on

  for (const [what, isAlone] of [
    ["COMMIT", false],
    ["the commit that is in its only statement", true],
  ] as const) {
    test(`is answered with the error when ${what} is refused`, async () => {
      await using app = await serve({
        "POST /memberships": async ({ db }) => {
          if (!isAlone) db.add(new Account({ email: "ada" }))
          db.add(new Membership({ accountId: 4711, role: "owner" }))
          if (!isAlone) await db.flush()
          return { text: "stored" }
        },
      })
      const answer = await request(`${app.url}/memberships`, "POST")
      assert.equal(answer.status, 409)
      assert.match(answer.text, /REBIS_FOREIGN_KEY_VIOLATION/)
      assert.deepEqual(await stored(), [])
      await using db = on.sessions()
      assert.deepEqual(await db.all(select(Membership)), [])
    })
  }

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
      await on.sessions.begin(async (db) => void db.add(new Account({ email: "ada" })))
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
    await on.sessions.begin(async (db) => void db.add(new Account({ email: "ada" })))
    const answer = await request(`${app.url}/accounts`, "POST", { email: "ada" })
    assert.deepEqual([answer.status, answer.json()], [418, { constraint: ["email"] }])
    assert.equal(seen.length, 1)
    assert.ok(seen[0] instanceof UniqueViolationError)
  })

  test("takes its status from the application's rule first", async () => {
    const errorStatus = (error: unknown) => (error instanceof UniqueViolationError ? 422 : undefined)
    await using app = await serve({ "POST /accounts": (exchange) => add(exchange).then(() => ({ text: "stored" })) }, { errorStatus })
    await on.sessions.begin(async (db) => void db.add(new Account({ email: "ada" })))
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
    await on.sessions.begin(async (db) => void db.add(new Account({ email: "ada" })))
    assert.equal((await request(`${app.url}/accounts`, "POST")).status, 500)
    assert.deepEqual(await stored(), ["ada"])
  })

  test("is answered 500 when the server answered COMMIT with ROLLBACK", serverAborts(on.database), async () => {
    await using app = await serve({
      "POST /accounts": async ({ db }) => {
        db.add(new Account({ email: "new" }))
        await db.flush()
        // Past the session, which would have noticed.
        const connection = await db.connection()
        await connection.exec("select * from nowhere").catch(() => undefined)
        return { text: "all is well" }
      },
    })
    assert.equal((await request(`${app.url}/accounts`, "POST")).status, 500)
    assert.deepEqual(await stored(), [])
  })

  test("is answered 503 with a time to come back when it could not be put in an order with another", onlyServer(on.database), async () => {
    const bothHaveRead = barrier(2)
    const serializable = sessionmaker(on.engine, { isolation: "serializable" })
    await using app = await serving(framework, {
      sessions: serializable,
      routes: {
        "POST /accounts": async ({ db, body }) => {
          const { length } = await db.all(select(Account))
          await bothHaveRead()
          db.add(new Account({ email: `${(body as { email: string }).email} saw ${length}` }))
          return { text: "stored" }
        },
      },
    })
    const answers = await Promise.all(["ada", "bob"].map((email) => request(`${app.url}/accounts`, "POST", { email })))
    assert.deepEqual(
      answers.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, 503],
    )
    assert.equal(answers.find(({ status }) => status === 503)?.headers.get("retry-after"), "1")
    assert.equal((await stored()).length, 1)
  })

  test("is answered 500, and not told to come back, when nobody knows whether it came through", onlyServer(on.database), async () => {
    const engine = await on.database.engine()
    await createTables(engine, Base.metadata)
    await using admin = await engine.connect()
    await admin.exec("create function wait() returns trigger language plpgsql as $$ begin perform pg_sleep(10); return null; end $$")
    await admin.exec(
      "create constraint trigger slow_commit after insert on account deferrable initially deferred for each row execute function wait()",
    )
    await using app = await serving(framework, {
      sessions: sessionmaker(engine),
      routes: { "POST /accounts": (exchange) => add(exchange).then(() => ({ text: "stored" })) },
    })
    const answer = request(`${app.url}/accounts`, "POST", { email: "ada" })
    const ended = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'"
    while ((await admin.exec(ended, [])).rows.length === 0) await delay(10)
    const { status, headers, text } = await answer
    assert.deepEqual([status, headers.get("retry-after")], [500, null])
    if (framework.name === "fastify") assert.match(text, /REBIS_COMMIT_OUTCOME_UNKNOWN/)
  })
}

/** SQLite undoes a statement that failed and keeps the transaction. */
function serverAborts(database: TestDatabase): { readonly skip: string | false } {
  return { skip: database.name === "sqlite" ? "sqlite keeps a transaction of which a statement failed" : false }
}
