/** Behaviour 123: names that need quoting, of tables, columns, aliases and parameters, arrive everywhere as they are. */
import assert from "node:assert/strict"
import { test } from "node:test"
import {
  aliased,
  type Column,
  count,
  declarativeBase,
  DefinitionError,
  deleteFrom,
  type Engine,
  insert,
  integer,
  jsonAgg,
  jsonBuildObject,
  MetaData,
  prepared,
  select,
  type Sessions,
  sessionmaker,
  sql,
  text,
  toKysely,
  update,
} from "../../src/index.ts"
import { schemaDefinition } from "../../src/schema/index.ts"
import { forEachDatabase, type TestDatabase } from "../support/databases.ts"

const names = [
  "boring",
  "per cent",
  "%percent",
  "percent%(signs)s",
  "par(ens)",
  "col:ons",
  "more :: %colons%",
  "_starts_with_underscore",
  "dot.s",
  "a.b.c",
  "[BracketsAndCase]",
  "42numbers",
  "has spaces",
  " leading and trailing ",
  "/slashes/",
  "back\\slash",
  "q?marks",
  "$1",
  "1col:on",
  'dou"ble',
  '""',
  "sin'gle",
  "''",
  "`ticks`",
  "semi;colon",
  "com--ment /* */",
  "select",
  "user",
  "table",
  "order",
  "toString",
  "größe",
  "表",
  "🎉",
]
const values = ["plain", "", "%", "%s", "_", ":x", "$1", "?", "'", "''", '"', "\\", "\\'", ";--", "a b", "a.b", "NULL", "🎉", "\n"]

/** A column whose property is only known when the test runs. */
function textOf({ c }: { readonly c: object }, key: string): Column<string | null, string, string> {
  return Reflect.get(c, key) as Column<string | null, string, string>
}

/** An object of one property, which the compiler does not know. */
function pair(key: string, value: unknown): object {
  return { [key]: value }
}

/** A table, with a column of text and a key, all of the name. */
function modelOf(name: string) {
  const metadata = new MetaData()
  const Base = declarativeBase({ metadata, conventions: "off" })
  const key = `${name} key`
  class Difficult extends Base.model(name, {
    id: integer().primaryKey().identity().named(key),
    other: text().nullable(),
    ...pair(name, text().nullable().named(name)),
  }) {}
  return { Difficult, metadata, key }
}

