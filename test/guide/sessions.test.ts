/** The guide's rules of the session factory and the dependency. */
import assert from "node:assert/strict"
import { test } from "node:test"
import {
  ArgumentError,
  currentSession,
  select,
  type Session,
  SessionClosedError,
  sessionDependency,
  sessionmaker,
} from "../../src/index.ts"
import { idle } from "../http/requests.ts"
import { forEachDatabase } from "../support/databases.ts"
import { blogOn, notesBy } from "./blog.ts"
import { Post, User } from "./models.ts"

forEachDatabase("the guide, sessions", (database) => {
  const blog = blogOn(database)

  test("'create the sessionmaker ONCE at startup': making one sends nothing, and so does each session it makes", async () => {
    const sessions = sessionmaker(blog.engine)
    for (let request = 0; request < 100; request++) await sessions().close()
    assert.deepEqual([blog.recorder.statements, blog.recorder.checkouts], [[], 0])
  })

  test("'set expire_on_commit=False': after the commit entities are readable as they are, and nothing is sent", async () => {
    const db = blog.sessions()
    const post = db.add(new Post(notesBy(blog.ada.id)))
    await db.commit()
    blog.recorder.clear()
    assert.equal(post.title, "Notes")
    assert.ok(post.createdAt instanceof Date)
    assert.equal(JSON.parse(JSON.stringify(post)).id, post.id)
    await db.close()
    assert.equal(post.content, "On the engine.")
    assert.deepEqual(blog.recorder.statements, [])
    // @ts-expect-error -- the other choice does not exist
    assert.throws(() => sessionmaker(blog.engine, { expireOnCommit: true }), ArgumentError)
  })

  test("'set autoflush=False': a query does not write; a flush is asked for", async () => {
    await using db = blog.sessions()
    db.add(new Post(notesBy(blog.ada.id)))
    assert.deepEqual(await db.all(select(Post)), [])
    await db.flush()
    assert.equal((await db.all(select(Post))).length, 1)
  })

  test("'get_db yields a session, commits on success': what the handler added is stored when the dependency ends", async () => {
    for await (const db of sessionDependency(blog.sessions)()) db.add(new Post(notesBy(blog.ada.id)))
    assert.equal((await blog.sessions.begin((db) => db.all(select(Post)))).length, 1)
  })

  test("'rolls back on exception and raises it again, and always closes'", async () => {
    const dependency = sessionDependency(blog.sessions)()
    const db = (await dependency.next()).value as Session
    db.add(new Post(notesBy(blog.ada.id)))
    await db.flush()
    const error = new TypeError("of the handler")
    await assert.rejects(dependency.throw(error), (thrown) => thrown === error)
    await assert.rejects(db.all(select(Post)), SessionClosedError)
    await idle(blog.engine)
    assert.deepEqual(await blog.sessions.begin((reader) => reader.all(select(Post))), [])
  })

  test("'one session per request; a dependency asked for twice is the same object'", async () => {
    const seen: Session[] = []
    const service = async () => void seen.push(currentSession())
    await using app = await blog.serve((routes) =>
      routes.get("/", async (request) => {
        seen.push(request.db, request.db)
        await service()
        return {}
      }),
    )
    await fetch(app.url)
    await fetch(app.url)
    assert.equal(seen.length, 6)
    assert.deepEqual([new Set(seen.slice(0, 3)).size, new Set(seen.slice(3)).size, new Set(seen).size], [1, 1, 2])
  })

  test("'always use the async context manager pattern': await using closes and rolls back, begin() commits", async () => {
    {
      await using db = blog.sessions()
      db.add(new Post(notesBy(blog.ada.id, "left")))
      await db.flush()
    }
    await idle(blog.engine)
    await blog.sessions.begin((db) => void db.add(new Post(notesBy(blog.ada.id, "kept"))))
    const titles = await blog.sessions.begin((db) => db.all(select(Post.c.title).from(Post)))
    assert.deepEqual(titles, ["kept"])
    await idle(blog.engine)
    assert.equal((await blog.sessions.begin((db) => db.all(select(User)))).length, 1)
  })
})
