import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { Engine } from "../../engine/index.ts"
import { NotAtHeadError, ProofError, RenameQuestionError, UnsupportedChangeError } from "../../errors/index.ts"
import type { MetaData } from "../../schema/index.ts"
import { compareModels, type ModelsComparison } from "../diff/compare-models.ts"
import type { Renames } from "../diff/renames.ts"
import { proveOperations } from "../prove/prove.ts"
import type { RevisionGraph } from "../revisions/graph.ts"
import { loadRevision, loadRevisions, operationsOf, type RevisionFile } from "../revisions/revision-file.ts"
import { onlyHead } from "../revisions/target.ts"
import { withConnection } from "../run/migrate.ts"
import { appliedIds, requireFinished, requireSound } from "../run/record-problems.ts"
import { readRecord } from "../run/version-table.ts"
import { RevisionDraft, type RevisionOptions } from "./revision.ts"
import type { RevisionSummary } from "./summary.ts"

export interface AutogenerateOptions extends RevisionOptions {
  /** The tables as they should be. */
  readonly metadata: MetaData
  /** What was renamed since: `{ "post.body": "content", old_table: "new_table" }`. Renames are never guessed. */
  readonly renames?: Renames
  /** Writes the file although it drops what looks like it was renamed. */
  readonly allowDataLoss?: boolean
}

export interface GeneratedRevision {
  /** `undefined` when nothing was to be written. */
  readonly revision: RevisionSummary | undefined
  /** What was found, one line each. */
  readonly operations: readonly string[]
  /** What of the stored rows the file would lose when it is applied. */
  readonly losses: readonly string[]
}

/**
 * Compares the models with the database and writes the migration that leads from one to the other. Before, the file is proven in a scratch
 * place: up gives what the models say, down gives what was, up again. Nothing is written when nothing changed.
 *
 * @throws NotAtHeadError, EditedRevisionError and its kin when the database is not at the head of the files; MultipleHeadsError;
 *   UnsupportedChangeError when a change has no statement; RenameQuestionError; ProofError. Nothing is written then.
 *
 * @example
 * await autogenerate(engine, { migrations: "./migrations", message: "add_user_email_index", metadata: Base.metadata })
 */
export async function autogenerate(engine: Engine, options: AutogenerateOptions): Promise<GeneratedRevision> {
  const { migrations, metadata, renames, allowDataLoss = false } = options
  const graph = await loadRevisions(migrations)
  await requireAtHead(engine, graph)
  const comparison = await compareModels(engine, metadata, { renames })
  requirePossible(comparison, allowDataLoss)
  const { operations } = comparison
  const found = {
    operations: operations.map((operation) => operation.describe()),
    losses: operations.map((operation) => operation.losesData()).filter((loss) => loss !== undefined),
  }
  if (operations.length === 0) return { revision: undefined, ...found }
  const draft = new RevisionDraft(graph, options)
  const source = draft.source(operations)
  await withTrialFile(migrations, draft.fileName, source, (file) => prove(engine, comparison, file))
  return { revision: await draft.write(source), ...found }
}

/** @throws NotAtHeadError when a revision is left to apply, and what is wrong with the record. */
export async function requireAtHead(engine: Engine, graph: RevisionGraph<RevisionFile>): Promise<void> {
  onlyHead(graph)
  const record = await withConnection(engine, readRecord)
  requireSound(graph, record)
  for (const direction of ["up", "down"] as const) requireFinished(record, direction)
  const applied = appliedIds(record)
  const pending = graph.ordered.filter(({ id }) => !applied.has(id))
  if (pending.length === 0) return
  throw new NotAtHeadError(
    `the database is not at the head: ${pending.map(({ file }) => file).join(", ")} ${pending.length === 1 ? "is" : "are"} not applied`,
    {
      hint: "`rebis upgrade head` first, so that the models are compared with all that the files do",
    },
  )
}

function requirePossible({ refusals, questions, operations }: ModelsComparison, allowDataLoss: boolean): void {
  if (refusals.length > 0) throw new UnsupportedChangeError(`the models ask for what cannot be done: ${refusals.join("; ")}`)
  const losesData = operations.some((operation) => operation.losesData() !== undefined)
  if (questions.length > 0 && losesData && !allowDataLoss) {
    throw new RenameQuestionError(questions.map(({ question }) => question).join("\n"), {
      hint: "if it was not renamed, say --allow data-loss: the old one is dropped with its data, and the new one is empty",
    })
  }
}

/** Loads a source as the file that it is going to be, so that what is proven is the file and not what it was made of. */
async function withTrialFile(folder: string, name: string, source: string, work: (file: RevisionFile) => Promise<void>): Promise<void> {
  const trial = await mkdtemp(join(folder, ".rebis-trial-"))
  try {
    await writeFile(join(trial, name), source)
    await work(await loadRevision(trial, name))
  } finally {
    await rm(trial, { recursive: true, force: true })
  }
}

async function prove(engine: Engine, { live, desired, schemas }: ModelsComparison, file: RevisionFile): Promise<void> {
  const { proven, failure } = await proveOperations(engine, {
    before: live,
    desired,
    schemas,
    up: operationsOf(file, "up"),
    down: operationsOf(file, "down"),
  })
  if (proven) return
  const what =
    failure?.stage === "down" ? "down does not lead back to what is in the database now" : "up does not lead to what the models say"
  throw new ProofError(`the migration does not prove, and was not written: ${what}: ${failure?.differences.join("; ")}`, {
    cause: failure?.cause,
    hint: "this is a defect in Rebis: please report the models and what the database held; `rebis revision -m` writes an empty file to fill in by hand",
  })
}
