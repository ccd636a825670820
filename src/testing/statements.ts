import type { Engine } from "../engine/index.ts"
import { TooManyStatementsError } from "../errors/index.ts"

/** One statement that an engine sent. */
export interface RecordedStatement {
  readonly text: string
  /** Empty where the engine hides parameters. */
  readonly parameters: readonly unknown[]
  /** `statement` for your own; `begin`, `commit`, `rollback`, `savepoint`, … for what the engine sends by itself. */
  readonly role: string
  /** Statements of one number travelled in one round trip. */
  readonly flight: number
  readonly connection: number
}

/** What {@link recordStatements} saw. */
export interface Recording<T> {
  readonly result: T
  readonly statements: readonly RecordedStatement[]
  /** How many round trips the statements took. */
  readonly roundTrips: number
}

/**
 * Runs `work` and records every statement that the engine sends meanwhile, whoever asks for it.
 *
 * @example
 * const { statements } = await recordStatements(engine, () => app.inject("/posts"))
 * assert.equal(statements.length, 2)
 */
export async function recordStatements<T>(engine: Engine, work: () => T | Promise<T>): Promise<Recording<T>> {
  const statements: RecordedStatement[] = []
  const stop = engine.events.on("statement", ({ text, parameters, role, flight, connection }) => {
    statements.push({ text, parameters: parameters ?? [], role, flight, connection })
  })
  try {
    const result = await work()
    return { result, statements, roundTrips: new Set(statements.map(({ connection, flight }) => `${connection}.${flight}`)).size }
  } finally {
    stop()
  }
}

/**
 * Runs `work` and fails when it needed more than `most` statements, BEGIN and COMMIT not counted: the loop that queries once for each
 * row is found by the first test that has two rows.
 *
 * @throws TooManyStatementsError with the statements, equal ones counted
 *
 * @example await limitStatements(engine, 2, () => app.inject("/posts"))
 */
export async function limitStatements<T>(engine: Engine, most: number, work: () => T | Promise<T>): Promise<T> {
  const { result, statements } = await recordStatements(engine, work)
  const own = statements.filter(({ role }) => role === "statement")
  if (own.length > most) throw new TooManyStatementsError(`${own.length} statements were sent, ${most} were allowed:\n${listed(own)}`)
  return result
}

function listed(statements: readonly RecordedStatement[]): string {
  const times = new Map<string, number>()
  for (const { text } of statements) times.set(text, (times.get(text) ?? 0) + 1)
  return [...times].map(([text, count]) => `  ${count} × ${text}`).join("\n")
}
