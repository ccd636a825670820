import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  aliased,
  bigint,
  compile,
  compositeType,
  count,
  date,
  generateSeries,
  integer,
  interval,
  jsonb,
  jsonbArrayElements,
  jsonbArrayElementsText,
  jsonbEach,
  jsonbToRecord,
  jsonbToRecordset,
  jsonEach,
  length,
  numeric,
  regexpSplitToTable,
  select,
  sessionmaker,
  StatementError,
  tableFunction,
  tablesample,
  text,
  timestamptz,
  UnsupportedError,
  unnest,
  value,
  valuesList,
  varchar,
} from "rebis"
import { sqlite } from "../../src/dialects/sqlite/index.ts"
import { forEachDatabase, onDatabases } from "../support/databases.ts"
import { libraryOn, Post, posts, sharedLibrary, User } from "./library.ts"
import { onPostgres, plain, testCases } from "./statement-case.ts"

const given = valuesList("given", { userId: integer(), note: text().nullable() }, [
  { userId: 1, note: "first" },
  { userId: 3, note: null },
])
const large = 9007199254740993n

forEachDatabase("lists of values", (database) => {
  const library = sharedLibrary(database)

  testCases(database, library, [
    {
      name: "stand in FROM, with the types that are said",
      statement: select({ name: User.c.name, note: given.c.note })
        .from(User)
        .leftJoin(given, given.c.userId.eq(User.c.id))
        .orderBy(User.c.id.asc()),
      text:
        `select "user"."name", "given"."note" from "user" left join (values (cast($1 as integer), cast($2 as text)), ($3, $4)) as "given"("userId", "note") ` +
        `on "given"."userId" = "user"."id" order by "user"."id" asc`,
      sqlite:
        `select "user"."name", "given"."note" from "user" left join (select "column1" as "userId", "column2" as "note" from (values (?, ?), (?, ?))) as "given" ` +
        `on "given"."userId" = "user"."id" order by "user"."id" asc`,
      rows: [
        { name: "Ada", note: "first" },
        { name: "Bob", note: null },
        { name: "Cy", note: null },
      ],
    },
    {
      name: "keep their values exact, and whole rows",
      statement: (() => {
        const list = valuesList("list", { n: bigint(), at: timestamptz(), on: date() }, [{ n: large, at: new Date(0), on: "2025-02-03" }])
        return select({ list }).from(list).where(list.c.n.eq(large), list.c.on.lt("2025-03-01"))
      })(),
      text:
        `select "list"."n", "list"."at", "list"."on" from (values (cast($1 as bigint), cast($2 as timestamptz), cast($3 as date))) as "list"("n", "at", "on") ` +
        `where "list"."n" = $4 and "list"."on" < $5`,
      sqlite:
        `select "list"."n", "list"."at", "list"."on" from (select "column1" as "n", "column2" as "at", "column3" as "on" from (values (?, ?, ?))) as "list" ` +
        `where "list"."n" = ? and "list"."on" < ?`,
      rows: [{ list: { n: large, at: new Date(0), on: "2025-02-03" } }],
    },
    {
      name: "hold expressions too",
      statement: (() => {
        const list = valuesList("list", { n: integer(), word: varchar(3) }, [
          { n: value(1).plus(1), word: "longer than the column" },
          { n: select(count()).from(Post).asScalar() as never, word: "x" },
        ])
        return select(list).orderBy(list.c.n.asc())
      })(),
      text:
        `select "list"."n", "list"."word" from (values (cast(cast($1 as integer) + $2 as integer), cast($3 as varchar)), ((select count(*) from "post"), $4)) as "list"("n", "word") ` +
        `order by "list"."n" asc`,
      sqlite: `select "list"."n", "list"."word" from (select "column1" as "n", "column2" as "word" from (values (? + ?, ?), ((select count(*) from "post"), ?))) as "list" order by "list"."n" asc`,
      rows: [
        { n: 2, word: "longer than the column" },
        { n: 3, word: "x" },
      ],
    },
  ])

  test("may be long", async () => {
    const rows = Array.from({ length: 5000 }, (_, n) => ({ n, tags: [`t${n}`, null as never], note: n % 2 === 0 ? null : "odd" }))
    const list = valuesList("list", { n: integer(), tags: text().array(), note: text().nullable() }, rows)
    const statement = select(list)
      .where(list.c.n.in([7, 4998]))
      .orderBy(list.c.n.asc())
    assert.deepEqual(await library.all(statement), [rows[7], rows[4998]])
    const { text: sent, parameters } = compile(statement, library.engine.dialect)
    if (database.capabilities.arrayParameters) {
      assert.match(
        sent,
        /from \(select .* from unnest\(\$1::integer\[\], \$2::text\[\], \$3::text\[\]\) as "rebis_values"\("c0", "c1", "c2"\)\) as "list"\("n", "tags", "note"\)/,
      )
      assert.equal(parameters.length, 4)
    }
  })

  test(
    "of more values than there may be parameters are refused where they cannot be lists",
    { skip: database.capabilities.arrayParameters && "they are lists" },
    () => {
      const list = valuesList(
        "list",
        { n: integer() },
        Array.from({ length: 40_000 }, (_, n) => ({ n })),
      )
      assert.throws(() => compile(select(list), sqlite), {
        name: StatementError.name,
        message: /the statement has 40000 parameters; SQLite takes at most/,
      })
    },
  )
})

