import type { SchemaDefinition } from "../schema/index.ts"
import type { ObjectName } from "./ddl.ts"

/** Runs one statement and gives its rows, each an array of raw values. Parameters are strings, numbers or null. */
export type RunQuery = (text: string, parameters?: readonly (string | number | null)[]) => Promise<readonly (readonly unknown[])[]>

export interface IntrospectOptions {
  /** The schema whose objects are given without a schema; absent: the connection's current one. */
  readonly defaultSchema?: string
  /** Other schemas to read. One that does not exist is left out. */
  readonly schemas: readonly string[]
  /** Tables of the default schema that are none of the application's. */
  readonly exclude: readonly string[]
}

/** Reads what is in a database, in the server's own spelling, with the same few queries whatever its size. */
export interface Introspection {
  /** The schema in which objects without a schema are; `undefined` where there are no schemas, or none of the search path's exists. */
  defaultSchema(query: RunQuery): Promise<string | undefined>
  read(query: RunQuery, options: IntrospectOptions): Promise<SchemaDefinition>
  /** Whether two spellings of {@link read} are one type to the database. */
  sameType(left: string, right: string): boolean
  /**
   * What a rebuild of the table runs at its end: statements that make its triggers again and that look into the views over it.
   * @throws UnsupportedError when the table has what a rebuild would lose.
   */
  dependents(query: RunQuery, table: ObjectName): Promise<readonly string[]>
}
