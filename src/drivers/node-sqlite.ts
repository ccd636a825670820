import { mkdir } from "node:fs/promises"
import { dirname } from "node:path"
import type { DatabaseSync, DatabaseSyncOptions } from "node:sqlite"
import { sqlite } from "../dialects/index.ts"
import type { DatabaseUrl, Driver, DriverConnection, DriverFactory, DriverSettings } from "../engine/index.ts"
import { ArgumentError, DatabaseMissingError, EngineDisposedError, UnreachableError } from "../errors/index.ts"
import { AsyncLock } from "../util/index.ts"
import { loadPackage } from "./load-package.ts"
import { SqliteConnection } from "./sqlite-connection.ts"
import { leaveWriteLock, shareWriteLock } from "./sqlite-file.ts"
import { sqliteLocation, type SqliteLocation } from "./sqlite-url.ts"

/** SQLite inside the process, by Node's own `node:sqlite`. */
export const nodeSqlite: DriverFactory = {
  schemes: ["sqlite"],
  create: (url, settings) => new NodeSqliteDriver(url, settings),
}

/** What `connectArgs` means here: options of `DatabaseSync`, and two of our own. */
interface SqliteArguments extends DatabaseSyncOptions {
  /** Set on each connection: `{ synchronous: "normal" }`. */
  readonly pragmas?: Readonly<Record<string, string | number>>
  /** How long a write waits for other writers, in milliseconds. Default 5000. */
  readonly busyTimeout?: number
}

class NodeSqliteDriver implements Driver {
  readonly name = "node-sqlite"
  readonly dialect = sqlite
  readonly maxConnections: number
  readonly pipelines = false
  readonly cancels = false
  readonly #location: SqliteLocation
  readonly #settings: DriverSettings
  readonly #arguments: SqliteArguments
  /** A database in memory is its handle: all connections share it. */
  #memory: DatabaseSync | undefined
  #isDisposed = false

  constructor(url: DatabaseUrl, settings: DriverSettings) {
    this.#location = sqliteLocation(url)
    this.#settings = settings
    this.#arguments = settings.connectArgs
    this.maxConnections = this.#location.file === undefined ? 1 : Infinity
  }

  isStaleStatement(): boolean {
    // SQLite prepares anew by itself when the schema has changed.
    return false
  }

  async connect(): Promise<DriverConnection> {
    const { DatabaseSync } = await loadPackage("node:sqlite", () => import("node:sqlite"))
    if (this.#isDisposed) throw new EngineDisposedError("the engine was disposed of")
    const { file } = this.#location
    if (file === undefined) {
      this.#memory ??= this.#configure(new DatabaseSync(":memory:", this.#handleOptions()))
      return this.#connection(this.#memory, new AsyncLock(), () => {})
    }
    if (!this.#location.readOnly) await mkdir(dirname(file), { recursive: true })
    const database = this.#openFile(DatabaseSync, file)
    const connection = this.#connection(database, shareWriteLock(file), () => {
      leaveWriteLock(file)
      database.close()
    })
    // Readers then do not wait for a writer, nor a writer for readers. The file remembers it.
    if (!this.#location.readOnly) await connection.script("pragma journal_mode = wal")
    return connection
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true
    this.#memory?.close()
    this.#memory = undefined
  }

  #connection(database: DatabaseSync, writers: AsyncLock, onClose: () => void): SqliteConnection {
    const { preparedStatements } = this.#settings
    return new SqliteConnection(database, { preparedStatements, writers, busyTimeout: this.#arguments.busyTimeout ?? 5_000, onClose })
  }

  #openFile(Database: typeof DatabaseSync, file: string): DatabaseSync {
    try {
      return this.#configure(new Database(file, this.#handleOptions()))
    } catch (error) {
      if (error instanceof ArgumentError) throw error
      const reason = error instanceof Error ? error.message : String(error)
      if (this.#location.readOnly) throw new DatabaseMissingError(`cannot read the SQLite database ${file}: ${reason}`, { cause: error })
      throw new UnreachableError(`cannot open the SQLite database ${file}: ${reason}`, { cause: error })
    }
  }

  #handleOptions(): DatabaseSyncOptions {
    const { pragmas: _pragmas, busyTimeout: _busyTimeout, ...options } = this.#arguments
    // Waiting inside SQLite would stop the event loop, and with it the transaction that is waited for.
    return { ...options, readOnly: this.#location.readOnly, timeout: 0 }
  }

  #configure(database: DatabaseSync): DatabaseSync {
    for (const [name, value] of Object.entries({ foreign_keys: "on", ...this.#arguments.pragmas })) {
      if (!/^\w+$/.test(name) || !/^[\w-]+$/.test(String(value)))
        throw new ArgumentError(`the pragma ${name} = ${value} is not a word or a number`)
      database.exec(`pragma ${name} = ${value}`)
    }
    return database
  }
}
