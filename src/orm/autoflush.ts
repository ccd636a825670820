import { addNote } from "../util/index.ts"
import { flush } from "./flush.ts"
import type { SessionState } from "./session-state.ts"
import type { TransactionScope } from "./transaction-scope.ts"

/** A flush that nobody asked for: what fails says so, since it is about other entities than the statement that it comes before. */
export async function autoflush(session: SessionState, scope: TransactionScope): Promise<void> {
  try {
    await flush(session, scope)
  } catch (error) {
    addNote(error, "this comes from the flush before a statement (autoflush); db.withoutAutoflush(…) holds it back")
    throw error
  }
}
