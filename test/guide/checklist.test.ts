/** The guide's closing checklist, line by line, held against the example blog on each database. */
import assert from "node:assert/strict"
import { readdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { before, test } from "node:test"
import type { FastifyInstance } from "fastify"
import { currentSession, type Engine, select, sessionDependency, sessionmaker, type Sessions } from "rebis"
import { check, loadModels, upgrade } from "rebis/migrations"
import { buildApp } from "../../examples/blog/app.ts"
import { Base } from "../../examples/blog/base.ts"
import { Post } from "../../examples/blog/models/post.ts"
import { User } from "../../examples/blog/models/user.ts"
import { seed } from "../../examples/blog/seed.ts"
import { type Recorder, recorderOf } from "../http/requests.ts"
import { forEachDatabase } from "../support/databases.ts"
import { floatingPromises } from "./linter.ts"
import { constraintsAndIndexes } from "./names.ts"

const folder = fileURLToPath(new URL("../../examples/blog", import.meta.url))
const migrations = `${folder}/migrations`

/** Each route of the blog, in an order in which each succeeds. */
const requests = [
  ["GET", "/users"],
  ["POST", "/users", { email: "grace@example.org", name: "Grace" }],
  ["GET", "/users/1"],
  ["GET", "/posts"],
  ["POST", "/posts", { title: "Compilers", content: "…", userId: 1 }],
  ["GET", "/posts/1"],
  ["PATCH", "/posts/1", { title: "More notes" }],
  ["GET", "/posts/1/comments"],
  ["POST", "/posts/1/comments", { body: "…", userId: 1 }],
  ["GET", "/posts-with-authors"],
  ["GET", "/digest"],
  ["DELETE", "/posts/2"],
] as const

forEachDatabase("the checklist", (database) => {
  let engine: Engine
  let sessions: Sessions
  let recorder: Recorder

  before(async () => {
    engine = await database.engine()
    sessions = sessionmaker(engine)
    await upgrade(engine, { migrations })
    await sessions.begin(seed)
    recorder = recorderOf(engine)
  })

  test("[x] 'Async engine created with create_async_engine() and postgresql+asyncpg://'", async () => {
    recorder.clear()
    const running = engine.begin((connection) => connection.exec("select 1"))
    assert.ok(running instanceof Promise)
    assert.equal((await running).rows.length, 1)
    assert.match(engine.url, /^(postgresql|pglite|sqlite):\/\//)
    assert.ok(recorder.statements.length > 0)
  })

  test("[x] 'Naming conventions defined in metadata'", async () => {
    const names = await constraintsAndIndexes(engine, database)
    for (const name of [
      "user_pkey",
      "user_email_key",
      "post_user_id_fkey",
      "post_title_idx",
      "post_title_not_empty_check",
      "comment_post_id_idx",
    ]) {
      assert.ok(names.includes(name), `${name} is not among ${names.join(", ")}`)
    }
  })

  test("[x] 'Session factory uses expire_on_commit=False'", async () => {
    const user = await sessions.begin((db) => db.one(select(User).where(User.c.id.eq(1))))
    recorder.clear()
    assert.equal(user.name, "Ada")
    assert.deepEqual(recorder.statements, [])
  })

  test("[x] 'Dependency function yields session with try/except/finally'", async () => {
    const getDb = sessionDependency(sessions)
    for await (const db of getDb()) db.add(new User({ email: "kept@example.org", name: "Kept" }))
    const failing = getDb()
    const { value: db } = await failing.next()
    db?.add(new User({ email: "dropped@example.org", name: "Dropped" }))
    await assert.rejects(failing.throw(new TypeError("of the handler")), TypeError)
    const emails = await sessions.begin((reader) => reader.all(select(User.c.email).from(User)))
    assert.deepEqual([emails.includes("kept@example.org"), emails.includes("dropped@example.org")], [true, false])
    assert.equal(engine.poolStatus.inUse, 0)
  })

  test("[x] 'All models use singular, lowercase, snake_case table names'", async () => {
    assert.deepEqual(Base.metadata.tables.map(({ name }) => name).toSorted(), ["comment", "post", "user"])
    assert.deepEqual(await check(engine, { migrations, metadata: await loadModels({ folder, models: ["models/*.ts"] }) }), [])
  })

  test("[x] 'Datetime columns end with _at, date columns with _date'", async () => {
    const moments = Base.metadata.tables.flatMap(({ columns }) =>
      columns.filter(({ type }) => ["timestamptz", "timestamp", "date"].includes(type.kind)),
    )
    assert.deepEqual(moments.map(({ name, type }) => `${name} ${type.kind}`).toSorted(), [
      "created_at timestamptz",
      "created_at timestamptz",
      "created_at timestamptz",
      "published_date date",
    ])
    await engine.begin((connection) => connection.exec("select created_at, published_date from post"))
  })

  test("[x] 'All route handlers use db: AsyncSession = Depends(get_db)'", async () => {
    let made = 0
    const counting: Parameters<typeof buildApp>[0] = (options) => {
      made++
      return sessions(options)
    }
    const app = buildApp(counting)
    const seen: boolean[] = []
    app.addHook("preHandler", async (request) => void seen.push(request.db === currentSession()))
    await sendAll(app)
    assert.equal(made, requests.length)
    assert.deepEqual(
      seen,
      requests.map(() => true),
    )
    assert.equal(engine.poolStatus.inUse, 0)
  })

  test("[x] 'All database operations use await': the linter refuses one that does not", async () => {
    const preamble = 'import type { Session } from "rebis"\nexport async function work(db: Session): Promise<void> {\n'
    const [forgotten, awaited] = [`${preamble}  db.flush()\n}\n`, `${preamble}  await db.flush()\n}\n`]
    assert.match(await floatingPromises(`guide-await-${database.name}`, forgotten), /no-floating-promises/)
    assert.equal(await floatingPromises(`guide-await-${database.name}`, awaited), "")
  })

  test("[x] 'Alembic configured with human-readable file template'", () => {
    const files = readdirSync(migrations)
    assert.ok(files.length > 0)
    for (const file of files) assert.match(file, /^\d{4}-\d\d-\d\d_[a-z\d_]+\.ts$/)
  })

  test("[x] 'Prefer SQL operations (joins, aggregations) over Python loops'", async () => {
    await sessions.begin((db) => void db.add(new Post({ title: "Another", content: "…", userId: 1 })))
    const app = buildApp(sessions)
    for (const path of ["/posts-with-authors", "/digest"]) {
      recorder.clear()
      const rows: unknown[] = (await app.inject(path)).json()
      assert.ok(rows.length > 0)
      assert.equal(recorder.statements.filter(({ role }) => role === "statement").length, 1)
    }
    await app.close()
  })
})

async function sendAll(app: FastifyInstance): Promise<void> {
  for (const [method, url, payload] of requests) {
    const { statusCode, body } = await app.inject({ method, url, ...(payload === undefined ? {} : { payload }) })
    assert.ok(statusCode < 300, `${method} ${url}: ${statusCode} ${body}`)
  }
  await app.close()
}
