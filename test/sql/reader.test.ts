import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { compile, jsonAgg, select, sql, type Statement, ValueError } from "rebis"
import { postgres } from "../../src/dialects/postgres/index.ts"
import { sqlite } from "../../src/dialects/sqlite/index.ts"
import { isAbsent, needsColumns, rowReader } from "../../src/sql/index.ts"
import { Post, User } from "./library.ts"

const shapeOf = (statement: Statement) => compile(statement, postgres).shape
/** Reads a raw row of a statement on PostgreSQL. */
const read = (statement: Statement, row: readonly unknown[]) => rowReader(shapeOf(statement), postgres)(row)

describe("the reader of rows", () => {
  test("names the column of a value that it cannot read", () => {
    assert.throws(() => read(select(Post.c.id), ["x"]), { name: ValueError.name, message: /^post\.id: / })
    assert.throws(() => read(select(Post), ["1", "t", "x", "0", null, null]), { name: ValueError.name, message: /^post\.user_id: / })
    assert.throws(() => read(select({ list: jsonAgg(Post.c.id) }).from(Post), ["[1"]), { name: ValueError.name, message: /^jsonAgg\(\): / })
    assert.throws(() => read(select({ list: jsonAgg(Post.c.id) }).from(Post), ['["x"]']), {
      name: ValueError.name,
      message: /^jsonAgg\(\): /,
    })
  })

  test("gives null for null, whatever the type", () => {
    assert.equal(read(select(Post.c.id), [null]), null)
    assert.deepEqual(
      read(
        select({ a: Post.c.meta, b: jsonAgg(Post) })
          .from(Post)
          .groupBy(Post),
        [null, null],
      ),
      { a: null, b: null },
    )
  })

  test("gives null for an entity that an outer join did not find", () => {
    const statement = select({ author: User }).from(Post).leftJoin(Post.author)
    assert.deepEqual(read(statement, [null, null, null, null, null]), { author: null })
    const entity = shapeOf(select(User))
    assert.ok(entity?.kind === "entity")
    assert.equal(isAbsent([null, "a", "b", null, null], entity), true)
  })

  test("makes objects by column name where there is no shape", () => {
    const columns = [
      { name: "a", typeId: 23 },
      { name: "__proto__", typeId: 25 },
    ]
    const row = rowReader(undefined, postgres, { columns })(["1", "x"]) as object
    assert.equal(Object.getPrototypeOf(row), Object.prototype)
    assert.deepEqual(Object.entries(row), [
      ["a", 1],
      ["__proto__", "x"],
    ])
  })

  test("needs the result's columns only for values that no expression types", () => {
    assert.equal(needsColumns(shapeOf(sql`select 1`)), true)
    assert.equal(needsColumns(shapeOf(select({ a: { n: sql`1` } }))), true)
    assert.equal(
      needsColumns(
        shapeOf(
          select({ a: Post, b: jsonAgg(Post.c.id) })
            .from(Post)
            .groupBy(Post),
        ),
      ),
      false,
    )
    const statement = select({ a: sql<number>`1`, b: sql<number>`2` })
    const columns = [
      { name: "a", typeId: 23 },
      { name: "b", typeId: 23 },
    ]
    assert.deepEqual(rowReader(shapeOf(statement), postgres, { columns })(["1", "2"]), { a: 1, b: 2 })
  })

  test("shares the shape of a model's plain select, so that what is derived from it can be kept", () => {
    assert.equal(shapeOf(select(Post).where(Post.c.id.eq(1))), shapeOf(select(Post).limit(3)))
  })
})

describe("a compiled statement", () => {
  test("is the same, however often it is compiled", () => {
    for (const dialect of [postgres, sqlite]) {
      const statement = select({ post: Post, author: User }).from(Post).leftJoin(Post.author).where(Post.c.id.eq(1))
      const [first, ...others] = Array.from({ length: 4 }, () => compile(statement, dialect))
      for (const other of others) assert.deepEqual(other, first)
    }
  })

  test("is made of statements only", () => {
    for (const given of [undefined, null, {}, "select 1", Post, Post.c.id]) {
      assert.throws(() => compile(given as never, postgres), /a statement was expected, not/)
    }
  })
})
