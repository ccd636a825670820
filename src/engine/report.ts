import type { DriverResult } from "./driver.ts"
import type { EngineEvents, StatementStartEvent } from "./events.ts"
import type { Outgoing } from "./outgoing.ts"

/** A flight that somebody listens to. */
export interface ReportedFlight {
  readonly statements: readonly StatementStartEvent[]
  readonly startedAt: number
}

/** Tells of a flight that is about to be sent. */
export function reportStart(
  events: EngineEvents,
  flight: readonly Outgoing[],
  ids: { readonly connection: number; readonly flight: number },
  hideParameters: boolean,
): ReportedFlight {
  const statements = flight.map((statement): StatementStartEvent => {
    const { role, text, parameters, name } = statement
    return {
      role,
      text,
      parameters: hideParameters && parameters.length > 0 ? undefined : parameters,
      prepared: name !== undefined,
      ...ids,
    }
  })
  for (const statement of statements) events.emit("statementStart", statement)
  return { statements, startedAt: performance.now() }
}

/** Tells of the statements that completed and of the one that failed. */
export function reportEnd(events: EngineEvents, flight: ReportedFlight, results: readonly DriverResult[], error: unknown): void {
  const duration = performance.now() - flight.startedAt
  for (const [index, { rowCount, rows }] of results.entries()) {
    const statement = flight.statements[index]
    if (statement !== undefined) events.emit("statement", { ...statement, duration, rowCount, rows, error: undefined })
  }
  const failed = error === undefined ? undefined : flight.statements[results.length]
  if (failed !== undefined) events.emit("statement", { ...failed, duration, rowCount: undefined, rows: undefined, error })
}
