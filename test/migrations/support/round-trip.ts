import assert from "node:assert/strict"
import type { Engine } from "../../../src/engine/index.ts"
import { compareModels, type CompareOptions } from "../../../src/migrations/diff/compare-models.ts"
import type { Operation } from "../../../src/migrations/operations/operation.ts"
import { reverseOperations } from "../../../src/migrations/plan/reverse.ts"
import { proveOperations } from "../../../src/migrations/prove/prove.ts"
import type { MetaData } from "../../../src/schema/index.ts"
import { apply } from "./build-models.ts"

export function titles(operations: readonly Operation[]): readonly string[] {
  return operations.map((operation) => operation.describe())
}

export async function assertNoDifference(engine: Engine, metadata: MetaData, where: string): Promise<void> {
  const { operations, refusals } = await compareModels(engine, metadata)
  assert.deepEqual([...titles(operations), ...refusals], [], where)
}

/**
 * From the models that the database has to others: planned, proven on scratch, applied, found without a difference, reversed, found
 * without a difference from the first ones, and applied again. Gives what the plan was.
 */
export async function roundTrip(
  engine: Engine,
  before: MetaData,
  after: MetaData,
  options: CompareOptions = {},
): Promise<readonly string[]> {
  const { operations, live, desired, refusals, schemas } = await compareModels(engine, after, options)
  assert.deepEqual(refusals, [])
  const down = reverseOperations(operations)
  const proof = await proveOperations(engine, { before: live, desired, up: operations, down, schemas })
  assert.deepEqual(proof, { proven: true, reversible: true })
  await apply(engine, operations)
  await assertNoDifference(engine, after, "after up")
  await apply(engine, down)
  await assertNoDifference(engine, before, "after down")
  await apply(engine, operations)
  await assertNoDifference(engine, after, "after up again")
  return titles(operations)
}
