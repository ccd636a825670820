import assert from "node:assert/strict"
import { before, beforeEach, test } from "node:test"
import { deleteFrom, insert, merge, select, type Session, sessionmaker, type Statement, sql, update, value } from "rebis"
import { forEachDatabase } from "../support/databases.ts"
import { type Library, openLibrary, Post, posts, Tag, User, users } from "./library.ts"

forEachDatabase("the number of rows that a write changed", (database) => {
  let library: Library
  before(async () => {
    library = await openLibrary(database, false)
  })
  beforeEach(async () => {
    for (const table of ["tag", "post", "user"]) await library.all(sql`delete from ${sql.identifier(table)}`)
    await library.all(insert(User).values(users))
    await library.all(insert(Post).values(posts))
    await library.all(insert(Tag).values({ id: -1, label: "one" }))
  })

  /** What `execute` counts, with the statement's effect undone. */
  async function counted(statement: Statement): Promise<number> {
    await using db: Session = sessionmaker(library.engine)()
    const { rowCount } = await db.execute(statement)
    await db.rollback()
    return rowCount
  }

  const labels = ["one", "two", "three"].map((label) => ({ label }))
  const all: readonly (readonly [string, Statement & { returning(): Statement }, number])[] = [
    ["an insert of one", insert(Tag).values({ label: "x" }), 1],
    ["an insert of several", insert(Tag).values([{ label: "x" }, { label: "y" }]), 2],
    ["an insert of rows with different columns", insert(Tag).values([{ label: "x" }, { id: -7, label: "y" }, { label: "z" }]), 3],
    ["an insert of many", insert(Tag).values(Array.from({ length: 50_000 }, (_, index) => ({ label: `t${index}` }))), 50_000],
    ["an insert from a query", insert(Tag).from(select({ label: User.c.name }).from(User)), 3],
    ["an insert that leaves a row alone", insert(Tag).values(labels).onConflict([Tag.c.label]).doNothing(), 2],
    [
      "an insert that updates a row",
      insert(Tag)
        .values(labels)
        .onConflict([Tag.c.label])
        .doUpdate((excluded) => ({ label: excluded.label.concat("!") })),
      3,
    ],
    ["an update", update(Post).set({ viewCount: 0 }).where(Post.c.userId.eq(1)), 2],
    ["an update that finds nothing", update(Post).set({ viewCount: 0 }).where(Post.c.userId.eq(9)), 0],
    ["an update by another table", update(User).set({ nickname: "x" }).from(User.posts).where(Post.c.viewCount.gt(0)), 2],
    ["a delete", deleteFrom(Post).allRows(), 3],
    ["a delete by another table", deleteFrom(Post).using(Post.author).where(User.c.name.eq("Ada")), 2],
  ]
  for (const [name, statement, count] of all) {
    test(`of ${name}`, async () => {
      assert.equal(await counted(statement), count)
      assert.equal(await counted(statement.returning()), count)
    })
  }

  test(
    "of a merge, and the rows of a select with a write in it",
    { skip: database.capabilities.nativeTypes ? false : "SQLite has neither merge nor writes in WITH" },
    async () => {
      const merged = merge(Tag)
        .using(User, User.c.id.eq(Tag.c.id))
        .whenMatched()
        .thenDelete()
        .whenNotMatched()
        .thenInsert({ label: User.c.name })
      assert.equal(await counted(merged), 3)
      assert.equal(await counted(merged.returning()), 3)
      const gone = deleteFrom(Post).allRows().returning({ id: Post.c.id }).cte("gone")
      assert.equal(
        await counted(
          select({ one: value(1) })
            .from(gone)
            .limit(2),
        ),
        2,
      )
    },
  )
})
