import { type Engine, sessionmaker, type SessionmakerOptions, type Sessions } from "../../src/index.ts"
import type { TestDatabase } from "../support/databases.ts"
import { createTables } from "./models.ts"

/** A fresh database with the tables of the test models. */
export async function prepare(
  database: TestDatabase,
  options?: SessionmakerOptions,
): Promise<{ readonly engine: Engine; readonly sessions: Sessions }> {
  const engine = await database.engine()
  await createTables(engine, database)
  return { engine, sessions: sessionmaker(engine, options) }
}
