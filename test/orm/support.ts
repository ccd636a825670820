import { type Engine, type MetaData, sessionmaker, type SessionmakerOptions, type Sessions } from "../../src/index.ts"
import { schemaDefinition } from "../../src/schema/index.ts"
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

/** Creates the tables of models that are defined in the order of their foreign keys. */
export async function createModelTables(engine: Engine, metadata: MetaData): Promise<void> {
  const { ddl } = engine.dialect
  const { enums, tables } = schemaDefinition(metadata, engine.dialect)
  await engine.begin(async (connection) => {
    for (const each of enums) for (const statement of ddl.createEnum(each)) await connection.exec(statement)
    for (const each of tables) for (const statement of ddl.createTable(each)) await connection.exec(statement)
  })
}
