import type { DriverResult } from "../../engine/index.ts"
import type { CompiledStatement } from "../../sql/index.ts"

/** One or more statements of a flush that belong together. */
export interface Step {
  /** Steps whose results go into the statements of this one. */
  readonly needs: readonly Step[]
  /** Whether its results may still show that the transaction must not be committed. */
  readonly checksRows: boolean
  /** Called once, when what it needs has been completed. @throws ValueError when a value does not fit its column. */
  statements(): readonly CompiledStatement[]
  /** Takes the results, one for each statement. @throws StaleDataError */
  complete(results: readonly DriverResult[]): void
}

/** Sends statements of a flush and brings back their results. */
export type Send = (statements: readonly CompiledStatement[]) => Promise<readonly DriverResult[]>

interface Flight {
  readonly steps: Step[]
  readonly statements: CompiledStatement[]
  readonly counts: number[]
}

/**
 * Runs steps in order with as few round trips as their needs allow. The last flight is sent by `sendLast`.
 */
export async function runSteps(
  steps: readonly Step[],
  send: Send,
  sendLast: (statements: readonly CompiledStatement[], checksRows: boolean) => Promise<readonly DriverResult[]>,
): Promise<void> {
  let flight = emptyFlight()
  let inFlight = new Set<Step>()
  for (const step of steps) {
    if (step.needs.some((needed) => inFlight.has(needed))) {
      complete(flight, await send(flight.statements))
      flight = emptyFlight()
      inFlight = new Set()
    }
    const statements = step.statements()
    flight.steps.push(step)
    flight.counts.push(statements.length)
    for (const each of statements) flight.statements.push(each)
    inFlight.add(step)
  }
  complete(
    flight,
    await sendLast(
      flight.statements,
      flight.steps.some((step) => step.checksRows),
    ),
  )
}

function emptyFlight(): Flight {
  return { steps: [], statements: [], counts: [] }
}

function complete({ steps, counts }: Flight, results: readonly DriverResult[]): void {
  let start = 0
  for (const [index, step] of steps.entries()) {
    const end = start + counts[index]!
    step.complete(results.slice(start, end))
    start = end
  }
}
