import assert from "node:assert/strict"
import { before, beforeEach, describe, test } from "node:test"
import {
  aliased,
  and,
  compile,
  count,
  insert,
  lower,
  merge,
  select,
  sessionmaker,
  sql,
  StatementError,
  UnsupportedError,
  value,
  ValueError,
} from "rebis"
import { postgres } from "../../src/dialects/postgres/index.ts"
import { onDatabases } from "../support/databases.ts"
import { type Library, openLibrary, Post, posts, Stamped, Tag, User, users } from "./library.ts"
import { onPostgres, onSqlite } from "./statement-case.ts"

/** Tags by the names of users: 1 and 2 are there, 3 is not; 9 is no user's. */
const named = select({ id: User.c.id, name: User.c.name }).from(User).as("named")

const byText = (a: readonly unknown[], b: readonly unknown[]) => String(a).localeCompare(String(b))

onDatabases(["postgresql", "pglite"], "merge", (database) => {
  let library: Library
  before(async () => {
    library = await openLibrary(database, false)
    await library.all(insert(User).values(users))
    await library.all(insert(Post).values(posts))
  })
  beforeEach(async () => {
    await library.all(sql`delete from ${Tag}`)
    await library.all(
      insert(Tag).values([
        { id: 1, label: "one" },
        { id: 2, label: "two" },
        { id: 9, label: "nine" },
      ]),
    )
  })
  const tags = () => library.all(select({ id: Tag.c.id, label: Tag.c.label }).from(Tag).orderBy(Tag.c.id))

  test("updates, deletes and inserts by what it finds", async () => {
    const statement = merge(Tag)
      .using(named, named.c.id.eq(Tag.c.id))
      .whenMatched(named.c.name.eq("Bob"))
      .thenDelete()
      .whenMatched()
      .thenUpdate({ label: Tag.c.label.concat("-").concat(named.c.name) })
      .whenNotMatched(named.c.id.gt(0))
      .thenInsert({ id: named.c.id, label: lower(named.c.name) })
    assert.deepEqual(await library.all(statement), [])
    assert.deepEqual(await tags(), [
      { id: 1, label: "one-Ada" },
      { id: 3, label: "cy" },
      { id: 9, label: "nine" },
    ])
    assert.equal(
      onPostgres(statement).text,
      `merge into "tag" using (select "user"."id", "user"."name" from "user") as "named" on "named"."id" = "tag"."id" ` +
        `when matched and "named"."name" = $1 then delete ` +
        `when matched then update set "label" = ("tag"."label" || $2) || "named"."name" ` +
        `when not matched and "named"."id" > $3 then insert ("id", "label") values ("named"."id", lower("named"."name"))`,
    )
  })

  test("looks at rows that the source does not have", async () => {
    const rows = await library.all(
      merge(Tag)
        .using(User, User.c.id.eq(Tag.c.id))
        .whenNotMatchedBySource(Tag.c.label.eq("nine"))
        .thenDelete()
        .whenNotMatchedBySource()
        .thenDoNothing()
        .whenMatched(User.c.id.eq(1))
        .thenDoNothing()
        .whenMatched()
        .thenUpdate({ label: "x" })
        .whenNotMatched()
        .thenDoNothing()
        .returning((row) => ({ action: row.action, id: Tag.c.id, by: User.c.name, user: User })),
    )
    assert.deepEqual(rows.map(({ action, id, by, user }) => [action, id, by, user?.name ?? null]).toSorted(byText), [
      ["DELETE", 9, null, null],
      ["UPDATE", 2, "Bob", "Bob"],
    ])
  })

  test("gives rows before and after, and entities", async () => {
    const statement = merge(Tag)
      .using(named, named.c.id.eq(Tag.c.id))
      .whenMatched(named.c.id.eq(1))
      .thenDelete()
      .whenMatched()
      .thenUpdate({ label: named.c.name })
      .whenNotMatched()
      .thenInsert({ id: named.c.id, label: named.c.name })
    const rows = await library.all(
      statement.returning((row) => ({ did: row.action, old: row.old, was: row.old.c.label, is: row.new.c.label, tag: Tag })),
    )
    assert.ok(rows.every(({ tag }) => tag instanceof Tag))
    assert.deepEqual(rows.map(({ did, old, was, is, tag }) => [did, old?.label ?? null, was, is, tag.id]).toSorted(byText), [
      ["DELETE", "one", "one", null, 1],
      ["INSERT", null, null, "Cy", 3],
      ["UPDATE", "two", "two", "Bob", 2],
    ])
    assert.ok((await library.all(statement.returning()))[0] instanceof Tag)
  })

  test("counts the rows that it changed", async () => {
    await using db = sessionmaker(library.engine)()
    const { rowCount, rows } = await db.execute(
      merge(Tag)
        .using(named, named.c.id.eq(Tag.c.id))
        .whenMatched()
        .thenUpdate({ label: named.c.name })
        .whenNotMatched()
        .thenInsert({ id: named.c.id, label: named.c.name }),
    )
    assert.deepEqual([rowCount, rows], [3, []])
    await db.rollback()
    assert.equal((await tags()).length, 3)
  })

  test("writes to an alias, from a table of the same name, with values of its own", async () => {
    const t = aliased(Tag, "t")
    const other = aliased(Tag, "other")
    await library.all(
      merge(t)
        .using(other, and(other.c.id.eq(t.c.id), t.c.id.gt(1)))
        .whenMatched(t.c.id.in([2, 3]))
        .thenUpdate({ label: "it's" })
        .whenNotMatched()
        .thenInsert({ id: 77, label: value("new") }),
    )
    assert.deepEqual(await tags(), [
      { id: 1, label: "one" },
      { id: 2, label: "it's" },
      { id: 9, label: "nine" },
      { id: 77, label: "new" },
    ])
  })

  test("gives defaults, and what the application computes on an update", async () => {
    await library.all(sql`delete from ${Stamped}`)
    await library.all(insert(Stamped).values({ id: 1, name: "a", serial: "s" }))
    const rows = await library.all(
      merge(Stamped)
        .using(named, named.c.id.eq(Stamped.c.id))
        .whenMatched()
        .thenUpdate({ name: named.c.name })
        .whenNotMatched(named.c.id.eq(2))
        .thenInsert({ id: named.c.id, serial: named.c.name })
        .returning({ name: Stamped.c.name, serial: Stamped.c.serial, by: Stamped.c.changedBy }),
    )
    assert.deepEqual(
      rows.toSorted((a, b) => a.serial.localeCompare(b.serial)),
      [
        { name: null, serial: "Bob", by: null },
        { name: "Ada", serial: "s", by: "application" },
      ],
    )
  })
})