forEachDatabase("table functions", (database) => {
  const library = sharedLibrary(database)
  const number = generateSeries(1, 4).as("number")
  const day = generateSeries(value("2025-01-30", date()), "2025-02-03").as("day")
  const odd = generateSeries(9, 1, -4).withOrdinality("place").as("odd")
  const list = unnest(value([large, 7n], bigint().array()))
    .withOrdinality("n")
    .as("list")

  testCases(database, library, [
    {
      name: "count",
      statement: select(number.c.value.times(2)).from(number).where(number.c.value.gt(2)).orderBy(number.c.value.asc()),
      text: `select "number"."value" * $1 from generate_series(cast($2 as integer), cast($3 as integer)) as "number"("value") where "number"."value" > $4 order by "number"."value" asc`,
      sqlite:
        `select "number"."value" * ? from (with recursive rebis_series("value") as (select ? where ? <= ? union all select "value" + 1 from rebis_series where "value" + 1 <= ?) ` +
        `select "value" from rebis_series) as "number" where "number"."value" > ? order by "number"."value" asc`,
      rows: [6, 8],
    },
    {
      name: "count down, and number their rows",
      statement: select(odd).orderBy(odd.c.place.asc()),
      text: `select "odd"."value", "odd"."place" from generate_series(cast($1 as integer), cast($2 as integer), cast($3 as integer)) with ordinality as "odd"("value", "place") order by "odd"."place" asc`,
      sqlite:
        `select "odd"."value", "odd"."place" from (with recursive rebis_series("value") as (select ? where ? >= ? union all select "value" + ? from rebis_series where "value" + ? >= ?) ` +
        `select "value", row_number() over (order by "value" desc) as "place" from rebis_series) as "odd" order by "odd"."place" asc`,
      rows: [
        { value: 9, place: 1 },
        { value: 5, place: 2 },
        { value: 1, place: 3 },
      ],
    },
    {
      name: "give every day, which stays a day",
      statement: select({ day: day.c.value, n: count(Post.c.id) })
        .from(day)
        .leftJoin(Post, Post.c.publishedDate.eq(day.c.value))
        .groupBy(day.c.value)
        .orderBy(day.c.value.asc()),
      text:
        `select "day"."value" as "day", count("post"."id") as "n" from lateral (select cast("value" as date) as "value" from ` +
        `generate_series(cast(cast($1 as date) as timestamp), cast(cast($2 as date) as timestamp), interval '1 day') as "rebis_series"("value")) as "day" ` +
        `left join "post" on "post"."published_date" = "day"."value" group by "day"."value" order by "day"."value" asc`,
      sqlite:
        `select "day"."value" as "day", count("post"."id") as "n" from (with recursive rebis_series("value") as (select ? where ? <= ? union all ` +
        `select substr(date(date("value"), '1 days') || 'T00:00:00.000000', 1, 10) from rebis_series where substr(date(date("value"), '1 days') || 'T00:00:00.000000', 1, 10) <= ?) ` +
        `select "value" from rebis_series) as "day" left join "post" on "post"."published_date" = "day"."value" group by "day"."value" order by "day"."value" asc`,
      rows: [
        { day: "2025-01-30", n: 0 },
        { day: "2025-01-31", n: 0 },
        { day: "2025-02-01", n: 0 },
        { day: "2025-02-02", n: 0 },
        { day: "2025-02-03", n: 1 },
      ],
    },
    {
      name: "give the elements of a list, exactly",
      statement: select(list).orderBy(list.c.n.asc()),
      text: `select "list"."value", "list"."n" from unnest(cast($1 as bigint[])) with ordinality as "list"("value", "n") order by "list"."n" asc`,
      sqlite: `select "list"."value", "list"."n" from (select value as "value", row_number() over (order by id) as "n" from json_each(?)) as "list" order by "list"."n" asc`,
      rows: [
        { value: large, n: 1 },
        { value: 7n, n: 2 },
      ],
    },
    {
      name: "give the elements and properties of JSON",
      statement: (() => {
        const entry = jsonbEach<number[] | string | boolean>({ a: [1, 2], b: "x", d: true, e: 1.5 }).as("entry")
        return select(entry).orderBy(entry.c.key.asc())
      })(),
      text: `select "entry"."key", "entry"."value" from jsonb_each($1) as "entry"("key", "value") order by "entry"."key" asc`,
      sqlite:
        `select "entry"."key", "entry"."value" from (select key, case type when 'true' then 'true' when 'false' then 'false' when 'null' then 'null' when 'array' then value ` +
        `when 'object' then value else json_quote(value) end as value from json_each(?)) as "entry" order by "entry"."key" asc`,
      rows: [
        { key: "a", value: [1, 2] },
        { key: "b", value: "x" },
        { key: "d", value: true },
        { key: "e", value: 1.5 },
      ],
    },
  ])

  test("go by months, keeping to the last day", async () => {
    const month = generateSeries(value("2025-01-31", date()), "2025-03-31", "P1M").as("month")
    assert.deepEqual(await library.all(select(month.c.value).orderBy(month.c.value.asc())), ["2025-01-31", "2025-02-28", "2025-03-28"])
    const hour = generateSeries(value(new Date("2025-01-01T22:30:00Z")), new Date("2025-01-02T00:30:00Z"), interval("1 hour")).as("hour")
    assert.deepEqual(await library.all(select(hour.c.value).orderBy(hour.c.value.asc())), [
      new Date("2025-01-01T22:30:00Z"),
      new Date("2025-01-01T23:30:00Z"),
      new Date("2025-01-02T00:30:00Z"),
    ])
    const none = generateSeries(3, 1).as("none")
    assert.deepEqual(await library.all(select(none.c.value)), [])
  })

  test("are joined from the right when they look at nothing", async () => {
    const missing = select({ n: number.c.value, name: User.c.name })
      .from(User)
      .rightJoin(number, number.c.value.eq(User.c.id))
      .where(User.c.id.isNull())
    assert.deepEqual(await library.all(missing), [{ n: 4, name: null }])
  })
})

