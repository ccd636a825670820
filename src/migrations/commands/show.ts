import type { Engine } from "../../engine/index.ts"
import { IrreversibleMigrationError } from "../../errors/index.ts"
import { plan } from "../plan/plan.ts"
import { type Direction, loadRevisions, operationsOf, type RevisionFile } from "../revisions/revision-file.ts"
import { findRevision } from "../revisions/target.ts"
import { lowerOffline } from "./preview.ts"
import { type MigrationsOptions, type RevisionSummary, summaryOf } from "./summary.ts"

export interface ShowOptions extends MigrationsOptions {
  /** A revision's id, the beginning of one, or `head`. */
  readonly target: string
}

/** A migration, in words and in SQL. */
export interface ShownRevision extends RevisionSummary {
  readonly up: ShownDirection
  readonly down: ShownDirection
}
export interface ShownDirection {
  /** Why it cannot be run in this direction, where the file says so. */
  readonly refused?: string
  readonly operations: readonly ShownOperation[]
}
export interface ShownOperation {
  /** One line: `add column post.body text`. */
  readonly description: string
  /** What of the stored rows is lost by it. */
  readonly losesData?: string
  /** A comment in place of statements that depend on how the table then is. */
  readonly statements: readonly string[]
}

/** What a migration does. The engine only says for which database; it is not connected. */
export async function show(engine: Engine, { migrations, target }: ShowOptions): Promise<ShownRevision> {
  const revision = findRevision(await loadRevisions(migrations), target)
  const { dialect } = engine
  return { ...summaryOf(revision), up: await showDirection(revision, "up", dialect), down: await showDirection(revision, "down", dialect) }
}

async function showDirection(revision: RevisionFile, direction: Direction, dialect: Engine["dialect"]): Promise<ShownDirection> {
  const operations = operationsOf(revision, direction)
  let phases
  try {
    phases = plan(operations, dialect)
  } catch (error) {
    if (!(error instanceof IrreversibleMigrationError)) throw error
    return { refused: error.message, operations: [] }
  }
  const shown: ShownOperation[] = []
  for (const step of phases.flatMap((phase) => phase.steps)) {
    const statements = (await lowerOffline(step, dialect)) ?? [
      "-- makes the table anew, from how it is then; `rebis upgrade --sql` prints it",
    ]
    const losses = step.operations.map((operation) => operation.losesData()).filter((loss) => loss !== undefined)
    shown.push({ description: step.describe(), ...(losses.length === 0 ? {} : { losesData: losses.join("; ") }), statements })
  }
  return { operations: shown }
}
