import { AsyncLocalStorage } from "node:async_hooks"
import type { Connection } from "./connection.ts"

/** What gives connections in place of an engine. */
export interface ConnectionSource {
  connection(): Connection
  unreportedConnection(): Connection
}

const storage = new AsyncLocalStorage<ReadonlyMap<object, ConnectionSource>>()
/** Nobody pays for what only tests do. */
let wasUsed = false

/** What an engine's connections come from in this asynchronous context, when it is not the engine itself. */
export function redirectionOf(engine: object): ConnectionSource | undefined {
  return wasUsed ? storage.getStore()?.get(engine) : undefined
}

/** Runs `work` while connections that it, or anything that it calls, asks of `engine` come from `source`. */
export function redirectConnections<T>(engine: object, source: ConnectionSource, work: () => T): T {
  wasUsed = true
  return storage.run(new Map([...(storage.getStore() ?? []), [engine, source]]), work)
}
