import assert from "node:assert/strict"
import { before, beforeEach, test } from "node:test"
import {
  count,
  currentSession,
  deleteFrom,
  type Engine,
  NoCurrentSessionError,
  runInSession,
  select,
  type Session,
  SessionClosedError,
  sessionDependency,
  sessionmaker,
  UniqueViolationError,
} from "../../src/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { Account, Base } from "./models.ts"
import { idle, recorderOf } from "./requests.ts"
import { createTables } from "./tables.ts"

forEachDatabase("a session dependency", (database) => {
  let engine: Engine
  let sessions: ReturnType<typeof sessionmaker>
  let getDb: () => AsyncGenerator<Session, void, undefined>

  before(async () => {
    engine = await database.engine()
    sessions = sessionmaker(engine)
    getDb = sessionDependency(sessions)
    await createTables(engine, Base.metadata)
  })
  beforeEach(() => sessions.begin((db) => db.execute(deleteFrom(Account).allRows())))

  const stored = async () => {
    await using db = sessions()
    return await db.scalar(select(count()).from(Account))
  }
  const open = async () => {
    const generator = getDb()
    const { value: db } = await generator.next()
    assert.ok(db !== undefined)
    return { generator, db }
  }

  test("commits when it is asked for its next value, and closes", async () => {
    const { generator, db } = await open()
    db.add(new Account({ email: "ada" }))
    assert.deepEqual(await generator.next(), { value: undefined, done: true })
    assert.equal(await stored(), 1)
    await assert.rejects(db.all(select(Account)), SessionClosedError)
    await idle(engine)
  })

  test("rolls back and throws again what is thrown into it", async () => {
    const { generator, db } = await open()
    db.add(new Account({ email: "ada" }))
    await db.flush()
    const error = new TypeError("of the handler")
    await assert.rejects(generator.throw(error), (thrown) => thrown === error)
    await idle(engine)
    assert.equal(await stored(), 0)
  })

  test("throws what the commit fails with, and nothing is stored", async () => {
    await sessions.begin(async (db) => void db.add(new Account({ email: "ada" })))
    const { generator, db } = await open()
    db.add(new Account({ email: "bob" }))
    db.add(new Account({ email: "ada" }))
    await assert.rejects(generator.next(), UniqueViolationError)
    await idle(engine)
    assert.equal(await stored(), 1)
  })

  test("commits a for await whose body ends, and rolls back one that is left", async () => {
    for await (const db of getDb()) db.add(new Account({ email: "ends" }))
    for await (const db of getDb()) {
      db.add(new Account({ email: "breaks" }))
      await db.flush()
      break
    }
    await idle(engine)
    await using db = sessions()
    assert.deepEqual(
      (await db.all(select(Account))).map(({ email }) => email),
      ["ends"],
    )
  })

  test("sends nothing for a session that is not used", async () => {
    const recorder = recorderOf(engine)
    const { generator } = await open()
    await generator.next()
    assert.deepEqual([recorder.statements, recorder.checkouts], [[], 0])
  })

  test("outside of requests there is no current session but the one that is named", async () => {
    assert.throws(() => currentSession(), NoCurrentSessionError)
    await sessions.begin((db) => runInSession(db, async () => assert.equal(currentSession(), db)))
    assert.throws(() => currentSession(), NoCurrentSessionError)
  })
})
