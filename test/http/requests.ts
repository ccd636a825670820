import { setTimeout as delay } from "node:timers/promises"
import type { Engine, StatementEvent } from "../../src/index.ts"

/** What a client saw. */
export interface Received {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body as JSON. @throws SyntaxError when it is none */
  json(): any
}

/** One request over HTTP. */
export async function request(url: string, method = "GET", body?: unknown, signal?: AbortSignal): Promise<Received> {
  const response = await fetch(url, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    ...(signal === undefined ? {} : { signal }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) }
}

/** What an engine does from now on. */
export interface Recorder {
  readonly statements: StatementEvent[]
  /** Connections opened, and taken from the pool. */
  readonly connects: number
  readonly checkouts: number
  clear(): void
}

export function recorderOf(engine: Engine): Recorder {
  const recorder = { statements: [] as StatementEvent[], connects: 0, checkouts: 0, clear }
  function clear(): void {
    recorder.statements.length = 0
    recorder.connects = recorder.checkouts = 0
  }
  engine.events.on("statement", (event) => void recorder.statements.push(event))
  engine.events.on("connect", () => void recorder.connects++)
  engine.events.on("checkout", () => void recorder.checkouts++)
  return recorder
}

/** Waits until no connection of the engine is in use. @throws TypeError after three seconds */
export async function idle(engine: Engine): Promise<void> {
  for (const deadline = performance.now() + 3_000; engine.poolStatus.inUse > 0; await delay(10)) {
    if (performance.now() > deadline) throw new TypeError("a connection is still in use")
  }
}
