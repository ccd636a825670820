import type { CompiledQuery, DatabaseConnection, QueryResult } from "kysely"
import type { DriverResult } from "../../engine/index.ts"
import type { CompiledStatement } from "../../sql/index.ts"
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
    const result = await this.#runner.run(statementOf(query))
    const read = queryReader(sourceOf(query), result.columns, this.#setting)
    const rows = result.rows.map(read)
    const isWrite = writes.has(query.query.kind) || writeCommands.has(result.command)
    return isWrite ? { rows, numAffectedRows: BigInt(result.rowCount) } : { rows }
  }

  async *streamQuery<R>(query: CompiledQuery, chunkSize: number): AsyncGenerator<QueryResult<R>, void, undefined> {
    for await (const { columns, rows } of this.#runner.stream(statementOf(query), chunkSize)) {
      yield { rows: rows.map(queryReader(sourceOf(query), columns, this.#setting)) }
    }
  }
}

/** Kysely's queries may hold any text, so what they do is not known. */
function statementOf({ sql, parameters }: CompiledQuery): CompiledStatement {
  return { text: sql, parameters, effect: "unknown", shape: undefined }
}
