import assert from "node:assert/strict"
import { test } from "node:test"
import { select, sessionmaker } from "../../../src/index.ts"
import { unless } from "../../support/databases.ts"
import { Account, Base } from "../models.ts"
import { idle, request } from "../requests.ts"
import { createTables } from "../tables.ts"
import { add, type Conformance, serving } from "./conformance.ts"

/** A request's session with others. */
export function concurrencyCases(on: Conformance): void {
  const { database, framework, serve, stored } = on

  test("is seen at once over another connection", async () => {
    // An embedded database is open in one on.engine only.
    const other = database.name === "pglite" ? on.engine : await database.engine({ url: on.url })
    const reader = sessionmaker(other)
    await using app = await serve({ "POST /accounts": add })
    await using readers = await serving(framework, {
      sessions: reader,
      routes: {
        "POST /find": async ({ db, body }) => ({ json: await db.all(select(Account).where(Account.c.id.eq((body as { id: number }).id))) }),
      },
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
    const small = await database.engine({ poolSize: 1, maxOverflow: 0, poolTimeout: database.name === "pglite" ? 3_000 : 1_500 })
    await createTables(small, Base.metadata)
    await using app = await serving(framework, {
      sessions: sessionmaker(small),
      routes: { "GET /accounts": async ({ db }) => ({ json: await db.all(select(Account)) }) },
    })
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
    assert.equal((await stored()).length, 20)
    await idle(on.engine)
  })
}
