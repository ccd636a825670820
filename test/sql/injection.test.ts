/** Whatever a name or a text holds, it arrives as it is and is never run. Behaviours 123 and 124, beyond what quoting.test.ts has. */
import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import fc from "fast-check"
import {
  aliased,
  caseOf,
  caseWhen,
  cast,
  coalesce,
  concatWs,
  count,
  declarativeBase,
  deleteFrom,
  enumType,
  exists,
  insert,
  integer,
  jsonAgg,
  jsonb,
  jsonBuildObject,
  jsonObjectAgg,
  merge,
  MetaData,
  prepared,
  recursive,
  replace,
  rowNumber,
  select,
  type Statement,
  stringAgg,
  strpos,
  sum,
  text,
  trim,
  tuple,
  UniqueViolationError,
  update,
  value,
  window,
} from "rebis"
import { type DatabaseName, forEachDatabase, onDatabases, unless } from "../support/databases.ts"
import { nastyName, nastyNames, nastyText } from "../support/nasty-strings.ts"
import { type Library, libraryOn } from "./library.ts"

const runs: Readonly<Record<DatabaseName, { readonly numRuns: number }>> = {
  postgresql: { numRuns: 60 },
  pglite: { numRuns: 30 },
  sqlite: { numRuns: 100 },
}
const quote = (name: string) => `"${name.replaceAll('"', '""')}"`

const Base = declarativeBase({ metadata: new MetaData(), conventions: "off" })
class Canary extends Base.model("canary", { id: integer().primaryKey() }) {}
class Bird extends Base.model("bird", {
  id: integer().primaryKey(),
  name: text(),
  parentId: integer().nullable(),
  notes: jsonb<unknown>().nullable(),
}) {}

