import { mkdir } from "node:fs/promises"
import { resolve } from "node:path"
import { postgres } from "../dialects/index.ts"
import type { DatabaseUrl, Driver, DriverConnection, DriverFactory, DriverSettings } from "../engine/index.ts"
import { ConnectionError, DatabaseInUseError, UrlError } from "../errors/index.ts"
import { decodePath } from "./decode-path.ts"
import { loadPackage } from "./load-package.ts"
import { type PgliteDatabase, PgliteTransport } from "./pglite-transport.ts"
import { PostgresConnection } from "./postgres-connection.ts"
import { isStaleStatement } from "./postgres-errors.ts"

interface PgliteModule {
  readonly PGlite: { create(dataDir: string, options: Readonly<Record<string, unknown>>): Promise<PgliteDatabase> }
}

interface OpenDatabase {
  readonly database: PgliteDatabase
  hadConnections: boolean
  hasCrashed: boolean
}

/** There is no startup packet that these could travel in. */
const sessionSettings = "set DateStyle = 'ISO, YMD'; set TimeZone = 'UTC'; set IntervalStyle = 'postgres'"

/** Folders that an engine of this process has open: a second one would damage them. */
const openFolders = new Set<string>()

/** PostgreSQL inside the process, by the npm package `@electric-sql/pglite`. */
export const pglite: DriverFactory = {
  schemes: ["pglite"],
  create: (url, settings) => new PgliteDriver(url, settings),
}

class PgliteDriver implements Driver {
  readonly name = "pglite"
  readonly dialect = postgres
  readonly maxConnections = 1
  readonly pipelines = true
  readonly cancels = false
  readonly isStaleStatement = isStaleStatement
  /** `undefined`: in memory. */
  readonly #folder: string | undefined
  readonly #settings: DriverSettings
  #opened: Promise<OpenDatabase> | undefined

  constructor(url: DatabaseUrl, settings: DriverSettings) {
    this.#folder = folderOf(url)
    this.#settings = settings
  }

  async connect(): Promise<DriverConnection> {
    this.#opened ??= this.#open()
    let opened: OpenDatabase
    try {
      opened = await this.#opened
    } catch (error) {
      // The next attempt may find the folder free, or the package there.
      this.#opened = undefined
      throw error
    }
    const transport = new PgliteTransport(opened.database, () => this.#crashed(opened))
    const connection = await PostgresConnection.open(transport, this.#settings.preparedStatements)
    if (opened.hadConnections) await startAnew(connection)
    opened.hadConnections = true
    await connection.script(sessionSettings)
    return connection
  }

  async dispose(): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined)
    if (opened === undefined) return
    await opened.database.close().catch((error: unknown) => {
      if (!opened.hasCrashed) throw error
    })
    if (this.#folder !== undefined) openFolders.delete(this.#folder)
  }

  /** The next connection opens the folder again; what was in memory is gone, and an empty database must not take its place. */
  #crashed(opened: OpenDatabase): void {
    opened.hasCrashed = true
    if (this.#folder === undefined) return
    this.#opened = undefined
    openFolders.delete(this.#folder)
    opened.database.close().catch(() => undefined)
  }

  async #open(): Promise<OpenDatabase> {
    const folder = this.#folder
    const { PGlite } = await loadPackage(
      "@electric-sql/pglite",
      async () => (await import("@electric-sql/pglite")) as unknown as PgliteModule,
    )
    if (folder !== undefined) claim(folder)
    try {
      if (folder !== undefined) await mkdir(folder, { recursive: true })
      const database = await PGlite.create(folder ?? "memory://", this.#settings.connectArgs)
      return { database, hadConnections: false, hasCrashed: false }
    } catch (error) {
      if (folder !== undefined) openFolders.delete(folder)
      throw new ConnectionError(`cannot open the embedded PostgreSQL ${folder === undefined ? "in memory" : `in ${folder}`}`, {
        cause: error,
      })
    }
  }
}

/** All connections are one session of the one server: what an earlier one left behind has to go. */
async function startAnew(connection: PostgresConnection): Promise<void> {
  await connection.script("rollback")
  await connection.script("discard all")
}

function claim(folder: string): void {
  if (openFolders.has(folder)) {
    throw new DatabaseInUseError(`the embedded database in ${folder} is open already, by another engine of this process`, {
      hint: "use one engine for the whole application, or dispose of the other one first",
    })
  }
  openFolders.add(folder)
}

function folderOf(url: DatabaseUrl): string | undefined {
  const { rest } = url
  if (rest === "memory") return undefined
  if (rest === "" || rest.includes("?")) {
    throw new UrlError(`${url.toString()} names no folder`, {
      hint: "write pglite://./folder, pglite:///absolute/folder or pglite://memory",
    })
  }
  return resolve(decodePath(url, rest))
}
