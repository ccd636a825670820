import { renderMigration } from "../render/render-migration.ts"
import { defaultFileTemplate, migrationFileName } from "../revisions/file-name.ts"
import type { RevisionGraph } from "../revisions/graph.ts"
import { loadRevisions, type RevisionFile } from "../revisions/revision-file.ts"
import { newRevisionId } from "../revisions/revision-id.ts"
import { onlyHead } from "../revisions/target.ts"
import { writeNewFile } from "../revisions/write-revision.ts"
import type { Operation } from "../operations/operation.ts"
import type { MigrationsOptions, RevisionSummary } from "./summary.ts"

export interface RevisionOptions extends MigrationsOptions {
  /** What the migration does, for the file's name: `add_user_email_index`. */
  readonly message: string
  /** Default `{year}-{month}-{day}_{slug}`. */
  readonly fileTemplate?: string
  /** For the file's name; default: now. */
  readonly date?: Date
}

/**
 * Writes an empty migration that follows on the only head. A name that is taken gets a number; nothing is overwritten.
 *
 * @throws MultipleHeadsError, MigrationFileError and its kin when the files that are there are not sound, ArgumentError.
 */
export async function revision(options: RevisionOptions): Promise<RevisionSummary> {
  const draft = new RevisionDraft(await loadRevisions(options.migrations), options)
  return await draft.write(draft.source([]))
}

/** A migration that is about to be written: its id, its place and its name. */
export class RevisionDraft {
  readonly id: string
  readonly parents: readonly string[]
  readonly fileName: string
  readonly #folder: string

  constructor(
    graph: RevisionGraph<RevisionFile>,
    { migrations, message, fileTemplate = defaultFileTemplate, date = new Date() }: RevisionOptions,
  ) {
    const head = onlyHead(graph)
    this.id = newRevisionId(new Set(graph.ids))
    this.parents = head === undefined ? [] : [head.id]
    this.fileName = migrationFileName(fileTemplate, { message, revision: this.id, date })
    this.#folder = migrations
  }

  source(up: readonly Operation[]): string {
    return renderMigration({ revision: this.id, downRevision: this.parents[0] ?? null, up })
  }

  async write(source: string): Promise<RevisionSummary> {
    return { id: this.id, parents: this.parents, file: await writeNewFile(this.#folder, this.fileName, source) }
  }
}