forEachDatabase("difficult names", (database) => {
  for (const name of names) {
    test(`${JSON.stringify(name)} round-trips as a name (123)`, async () => {
      const { Difficult, metadata, key } = modelOf(name)
      const { engine, sessions } = await open(database, metadata)
      const column = textOf(Difficult, name)
      await sessions.begin(async (db) => {
        const added = db.add(new Difficult({ ...pair(name, "a"), other: "x" }))
        db.addAll([new Difficult(pair(name, "b")), new Difficult(pair(name, "c"))])
        await db.flush()
        const read = () =>
          db.all(
            select({ [name]: column, "of it": Difficult.c.id })
              .from(Difficult)
              .where(column.ne("z"))
              .orderBy(column.asc()),
          )
        assert.deepEqual(await read(), [
          { [name]: "a", "of it": 1 },
          { [name]: "b", "of it": 2 },
          { [name]: "c", "of it": 3 },
        ])
        Object.assign(added, { [name]: "A" })
        await db.flush()
        assert.equal((await db.all(select(Difficult).where(column.eq("A"))))[0], added)

        const other = aliased(Difficult, `${name} other`)
        const otherColumn = textOf(other, name)
        const inner = select({ [name]: column, id: Difficult.c.id })
          .from(Difficult)
          .as(`${name} inner`)
        const innerColumn = textOf(inner, name)
        const joined = select({ [`${name}!`]: otherColumn, n: count() })
          .from(other)
          .join(inner, inner.c.id!.eq(other.c.id).and(innerColumn.eq(otherColumn)))
          .groupBy(otherColumn)
          .orderBy(otherColumn.desc())
          .limit(1)
        assert.deepEqual(await db.all(joined), [{ [`${name}!`]: "c", n: 1 }])

        const json = select({
          one: jsonAgg({ [name]: column }, { orderBy: column.asc() }),
          all: jsonBuildObject({ [name]: count() }),
        }).from(Difficult)
        assert.deepEqual(await db.one(json), { one: [{ [name]: "A" }, { [name]: "b" }, { [name]: "c" }], all: { [name]: 3 } })

        const renamed = update(Difficult)
          .set(pair(name, "B"))
          .where(column.eq("b"))
          .returning({ [name]: column })
        assert.deepEqual(await db.all(renamed), [{ [name]: "B" }])
        const upserted = insert(Difficult)
          .values({ id: 1, ...pair(name, "again") })
          .onConflict([Difficult.c.id])
          .doUpdate((excluded) => pair(name, textOf({ c: excluded }, name)))
          .returning(column)
        assert.deepEqual(await db.all(upserted), ["again"])
        assert.deepEqual(await db.all(deleteFrom(Difficult).where(column.eq("again")).returning(column)), ["again"])

        const byName = prepared({ [name]: text() }, (p) => select(Difficult.c.id).where(column.eq(p[name]!)))
        assert.deepEqual(await db.all(byName({ [name]: "B" })), [2])
        const asText = sql`select ${sql.identifier(name)} from ${Difficult} as ${sql.identifier(`${name} t`)} where ${sql.identifier(`${name} t`, key)} = ${2}`
        assert.deepEqual(await db.all(asText.rows({ [name]: text() })), [{ [name]: "B" }])
        const kysely = db.kysely({ Difficult })
        const own = await kysely
          .selectFrom(toKysely(select({ [name]: column, id: Difficult.c.id }).from(Difficult)).as(`${name} k`))
          .selectAll()
          .execute()
        assert.deepEqual(new Set(own.map((row) => Reflect.get(row, name) as unknown)), new Set(["B", "c"]))
      })
      assert.equal(engine.poolStatus.inUse, 0)
    })
  }

  test("what an entity's class needs is a column's name, and no property of it", async () => {
    const Base = declarativeBase({ metadata: new MetaData(), conventions: "off" })
    assert.throws(() => Base.model("odd", { id: integer().primaryKey(), constructor: text() }), DefinitionError)
    assert.throws(() => Base.model("odd", { id: integer().primaryKey(), ["__proto__"]: text() }), DefinitionError)
    class Made extends Base.model("made", {
      id: integer().primaryKey(),
      maker: text().named("constructor"),
      text: text().named("__proto__"),
    }) {}
    const { sessions } = await open(database, Base.metadata)
    await sessions.begin(async (db) => {
      await db.execute(insert(Made).values({ id: 1, maker: "Ada", text: "x" }))
      assert.deepEqual({ ...(await db.get(Made, 1)) }, { id: 1, maker: "Ada", text: "x" })
      const row = await db.one(sql`select * from ${Made}`)
      assert.deepEqual(Object.entries(row as object), [
        ["id", 1],
        ["constructor", "Ada"],
        ["__proto__", "x"],
      ])
    })
  })

  test("values of every kind round-trip as parameters, by every way (123)", async () => {
    const { Difficult, metadata } = modelOf("value")
    const { sessions } = await open(database, metadata)
    const column = textOf(Difficult, "value")
    const find = prepared({ "the value": text() }, (p) => select(column).where(column.eq(p["the value"])))
    await sessions.begin(async (db) => {
      for (const value of values) {
        const added = db.add(new Difficult({ ...pair("value", value), other: value + value }))
        await db.flush()
        assert.deepEqual(await db.all(find({ "the value": value })), [value])
        assert.deepEqual(
          await db.all(
            select(column).where(column.in([value]), column.contains(value), column.startsWith(value), Difficult.c.id.eq(added.id)),
          ),
          [value],
        )
        assert.deepEqual(await db.all(sql`select ${column} from ${Difficult} where ${column} = ${value}`.returns(text())), [value])
        assert.deepEqual(
          await db
            .kysely({ Difficult })
            .selectFrom("value")
            .select("other")
            .where("other", "=", value + value)
            .execute(),
          [{ other: value + value }],
        )
      }
      assert.equal(await db.scalar(select(count()).from(Difficult)), values.length)
    })
  })
})

async function open(database: TestDatabase, metadata: MetaData): Promise<{ engine: Engine; sessions: Sessions }> {
  const engine = await database.engine()
  await engine.begin(async (connection) => {
    for (const table of schemaDefinition(metadata, engine.dialect).tables) {
      for (const statement of engine.dialect.ddl.createTable(table)) await connection.exec(statement)
    }
  })
  return { engine, sessions: sessionmaker(engine) }
}
