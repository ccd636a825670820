/** A keyword that is chosen at run time is one of those that there are; a name is quoted; everything else is a parameter. Behaviour 124. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  aggregate,
  aliased,
  arrayAgg,
  cast,
  codec,
  compile,
  compositeType,
  count,
  currentRow,
  dateBin,
  dateTrunc,
  decode,
  domainType,
  encode,
  enumType,
  extract,
  fn,
  format,
  generateSeries,
  insert,
  integer,
  interval,
  jsonAgg,
  jsonBuildObject,
  jsonbToRecordset,
  makeInterval,
  percentileCont,
  prepared,
  RebisError,
  recursive,
  regexpMatch,
  regexpReplace,
  rowNumber,
  rowsBetween,
  select,
  sql,
  stringAgg,
  sum,
  tableFunction,
  tablesample,
  text,
  toChar,
  trim,
  unnest,
  update,
  value,
  valuesList,
  window,
} from "rebis"
import { postgres } from "../../src/dialects/postgres/index.ts"
import { sqlite } from "../../src/dialects/sqlite/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { Post, sharedLibrary, User } from "./library.ts"

/** Each would drop the table if it became part of the text as it is. */
const payloads = [
  "drop table canary;",
  "x; drop table canary; --",
  "x'; drop table canary; --",
  'x"; drop table canary; --',
  "x) ; drop table canary; --",
  "\\'; drop table canary; --",
  "x', 'y'); drop table canary; --",
  "*/ drop table canary; /*",
]

const { title, viewCount, id } = Post.c
const { createdAt } = User.c
const from = (item: any): unknown => select({ item }).from(Post)
const fromUser = (item: any): unknown => select({ item }).from(User)

/** Statements with a text from outside in each place that takes a string. */
const places: Readonly<Record<string, (given: any) => unknown>> = {
  "the field of extract": (given) => fromUser(extract(given, createdAt)),
  "the unit of dateTrunc": (given) => fromUser(dateTrunc(given, createdAt)),
  "the zone of dateTrunc": (given) => fromUser(dateTrunc("day", createdAt, { zone: given })),
  "the stride of dateBin": (given) => fromUser(dateBin(given, createdAt, new Date(0))),
  "a unit of makeInterval": (given) => select(makeInterval({ [given]: 1 })),
  "an interval": (given) => fromUser(createdAt.plus(interval(given as never) as never)),
  "a time zone": (given) => fromUser(createdAt.atTimeZone(given)),
  "a format of bytes": (given) => select(encode(value(new Uint8Array()), given)),
  "a format of encoded text": (given) => from(decode(title, given)),
  "a pattern of toChar": (given) => fromUser(toChar(createdAt, given)),
  "a template of format": (given) => select(format(given, "a")),
  "a collation": (given) => from(title.collate(given)),
  "a regular expression": (given) => select(Post).where(title.matches(given)),
  "the flags of regexpReplace": (given) => from(regexpReplace(title, "a", "b", { flags: given })),
  "the flags of regexpMatch": (given) => from(regexpMatch(title, "a", { flags: given })),
  "the characters of trim": (given) => from(trim(title, given)),
  "a separator": (given) => from(stringAgg(title, given)),
  "a fraction": (given) => from(percentileCont(given).withinGroup(viewCount.asc())),
  "the name of a function": (given) => from(fn(given, text(), title)),
  "the name of a pure function": (given) => from(fn.pure(given, text(), title)),
  "the name of an aggregate": (given) => from(aggregate(given, text(), title)),
  "the name of a table function": (given) => select(tableFunction(given, [1], { a: integer() }).as("t").c.a),
  "a column of a table function": (given) => select(tableFunction("f", [1], { [given]: integer() }).as("t").c[given as never]),
  "an alias of a table function": (given) => select(generateSeries(1, 3).as(given).c.value),
  "a column of records": (given) => {
    const records = jsonbToRecordset(value("[]" as never, text()) as never, { [given]: integer() }).as("r")
    return select({ it: records.c[given as never] }).from(records)
  },
  "the name of ordinality": (given) => {
    const numbers = unnest(value([1], integer().array()))
      .withOrdinality(given)
      .as("n")
    return select({ it: numbers.c[given as never] as never }).from(numbers)
  },
  "the method of a sample": (given) => select(tablesample(Post, given, 10)),
  "the percentage of a sample": (given) => select(tablesample(Post, "bernoulli", given)),
  "the seed of a sample": (given) => select(tablesample(Post, "bernoulli", 10, { repeatable: given })),
  "the name of a list of values": (given) => {
    const list = valuesList(given, { id: integer() }, [{ id: 1 }])
    return select({ it: list.c.id }).from(list)
  },
  "a column of a list of values": (given) => {
    const list = valuesList("v", { [given]: text() }, [{ [given]: given }])
    return select({ it: list.c[given as never] }).from(list)
  },
  "an alias": (given) => select(aliased(Post, given)),
  "the name of a subquery": (given) => {
    const sub = select({ [given]: id })
      .from(Post)
      .as(given)
    return select({ [given]: sub.c[given as never] }).from(sub)
  },
  "the name of a lateral subquery": (given) => {
    const sub = select({ n: count() }).from(Post).where(Post.c.userId.eq(User.c.id)).lateral(given)
    return select({ n: sub.c.n }).from(User).crossJoin(sub)
  },
  "the name of a common table expression": (given) => {
    const cte = select({ [given]: id })
      .from(Post)
      .cte(given)
    return select({ it: cte.c[given as never] }).from(cte)
  },
  "whether it is materialized": (given) => {
    const cte = select({ id }).from(Post).cte("a", { materialized: given })
    return select({ it: cte.c.id }).from(cte)
  },
  "the order of a search": (given) => recursion({ search: { order: given, by: ["n"], set: "place" } }),
  "the column of a search": (given) => recursion({ search: { order: "depth", by: ["n"], set: given } }),
  "what a search is by": (given) => recursion({ search: { order: "depth", by: [given], set: "place" } }),
  "the column of a cycle": (given) => recursion({ cycle: { columns: ["n"], set: given, using: given } }),
  "the name of a window": (given) => from(rowNumber().over(window(given, { orderBy: [id] }))),
  "a bound of a frame": (given) => from(sum(viewCount).over({ orderBy: [id], frame: rowsBetween(given, currentRow) })),
  "the exclusion of a frame": (given) =>
    from(sum(viewCount).over({ orderBy: [id], frame: rowsBetween(1 as never, currentRow).exclude(given) })),
  "a limit": (given) => select(Post).limit(given),
  "a limit with ties": (given) => select(Post).orderBy(id.asc()).limit(1, { withTies: given }),
  "an offset": (given) => select(Post).offset(given),
  "what is locked": (given) => select(Post).forUpdate({ of: given }),
  "how it is locked": (given) => select(Post).forUpdate({ nowait: given }),
  "what a union is ordered by": (given) =>
    select({ id })
      .from(Post)
      .union(select({ id: User.c.id }).from(User))
      .orderBy(given),
  "a constraint": (given) => insert(User).values({ email: "a", name: "b" }).onConflict(given).doNothing(),
  "a column of an insert": (given) => insert(Post).values({ title: "a", userId: 1, [given]: 1 }),
  "a column of an update": (given) =>
    update(Post)
      .set({ [given]: 1 })
      .allRows(),
  "a key of JSON": (given) => from(jsonBuildObject({ [given]: title })),
  "a key of listed JSON": (given) => from(jsonAgg({ [given]: title })),
  "a property": (given) => select({ [given]: title }).from(Post),
  "a nested property": (given) => select({ [given]: { [given]: title } }).from(Post),
  "an identifier": (given) => sql`select 1 as ${sql.identifier(given)}`,
  "an identifier in a schema": (given) => sql`select * from ${sql.identifier(given, given)}`,
  "a value of the template": (given) => sql`select ${given}`,
  "joined values": (given) => sql`select ${sql.join([given, given])}`,
  "the name of a parameter": (given) => prepared({ [given]: text() }, (p) => select({ it: p[given]! }))({ [given]: given }),
  "the name of an enum": (given) => select(value("a" as never, enumType(given, ["a", given])())),
  "the schema of an enum": (given) => select(value("a" as never, enumType("mood", ["a"], { schema: given })())),
  "the name of a composite type": (given) => select(value({ [given]: "a" } as never, compositeType(given, { [given]: text() })())),
  "the name of a domain": (given) => select(cast(value("a"), domainType(given, text())())),
  "the type of a codec": (given) => select(value("a" as never, codec({ sqlType: given, encode: String, decode: String })())),
  "an array of text": (given) => select({ a: value([given], text().array()), b: arrayAgg(value(given)) }),
}

