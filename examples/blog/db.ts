import { fileURLToPath } from "node:url"
import { createEngine, sessionmaker } from "rebis"

/** PostgreSQL, the embedded PostgreSQL or SQLite: nothing else in this program knows which. */
export const databaseUrl: string = process.env.DATABASE_URL ?? `pglite://${fileURLToPath(new URL("data", import.meta.url))}`

/** One engine and one session factory, for the life of the application. */
export const engine = createEngine(databaseUrl, { echo: process.env.ECHO === "1" })
export const sessions = sessionmaker(engine)
