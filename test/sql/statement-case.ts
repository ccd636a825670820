import assert from "node:assert/strict"
import { test } from "node:test"
import { compile, type Statement } from "rebis"
import { postgres } from "../../src/dialects/postgres/index.ts"
import { sqlite } from "../../src/dialects/sqlite/index.ts"
import type { TestDatabase } from "../support/databases.ts"
import type { Library } from "./library.ts"

/** One statement, its text on each database and the rows that it gives on the rows of the library. */
export interface StatementCase {
  readonly name: string
  readonly statement: Statement
  /** PostgreSQL's; SQLite's is the same with `?` for `$1`, unless it is given. */
  readonly text: string
  readonly sqlite?: string
  /** As PostgreSQL's driver gets them. */
  readonly parameters?: readonly unknown[]
  readonly rows: readonly unknown[]
}

/** A test for each case: the text, and the rows from the database. */
export function testCases(database: TestDatabase, library: Library, cases: readonly StatementCase[]): void {
  for (const each of cases) {
    test(each.name, async () => {
      const isSqlite = database.name === "sqlite"
      const compiled = compile(each.statement, isSqlite ? sqlite : postgres)
      assert.equal(compiled.text, isSqlite ? (each.sqlite ?? each.text.replaceAll(/\$\d+/g, "?")) : each.text)
      if (each.parameters !== undefined && !isSqlite) assert.deepEqual(compiled.parameters, each.parameters)
      assert.deepEqual(plain(await library.all(each.statement)), each.rows)
    })
  }
}

/** Instances of classes as plain objects. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== "object" || value === null || value instanceof Date || value instanceof Uint8Array) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
}

/** The text and parameters of a statement on PostgreSQL. */
export function onPostgres(statement: Statement): { readonly text: string; readonly parameters: readonly unknown[] } {
  return statement.toSQL(postgres)
}
export function onSqlite(statement: Statement): { readonly text: string; readonly parameters: readonly unknown[] } {
  return statement.toSQL(sqlite)
}