function recursion(options: object): unknown {
  const numbers = recursive(
    "numbers",
    select({ n: value(1) }),
    (self) =>
      select({ n: self.c.n.plus(1) })
        .from(self)
        .where(self.c.n.lt(3)),
    options as never,
  )
  return select({ n: numbers.c.n }).from(numbers)
}

/** The text without what is quoted. */
const unquoted = (given: string) => given.replaceAll(/"(?:[^"]|"")*"|'(?:[^']|'')*'/g, "")

for (const dialect of [postgres, sqlite]) {
  describe(`text from outside (${dialect.title})`, () => {
    for (const [name, make] of Object.entries(places)) {
      test(`never becomes SQL as ${name}`, () => {
        for (const payload of payloads) {
          let compiled: string
          try {
            compiled = compile(make(payload) as never, dialect).text
          } catch (error) {
            assert.ok(error instanceof RebisError, `${payload}: ${String(error)}`)
            continue
          }
          assert.doesNotMatch(unquoted(compiled), /canary|drop|;|--|\/\*/, compiled)
        }
      })
    }
  })
}

forEachDatabase("text from outside", (database) => {
  const library = sharedLibrary(database)

  test("runs nothing of its own, whatever the server says of it", async () => {
    await library.engine.begin(async (connection) => {
      await connection.exec("create table canary (id integer primary key)")
    })
    for (const make of Object.values(places)) {
      for (const payload of payloads) {
        try {
          await library.all(make(payload) as never)
        } catch (error) {
          assert.ok(error instanceof RebisError, String(error))
        }
      }
    }
    assert.deepEqual(await library.all(sql<{ id: number }>`select id from canary`), [])
  })

  test("is no isolation level", async () => {
    for (const payload of payloads) {
      await assert.rejects(
        library.engine.begin((connection) => connection.exec("select 1"), { isolation: payload as never }),
        (error) => error instanceof RebisError,
      )
    }
  })
})
