import assert from "node:assert/strict"
import { test } from "node:test"
import { Account } from "../models.ts"
import { request } from "../requests.ts"
import { add, type Conformance } from "./conformance.ts"

/** A request's session that fails. */
export function failureCases(on: Conformance): void {
  const { framework, serve, stored } = on

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
}
