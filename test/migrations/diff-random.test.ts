import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import "../support/seed.ts"
import { diffSchemas } from "../../src/migrations/diff/diff.ts"
import { reverseOperations } from "../../src/migrations/plan/reverse.ts"
import { proveOperations } from "../../src/migrations/prove/prove.ts"
import { canonicalSchema } from "../../src/migrations/scratch/build.ts"
import { openScratch } from "../../src/migrations/scratch/scratch.ts"
import { type DatabaseName, forEachDatabase } from "../support/databases.ts"
import { randomSchema } from "./support/random-schema.ts"
import { titles } from "./support/round-trip.ts"

/** Pairs of schemas for each database: what a run can afford. `REBIS_RANDOM_SCHEMAS=500` asks for more. */
const runs: Readonly<Record<DatabaseName, number>> = { postgresql: 25, pglite: 10, sqlite: 60 }

forEachDatabase("random schemas", (database) => {
  test("the plan from one to another leads there, and its reverse leads back", { timeout: 600_000 }, async () => {
    const engine = await database.engine()
    const { enums, comments, alterInPlace } = database.capabilities
    const schema = randomSchema({ enums, comments })
    await fc.assert(
      fc.asyncProperty(schema, schema, async (from, to) => {
        await using scratch = await openScratch(engine, [])
        const before = await canonicalSchema(scratch, from, [])
        const desired = await canonicalSchema(scratch, to, [])
        const { operations, refusals } = diffSchemas(before, desired, { dialect: engine.dialect, declared: alterInPlace ? to : undefined })
        assert.deepEqual(refusals, [])
        const proof = await proveOperations(engine, {
          before,
          desired,
          up: operations,
          down: reverseOperations(operations),
          comparison: "everything",
        })
        assert.deepEqual(proof, { proven: true, reversible: true }, titles(operations).join("\n"))
      }),
      { numRuns: Number(process.env.REBIS_RANDOM_SCHEMAS ?? runs[database.name]) },
    )
  })
})