forEachDatabase("names and texts", (database) => {
  let library: Library
  before(async () => {
    const engine = await database.engine()
    library = libraryOn(engine)
    await engine.begin(async (connection) => {
      await connection.exec("create table canary (id integer primary key)")
      await connection.exec("insert into canary (id) values (1)")
      const json = engine.dialect.typeName({ kind: "jsonb" })
      await connection.exec(`create table bird (id integer primary key, name text not null, parent_id integer, notes ${json})`)
    })
    await library.all(
      insert(Bird).values([
        { id: 1, name: "Ara" },
        { id: 2, name: "Bee-eater", parentId: 1 },
      ]),
    )
  })
  after(async () => {
    assert.deepEqual(await library.all(select(Canary.c.id)), [1])
  })
  /** SQLite gives such columns of a subquery other names. */
  const names = (count: number) =>
    nastyNames(count).filter((list) => database.name !== "sqlite" || !list.some((name) => /^(true|false)$/i.test(name)))
  const holds = <T>(arbitrary: fc.Arbitrary<T>, check: (given: T) => Promise<void>): Promise<void> =>
    fc.assert(fc.asyncProperty(arbitrary, check), runs[database.name])
  const all = <O>(statement: Statement<O>): Promise<O[]> => library.all(statement)

  test("of common table expressions stand for themselves", () =>
    holds(names(3), async ([name = "", other = "", property = ""]) => {
      const birds = select({ [property]: Bird.c.id, twice: Bird.c.id.times(2) })
        .from(Bird)
        .cte(name)
      const few = select({ found: birds.c[property]! }).from(birds).where(birds.c[property]!.gt(1)).cte(other)
      assert.deepEqual(
        await all(select({ found: few.c.found, twice: birds.c.twice! }).from(few).join(birds, birds.c[property]!.eq(few.c.found))),
        [{ found: 2, twice: 4 }],
      )
      const chain = recursive(
        name,
        select({ [property]: Bird.c.id })
          .from(Bird)
          .where(Bird.c.id.eq(2)),
        (self) =>
          select({ [property]: coalesce(Bird.c.parentId, 0) })
            .from(Bird)
            .join(self, self.c[property]!.eq(Bird.c.id))
            .where(Bird.c.parentId.isNotNull()),
      )
      assert.deepEqual(
        (await all(select({ id: chain.c[property]! }).from(chain))).map((row) => row.id).toSorted((a, b) => a - b),
        [1, 2],
      )
    }))

  test("of subqueries, aliases and windows stand for themselves", () =>
    holds(names(3), async ([name = "", other = "", property = ""]) => {
      const twin = aliased(Bird, name)
      const sub = select({ [property]: Bird.c.id })
        .from(Bird)
        .as(other)
      const place = window(name, { orderBy: [twin.c.id.desc()] })
      const rows = await all(
        select({ [property]: twin.c.id, place: rowNumber().over(place), total: sum(twin.c.id).over(place) })
          .from(twin)
          .join(sub, sub.c[property]!.eq(twin.c.id))
          .where(exists(select(sub.c[property]!).from(sub)))
          .orderBy(twin.c.id.asc()),
      )
      assert.deepEqual(
        rows.map((row) => Object.entries(row)),
        [
          [
            [property, 1],
            ["place", 2],
            ["total", 3],
          ],
          [
            [property, 2],
            ["place", 1],
            ["total", 2],
          ],
        ],
      )
    }))

  test("of set operations and the keys of JSON stand for themselves", () =>
    holds(fc.tuple(nastyName, nastyName, nastyText), async ([name, key, content]) => {
      const both = select({ [name]: value(content) })
        .union(select({ [name]: value(`${content}!`) }))
        .orderBy(name)
      assert.deepEqual((await all(both.limit(5))).length, 2)
      const [row] = await all(
        select({
          object: jsonBuildObject({ [name]: { [key]: value(content) } }),
          list: jsonAgg({ [name]: value(content) }),
          map: jsonObjectAgg(value(content), Bird.c.id),
        })
          .from(Bird)
          .where(Bird.c.id.eq(1)),
      )
      const ofOne = (key: string, given: unknown) =>
        Object.defineProperty({}, key, { value: given, enumerable: true, writable: true, configurable: true })
      assert.deepEqual(
        JSON.stringify(row),
        JSON.stringify({
          object: ofOne(name, ofOne(key, content)),
          list: [ofOne(name, content)],
          map: ofOne(content, 1),
        }),
      )
    }))

  test("arrive as they are in arguments, outcomes, lists and rows", () =>
    holds(fc.tuple(nastyText, nastyText, nastyName), async ([one, two, name]) => {
      const given = value(one)
      const [row] = await all(
        select({
          outcome: caseWhen(given.eq(one), one).else(two),
          chosen: caseOf(given).when(one, two).else("neither"),
          joined: concatWs(two, one, one),
          pair: tuple(given, value(two)).eq([one, two]),
          pairs: tuple(given, value(two)).in([
            [one, two],
            [two, one],
          ]),
          listed: given.in([two, one]),
          outside: given.notIn([`${one}!`]),
          same: given.isNotDistinctFrom(one),
          exact: replace(value(`<${one}>`), `<${one}>`, two),
          place: strpos(value(`ab${one}`), `b${one}`),
          cast: cast(one, text()),
          trimmed: trim(value(` ${one === "" ? "x" : "x"} `)),
          escaped: given.like(one.replaceAll(/[\\%_]/g, String.raw`\$&`)),
        }),
      )
      assert.deepEqual(row, {
        outcome: one,
        chosen: two,
        joined: `${one}${two}${one}`,
        pair: true,
        pairs: true,
        listed: true,
        outside: true,
        same: true,
        exact: two,
        place: 2,
        cast: one,
        trimmed: "x",
        escaped: true,
      })
      const separated = await all(select(stringAgg(Bird.c.name, one).orderBy(Bird.c.id.asc())).from(Bird))
      assert.deepEqual(separated, [`Ara${one}Bee-eater`])
      const find = prepared({ [name]: text() }, (p) => select({ it: p[name]! }))
      assert.deepEqual(await all(find({ [name]: two })), [{ it: two }])
    }))

  test("arrive as they are in columns and documents, by every statement that writes", () =>
    holds(
      fc.tuple(
        nastyText,
        nastyText,
        fc.json().map((json): unknown => JSON.parse(json)),
      ),
      async ([one, two, document]) => {
        const notes = { [one]: two, list: [one, { [two]: one }], ...(isPlain(document) ? { document } : {}) }
        await all(
          insert(Bird).values([
            { id: 10, name: one, notes },
            { id: 11, name: two },
          ]),
        )
        const inserted = await all(
          select({ name: Bird.c.name, notes: Bird.c.notes })
            .from(Bird)
            .where(Bird.c.name.in([one, two]), Bird.c.id.gt(9))
            .orderBy(Bird.c.id.asc()),
        )
        assert.deepEqual(
          JSON.stringify(sorted(inserted)),
          JSON.stringify(
            sorted([
              { name: one, notes },
              { name: two, notes: null },
            ]),
          ),
        )
        const updated = await all(
          update(Bird)
            .set({ name: two, notes: [one] })
            .where(Bird.c.id.eq(10))
            .returning({ name: Bird.c.name, notes: Bird.c.notes }),
        )
        assert.deepEqual(updated, [{ name: two, notes: [one] }])
        const kept = await all(
          insert(Bird)
            .values({ id: 10, name: one })
            .onConflict([Bird.c.id])
            .doUpdate((excluded) => ({ name: excluded.name.concat(two) }), { where: Bird.c.name.eq(two) })
            .returning(Bird.c.name),
        )
        assert.deepEqual(kept, [one + two])
        const gone = await all(
          deleteFrom(Bird)
            .where(Bird.c.id.gt(9), Bird.c.name.in([one + two, two]))
            .returning(Bird.c.name),
        )
        assert.deepEqual(gone.toSorted(), [one + two, two].toSorted())
      },
    ))

  test("of savepoints stand for themselves", () =>
    holds(names(2), async ([name = "", other = ""]) => {
      await using connection = await library.engine.connect()
      connection.begin()
      connection.savepoint(name)
      await connection.exec("insert into bird (id, name) values (20, 'Crow')")
      connection.savepoint(other)
      await connection.exec("insert into bird (id, name) values (21, 'Dove')")
      await connection.rollbackToSavepoint(other)
      connection.releaseSavepoint(name)
      await connection.commit()
      await connection.release()
      assert.deepEqual(await all(select(Bird.c.id).where(Bird.c.id.gt(9))), [20])
      await all(deleteFrom(Bird).where(Bird.c.id.gt(9)))
    }))

  test("of constraints stand for themselves", unless(database, "alterInPlace", "a conflict is named by its constraint"), () =>
    holds(nastyName, async (name) => {
      await library.engine.begin((connection) => connection.exec(`alter table bird add constraint ${quote(name)} unique (name)`))
      try {
        const statement = insert(Bird).values({ id: 30, name: "Ara" }).onConflict(name).doNothing().returning(Bird.c.id)
        assert.deepEqual(await all(statement), [])
        await assert.rejects(all(insert(Bird).values({ id: 30, name: "Ara" })), (error: unknown) => {
          assert.ok(error instanceof UniqueViolationError)
          assert.equal(error.details.constraint, name)
          return true
        })
      } finally {
        await library.engine.begin((connection) => connection.exec(`alter table bird drop constraint ${quote(name)}`))
      }
    }),
  )
})

