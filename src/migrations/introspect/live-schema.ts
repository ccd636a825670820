import type { IntrospectOptions, ObjectName, RunQuery } from "../../dialects/index.ts"
import type { Connection, Engine } from "../../engine/index.ts"
import type { SchemaDefinition } from "../../schema/index.ts"
import type { LiveTable } from "../operations/operation.ts"

/** The tables that Rebis itself keeps, which are no part of anyone's schema. */
export const ownTables: readonly string[] = ["rebis_revision"]

export interface LiveSchemaOptions {
  /** Named schemas to read beside the default one; those of the models, as a rule. */
  readonly schemas?: readonly string[]
  /** Instead of the connection's default schema. */
  readonly defaultSchema?: string
}

/** What is in the database now, in the server's own words. Rebis's own tables and what belongs to extensions are left out. */
export async function liveSchema(engine: Engine, options: LiveSchemaOptions = {}): Promise<SchemaDefinition> {
  await using connection = await engine.connect()
  return await readSchema(connection, options)
}

/** As {@link liveSchema}, on a connection that is at hand, and so in its transaction. */
export async function readSchema(connection: Connection, options: LiveSchemaOptions = {}): Promise<SchemaDefinition> {
  const { defaultSchema, schemas = [] } = options
  const asked: IntrospectOptions = { ...(defaultSchema === undefined ? {} : { defaultSchema }), schemas, exclude: ownTables }
  return await connection.dialect.introspection.read(runQuery(connection), asked)
}

/** One table of the database as it is now, or `undefined`. */
export async function readLiveTable(connection: Connection, table: ObjectName): Promise<LiveTable | undefined> {
  const schema = await readSchema(connection, { schemas: table.schema === undefined ? [] : [table.schema] })
  const definition = schema.tables.find(({ name, schema: of }) => name === table.name && of === table.schema)
  if (definition === undefined) return undefined
  return { definition, dependents: await connection.dialect.introspection.dependents(runQuery(connection), table) }
}

export function runQuery(connection: Connection): RunQuery {
  return async (text, parameters = []) => (await connection.exec(text, parameters)).rows
}
