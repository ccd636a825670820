/** `npm start`: the same program and the same migrations on each database, and what it prints works. */
import assert from "node:assert/strict"
import { fileURLToPath } from "node:url"
import { test } from "node:test"
import { check, current, loadConfig, loadModels } from "rebis/migrations"
import { forEachDatabase } from "../support/databases.ts"
import { start } from "./child.ts"
import { curlLines } from "./curl-line.ts"

const main = "examples/blog/main.ts"
const folder = fileURLToPath(new URL("../../examples/blog", import.meta.url))

forEachDatabase("the example blog", (database) => {
  test("applies its migrations, serves what its curl lines ask for, and keeps it", async () => {
    const environment = { DATABASE_URL: await database.url(), PORT: "0" }
    {
      await using blog = await start(main, environment, "Press Ctrl+C")
      assert.match(blog.output, /applied \d{4}-\d\d-\d\d_create_blog\.ts/)
      const answers = await followLines(blog.output)
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 201, 201, 201, 200, 200, 200, 200],
      )
      const [posts, grace, compilers, comment, post, published, joined, digest] = answers.map(({ body }) => body)
      assert.deepEqual([posts.length, posts[0].title, posts[0].id], [1, "Notes", 1])
      assert.deepEqual([grace.id, grace.name, compilers.id, comment.postId], [2, "Grace", 2, 1])
      assert.deepEqual(
        [post.author.name, post.comments.map((each: { body: string }) => each.body)],
        ["Ada", ["Note G is worth a second reading.", "A fine note."]],
      )
      assert.equal(published.publishedDate, "2025-12-27")
      assert.deepEqual(
        joined.map((row: any) => [row.post.title, row.author.name]),
        [
          ["Notes", "Ada"],
          ["Compilers", "Ada"],
        ],
      )
      assert.deepEqual(
        digest.map((row: any) => [row.author, row.posts.length]),
        [["Ada", 2]],
      )
      assert.equal(await blog.stop(), 0)
    }
    await using again = await start(main, environment, "Press Ctrl+C")
    assert.doesNotMatch(again.output, /applied/)
    const [posts] = await followLines(again.output)
    assert.deepEqual(posts?.body.map(({ title }: { title: string }) => title).toSorted(), ["Compilers", "Notes"])
  })

  test("refuses what its schemas and constraints refuse", async () => {
    await using blog = await start(main, { DATABASE_URL: await database.url(), PORT: "0" }, "Press Ctrl+C")
    const url = /The blog is at (\S+),/.exec(blog.output)?.[1] ?? ""
    const send = async (path: string, method: string, body?: object) => {
      const init = body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }
      return (await fetch(`${url}${path}`, { method, ...init })).status
    }
    const statuses = {
      "a user without a name": await send("/users", "POST", { email: "x@example.org" }),
      "an address that is none": await send("/users", "POST", { email: "x", name: "X" }),
      "an address that is taken": await send("/users", "POST", { email: "ada@example.org", name: "X" }),
      "a post of nobody": await send("/posts", "POST", { title: "x", content: "x", userId: 99 }),
      "a comment to nothing": await send("/posts/99/comments", "POST", { body: "x", userId: 1 }),
      "a post that is not there": await send("/posts/99", "GET"),
      "an id that is none": await send("/posts/one", "GET"),
      "a user that is there": await send("/users/1", "GET"),
      "a post, deleted with its comments": await send("/posts/1", "DELETE"),
      "that post again": await send("/posts/1", "GET"),
    }
    assert.deepEqual(statuses, {
      "a user without a name": 400,
      "an address that is none": 400,
      "an address that is taken": 409,
      "a post of nobody": 409,
      "a comment to nothing": 409,
      "a post that is not there": 404,
      "an id that is none": 400,
      "a user that is there": 200,
      "a post, deleted with its comments": 204,
      "that post again": 404,
    })
  })

  test("has migrations that end where its models are", async () => {
    const url = await database.url()
    await (await start(main, { DATABASE_URL: url, PORT: "0" }, "Press Ctrl+C")).stop()
    const engine = await database.engine({ url })
    const { migrations, models } = await loadConfig(folder)
    assert.deepEqual((await current(engine, { migrations })).pending, [])
    assert.deepEqual(await check(engine, { migrations, metadata: await loadModels({ folder, models }) }), [])
  })
})

async function followLines(output: string): Promise<{ readonly status: number; readonly body: any }[]> {
  const answers: { readonly status: number; readonly body: any }[] = []
  for (const { url, method, headers, body } of curlLines(output)) {
    const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) })
    answers.push({ status: response.status, body: await response.json() })
  }
  return answers
}
