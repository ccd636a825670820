import type { RequestSession } from "./request-session.ts"

/**
 * The session of a unit of work for whoever composes it by hand: an async generator that yields one session. Asked for its
 * next value, it commits; an error thrown into it rolls back and is thrown again; it closes the session in any case.
 *
 * In `for await` the body's own `return`, `break` and `throw` end the generator without a next value, so they roll back.
 *
 * @example
 * const getDb = sessionDependency(sessions)
 * for await (const db of getDb()) db.add(new Post({ title: "Notes", content: "…", userId: 1 }))
 */
export function sessionDependency<S extends RequestSession>(sessions: () => S): () => AsyncGenerator<S, void, undefined> {
  return async function* getDb() {
    const session = sessions()
    try {
      yield session
      await session.commit()
    } catch (error) {
      await rollBack(session)
      throw error
    } finally {
      await session.close()
    }
  }
}

/** A rollback that fails does not hide why it was made: closing the session ends the transaction too. */
async function rollBack(session: RequestSession): Promise<void> {
  try {
    await session.rollback()
  } catch (error) {
    process.emitWarning(`the rollback failed: ${String(error)}`, "RebisWarning")
  }
}
