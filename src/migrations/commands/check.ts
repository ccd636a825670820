import { type Engine, repeatedEngines } from "../../engine/index.ts"
import { type MigrationError, RebisError } from "../../errors/index.ts"
import { conventionFindings, type MetaData } from "../../schema/index.ts"
import { compareModels } from "../diff/compare-models.ts"
import { loadRevisions } from "../revisions/revision-file.ts"
import { multipleHeads } from "../revisions/target.ts"
import { withConnection } from "../run/migrate.ts"
import { appliedIds, partlyApplied, recordProblems } from "../run/record-problems.ts"
import { readRecord } from "../run/version-table.ts"
import type { MigrationsOptions } from "./summary.ts"

export interface CheckOptions extends MigrationsOptions {
  readonly metadata: MetaData
}

/**
 * `engine`: the application has more than one on a URL; `heads`: several; `record`: a file is missing, was edited, or is partly applied; `pending`: the database is behind the files; `drift`: the
 * database is not as the models say; `convention`: a name off the conventions.
 */
export type CheckFindingKind = "engine" | "heads" | "record" | "pending" | "drift" | "convention"

export interface CheckFinding {
  readonly kind: CheckFindingKind
  /** The code of the error that a command would give for it, or the rule's name. */
  readonly code: string
  readonly message: string
  readonly hint?: string
}

/** A finding for each URL on which this process has more than one engine; ask before a command makes its own. */
export function engineFindings(): readonly CheckFinding[] {
  return repeatedEngines().map(({ url, count }) => ({
    kind: "engine",
    code: "one-engine",
    message: `${count} engines were made for ${url}, each with a pool of its own`,
    hint: "make one for the life of the application, and import it",
  }))
}

/**
 * Compares models, migrations and database, and writes nothing. Models and database are compared only when the database is at the head.
 *
 * @throws when a comparison cannot be made: files that cannot be loaded, a database that cannot be reached, ModelSchemaError.
 */
export async function check(engine: Engine, { migrations, metadata }: CheckOptions): Promise<readonly CheckFinding[]> {
  const graph = await loadRevisions(migrations)
  const record = await withConnection(engine, readRecord)
  const findings: CheckFinding[] = recordProblems(graph, record).map((problem) => ofError("record", problem))
  for (const revision of record) if (revision.progress !== undefined) findings.push(ofError("record", partlyApplied(revision)))
  if (graph.heads.length > 1) findings.push(ofError("heads", multipleHeads(graph.heads)))
  const applied = appliedIds(record)
  const pending = graph.ordered.filter(({ id }) => !applied.has(id))
  for (const { id, file } of pending) {
    findings.push({
      kind: "pending",
      code: "REBIS_NOT_AT_HEAD",
      message: `${id} (${file}) is not applied`,
      hint: "`rebis upgrade head`; until then the models are not compared with the database",
    })
  }
  if (findings.length === 0) findings.push(...(await drift(engine, metadata)))
  for (const { rule, message, hint } of conventionFindings(metadata)) findings.push({ kind: "convention", code: rule, message, hint })
  return findings
}

async function drift(engine: Engine, metadata: MetaData): Promise<CheckFinding[]> {
  const { operations, refusals } = await compareModels(engine, metadata)
  const code = "REBIS_DRIFT"
  return [
    ...operations.map(
      (operation) =>
        ({
          kind: "drift",
          code,
          message: `the models ask for: ${operation.describe()}`,
          hint: "`rebis revision --autogenerate` writes it",
        }) as const,
    ),
    ...refusals.map((refusal) => ({ kind: "drift", code, message: refusal }) as const),
  ]
}

function ofError(kind: CheckFindingKind, error: MigrationError): CheckFinding {
  const message =
    error instanceof RebisError && error.hint !== undefined ? error.message.replace(`\n  hint: ${error.hint}`, "") : error.message
  return { kind, code: error.code, message, ...(error.hint === undefined ? {} : { hint: error.hint }) }
}
