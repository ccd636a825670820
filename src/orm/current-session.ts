import { AsyncLocalStorage } from "node:async_hooks"
import { NoCurrentSessionError } from "../errors/index.ts"
import type { Session } from "./session.ts"

/** A session, and those around it. */
interface Surroundings {
  readonly session: unknown
  readonly outer: Surroundings | undefined
}

const storage = new AsyncLocalStorage<Surroundings>()

/**
 * The session of the request (or of the `sessions.begin`, or of the {@link runInSession}) that the caller runs in, however deep: the
 * same object as `request.db` in Fastify and `c.var.db` in Hono. What is begun in a request and goes on after its answer finds a
 * closed session here: background work opens one of its own.
 *
 * @example
 * export async function publish(id: number): Promise<void> {
 *   const post = await currentSession().one(select(Post).where(Post.c.id.eq(id)))
 *   post.publishedDate = today()
 * }
 * @throws NoCurrentSessionError outside.
 */
export function currentSession(): Session {
  const surroundings = storage.getStore()
  if (surroundings === undefined) {
    throw new NoCurrentSessionError("there is no current session here", {
      hint: "it is there inside a request of an application that rebis is registered in, and inside sessions.begin(…)",
    })
  }
  // Only sessions are put in.
  return surroundings.session as Session
}

/**
 * Runs `work` with `session` as its {@link currentSession}. Neither commits nor closes it.
 *
 * @example
 * await using db = sessions()
 * await runInSession(db, () => publish(1)) // a script that uses the services of requests
 */
export function runInSession<T>(session: object, work: () => T): T {
  return storage.run({ session, outer: storage.getStore() }, work)
}

/** The innermost of the sessions around the caller that `isWanted`. */
export function surroundingSession(isWanted: (session: unknown) => session is Session): Session | undefined {
  for (let each = storage.getStore(); each !== undefined; each = each.outer) if (isWanted(each.session)) return each.session
  return undefined
}
