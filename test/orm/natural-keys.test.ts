import assert from "node:assert/strict"
import { test } from "node:test"
import {
  CircularDependencyError,
  date,
  declarativeBase,
  deleteFrom,
  type Engine,
  ForeignKeyViolationError,
  IdentityConflictError,
  insert,
  integer,
  manyToMany,
  manyToOne,
  MetaData,
  oneToMany,
  oneToOne,
  select,
  sessionmaker,
  type Sessions,
  text,
  UniqueViolationError,
  ValueError,
} from "../../src/index.ts"
import { forEachDatabase, type TestDatabase } from "../support/databases.ts"
import { record } from "./models.ts"
import { createModelTables } from "./support.ts"

const metadata = new MetaData()
const Base = declarativeBase({ metadata, conventions: "off" })

class Author extends Base.model("author", { name: text().primaryKey(), note: text().nullable() }) {
  static readonly books = oneToMany(() => Book)
  static readonly portrait = oneToOne(() => Portrait)
  static readonly genres = manyToMany(() => Genre, { through: () => AuthorGenre })
}
class Book extends Base.model("book", {
  id: integer().primaryKey().identity(),
  title: text(),
  authorName: text().references(() => Author.c.name, { onUpdate: "cascade" }),
}) {
  static readonly author = manyToOne(() => Author)
}
/** Its key is that of its author. */
class Portrait extends Base.model("portrait", {
  authorName: text()
    .primaryKey()
    .references(() => Author.c.name, { onUpdate: "cascade" }),
  file: text(),
}) {
  static readonly author = manyToOne(() => Author)
}
/** Refers to a row whose key follows another one's. */
class Frame extends Base.model("frame", {
  id: integer().primaryKey().identity(),
  portraitName: text().references(() => Portrait.c.authorName, { onUpdate: "cascade" }),
}) {}
class Genre extends Base.model("genre", { label: text().primaryKey() }) {}
class AuthorGenre extends Base.model("author_genre", {
  authorName: text()
    .primaryKey()
    .references(() => Author.c.name, { onUpdate: "cascade" }),
  genreLabel: text()
    .primaryKey()
    .references(() => Genre.c.label),
}) {}
class Letter extends Base.model("letter", {
  id: integer().primaryKey().identity(),
  body: text(),
  authorName: text()
    .nullable()
    .references(() => Author.c.name, { onUpdate: "set null" }),
}) {}
/** What refers to an author without following. */
class Deferred extends Base.model("deferred_note", {
  id: integer().primaryKey().identity(),
  authorName: text().references(() => Author.c.name, { deferrable: "deferred" }),
}) {}
class Remark extends Base.model("remark", {
  id: integer().primaryKey().identity(),
  authorName: text()
    .nullable()
    .references(() => Author.c.name),
}) {}
class Contract extends Base.model("contract", {
  id: integer().primaryKey().identity(),
  authorName: text().references(() => Author.c.name),
}) {}

class Slot extends Base.model("slot", { hall: text().primaryKey(), number: integer().primaryKey(), guest: text() }) {}
class Member extends Base.model("member", {
  id: integer().primaryKey().identity(),
  email: text().unique(),
  phone: text().nullable().unique(),
}) {}
class Day extends Base.model("day", { id: integer().primaryKey().identity(), heldDate: date().unique() }) {}

/** A key that is a foreign key, and does not follow. */
class Person extends Base.model("person", { id: integer().primaryKey().identity(), name: text() }) {
  static readonly badge = oneToOne(() => Badge)
}
class Badge extends Base.model("badge", {
  personId: integer()
    .primaryKey()
    .references(() => Person.c.id),
  color: text(),
}) {
  static readonly person = manyToOne(() => Person)
}
/** Rows of one table that refer to each other by a key that changes. */
class Place extends Base.model("place", {
  code: text().primaryKey(),
  partOfCode: text().nullable().references("place.code", { onUpdate: "cascade" }),
  title: text(),
}) {}

