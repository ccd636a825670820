/** What a request's session is, in any framework: one set of cases for each adapter, over real HTTP, on every database. */
import { describe } from "node:test"
import { forEachDatabase } from "../support/databases.ts"
import { conformance } from "./conformance/conformance.ts"
import { abortedClientCases } from "./conformance/aborted-client.ts"
import { concurrencyCases } from "./conformance/concurrency.ts"
import { currentSessionCases } from "./conformance/current-session.ts"
import { failedCommitCases } from "./conformance/failed-commit.ts"
import { failureCases } from "./conformance/failure.ts"
import { misuseCases } from "./conformance/misuse.ts"
import { noStatementCases } from "./conformance/no-statement.ts"
import { streamingCases } from "./conformance/streaming.ts"
import { successCases } from "./conformance/success.ts"
import { onFastify } from "./on-fastify.ts"
import { onHono } from "./on-hono.ts"

const cases = {
  "that succeeds": successCases,
  "that fails": failureCases,
  "whose commit or flush fails": failedCommitCases,
  "is the same": currentSessionCases,
  "that runs no statement": noStatementCases,
  "whose answer is a stream": streamingCases,
  "that is misused": misuseCases,
  "whose client goes away": abortedClientCases,
  "with others": concurrencyCases,
}

for (const framework of [onFastify, onHono]) {
  forEachDatabase(`a request's session with ${framework.name}`, (database) => {
    const on = conformance(framework, database)
    for (const [when, define] of Object.entries(cases)) describe(when, () => define(on))
  })
}
