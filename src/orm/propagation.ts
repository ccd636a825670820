import type { Engine } from "../engine/index.ts"
import { ArgumentError, NoCurrentSessionError, TransactionStateError, UnsupportedError } from "../errors/index.ts"
import { surroundingSession } from "./current-session.ts"
import { innerPartsOf, Session } from "./session.ts"
import type { Propagation, SessionOptions } from "./session-types.ts"

const kinds: ReadonlySet<unknown> = new Set<Propagation>(["requiresNew", "required", "nested", "mandatory", "never"])

/**
 * The session that a unit is to join, or `undefined` when it is to have its own.
 * @throws ArgumentError, NoCurrentSessionError, TransactionStateError, UnsupportedError
 */
export function sessionToJoin(engine: Engine, propagation: Propagation | undefined, options: SessionOptions): Session | undefined {
  if (propagation === undefined) return undefined
  if (!kinds.has(propagation))
    throw new ArgumentError(`propagation is ${JSON.stringify(propagation)}: one of ${[...kinds].join(", ")} is needed`)
  const outer = surroundingSession(isOpenSessionOf(engine))
  if (outer === undefined) {
    if (propagation !== "mandatory") return undefined
    throw new NoCurrentSessionError("a unit of work that has to be part of another one was begun outside of any", {
      hint: "begin the outer one by sessions.begin(…), or call it inside a request",
    })
  }
  if (propagation === "requiresNew") return requireRoomBeside(outer, options)
  if (propagation !== "never") return requireSameOptions(outer, options)
  throw new TransactionStateError("a unit of work that must not be part of another one was begun inside of one", {
    hint: "call it after the outer one, for example by db.afterCommit(…)",
  })
}

/** Runs a unit inside a session that is another one's: its owner commits. */
export async function runJoined<T>(session: Session, propagation: Propagation, work: (session: Session) => Promise<T> | T): Promise<T> {
  if (propagation === "nested") return await session.savepoint(async () => await work(session))
  try {
    return await work(session)
  } catch (error) {
    // Half of the unit may be in the session: whoever swallows the error must not commit it.
    innerPartsOf(session).scope.fail(error)
    throw error
  }
}

function isOpenSessionOf(engine: Engine): (session: unknown) => session is Session {
  return (session): session is Session => {
    if (!(session instanceof Session)) return false
    const { scope, state } = innerPartsOf(session)
    return scope.engine === engine && !state.closed
  }
}

/** @throws UnsupportedError where the transaction around it keeps the new one out, and waits for it. */
function requireRoomBeside(outer: Session, { readOnly }: SessionOptions): undefined {
  const { engine, holdsConnection, begun } = innerPartsOf(outer).scope
  if (holdsConnection && engine.poolStatus.limit === 1)
    throw new UnsupportedError(
      "a transaction of its own inside another one: the engine has a single connection, which the outer one holds",
      {
        hint: 'use propagation: "nested", or begin it after the outer one has ended',
      },
    )
  if (begun && readOnly !== true && !engine.dialect.capabilities.concurrentWriters)
    throw new UnsupportedError(
      `a transaction of its own inside another one: ${engine.dialect.title} has one writer at a time, and the outer one is it`,
      { hint: 'use propagation: "nested", begin it after the outer one has ended, or say readOnly: true' },
    )
  return undefined
}

/** @throws TransactionStateError for what a unit asks of a transaction that has begun, or will begin, otherwise. */
function requireSameOptions(outer: Session, options: SessionOptions): Session {
  const own = innerPartsOf(outer).options
  for (const key of ["isolation", "readOnly", "deferrable", "signal", "connection"] as const) {
    if (options[key] === undefined || options[key] === own[key]) continue
    throw new TransactionStateError(`a unit of work that joins another one asks for ${key}, which the outer one does not have`, {
      hint: 'give it to the outer one, or use propagation: "requiresNew"',
    })
  }
  return outer
}
