/**
 * `npm start`: applies the migrations, adds a first user where there is none, and serves.
 *
 * DATABASE_URL  postgresql://…, sqlite:///blog.db, pglite://./folder; default: the embedded PostgreSQL, kept in `examples/blog/data`
 * HOST, PORT    default 127.0.0.1 and 3000; port 0 takes a free one
 * ECHO=1        prints the statements
 */
import { fileURLToPath } from "node:url"
import { upgrade } from "rebis/migrations"
import { buildApp } from "./app.ts"
import { engine, sessions } from "./db.ts"
import { seed } from "./seed.ts"

// The first time, the embedded PostgreSQL takes a few seconds to make its folder.
console.log(`opening ${engine.url}`)
const applied = await upgrade(engine, { migrations: fileURLToPath(new URL("migrations", import.meta.url)) })
for (const { file } of applied) console.log(`applied ${file}`)
await sessions.begin(seed)

const app = buildApp(sessions)
const url = await app.listen({ host: process.env.HOST ?? "127.0.0.1", port: Number(process.env.PORT ?? 3000) })
console.log(`
The blog is at ${url}, its data in ${engine.url}. Try:

  curl ${url}/posts
  curl ${url}/users -H 'content-type: application/json' -d '{"email":"grace@example.org","name":"Grace"}'
  curl ${url}/posts -H 'content-type: application/json' -d '{"title":"Compilers","content":"Nobody believed that.","userId":1}'
  curl ${url}/posts/1/comments -H 'content-type: application/json' -d '{"body":"A fine note.","userId":1}'
  curl ${url}/posts/1
  curl -X PATCH ${url}/posts/1 -H 'content-type: application/json' -d '{"publishedDate":"2025-12-27"}'
  curl ${url}/posts-with-authors
  curl ${url}/digest

Press Ctrl+C to stop.`)

/** Lets requests that are being answered end, then gives the connections back. */
async function stop(): Promise<void> {
  await app.close()
  await engine.dispose()
}
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop())
