import type { Connection } from "../../engine/index.ts"
import { ForeignKeyViolationError } from "../../errors/index.ts"
import type { RebuildDdl } from "../../dialects/index.ts"
import { readLiveTable, runQuery } from "../introspect/live-schema.ts"
import type { LowerOperationContext } from "../operations/operation.ts"
import type { Phase, Step } from "./plan.ts"

export interface RunPhaseHooks {
  /** Called in the phase's transaction, before its first step and after its last. Without a transaction, before and after. */
  readonly before?: (connection: Connection) => Promise<void>
  readonly after?: (connection: Connection) => Promise<void>
  /** Told of each step before it is lowered, and of each statement before it is run. */
  readonly onStep?: (step: Step) => void
  readonly onStatement?: (sql: string, step: Step) => void
}

/** Runs a phase on a connection without an open transaction: in one of its own, or statement by statement where it cannot stand in one. */
export async function runPhase(connection: Connection, phase: Phase, hooks: RunPhaseHooks = {}): Promise<void> {
  const run = async () => {
    await hooks.before?.(connection)
    for (const step of phase.steps) await runStep(connection, step, hooks)
    await hooks.after?.(connection)
  }
  if (!phase.transactional) return await run()
  const { rebuild } = connection.dialect.ddl
  if (!phase.rebuilds || rebuild === undefined) return await connection.transaction(run)
  await withForeignKeysSuspended(connection, rebuild, run)
}

/** Runs a step in whatever transaction is open on the connection. */
export async function runStep(
  connection: Connection,
  step: Step,
  hooks: RunPhaseHooks & { readonly scratch?: boolean } = {},
): Promise<void> {
  hooks.onStep?.(step)
  for (const sql of await step.lower(operationContext(connection, hooks.scratch ?? false))) {
    hooks.onStatement?.(sql, step)
    await connection.exec(sql)
  }
  for (const operation of step.operations) await operation.run?.(connection)
}

export function operationContext(connection: Connection, scratch: boolean): LowerOperationContext {
  return { dialect: connection.dialect, liveTable: (table) => readLiveTable(connection, table), scratch }
}

/**
 * Dropping the old table would fire the actions of the foreign keys that point at it, so they are switched off; that
 * can only be done outside a transaction. What they would have refused is looked for before the commit.
 */
async function withForeignKeysSuspended(connection: Connection, rebuild: RebuildDdl, run: () => Promise<void>): Promise<void> {
  const query = runQuery(connection)
  const enforced = Number((await query(rebuild.enforced))[0]?.[0]) === 1
  if (enforced) for (const sql of rebuild.suspend) await connection.exec(sql)
  try {
    await connection.transaction(async () => {
      const before = enforced ? await violations(connection, rebuild) : new Map<string, number>()
      await run()
      if (enforced) requireNoneNew(before, await violations(connection, rebuild))
    })
  } finally {
    for (const sql of rebuild.restore) await connection.exec(sql)
    if (enforced) for (const sql of rebuild.resume) await connection.exec(sql)
  }
}

/** Violated foreign keys: how many rows by the two tables. */
async function violations(connection: Connection, rebuild: RebuildDdl): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  for (const [table, , referred] of await runQuery(connection)(rebuild.violations)) {
    const key = `${String(table)} → ${String(referred)}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}

function requireNoneNew(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): void {
  for (const [key, count] of after) {
    const added = count - (before.get(key) ?? 0)
    if (added <= 0) continue
    throw new ForeignKeyViolationError(
      `${added} ${added === 1 ? "row refers" : "rows refer"} to nothing after the tables were rebuilt (${key})`,
      { table: key.split(" → ")[0] },
      { hint: "repair the rows in the migration before the foreign key is added" },
    )
  }
}
