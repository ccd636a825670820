import { postgres } from "../dialects/index.ts"
import type { DatabaseUrl, Driver, DriverConnection, DriverFactory, DriverSettings } from "../engine/index.ts"
import { UnreachableError, UrlError } from "../errors/index.ts"
import { withTimeout } from "../util/index.ts"
import { loadPackage } from "./load-package.ts"
import { requestCancel } from "./pg-cancel.ts"
import type { PgClient, PgModule } from "./pg-client.ts"
import { PgTransport } from "./pg-transport.ts"
import { PostgresConnection } from "./postgres-connection.ts"
import { connectError, isStaleStatement, type Target } from "./postgres-errors.ts"

/** Sent with the startup packet: the text forms that the codecs read, whatever the server's defaults are. */
const sessionOptions = "-c DateStyle=ISO,YMD -c TimeZone=UTC -c IntervalStyle=postgres"

/** PostgreSQL over a socket, by the npm package `pg`. */
export const pg: DriverFactory = {
  schemes: ["postgresql", "postgres", "postgresql+pg"],
  create: (url, settings) => new PgDriver(url, settings),
}

class PgDriver implements Driver {
  readonly name = "pg"
  readonly dialect = postgres
  readonly maxConnections = Infinity
  readonly pipelines = true
  readonly cancels = true
  readonly isStaleStatement = isStaleStatement
  readonly #config: Readonly<Record<string, unknown>>
  readonly #settings: DriverSettings
  #package: Promise<PgModule> | undefined

  constructor(url: DatabaseUrl, settings: DriverSettings) {
    this.#config = clientConfig(url, settings.connectArgs)
    this.#settings = settings
  }

  async connect(signal?: AbortSignal): Promise<DriverConnection> {
    this.#package ??= loadPackage("pg", async () => (await import("pg")).default as unknown as PgModule)
    const { Client } = await this.#package
    const client = new Client(this.#config)
    const address = client.host.startsWith("/") ? client.host : `${client.host}:${client.port}`
    const target: Target = { address, database: client.database ?? "", user: client.user ?? "" }
    const hangUp = () => client.connection.stream.destroy()
    // A client whose socket fails says so also here; unheard, that would end the process.
    client.on("error", hangUp)
    signal?.addEventListener("abort", hangUp, { once: true })
    try {
      return await withTimeout(this.#open(client, Client), this.#settings.connectTimeout, () => {
        throw new UnreachableError(`cannot reach PostgreSQL at ${address}: no answer within ${this.#settings.connectTimeout} ms`, {
          hint: "check the host and port in the URL, or raise connectTimeout",
        })
      })
    } catch (error) {
      hangUp()
      throw connectError(error, target)
    } finally {
      signal?.removeEventListener("abort", hangUp)
    }
  }

  async dispose(): Promise<void> {
    // Connections share nothing.
  }

  async #open(client: PgClient, Client: PgModule["Client"]): Promise<DriverConnection> {
    await client.connect()
    const transport = new PgTransport(client, (running) => requestCancel(new Client(this.#config), running))
    return await PostgresConnection.open(transport, this.#settings.preparedStatements)
  }
}

function clientConfig(url: DatabaseUrl, connectArgs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { text, options } = connectionString(url)
  return {
    keepAlive: true,
    fallback_application_name: "rebis",
    ...connectArgs,
    connectionString: text,
    options: [sessionOptions, options, connectArgs.options].filter((each) => typeof each === "string" && each !== "").join(" "),
    // Rows are read as text by the codecs, and connections are not shared by several statements.
    binary: false,
    pipeline: false,
  }
}

/** The URL as pg reads it, and its `options`, which are added to ours rather than put in their place. */
function connectionString(url: DatabaseUrl): { readonly text: string; readonly options: string | null } {
  const text = `postgresql://${url.rest}`
  if (!URL.canParse(text)) {
    throw new UrlError(`${url.toString()} is not a PostgreSQL URL`, {
      hint: "write postgresql://user:password@host:5432/database, with special characters of the password percent-encoded",
    })
  }
  const parsed = new URL(text)
  const options = parsed.searchParams.get("options")
  parsed.searchParams.delete("options")
  return { text: parsed.href, options }
}
