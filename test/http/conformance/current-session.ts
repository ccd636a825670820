import assert from "node:assert/strict"
import { test } from "node:test"
import { setTimeout as delay } from "node:timers/promises"
import { currentSession, type Session } from "../../../src/index.ts"
import { request } from "../requests.ts"
import { add, barrier, type Conformance } from "./conformance.ts"

/** A request's session is the same. */
export function currentSessionCases(on: Conformance): void {
  const { framework, serve, stored } = on

  test("for a service however deep, after any wait", async () => {
    const service = async (): Promise<Session> => {
      await delay(5)
      await Promise.all([delay(1), delay(2)])
      return await new Promise((resolve) => setImmediate(() => resolve(currentSession())))
    }
    await using app = await serve({
      "POST /same": async ({ db }) => ({ json: { same: (await service()) === db, now: currentSession() === db } }),
    })
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
    const statuses = await Promise.all(
      ["ada", "bob"].map((email) => request(`${app.url}/accounts`, "POST", { email }).then(({ status }) => status)),
    )
    assert.deepEqual(statuses, [200, 400])
    assert.equal(seen.size, 2)
    assert.deepEqual(await stored(), ["ada"])
  })
}
