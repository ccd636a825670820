import type { Engine } from "../../../src/engine/index.ts"
import { compareModels } from "../../../src/migrations/diff/compare-models.ts"
import type { Operation } from "../../../src/migrations/operations/operation.ts"
import { plan } from "../../../src/migrations/plan/plan.ts"
import { runPhase } from "../../../src/migrations/plan/run-phase.ts"
import type { MetaData } from "../../../src/schema/index.ts"

/** Makes the database what the models say, as a migration would, and gives what was done. */
export async function buildModels(engine: Engine, metadata: MetaData): Promise<readonly Operation[]> {
  const { operations } = await compareModels(engine, metadata)
  await apply(engine, operations)
  return operations
}

/** Runs operations on a database as the runner does, phase by phase. */
export async function apply(engine: Engine, operations: readonly Operation[]): Promise<void> {
  await using connection = await engine.connect()
  for (const phase of plan(operations, engine.dialect)) await runPhase(connection, phase)
}
