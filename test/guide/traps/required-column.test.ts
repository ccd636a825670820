/** As printed: `created_at` had no default, so every insert failed, and nobody saw it. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { declarativeBase, integer, text, timestamptz } from "../../../src/index.ts"
import { request } from "../../http/requests.ts"
import { createTables } from "../../http/tables.ts"
import { forEachDatabase } from "../../support/databases.ts"
import { blogOn } from "../blog.ts"
import { compileErrors } from "../compiler.ts"

const preamble = `
import { declarativeBase, integer, type Session, text, timestamptz } from "rebis"
const Base = declarativeBase()
class Note extends Base.model("note", { id: integer().primaryKey().identity(), title: text(), createdAt: timestamptz() }) {}
declare const db: Session
`
const errors = await compileErrors("guide-required", {
  given: `${preamble} db.add(new Note({ title: "x", createdAt: new Date() }))`,
  constructed: `${preamble} db.add(new Note({ title: "x" }))`,
  added: `${preamble} db.add(Note, { title: "x" })`,
})

describe("trap: created_at without a default", () => {
  test("a required column that is missing is a compile error", () => {
    assert.deepEqual(errors.given, [])
    assert.match(errors.constructed.join(), /createdAt/)
    assert.match(errors.added.join(), /createdAt/)
  })
})

forEachDatabase("trap: created_at without a default", (database) => {
  const blog = blogOn(database)
  const Base = declarativeBase()
  class Note extends Base.model("note", { id: integer().primaryKey().identity(), title: text(), createdAt: timestamptz() }) {}

  test("in plain JavaScript the client sees that it failed", async () => {
    await createTables(blog.engine, Base.metadata)
    await using app = await blog.serve((routes) =>
      routes.post("/notes", (req) => req.db.add(new Note(req.body as { title: string; createdAt: Date }))),
    )
    const answer = await request(`${app.url}/notes`, "POST", { title: "x" })
    assert.equal(answer.status, 422)
    assert.equal(answer.json().code, "REBIS_NOT_NULL_VIOLATION")
  })
})
