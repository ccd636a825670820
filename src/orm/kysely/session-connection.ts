import type { CompiledQuery, DatabaseConnection, QueryResult } from "kysely"
import { ConnectionError, DatabaseError } from "../../errors/index.ts"
import type { DriverResult } from "../../engine/index.ts"
import type { CompiledStatement } from "../../sql/index.ts"
import { withCallerStack } from "../../util/index.ts"
import { queryReader } from "./query-reader.ts"
import { type QuerySetting, sourceOf } from "./session-executor.ts"

/** What of a session runs the queries of its Kysely. */
export interface QueryRunner {
  run(statement: CompiledStatement): Promise<DriverResult>
  /** Rows in chunks; other statements may run between two of them. */
  stream(statement: CompiledStatement, chunkSize: number): AsyncGenerator<DriverResult, void, undefined>
  savepoint(work: () => Promise<void>): Promise<void>
}

const writes: ReadonlySet<string> = new Set(["InsertQueryNode", "UpdateQueryNode", "DeleteQueryNode", "MergeQueryNode"])
const writeCommands: ReadonlySet<string | undefined> = new Set(["INSERT", "UPDATE", "DELETE", "MERGE"])

/** A session's connection and transaction, as Kysely runs queries. */
export class SessionConnection implements DatabaseConnection {
  readonly #runner: QueryRunner
  readonly #setting: QuerySetting

  constructor(runner: QueryRunner, setting: QuerySetting) {
    this.#runner = runner
    this.#setting = setting
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    try {
      const result = await this.#runner.run(statementOf(query))
      const rows = result.rows.map(queryReader(sourceOf(query), result.columns, this.#setting))
      const isWrite = writes.has(query.query.kind) || writeCommands.has(result.command)
      return isWrite ? { rows, numAffectedRows: BigInt(result.rowCount) } : { rows }
    } catch (error) {
      throw withoutOurFrames(error)
    }
  }

  async *streamQuery<R>(query: CompiledQuery, chunkSize: number): AsyncGenerator<QueryResult<R>, void, undefined> {
    try {
      for await (const { columns, rows } of this.#runner.stream(statementOf(query), chunkSize)) {
        yield { rows: rows.map(queryReader(sourceOf(query), columns, this.#setting)) }
      }
    } catch (error) {
      throw withoutOurFrames(error)
    }
  }
}

/** What the database threw leads to the caller, though the few frames that a stack holds are mostly Kysely's. */
function withoutOurFrames(error: unknown): unknown {
  return error instanceof DatabaseError || error instanceof ConnectionError ? withCallerStack(error) : error
}

/** Kysely's queries may hold any text, so what they do is not known. */
function statementOf({ sql, parameters }: CompiledQuery): CompiledStatement {
  return { text: sql, parameters, effect: "unknown", shape: undefined }
}
