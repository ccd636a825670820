/** The guide's rules of routes. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { jsonAgg, jsonBuildObject, select, Session } from "../../src/index.ts"
import { request } from "../http/requests.ts"
import { forEachDatabase } from "../support/databases.ts"
import { blogOn, notesBy } from "./blog.ts"
import { Post, User } from "./models.ts"

forEachDatabase("the guide, routes", (database) => {
  const blog = blogOn(database)

  test("'inject the session into the handler': request.db", async () => {
    await using app = await blog.serve((routes) => routes.get("/", async (req) => ({ session: req.db instanceof Session })))
    assert.deepEqual((await request(app.url)).json(), { session: true })
  })

  test("'all queries require await': each operation that reaches the database gives a promise", async () => {
    await using db = blog.sessions()
    const operations = [
      () => db.all(select(User)),
      () => db.one(select(User)),
      () => db.oneOrNull(select(User)),
      () => db.first(select(User)),
      () => db.scalar(select(User.c.id).from(User)),
      () => db.get(User, 1),
      () => db.execute(select(User)),
      () => db.flush(),
      () => db.refresh(blog.ada),
      () => db.commit(),
      () => db.rollback(),
    ]
    for (const operation of operations) {
      const running: unknown = operation()
      assert.ok(running instanceof Promise, operation.toString())
      await running.catch(() => undefined)
    }
  })

  test("'select(Post).limit(10)', scalars: entities come back as such, at most ten", async () => {
    await blog.sessions.begin((db) => void db.addAll(Array.from({ length: 12 }, (_, n) => new Post(notesBy(blog.ada.id, `${n}`)))))
    await using app = await blog.serve((routes) => routes.get("/posts", (req) => req.db.all(select(Post).limit(10))))
    const posts = (await request(`${app.url}/posts`)).json()
    assert.equal(posts.length, 10)
    assert.deepEqual(Object.keys(posts[0]).toSorted(), ["content", "createdAt", "id", "publishedDate", "title", "userId"])
  })

  test("'db.add(Post(**values)); commit handled automatically by the dependency'", async () => {
    await using app = await blog.serve((routes) =>
      routes.post("/posts", async (req) => req.db.add(new Post(req.body as ReturnType<typeof notesBy>))),
    )
    const created = (await request(`${app.url}/posts`, "POST", notesBy(blog.ada.id))).json()
    const stored = await blog.sessions.begin((db) => db.all(select(Post)))
    assert.deepEqual(
      stored.map(({ id }) => id),
      [created.id],
    )
    assert.equal(created.title, "Notes")
  })

  test("'explicit commit if needed': commit() stores at once, refresh() reads again", async () => {
    await using app = await blog.serve((routes) =>
      routes.post("/posts", async (req) => {
        const post = req.db.add(new Post(notesBy(blog.ada.id)))
        await req.db.commit()
        await blog.engine.begin((connection) => connection.exec("update post set title = 'Changed elsewhere'", []))
        return await req.db.refresh(post)
      }),
    )
    assert.equal((await request(`${app.url}/posts`, "POST")).json().title, "Changed elsewhere")
  })

  test("'prefer SQL-level operations (joins, aggregations) over loops': one statement, typed and exact", async () => {
    await blog.sessions.begin(
      (db) => void db.addAll(["a", "b"].map((title) => new Post({ ...notesBy(blog.ada.id, title), publishedDate: "2025-12-27" }))),
    )
    blog.recorder.clear()
    await using db = blog.sessions()
    const rows = await db.all(
      select(jsonBuildObject({ post: Post, author: User }))
        .from(Post)
        .join(Post.author)
        .orderBy(Post.c.title),
    )
    assert.equal(blog.recorder.statements.length - transactionStatements(), 1)
    assert.deepEqual(
      rows.map(({ post, author }) => [post.title, post.publishedDate, author.name, post.createdAt instanceof Date]),
      [
        ["a", "2025-12-27", "Ada", true],
        ["b", "2025-12-27", "Ada", true],
      ],
    )
    const [digest] = await db.all(
      select(jsonBuildObject({ author: User.c.name, posts: jsonAgg({ title: Post.c.title, at: Post.c.createdAt }) }))
        .from(User)
        .join(User.posts)
        .groupBy(User.c.id),
    )
    assert.deepEqual(
      [digest?.author, digest?.posts.map(({ title }) => title).toSorted(), digest?.posts[0]?.at instanceof Date],
      ["Ada", ["a", "b"], true],
    )
  })

  const transactionStatements = () => blog.recorder.statements.filter(({ role }) => role !== "statement").length
})
