import type { Engine } from "../../engine/index.ts"
import { InternalError } from "../../errors/index.ts"
import { liveSchema, readLiveTable, runQuery } from "../introspect/live-schema.ts"
import type { LowerOperationContext } from "../operations/operation.ts"
import type { Phase, Step } from "../plan/plan.ts"
import type { Direction } from "../revisions/revision-file.ts"
import { plannedRevisions, withConnection } from "../run/migrate.ts"
import type { PlannedRevision } from "../run/run-revision.ts"
import { type RevisionSummary, summaryOf } from "./summary.ts"
import { type DowngradeOptions, downgradePlan, type UpgradeOptions, upgradePlan } from "./upgrade.ts"

/** What running a revision would send to the database. */
export interface RevisionPreview extends RevisionSummary {
  readonly direction: Direction
  /** Each in a transaction of its own, or outside of any. */
  readonly phases: readonly PhasePreview[]
}
export interface PhasePreview {
  readonly transactional: boolean
  readonly steps: readonly StepPreview[]
}
export interface StepPreview {
  readonly description: string
  /** None for a step that runs code. */
  readonly statements: readonly string[]
}

/** What {@link upgrade} would run now. Runs nothing and locks nothing. @throws as upgrade does before it runs anything. */
export async function previewUpgrade(
  engine: Engine,
  options: Omit<UpgradeOptions, "lockTimeout" | "onEvent">,
): Promise<readonly RevisionPreview[]> {
  return await preview(engine, await plannedRevisions(engine, await upgradePlan(options)))
}

/** What {@link downgrade} would run now. Runs nothing and locks nothing. @throws as downgrade does before it runs anything. */
export async function previewDowngrade(
  engine: Engine,
  options: Omit<DowngradeOptions, "lockTimeout" | "onEvent">,
): Promise<readonly RevisionPreview[]> {
  return await preview(engine, await plannedRevisions(engine, await downgradePlan(options)))
}

/** The statements of a step, where they do not depend on what is in the database; `undefined` where they do. */
export async function lowerOffline(step: Step, dialect: Engine["dialect"]): Promise<readonly string[] | undefined> {
  const context: LowerOperationContext = {
    dialect,
    scratch: false,
    liveTable: () => Promise.reject(new NeedsLiveTable("a table is made anew")),
  }
  try {
    return await step.lower(context)
  } catch (error) {
    if (error instanceof NeedsLiveTable) return undefined
    throw error
  }
}

class NeedsLiveTable extends InternalError {}

async function preview(engine: Engine, planned: readonly PlannedRevision[]): Promise<RevisionPreview[]> {
  const rebuilds = planned.some(({ phases }) => phases.some((phase) => phase.rebuilds))
  if (rebuilds) return await previewOnCopy(engine, planned)
  return await revisionPreviews(planned, async (step) => (await lowerOffline(step, engine.dialect)) ?? [])
}

/** A table that is made anew depends on how it then is: the steps are followed on a copy of the schema. */
async function previewOnCopy(engine: Engine, planned: readonly PlannedRevision[]): Promise<RevisionPreview[]> {
  const { dialect } = engine
  await using scratch = engine.sibling(dialect.scratchUrl)
  await using copy = await scratch.connect()
  for (const statement of dialect.ddl.rebuild?.suspend ?? []) await copy.exec(statement)
  for (const table of (await liveSchema(engine)).tables) {
    for (const statement of dialect.ddl.createTable(table)) await copy.exec(statement)
  }
  const context: LowerOperationContext = {
    dialect,
    scratch: false,
    liveTable: async (table) => {
      const found = await readLiveTable(copy, table)
      if (found === undefined) return undefined
      // The copy has the tables alone: triggers are read where they are.
      return {
        ...found,
        dependents: await withConnection(engine, (connection) => dialect.introspection.dependents(runQuery(connection), table)),
      }
    },
  }
  return await revisionPreviews(planned, async (step) => {
    const statements = await step.lower(context)
    for (const statement of statements) {
      try {
        await copy.exec(statement)
      } catch {
        // What the file does to rows or to what is no table cannot be followed, and changes no table.
      }
    }
    return statements
  })
}

async function revisionPreviews(
  planned: readonly PlannedRevision[],
  lower: (step: Step) => Promise<readonly string[]>,
): Promise<RevisionPreview[]> {
  const previews: RevisionPreview[] = []
  for (const { file, direction, phases, done } of planned) {
    const shown: PhasePreview[] = []
    for (const phase of phases.slice(done)) shown.push(await phasePreview(phase, lower))
    previews.push({ ...summaryOf(file), direction, phases: shown })
  }
  return previews
}

async function phasePreview({ transactional, steps }: Phase, lower: (step: Step) => Promise<readonly string[]>): Promise<PhasePreview> {
  const shown: StepPreview[] = []
  for (const step of steps) shown.push({ description: step.describe(), statements: await lower(step) })
  return { transactional, steps: shown }
}
