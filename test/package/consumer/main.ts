import { select } from "rebis"
import { engine, Post, sessions, User } from "./models.js"

export const postsWithAuthors = select(Post).where(Post.c.title.eq("Notes")).with("author")

await engine.begin(async (connection) => {
  await connection.exec(`create table "user" (id integer primary key, name text not null)`)
  await connection.exec(
    `create table "post" (id integer primary key, title text not null, user_id integer not null references "user", published_date text)`,
  )
})
await sessions.begin(async (db) => {
  const author = new User({ name: "Ada" })
  db.add(author)
  db.add(Post, { title: "Notes", author })
})
await sessions.begin(async (db) => {
  const post = await db.one(postsWithAuthors)
  console.log(`${post.title} by ${post.author.name}`)
})
await engine.dispose()
