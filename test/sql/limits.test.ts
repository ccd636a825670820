import assert from "node:assert/strict"
import { before, test } from "node:test"
import {
  any,
  avg,
  caseWhen,
  coalesce,
  compile,
  declarativeBase,
  insert,
  integer,
  numeric,
  select,
  type Condition,
  max,
  sum,
  tuple,
  valuesList,
  varchar,
} from "rebis"
import { forEachDatabase } from "../support/databases.ts"
import { type Library, libraryOn } from "./library.ts"

const Base = declarativeBase()
class Fee extends Base.model("fee", {
  id: integer().primaryKey(),
  code: varchar(3),
  price: numeric({ precision: 5, scale: 2 }).nullable(),
  codes: varchar(3).array(),
}) {}
const { id, code, price, codes } = Fee.c

forEachDatabase("lengths and scales limit what is stored", (database) => {
  let db: Library
  before(async () => {
    const engine = await database.engine()
    const { typeName } = engine.dialect
    const columns = [code, price, codes].map((column) => `${column.name} ${typeName(column.type)}`)
    await engine.begin((connection) => connection.exec(`create table fee (id integer primary key, ${columns.join(", ")})`))
    db = libraryOn(engine)
    await db.all(
      insert(Fee).values([
        { id: 1, code: "abc", price: "1.01", codes: ["a"] },
        { id: 2, code: "x", price: null, codes: [] },
        { id: 3, code: "z", price: "999.99", codes: ["b", "z"] },
      ]),
    )
  })

  test("and nothing that is compared with it", async () => {
    const found = (condition: Condition) => db.all(select(id).from(Fee).where(condition).orderBy(id.asc()))
    assert.deepEqual(await found(price.lt("100000")), [1, 3])
    assert.deepEqual(await found(price.lt("1.015")), [1])
    assert.deepEqual(await found(price.between("1.009", "12345.678")), [1, 3])
    assert.deepEqual(await found(price.in(["1.01", "1.011", "123456"])), [1])
    assert.deepEqual(await found(price.eq(any(["999.990", "1.0100"]))), [1, 3])
    assert.deepEqual(await found(price.isNotDistinctFrom("1.0100000")), [1])
    assert.deepEqual(await found(code.gt("abcdef")), [2, 3])
    assert.deepEqual(await found(code.in(["abc", "abcd"])), [1])
    assert.deepEqual(
      await found(
        tuple(id, price, code).in([
          [1, "1.01", "abc"],
          [3, "999.999", "zzzz"],
        ]),
      ),
      [1],
    )
    assert.deepEqual(await found(codes.ne(["abcdef"]).and(codes.eq(["b", "z"]))), [3])
  })

  test("nor what it computes", async () => {
    const row = await db.one(
      select({
        times: price.times("1.075"),
        plus: price.plus("0.005"),
        sum: price.plus("100000").minus("0.125"),
        total: sum(price.times("0.5")),
      })
        .from(Fee)
        .where(id.eq(1), price.times("2.5").gt("2.524"), price.times("2.5").lt("2.526"))
        .groupBy(price),
    )
    assert.deepEqual({ ...row, total: String(Number(row.total)) }, { times: "1.08575", plus: "1.015", sum: "100000.885", total: "0.505" })
  })

  test("nor what stands in for it", async () => {
    const rows = await db.all(
      select({
        price: coalesce(price, "123456.789"),
        code: coalesce(code, "none at all"),
        either: caseWhen(price.isNull(), "0.0001").else(price),
        name: caseWhen(code.eq("abc"), code).else("something else"),
      })
        .from(Fee)
        .where(id.lt(3))
        .orderBy(id.asc()),
    )
    assert.deepEqual(rows, [
      { price: "1.01", code: "abc", either: "1.01", name: "abc" },
      { price: "123456.789", code: "x", either: "0.0001", name: "something else" },
    ])
  })

  test("nor what stands in FROM", async () => {
    const list = valuesList("list", { price: numeric({ precision: 5, scale: 2 }) }, [{ price: "1.01" }, { price: "7.00" }])
    assert.deepEqual(await db.all(select({ price: list.c.price }).from(list).where(list.c.price.gt("2.005"))), [{ price: "7.00" }])
    assert.deepEqual(await db.all(select({ id }).from(Fee).join(list, list.c.price.eq(price))), [{ id: 1 }])
    const means = select({ id, mean: avg(price), most: max(price), total: sum(price) })
      .from(Fee)
      .groupBy(id)
      .as("means")
    const found = select({ id: means.c.id }).from(means).orderBy(means.c.id.asc())
    assert.deepEqual(await db.all(found.where(means.c.mean.gt("9.5"))), [{ id: 3 }])
    assert.deepEqual(await db.all(found.where(means.c.most.lt("100000"), means.c.total.gt("1.005"))), [{ id: 1 }, { id: 3 }])
  })

  test("but is checked before it is stored", () => {
    const { dialect } = db.engine
    const row = { id: 9, code: "a", price: null, codes: [] as string[] }
    for (const [values, message] of [
      [
        { ...row, price: "1.005" },
        'fee.price: numeric(5,2) cannot hold "1.005": it has more than 2 digits after the point; round it first',
      ],
      [{ ...row, price: "1000" }, 'fee.price: numeric(5,2) cannot hold "1000": it has more than 3 digits before the point'],
      [{ ...row, code: "four" }, 'fee.code: varchar(3) cannot hold "four": it has 4 characters'],
      [{ ...row, codes: ["four"] as string[] }, 'fee.codes: varchar(3)[]: element 0: varchar(3) cannot hold "four": it has 4 characters'],
    ] satisfies [object, string][]) {
      assert.throws(() => compile(insert(Fee).values(values), dialect), { name: "ValueError", message })
    }
  })
})
