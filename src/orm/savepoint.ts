import { ConcurrentUseError } from "../errors/index.ts"
import { runAfterRollback } from "./after-work.ts"
import { restore } from "./rollback.ts"
import type { SessionState } from "./session-state.ts"
import type { TransactionScope } from "./transaction-scope.ts"

/** What a savepoint asks of its session. */
export interface SavepointWork<T> {
  /** Flushes and marks the place, while nothing else of the session runs. */
  begin(mark: () => Promise<string>): Promise<string>
  flush(): Promise<void>
  /** While nothing can be asked of the session. */
  hold(last: () => Promise<void>): Promise<void>
  work(): Promise<T>
}

/** Runs work in a savepoint: what it did is undone when it throws, in the database and in memory. */
export async function savepoint<T>(session: SessionState, scope: TransactionScope, parts: SavepointWork<T>): Promise<T> {
  const name = await parts.begin(() => scope.savepoint())
  const frame = session.enterSavepoint()
  let isInnermost = true
  try {
    const result = await parts.work()
    isInnermost = session.undo === frame
    if (!isInnermost) throw sideBySide()
    await parts.flush()
    scope.release(name)
    session.leaveSavepoint(frame, true)
    return result
  } catch (error) {
    if (!isInnermost || session.undo !== frame) {
      // The other one's work is behind this savepoint's: neither can be undone without the other.
      session.leaveSavepoint(frame, true)
      scope.fail(error, true)
      throw error
    }
    restore(session, frame)
    session.leaveSavepoint(frame, false)
    // When there is nothing left to go back to, all has to be rolled back; what was thrown stays what it is.
    await scope.rollbackTo(name).catch((failure: unknown) => scope.fail(failure))
    await parts.hold(() => runAfterRollback(frame.afterRollback))
    throw error
  }
}

function sideBySide(): ConcurrentUseError {
  return new ConcurrentUseError("a savepoint was to end while another one, begun after it, was still open", {
    hint: "await one savepoint before the next is begun, or begin it inside; tasks that run side by side each need a session",
  })
}
