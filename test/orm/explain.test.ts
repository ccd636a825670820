import assert from "node:assert/strict"
import { test } from "node:test"
import {
  ArgumentError,
  DatabaseError,
  deleteFrom,
  insert,
  integer,
  prepared,
  type QueryPlan,
  select,
  sql,
  StatementError,
  update,
  UnsupportedError,
} from "../../src/index.ts"
import { forEachDatabase, unless } from "../support/databases.ts"
import { Post, record, User } from "./models.ts"
import { prepare } from "./support.ts"

forEachDatabase("explain()", (database) => {
  const native = database.capabilities.nativeTypes
  const onlyNative = unless(database, "nativeTypes", "SQLite explains the plan and nothing else")

  async function filled(options?: Parameters<typeof prepare>[1]) {
    const { engine, sessions } = await prepare(database, options)
    await sessions.begin((db) => void db.add(new User({ email: "ada@example.org", name: "Ada" })))
    return { engine, sessions }
  }
  const names = (db: { all(statement: unknown): Promise<unknown[]> }) => db.all(select(User.c.name).orderBy(User.c.id.asc()))

  test("gives the plan of a statement with its parameters, and does not run it", async () => {
    const { engine, sessions } = await filled()
    await using db = sessions()
    using recording = record(engine)
    const plan = await db.explain(select(User).join(User.posts).where(Post.c.title.eq("x"), User.c.id.gt(3)))
    assert.match(plan, native ? /Join|Nested Loop/ : /SEARCH|SCAN/)
    assert.match(plan, /post/)
    assert.match(recording.statements.join("\n"), native ? /^explain select .*\$2$/ : /^explain query plan select .*\?$/)
    await db.explain(update(User).set({ name: "Eve" }).allRows())
    await db.explain(deleteFrom(User).allRows())
    await db.explain(insert(User).values({ email: "eve@example.org", name: "Eve" }))
    await db.explain(sql`delete from ${User} where id = ${1}`)
    await db.explain(prepared({ id: integer() }, (p) => select(User).where(User.c.id.eq(p.id)).with("posts"))({ id: 7 }))
    assert.deepEqual(await names(db), ["Ada"])
  })

  test("shows nested nodes indented", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    const plan = await db.explain(select(User).where(User.c.id.in(select(Post.c.userId).where(Post.c.views.gt(1)))))
    assert.match(plan, /\n {2,}\S/)
  })

  test("takes the plan's JSON form, typed", onlyNative, async () => {
    const { sessions } = await filled()
    await using db = sessions()
    const plan: QueryPlan = await db.explain(select(User).where(User.c.id.eq(1)), { format: "json", analyze: true, timing: false })
    assert.equal(plan.Plan["Relation Name"], "user")
    assert.equal(plan.Plan["Actual Rows"], 1)
    assert.equal(plan.Plan["Actual Total Time"], undefined)
    assert.ok(plan["Execution Time"]! >= 0)
    assert.ok(plan.Plan["Total Cost"]! > 0)
  })

  test("undoes what a statement writes while it is analyzed", onlyNative, async () => {
    const { sessions } = await filled()
    await using db = sessions()
    const ada = await db.one(select(User))
    for (const statement of [
      update(User).set({ name: "Eve" }).allRows(),
      deleteFrom(User).allRows(),
      insert(User).values({ email: "eve@example.org", name: "Eve" }).returning(),
      sql`update ${User} set name = ${"Eve"}`,
    ]) {
      assert.match(await db.explain(statement, { analyze: true, buffers: true, verbose: true }), /actual.*rows=1/)
      assert.deepEqual(await names(db), ["Ada"])
    }
    ada.name = "Ada L."
    await db.commit()
    assert.deepEqual(await names(db), ["Ada L."])
  })

  test("keeps what was written when asked to", onlyNative, async () => {
    const { sessions } = await filled()
    await sessions.begin(async (db) => {
      await db.explain(update(User).set({ name: "Eve" }).allRows(), { analyze: true, keep: true })
      assert.deepEqual(await names(db), ["Eve"])
    })
    await using db = sessions()
    assert.deepEqual(await names(db), ["Eve"])
  })

  test("leaves the session as it was when the statement fails", onlyNative, async () => {
    const { sessions } = await filled()
    await using db = sessions()
    const again = insert(User).values({ email: "ada@example.org", name: "Ada" })
    await assert.rejects(db.explain(again, { analyze: true }), DatabaseError)
    assert.deepEqual(await names(db), ["Ada"])
  })

  test("of a read needs no transaction, and flushes first where statements do", async () => {
    const { engine, sessions } = await filled({ autoflush: true })
    await using db = sessions()
    await db.all(select(User))
    using recording = record(engine)
    await db.explain(select(User), native ? { costs: false } : {})
    assert.equal(recording.statements.length, 1)
    db.add(new User({ email: "eve@example.org", name: "Eve" }))
    await db.explain(select(User))
    assert.match(recording.statements.at(-2)!, /^insert into "user"/)
  })

  test("refuses what the database does not tell", { skip: native ? "PostgreSQL tells it" : false }, async () => {
    const { sessions } = await filled()
    await using db = sessions()
    await assert.rejects(
      db.explain(select(User), { analyze: true, format: "json" }),
      (error: Error) => error instanceof UnsupportedError && /no analyze, format json/.test(error.message),
    )
    assert.deepEqual(await names(db), ["Ada"])
  })

  test("refuses options that do not exist", onlyNative, async () => {
    const { sessions } = await filled()
    await using db = sessions()
    for (const options of [{ analyse: true }, { format: "xml" }, { analyze: "true, false) delete from post --" }]) {
      await assert.rejects(db.explain(select(User), options as never), ArgumentError)
    }
    await assert.rejects(db.explain(undefined as never), ArgumentError)
  })

  test("refuses a statement that is sent in parts", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    const most = database.capabilities.maxParameters
    const rows = Array.from({ length: most }, (_, index) => ({ email: `${index}`, name: "x", createdAt: sql<Date>`${new Date(0)}` }))
    await assert.rejects(
      db.explain(insert(User).values(rows)),
      (error: Error) => error instanceof StatementError && /is sent as \d+ statements/.test(error.message),
    )
  })
})
