import { CommitOutcomeUnknownError } from "../errors/index.ts"
import type { CompiledStatement } from "../sql/index.ts"
import type { DriverResult } from "../engine/index.ts"
import { runAfterCommit, runAfterRollback } from "./after-work.ts"
import { restore } from "./rollback.ts"
import type { SessionState } from "./session-state.ts"
import type { TransactionScope } from "./transaction-scope.ts"
import { AssociationStep } from "./unit-of-work/association-step.ts"
import { mayCascade, planCascading } from "./unit-of-work/cascading-deletes.ts"
import { DeleteStep } from "./unit-of-work/delete-step.ts"
import { type FlushPlan, planFlush } from "./unit-of-work/flush-plan.ts"
import { InsertStep } from "./unit-of-work/insert-step.ts"
import { runSteps, type Step } from "./unit-of-work/step.ts"
import { UpdateStep } from "./unit-of-work/update-step.ts"

/** Writes what the session holds. After an error of which something was sent, only a rollback can follow. */
export async function flush(session: SessionState, scope: TransactionScope): Promise<void> {
  const plan = mayCascade(session) ? await planCascading(session, scope) : planFlush(session)
  if (plan === undefined) return
  await sendPlan(plan, session, scope, (statements) => scope.writeAll(statements))
}

type Works = readonly (() => unknown)[]

/** What listeners have to do with a commit. */
export interface CommitListeners {
  plan(): Promise<FlushPlan | undefined>
  afterCommit(): Works
  afterRollback(): Works
}

/** Writes what the session holds and commits, in as few round trips as that is provably the same. */
export async function commit(session: SessionState, scope: TransactionScope, listeners?: CommitListeners): Promise<void> {
  try {
    const plan =
      listeners !== undefined ? await listeners.plan() : mayCascade(session) ? await planCascading(session, scope) : planFlush(session)
    if (plan !== undefined) await sendPlan(plan, session, scope, (statements, checksRows) => sendLast(plan, statements, checksRows, scope))
    await scope.commit([])
  } catch (error) {
    await undoFailed(session, scope, error, listeners?.afterRollback())
    throw error
  }
  await conclude(session, scope, listeners?.afterCommit())
}

/** Takes note of a transaction that was committed. */
async function conclude(session: SessionState, scope: TransactionScope, listeners: Works = []): Promise<void> {
  const { afterCommit } = session.undo
  endTransaction(session)
  await scope.end()
  await runLast(session, "work after a commit", [...afterCommit, ...listeners], runAfterCommit)
}

/** What is added meanwhile would be lost with the session, as a rule: it is refused. */
async function runLast(session: SessionState, what: string, works: Works, run: (works: Works) => Promise<void>): Promise<void> {
  if (works.length === 0) return
  session.underWay = what
  try {
    await run(works)
  } finally {
    session.underWay = undefined
  }
}

/** Sends what a plan holds, and takes over what comes of it. */
export async function sendPlan(
  plan: FlushPlan,
  session: SessionState,
  scope: TransactionScope,
  last: Parameters<typeof runSteps>[2],
): Promise<void> {
  let sent = false
  const noted =
    <A extends unknown[], R>(send: (...args: A) => R) =>
    (...args: A): R => {
      sent = true
      session.undo.wrote = true
      return send(...args)
    }
  session.underWay = "a flush"
  try {
    await runSteps(
      plan.steps,
      noted((statements) => scope.writeAll(statements)),
      noted(last),
    )
    plan.finish()
  } catch (error) {
    if (sent) scope.fail(error)
    throw error
  } finally {
    session.underWay = undefined
  }
}

/**
 * The last statements of a unit of work. COMMIT travels with them unless their results may still forbid it. A unit that is
 * nothing but one statement, of which a part cannot be done, needs no transaction around it.
 */
async function sendLast(
  { steps }: FlushPlan,
  statements: readonly CompiledStatement[],
  checksRows: boolean,
  scope: TransactionScope,
): Promise<readonly DriverResult[]> {
  if (statements.length === 1 && scope.mayRunAlone && isWholeOrNothing(steps[0]!)) return [await scope.runAlone(statements[0]!)]
  if (!checksRows) return await scope.commit(statements)
  return await scope.writeAll(statements)
}

function isWholeOrNothing(step: Step): boolean {
  return (
    step instanceof InsertStep ||
    ((step instanceof UpdateStep || step instanceof DeleteStep || step instanceof AssociationStep) && step.isSingle)
  )
}

function endTransaction(session: SessionState): void {
  for (const state of session.undo.touched.keys()) if (state.status === "deleted") state.owner = undefined
  session.startAnew()
}

/** Flushes and prepares. When that fails, all is rolled back. */
export async function prepare(session: SessionState, scope: TransactionScope, id: string, write: () => Promise<void>): Promise<void> {
  try {
    await write()
    await scope.prepare(id)
  } catch (error) {
    await undoFailed(session, scope, error)
    throw error
  }
}

/** Commits what was prepared. When that fails, it is still prepared: nothing is undone. */
export async function commitPrepared(session: SessionState, scope: TransactionScope, listeners?: Works): Promise<void> {
  await scope.commitPrepared()
  await conclude(session, scope, listeners)
}

/** Undoes all since the last commit, in the database and in memory. Listeners hear of it where there was anything. */
export async function rollback(session: SessionState, scope: TransactionScope, listeners: Works = []): Promise<void> {
  const { afterRollback } = session.undo
  const isNews = scope.holdsConnection || session.pending.size > 0 || session.deleting.size > 0 || session.undo.touched.size > 0
  try {
    await scope.rollback()
  } finally {
    restore(session, session.undo)
    session.startAnew()
    await scope.end()
    await runLast(session, "work after a rollback", [...afterRollback, ...(isNews ? listeners : [])], runAfterRollback)
  }
}

/** A commit that failed has stored nothing, or nobody knows: then no entity can be trusted, and nothing says that it was undone. */
export async function undoFailed(session: SessionState, scope: TransactionScope, error: unknown, listeners: Works = []): Promise<void> {
  const isKnown = !(error instanceof CommitOutcomeUnknownError)
  const { afterRollback } = session.undo
  await scope.rollback()
  if (isKnown) restore(session, session.undo)
  else for (const state of [...session.pending, ...session.identities]) session.release(state)
  session.startAnew()
  await scope.end()
  if (isKnown) await runLast(session, "work after a rollback", [...afterRollback, ...listeners], runAfterRollback)
}
