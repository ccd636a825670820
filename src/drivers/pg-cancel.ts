import { UnreachableError } from "../errors/index.ts"
import { withTimeout } from "../util/index.ts"
import type { PgClient } from "./pg-client.ts"

const cancelTimeout = 5_000

/**
 * Asks the server, over a connection of its own, to stop what a client is running. Resolves once the server has taken note.
 *
 * @param messenger a new client of the same server, not connected
 */
export async function requestCancel(messenger: PgClient, running: PgClient): Promise<void> {
  const { connection, ssl, sslNegotiation } = messenger
  const asked = new Promise<void>((resolve, reject) => {
    const ask = () => connection.cancel(running.processID, running.secretKey)
    connection.on("connect", () => {
      if (ssl === false) ask()
      else if (sslNegotiation !== "direct") connection.requestSsl()
    })
    connection.on("sslconnect", ask)
    connection.on("error", reject)
    connection.on("end", resolve)
  })
  if (messenger.host.startsWith("/")) connection.connect(`${messenger.host}/.s.PGSQL.${messenger.port}`)
  else connection.connect(messenger.port, messenger.host)
  try {
    await withTimeout(asked, cancelTimeout, () => {
      throw new UnreachableError(`the server did not take a request to cancel within ${cancelTimeout} ms`)
    })
  } finally {
    connection.stream.destroy()
  }
}
