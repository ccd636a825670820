import type { Engine } from "../engine/index.ts"
import { ArgumentError, DeadlockError, RollbackRequiredError, SerializationError } from "../errors/index.ts"
import { delay } from "../util/index.ts"
import { type Listening, SessionEvents } from "./events/session-events.ts"
import { runInSession } from "./current-session.ts"
import { runJoined, sessionToJoin } from "./propagation.ts"
import { Session } from "./session.ts"
import type { BeginOptions, SessionmakerOptions, SessionOptions } from "./session-types.ts"

/** Makes the sessions of an application. */
export interface Sessions extends Listening<Session> {
  /** A new session; nothing is sent. Close it with `await using`, or by `close()`. */
  (options?: SessionOptions): Session
  /**
   * Runs `work` with a session: committed when it returns, rolled back when it throws, closed in any case. With `retry` the
   * whole is run again, with a new session, when the database could not put it in an order with others: `work` must then do
   * nothing that it may not do twice. Inside `work` the session is the `currentSession()`; with `propagation` a unit that is begun
   * there joins it.
   * @example const id = await sessions.begin(async (db) => (await db.one(select(User).where(User.c.email.eq(email)))).id)
   */
  begin<T>(work: (session: Session) => Promise<T> | T, options?: BeginOptions): Promise<T>
}

/**
 * The session factory of an application, made once beside its engine.
 * @example
 * export const sessions = sessionmaker(engine)
 * await sessions.begin(async (db) => { db.add(new User({ email: "ada@example.org", name: "Ada" })) })
 */
export function sessionmaker(engine: Engine, options: SessionmakerOptions = {}): Sessions {
  const { expireOnCommit, autoflush, ...transaction } = options
  const asked: unknown = expireOnCommit
  if (asked !== undefined && asked !== false) {
    throw new ArgumentError("expireOnCommit can only be false: nothing is loaded implicitly", {
      hint: "call db.refresh(entity) where a value has to be read again",
    })
  }
  const events = new SessionEvents()
  const make = (own?: SessionOptions): Session =>
    new Session(engine, own === undefined ? transaction : { ...transaction, ...own }, autoflush ?? false, events)
  return Object.assign(make, {
    on: (name: string, model: unknown, listener?: unknown) => events.add(name, model, listener),
    async begin<T>(work: (session: Session) => Promise<T> | T, options: BeginOptions = {}): Promise<T> {
      const { retry = 0, propagation, ...own } = options
      if (!Number.isInteger(retry) || retry < 0) throw new ArgumentError(`retry is ${String(retry)}: a whole number from 0 is needed`)
      const outer = sessionToJoin(engine, propagation, own)
      if (outer !== undefined) return await runJoined(outer, propagation!, work)
      for (let attempt = 0; ; attempt++) {
        try {
          return await runOnce(make(own), work)
        } catch (error) {
          if (attempt >= retry || own.signal?.aborted === true || !isRepeatable(error)) throw error
          await delay(backoff(attempt))
        }
      }
    },
  })
}

async function runOnce<T>(session: Session, work: (session: Session) => Promise<T> | T): Promise<T> {
  let result: T
  try {
    result = await runInSession(session, async () => {
      const made = await work(session)
      await session.commit()
      return made
    })
  } catch (error) {
    // What was thrown is what the caller has to see; closing ends the transaction where a rollback could not.
    await session.rollback().catch(() => undefined)
    await session.close().catch(() => undefined)
    throw error
  }
  await session.close()
  return result
}

function isRepeatable(error: unknown): boolean {
  if (error instanceof RollbackRequiredError) return isRepeatable(error.cause)
  return error instanceof SerializationError || error instanceof DeadlockError
}

/** Doubles with each attempt, up to a second; by chance between half of it and all, so that rivals do not meet again. */
function backoff(attempt: number): number {
  return Math.min(1000, 10 * 2 ** attempt) * (0.5 + Math.random() / 2)
}
