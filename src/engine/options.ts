import { ArgumentError } from "../errors/index.ts"
import type { EchoFunction } from "./echo.ts"

/** Options of `createEngine`. Times are in milliseconds. */
export interface EngineOptions {
  /**
   * Show each statement with its parameters, duration and rows: `true` on the console, or given to a function.
   * `"debug"` also shows the rows and what the pool does. Default `false`.
   */
  readonly echo?: boolean | "debug" | EchoFunction | undefined
  /** Leave the values of parameters out of echo, events and errors. Default `false`. */
  readonly hideParameters?: boolean | undefined
  /** Connections that are kept open once they were needed. Default 10. */
  readonly poolSize?: number | undefined
  /** Connections beyond `poolSize` that may be opened while all are in use; they are closed when demand has gone. Default 5. */
  readonly maxOverflow?: number | undefined
  /** How long to wait for a connection before a PoolTimeoutError. Default 30 000. */
  readonly poolTimeout?: number | undefined
  /** Replace a connection that is older than this when it is next asked for. Default: never. */
  readonly poolRecycle?: number | undefined
  /** Test a connection that has been idle before it is handed out, and replace it when it is dead. Default `true`. */
  readonly poolPrePing?: boolean | undefined
  /** How long a connection must have been idle to be tested. Default 500. */
  readonly poolPrePingAfter?: number | undefined
  /** How long a connection beyond `poolSize` may be idle before it is closed. Default 30 000. */
  readonly poolIdleTimeout?: number | undefined
  /** How long opening a connection may take before an UnreachableError. Default 10 000. */
  readonly connectTimeout?: number | undefined
  /**
   * Prepare statements on the server from the second time they are run, and how many a connection may keep. `false` for a
   * pooler that hands one server connection to several clients. Default 256.
   */
  readonly preparedStatements?: boolean | number | undefined
  /** Passed on to the driver's npm package: `{ ssl: { ca } }` for pg, `{ loadDataDir }` for PGlite, `{ pragmas }` for SQLite. */
  readonly connectArgs?: Readonly<Record<string, unknown>> | undefined
}

export interface PoolSettings {
  readonly size: number
  readonly maxOverflow: number
  readonly timeout: number
  readonly recycle: number
  readonly prePing: boolean
  readonly prePingAfter: number
  readonly idleTimeout: number
  /** How long a connection under test may take to answer. */
  readonly pingTimeout: number
}

/** @throws ArgumentError when an option is not what it has to be. */
export function poolSettings(options: EngineOptions, maxConnections: number): PoolSettings {
  const size = Math.min(wholeNumber("poolSize", options.poolSize, 10, 1), maxConnections)
  return {
    size,
    maxOverflow: Math.min(wholeNumber("maxOverflow", options.maxOverflow, 5, 0), maxConnections - size),
    timeout: milliseconds("poolTimeout", options.poolTimeout, 30_000),
    recycle: milliseconds("poolRecycle", options.poolRecycle, Infinity),
    prePing: options.poolPrePing ?? true,
    prePingAfter: milliseconds("poolPrePingAfter", options.poolPrePingAfter, 500),
    idleTimeout: milliseconds("poolIdleTimeout", options.poolIdleTimeout, 30_000),
    pingTimeout: Math.min(5_000, connectTimeout(options)),
  }
}

/** @throws ArgumentError when it is not a time that a connection could take. */
export function connectTimeout(options: EngineOptions): number {
  return milliseconds("connectTimeout", options.connectTimeout, 10_000)
}

/** @throws ArgumentError when it is neither yes, no nor a number. */
export function preparedStatementLimit(options: EngineOptions): number {
  const { preparedStatements } = options
  if (preparedStatements === false) return 0
  return wholeNumber("preparedStatements", preparedStatements === true ? undefined : preparedStatements, 256, 0)
}

function wholeNumber(name: string, value: unknown, fallback: number, least: number): number {
  if (value === undefined) return fallback
  if (typeof value !== "number" || !Number.isInteger(value) || value < least) {
    throw new ArgumentError(`${name} is ${JSON.stringify(value)}: a whole number from ${least} is needed`)
  }
  return value
}

function milliseconds(name: string, value: unknown, fallback: number): number {
  if (value === undefined) return fallback
  if (typeof value !== "number" || !(value >= 0)) {
    throw new ArgumentError(`${name} is ${JSON.stringify(value)}: a number of milliseconds is needed`)
  }
  return value
}
