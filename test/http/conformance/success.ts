import assert from "node:assert/strict"
import { test } from "node:test"
import { Account } from "../models.ts"
import { request } from "../requests.ts"
import { add, type Conformance } from "./conformance.ts"

/** A request's session that succeeds. */
export function successCases(on: Conformance): void {
  const { framework, serve, stored } = on

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
    await fetch(`${app.url}/found`, {
      method: "POST",
      redirect: "manual",
      body: '{"email":"found"}',
      headers: { "content-type": "application/json" },
    })
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

  test("says that work after the commit failed, and what was committed stays", async () => {
    let ran = false
    await using app = await serve({
      "POST /accounts": async (exchange) => {
        exchange.db.afterCommit(() => Promise.reject(new TypeError("no mail today")))
        exchange.db.afterCommit(() => void (ran = true))
        return add(exchange)
      },
    })
    assert.equal((await request(`${app.url}/accounts`, "POST", { email: "ada" })).status, 500)
    assert.equal(ran, true)
    assert.deepEqual(await stored(), ["ada"])
  })
}
