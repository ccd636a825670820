/** An application as the conformance cases describe it, for any framework. */
import type { ErrorStatus, Session } from "../../src/index.ts"
import type { SessionFactory } from "../../src/http/index.ts"

export interface Exchange {
  readonly db: Session
  /** The parsed JSON of the request, `undefined` without one. */
  readonly body: unknown
}

/** What a handler answers: a JSON value, text, a stream of text or nothing but a status (200 when it is left out). */
export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly text?: string
  readonly stream?: () => AsyncGenerator<string, void, undefined>
}

export type Handler = (exchange: Exchange) => Promise<Answer>

export interface Application {
  readonly sessions: SessionFactory<Session>
  /** By `METHOD /path`. */
  readonly routes: Readonly<Record<string, Handler>>
  readonly commitOn?: (status: number) => boolean
  readonly errorStatus?: ErrorStatus
  /** The application's own error handler. */
  readonly onError?: (error: unknown) => Answer
}

export interface RunningApplication {
  readonly url: string
  close(): Promise<void>
}

/** A framework under test. */
export interface Framework {
  readonly name: string
  /** Serves on a free port of loopback. */
  serve(application: Application): Promise<RunningApplication>
  /** What an application throws to answer with a status. */
  httpError(status: number): Error
}

export function routesOf(application: Application): { readonly method: string; readonly path: string; readonly handler: Handler }[] {
  return Object.entries(application.routes).map(([route, handler]) => {
    const [method = "", path = ""] = route.split(" ")
    return { method, path, handler }
  })
}
