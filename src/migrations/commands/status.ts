import type { Engine } from "../../engine/index.ts"
import type { RevisionGraph } from "../revisions/graph.ts"
import { loadRevisions, type RevisionFile } from "../revisions/revision-file.ts"
import { withConnection } from "../run/migrate.ts"
import { appliedIds } from "../run/record-problems.ts"
import { readRecord, type RecordedRevision } from "../run/version-table.ts"
import { type MigrationsOptions, type RevisionSummary, summaryOf } from "./summary.ts"

/** Where a database stands. */
export interface CurrentStatus {
  /** The applied revisions that no other applied one follows on; none before the first migration. */
  readonly current: readonly AppliedRevision[]
  /** Revisions that are not applied, in the order in which they would be. */
  readonly pending: readonly RevisionSummary[]
  /** Revisions that were begun and not finished. */
  readonly partly: readonly AppliedRevision[]
}

export interface AppliedRevision extends RevisionSummary {
  readonly appliedAt: Date
  /** In milliseconds; `undefined` for a revision that was stamped. */
  readonly duration: number | undefined
  /** Whether a migration file has it. */
  readonly hasFile: boolean
}

export interface HistoryEntry extends RevisionSummary {
  /** Nothing follows on it. */
  readonly isHead: boolean
  /** When it was applied; `undefined` when it is not. */
  readonly appliedAt: Date | undefined
}

/** Where the database stands. Writes nothing. */
export async function current(engine: Engine, { migrations }: MigrationsOptions): Promise<CurrentStatus> {
  const graph = await loadRevisions(migrations)
  const record = await withConnection(engine, readRecord)
  const applied = appliedIds(record)
  return {
    current: recordedHeads(record, applied).map((revision) => appliedRevision(graph, revision)),
    pending: graph.ordered.filter(({ id }) => !applied.has(id)).map(summaryOf),
    partly: record.filter(({ progress }) => progress !== undefined).map((revision) => appliedRevision(graph, revision)),
  }
}

/** All revisions, the newest first, and whether the database has them. Writes nothing. */
export async function history(engine: Engine, { migrations }: MigrationsOptions): Promise<readonly HistoryEntry[]> {
  const graph = await loadRevisions(migrations)
  const record = await withConnection(engine, readRecord)
  const applied = new Map(
    record.filter(({ progress }) => progress?.direction !== "up").map((revision) => [revision.id, revision.appliedAt]),
  )
  return entries(graph, applied)
}

/** All revisions, the newest first, as the files alone tell of them. */
export async function fileHistory({ migrations }: MigrationsOptions): Promise<readonly HistoryEntry[]> {
  return entries(await loadRevisions(migrations), new Map())
}

/** The revisions that nothing follows on. More than one is two branches that have to be put in an order. */
export async function heads({ migrations }: MigrationsOptions): Promise<readonly RevisionSummary[]> {
  return (await loadRevisions(migrations)).heads.map(summaryOf)
}

function entries(graph: RevisionGraph<RevisionFile>, applied: ReadonlyMap<string, Date>): HistoryEntry[] {
  const headIds = new Set(graph.heads.map(({ id }) => id))
  return graph.ordered
    .toReversed()
    .map((revision) => ({ ...summaryOf(revision), isHead: headIds.has(revision.id), appliedAt: applied.get(revision.id) }))
}

/** By the record alone, since a file may be missing. */
function recordedHeads(record: readonly RecordedRevision[], applied: ReadonlySet<string>): RecordedRevision[] {
  const followed = new Set(record.filter(({ id }) => applied.has(id)).flatMap(({ parents }) => parents))
  return record.filter(({ id }) => applied.has(id) && !followed.has(id))
}

function appliedRevision(
  graph: RevisionGraph<RevisionFile>,
  { id, parents, file, appliedAt, duration }: RecordedRevision,
): AppliedRevision {
  return { id, parents, file: graph.get(id)?.file ?? file, appliedAt, duration, hasFile: graph.get(id) !== undefined }
}
