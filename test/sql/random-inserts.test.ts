import assert from "node:assert/strict"
import { before, test } from "node:test"
import fc from "fast-check"
import "../support/seed.ts"
import { insert, lower, sessionmaker, sql, value } from "rebis"
import { forEachDatabase } from "../support/databases.ts"
import { type Library, openLibrary, Post, User } from "./library.ts"

/** A row of posts, some of its columns left out or given by an expression. */
const row = fc.record(
  {
    title: fc.oneof(fc.string({ maxLength: 5, unit: fc.constantFrom("a", "Z", "'", '"', "\\", "{", ",", "é", "\n") }), fc.constant(null)),
    viewCount: fc.integer({ min: -5, max: 5 }),
    meta: fc.constantFrom<{ tags: string[] } | null>(null, { tags: ["x", 'y"'] }, { tags: [] }),
    publishedDate: fc.constantFrom(null, "2024-02-29" as const),
  },
  { requiredKeys: ["title"] },
)
const rows = fc.array(row, { minLength: 1, maxLength: 40 })

type Given = typeof row extends fc.Arbitrary<infer R> ? R : never
/** Null for a title stands for an expression. */
const valuesOf = ({ title, ...others }: Given) => ({ userId: 1, title: title ?? lower(value("EXPR")), ...others })
const item = { title: Post.c.title, viewCount: Post.c.viewCount, meta: Post.c.meta, publishedDate: Post.c.publishedDate }

forEachDatabase("inserts of random rows", (database) => {
  let library: Library
  before(async () => {
    library = await openLibrary(database, false)
    await library.all(insert(User).values({ id: 1, email: "a", name: "A" }))
  })

  test("one statement stores and returns what one for each row does, in the same order", async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (given) => {
        await using db = sessionmaker(library.engine)()
        const alone = []
        for (const each of given) alone.push(await db.one(insert(Post).values(valuesOf(each)).returning(item)))
        const together = await db.all(
          insert(Post)
            .values(given.map(valuesOf))
            .returning({ id: Post.c.id, ...item }),
        )
        assert.deepEqual(
          together.map(({ id: _, ...others }) => others),
          alone,
        )
        assert.ok(together.every(({ id }, index) => index === 0 || id > together[index - 1]!.id))
        await db.rollback()
      }),
      { numRuns: 60 },
    )
    assert.deepEqual(await library.all(sql`select id from ${Post}`), [])
  })
})