onDatabases(["postgresql", "pglite"], "names and texts of PostgreSQL's own", (database) => {
  let library: Library
  before(async () => {
    library = libraryOn(await database.engine())
    await library.engine.begin(async (connection) => {
      await connection.exec("create table canary (id integer primary key)")
      await connection.exec("create table bird (id integer primary key, name text not null, parent_id integer, notes jsonb)")
    })
  })
  const holds = <T>(arbitrary: fc.Arbitrary<T>, check: (given: T) => Promise<void>): Promise<void> =>
    fc.assert(fc.asyncProperty(arbitrary, check), runs[database.name])

  test("of merge stand for themselves", () =>
    holds(fc.tuple(nastyNames(2), nastyText), async ([[name = "", other = ""], content]) => {
      const target = aliased(Bird, name)
      const given = select({ id: value(1), name: value(content) }).as(other)
      await library.all(
        merge(target)
          .using(given, given.c.id.eq(target.c.id))
          .whenMatched()
          .thenUpdate({ name: given.c.name })
          .whenNotMatched()
          .thenInsert({ id: given.c.id, name: given.c.name }),
      )
      assert.deepEqual(await library.all(select(Bird.c.name)), [content])
    }))

  test("of enums, their labels and schemas stand for themselves", () =>
    holds(fc.tuple(nastyNames(2), nastyNames(3)), async ([[schema = "", type = ""], labels]) => {
      const mood = enumType(type, labels as [string, ...string[]], { schema: schema })
      const { engine } = library
      await engine.begin(async (connection) => {
        await connection.exec(`create schema ${quote(schema)}`)
        for (const line of engine.dialect.ddl.createEnum({ schema: schema, name: type, labels })) await connection.exec(line)
      })
      try {
        const [first, second] = labels as [string, string]
        assert.deepEqual(
          await library.all(
            select({
              value: value(first, mood()),
              compared: value(first, mood()).lt(second),
              list: value([first, second], mood().array()),
              text: cast(value(second, mood()), text()),
            }),
          ),
          [{ value: first, compared: true, list: [first, second], text: second }],
        )
      } finally {
        await engine.begin((connection) => connection.exec(`drop schema ${quote(schema)} cascade`))
      }
    }))

  test("are still there", async () => {
    assert.deepEqual(await library.all(select(Canary.c.id)), [])
    assert.equal((await library.one(select(count()).from(Bird))) > 0, true)
  })
})

function isPlain(document: unknown): boolean {
  return !/null|__proto__|\\u|-0|e[+-]?\d/i.test(JSON.stringify(document))
}

/** With the keys of objects in order, as jsonb has them in an order of its own. */
function sorted(given: unknown): unknown {
  if (Array.isArray(given)) return given.map(sorted)
  if (typeof given !== "object" || given === null) return given
  return Object.entries(given)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner)])
}
