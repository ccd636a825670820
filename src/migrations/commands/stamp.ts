import type { Connection, Engine } from "../../engine/index.ts"
import { loadRevisions, type RevisionFile } from "../revisions/revision-file.ts"
import { revisionsAt } from "../revisions/target.ts"
import { withMigrationLock } from "../run/migration-lock.ts"
import type { OnMigrationEvent } from "../run/progress.ts"
import { ensureVersionTable, forgetRevision, readRecord, recordRevision } from "../run/version-table.ts"
import { type MigrationsOptions, type RevisionSummary, summaryOf } from "./summary.ts"

export interface StampOptions extends MigrationsOptions {
  /** `head`, `heads`, `base`, a revision's id or the beginning of one. */
  readonly target: string
  readonly lockTimeout?: number | undefined
  readonly onEvent?: OnMigrationEvent | undefined
}

export interface StampResult {
  /** Revisions that are recorded now and were not, or not as the files are. */
  readonly recorded: readonly RevisionSummary[]
  /** Ids that are recorded no more. */
  readonly forgotten: readonly string[]
}

/**
 * Says that the database stands at the target, and runs nothing: for one that got its schema in another way, or whose record no longer
 * fits the files. Files are recorded as they are now.
 *
 * @throws UnknownRevisionError, AmbiguousRevisionError, MultipleHeadsError, MigrationLockError, MigrationPermissionError
 */
export async function stamp(engine: Engine, { migrations, target, lockTimeout, onEvent }: StampOptions): Promise<StampResult> {
  const graph = await loadRevisions(migrations)
  const wanted = revisionsAt(graph, target)
  return await withMigrationLock(
    engine,
    { lockTimeout, onWait: () => onEvent?.({ kind: "waiting" }) },
    async ({ connection, whenFree }) => {
      await whenFree(() => ensureVersionTable(connection))
      return await whenFree((begun) => replaceRecord(connection, wanted, begun))
    },
  )
}

async function replaceRecord(connection: Connection, wanted: readonly RevisionFile[], begun: () => void): Promise<StampResult> {
  const before = await readRecord(connection)
  const kept = new Map(before.filter(({ progress }) => progress === undefined).map(({ id, checksum }) => [id, checksum]))
  const ids = new Set(wanted.map(({ id }) => id))
  const forgotten = before.map(({ id }) => id).filter((id) => !ids.has(id))
  const recorded = wanted.filter(({ id, checksum }) => kept.get(id) !== checksum)
  await connection.transaction(async () => {
    for (const id of forgotten) await forgetRevision(connection, id)
    for (const { id, parents, file, checksum, source } of recorded) {
      await recordRevision(connection, { id, parents, file, checksum, source, duration: undefined, progress: undefined })
    }
    begun()
  })
  return { recorded: recorded.map(summaryOf), forgotten }
}