describe("merge", () => {
  const begun = merge(Tag).using(named, named.c.id.eq(Tag.c.id))
  const full = begun.whenMatched().thenDelete()

  test("writes, and asks for the version that has all of it", () => {
    assert.equal(compile(full, postgres).effect, "write")
    assert.equal(compile(full, postgres).needs?.version, 15)
    assert.equal(compile(full.returning(), postgres).needs?.version, 17)
    assert.equal(compile(begun.whenNotMatchedBySource().thenDelete(), postgres).needs?.version, 17)
    assert.equal(
      compile(
        full.returning((row) => row.old),
        postgres,
      ).needs?.version,
      18,
    )
    assert.equal(
      compile(
        full.returning((row) => row.action),
        postgres,
      ).needs?.version,
      18,
    )
  })

  test("inserts a row of defaults", () => {
    assert.match(
      onPostgres(
        merge(Post)
          .using(named, named.c.id.eq(Post.c.id))
          .whenNotMatched()
          .thenInsert({} as never),
      ).text,
      / then insert default values$/,
    )
  })

  for (const [name, make, error, message] of [
    [
      "a database without it",
      () => onSqlite(full),
      UnsupportedError,
      /^merge into tag: SQLite has no such thing\n.*insert\(…\)\.from\(select\(…\)\)\.onConflict/,
    ],
    ["a merge that does nothing", () => onPostgres(begun), StatementError, /^merge into tag does nothing\n.*whenMatched\(\)/],
    [
      "a branch behind one that takes all of its rows",
      () => onPostgres(full.whenMatched(named.c.id.gt(1)).thenDoNothing()),
      StatementError,
      /a branch for rows that are matched follows one that takes all of them/,
    ],
    [
      "the table's columns where only the source has a row",
      () => onPostgres(begun.whenNotMatched(Tag.c.id.gt(1)).thenDoNothing()),
      StatementError,
      /column tag\.id is used, but tag is not in FROM/,
    ],
    [
      "the source's columns where only the table has a row",
      () => onPostgres(begun.whenNotMatchedBySource().thenUpdate({ label: named.c.name })),
      StatementError,
      /column named\.name is used, but named is not in FROM/,
    ],
    [
      "other tables",
      () => onPostgres(begun.whenMatched(User.c.id.eq(1)).thenDelete()),
      StatementError,
      /column user\.id is used, but user is not in FROM/,
    ],
    [
      "the table as its own source",
      () => onPostgres(merge(Tag).using(Tag, value(true)).whenMatched().thenDelete()),
      StatementError,
      /tag is in FROM twice/,
    ],
    [
      "an update of nothing",
      () => onPostgres(begun.whenMatched().thenUpdate({})),
      StatementError,
      /merge into tag: thenUpdate\(\) sets nothing/,
    ],
    [
      "unknown columns",
      () => begun.whenNotMatched().thenInsert({ lable: "x" } as never),
      StatementError,
      /thenInsert\(\): there is no column "lable"/,
    ],
    [
      "a row without what the application computes",
      () => merge(Stamped).using(named, named.c.id.eq(Stamped.c.id)).whenNotMatched().thenInsert({ name: "x" }),
      StatementError,
      /merge into stamped: thenInsert\(\): "serial" is computed by the application for each row/,
    ],
    [
      "values of another type",
      () => onPostgres(begun.whenNotMatched().thenInsert({ label: 7 as never })),
      ValueError,
      /tag\.label: text takes a string, not 7/,
    ],
    [
      "undefined as a condition",
      () => merge(Tag).using(named, undefined as never),
      StatementError,
      /merge into tag: using\(\) of named\(\): argument 1 is undefined/,
    ],
    ["no source", () => merge(Tag).using("x" as never, value(true)), StatementError, /merge into tag: using\(\): x is not a model/],
    ["no model", () => merge(named as never), /./, /merge\(\) takes a model, not the subquery named/],
  ] as const) {
    test(`refuses ${name}`, () => assert.throws(make, error instanceof RegExp ? message : { name: error.name, message }))
  }

  test("is not confused by a count of the same rows", () => {
    assert.throws(
      () => onPostgres(begun.whenMatched(select(count()).from(Post).where(Post.c.id.eq(User.c.id)).asScalar().gt(0)).thenDelete()),
      /user is not in FROM/,
    )
  })
})
