import { type CreateEngine, engineFactory } from "../engine/index.ts"
import { nodeSqlite } from "./node-sqlite.ts"
import { pg } from "./pg.ts"
import { pglite } from "./pglite.ts"

/**
 * The engine for a database, by its URL: `postgresql://user:password@host:5432/database`, `pglite://./folder`,
 * `pglite://memory`, `sqlite:///file.db` (relative), `sqlite:////absolute/file.db`, `sqlite://memory`. Make one for the life
 * of the application. Nothing is opened, and no driver's package is loaded, before the first connection is needed.
 *
 * @throws UrlError when the URL is none of these, ArgumentError when an option is out of its range.
 *
 * @example
 * export const engine = createEngine(process.env.DATABASE_URL ?? "pglite://./data", { echo: true })
 */
export const createEngine: CreateEngine = engineFactory([pg, pglite, nodeSqlite])
