import {
  AuthenticationError,
  ConnectionError,
  DatabaseMissingError,
  DisconnectedError,
  RebisError,
  type RebisErrorOptions,
  TooManyConnectionsError,
  UnreachableError,
} from "../errors/index.ts"

/** Where a connection was to go, for messages. */
export interface Target {
  /** `localhost:5432`, or the path of a socket. */
  readonly address: string
  readonly database: string
  readonly user: string
}

/** The error of ours for one that connecting failed with. */
export function connectError(error: unknown, target: Target): RebisError {
  if (error instanceof RebisError) return error
  const code = property(error, "code")
  const state = code !== undefined && /^[0-9A-Z]{5}$/.test(code) ? code : undefined
  return state === undefined ? networkError(error, code, target) : serverError(error, state, target)
}

/**
 * Whether the server says that what it has prepared under a name cannot be used: its columns have changed, it is not there,
 * or something else is. It says so before it runs anything of the statement.
 */
export function isStaleStatement(error: unknown): boolean {
  const code = property(error, "code")
  return code === "26000" || code === "42P05" || (code === "0A000" && property(error, "routine") === "RevalidateCachedQuery")
}

function serverError(error: unknown, state: string, { address, database, user }: Target): ConnectionError {
  const said = message(error)
  const cause: RebisErrorOptions = { cause: error }
  if (state.startsWith("28"))
    return new AuthenticationError(`PostgreSQL at ${address} refused the user ${JSON.stringify(user)}: ${said}`, cause)
  if (state === "3D000") {
    return new DatabaseMissingError(`PostgreSQL at ${address} has no database ${JSON.stringify(database)}`, {
      hint: "create it, or correct the end of the URL",
      ...cause,
    })
  }
  if (state === "53300") {
    return new TooManyConnectionsError(`PostgreSQL at ${address} has no connection left: ${said}`, {
      hint: "lower poolSize and maxOverflow of the engines that use it, or raise max_connections",
      ...cause,
    })
  }
  if (state === "57P01" || state === "57P02") {
    return new DisconnectedError(`PostgreSQL at ${address} ended the connection while it was being opened: ${said}`, cause)
  }
  if (state === "57P03") return new UnreachableError(`PostgreSQL at ${address} takes no connections at the moment: ${said}`, cause)
  if (state === "08P01" && /startup parameter/.test(said)) {
    return new ConnectionError(`the server at ${address} refused the connection's settings: ${said}`, {
      hint: "it is a pooler that has to let them pass: in PgBouncer, name the parameter in ignore_startup_parameters",
      ...cause,
    })
  }
  return new ConnectionError(`PostgreSQL at ${address} refused the connection: ${said}`, cause)
}

function networkError(error: unknown, code: string | undefined, { address, user }: Target): ConnectionError {
  const said = message(error)
  // Raised inside pg, before or instead of an answer of the server.
  if (/password/.test(said)) {
    return new AuthenticationError(`PostgreSQL at ${address} asks for a password of the user ${JSON.stringify(user)}: ${said}`, {
      hint: "put it into the URL (percent-encoded) or into the environment variable PGPASSWORD",
      cause: error,
    })
  }
  if (/SSL|TLS|certificate/i.test(said))
    return new ConnectionError(`no secure connection to PostgreSQL at ${address}: ${said}`, { cause: error })
  // The server, or what stands before it, was there, and has gone between two messages.
  if (said.startsWith("Client has encountered a connection error")) {
    return new DisconnectedError(`the connection to PostgreSQL at ${address} was lost while it was being opened: ${said}`, { cause: error })
  }
  return new UnreachableError(`cannot reach PostgreSQL at ${address}: ${reasons[code ?? ""] ?? said}`, {
    hint: "check that the server runs, and the host and port in the URL",
    cause: error,
  })
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the host's name could not be looked up",
  ENOENT: "there is no such socket",
  ETIMEDOUT: "the connection timed out",
  EHOSTUNREACH: "there is no route to the host",
  ENETUNREACH: "there is no route to the host's network",
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function property(error: unknown, name: "code" | "routine"): string | undefined {
  const value: unknown = typeof error === "object" && error !== null ? Reflect.get(error, name) : undefined
  return typeof value === "string" ? value : undefined
}
