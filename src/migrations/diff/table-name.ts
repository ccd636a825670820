import type { ObjectName } from "../../dialects/index.ts"

/** The name of a definition, without the rest of it. */
export function tableName({ schema, name }: ObjectName): ObjectName {
  return schema === undefined ? { name } : { schema, name }
}
