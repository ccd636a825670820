import type { RevisionNode } from "../revisions/graph.ts"

/** Where the migration files are. */
export interface MigrationsOptions {
  /** The folder of migrations, relative to the process's working directory. */
  readonly migrations: string
}

/** A revision as the functions of this door tell of it. */
export interface RevisionSummary {
  readonly id: string
  /** The revisions that it follows on. */
  readonly parents: readonly string[]
  /** Its file's name in the folder of migrations. */
  readonly file: string
}

export function summaryOf({ id, parents, file }: RevisionNode): RevisionSummary {
  return { id, parents: [...parents], file }
}
