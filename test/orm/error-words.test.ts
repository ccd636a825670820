/** Issue 4, point 11: errors of the database speak the model's words. */
import assert from "node:assert/strict"
import { inspect } from "node:util"
import { test } from "node:test"
import {
  type DatabaseError,
  declarativeBase,
  deleteFrom,
  ForeignKeyViolationError,
  insert,
  integer,
  NotNullViolationError,
  ReadOnlyError,
  sessionmaker,
  sql,
  text,
  timestamptz,
  UniqueViolationError,
} from "../../src/index.ts"
import { forEachDatabase } from "../support/databases.ts"

const Base = declarativeBase()
class Member extends Base.model("member", {
  id: integer().primaryKey(),
  eMail: text().unique(),
  joinedAt: timestamptz().nullable(),
}) {}
class Visit extends Base.model("visit", {
  id: integer().primaryKey(),
  memberId: integer().references(() => Member.c.id),
}) {}
/** Two models of one table, which call a column differently. */
class Lodger extends Base.model("lodger", { id: integer().primaryKey(), eMail: text() }) {}
class Guest extends declarativeBase({ conventions: "off" }).model("lodger", {
  id: integer().primaryKey(),
  address: text().named("e_mail"),
}) {}

forEachDatabase("an error of the database", (database) => {
  const prepared = async (options: { hideParameters?: boolean } = {}) => {
    const engine = await database.engine(options)
    await engine.begin(async (connection) => {
      await connection.exec(
        "create table member (id integer primary key, e_mail text not null constraint member_e_mail_key unique, joined_at text)",
      )
      await connection.exec(
        "create table visit (id integer primary key, member_id integer not null constraint visit_member_id_fkey references member (id))",
      )
      await connection.exec("insert into member values (1, 'ada@example.org', null)")
      await connection.exec("insert into visit values (1, 1)")
    })
    return sessionmaker(engine)
  }
  async function failureOf(work: Promise<unknown>): Promise<DatabaseError> {
    return await work.then(
      () => assert.fail("nothing failed"),
      (error: unknown) => error as DatabaseError,
    )
  }

  test("names the model, its properties and the constraint", async () => {
    const sessions = await prepared()
    const taken = await failureOf(sessions.begin((db) => db.add(new Member({ id: 2, eMail: "ada@example.org" }))))
    assert.ok(taken instanceof UniqueViolationError)
    assert.deepEqual(
      [taken.model, taken.properties, taken.table, taken.columns, taken.constraint],
      ["Member", ["eMail"], "member", ["e_mail"], "member_e_mail_key"],
    )
    const missing = await failureOf(sessions.begin((db) => db.execute(insert(Member).values({ id: 3, eMail: sql`null` as never }))))
    assert.ok(missing instanceof NotNullViolationError)
    assert.deepEqual([missing.model, missing.properties], ["Member", ["eMail"]])
  })

  test("of text says the same, since it is the database that names the table", async () => {
    const sessions = await prepared()
    const taken = await failureOf(sessions.begin((db) => db.execute(sql`insert into member values (1, 'b', null)`)))
    assert.deepEqual([taken.model, taken.properties, taken.constraint], ["Member", ["id"], "member_pkey"])
  })

  test("of a foreign key names its columns, from either side", async () => {
    const sessions = await prepared()
    const lost = await failureOf(sessions.begin((db) => db.add(new Visit({ id: 2, memberId: 9 }))))
    const referred = await failureOf(sessions.begin((db) => db.execute(deleteFrom(Member).where(Member.c.id.eq(1)))))
    for (const error of [lost, referred]) {
      assert.ok(error instanceof ForeignKeyViolationError)
      // SQLite says nothing about the place of a violated foreign key.
      const place = database.name === "sqlite" ? [undefined, undefined, undefined] : ["Visit", ["memberId"], "visit_member_id_fkey"]
      assert.deepEqual([error.model, error.properties, error.constraint], place)
    }
  })

  test("has the statement and its parameters, and none of the values where they are hidden", async () => {
    const add = () => new Member({ id: 2, eMail: "ada@example.org" })
    const shown = await failureOf((await prepared()).begin((db) => db.add(add())))
    assert.match(shown.details.statement!, /^insert into "member"/)
    assert.equal(shown.details.parameters?.[1], "ada@example.org")
    const hidden = await failureOf((await prepared({ hideParameters: true })).begin((db) => db.add(add())))
    assert.ok(hidden instanceof UniqueViolationError)
    assert.deepEqual([hidden.details.parameters, hidden.properties], [undefined, ["eMail"]])
    assert.doesNotMatch(inspect(hidden, { depth: 9, showHidden: true }), /ada@example/)
  })

  test(
    "of a write where only reading was asked for is a ReadOnlyError",
    { skip: database.name === "sqlite" ? "SQLite does not enforce it inside a transaction" : false },
    async () => {
      const sessions = await prepared()
      const error = await failureOf(sessions.begin((db) => db.add(new Member({ id: 2, eMail: "b" })), { readOnly: true }))
      assert.ok(error instanceof ReadOnlyError)
    },
  )

  test("of two models that call one table differently keeps the database's words", async () => {
    const engine = await database.engine()
    await engine.begin((connection) => connection.exec("create table lodger (id integer primary key, e_mail text not null unique)"))
    const add = () => sessionmaker(engine).begin((db) => db.add(new Lodger({ id: 1, eMail: "a" })))
    await add()
    const taken = await failureOf(sessionmaker(engine).begin((db) => db.add(new Guest({ id: 2, address: "a" }))))
    assert.deepEqual([taken.model, taken.properties, taken.columns], [undefined, undefined, ["e_mail"]])
  })
})
