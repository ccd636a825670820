import assert from "node:assert/strict"
import { test } from "node:test"
import { insert, integer, MultipleResultsFoundError, prepared, select, sql, text, timestamptz } from "../../src/index.ts"
import { forEachDatabase, unless } from "../support/databases.ts"
import { Comment, Post, record, User } from "./models.ts"
import { prepare } from "./support.ts"

const byEmail = prepared({ email: text(), least: integer(), like: text() }, (p) =>
  select(User)
    .where(User.c.email.eq(p.email))
    .with("posts", (q) => q.where(Post.c.views.gte(p.least)).with("comments", (c) => c.where(Comment.c.body.like(p.like)))),
)

forEachDatabase("a prepared statement in a session", (database) => {
  async function filled() {
    const prepared = await prepare(database)
    await prepared.sessions.begin((db) => {
      for (const name of ["ada", "bob"]) {
        const author = db.add(User, { email: `${name}@example.org`, name })
        for (const views of [1, 10]) {
          const post = db.add(Post, { title: `${name} ${views}`, views, author })
          for (const body of ["yes", "no"]) db.add(Comment, { body, post })
        }
      }
    })
    return prepared
  }

  test("gives the session's entities, with relations refined by its parameters", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    const ada = await db.one(byEmail({ email: "ada@example.org", least: 5, like: "y%" }))
    assert.deepEqual(
      ada.posts.map((post) => [post.title, post.comments.map((comment) => comment.body)]),
      [["ada 10", ["yes"]]],
    )
    const [again] = await db.all(byEmail({ email: "ada@example.org", least: 0, like: "n%" }))
    assert.equal(again, ada)
    assert.deepEqual(
      ada.posts.map((post) => [post.title, post.comments.map((comment) => comment.body)]),
      [
        ["ada 1", ["no"]],
        ["ada 10", ["no"]],
      ],
    )
    assert.equal(await db.oneOrNull(byEmail({ email: "nobody", least: 0, like: "" })), null)
    for await (const user of db.stream(byEmail({ email: "bob@example.org", least: 10, like: "%" }))) {
      assert.deepEqual(
        user.posts.map((post) => post.title),
        ["bob 10"],
      )
    }
  })

  test("limits a relation for each of its owners by a parameter", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    const busiest = prepared({ most: integer(), after: integer() }, (p) =>
      select(User)
        .orderBy(User.c.id.asc())
        .with("posts", (q) => q.orderBy(Post.c.views.desc()).limit(p.most).offset(p.after)),
    )
    const titles = async (values: Parameters<typeof busiest>[0]) =>
      (await db.all(busiest(values))).map(({ posts }) => posts.map(({ title }) => title))
    assert.deepEqual(await titles({ most: 1, after: 0 }), [["ada 10"], ["bob 10"]])
    assert.deepEqual(await titles({ most: 2, after: 0 }), [
      ["ada 10", "ada 1"],
      ["bob 10", "bob 1"],
    ])
    assert.deepEqual(await titles({ most: 2, after: 1 }), [["ada 1"], ["bob 1"]])
  })

  test("is limited as other statements are where one row is asked for", async () => {
    const { engine, sessions } = await filled()
    await using db = sessions()
    const above = prepared({ id: integer() }, (p) => select(User).where(User.c.id.gt(p.id)).orderBy(User.c.id.asc()))
    using recording = record(engine)
    assert.equal((await db.first(above({ id: 0 })))?.name, "ada")
    assert.match(recording.statements.at(-1)!, /limit \S+$/)
    await assert.rejects(db.one(above({ id: 0 })), MultipleResultsFoundError)
    assert.match(recording.statements.at(-1)!, /limit \S+$/)
    assert.equal((await db.first(above({ id: 1 })))?.name, "bob")
    assert.equal((await db.all(above({ id: 0 }))).length, 2)
    assert.doesNotMatch(recording.statements.at(-1)!, /limit/)
    assert.equal(await db.scalar(prepared({ id: integer() }, (p) => select(User.c.name).where(User.c.id.eq(p.id)))({ id: 2 })), "bob")
  })

  test("is one prepared statement of the server", unless(database, "nativeTypes", "SQLite prepares by itself"), async () => {
    const { engine, sessions } = await filled()
    const seen: boolean[] = []
    engine.events.on("statement", ({ role, prepared }) => {
      if (role === "statement") seen.push(prepared)
    })
    await using db = sessions()
    const titles = prepared({ views: integer() }, (p) => select(Post.c.title).where(Post.c.views.eq(p.views)).orderBy(Post.c.id.asc()))
    for (const views of [1, 10, 7]) await db.all(titles({ views }))
    assert.deepEqual(seen, [false, true, true])
  })

  test("writes in the session's transaction", async () => {
    const { sessions } = await filled()
    const add = prepared({ name: text(), at: timestamptz() }, (p) =>
      insert(User).values({ email: p.name, name: p.name, createdAt: p.at }).returning(),
    )
    const at = new Date("2025-04-05T06:07:08.009Z")
    await using db = sessions()
    const user = await db.one(add({ name: "eve", at }))
    assert.deepEqual([user.name, user.createdAt], ["eve", at])
    assert.equal(await db.get(User, user.id), user)
    await db.rollback()
    const count = prepared({ name: text() }, (p) => sql`select count(*) from ${User} where name = ${p.name}`.returns(integer()))
    assert.equal(await db.scalar(count({ name: "eve" })), 0)
  })
})
