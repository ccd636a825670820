import { before, beforeEach } from "node:test"
import fastify, { type FastifyInstance } from "fastify"
import { rebis } from "../../src/http/fastify.ts"
import { deleteFrom, type Engine, type EngineOptions, sessionmaker, type Sessions } from "../../src/index.ts"
import { type Recorder, recorderOf } from "../http/requests.ts"
import { createTables } from "../http/tables.ts"
import type { TestDatabase } from "../support/databases.ts"
import { metadata, Post, User } from "./models.ts"

/** The guide's application on a database: its tables hold one user, Ada, at the beginning of each test. */
export interface Blog {
  readonly database: TestDatabase
  readonly url: string
  readonly engine: Engine
  readonly sessions: Sessions
  readonly recorder: Recorder
  readonly ada: User
  /** Serves routes over HTTP, each request with its session. */
  serve(define: (app: FastifyInstance) => void): Promise<{ readonly url: string } & AsyncDisposable>
}

/** Defines the hooks of the suite that is being defined. */
export function blogOn(database: TestDatabase, options: EngineOptions = {}): Blog {
  const blog = {
    database,
    async serve(define: (app: FastifyInstance) => void) {
      const app = fastify({ forceCloseConnections: true })
      app.register(rebis, { sessions: blog.sessions })
      define(app)
      return { url: await app.listen({ port: 0, host: "127.0.0.1" }), [Symbol.asyncDispose]: () => app.close() }
    },
  } as Partial<Blog> as { -readonly [Key in keyof Blog]: Blog[Key] }

  before(async () => {
    blog.url = await database.url()
    blog.engine = await database.engine({ ...options, url: blog.url })
    blog.sessions = sessionmaker(blog.engine)
    await createTables(blog.engine, metadata)
    blog.recorder = recorderOf(blog.engine)
  })
  beforeEach(async () => {
    await blog.sessions.begin(async (db) => {
      await db.execute(deleteFrom(Post).allRows())
      await db.execute(deleteFrom(User).allRows())
      blog.ada = db.add(new User({ email: "ada@example.org", name: "Ada" }))
    })
    blog.recorder.clear()
  })
  return blog
}

/** The values of a new post of a user. */
export const notesBy = (userId: number, title = "Notes") => ({ title, content: "On the engine.", userId })
