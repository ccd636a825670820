import assert from "node:assert/strict"
import { test } from "node:test"
import { setTimeout as delay } from "node:timers/promises"
import { sql } from "../../../src/index.ts"
import { idle, request } from "../requests.ts"
import { add, type Conformance, onlyServer } from "./conformance.ts"

/** A request's session whose client goes away. */
export function abortedClientCases(on: Conformance): void {
  const { database, serve, stored } = on

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
    await idle(on.engine)
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
    await idle(on.engine)
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
      await using connection = await on.engine.connect()
      const { rows } = await connection.exec("select 1 from pg_stat_activity where state = 'active' and query like 'select pg_sleep%'", [])
      return rows.length > 0
    }
    while (!(await sleeping())) await delay(20)
    client.abort()
    await assert.rejects(answer, { name: "AbortError" })
    const start = performance.now()
    await idle(on.engine)
    assert.equal(await sleeping(), false)
    assert.ok(performance.now() - start < 2_000)
    assert.deepEqual(await stored(), [])
  })
}
