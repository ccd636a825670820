import assert from "node:assert/strict"
import { test } from "node:test"
import { request } from "../requests.ts"
import { type Conformance } from "./conformance.ts"

/** A request's session that runs no statement. */
export function noStatementCases(on: Conformance): void {
  const { framework, serve } = on

  test("sends nothing and takes no connection", async () => {
    await using app = await serve({
      "GET /health": async () => ({ json: { ok: true } }),
      "GET /teapot": async () => ({ status: 418, text: "short and stout" }),
      "GET /throw": async () => {
        throw framework.httpError(403)
      },
    })
    on.recorder.clear()
    const statuses: number[] = []
    for (const path of ["health", "teapot", "throw", "nowhere"]) statuses.push((await request(`${app.url}/${path}`)).status)
    assert.deepEqual(statuses, [200, 418, 403, 404])
    assert.deepEqual([on.recorder.statements, on.recorder.connects, on.recorder.checkouts], [[], 0, 0])
  })
}
