import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net"
import { once } from "node:events"

/** A way to a PostgreSQL server on which every round trip is counted. */
export interface Wire extends AsyncDisposable {
  /** The URL of the same database by this way. */
  readonly url: string
  /** How often a client spoke after the server had, or first, since the last {@link clear}. */
  readonly roundTrips: number
  clear(): void
}

/** Passes on what clients and server say to each other. What a client says in one go, and the answer, is a round trip. */
export async function wireTo(target: string): Promise<Wire> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let roundTrips = 0
  const server: Server = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    let clientSpeaks = false
    client.on("data", (chunk) => {
      if (!clientSpeaks) roundTrips++
      clientSpeaks = true
      upstream.write(chunk)
    })
    upstream.on("data", (chunk) => {
      clientSpeaks = false
      client.write(chunk)
    })
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket.setNoDelay(true))
      socket.on("error", () => other.destroy()).on("close", () => other.destroy())
    }
  })
  await once(server.listen(0, "127.0.0.1"), "listening")
  const url = new URL(target)
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    get roundTrips() {
      return roundTrips
    },
    clear: () => void (roundTrips = 0),
    async [Symbol.asyncDispose]() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, "close")
    },
  }
}
