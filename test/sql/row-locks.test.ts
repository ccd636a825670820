import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  aliased,
  compile,
  count,
  exists,
  LockTimeoutError,
  select,
  sessionmaker,
  StatementError,
  type Statement,
  UnsupportedError,
} from "rebis"
import { recordStatements } from "rebis/testing"
import { postgres } from "../../src/dialects/postgres/index.ts"
import { sqlite } from "../../src/dialects/sqlite/index.ts"
import { onDatabases } from "../support/databases.ts"
import { openLibrary, Post, sharedLibrary, User } from "./library.ts"
import { onPostgres } from "./statement-case.ts"

const locked = select(Post.c.id).where(Post.c.id.eq(1))
const end = (statement: Statement) => onPostgres(statement).text.replace(/^.* for /, "for ")
const recent = select(Post).cte("recent")
const editor = aliased(User, "editor")

onDatabases(["postgresql", "pglite"], "row locks", (database) => {
  const library = sharedLibrary(database)

  test("are of every strength and run", async () => {
    const cases: readonly (readonly [Statement, string])[] = [
      [locked.forUpdate(), "for update"],
      [locked.forNoKeyUpdate({ nowait: true }), "for no key update nowait"],
      [locked.forShare({ skipLocked: true }), "for share skip locked"],
      [locked.forKeyShare({ of: Post }), `for key share of "post"`],
      [
        select(Post)
          .join(Post.author)
          .forUpdate({ of: [Post, User], nowait: true }),
        `for update of "post", "user" nowait`,
      ],
      [
        select({ id: Post.c.id, by: editor.c.name })
          .from(Post)
          .leftJoin(editor, editor.c.id.eq(Post.c.userId))
          .forUpdate({ of: [Post] }),
        `for update of "post"`,
      ],
      [select(Post).join(Post.author).forUpdate({ of: Post }).forShare({ of: User, nowait: true }), `for share of "user" nowait`],
      [
        select(select(Post).limit(1).forUpdate().cte("taken")),
        `for update) select "taken"."id", "taken"."title", "taken"."user_id", "taken"."view_count", "taken"."meta", "taken"."published_date" from "taken"`,
      ],
    ]
    for (const [statement, text] of cases) {
      assert.equal(end(statement), text)
      assert.equal(compile(statement, postgres).effect, "read")
      await library.all(statement)
    }
    assert.match(onPostgres(cases[6]![0]).text, / for update of "post" for share of "user" nowait$/)
  })

  test("begin a transaction, which a plain read does not", async () => {
    const begun = async (statement: Statement) => {
      await using db = sessionmaker(library.engine)()
      const { statements } = await recordStatements(library.engine, () => db.all(statement))
      return statements.some(({ text }) => text.startsWith("begin"))
    }
    assert.equal(await begun(locked), false)
    assert.equal(await begun(locked.forUpdate()), true)
    assert.equal(await begun(select(User).where(exists(locked.forKeyShare()))), true)
  })
})

onDatabases(["postgresql"], "row locks of two sessions", (database) => {
  test("fail at once, or leave rows out, where it is said", async () => {
    const { engine } = await openLibrary(database)
    const sessions = sessionmaker(engine)
    await using first = sessions()
    const taken = await first.one(select(Post).where(Post.c.id.eq(1)).forUpdate())
    assert.equal(taken.title, "Engines")
    await using second = sessions()
    assert.deepEqual(await second.all(select(Post.c.id).orderBy(Post.c.id.asc()).forUpdate({ skipLocked: true })), [2, 3])
    await assert.rejects(second.all(locked.forUpdate({ nowait: true })), LockTimeoutError)
    await first.rollback()
    await second.rollback()
    assert.deepEqual(await second.all(locked.forUpdate({ nowait: true })), [1])
  })
})

describe("row locks", () => {
  test("are refused where the database has none", () => {
    assert.throws(() => compile(locked.forUpdate(), sqlite), {
      name: UnsupportedError.name,
      message: /for update: SQLite locks no rows\n.*has the whole database to itself/,
    })
  })

  for (const [name, make, message] of [
    [
      "two ways to wait",
      () => locked.forUpdate({ nowait: true, skipLocked: true }),
      /for update: a row that is locked cannot both fail and be left out/,
    ],
    ["an entry that is not in FROM", () => locked.forShare({ of: User }), /for share of user: it is not in FROM\n.*in FROM are: post/],
    ["what is no entry", () => locked.forShare({ of: "post" as never }), /of names post, which is no model or alias/],
    ["no entry at all", () => locked.forShare({ of: [] }), /of is an empty list/],
    ["a common table expression", () => select(recent).forUpdate({ of: recent }), /for update of recent: it is a common table expression/],
    [
      "an entry that may be empty",
      () => select({ id: Post.c.id, by: User.c.name }).from(Post).leftJoin(Post.author).forUpdate(),
      /for update: user may be empty, because of an outer join, and cannot be locked\n.*say which entries/,
    ],
    ["groups", () => select(Post.c.userId).groupBy(Post.c.userId).forUpdate(), /for update: groups are no rows of a table/],
    ["an aggregate", () => select(count()).from(Post).forUpdate(), /for update: groups are no rows of a table/],
    ["rows given once", () => select(Post.c.userId).distinct().forUpdate(), /for update: distinct rows are no rows of a table/],
    ["the first rows of each", () => select(Post).distinctOn(Post.c.userId).forUpdate(), /for update: distinct rows are/],
    ["a member of a set operation", () => locked.union(locked.forUpdate()), /union: its members cannot lock rows/],
  ] as const) {
    test(`refuse ${name}`, () => {
      assert.throws(() => onPostgres(make()), { name: StatementError.name, message })
    })
  }
})
