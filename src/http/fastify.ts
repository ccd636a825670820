/**
 * A session per request for Fastify 5: `import { rebis } from "rebis/fastify"`.
 *
 * @example
 * app.register(rebis, { sessions })
 * app.post("/posts", (request) => request.db.add(new Post(request.body))) // stored before the answer leaves
 *
 * @module
 */
import type { FastifyInstance, FastifyPluginCallback, FastifyReply, FastifyRequest } from "fastify"
import { NoCurrentSessionError } from "../errors/index.ts"
import type { Session } from "../orm/index.ts"
import { errorHeaders, errorStatusBy, type ErrorStatus } from "./error-status.ts"
import { RequestScope, type ScopeOptions } from "./request-scope.ts"
import type { SessionFactory } from "./request-session.ts"

export { currentSession, runInSession } from "../orm/index.ts"
export { errorStatus, type ErrorStatus } from "./error-status.ts"

declare module "fastify" {
  interface FastifyRequest {
    /**
     * The session of this request. It is committed when the answer is ready and before anything of it is sent, rolled back
     * when something was thrown or the status is 400 or more, and closed.
     */
    readonly db: Session
  }
}

/** Options of `app.register(rebis, options)`. */
export interface RebisPluginOptions extends ScopeOptions {
  /** The application's `sessionmaker(engine)`. */
  readonly sessions: SessionFactory<Session>
  /** The status of an answer to an error; where it says `undefined`, {@link errorStatus} decides. */
  readonly errorStatus?: ErrorStatus | undefined
}

/**
 * Gives each request a session, `request.db`, also known as `currentSession()`.
 *
 * `onSend` hooks run in the order of registration: those of plugins that are registered after this one run after the commit.
 * A reply that goes around Fastify (`reply.hijack()`, `reply.raw`) commits by itself: `await request.db.commit()`; what was
 * not committed is rolled back when the response is over.
 */
export const rebis: FastifyPluginCallback<RebisPluginOptions> = Object.assign(
  function rebis(app: FastifyInstance, options: RebisPluginOptions, done: () => void): void {
    addSession(app, options)
    addErrors(app, errorStatusBy(options.errorStatus))
    addSettlement(app)
    done()
  },
  // What the npm package fastify-plugin sets: the hooks are for the instance that registers the plugin.
  {
    [Symbol.for("skip-override")]: true,
    [Symbol.for("fastify.display-name")]: "rebis",
    [Symbol.for("plugin-meta")]: { name: "rebis", fastify: ">=5.0.0" },
  },
)

const scopeKey = Symbol("rebis.scope")

interface ScopedRequest {
  [scopeKey]: RequestScope<Session> | null
}

function scopeOf(request: FastifyRequest): RequestScope<Session> | null {
  return (request as FastifyRequest & ScopedRequest)[scopeKey]
}

function addSession(app: FastifyInstance, options: RebisPluginOptions): void {
  app.decorateRequest(scopeKey, null)
  app.decorateRequest("db", {
    getter(this: FastifyRequest): Session {
      const scope = scopeOf(this)
      if (scope === null)
        throw new NoCurrentSessionError("request.db was used before the request reached the plugin rebis", { hint: "register rebis first" })
      return scope.session
    },
  })
  app.addHook("onRequest", (request, reply, done) => {
    const scope = new RequestScope(options.sessions, options)
    ;(request as FastifyRequest & ScopedRequest)[scopeKey] = scope
    reply.raw.once("close", () => scope.abandon(reply.raw.writableFinished ? "the response is over" : "the client has gone"))
    scope.run(done)
  })
  // Parsing a body goes on in the socket's events, which know nothing of the request.
  app.addHook("preValidation", (request, _reply, done) => {
    const scope = scopeOf(request)
    if (scope === null) done()
    else scope.run(done)
  })
}

function addErrors(app: FastifyInstance, statusOfError: ErrorStatus): void {
  // Runs before the application's own error handler, which sees the error as it was thrown and may answer otherwise.
  app.addHook("onError", (request, reply, error, done) => {
    scopeOf(request)?.fail()
    const status = statusOfError(error)
    if (status !== undefined) reply.code(status).headers(errorHeaders(status))
    done()
  })
}

function addSettlement(app: FastifyInstance): void {
  app.addHook("preSerialization", async (request, reply) => {
    await scopeOf(request)?.flush(reply.statusCode)
  })
  app.addHook("onSend", async (request, reply, payload) => {
    await scopeOf(request)?.settle(statusOf(reply, payload))
  })
}

/** A `Response` brings its own status, which Fastify takes over after its hooks. */
function statusOf(reply: FastifyReply, payload: unknown): number {
  return payload instanceof Response ? payload.status : reply.statusCode
}
