import type { Connection, Engine } from "../../engine/index.ts"
import type { RevisionGraph } from "../revisions/graph.ts"
import type { Direction, RevisionFile } from "../revisions/revision-file.ts"
import { type LockedDatabase, withMigrationLock } from "./migration-lock.ts"
import type { OnMigrationEvent } from "./progress.ts"
import { appliedIds, requireFinished, requireSound } from "./record-problems.ts"
import { type PlannedRevision, planRevision, runRevision } from "./run-revision.ts"
import { ensureVersionTable, readRecord } from "./version-table.ts"

export interface MigrateOptions {
  readonly graph: RevisionGraph<RevisionFile>
  readonly direction: Direction
  /** Which revisions to run, in order, when these are applied. */
  readonly choose: (applied: ReadonlySet<string>) => readonly RevisionFile[]
  readonly lockTimeout?: number | undefined
  readonly onEvent?: OnMigrationEvent | undefined
}

/**
 * Brings the database to where `choose` wants it. Everything that can be known before is looked at before anything is run: the files,
 * the record, the target, what each revision will do.
 *
 * @returns the revisions that were run here, in order
 */
export async function migrate(engine: Engine, options: MigrateOptions): Promise<readonly RevisionFile[]> {
  const { onEvent = () => {}, lockTimeout } = options
  // Where nothing is left to do, as when an application starts, nobody is kept waiting.
  if ((await withConnection(engine, (connection) => planned(connection, options))).length === 0) return []
  return await withMigrationLock(engine, { lockTimeout, onWait: () => onEvent({ kind: "waiting" }) }, (database) => run(database, options))
}

/** What {@link migrate} would run. Reads the record, and writes nothing. */
export async function plannedRevisions(engine: Engine, options: MigrateOptions): Promise<readonly PlannedRevision[]> {
  return await withConnection(engine, (connection) => planned(connection, options))
}

async function planned(connection: Connection, { graph, direction, choose }: MigrateOptions): Promise<readonly PlannedRevision[]> {
  const record = await readRecord(connection)
  requireSound(graph, record)
  requireFinished(record, direction)
  const done = new Map(record.map(({ id, progress }) => [id, progress?.phases]))
  return choose(appliedIds(record)).map((file) => planRevision(file, direction, connection.dialect, done.get(file.id)))
}

async function run(database: LockedDatabase, options: MigrateOptions): Promise<readonly RevisionFile[]> {
  const { graph, onEvent = () => {} } = options
  const { connection } = database
  const revisions = await planned(connection, options)
  if (revisions.length === 0) return []
  await database.whenFree(() => ensureVersionTable(connection))
  const done: RevisionFile[] = []
  for (const [index, revision] of revisions.entries()) {
    const { file, direction } = revision
    const start = performance.now()
    onEvent({ kind: "begin", revision: file.id, file: file.file, direction, position: index + 1, total: revisions.length })
    const hasRun = await runRevision(revision, { database, graph, onEvent })
    if (hasRun) done.push(file)
    onEvent({
      revision: file.id,
      file: file.file,
      direction,
      ...(hasRun ? { kind: "end", duration: performance.now() - start } : { kind: "skip" }),
    })
  }
  return done
}

export async function withConnection<T>(engine: Engine, work: (connection: Connection) => Promise<T>): Promise<T> {
  await using connection = await engine.connect()
  return await work(connection)
}
