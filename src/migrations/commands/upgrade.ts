import type { Engine } from "../../engine/index.ts"
import { loadRevisions } from "../revisions/revision-file.ts"
import { planDowngrade, planUpgrade } from "../revisions/target.ts"
import { migrate, type MigrateOptions } from "../run/migrate.ts"
import type { OnMigrationEvent } from "../run/progress.ts"
import { type MigrationsOptions, type RevisionSummary, summaryOf } from "./summary.ts"

export interface UpgradeOptions extends MigrationsOptions {
  /** `head` (the default), `heads`, a revision's id or the beginning of one, or steps: `+1`, `4f1d+2`. */
  readonly target?: string
  /** How long to wait for another migrator, in milliseconds. Default 60 000. */
  readonly lockTimeout?: number | undefined
  /** Told of each file, step and statement as it comes. */
  readonly onEvent?: OnMigrationEvent | undefined
}

export interface DowngradeOptions extends Omit<UpgradeOptions, "target"> {
  /** `base`, `-1`, or the revision to go back to, by its id or the beginning of one. */
  readonly target: string
}

/**
 * Applies the migrations up to the target, each file in a transaction of its own that also records it. Safe to start in many processes at
 * once: one works, the others wait and then find nothing left to do.
 *
 * @returns the revisions that were applied here, in order
 * @throws MigrationError's subclasses; nothing was run unless it is a MigrationFailedError, and that says what was kept.
 *
 * @example
 * const applied = await upgrade(engine, { migrations: "./migrations" })
 */
export async function upgrade(engine: Engine, options: UpgradeOptions): Promise<readonly RevisionSummary[]> {
  return (await migrate(engine, await upgradePlan(options))).map(summaryOf)
}

/**
 * Undoes the applied migrations that follow on the target, the last one first.
 *
 * @returns the revisions that were undone here, in order
 * @throws as {@link upgrade}; IrreversibleMigrationError when a file says that there is no way back, before anything is run.
 *
 * @example
 * await downgrade(engine, { migrations: "./migrations", target: "-1" })
 */
export async function downgrade(engine: Engine, options: DowngradeOptions): Promise<readonly RevisionSummary[]> {
  return (await migrate(engine, await downgradePlan(options))).map(summaryOf)
}

export async function upgradePlan({ migrations, target = "head", lockTimeout, onEvent }: UpgradeOptions): Promise<MigrateOptions> {
  const graph = await loadRevisions(migrations)
  return { graph, direction: "up", choose: (applied) => planUpgrade(graph, applied, target), lockTimeout, onEvent }
}

export async function downgradePlan({ migrations, target, lockTimeout, onEvent }: DowngradeOptions): Promise<MigrateOptions> {
  const graph = await loadRevisions(migrations)
  return { graph, direction: "down", choose: (applied) => planDowngrade(graph, applied, target), lockTimeout, onEvent }
}