onDatabases(["postgresql", "pglite"], "table functions of PostgreSQL", (database) => {
  const library = sharedLibrary(database)

  testCases(database, library, [
    {
      name: "look at the entries before them",
      statement: (() => {
        const n = generateSeries(value(1), User.c.id).as("n")
        return select({ name: User.c.name, n: n.c.value })
          .from(User)
          .join(n)
          .where(n.c.value.gt(1))
          .orderBy(User.c.id.asc(), n.c.value.asc())
      })(),
      text:
        `select "user"."name", "n"."value" as "n" from "user" inner join generate_series(cast($1 as integer), "user"."id") as "n"("value") on true ` +
        `where "n"."value" > $2 order by "user"."id" asc, "n"."value" asc`,
      rows: [
        { name: "Bob", n: 2 },
        { name: "Cy", n: 2 },
        { name: "Cy", n: 3 },
      ],
    },
    {
      name: "keep rows for which they give none",
      statement: (() => {
        const day = generateSeries(Post.c.publishedDate, "2025-01-02").as("day")
        return select({ id: Post.c.id, day: day.c.value }).from(Post).leftJoin(day).orderBy(Post.c.id.asc())
      })(),
      text:
        `select "post"."id", "day"."value" as "day" from "post" left join lateral (select cast("value" as date) as "value" from ` +
        `generate_series(cast("post"."published_date" as timestamp), cast(cast($1 as date) as timestamp), interval '1 day') as "rebis_series"("value")) as "day" on true order by "post"."id" asc`,
      rows: [
        { id: 1, day: "2025-01-02" },
        { id: 2, day: null },
        { id: 3, day: null },
      ],
    },
    {
      name: "put several lists beside each other",
      statement: (() => {
        const pair = unnest({ id: value([1, 2], integer().array()), name: value(["a"], text().array()) }).as("pair")
        return select(pair).orderBy(pair.c.id.asc())
      })(),
      text: `select "pair"."id", "pair"."name" from unnest(cast($1 as integer[]), cast($2 as text[])) as "pair"("id", "name") order by "pair"."id" asc`,
      rows: [
        { id: 1, name: "a" },
        { id: 2, name: null },
      ],
    },
    {
      name: "read JSON as rows with types",
      statement: (() => {
        const record = jsonbToRecordset(
          [
            { id: 1, exact: 1.1, other: true },
            { id: 2, name: "b" },
          ],
          {
            id: integer(),
            name: text(),
            exact: numeric(),
          },
        )
          .withOrdinality("place")
          .as("record")
        return select(record).orderBy(record.c.place.desc())
      })(),
      text:
        `select "record"."id", "record"."name", "record"."exact", "record"."place" from ` +
        `rows from (jsonb_to_recordset($1) as ("id" integer, "name" text, "exact" numeric)) with ordinality as "record"("id", "name", "exact", "place") order by "record"."place" desc`,
      rows: [
        { id: 2, name: "b", exact: null, place: 2 },
        { id: 1, name: null, exact: "1.1", place: 1 },
      ],
    },
    {
      name: "read stored JSON beside its row",
      statement: (() => {
        const meta = jsonbToRecord(Post.c.meta as never, { tags: jsonb<string[]>() }).as("meta")
        return select({ id: Post.c.id, tags: meta.c.tags }).from(Post).leftJoin(meta).orderBy(Post.c.id.asc())
      })(),
      text: `select "post"."id", "meta"."tags" from "post" left join jsonb_to_record("post"."meta") as "meta"("tags" jsonb) on true order by "post"."id" asc`,
      rows: [
        { id: 1, tags: ["a", "b"] },
        { id: 2, tags: null },
        { id: 3, tags: [] },
      ],
    },
    {
      name: "split text",
      statement: (() => {
        const word = regexpSplitToTable(User.c.email, "[@.]").withOrdinality("n").as("word")
        return select(word).from(User).crossJoin(word).where(User.c.id.eq(1), length(word.c.value).gt(3))
      })(),
      text:
        `select "word"."value", "word"."n" from "user" cross join regexp_split_to_table("user"."email", $1) with ordinality as "word"("value", "n") ` +
        `where "user"."id" = $2 and length("word"."value") > $3`,
      rows: [{ value: "example", n: 2 }],
    },
    {
      name: "are called by their names",
      statement: (() => {
        const found = tableFunction("string_to_table", ["a,b", ","], { part: text() }, { pure: true }).as("found")
        return select(found.c.part).orderBy(found.c.part.desc())
      })(),
      text: `select "found"."part" from string_to_table($1, $2) as "found"("part") order by "found"."part" desc`,
      rows: ["b", "a"],
    },
  ])

  test("give elements of arrays inside arrays, of JSON text and of JSON", async () => {
    const deep = unnest(
      value(
        [
          [1, 2],
          [3, 4],
        ],
        integer().array().array(),
      ),
    ).as("deep")
    assert.deepEqual(await library.all(select(deep.c.value)), [1, 2, 3, 4])
    const word = jsonbArrayElementsText(["a", null, 1]).as("word")
    assert.deepEqual(await library.all(select(word.c.value)), ["a", null, "1"])
    const item = jsonbArrayElements<{ n: number }>([{ n: 1 }]).as("item")
    assert.deepEqual(await library.all(select(item.c.value)), [{ n: 1 }])
    const property = jsonEach<number>({ a: 1 }).as("property")
    assert.deepEqual(await library.all(select(property)), [{ key: "a", value: 1 }])
  })

  test("give elements that are composite values whole, NULL among them", async () => {
    const pair = compositeType("pair", { word: text(), big: bigint().nullable() })
    const engine = await database.engine()
    await engine.begin((connection) => connection.exec("create type pair as (word text, big bigint)"))
    const own = libraryOn(engine)
    const pairs = [{ word: "a", big: large }, null, { word: '"', big: null }]
    const given = value(pairs as { word: string; big: bigint | null }[], pair().array())
    const list = unnest(given).as("list")
    assert.equal(
      onPostgres(select(list.c.value).from(list)).text,
      'select "list"."value" from lateral (select unnest(cast($1 as "pair"[])) as "value") as "list"',
    )
    assert.deepEqual(await own.all(select(list.c.value).from(list)), pairs)
    const two = unnest({ pair: given, place: value([1, 2, 3, 4], integer().array()) })
      .withOrdinality("n")
      .as("two")
    assert.equal(
      onPostgres(select({ n: two.c.n }).from(two)).text,
      'select "two"."n" from lateral (select *, row_number() over () as "n" from (select unnest(cast($1 as "pair"[])) as "pair", unnest(cast($2 as integer[])) as "place") as rebis_elements) as "two"',
    )
    assert.deepEqual(
      await own.all(select(two).orderBy(two.c.n)),
      [...pairs, null].map((each, index) => ({ pair: each, place: index + 1, n: index + 1 })),
    )
  })

  test("give a series of exact numbers", async () => {
    const exact = generateSeries(value("0.1", numeric()), "0.3", "0.1").as("exact")
    assert.deepEqual(await library.all(select(exact.c.value)), ["0.1", "0.2", "0.3"])
    const wide = generateSeries(large, large + 1n).as("wide")
    assert.deepEqual(await library.all(select(wide.c.value)), [large, large + 1n])
  })

  test("that Rebis does not know are no pure reads", () => {
    const names = tableFunction("pg_timezone_names", [], { name: text() }, { defined: false }).as("names")
    assert.equal(compile(select(names), library.engine.dialect).effect, "read")
    assert.equal(compile(select(generateSeries(1, 2).as("n")), library.engine.dialect).effect, "pure")
  })
})

