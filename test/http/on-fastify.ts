import fastify from "fastify"
import { Readable } from "node:stream"
import { rebis } from "../../src/http/fastify.ts"
import { type Answer, type Framework, routesOf } from "./application.ts"

export const onFastify: Framework = {
  name: "fastify",

  async serve(application) {
    const app = fastify({ forceCloseConnections: true })
    const { sessions, commitOn, errorStatus, onError } = application
    app.register(rebis, { sessions, commitOn, errorStatus })
    if (onError !== undefined) {
      app.setErrorHandler((error, _request, reply) => {
        const { status, json } = onError(error)
        if (status !== undefined) reply.code(status)
        return reply.send(json)
      })
    }
    for (const { method, path, handler } of routesOf(application)) {
      app.route({
        method,
        url: path,
        handler: async (request, reply) => {
          const answer = await handler({ db: request.db, body: request.body })
          reply.code(answer.status ?? 200).headers(answer.headers ?? {})
          return reply.send(payloadOf(answer))
        },
      })
    }
    const url = await app.listen({ port: 0, host: "127.0.0.1" })
    return { url, close: () => app.close() }
  },

  httpError: (status) => Object.assign(new Error(`status ${status}`), { statusCode: status }),
}

function payloadOf({ json, text, stream }: Answer): unknown {
  return stream === undefined ? (text ?? json) : Readable.from(stream())
}
