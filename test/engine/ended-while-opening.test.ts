import assert from "node:assert/strict"
import { once } from "node:events"
import { type AddressInfo, connect, createServer, type Server } from "node:net"
import { test } from "node:test"
import { DisconnectedError } from "../../src/errors/index.ts"
import { createEngine } from "../../src/drivers/index.ts"
import { onDatabases } from "../support/databases.ts"

/** What PostgreSQL says when it ends a session at an administrator's command. */
function fatal(message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C57P01\0M${message}\0\0`)
  const head = Buffer.alloc(5)
  head.write("E")
  head.writeInt32BE(fields.length + 4, 1)
  return Buffer.concat([head, fields])
}

/** A way to the server on which the first `count` sessions are ended when they ask to begin. */
async function endingFirst(count: number, target: URL): Promise<{ readonly server: Server; readonly url: string }> {
  let sessions = 0
  const server = createServer((client) => {
    if (sessions++ < count) {
      client.once("data", () => client.end(fatal("terminating connection due to administrator command")))
      return
    }
    const upstream = connect(Number(target.port), target.hostname)
    client.pipe(upstream).pipe(client)
    client.on("error", () => upstream.destroy())
    upstream.on("error", () => client.destroy())
  })
  await once(server.listen(0, "127.0.0.1"), "listening")
  const url = new URL(target)
  url.port = String((server.address() as AddressInfo).port)
  return { server, url: url.href }
}

onDatabases(["postgresql"], "a session that the server ends while it is being opened", (database) => {
  test("is opened again, and the caller notices nothing", async () => {
    const { server, url } = await endingFirst(1, new URL(await database.url()))
    try {
      await using engine = createEngine(url)
      await using connection = await engine.connect()
      assert.equal((await connection.exec("select 1")).rows.length, 1)
    } finally {
      server.close()
    }
  })

  test("twice is a DisconnectedError", async () => {
    const { server, url } = await endingFirst(2, new URL(await database.url()))
    try {
      await using engine = createEngine(url)
      await assert.rejects(engine.connect(), DisconnectedError)
      await using connection = await engine.connect()
      assert.equal((await connection.exec("select 1")).rows.length, 1)
    } finally {
      server.close()
    }
  })
})
