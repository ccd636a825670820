import assert from "node:assert/strict"
import { test } from "node:test"
import { UniqueViolationError } from "../../../src/index.ts"
import { Account, Membership } from "../models.ts"
import { request } from "../requests.ts"
import { add, type Conformance } from "./conformance.ts"

/** A request's session whose commit or flush fails. */
export function failedCommitCases(on: Conformance): void {
  const { serve, stored } = on

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
}
