/** What no column can hold, in a unit of work: refused by name before anything is sent, or as the server says it. */
import assert from "node:assert/strict"
import { before, test } from "node:test"
import {
  CheckViolationError,
  DataError,
  type Engine,
  integer,
  NotNullViolationError,
  numeric,
  select,
  sessionmaker,
  sql,
  type Statement,
  update,
  ValueError,
} from "rebis"
import { recordStatements } from "rebis/testing"
import { schemaDefinition } from "../../src/schema/index.ts"
import { bad, Base, Gauge, good, type Key } from "../sql/gauge.ts"
import { forEachDatabase, onDatabases } from "../support/databases.ts"

async function openGauges(engine: Engine): Promise<void> {
  const { enums, tables } = schemaDefinition(Base.metadata, engine.dialect)
  await engine.begin(async (connection) => {
    for (const each of enums) for (const text of engine.dialect.ddl.createEnum(each)) await connection.exec(text)
    for (const each of tables) for (const text of engine.dialect.ddl.createTable(each)) await connection.exec(text)
  })
}
const gauge = (values: object): Gauge => new Gauge({ id: 1, ...good, ...values } as never)

forEachDatabase("a value that its column cannot hold", (database) => {
  let engine: Engine
  before(async () => {
    engine = await database.engine()
    await openGauges(engine)
    await sessionmaker(engine).begin((db) => {
      db.add(gauge({ id: 100 }))
    })
  })

  /** Runs work that must be refused, and nothing be sent. */
  async function refused(work: () => Promise<unknown>, message: string): Promise<void> {
    const { statements } = await recordStatements(engine, () => assert.rejects(work, { name: ValueError.name, message }, message))
    assert.deepEqual(statements, [], message)
  }

  test("is refused in a new entity", async () => {
    for (const [key, given, reason] of bad) {
      await using db = sessionmaker(engine)()
      db.add(gauge({ [key]: given }))
      await refused(() => db.commit(), `${Gauge.c[key].label}: ${reason}`)
    }
  })

  test("is refused in one of many", async () => {
    for (const [key, given, reason] of bad) {
      await using db = sessionmaker(engine)()
      for (const id of [1, 2, 3]) db.add(gauge({ id, ...(id === 2 ? { [key]: given } : {}) }))
      await refused(() => db.flush(), `${Gauge.c[key].label}: ${reason}`)
    }
  })

  test("is refused in an entity that was loaded, which stays as it was", async () => {
    for (const [key, given, reason] of bad) {
      await using db = sessionmaker(engine)()
      const loaded = await db.get(Gauge, 100)
      assert.ok(loaded !== null)
      Reflect.set(loaded, key, given)
      await refused(() => db.commit(), `${Gauge.c[key].label}: ${reason}`)
    }
    await using db = sessionmaker(engine)()
    const [row, ...others] = await db.all(select(Gauge))
    assert.deepEqual([{ ...row }, others], [{ id: 100, ...good }, []])
  })

  test("is refused as a key", async () => {
    await using db = sessionmaker(engine)()
    for (const [given, reason] of [
      [Number.NaN, "integer cannot hold NaN: it is not a whole number"],
      ["1", 'integer takes a whole number, not "1"'],
      [2 ** 31, "integer cannot hold 2147483648: the range is -2147483648 to 2147483647"],
    ] as const) {
      await refused(() => db.get(Gauge, given), `gauge.id: ${reason}`)
    }
    for (const nothing of [undefined, null]) {
      await assert.rejects(() => db.get(Gauge, nothing as never), /a key of Gauge is made of id; not all of it was given/)
    }
  })

  test("is what the server says where only the server knows", async () => {
    await using db = sessionmaker(engine)()
    const missing = { ...good } as Partial<Record<Key, unknown>>
    delete missing.name
    db.add(new Gauge({ id: 1, ...missing } as never))
    await assert.rejects(
      () => db.flush(),
      (error) => error instanceof NotNullViolationError && error.details.columns?.join() === "name" && error.message.includes("gauge.name"),
    )
  })
})

onDatabases(["postgresql", "pglite"], "a value that no type of the server holds", (database) => {
  let engine: Engine
  before(async () => {
    engine = await database.engine()
    await openGauges(engine)
    await engine.begin((connection) => connection.exec("alter table gauge add constraint gauge_positive check (whole > 0)"))
    await sessionmaker(engine).begin((db) => {
      db.add(gauge({ id: 100 }))
    })
  })
  const { whole, price, name, code } = Gauge.c

  const cases: Readonly<
    Record<string, readonly [statement: () => Statement<unknown>, kind: abstract new (...args: any) => Error, message: RegExp]>
  > = {
    "a sum beyond integer": [() => select(whole.plus(2_147_483_647)).from(Gauge), DataError, /integer out of range/],
    "a division by zero": [() => select(whole.dividedBy(0)).from(Gauge), DataError, /division by zero/],
    "a quotient of zero numeric": [() => select(price.modulo("0")).from(Gauge), DataError, /division by zero/],
    "text that is cast to a number": [
      () => select(sql`cast(${name} as integer)`.returns(integer())).from(Gauge),
      DataError,
      /invalid input syntax for type integer: "a"/,
    ],
    "NaN that is cast to integer": [
      () => select(sql`cast(${Number.NaN}::double precision as integer)`.returns(integer())),
      DataError,
      /integer out of range/,
    ],
    "an expression beyond a column's precision": [
      () =>
        update(Gauge)
          .set({ price: price.times("1000") })
          .allRows(),
      DataError,
      /numeric field overflow/,
    ],
    "an expression beyond a column's length": [
      () =>
        update(Gauge)
          .set({ code: code.concat("d") })
          .allRows(),
      DataError,
      /value too long for type character varying\(3\)/,
    ],
    "an expression that a check refuses": [
      () =>
        update(Gauge)
          .set({ whole: whole.minus(7) })
          .allRows(),
      CheckViolationError,
      /gauge_positive/,
    ],
    "an expression that is null": [
      () =>
        update(Gauge)
          .set({ name: sql<string>`null::text` })
          .allRows(),
      NotNullViolationError,
      /gauge\.name/,
    ],
    "a numeric cast to fewer digits": [() => select(sql`12345::numeric(3, 1)`.returns(numeric())), DataError, /numeric field overflow/],
  }
  for (const [title, [statement, kind, message]] of Object.entries(cases)) {
    test(`${title} is the server's error, by a class of ours`, async () => {
      await using db = sessionmaker(engine)()
      await assert.rejects(
        () => db.execute(statement()),
        (error) => {
          assert.ok(error instanceof kind, String(error))
          assert.match(error.message, message)
          return true
        },
      )
    })
  }
})
