/** Behaviour 131: the stack of an error leads to the line of the caller, whatever stands between it and the database. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { sql as kyselySql } from "kysely"
import { DatabaseError, insert, integer, prepared, select, type Session, sql } from "../../src/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import * as models from "./models.ts"
import { Post, User } from "./models.ts"
import { prepare } from "./support.ts"

const wrong = sql<{ x: number }>`select x from nowhere`
const bound = prepared({ id: integer() }, (p) => sql`select ${p.id} from nowhere`.returns(integer()))

/** Each fails on the server. */
const callers: Readonly<Record<string, (db: Session) => Promise<unknown>>> = {
  all: (db) => db.all(wrong),
  one: (db) => db.one(wrong),
  oneOrNull: (db) => db.oneOrNull(wrong),
  first: (db) => db.first(wrong),
  scalar: (db) => db.scalar(wrong),
  execute: (db) => db.execute(wrong),
  explain: (db) => db.explain(wrong),
  "all of a prepared statement": (db) => db.all(bound({ id: 1 })),
  flush: (db) => (db.add(new Post({ title: "x", userId: 99 })), db.flush()),
  commit: (db) => (db.add(new Post({ title: "x", userId: 99 })), db.commit()),
  savepoint: (db) => db.savepoint((inner) => inner.all(wrong)),
  async stream(db) {
    for await (const _row of db.stream(wrong)) assert.fail("there is nothing to read")
  },
  "run on its connection": async (db) => {
    const connection = await db.connection()
    return await connection.exec("select x from nowhere")
  },
  "stream on its connection": async (db) => {
    const connection = await db.connection()
    const statement = { text: "select x from nowhere", parameters: [], effect: "pure", shape: undefined } as const
    for await (const _chunk of connection.stream(statement, 10)) assert.fail("there is nothing to read")
  },
  "Kysely's execute": (db) => db.kysely().selectFrom("nowhere").selectAll().execute(),
  "Kysely's executeTakeFirst": (db) => db.kysely().selectFrom("nowhere").selectAll().executeTakeFirst(),
  "Kysely's insert": (db) => db.kysely(models).insertInto("post").values({ title: "x", user_id: 99 }).execute(),
  "Kysely's text": (db) => kyselySql`select x from nowhere`.execute(db.kysely()),
  "Kysely's stream": async (db) => {
    for await (const _row of db.kysely().selectFrom("nowhere").selectAll().stream()) assert.fail("there is nothing to read")
  },
  "Kysely's transaction": (db) =>
    db
      .kysely()
      .transaction()
      .execute((trx) => trx.selectFrom("nowhere").selectAll().execute()),
}

forEachDatabase("the stack of an error", (database) => {
  for (const [name, call] of Object.entries(callers)) {
    test(`of ${name} leads to the caller (131)`, async () => {
      const { sessions } = await prepare(database)
      await sessions.begin((db) => db.execute(insert(User).values({ email: "a", name: "a" })))
      await using db = sessions()
      await db.all(select(User))
      async function theCaller(): Promise<void> {
        await call(db)
      }
      await assert.rejects(theCaller(), (error: Error) => {
        assert.ok(error instanceof DatabaseError)
        assert.match(error.stack!, /at async theCaller \(.*error-stack\.test\.ts:\d+:\d+\)/)
        // What the driver threw is not lost.
        assert.ok(error.cause instanceof Error)
        return true
      })
    })
  }
})
