import type { DriverConnection, DriverCursor, DriverResult, DriverStatement, FlightOutcome, TransactionState } from "../engine/index.ts"
import { PortalCursor } from "./postgres-cursor.ts"
import { PingTask, ScriptTask, StatementTask } from "./postgres-tasks.ts"
import { noColumns, type Transport, type WireTask } from "./postgres-wire.ts"
import { PreparedStatements } from "./prepared-statements.ts"

const settings = `select ${["default_transaction_isolation", "bytea_output", "extra_float_digits", "server_version_num"]
  .map((name) => `current_setting('${name}')`)
  .join(", ")}`

/** A connection that speaks the PostgreSQL protocol, over whatever carries it. */
export class PostgresConnection implements DriverConnection {
  readonly #transport: Transport
  readonly #prepared: PreparedStatements
  #readCommitted = false
  #serverVersion: number | undefined
  #portals = 0

  /**
   * Reads, in one round trip, what has to be known of the session.
   *
   * @param preparedStatements how many statements the server may keep prepared
   */
  static async open(transport: Transport, preparedStatements: number): Promise<PostgresConnection> {
    const connection = new PostgresConnection(transport, preparedStatements)
    const [row] = (await connection.query({ text: settings, parameters: [] })).rows
    connection.#readCommitted = row?.[0] === "read committed"
    connection.#serverVersion = Math.floor(Number(row?.[3]) / 10_000)
    // The server's defaults, unless someone has changed them for the user or the database.
    if (row?.[1] !== "hex" || Number(row[2]) < 1) await connection.script("set bytea_output = 'hex'; set extra_float_digits = 1")
    return connection
  }

  private constructor(transport: Transport, preparedStatements: number) {
    this.#transport = transport
    this.#prepared = new PreparedStatements(preparedStatements)
  }

  get broken(): boolean {
    return this.#transport.broken
  }
  get transactionState(): TransactionState {
    const { status } = this.#transport
    return status === "I" ? "none" : status === "T" ? "open" : "failed"
  }
  get readCommitted(): boolean {
    return this.#readCommitted
  }
  get serverVersion(): number | undefined {
    return this.#serverVersion
  }

  query(statement: DriverStatement): Promise<DriverResult> {
    return new Promise((resolve, reject) => {
      const settled = ({ failure, results }: WireTask) => {
        if (failure === undefined) resolve(results[0] as DriverResult)
        // The driver's own error, for the dialect to make one of ours from.
        else reject(failure.error)
      }
      this.#transport.submit(new StatementTask(this.#prepared, [statement], settled))
    })
  }

  async queryAll(statements: readonly DriverStatement[]): Promise<FlightOutcome> {
    try {
      return await this.#run((settled) => new StatementTask(this.#prepared, statements, settled))
    } catch (error) {
      return { results: [], failure: { error } }
    }
  }

  async script(text: string): Promise<DriverResult> {
    const { results, failure } = await this.#run((settled) => new ScriptTask(text, settled))
    if (failure !== undefined) throw failure.error
    return results.at(-1) ?? { columns: noColumns, rows: [], rowCount: 0, command: undefined }
  }

  cursor(statement: DriverStatement, chunkSize: number): DriverCursor {
    return new PortalCursor(this.#transport, `rebis_${++this.#portals}`, statement, chunkSize)
  }

  cancel(): Promise<void> {
    return this.#transport.cancel()
  }

  async ping(): Promise<void> {
    const { failure } = await this.#run((settled) => new PingTask(settled))
    if (failure !== undefined) throw failure.error
  }

  close(): Promise<void> {
    return this.#transport.close()
  }

  #run(task: (settled: (task: WireTask) => void) => WireTask): Promise<WireTask> {
    return new Promise((resolve) => this.#transport.submit(task(resolve)))
  }
}
