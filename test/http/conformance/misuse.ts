import assert from "node:assert/strict"
import { test } from "node:test"
import { ConcurrentUseError, currentSession, select, type Session, SessionClosedError } from "../../../src/index.ts"
import { Account, Membership } from "../models.ts"
import { idle, request } from "../requests.ts"
import { type Conformance } from "./conformance.ts"

/** A request's session that is misused. */
export function misuseCases(on: Conformance): void {
  const { serve, stored } = on

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
    await idle(on.engine)
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
    await idle(on.engine)
    assert.deepEqual(await stored(), [])
  })
}
