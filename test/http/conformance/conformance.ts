import { after, before, beforeEach, mock } from "node:test"
import { deleteFrom, type Engine, select, sessionmaker, type Sessions } from "../../../src/index.ts"
import type { TestDatabase } from "../../support/databases.ts"
import type { Application, Framework, Handler, RunningApplication } from "../application.ts"
import { Account, Base, Membership } from "../models.ts"
import { type Recorder, recorderOf } from "../requests.ts"
import { createTables } from "../tables.ts"

/** One framework on one database, for the cases: their tables are empty at the beginning of each test. */
export interface Conformance {
  readonly framework: Framework
  readonly database: TestDatabase
  /** Of the database that {@link engine} is on. */
  readonly url: string
  readonly engine: Engine
  readonly sessions: Sessions
  readonly recorder: Recorder
  /** Serves routes whose sessions are {@link sessions}. */
  serve(routes: Application["routes"], options?: Partial<Application>): Promise<RunningApplication & AsyncDisposable>
  /** The addresses of the accounts that are in the database, in order. */
  stored(): Promise<string[]>
}

/** Defines the hooks of the suite that is being defined. */
export function conformance(framework: Framework, database: TestDatabase): Conformance {
  const on = {
    framework,
    database,
    serve: (routes: Application["routes"], options: Partial<Application> = {}) =>
      serving(framework, { sessions: on.sessions, routes, ...options }),
    async stored() {
      await using db = on.sessions()
      return (await db.all(select(Account).orderBy(Account.c.email))).map(({ email }) => email)
    },
  } as { -readonly [Key in keyof Conformance]: Conformance[Key] }

  before(async () => {
    // Hono's own error handler prints what it answers.
    mock.method(console, "error", () => undefined)
    on.url = await database.url()
    on.engine = await database.engine({ url: on.url })
    on.sessions = sessionmaker(on.engine)
    on.recorder = recorderOf(on.engine)
    await createTables(on.engine, Base.metadata)
  })
  after(() => mock.restoreAll())
  beforeEach(async () => {
    await on.sessions.begin(async (db) => {
      await db.execute(deleteFrom(Membership).allRows())
      await db.execute(deleteFrom(Account).allRows())
    })
  })
  return on
}

export async function serving(framework: Framework, application: Application): Promise<RunningApplication & AsyncDisposable> {
  const running = await framework.serve(application)
  return { ...running, [Symbol.asyncDispose]: () => running.close() }
}

/** Adds the account that the request's body describes, and answers it. */
export const add: Handler = async ({ db, body }) => ({ json: db.add(new Account(body as { email: string; balance?: number })) })

/** Only a server of its own can be asked to stop a statement while this process waits for it. */
export function onlyServer(database: TestDatabase): { readonly skip: string | false } {
  return { skip: database.name === "postgresql" ? false : `${database.name} runs its statements in this process` }
}

/** Lets callers on when `size` of them have arrived. */
export function barrier(size: number): () => Promise<void> {
  const open = Promise.withResolvers<void>()
  let arrived = 0
  return () => {
    if (++arrived === size) open.resolve()
    return open.promise
  }
}
