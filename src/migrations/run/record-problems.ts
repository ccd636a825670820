import {
  EditedRevisionError,
  type MigrationError,
  PartlyAppliedError,
  RevisionFileMissingError,
  RevisionOrderError,
} from "../../errors/index.ts"
import type { RevisionGraph } from "../revisions/graph.ts"
import type { Direction, RevisionFile } from "../revisions/revision-file.ts"
import { sourceDifference } from "./source-difference.ts"
import type { RecordedRevision, RevisionState } from "./version-table.ts"

/**
 * Where what the database says and what the files say cannot both be right: a file that is missing or was edited after it had been
 * applied, a revision without one that it follows on.
 */
export function recordProblems(graph: RevisionGraph<RevisionFile>, record: readonly RecordedRevision[]): MigrationError[] {
  const recorded = new Map(record.map((revision) => [revision.id, revision]))
  return record.flatMap((revision) => {
    const file = graph.get(revision.id)
    if (file === undefined) return [missing(revision)]
    const problems: MigrationError[] = []
    // A file whose application stopped half-way may be corrected: what it begins with is compared when it is gone on with.
    if (file.checksum !== revision.checksum && revision.progress?.direction !== "up") problems.push(edited(file, revision))
    const without = file.parents.find((parent) => !recorded.has(parent))
    if (without !== undefined) problems.push(outOfOrder(revision, without))
    return problems
  })
}

/** @throws the first of {@link recordProblems}. */
export function requireSound(graph: RevisionGraph<RevisionFile>, record: readonly RecordedRevision[]): void {
  const [problem] = recordProblems(graph, record)
  if (problem !== undefined) throw problem
}

/**
 * What was begun in one direction is finished in it before anything goes the other way.
 * @throws PartlyAppliedError
 */
export function requireFinished(record: readonly RecordedRevision[], direction: Direction): void {
  const begun = record.find(({ progress }) => progress !== undefined && progress.direction !== direction)
  if (begun !== undefined) throw partlyApplied(begun)
}

export function partlyApplied({ id, file, progress }: Pick<RecordedRevision, "id" | "file" | "progress">): PartlyAppliedError {
  const [done, command] = progress?.direction === "down" ? ["undone", "downgrade"] : ["applied", "upgrade"]
  return new PartlyAppliedError(`revision ${id} (${file}) is partly ${done}: ${progress?.phases ?? 0} of its parts are`, {
    hint: `${command} goes on where it stopped`,
  })
}

/** The ids of the revisions that are applied to the end, or were and are only partly undone. */
export function appliedIds(record: readonly RevisionState[]): Set<string> {
  return new Set(record.filter(({ progress }) => progress?.direction !== "up").map(({ id }) => id))
}

function missing({ id, file, appliedAt, rebisVersion }: RecordedRevision): RevisionFileMissingError {
  return new RevisionFileMissingError(
    `revision ${id} was applied on ${appliedAt.toISOString()} from ${file} (rebis ${rebisVersion}), and no file has it now`,
    {
      hint: "bring the file back: the database is newer than these files, or the file was lost; `rebis stamp` makes the record fit the files",
    },
  )
}

function edited(file: RevisionFile, recorded: RecordedRevision): EditedRevisionError {
  const difference = sourceDifference(recorded.source, file.source).map((line) => `\n    ${line}`)
  return new EditedRevisionError(
    `${file.file} was changed after it had been applied on ${recorded.appliedAt.toISOString()}:${difference.join("")}`,
    {
      hint: "undo the change and make a new migration for it",
    },
  )
}

function outOfOrder({ id, file }: RecordedRevision, parent: string): RevisionOrderError {
  return new RevisionOrderError(`revision ${id} (${file}) is applied, but ${parent}, which it follows on, is not`, {
    hint: "files were put in another order, or the version table was changed by hand; `rebis stamp` makes the record fit what is in the database",
  })
}
