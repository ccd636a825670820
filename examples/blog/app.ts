import fastify, { type FastifyInstance, type FastifyServerOptions } from "fastify"
import { rebis, type RebisPluginOptions } from "rebis/fastify"
import { commentRoutes } from "./routes/comments.ts"
import { postRoutes } from "./routes/posts.ts"
import { reportRoutes } from "./routes/reports.ts"
import { userRoutes } from "./routes/users.ts"

/** The blog over HTTP. Each request has one session, `request.db`: committed when it succeeds, rolled back when it does not. */
export function buildApp(sessions: RebisPluginOptions["sessions"], options: FastifyServerOptions = {}): FastifyInstance {
  const app = fastify(options)
  app.register(rebis, { sessions })
  app.register(userRoutes)
  app.register(postRoutes)
  app.register(commentRoutes)
  app.register(reportRoutes)
  return app
}
