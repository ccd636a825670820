import { createAdaptorServer } from "@hono/node-server"
import { type Context, Hono } from "hono"
import { HTTPException } from "hono/http-exception"
import type { ContentfulStatusCode, StatusCode } from "hono/utils/http-status"
import { once } from "node:events"
import type { AddressInfo } from "node:net"
import { rebis } from "../../src/http/hono.ts"
import { type Answer, type Framework, routesOf } from "./application.ts"

export const onHono: Framework = {
  name: "hono",

  async serve(application) {
    const app = new Hono()
    const { sessions, commitOn, errorStatus, onError } = application
    app.use(rebis({ sessions, commitOn, errorStatus }))
    if (onError !== undefined) app.onError((error, c) => responseOf(c, onError(error)))
    for (const { method, path, handler } of routesOf(application)) {
      app.on(method, path, async (c) => {
        const body: unknown = c.req.header("content-type") === "application/json" ? await c.req.json() : undefined
        const answer = await handler({ db: c.var.db, body })
        // As the guide says: what the database generates is asked for before c.json serializes.
        if (answer.json !== undefined && (answer.status ?? 200) < 400) await c.var.db.flush()
        return responseOf(c, answer)
      })
    }
    const server = createAdaptorServer({ fetch: app.fetch })
    await once(server.listen(0, "127.0.0.1"), "listening")
    const { port } = server.address() as AddressInfo
    return {
      url: `http://127.0.0.1:${port}`,
      async close() {
        const closed = once(server, "close")
        server.close()
        if ("closeAllConnections" in server) server.closeAllConnections()
        await closed
      },
    }
  },

  httpError: (status) => new HTTPException(status as ContentfulStatusCode, { message: `status ${status}` }),
}

function responseOf(c: Context, { status = 200, headers = {}, json, text, stream }: Answer): Response {
  if (stream !== undefined) return c.newResponse(ReadableStream.from(encoded(stream())), status as StatusCode, headers)
  if (text !== undefined) return c.text(text, status as ContentfulStatusCode, headers)
  if (json !== undefined) return c.json(json as object, status as ContentfulStatusCode, headers)
  return c.body(null, status as StatusCode, headers)
}

async function* encoded(text: AsyncGenerator<string, void, undefined>): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const encoder = new TextEncoder()
  for await (const chunk of text) yield encoder.encode(chunk)
}
