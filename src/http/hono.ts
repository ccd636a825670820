/**
 * A session per request for Hono 4: `import { rebis } from "rebis/hono"`.
 *
 * @example
 * app.use(rebis({ sessions }))
 * app.post("/posts", async (c) => {
 *   const post = c.var.db.add(new Post(await c.req.json()))
 *   await c.var.db.flush() // Hono serializes in the handler: what the database generates has to be there by then
 *   return c.json(post, 201) // committed before it leaves
 * })
 *
 * @module
 */
import type { Context, MiddlewareHandler } from "hono"
import { RebisError } from "../errors/index.ts"
import type { Session } from "../orm/index.ts"
import { errorHeaders, errorStatusBy, type ErrorStatus } from "./error-status.ts"
import { RequestScope, type ScopeOptions } from "./request-scope.ts"
import type { SessionFactory } from "./request-session.ts"

export { currentSession, runInSession } from "../orm/index.ts"
export { errorStatus, type ErrorStatus } from "./error-status.ts"

declare module "hono" {
  interface ContextVariableMap {
    /**
     * The session of this request. It is committed after the handler and before anything is sent, rolled back when something
     * was thrown or the status is 400 or more, and closed.
     */
    db: Session
  }
}

/** Options of `app.use(rebis(options))`. */
export interface RebisMiddlewareOptions extends ScopeOptions {
  /** The application's `sessionmaker(engine)`. */
  readonly sessions: SessionFactory<Session>
  /** The status of an answer to an error; where it says `undefined`, {@link errorStatus} decides. */
  readonly errorStatus?: ErrorStatus | undefined
}

/**
 * Gives each request a session, `c.var.db`, also known as `currentSession()`.
 *
 * Middleware that is registered before this one sees the answer after the commit. A commit that fails is thrown, so that
 * `app.onError` sees it; without an `onError` of the application's own, an error that has a status is answered with it.
 */
export function rebis(options: RebisMiddlewareOptions): MiddlewareHandler {
  const statusOf = errorStatusBy(options.errorStatus)
  return async (c, next) => {
    const scope = new RequestScope(options.sessions, options)
    c.set("db", scope.session)
    const stopListening = whenAborted(c.req.raw.signal, (reason) => scope.abandon(reason))
    try {
      await runHandler(scope, next)
      // Hono has answered what a handler threw by now, and `next()` resolves all the same.
      if (c.error !== undefined) scope.fail()
      await scope.settle(c.res.status)
    } catch (error) {
      // Headers of the success (cookies, location) would be copied to the answer that tells of the failure.
      c.res = undefined
      throw answerable(error, statusOf)
    } finally {
      stopListening()
    }
    if (c.error !== undefined) await answerForHono(c, c.error, statusOf)
  }
}

async function runHandler(scope: RequestScope<Session>, next: () => Promise<void>): Promise<void> {
  try {
    await scope.run(next)
  } catch (error) {
    // Only what is thrown and is no Error comes this way.
    scope.fail()
    await scope.settle(500)
    throw error
  }
}

function whenAborted(signal: AbortSignal, listener: (reason: unknown) => void): () => void {
  const onAbort = (): void => listener(signal.reason)
  if (signal.aborted) onAbort()
  signal.addEventListener("abort", onAbort, { once: true })
  return () => signal.removeEventListener("abort", onAbort)
}

/** The error itself, with the method by which Hono's own error handler asks an error for its answer. */
function answerable(error: unknown, statusOf: ErrorStatus): unknown {
  const status = statusOf(error)
  if (status === undefined || !(error instanceof RebisError) || "getResponse" in error) return error
  return Object.defineProperty(error, "getResponse", { value: () => errorResponse(error, status), configurable: true })
}

/**
 * What a handler throws is answered by `onError` before any middleware hears of it. Where that was Hono's own handler, which
 * knows nothing of the error, its answer is replaced; what an application's own `onError` says stands.
 */
async function answerForHono(c: Context, error: Error, statusOf: ErrorStatus): Promise<void> {
  const status = statusOf(error)
  if (status === undefined || !(error instanceof RebisError) || !(await isHonoDefault(c.res))) return
  c.res = undefined
  c.res = errorResponse(error, status)
}

async function isHonoDefault(response: Response): Promise<boolean> {
  if (response.status !== 500 || response.headers.get("content-type")?.startsWith("text/plain") !== true) return false
  return (await response.clone().text()) === "Internal Server Error"
}

/** Says what happened by the error's code, without the words of the database. */
function errorResponse(error: RebisError, status: number): Response {
  return Response.json({ statusCode: status, code: error.code }, { status, headers: errorHeaders(status) })
}
