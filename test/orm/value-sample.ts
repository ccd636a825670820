import { ColumnBuilder, type Connection, type SqlType } from "../../src/index.ts"
import { hasOwnSql } from "../../src/sql/index.ts"
import { createEnum } from "../dialects/compile-nodes.ts"
import type { ValueCase } from "../dialects/value-cases.ts"

/** A column of any type. */
export function column(type: SqlType): ColumnBuilder<any, true, true> {
  return new ColumnBuilder<any, false, false>({ type, nullable: false, primaryKey: false }).nullable()
}

/** Whether there are columns of lists of the values. */
export function hasLists({ type, noArray }: ValueCase): boolean {
  return noArray !== true && !hasOwnSql(type)
}

/** What the database needs before it has columns of the type. */
export async function createNeeds(connection: Connection, { type, needs }: ValueCase): Promise<void> {
  if (connection.dialect.capabilities.nativeTypes && needs !== undefined) {
    for (const statement of needs.split("; ")) {
      await connection.exec(`do $do$ begin ${statement}; exception when duplicate_object then null; end $do$`)
    }
  }
  if (type.kind === "enum") await createEnum(connection, type)
}
