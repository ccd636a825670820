import assert from "node:assert/strict"
import { test } from "node:test"
import { select, SessionClosedError } from "../../../src/index.ts"
import { Account } from "../models.ts"
import { idle, request } from "../requests.ts"
import { type Conformance } from "./conformance.ts"

/** A request's session whose answer is a stream. */
export function streamingCases(on: Conformance): void {
  const { serve, stored } = on

  test("is committed and over before the first byte", async () => {
    let used: unknown
    await using app = await serve({
      "POST /stream": async ({ db }) => {
        db.add(new Account({ email: "ada" }))
        await db.flush()
        return {
          async *stream() {
            yield "stored: "
            yield (await stored()).join()
            used = await db.all(select(Account)).catch((error: unknown) => error)
          },
        }
      },
    })
    assert.equal((await request(`${app.url}/stream`, "POST")).text, "stored: ada")
    assert.ok(used instanceof SessionClosedError)
  })

  test("may read by a session of its own, for as long as the stream", async () => {
    await on.sessions.begin(async (db) => db.addAll(["a", "b", "c"].map((email) => new Account({ email }))))
    await using app = await serve({
      "GET /export": async () => ({
        async *stream() {
          await using db = on.sessions()
          for await (const { email } of db.stream(select(Account).orderBy(Account.c.email))) yield `${email}\n`
        },
      }),
    })
    assert.equal((await request(`${app.url}/export`)).text, "a\nb\nc\n")
    await idle(on.engine)
  })
}
