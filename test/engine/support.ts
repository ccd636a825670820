import type { Connection, Engine, EngineOptions, StatementEvent } from "../../src/engine/index.ts"
import { createEngine } from "../../src/drivers/index.ts"
import type { CompiledStatement, Effect } from "../../src/sql/index.ts"
import type { TestDatabase } from "../support/databases.ts"

/** A statement as the layers above hand it over. */
export function statement(effect: Effect, text: string, ...parameters: readonly unknown[]): CompiledStatement {
  return { text, parameters, effect, shape: undefined }
}

export const pure = statement.bind(undefined, "pure")
export const write = statement.bind(undefined, "write")

/** An engine on a new, empty database; `await using` it. */
export async function engineOn(database: TestDatabase, options: EngineOptions = {}): Promise<Engine> {
  return createEngine(await database.url(), options)
}

/** How the database spells the n-th parameter. */
export function parameter(database: TestDatabase, index: number): string {
  return database.name === "sqlite" ? "?" : `$${index}`
}

/** What an engine sends from now on. */
export interface Recording {
  /** The statements of each round trip, in order, as `text` (failed ones as `text!`). */
  readonly flights: string[][]
  readonly events: StatementEvent[]
  /** Forgets what was recorded. */
  clear(): void
}

export function record(engine: Engine): Recording {
  const events: StatementEvent[] = []
  const flights: string[][] = []
  let last = -1
  engine.events.on("statement", (event) => {
    if (event.flight !== last) flights.push([])
    last = event.flight
    events.push(event)
    flights.at(-1)?.push(event.error === undefined ? event.text : `${event.text}!`)
  })
  return { flights, events, clear: () => void ((events.length = 0), (flights.length = 0)) }
}

/** The numbers of the table `item`, in order. */
export async function items(connection: Connection): Promise<number[]> {
  const { rows } = await connection.run(pure("select id from item order by id"))
  return rows.map(([id]) => Number(id))
}

export const createItem = "create table item (id integer primary key, name text)"

/** The number of the server process behind a connection. */
export async function processOf(connection: Connection): Promise<number> {
  const { rows } = await connection.run(statement("pure", "select pg_backend_pid()"))
  return Number(rows[0]?.[0])
}
