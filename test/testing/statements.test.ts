import assert from "node:assert/strict"
import { test } from "node:test"
import { integer, declarativeBase, oneToMany, select, sessionmaker, text } from "rebis"
import { limitStatements, recordStatements } from "rebis/testing"
import { TooManyStatementsError } from "../../src/errors/index.ts"
import { forEachDatabase } from "../support/databases.ts"

const Base = declarativeBase()
class Shelf extends Base.model("shelf", { id: integer().primaryKey(), name: text() }) {
  static readonly books = oneToMany(() => Book)
}
class Book extends Base.model("book", { id: integer().primaryKey(), shelfId: integer().references(() => Shelf.c.id) }) {}

forEachDatabase("rebis/testing", (database) => {
  const prepared = async () => {
    const engine = await database.engine()
    await engine.begin(async (connection) => {
      await connection.exec("create table shelf (id integer primary key, name text not null)")
      await connection.exec("create table book (id integer primary key, shelf_id integer not null references shelf (id))")
      await connection.exec("insert into shelf values (1, 'a'), (2, 'b'), (3, 'c')")
    })
    return { engine, sessions: sessionmaker(engine) }
  }

  test("records what is sent, and only while it is asked to", async () => {
    const { engine, sessions } = await prepared()
    const { result, statements, roundTrips } = await recordStatements(engine, () => sessions.begin((db) => db.get(Shelf, 2)))
    assert.equal(result?.name, "b")
    assert.deepEqual(
      statements.filter(({ role }) => role === "statement").map(({ text }) => text.replace(/\$1|\?/, "…")),
      [`select "shelf"."id", "shelf"."name" from "shelf" where "shelf"."id" = …`],
    )
    assert.ok(roundTrips >= 1)
    const before = statements.length
    await sessions.begin((db) => db.get(Shelf, 1))
    assert.equal(statements.length, before)
  })

  test("lets two statements load three shelves and their books", async () => {
    const { engine, sessions } = await prepared()
    const shelves = await limitStatements(engine, 2, () => sessions.begin((db) => db.all(select(Shelf).with("books"))))
    assert.equal(shelves.length, 3)
  })

  test("refuses one statement for each shelf, and lists them", async () => {
    const { engine, sessions } = await prepared()
    const oneByOne = () =>
      sessions.begin(async (db) => {
        for (const shelf of await db.all(select(Shelf))) await db.all(select(Book).where(Book.c.shelfId.eq(shelf.id)))
      })
    await assert.rejects(limitStatements(engine, 2, oneByOne), (error) => {
      assert.ok(error instanceof TooManyStatementsError)
      assert.match(error.message, /^4 statements were sent, 2 were allowed:\n {2}1 × select .*\n {2}3 × select .*"book"/)
      return true
    })
  })
})