onDatabases(["postgresql", "pglite"], "samples", (database) => {
  const library = sharedLibrary(database)

  test("give entities of a part of the table", async () => {
    const sample = tablesample(Post, "bernoulli", 100, { repeatable: 1 })
    const statement = select(sample).where(Post.c.id.gt(1)).orderBy(Post.c.id.asc())
    assert.match(onPostgres(statement).text, / from "post" tablesample bernoulli\(\$1\) repeatable \(\$2\) where "post"\."id" > \$3/)
    assert.deepEqual(plain(await library.all(statement)), [posts[1], posts[2]])
    assert.deepEqual(await library.all(select(tablesample(Post, "system", 0))), [])
    const other = aliased(Post, "other")
    assert.deepEqual(
      await library.all(
        select({ id: other.c.id, name: User.c.name })
          .from(tablesample(other, "system", value(100)))
          .join(other.author)
          .where(other.c.id.eq(3)),
      ),
      [{ id: 3, name: "Bob" }],
    )
  })

  test("load relations in a session", async () => {
    await using db = sessionmaker(library.engine)()
    const [post] = await db.all(
      select(tablesample(Post, "bernoulli", 100))
        .where(Post.c.id.eq(3))
        .with("author"),
    )
    assert.equal(post?.author.name, "Bob")
  })
})

