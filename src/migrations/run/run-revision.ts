import type { Connection } from "../../engine/index.ts"
import {
  CommitOutcomeUnknownError,
  DatabaseError,
  InternalError,
  IrreversibleMigrationError,
  MigrationFailedError,
  type MigrationFailure,
  MigrationLockError,
  MigrationPermissionError,
  PartlyAppliedError,
  RebisError,
  RevisionOrderError,
} from "../../errors/index.ts"
import { type Phase, plan, type Step } from "../plan/plan.ts"
import { runPhase } from "../plan/run-phase.ts"
import type { RevisionGraph } from "../revisions/graph.ts"
import { type Direction, operationsOf, type RevisionFile } from "../revisions/revision-file.ts"
import type { LockedDatabase } from "./migration-lock.ts"
import { isPermissionError } from "./permission.ts"
import { type OnMigrationEvent, phasesChecksum } from "./progress.ts"
import { appliedIds, partlyApplied } from "./record-problems.ts"
import { forgetRevision, recordRevision, type RevisionProgress, selectStates } from "./version-table.ts"

/** A revision that is about to be applied or undone, with all that it will do. */
export interface PlannedRevision {
  readonly file: RevisionFile
  readonly direction: Direction
  readonly phases: readonly Phase[]
  /** How many of the phases an earlier run left done. */
  readonly done: number
}

/**
 * Lists what a file will do.
 * @throws MigrationFileError when the file cannot say, IrreversibleMigrationError when it says that there is no way.
 */
export function planRevision(file: RevisionFile, direction: Direction, dialect: Connection["dialect"], done = 0): PlannedRevision {
  const operations = operationsOf(file, direction)
  try {
    return { file, direction, phases: plan(operations, dialect), done }
  } catch (error) {
    if (!(error instanceof IrreversibleMigrationError)) throw error
    throw new IrreversibleMigrationError(`${file.file} cannot be ${direction === "up" ? "applied" : "undone"}: ${error.message}`, {
      cause: error,
    })
  }
}

export interface RunRevisionContext {
  readonly database: LockedDatabase
  readonly graph: RevisionGraph<RevisionFile>
  readonly onEvent: OnMigrationEvent
}

/**
 * Applies or undoes one revision: each of its phases in a transaction that also holds the record, or on its own where it cannot stand
 * in one; then the record says after each how far it came.
 *
 * @returns whether anything was left to do
 * @throws MigrationFailedError, MigrationPermissionError, RevisionOrderError, MigrationLockError
 */
export function runRevision(planned: PlannedRevision, context: RunRevisionContext): Promise<boolean> {
  return new RevisionRun(planned, context).run()
}

const emptyPhase: Phase = { transactional: true, rebuilds: false, steps: [] }

/** Without a lock between sessions, another migrator may have come between two transactions. */
class PositionChanged extends InternalError {}

class RevisionRun {
  readonly #planned: PlannedRevision
  readonly #context: RunRevisionContext
  readonly #start = performance.now()
  /** How many phases are done, also by a run before this one. */
  #done = 0
  #step: Step | undefined
  #statement: string | undefined

  constructor(planned: PlannedRevision, context: RunRevisionContext) {
    this.#planned = planned
    this.#context = context
  }

  async run(): Promise<boolean> {
    const { database } = this.#context
    const { phases } = this.#planned
    let hasRun = false
    try {
      await database.confirm()
      for (let next = await this.#position(); next !== undefined;) {
        this.#done = next
        try {
          // A migration without operations is recorded all the same.
          await this.#runPhase(phases[next] ?? emptyPhase)
          hasRun = true
          next = next + 1 < phases.length ? next + 1 : undefined
        } catch (error) {
          if (!(error instanceof PositionChanged)) throw error
          next = await this.#position()
        }
      }
      return hasRun
    } catch (error) {
      throw this.#failure(error)
    }
  }

