/** As printed: the text of `/posts-with-authors` was refused; with `text()` every row was `{"post": "author"}`. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { jsonBuildObject, select } from "../../../src/index.ts"
import { request } from "../../http/requests.ts"
import { forEachDatabase } from "../../support/databases.ts"
import { blogOn, notesBy } from "../blog.ts"
import { Post, User } from "../models.ts"

forEachDatabase("trap: /posts-with-authors as text", (database) => {
  const blog = blogOn(database)

  test("each row is its post and its author, whether joined or built as JSON by the database", async () => {
    await blog.sessions.begin((db) => {
      const bob = db.add(new User({ email: "bob@example.org", name: "Bob" }))
      db.add(new Post(notesBy(blog.ada.id, "of Ada")))
      db.add(Post, { title: "of Bob", content: "…", author: bob, publishedDate: "2025-12-27" })
    })
    await using app = await blog.serve((routes) => {
      routes.get("/joined", (req) => req.db.all(select({ post: Post, author: User }).from(Post).join(Post.author).orderBy(Post.c.title)))
      routes.get("/built", (req) =>
        req.db.all(
          select(jsonBuildObject({ post: Post, author: User }))
            .from(Post)
            .join(Post.author)
            .orderBy(Post.c.title),
        ),
      )
    })
    const expected = await blog.sessions.begin(async (db) => {
      const posts = await db.all(select(Post).orderBy(Post.c.title))
      const authors = new Map((await db.all(select(User))).map((user) => [user.id, user]))
      return JSON.parse(JSON.stringify(posts.map((post) => ({ post, author: authors.get(post.userId) }))))
    })
    assert.equal(expected.length, 2)
    assert.deepEqual((await request(`${app.url}/joined`)).json(), expected)
    assert.deepEqual((await request(`${app.url}/built`)).json(), expected)
  })

  test("the table named user is quoted", async () => {
    await using db = blog.sessions()
    await db.all(select(User))
    const [statement] = blog.recorder.statements.filter(({ role }) => role === "statement")
    assert.match(statement?.text ?? "", /from "user"/)
  })
})