describe("entries of FROM", () => {
  const one = { id: integer(), name: text() }
  for (const [name, make, message] of [
    ["a list of nothing", () => valuesList("v", one, []), /values v has no rows/],
    ["a row without a column", () => valuesList("v", one, [{ id: 1 } as never]), /values v, row 1 has no "name"/],
    ["a row with another column", () => valuesList("v", one, [{ id: 1, name: "x", more: 1 } as never]), /row 1: there is no column "more"/],
    [
      "null where it cannot be",
      () =>
        valuesList("v", one, [
          { id: 1, name: "x" },
          { id: 2, name: null as never },
        ]),
      /row 2: "name" cannot be null/,
    ],
    ["a row that is none", () => valuesList("v", one, [1 as never]), /row 1 is 1, not an object/],
    ["rows that are none", () => valuesList("v", one, 1 as never), /takes a list of rows, not 1/],
    ["columns that are none", () => valuesList("v", {}, [{}]), /its columns need names/],
    ["a type that is none", () => valuesList("v", { id: 1 as never }, [{ id: 1 as never }]), /values v, "id" takes a type, not 1/],
    ["a list without a name", () => valuesList("", one, [{ id: 1, name: "x" }]), /"" cannot be the name of a list of values/],
    ["unnest of what is no array", () => unnest(Post.c.title as never), /unnest\(\): post\.title is text, not an array/],
    ["unnest of nothing", () => unnest({}), /unnest\(\) was given no array/],
    ["unnest of a plain value", () => unnest(1 as never), /unnest\(\) takes an array or an object of arrays, not 1/],
    ["a step of nothing", () => generateSeries(1, 2, 0), /a step of nothing never comes to an end/],
    ["an interval of nothing", () => generateSeries(Post.c.publishedDate, "2025-01-01", "P0D"), /a step of nothing/],
    ["a series of moments without a step", () => generateSeries(User.c.createdAt, new Date()), /of timestamptz needs a step/],
    ["a series of text", () => generateSeries(Post.c.title, "x"), /has no values of text/],
    ["a series from nothing", () => generateSeries(undefined as never, 1), /undefined/],
    ["a function whose name is none", () => tableFunction("f(); drop table post; --", [], one), /is not the name of a function/],
    ["undefined for a function", () => tableFunction("f", [undefined], one), /undefined was given for argument 1 of f\(\)/],
    ["two columns of one name", () => generateSeries(1, 2).withOrdinality("value"), /has a column "value" already/],
    ["a function without a name in FROM", () => generateSeries(1, 2).as(""), /"" cannot be the name of a table function/],
    ["a sample by another method", () => tablesample(Post, "bernoulli(1); --" as never, 1), /is not a method\n.*bernoulli or system/],
    ["a sample of more than all", () => tablesample(Post, "system", 101), /101 is no percentage/],
    ["a sample of NaN", () => tablesample(Post, "system", Number.NaN), /NaN is no percentage/],
    ["a seed that is none", () => tablesample(Post, "system", 1, { repeatable: "x" as never }), /repeatable takes a number/],
    [
      "a sample of a common table expression",
      () => select(tablesample(select(Post).cte("c"), "system", 1)),
      /tablesample of c: it is no table/,
    ],
    ["another name for a list of values", () => select(aliased(given, "other")), /given cannot stand in FROM as other/],
    [
      "a right join of a function that looks at the other side",
      () => {
        const n = generateSeries(value(1), User.c.id).as("n")
        return select({ n: n.c.value, id: User.c.id }).from(User).rightJoin(n, n.c.value.eq(User.c.id))
      },
      /column user\.id is used where user is not in reach/,
    ],
    [
      "a right join of a function without a condition",
      () =>
        select({ id: User.c.id })
          .from(User)
          .rightJoin(generateSeries(1, 2).as("n") as never),
      /has no condition/,
    ],
  ] as const) {
    test(`refuse ${name}`, () => {
      assert.throws(() => onPostgres(make() as never), { name: StatementError.name, message })
    })
  }

  for (const [name, make, message] of [
    ["samples", () => select(tablesample(Post, "system", 1)), /tablesample of post: SQLite has no samples/],
    [
      "functions that are PostgreSQL's",
      () => select(regexpSplitToTable("a b", " ").as("w")),
      /SQLite has no regexp_split_to_table\(\) in FROM/,
    ],
    ["records", () => select(jsonbToRecordset([], { id: integer() }).as("r")), /SQLite has no jsonb_to_recordset\(\)/],
    [
      "several lists at once",
      () => select(unnest({ a: value([1], integer().array()), b: value([1], integer().array()) }).as("u")),
      /SQLite has no unnest\(\) in FROM/,
    ],
    [
      "JSON of an entry before it",
      () => {
        const entry = jsonbEach(Post.c.meta as never).as("entry")
        return select({ key: entry.c.key }).from(Post).join(entry)
      },
      /SQLite has no lateral subqueries: entry in FROM/,
    ],
    [
      "a series of an entry before it",
      () => {
        const n = generateSeries(value(1), User.c.id).as("n")
        return select({ n: n.c.value }).from(User).join(n)
      },
      /the series n would not see the entries before it/,
    ],
    ["steps that are expressions", () => select(generateSeries(1, 2, value(1)).as("n")), /by a step that is a plain value/],
    [
      "steps that go both ways",
      () => select(generateSeries(value("2025-01-01", date()), "2025-01-01", "P1M-1D").as("n")),
      /a step that is a plain value going one way/,
    ],
    ["exact numbers", () => select(generateSeries(value("1", numeric()), "2").as("n")), /SQLite has no series of exact numbers/],
    [
      "lists of doubles",
      () => select(unnest(value([1.5], { kind: "array", element: { kind: "double" } } as never) as never).as("u")),
      /the elements of a list of double as something else/,
    ],
  ] as const) {
    test(`${name} are refused where the database has none`, () => {
      assert.throws(() => compile(make() as never, sqlite), { name: UnsupportedError.name, message })
    })
  }
})