async function prepare(database: TestDatabase): Promise<{ readonly engine: Engine; readonly sessions: Sessions }> {
  const engine = await database.engine()
  await createModelTables(engine, metadata)
  return { engine, sessions: sessionmaker(engine) }
}
const writes = (statements: readonly string[]): string[] =>
  statements.flatMap((text) => /^(?:insert into|update|delete from) "\w+"/.exec(text)?.[0].replaceAll(/ into| from|"/g, "") ?? [])

forEachDatabase("keys that change", (database) => {
  test("a changed key is updated by the old one, and the entity is found by the new (33)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(new Author({ name: "ada" })))
    await using db = sessions()
    const author = (await db.get(Author, "ada"))!
    author.name = "Ada"
    using recording = record(engine)
    await db.flush()
    assert.match(recording.statements.at(-1)!, /^update "author" set "name" = \S+ where "name" = \S+$/)
    recording.clear()
    assert.equal(await db.get(Author, "Ada"), author)
    assert.deepEqual(recording.statements, [])
    assert.equal(await db.get(Author, "ada"), null)
    assert.equal(await db.one(select(Author)), author)
    author.note = "n"
    await db.commit()
    assert.equal((await sessions.begin((other) => other.get(Author, "Ada")))?.note, "n")
  })

  test("rows whose foreign keys follow by themselves follow in the session without a statement (34)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => {
      const author = db.add(new Author({ name: "ada" }))
      db.addAll(["1", "2"].map((title) => new Book({ title, author } as never)))
      db.add(Portrait, { file: "a.png", author })
      db.add(new Letter({ body: "l", authorName: "ada" }))
    })
    await sessions.begin((db) => void db.add(new Frame({ portraitName: "ada" })))
    await using db = sessions()
    const author = await db.one(select(Author).with("books").with("portrait"))
    const frame = await db.one(select(Frame))
    const letter = await db.one(select(Letter))
    author.name = "Ada"
    author.portrait!.file = "b.png"
    author.books[0]!.title = "one"
    using recording = record(engine)
    await db.flush()
    assert.deepEqual(writes(recording.statements), ["update author", "update book", "update portrait"])
    assert.deepEqual(
      [...author.books.map(({ authorName }) => authorName), author.portrait!.authorName, frame.portraitName, letter.authorName],
      ["Ada", "Ada", "Ada", "Ada", null],
    )
    assert.deepEqual(db.dirty, [])
    assert.equal(await db.get(Portrait, "Ada"), author.portrait)
    await db.rollback()
    assert.deepEqual(
      [author.name, author.portrait!.authorName, author.portrait!.file, frame.portraitName, letter.authorName],
      ["ada", "ada", "a.png", "ada", "ada"],
    )
    assert.equal(await db.get(Portrait, "ada"), author.portrait)
    author.name = "Countess"
    await db.commit()
    assert.deepEqual(await sessions.begin((other) => other.all(select(Frame.c.portraitName))), ["Countess"])
    assert.equal(frame.portraitName, "Countess")
  })

  test("rows that do not follow are updated after the key: with a deferred foreign key once, with a nullable one by way of null (34)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(new Author({ name: "ada" })))
    await sessions.begin((db) => void db.addAll([new Deferred({ authorName: "ada" }), new Remark({ authorName: "ada" })]))
    await using db = sessions()
    const [author, note, remark] = [await db.one(select(Author)), await db.one(select(Deferred)), await db.one(select(Remark))]
    author.name = "Ada"
    using recording = record(engine)
    await db.commit()
    assert.deepEqual(writes(recording.statements), ["update remark", "update author", "update deferred_note", "update remark"])
    assert.deepEqual([note.authorName, remark.authorName, db.dirty], ["Ada", "Ada", []])
    assert.deepEqual(await sessions.begin((other) => other.all(select(Remark.c.authorName))), ["Ada"])
    assert.deepEqual(await sessions.begin((other) => other.all(select(Deferred.c.authorName))), ["Ada"])
  })

  test("a loaded row that can neither follow nor be null is named before anything is sent (34)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(new Author({ name: "ada" })))
    await sessions.begin((db) => void db.add(new Contract({ authorName: "ada" })))
    await using db = sessions()
    const author = await db.one(select(Author))
    author.name = "Ada"
    await assert.rejects(db.flush(), ForeignKeyViolationError, "of a row that is not loaded only the database knows")
    await db.rollback()
    const contract = await db.one(select(Contract))
    author.name = "Ada"
    using recording = record(engine)
    await assert.rejects(
      db.flush(),
      (error: Error) =>
        error instanceof ValueError &&
        error.message.startsWith("Author ada cannot become Author Ada: Contract 1 refers to it, and contract.author_name does not follow"),
    )
    assert.deepEqual(recording.statements, [])
    const other = db.add(new Author({ name: "bob" }))
    contract.authorName = "bob"
    author.name = "ada"
    await db.flush()
    author.name = "Ada"
    await db.commit()
    assert.equal(other.name, "bob")
  })

  test("new rows and rows between two tables take the new key (34)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(Author, { name: "ada", genres: ["a", "b"].map((label) => new Genre({ label })) }))
    await using db = sessions()
    const author = await db.one(
      select(Author)
        .with("genres", (genres) => genres.orderBy(Genre.c.label.asc()))
        .with("books"),
    )
    author.name = "Ada"
    author.genres.shift()
    author.genres.push(new Genre({ label: "c" }))
    author.books.push(new Book({ title: "new", authorName: "" }))
    await db.commit()
    const rows = await sessions.begin((other) => other.all(select(AuthorGenre).orderBy(AuthorGenre.c.genreLabel.asc())))
    assert.deepEqual(
      rows.map((row) => ({ ...row })),
      [
        { authorName: "Ada", genreLabel: "b" },
        { authorName: "Ada", genreLabel: "c" },
      ],
    )
    assert.deepEqual(await sessions.begin((other) => other.all(select(Book.c.authorName))), ["Ada"])
  })

  test("rows of one table follow each other, and their own changes are written after that (34)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => {
      db.addAll([
        new Place({ code: "earth", title: "Earth" }),
        new Place({ code: "eu", partOfCode: "earth", title: "Europe" }),
        new Place({ code: "pt", partOfCode: "eu", title: "Portugal" }),
      ])
    })
    await using db = sessions()
    const [earth, europe, portugal] = await db.all(select(Place).orderBy(Place.c.code.asc()))
    earth!.code = "e"
    europe!.code = "eur"
    portugal!.title = "Lusitania"
    await db.commit()
    assert.deepEqual([europe!.partOfCode, portugal!.partOfCode], ["e", "eur"])
    const rows = await sessions.begin((other) => other.all(select(Place).orderBy(Place.c.code.asc())))
    assert.deepEqual(
      rows.map(({ code, partOfCode, title }) => [code, partOfCode, title]),
      [
        ["e", null, "Earth"],
        ["eur", "e", "Europe"],
        ["pt", "eur", "Lusitania"],
      ],
    )
  })

  test("two entities exchange keys in one flush (35)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => void db.addAll([1, 2, 3].map((number) => new Slot({ hall: "a", number, guest: `g${number}` }))))
    await using db = sessions()
    const [first, second, third] = await db.all(select(Slot).orderBy(Slot.c.number.asc()))
    first!.number = 2
    second!.number = 1
    first!.guest = "moved"
    using recording = record(engine)
    await db.flush()
    assert.deepEqual(writes(recording.statements), ["update slot", "update slot", "update slot"])
    assert.equal(await db.get(Slot, ["a", 2]), first)
    assert.equal(await db.get(Slot, ["a", 1]), second)
    await assert.rejects(
      db.savepoint(async () => {
        // A ring of three, and back.
        first!.number = 3
        third!.number = 1
        second!.number = 2
        await db.flush()
        assert.equal(await db.get(Slot, ["a", 3]), first)
        throw new RangeError("no")
      }),
      RangeError,
    )
    assert.deepEqual([first!.number, second!.number, third!.number], [2, 1, 3])
    assert.equal(await db.get(Slot, ["a", 2]), first)
    assert.equal(await db.get(Slot, ["a", 3]), third)
    await db.commit()
    assert.deepEqual(await sessions.begin((other) => other.all(select(Slot.c.guest).orderBy(Slot.c.number.asc()))), ["g2", "moved", "g3"])
  })

  test("keys move up one after another", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.addAll([1, 2, 3, 4].map((number) => new Slot({ hall: "a", number, guest: `g${number}` }))))
    await using db = sessions()
    for (const slot of await db.all(select(Slot).orderBy(Slot.c.number.asc()))) slot.number += 1
    db.add(new Slot({ hall: "a", number: 1, guest: "new" }))
    await db.commit()
    assert.deepEqual(await sessions.begin((other) => other.all(select(Slot.c.guest).orderBy(Slot.c.number.asc()))), [
      "new",
      "g1",
      "g2",
      "g3",
      "g4",
    ])
  })

  test("other unique values are exchanged too: by null where it may be, by a value that nobody has elsewhere", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => void db.addAll(["a", "b"].map((name) => new Member({ email: `${name}@example.org`, phone: name }))))
    await sessions.begin((db) => void db.addAll([new Day({ heldDate: "2026-01-01" }), new Day({ heldDate: "2026-01-02" })]))
    await using db = sessions()
    const [a, b] = await db.all(select(Member).orderBy(Member.c.id.asc()))
    ;[a!.email, b!.email] = [b!.email, a!.email]
    ;[a!.phone, b!.phone] = [b!.phone, a!.phone]
    await db.commit()
    assert.deepEqual(await sessions.begin((other) => other.all(select(Member.c.email).orderBy(Member.c.id.asc()))), [
      "b@example.org",
      "a@example.org",
    ])
    assert.deepEqual([a!.phone, b!.phone, db.dirty], ["b", "a", []])
    const [first, second] = await db.all(select(Day).orderBy(Day.c.id.asc()))
    ;[first!.heldDate, second!.heldDate] = [second!.heldDate, first!.heldDate]
    using recording = record(engine)
    await assert.rejects(db.flush(), (error: Error) => error instanceof CircularDependencyError && error.message.includes("rows of day"))
    assert.deepEqual(recording.statements, [])
  })

  test("a key that a deleted row gave up is taken by another: a rollback gives each its own again (36)", async () => {
    for (const isOneFlush of [true, false]) {
      const { engine, sessions } = await prepare(database)
      await sessions.begin((db) => void db.addAll(["a", "b", "c"].map((name) => new Author({ name }))))
      await using db = sessions()
      const [a, b, c] = await db.all(select(Author).orderBy(Author.c.name.asc()))
      db.delete(a!)
      if (!isOneFlush) await db.flush()
      b!.name = "a"
      c!.name = "b"
      using recording = record(engine)
      await db.flush()
      assert.deepEqual(
        writes(recording.statements),
        isOneFlush ? ["delete author_genre", "delete author", "update author", "update author"] : ["update author", "update author"],
      )
      assert.deepEqual([await db.get(Author, "a"), await db.get(Author, "b"), await db.get(Author, "c")], [b, c, null])
      await db.rollback()
      assert.deepEqual([await db.get(Author, "a"), await db.get(Author, "b"), await db.get(Author, "c")], [a, b, c])
      assert.deepEqual([a!.name, b!.name, c!.name], ["a", "b", "c"])
      db.delete(a!)
      b!.name = "a"
      await db.commit()
      assert.equal((await sessions.begin((other) => other.all(select(Author)))).length, 2)
    }
  })

  test("a key that somebody else's statement takes: a rollback gives the deleted entity its key again (37)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(new Author({ name: "a" })))
    await using db = sessions()
    const deleted = (await db.get(Author, "a"))!
    db.delete(deleted)
    await db.flush()
    await db.execute(insert(Author).values({ name: "a", note: "another" }))
    const found = (await db.get(Author, "a"))!
    assert.notEqual(found, deleted)
    assert.equal(found.note, "another")
    await db.rollback()
    assert.equal(await db.get(Author, "a"), deleted)
    assert.equal(deleted.note, null)
    found.note = "x"
    await db.commit()
    assert.equal(await sessions.begin((other) => other.scalar(select(Author.c.note))), null)
  })

  test("a key that is a foreign key: another row of the same key takes its place (38)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(Person, { name: "p", badge: new Badge({ color: "red", personId: 0 }) }))
    await using db = sessions()
    const person = await db.one(select(Person).with("badge"))
    const red = person.badge!
    db.delete(red)
    person.badge = new Badge({ color: "blue", personId: 0 })
    using recording = record(engine)
    await db.commit()
    assert.deepEqual(writes(recording.statements), ["update badge"])
    assert.equal(await db.get(Badge, person.id), person.badge)
    assert.equal(person.badge.personId, person.id)
    assert.deepEqual(await sessions.begin((other) => other.all(select(Badge.c.color))), ["blue"])
  })

  test("a key that is a foreign key moves with its row to another parent (38)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => {
      db.add(Person, { name: "p", badge: new Badge({ color: "red", personId: 0 }) })
      db.add(new Person({ name: "q" }))
    })
    await using db = sessions()
    const [p, q] = await db.all(select(Person).orderBy(Person.c.id.asc()).with("badge"))
    q!.badge = p!.badge
    p!.badge = null
    await db.commit()
    assert.equal(q!.badge!.personId, q!.id)
    assert.equal(await db.get(Badge, q!.id), q!.badge)
    assert.equal(await db.get(Badge, p!.id), null)
  })

  test("a parent cannot go without the loaded row that has its key, which is said before anything is sent (38)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(Person, { name: "p", badge: new Badge({ color: "red", personId: 0 }) }))
    await using db = sessions()
    const person = await db.one(select(Person).with("badge"))
    db.delete(person)
    using recording = record(engine)
    await assert.rejects(
      db.flush(),
      (error: Error) =>
        error instanceof ValueError &&
        /Person\.badge: Badge 1 cannot be without one, since badge\.person_id cannot be null/.test(error.message),
    )
    assert.deepEqual(recording.statements, [])
    db.delete(person.badge!)
    await db.commit()
    assert.equal(await sessions.begin((other) => other.scalar(select(Person))), null)
  })

  test("a key cannot become null, nor one that another entity of the session has (28, 42)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => void db.addAll([1, 2].map((number) => new Slot({ hall: "a", number, guest: "g" }))))
    await using db = sessions()
    const [first, second] = await db.all(select(Slot).orderBy(Slot.c.number.asc()))
    using recording = record(engine)
    first!.number = null as never
    await assert.rejects(
      db.flush(),
      (error: Error) =>
        error instanceof ValueError &&
        error.message.startsWith("slot.number is part of the primary key: it cannot be null, as it is now in Slot (a, 1)"),
    )
    first!.number = 2
    await assert.rejects(
      db.flush(),
      (error: Error) =>
        error instanceof IdentityConflictError &&
        error.message.startsWith("Slot (a, 1) would become Slot (a, 2), which the session already has"),
    )
    first!.number = second!.number = 3
    await assert.rejects(db.flush(), IdentityConflictError)
    assert.deepEqual(recording.statements, [])
    await db.rollback()
    await db.execute(deleteFrom(Slot).where(Slot.c.number.eq(9)))
    first!.number = 9
    await db.commit()
  })

  test("a key that a row outside of the session has is the database's to refuse", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.addAll(["a", "b"].map((name) => new Author({ name }))))
    await using db = sessions()
    const author = (await db.get(Author, "a"))!
    author.name = "b"
    await assert.rejects(db.commit(), UniqueViolationError)
    assert.equal(author.name, "a")
    assert.equal(await db.get(Author, "a"), author)
  })
})
