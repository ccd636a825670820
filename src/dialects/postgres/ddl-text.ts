import type { ObjectName } from "../ddl.ts"
import { quoteIdentifier } from "../values/type-spelling.ts"

export function qualified({ schema, name }: ObjectName): string {
  return schema === undefined ? quoteIdentifier(name) : `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`
}

export function columnList(columns: readonly string[]): string {
  return `(${columns.map(quoteIdentifier).join(", ")})`
}

/** A text literal, the same whatever `standard_conforming_strings` is. */
export function literal(text: string): string {
  const doubled = text.replaceAll("'", "''")
  return doubled.includes("\\") ? `E'${doubled.replaceAll("\\", "\\\\")}'` : `'${doubled}'`
}
