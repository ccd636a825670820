/** Behaviour 130: what a session streams is fetched chunk by chunk, and a stream that is left frees what it held. */
import assert from "node:assert/strict"
import { test } from "node:test"
import {
  ArgumentError,
  count,
  DatabaseError,
  integer,
  prepared,
  RollbackRequiredError,
  select,
  SessionClosedError,
  sql,
  update,
} from "../../src/index.ts"
import { forEachDatabase, unless } from "../support/databases.ts"
import { Post, record, User } from "./models.ts"
import { prepare } from "./support.ts"

const posts = select(Post).orderBy(Post.c.id.asc())

async function listOf<T>(values: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const each of values) list.push(each)
  return list
}

forEachDatabase("a session's stream", (database) => {
  async function filled(options?: Parameters<typeof prepare>[1]) {
    const { engine, sessions } = await prepare(database, options)
    await sessions.begin((db) => {
      const author = db.add(User, { email: "ada@example.org", name: "Ada" })
      for (let index = 1; index <= 25; index++) db.add(Post, { title: `post ${index}`, views: index, author })
    })
    return { engine, sessions }
  }

  test("yields the session's entities, with the relations of each chunk by one statement (130)", async () => {
    const { engine, sessions } = await filled()
    await using db = sessions()
    const first = await db.get(Post, 1)
    using recording = record(engine)
    const seen: Post[] = []
    for await (const post of db.stream(posts.with("author"), { chunkSize: 10 })) {
      assert.equal(post.author.name, "Ada")
      seen.push(post)
    }
    assert.deepEqual(
      seen.map((post) => post.views),
      Array.from({ length: 25 }, (_, index) => index + 1),
    )
    assert.equal(seen[0], first)
    assert.equal(recording.statements.filter((statement) => / from "user" /.test(statement)).length, 1)
  })

  test(
    "fetches no more than the chunks that were asked for (130)",
    unless(database, "nativeTypes", "a sequence counts the rows that were made"),
    async () => {
      const { sessions } = await filled()
      await using db = sessions()
      await db.execute(sql`create sequence made`)
      const numbers = sql`select nextval('made') from generate_series(1, 1000)`.returns(integer())
      let rows = 0
      for await (const _n of db.stream(numbers, { chunkSize: 10 })) if (++rows === 15) break
      assert.equal(await db.scalar(sql`select last_value from made`.returns(integer())), 20)
      for await (const _n of db.stream(numbers, { chunkSize: 7 })) break
      assert.equal(await db.scalar(sql`select last_value from made`.returns(integer())), 27)
    },
  )

  test("pauses while its consumer does other work in the session (130)", async () => {
    const { sessions } = await filled()
    await sessions.begin(async (db) => {
      let seen = 0
      for await (const post of db.stream(posts, { chunkSize: 4 })) {
        await db.execute(
          update(Post)
            .set({ title: `${post.title}!` })
            .where(Post.c.id.eq(post.id)),
        )
        assert.equal(await db.scalar(select(count()).from(Post).where(Post.c.title.like("%!"))), ++seen)
      }
      assert.equal(seen, 25)
    })
  })

  test("that is left early frees the connection with the session (130)", async () => {
    const { engine, sessions } = await filled()
    const db = sessions()
    for await (const _post of db.stream(posts, { chunkSize: 2 })) break
    assert.equal((await db.all(posts)).length, 25)
    const left = db.stream(posts, { chunkSize: 2 })
    assert.equal((await left.next()).value?.views, 1)
    await db.close()
    assert.equal(engine.poolStatus.inUse, 0)
    // The rows that were fetched are there; no others are.
    assert.equal((await left.next()).value?.views, 2)
    await assert.rejects(left.next(), SessionClosedError)
    await using next = sessions()
    assert.equal(await next.scalar(select(count()).from(Post)), 25)
  })

  test("whose consumer throws passes its error on, and the session goes on (130)", async () => {
    const { engine, sessions } = await filled()
    {
      await using db = sessions()
      await assert.rejects(async () => {
        for await (const post of db.stream(posts, { chunkSize: 3 })) if (post.views === 5) throw new RangeError("no")
      }, RangeError)
      assert.equal((await db.all(posts)).length, 25)
    }
    await assert.rejects(
      sessions.begin(async (db) => {
        for await (const _post of db.stream(posts, { chunkSize: 3 })) throw new RangeError("no")
      }),
      RangeError,
    )
    assert.equal(engine.poolStatus.inUse, 0)
  })

  test(
    "that fails half way ends the transaction, as other statements do",
    unless(database, "nativeTypes", "SQLite divides by zero without an error"),
    async () => {
      const { sessions } = await filled()
      await using db = sessions()
      const seen: number[] = []
      await assert.rejects(async () => {
        for await (const n of db.stream(sql`select 10 / (6 - views) from post order by id`.returns(integer()), { chunkSize: 2 }))
          seen.push(n)
      }, DatabaseError)
      assert.deepEqual(seen, [2, 2, 3, 5])
      await assert.rejects(db.all(posts), RollbackRequiredError)
      await db.rollback()
      assert.equal((await db.all(posts)).length, 25)
    },
  )

  test("takes prepared statements and text, and flushes first where statements do", async () => {
    const { sessions } = await filled({ autoflush: true })
    await using db = sessions()
    const above = prepared({ views: integer() }, (p) => select(Post.c.views).where(Post.c.views.gt(p.views)).orderBy(Post.c.id.asc()))
    db.add(Post, { title: "late", views: 26, userId: 1 })
    assert.deepEqual(await listOf(db.stream(above({ views: 23 }))), [24, 25, 26])
    const text = sql<{ views: number }>`select views from ${Post} where views < ${3} order by id`
    assert.deepEqual(await listOf(db.stream(text, { chunkSize: 1 })), [{ views: 1 }, { views: 2 }])
    await assert.rejects(listOf(db.stream(posts, { chunkSize: 0 })), ArgumentError)
  })
})
