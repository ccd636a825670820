import type { Engine, MetaData } from "../../src/index.ts"
import { schemaDefinition } from "../../src/schema/index.ts"

/** Creates the tables of models that are defined in the order of their foreign keys. */
export async function createTables(engine: Engine, metadata: MetaData): Promise<void> {
  const { tables } = schemaDefinition(metadata, engine.dialect)
  await engine.begin(async (connection) => {
    for (const table of tables) for (const statement of engine.dialect.ddl.createTable(table)) await connection.exec(statement)
  })
}
