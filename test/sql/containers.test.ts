/** What is inside of arrays, documents, ranges and search documents: what users ask, what is refused, and what a key may be. */
import assert from "node:assert/strict"
import { before, test } from "node:test"
import fc from "fast-check"
import "../support/seed.ts"
import {
  and,
  arrayAppend,
  array,
  cast,
  count,
  declarativeBase,
  exists,
  insert,
  int4range,
  integer,
  isLeftOf,
  jsonb,
  jsonbDelete,
  jsonbHasKey,
  jsonbSet,
  MetaData,
  range,
  rangeAgg,
  select,
  StatementError,
  text,
  toTsquery,
  toTsvector,
  tsHeadline,
  tsRank,
  tstzrange,
  UnsupportedError,
  unnest,
  update,
  upperBound,
  value,
  websearchToTsquery,
} from "rebis"
import { sqlite } from "../../src/dialects/sqlite/index.ts"
import { schemaDefinition } from "../../src/schema/index.ts"
import { forEachDatabase, onDatabases } from "../support/databases.ts"
import { nastyText } from "../support/nasty-strings.ts"
import { type Library, libraryOn } from "./library.ts"

const metadata = new MetaData()
const Base = declarativeBase({ metadata })
class Room extends Base.model("room", { id: integer().primaryKey(), name: text() }) {}
class Booking extends Base.model("booking", {
  id: integer().primaryKey(),
  roomId: integer().references(() => Room.c.id),
  during: tstzrange(),
  guests: text().array(),
  extras: jsonb<{ breakfast?: boolean; price: number; notes?: { by: string }[] }>(),
}) {}
class Key extends Base.model("key", { id: integer().primaryKey(), doc: jsonb<Record<string, unknown>>() }) {}

const day = (of: number) => new Date(Date.UTC(2026, 0, of, 14))

onDatabases(["postgresql", "pglite"], "questions about what is inside", (database) => {
  let library: Library
  before(async () => {
    const engine = await database.engine()
    library = libraryOn(engine)
    await engine.begin(async (connection) => {
      for (const table of schemaDefinition(metadata, engine.dialect).tables)
        for (const statement of engine.dialect.ddl.createTable(table)) await connection.exec(statement)
    })
    await library.all(
      insert(Room).values([
        { id: 1, name: "Garden" },
        { id: 2, name: "Tower" },
      ]),
    )
    await library.all(
      insert(Booking).values([
        { id: 1, roomId: 1, during: range(day(1), day(3)), guests: ["ada"], extras: { price: 90, breakfast: true } },
        { id: 2, roomId: 1, during: range(day(5), day(9)), guests: ["bob", "eve"], extras: { price: 120, notes: [{ by: "bob" }] } },
        { id: 3, roomId: 2, during: range(day(2), null), guests: [], extras: { price: 70 } },
      ]),
    )
  })

  test("the rooms that are free between two days", async () => {
    const wanted = range(day(3), day(5))
    const taken = select(Booking.c.id).where(Booking.c.roomId.eq(Room.c.id), Booking.c.during.overlaps(wanted))
    assert.deepEqual(await library.all(select(Room.c.name).where(exists(taken).not())), ["Garden"])
  })
  test("who is there on a day, and until when", async () => {
    const guest = unnest(Booking.c.guests).as("guest")
    assert.deepEqual(
      await library.all(
        select({ guest: guest.c.value, until: upperBound(Booking.c.during) })
          .from(Booking)
          .crossJoin(guest)
          .where(Booking.c.during.contains(day(6)))
          .orderBy(guest.c.value.asc()),
      ),
      [
        { guest: "bob", until: day(9) },
        { guest: "eve", until: day(9) },
      ],
    )
  })
  test("the times that each room is taken, together", async () => {
    assert.deepEqual(
      await library.all(
        select({ room: Room.c.name, times: rangeAgg(Booking.c.during) })
          .from(Room)
          .join(Booking, Booking.c.roomId.eq(Room.c.id))
          .groupBy(Room.c.name)
          .orderBy(Room.c.name.asc()),
      ),
      [
        { room: "Garden", times: [range(day(1), day(3)), range(day(5), day(9))] },
        { room: "Tower", times: [range(day(2), null)] },
      ],
    )
  })
  test("the dearest with breakfast, or with a note of somebody", async () => {
    const { extras } = Booking.c
    const price = cast(extras.getText("price"), integer())
    assert.deepEqual(
      await library.all(
        select(price)
          .from(Booking)
          .where(extras.contains({ breakfast: true }))
          .orderBy(price.desc()),
      ),
      [90],
    )
    assert.deepEqual(await library.all(select(Booking.c.id).where(extras.contains({ notes: [{ by: "bob" }] }))), [2])
    assert.deepEqual(await library.all(select(count()).from(Booking).where(extras.get("price").gt(80))), [2])
    assert.deepEqual(await library.all(select(Booking.c.id).where(jsonbHasKey(extras, "notes"))), [2])
  })
  test("a document and an array that are changed in place", async () => {
    const changed = update(Booking)
      .set({ extras: jsonbSet(Booking.c.extras, ["price"], 80), guests: arrayAppend(Booking.c.guests, "zoe") })
      .where(and(Booking.c.id.eq(3), Booking.c.guests.eq([])))
      .returning({ extras: Booking.c.extras, guests: Booking.c.guests })
    assert.deepEqual(await library.all(changed), [{ extras: { price: 80 }, guests: ["zoe"] }])
    const back = update(Booking)
      .set({ extras: jsonbDelete(Booking.c.extras, ["price"]).concat({ price: 70 }), guests: [] })
      .where(Booking.c.id.eq(3))
      .returning({ extras: Booking.c.extras })
    assert.deepEqual(await library.all(back), [{ extras: { price: 70 } }])
  })
  test("the rooms by how well their names fit", async () => {
    const words = toTsvector(Room.c.name, { config: "simple" })
    const query = websearchToTsquery("garden or nothing", { config: "simple" })
    assert.deepEqual(await library.all(select(Room.c.name).where(words.matches(query)).orderBy(tsRank(words, query).desc())), ["Garden"])
  })

  test("a key may be any text (124)", () =>
    fc.assert(
      fc.asyncProperty(nastyText, nastyText, async (key, other) => {
        fc.pre(!key.includes("\0") && !other.includes("\0"))
        const doc = value({ [key]: { [other]: 1 } }, jsonb<Record<string, Record<string, number>>>())
        const [found] = await library.all(
          select({
            text: doc.get(key).getText(other),
            path: doc.pathText([key, other]),
            has: jsonbHasKey(doc, key),
            set: jsonbSet(doc, [key, other], 2).path([key, other]),
            gone: jsonbDelete(doc, [key]),
          }),
        )
        assert.deepEqual(found, { text: "1", path: "1", has: true, set: 2, gone: {} })
      }),
      { numRuns: database.name === "postgresql" ? 100 : 30 },
    ))
  test("a search may be for any text, and its mark be any text (124)", () =>
    fc.assert(
      fc.asyncProperty(nastyText, async (given) => {
        fc.pre(!given.includes("\0"))
        const query = websearchToTsquery(given, { config: "simple" })
        const marked = tsHeadline(value("one two"), query, { config: "simple", options: { StartSel: given } })
        const [found] = await library.all(select({ query, marked, fits: toTsvector(given, { config: "simple" }).matches(query) }))
        assert.ok(found !== undefined && typeof found.query === "string")
      }),
      { numRuns: database.name === "postgresql" ? 60 : 20 },
    ))
})