  async #runPhase(phase: Phase): Promise<void> {
    const { connection, whenFree } = this.#context.database
    const position = this.#done
    await whenFree(async (begun) => {
      await runPhase(connection, phase, {
        before: async () => {
          if (phase.transactional && (await this.#position()) !== position) throw new PositionChanged("another migrator was faster")
          begun()
        },
        ...(phase.transactional ? { after: () => this.#record(connection, position + 1) } : {}),
        onStep: (step) => {
          this.#step = step
          this.#statement = undefined
          this.#context.onEvent({ kind: "step", revision: this.#planned.file.id, description: step.describe() })
        },
        onStatement: (sql) => {
          this.#statement = sql
          this.#context.onEvent({ kind: "statement", revision: this.#planned.file.id, sql })
        },
      })
      if (!phase.transactional) await connection.transaction(() => this.#record(connection, position + 1))
    })
    this.#step = undefined
    this.#statement = undefined
    this.#done = position + 1
  }

  /** The phase that comes next by the record; `undefined` when all are done. @throws RevisionOrderError when the record does not allow it. */
  async #position(): Promise<number | undefined> {
    const { file, direction, phases } = this.#planned
    const record = await selectStates(this.#context.database.connection)
    const own = record.find(({ id }) => id === file.id)
    const isDone = direction === "up" ? own !== undefined && own.progress === undefined : own === undefined
    if (isDone) return undefined
    const applied = appliedIds(record)
    const parent = file.parents.find((id) => !applied.has(id))
    if (direction === "up" && parent !== undefined) throw changedMeanwhile(file, `${parent}, which it follows on, is not applied`)
    const child = this.#context.graph.childrenOf(file.id).find(({ id }) => record.some((each) => each.id === id))
    if (direction === "down" && child !== undefined) throw changedMeanwhile(file, `${child.id}, which follows on it, is applied`)
    return own?.progress === undefined ? 0 : resumeAt(own.progress, this.#planned, phases)
  }

  /** Says in the version table that so many phases are done. */
  async #record(connection: Connection, done: number): Promise<void> {
    const { file, direction, phases } = this.#planned
    const isLast = done >= phases.length
    if (isLast && direction === "down") return await forgetRevision(connection, file.id)
    const progress: RevisionProgress | undefined = isLast
      ? undefined
      : { direction, phases: done, checksum: phasesChecksum(phases.slice(0, done)) }
    const { id, parents, checksum, source } = file
    await recordRevision(connection, {
      id,
      parents,
      file: file.file,
      checksum,
      source,
      duration: performance.now() - this.#start,
      progress,
    })
  }

  #failure(error: unknown): unknown {
    if (error instanceof RevisionOrderError || error instanceof PartlyAppliedError || error instanceof MigrationLockError) return error
    const { file, direction, phases } = this.#planned
    if (isPermissionError(error)) {
      return new MigrationPermissionError(
        `${file.file} may not be ${direction === "up" ? "applied" : "undone"} by this database user: ${firstLine(error)}`,
        {
          cause: error,
          hint: "migrate as the owner of the tables, on a server that takes writes",
        },
      )
    }
    const statement = (error instanceof DatabaseError ? error.details.statement : undefined) ?? this.#statement
    const operation = this.#step?.describe()
    const partlyApplied = this.#done > 0 || phases[this.#done]?.transactional === false
    const failure: MigrationFailure = { revision: file.id, file: file.file, direction, operation, statement, partlyApplied }
    const where = operation === undefined ? "" : `\n  in:        ${operation}`
    const sent = statement === undefined ? "" : `\n  statement: ${statement.replaceAll("\n", "\n             ")}`
    const message = `${file.file} failed on the way ${direction}: ${firstLine(error)}${where}${sent}`
    return new MigrationFailedError(message, failure, { cause: error, hint: this.#hint(error, partlyApplied) })
  }

  #hint(error: unknown, partlyApplied: boolean): string {
    const own = error instanceof RebisError && error.hint !== undefined ? `${error.hint}; ` : ""
    const command = this.#planned.direction === "up" ? "upgrade" : "downgrade"
    if (error instanceof CommitOutcomeUnknownError)
      return `\`rebis current\` says whether it was stored, since the record is part of the transaction; then ${command} again`
    if (!partlyApplied) return `${own}nothing of this file was kept: correct the cause and ${command} again`
    return `${own}${this.#done} of its ${this.#planned.phases.length} parts were kept, since they do not fit into one transaction: correct the cause and ${command} again, which goes on from there`
  }
}

function resumeAt(progress: RevisionProgress, { file, direction }: PlannedRevision, phases: readonly Phase[]): number {
  if (progress.direction !== direction) throw partlyApplied({ id: file.id, file: file.file, progress })
  if (progress.phases <= phases.length && phasesChecksum(phases.slice(0, progress.phases)) === progress.checksum) return progress.phases
  throw new PartlyAppliedError(
    `${file.file} is partly ${direction === "up" ? "applied" : "undone"}, and what of it was done is no longer what the file begins with`,
    {
      hint: `bring its first ${progress.phases} parts back as they were; only what comes after may be corrected`,
    },
  )
}

function changedMeanwhile(file: RevisionFile, why: string): RevisionOrderError {
  return new RevisionOrderError(`${file.file} cannot be run: ${why}`, {
    hint: "another migrator changed the database meanwhile: run it again",
  })
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] ?? ""
}
