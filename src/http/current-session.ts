import { AsyncLocalStorage } from "node:async_hooks"
import { NoCurrentSessionError } from "../errors/index.ts"
import type { Session } from "../orm/index.ts"

const storage = new AsyncLocalStorage<unknown>()

/**
 * The session of the request (or of the {@link runInSession}) that the caller runs in, however deep: the same object as
 * `request.db` in Fastify and `c.var.db` in Hono. What is begun in a request and goes on after its answer finds a closed
 * session here: background work opens one of its own.
 *
 * @example
 * export async function publish(id: number): Promise<void> {
 *   const post = await currentSession().one(select(Post).where(Post.c.id.eq(id)))
 *   post.publishedDate = today()
 * }
 * @throws NoCurrentSessionError outside.
 */
export function currentSession(): Session {
  const session = storage.getStore()
  if (session === undefined) {
    throw new NoCurrentSessionError("there is no current session here", {
      hint: "it is there inside a request of an application that rebis is registered in; elsewhere: sessions.begin((db) => runInSession(db, work))",
    })
  }
  // Only sessions are put in.
  return session as Session
}

/**
 * Runs `work` with `session` as its {@link currentSession}. Neither commits nor closes it.
 *
 * @example
 * await sessions.begin((db) => runInSession(db, () => publish(1))) // a job that uses the services of requests
 */
export function runInSession<T>(session: object, work: () => T): T {
  return storage.run(session, work)
}