forEachDatabase("keys of documents", (database) => {
  test("lead to what is there, also after quotes and dots, or are refused by name", async () => {
    const engine = await database.engine()
    const library = libraryOn(engine)
    for (const key of ["a b", "a.b", "[0]", "$", "$.a", "-1", "ä", "'", "%", "a[0]", "null"]) {
      const doc = value({ [key]: { x: "y" } }, jsonb<Record<string, Record<string, string>>>())
      assert.deepEqual(await library.all(select({ x: doc.get(key).get("x"), t: doc.pathText([key, "x"]) })), [{ x: "y", t: "y" }], key)
    }
    const quoted = select(value({}, jsonb<Record<string, string>>()).get('a"b'))
    if (database.name === "sqlite") assert.throws(() => quoted.toSQL(sqlite), /^UnsupportedError: SQLite has no path to "a\\"b"/)
    else assert.deepEqual(await library.all(quoted), [null])
  })
})

test("what has nothing inside is refused by name", () => {
  const { id, name } = Room.c
  const refused: readonly (readonly [make: () => unknown, message: RegExp])[] = [
    [() => (id as any).at(1), /^StatementError: at\(\): room\.id is not an array/],
    [() => (id as any).get("x"), /^StatementError: room\.id is not a JSON document/],
    [() => (id as any).contains(1), /^StatementError: room\.id: integer has no @>/],
    [() => (id as any).overlaps([1]), /^StatementError: room\.id: integer has no &&/],
    [() => (Booking.c.guests as any).at(), /has 1 dimension, not 0/],
    [() => (Booking.c.guests as any).at(1, 2), /has 1 dimension, not 2/],
    [() => (Booking.c.guests as any).slice(), /slice\(\) of booking\.guests was given no end/],
    [() => (Booking.c.guests as any).contains(undefined), /undefined was compared with booking\.guests/],
    [() => (Key.c.doc as any).get(undefined), /undefined was compared with a key of key\.doc/],
    [() => (Key.c.doc as any).get("a\0"), /neither the name of a property nor an index/],
    [() => (Key.c.doc as any).get(1.5), /neither the name of a property nor an index/],
    [() => (Key.c.doc as any).path([]), /a path of key\.doc has no key/],
    [() => jsonbSet(Key.c.doc, "a" as never, 1), /jsonbSet\(\) takes a path/],
    [() => jsonbSet(Key.c.doc, [], 1), /jsonbSet\(\) takes a path/],
    [() => jsonbSet(Key.c.doc, ["a"], undefined), /undefined was compared with what jsonbSet\(\) puts in/],
    [() => array([]), /nothing says of which type its elements are/],
    [() => array("ab" as never), /array\(\) takes a list/],
    [() => arrayAppend(name as never, "x" as never), /array_append\(\): room\.name is text, not an array/],
    [() => isLeftOf(id as never, range(1, 2) as never), /range_before\(\): room\.id is integer, not a range/],
    [() => toTsquery("x", { config: "english'); drop table room; --" }), /is not the name of a search configuration/],
    [() => tsRank(name, "x"), /ts_rank\(\): room\.name is text, not a tsvector/],
    [() => tsHeadline(name, "x", { options: { 'a"': 1 } }), /is not the name of an option/],
  ]
  for (const [make, message] of refused)
    assert.throws(make, (error) => error instanceof StatementError && message.test(String(error)), String(message))
})

test("documents have no order on SQLite, which is said", () => {
  const statement = select(Key.c.id).where(Key.c.doc.get("n").gt(5))
  assert.throws(() => statement.toSQL(sqlite), { name: UnsupportedError.name, message: /JSON documents have no order in SQLite/ })
  assert.throws(() => select(value(range(1, 2), int4range()).contains(1)).toSQL(sqlite), UnsupportedError)
})
