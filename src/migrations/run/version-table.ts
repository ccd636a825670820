import type { Connection } from "../../engine/index.ts"
import { MigrationPermissionError, ProgrammingError, VersionTableError } from "../../errors/index.ts"
import { declarativeBase, integer, tableDefinition, text, timestamptz } from "../../schema/index.ts"
import { compile, deleteFrom, insert, rowReader, select, type Statement } from "../../sql/index.ts"
import type { Direction } from "../revisions/revision-file.ts"
import { isPermissionError } from "./permission.ts"
import { packageVersion } from "./package-version.ts"

const Base = declarativeBase({ conventions: "off" })

/** A row for each revision that is applied, or that was begun and not finished. */
class RevisionRow extends Base.model("rebis_revision", {
  revision: text().primaryKey(),
  /** The ids of the parents, with commas. */
  downRevision: text(),
  file: text(),
  /** SHA-256 of the file as it was applied. */
  checksum: text(),
  /** The file as it was applied. */
  source: text(),
  appliedAt: timestamptz(),
  /** `null` for a revision that was stamped. */
  durationMs: integer().nullable(),
  rebisVersion: text(),
  /** JSON, while a revision is partly applied or partly undone. */
  progress: text().nullable(),
}) {}

/** The name of the table that says which revisions are applied. */
export const versionTableName: string = RevisionRow.tableName

/** How far a revision was brought whose steps cannot all stand in one transaction. */
export interface RevisionProgress {
  readonly direction: Direction
  /** How many of its phases are done. */
  readonly phases: number
  /** A hash of what these do: only a file that begins with the same can be gone on with. */
  readonly checksum: string
}

/** Whether a revision is applied, or how far. */
export interface RevisionState {
  readonly id: string
  readonly progress: RevisionProgress | undefined
}

/** What the database says about a revision. */
export interface RecordedRevision extends RevisionState {
  readonly parents: readonly string[]
  readonly file: string
  readonly checksum: string
  readonly source: string
  readonly appliedAt: Date
  /** In milliseconds; `undefined` for a revision that was stamped. */
  readonly duration: number | undefined
  readonly rebisVersion: string
}

/** A revision to record; the rest is known here. */
export type RevisionToRecord = Omit<RecordedRevision, "appliedAt" | "rebisVersion">

/**
 * What the database says, in the order of the ids; nothing where it was never migrated. Writes nothing. Not for a transaction: the
 * answer to whether there is a version table may be an error of the server's.
 *
 * @throws VersionTableError when the table is not one of this version, MigrationPermissionError when it may not be read.
 */
export async function readRecord(connection: Connection): Promise<readonly RecordedRevision[]> {
  try {
    return await selectRecord(connection)
  } catch (error) {
    requireReadable(error)
  }
  if (!(await hasVersionTable(connection))) return []
  try {
    // Another migrator may have made the table between the two.
    return await selectRecord(connection)
  } catch (error) {
    requireReadable(error)
    throw new VersionTableError(`the table ${versionTableName} is not as this version of Rebis writes it`, {
      cause: error,
      hint: "use the version of Rebis that made it, or a newer one",
    })
  }
}

/** @throws the error, unless it may mean that there is no such table or column. */
function requireReadable(error: unknown): void {
  if (!(error instanceof ProgrammingError)) throw error
  if (!isPermissionError(error)) return
  throw new MigrationPermissionError(`the table ${versionTableName} may not be read by this database user`, {
    cause: error,
    hint: "grant select on it, or connect as its owner",
  })
}

async function selectRecord(connection: Connection): Promise<readonly RecordedRevision[]> {
  const rows = await rowsOf(connection, select(RevisionRow).orderBy(RevisionRow.c.revision))
  return rows.map((row) => ({
    id: row.revision,
    parents: row.downRevision === "" ? [] : row.downRevision.split(","),
    file: row.file,
    checksum: row.checksum,
    source: row.source,
    appliedAt: row.appliedAt,
    duration: row.durationMs ?? undefined,
    rebisVersion: row.rebisVersion,
    progress: progressOf(row.progress),
  }))
}

/** Which revisions are recorded, and how far; where the version table is known to be there. */
export async function selectStates(connection: Connection): Promise<readonly RevisionState[]> {
  const { revision, progress } = RevisionRow.c
  const rows = await rowsOf(connection, select({ id: revision, progress }).from(RevisionRow))
  return rows.map((row) => ({ id: row.id, progress: progressOf(row.progress) }))
}

/** Creates the version table where it is missing. @throws MigrationPermissionError */
export async function ensureVersionTable(connection: Connection): Promise<void> {
  if (await hasVersionTable(connection)) return
  const { dialect } = connection
  const statements = dialect.ddl.createTable(tableDefinition(RevisionRow.table, dialect))
  try {
    await connection.transaction(async () => {
      for (const statement of statements) await connection.exec(statement)
    })
  } catch (error) {
    if (isPermissionError(error)) {
      throw new MigrationPermissionError(`the table ${versionTableName} may not be created by this database user`, {
        cause: error,
        hint: "migrate as the owner of the schema, on a server that takes writes",
      })
    }
    // Without a lock between sessions another migrator may have been faster.
    if (!(error instanceof ProgrammingError) || !(await hasVersionTable(connection))) throw error
  }
}

/** Records a revision in place of what was recorded of it before. */
export async function recordRevision(connection: Connection, revision: RevisionToRecord): Promise<void> {
  await forgetRevision(connection, revision.id)
  const row = {
    revision: revision.id,
    downRevision: revision.parents.join(","),
    file: revision.file,
    checksum: revision.checksum,
    source: revision.source,
    appliedAt: new Date(),
    durationMs: revision.duration === undefined ? null : Math.round(revision.duration),
    rebisVersion: packageVersion,
    progress: revision.progress === undefined ? null : JSON.stringify(revision.progress),
  }
  await connection.run(compile(insert(RevisionRow).values(row), connection.dialect))
}

export async function forgetRevision(connection: Connection, id: string): Promise<void> {
  await connection.run(compile(deleteFrom(RevisionRow).where(RevisionRow.c.revision.eq(id)), connection.dialect))
}

function progressOf(json: string | null): RevisionProgress | undefined {
  return json === null ? undefined : (JSON.parse(json) as RevisionProgress)
}

async function hasVersionTable(connection: Connection): Promise<boolean> {
  try {
    await connection.run(compile(select(RevisionRow.c.revision).limit(1), connection.dialect))
    return true
  } catch (error) {
    if (error instanceof ProgrammingError && !isPermissionError(error)) return false
    throw error
  }
}

async function rowsOf<O>(connection: Connection, statement: Statement<O>): Promise<O[]> {
  const compiled = compile(statement, connection.dialect)
  const { rows } = await connection.run(compiled)
  if (compiled.shape === undefined) return []
  const read = rowReader(compiled.shape, connection.dialect)
  return rows.map((row) => read(row) as O)
}
