import { CancelledError } from "../errors/index.ts"
import { withTimeout } from "../util/index.ts"
import type { DriverConnection, DriverResult, FlightOutcome } from "./driver.ts"
import type { Outgoing } from "./outgoing.ts"

/** How long a cancelled statement may take to end before its connection is given up, in milliseconds. */
const cancelGrace = 5_000

/** What became of a flight, and whether its connection can still be used after an abort. */
export interface Transmission extends FlightOutcome {
  readonly aborted: boolean
  /** A cancellation may still be on its way to the connection, or a statement still running. */
  readonly uncertain: boolean
}

/** How an abort reaches what is running. */
export interface Abortable {
  readonly signal: AbortSignal
  readonly driver: DriverConnection
  /** Whether the driver can reach it: then, when it was not stopped, the connection's next statement might be stopped instead. */
  readonly cancels: boolean
}

/** Waits for what was sent, and asks the server to stop it when the signal is aborted. Never rejects if `send` does not. */
export async function transmit(send: () => Promise<FlightOutcome>, abortable: Abortable | undefined): Promise<Transmission> {
  if (abortable === undefined) {
    const { results, failure } = await send()
    return { results, failure, aborted: false, uncertain: false }
  }
  const { signal, driver, cancels } = abortable
  if (signal.aborted) return { results: [], failure: { error: cancelled(signal) }, aborted: true, uncertain: false }
  const abort = Promise.withResolvers<undefined>()
  const onAbort = () => abort.resolve(undefined)
  signal.addEventListener("abort", onAbort, { once: true })
  try {
    const running = send()
    const first = await Promise.race([running, abort.promise])
    if (first !== undefined) return { ...first, aborted: false, uncertain: false }
    const asked = cancels ? driver.cancel().catch(() => undefined) : undefined
    const ended = Promise.all([running, asked]).then(([outcome]) => outcome)
    const last = await withTimeout<FlightOutcome | undefined>(ended, cancelGrace, () => undefined)
    if (last === undefined) return { results: [], failure: { error: cancelled(signal) }, aborted: true, uncertain: true }
    return { ...last, aborted: true, uncertain: cancels }
  } finally {
    signal.removeEventListener("abort", onAbort)
  }
}

/** The error of a statement that was not to be run, or not to the end. */
export function cancelled(signal: AbortSignal, statement?: Outgoing): CancelledError {
  return new CancelledError("the statement was aborted", { statement: statement?.text }, { cause: signal.reason })
}

/** Sends statements in order; a script only after what stands before it has succeeded. Never rejects. */
export async function sendFlight(driver: DriverConnection, flight: readonly Outgoing[]): Promise<FlightOutcome> {
  const script = flight.at(-1)
  if (script?.isScript !== true) return driver.queryAll(flight)
  const before = flight.length > 1 ? await driver.queryAll(flight.slice(0, -1)) : { results: [] as readonly DriverResult[] }
  if (before.failure !== undefined) return before
  try {
    return { results: [...before.results, await driver.script(script.text)] }
  } catch (error) {
    return { results: before.results, failure: { error } }
  }
}
