import { fileURLToPath } from "node:url"

/** PostgreSQL, the embedded PostgreSQL or SQLite: nothing else in this program knows which. */
export const databaseUrl: string = process.env.DATABASE_URL ?? `pglite://${fileURLToPath(new URL("data", import.meta.url))}`
