import { randomBytes } from "node:crypto"
import type { Connection, Engine } from "../../engine/index.ts"
import { type DatabaseError, DriverMissingError, MigrationPermissionError } from "../../errors/index.ts"
import { isPermissionError } from "../run/permission.ts"

/** A place that is empty at first and gone afterwards, in which schemas are built to be looked at. */
export interface Scratch extends AsyncDisposable {
  /** Whether it is on the very server: then what was read from the live database is in the same words already. */
  readonly onServer: boolean
  /** Runs `work` on a connection whose default schema is new and empty, and for which none of the named schemas exists. */
  within<T>(work: (connection: Connection) => Promise<T>): Promise<T>
}

/**
 * On a database with schemas: a temporary one on the very server, in a transaction that is rolled back, so that everything is
 * spelled as this server spells it and types and functions of extensions are in reach. Where its user may not do that, and on a
 * database without schemas, an empty database in memory.
 *
 * @param schemas the named schemas that are going to be made in it
 * @throws MigrationPermissionError when there is nowhere to make it.
 */
export async function openScratch(engine: Engine, schemas: readonly string[]): Promise<Scratch> {
  if (engine.dialect.ddl.scratch === undefined) return new MemoryScratch(engine)
  const scratch = new SchemaScratch(engine, schemas)
  try {
    await scratch.within(async () => {})
    return scratch
  } catch (error) {
    if (!isPermissionError(error)) throw error
    return await openEmbedded(engine, schemas, error)
  }
}

/** @throws MigrationPermissionError when there is no embedded database either. */
async function openEmbedded(engine: Engine, schemas: readonly string[], refusal: DatabaseError): Promise<Scratch> {
  const memory = engine.sibling(engine.dialect.scratchUrl, {})
  try {
    await using _connection = await memory.connect()
    return new SchemaScratch(memory, schemas, () => memory.dispose())
  } catch (error) {
    await memory.dispose()
    if (!(error instanceof DriverMissingError)) throw error
    throw new MigrationPermissionError(`the models cannot be built anywhere to be compared: ${refusal.message}`, {
      cause: refusal,
      hint: "grant create on the database to its user (what is made is rolled back), or install @electric-sql/pglite, in which it can be made instead",
    })
  }
}

class SchemaScratch implements Scratch {
  readonly onServer: boolean
  readonly #engine: Engine
  readonly #schemas: readonly string[]
  readonly #dispose: (() => Promise<void>) | undefined

  /** @param dispose ends the engine, when it is not the live one */
  constructor(engine: Engine, schemas: readonly string[], dispose?: () => Promise<void>) {
    this.#engine = engine
    this.#schemas = schemas
    this.#dispose = dispose
    this.onServer = dispose === undefined
  }

  async within<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    await using connection = await this.#engine.connect()
    connection.begin()
    try {
      const place = `rebis_scratch_${randomBytes(6).toString("hex")}`
      for (const sql of connection.dialect.ddl.scratch?.(place, this.#schemas) ?? []) await connection.exec(sql)
      return await work(connection)
    } finally {
      if (connection.inTransaction) await connection.rollback()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#dispose?.()
  }
}

/** A new database in memory each time. */
class MemoryScratch implements Scratch {
  readonly onServer = true
  readonly #engine: Engine

  constructor(engine: Engine) {
    this.#engine = engine
  }

  async within<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    await using memory = this.#engine.sibling(this.#engine.dialect.scratchUrl)
    await using connection = await memory.connect()
    return await work(connection)
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
