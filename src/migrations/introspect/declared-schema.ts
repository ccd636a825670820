import type { Engine } from "../../engine/index.ts"
import { type MetaData, schemaDefinition, type SchemaDefinition } from "../../schema/index.ts"
import { runQuery } from "./live-schema.ts"

/**
 * What the models declare, in their own words. The default schema is nobody's name: a model that names it explicitly means the
 * same tables as one that does not.
 */
export async function declaredSchema(metadata: MetaData, engine: Engine): Promise<SchemaDefinition> {
  const declared = schemaDefinition(metadata, engine.dialect)
  await using connection = await engine.connect()
  const defaultSchema = await engine.dialect.introspection.defaultSchema(runQuery(connection))
  return defaultSchema === undefined ? declared : withoutSchema(declared, defaultSchema, engine.dialect.ddl.quote(defaultSchema))
}

/** The named schemas that a definition's objects are in. */
export function schemasOf({ tables, enums }: SchemaDefinition): readonly string[] {
  return [...new Set([...tables, ...enums].map(({ schema }) => schema).filter((name) => name !== undefined))]
}

function withoutSchema(definition: SchemaDefinition, name: string, quoted: string): SchemaDefinition {
  const strip = <T extends { readonly schema?: string }>(object: T): T => {
    const { schema, ...rest } = object
    return schema === name ? (rest as T) : object
  }
  // The type of an enum column is exactly its quoted schema and name.
  const type = (text: string) => (text.startsWith(`${quoted}."`) ? text.slice(quoted.length + 1) : text)
  return {
    enums: definition.enums.map(strip),
    tables: definition.tables.map(strip).map((table) => ({
      ...table,
      columns: table.columns.map((column) => ({ ...column, type: type(column.type) })),
      foreignKeys: table.foreignKeys.map(({ referredSchema, ...key }) =>
        referredSchema === undefined || referredSchema === name ? key : { ...key, referredSchema },
      ),
    })),
  }
}
