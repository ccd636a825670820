import { MigrationFileError } from "../../errors/index.ts"
import type { MigrationOperations } from "../operations/migration-operations.ts"
import { isRevisionId } from "./revision-id.ts"

/** What a migration file says about itself. */
export interface MigrationDefinition {
  /** The id, unique among all files: letters, digits and `_`. */
  readonly revision: string
  /** The revision that this one follows on; `null` for the first one, several for a merge of branches. */
  readonly downRevision: string | readonly string[] | null
  /** Lists the changes, in order. Nothing is run by listing. */
  up(op: MigrationOperations): void
  /** Lists what undoes {@link up}, in the opposite order. */
  down(op: MigrationOperations): void
}

const brand: unique symbol = Symbol.for("rebis.migration")

/** A migration as its file gives it. */
export interface Migration {
  readonly [brand]: true
  readonly revision: string
  readonly downRevisions: readonly string[]
  readonly up: (op: MigrationOperations) => void
  readonly down: (op: MigrationOperations) => void
}

/**
 * What a migration file exports by default. Its order among the others is in `downRevision`, never in the file's name.
 *
 * @throws MigrationFileError when a part is missing or is not what it has to be.
 *
 * @example
 * export default migration({
 *   revision: "4f1d2c8a90be",
 *   downRevision: null,
 *   up(op) {
 *     op.createTable("user", { columns: [{ name: "id", type: "integer", nullable: false }] })
 *   },
 *   down(op) {
 *     op.dropTable("user")
 *   },
 * })
 */
export function migration(definition: MigrationDefinition): Migration {
  const { revision, downRevision } = definition
  if (!isRevisionId(revision)) {
    throw new MigrationFileError(`${JSON.stringify(revision)} is not a revision id`, {
      hint: "an id has letters, digits and _, and is none of head, heads, base and current",
    })
  }
  const downRevisions: readonly unknown[] =
    downRevision === null ? [] : typeof downRevision === "string" ? [downRevision] : requireList(downRevision)
  const wrong = downRevisions.find((id) => !isRevisionId(id))
  if (wrong !== undefined)
    throw new MigrationFileError(`downRevision holds ${JSON.stringify(wrong)}, which is not a revision id`, {
      hint: "a first revision has null",
    })
  for (const direction of ["up", "down"] as const) {
    if (typeof definition[direction] !== "function") throw new MigrationFileError(`the migration has no function ${direction}(op)`)
  }
  return {
    [brand]: true,
    revision,
    downRevisions: downRevisions as readonly string[],
    up: (op) => definition.up(op),
    down: (op) => definition.down(op),
  }
}

export function isMigration(value: unknown): value is Migration {
  return typeof value === "object" && value !== null && brand in value
}

function requireList(value: unknown): readonly unknown[] {
  if (Array.isArray(value) && value.length > 0) return value
  throw new MigrationFileError(
    `downRevision is ${JSON.stringify(value) ?? "missing"}: a revision's id, a list of ids, or null for a first revision`,
  )
}
