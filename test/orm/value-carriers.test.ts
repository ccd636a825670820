/** What a value is read as when something else than its column carries it: expressions, tables of WITH, writes, JSON, other types. */
import assert from "node:assert/strict"
import { before, test } from "node:test"
import fc from "fast-check"
import "../support/seed.ts"
import { type Engine, insert, jsonNull, sessionmaker } from "../../src/index.ts"
import { ownSqlCases } from "../dialects/codec-cases.ts"
import { type ValueCase, valueCases } from "../dialects/value-cases.ts"
import { forEachDatabase } from "../support/databases.ts"
import { type CarrierModel, carrierModel, carriersOf, hasDomain } from "./value-carriers.ts"
import { createNeeds } from "./value-sample.ts"

const runs = { numRuns: 2 }

forEachDatabase("a value is the same, whatever carries it", (database) => {
  let engine: Engine
  before(async () => {
    engine = await database.engine()
  })

  for (const [index, valueCase] of [...valueCases, ...ownSqlCases].entries()) {
    const excluded = valueCase.on !== undefined && !valueCase.on.includes(database.name)
    const skip = excluded ? `${database.name} does not keep these values: the other case of the type says which it keeps` : false
    test(valueCase.name, { skip }, async () => {
      const { type, normal = (each: unknown) => each } = valueCase
      const Carrier = carrierModel(index, valueCase)
      await createTable(engine, Carrier, valueCase, index)
      const sessions = sessionmaker(engine)
      const plain = (each: unknown) => (each === null ? each : normal(each))
      // In lists and composite values SQLite has one null only.
      const values = database.capabilities.nativeTypes ? valueCase.values : valueCase.values.filter((each) => each !== jsonNull)
      await fc.assert(
        fc.asyncProperty(fc.array(fc.option(values), { minLength: 1, maxLength: 4 }), async (given) => {
          for (const [name, carry] of carriersOf(valueCase, database)) {
            await using db = sessions()
            await db.execute(insert(Carrier).values(given.map((kept, row) => ({ id: row + 1, kept }))))
            assert.deepEqual((await carry({ db, Carrier, given, type })).map(plain), given.map(plain), name)
            await db.rollback()
          }
        }),
        runs,
      )
    })
  }
})

async function createTable(engine: Engine, Carrier: CarrierModel, valueCase: ValueCase, index: number): Promise<void> {
  const { dialect } = engine
  const { kept, list, wrapped, confined } = Carrier.c
  const typeName = dialect.typeName(kept.type)
  await engine.begin(async (connection) => {
    await createNeeds(connection, valueCase)
    if (dialect.capabilities.nativeTypes) {
      if (wrapped.type.kind === "composite") await connection.exec(`create type "wrap ${index}" as (first text, kept ${typeName})`)
      if (hasDomain(kept.type)) await connection.exec(`create domain "confined ${index}" as ${typeName}`)
    }
    const definitions = [kept, list, wrapped, confined].map((each) => `${each.name} ${dialect.typeName(each.type)}`)
    await connection.exec(`create table ${Carrier.tableName} (id integer primary key, ${definitions.join(", ")})`)
  })
}
