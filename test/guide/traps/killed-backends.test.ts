/** As printed: with all backends killed while 16 requests were in flight, 43 of 3,200 failed. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { setTimeout as delay } from "node:timers/promises"
import { select } from "../../../src/index.ts"
import { type Received, request } from "../../http/requests.ts"
import { onDatabases } from "../../support/databases.ts"
import { terminateOthers } from "../backends.ts"
import { blogOn, notesBy } from "../blog.ts"
import { Post, User } from "../models.ts"

onDatabases(["postgresql"], "trap: all backends killed while 16 requests are in flight", (database) => {
  const blog = blogOn(database)

  test("only requests that had begun to write may fail; what was answered with success is stored, what failed with 503 is not", async () => {
    const begunToWrite = new Set<string>()
    await using app = await blog.serve((routes) => {
      routes.get("/users", (req) => req.db.all(select(User)))
      routes.get("/posts", async (req) => {
        const users = await req.db.all(select(User))
        await delay(1)
        return { users, posts: await req.db.all(select(Post).limit(3).with("author")) }
      })
      routes.post<{ Params: { title: string } }>("/posts/:title", async (req) => {
        const author = await req.db.one(select(User))
        await delay(1)
        req.db.add(new Post(notesBy(author.id, req.params.title)))
        begunToWrite.add(req.params.title)
        await req.db.flush()
        return await req.db.all(select(Post).limit(3))
      })
    })

    const answers: { readonly title: string | undefined; readonly received: Received }[] = []
    let running = true
    const client = async (number: number) => {
      for (let round = 0; running; round++) {
        const title = `${number}-${round}`
        answers.push({ title: undefined, received: await request(`${app.url}/${round % 2 === 0 ? "users" : "posts"}`) })
        answers.push({ title, received: await request(`${app.url}/posts/${title}`, "POST") })
      }
    }
    const clients = Array.from({ length: 16 }, (_, number) => client(number))
    let killed = 0
    for (let kill = 0; kill < 5; kill++) {
      await delay(250)
      killed += await terminateOthers(blog.url)
    }
    await delay(100)
    running = false
    await Promise.all(clients)

    assert.ok(killed >= 16, `${killed} backends were there to be killed`)
    assert.ok(answers.length > 200, `${answers.length} requests were made`)
    const failed = answers.filter(({ received }) => received.status !== 200)
    const unexplained = failed.filter(({ title }) => title === undefined || !begunToWrite.has(title))
    assert.deepEqual(
      unexplained.map(({ title, received }) => `${title ?? "GET"}: ${received.status} ${received.text}`),
      [],
    )
    const stored = new Set(await blog.sessions.begin((db) => db.all(select(Post.c.title).from(Post))))
    const written = answers.filter(({ title }) => title !== undefined) as { title: string; received: Received }[]
    assert.deepEqual(
      written.filter(({ title, received }) => received.status === 200 && !stored.has(title)).map(({ title }) => title),
      [],
      "answered with success, but lost",
    )
    assert.deepEqual(
      written.filter(({ title, received }) => received.status === 503 && stored.has(title)).map(({ title }) => title),
      [],
      "answered 503, but stored",
    )
  })

  test("killed between requests, none of the next ones fails", async () => {
    await using app = await blog.serve((routes) => {
      routes.get("/users", (req) => req.db.all(select(User)))
      routes.post("/posts", (req) => req.db.add(new Post(notesBy(blog.ada.id))))
    })
    const requests = () =>
      Promise.all(Array.from({ length: 16 }, (_, n) => (n % 2 === 0 ? request(`${app.url}/users`) : request(`${app.url}/posts`, "POST"))))
    await requests()
    for (let round = 0; round < 3; round++) {
      await terminateOthers(blog.url)
      // The server has ended the sessions; that this process has heard of it, or not, is all the same.
      if (round > 0) await delay(20 * round)
      assert.deepEqual(
        (await requests()).filter(({ status }) => status !== 200).map(({ status, text }) => `${status} ${text}`),
        [],
      )
    }
  })
})
