import assert from "node:assert/strict"
import { before, test } from "node:test"
import fc from "fast-check"
import "../support/seed.ts"
import type { Dialect } from "../../src/dialects/index.ts"
import {
  coalesce,
  declarativeBase,
  type Engine,
  insert,
  integer,
  jsonAgg,
  jsonBuildObject,
  jsonNull,
  prepared,
  select,
  type Session,
  sessionmaker,
  type SqlType,
  update,
  value,
} from "../../src/index.ts"
import { ownSqlCases } from "../dialects/codec-cases.ts"
import { type ValueCase, valueCases } from "../dialects/value-cases.ts"
import { forEachDatabase } from "../support/databases.ts"
import { column, createNeeds, hasLists } from "./value-sample.ts"

const runs = { numRuns: 6 }

function sampleModel(name: string, valueCase: ValueCase) {
  const { type } = valueCase
  const Base = declarativeBase({ conventions: "off" })
  const list: SqlType = !hasLists(valueCase) ? { kind: "integer" } : { kind: "array", element: type }
  return class Sample extends Base.model(name, {
    id: integer().primaryKey(),
    kept: column(type),
    list: column(list),
  }) {}
}
type SampleModel = ReturnType<typeof sampleModel>

/** What a value is beside the same value that took another way: some types have several forms of it. */
type Normal = (value: unknown) => unknown

interface Route {
  readonly name: string
  /** The values of the rows 1 to n, in order, by some way through the database. */
  read(db: Session, Sample: SampleModel, given: readonly unknown[]): Promise<readonly unknown[]>
}

const ordered = (Sample: SampleModel) => select({ kept: Sample.c.kept }).from(Sample).orderBy(Sample.c.id.asc())
const keptOf = (rows: readonly { readonly kept: unknown }[]) => rows.map(({ kept }) => kept)

const routes: readonly Route[] = [
  { name: "a column", read: async (db, Sample) => keptOf(await db.all(ordered(Sample))) },
  {
    name: "an entity",
    read: async (db, Sample) => keptOf(await db.all(select(Sample).orderBy(Sample.c.id.asc()))),
  },
  {
    name: "a parameter",
    async read(db, Sample, given) {
      const parameters = Object.fromEntries(given.map((each, index) => [`p${index}`, value(each, Sample.c.kept.type)]))
      const row: Record<string, unknown> = await db.one(select(parameters))
      return given.map((_, index) => row[`p${index}`])
    },
  },
  {
    name: "a named parameter",
    async read(db, Sample, given) {
      const statement = prepared({ kept: column(Sample.c.kept.type) }, (p) => select({ kept: p.kept }))
      const rows = []
      for (const kept of given) rows.push(await db.one(statement({ kept })))
      return keptOf(rows)
    },
  },
  {
    name: "RETURNING of an update",
    async read(db, Sample, given) {
      const read = []
      for (const [index, kept] of given.entries()) {
        read.push(
          await db.one(
            update(Sample)
              .set({ kept })
              .where(Sample.c.id.eq(index + 1))
              .returning({ kept: Sample.c.kept }),
          ),
        )
      }
      return keptOf(read)
    },
  },
  {
    name: "a subquery",
    async read(db, Sample) {
      const inner = select({ id: Sample.c.id, kept: Sample.c.kept }).from(Sample).as("inner")
      return keptOf(await db.all(select({ kept: inner.c.kept }).from(inner).orderBy(inner.c.id.asc())))
    },
  },
  {
    name: "WITH",
    async read(db, Sample) {
      const common = select({ id: Sample.c.id, kept: Sample.c.kept }).from(Sample).cte("common")
      return keptOf(await db.all(select({ kept: common.c.kept }).from(common).orderBy(common.c.id.asc())))
    },
  },
  {
    name: "UNION ALL",
    async read(db, Sample, given) {
      const half = select({ id: Sample.c.id, kept: Sample.c.kept }).from(Sample)
      const middle = given.length >> 1
      const both = half.where(Sample.c.id.lte(middle)).unionAll(half.where(Sample.c.id.gt(middle)))
      return keptOf(await db.all(both.orderBy("id")))
    },
  },
  {
    name: "a scalar subquery",
    async read(db, Sample, given) {
      const items = given.map((_, index) => [
        `p${index}`,
        select(Sample.c.kept)
          .from(Sample)
          .where(Sample.c.id.eq(index + 1))
          .asScalar(),
      ])
      const row = (await db.one(select(Object.fromEntries(items)))) as Record<string, unknown>
      return given.map((_, index) => row[`p${index}`])
    },
  },
  {
    name: "coalesce",
    async read(db, Sample, given) {
      const fallback = given.find((each) => each !== null)
      if (fallback === undefined) return given
      const rows = await db.all(
        select({ kept: coalesce(Sample.c.kept, fallback) })
          .from(Sample)
          .orderBy(Sample.c.id.asc()),
      )
      return rows.map(({ kept }, index) => (given[index] === null ? null : kept))
    },
  },
  {
    name: "a JSON object",
    async read(db, Sample) {
      const rows = await db.all(
        select(jsonBuildObject({ kept: Sample.c.kept }))
          .from(Sample)
          .orderBy(Sample.c.id.asc()),
      )
      return keptOf(rows)
    },
  },
  {
    name: "a JSON aggregate",
    read: (db, Sample) => db.one(select(jsonAgg(Sample.c.kept, { orderBy: Sample.c.id.asc() })).from(Sample)),
  },
  {
    name: "a model's rows in JSON",
    read: async (db, Sample) => keptOf(await db.one(select(jsonAgg(Sample, { orderBy: Sample.c.id.asc() })).from(Sample))),
  },
  {
    name: "a parameter in JSON",
    read: (db, Sample, given) =>
      db.one(select(jsonBuildObject({ kept: value(given[0], Sample.c.kept.type) }))).then(({ kept }) => [kept, ...given.slice(1)]),
  },
]

forEachDatabase("every value takes every way", (database) => {
  let engine: Engine
  before(async () => {
    engine = await database.engine()
  })

  for (const [index, valueCase] of [...valueCases, ...ownSqlCases].entries()) {
    const excluded = valueCase.on !== undefined && !valueCase.on.includes(database.name)
    const skip = excluded ? `${database.name} does not keep these values: the other case of the type says which it keeps` : false
    test(valueCase.name, { skip }, async () => {
      const Sample = sampleModel(`sample_${index}`, valueCase)
      await createTable(engine, Sample, valueCase)
      const sessions = sessionmaker(engine)
      const normal: Normal = (each) => (each === null || valueCase.normal === undefined ? each : valueCase.normal(each))
      await fc.assert(
        fc.asyncProperty(fc.array(fc.option(valueCase.values), { minLength: 1, maxLength: 5 }), async (given) => {
          await using db = sessions()
          await db.execute(insert(Sample).values(given.map((kept, row) => ({ id: row + 1, kept }))))
          for (const { name, read } of routes) {
            assert.deepEqual((await read(db, Sample, given)).map(normal), given.map(normal), name)
          }
          await assertUnchanged(db, Sample, given, normal)
          await assertList(db, Sample, given, valueCase, database.capabilities.nativeTypes)
          await db.rollback()
        }),
        runs,
      )
    })
  }
})

async function createTable(engine: Engine, Sample: SampleModel, valueCase: ValueCase): Promise<void> {
  const { dialect } = engine
  await engine.begin(async (connection) => {
    await createNeeds(connection, valueCase)
    await connection.exec(`create table ${Sample.tableName} (id integer primary key, ${definitions(Sample, dialect)})`)
  })
}

function definitions(Sample: SampleModel, dialect: Dialect): string {
  return [Sample.c.kept, Sample.c.list].map(({ name, type }) => `${name} ${dialect.typeName(type)}`).join(", ")
}

/** A unit of work writes its rows by one statement and by several, and finds nothing to write where nothing was changed. */
async function assertUnchanged(db: Session, Sample: SampleModel, given: readonly unknown[], normal: Normal): Promise<void> {
  const entities = await db.all(select(Sample).orderBy(Sample.c.id.asc()))
  assert.deepEqual(db.dirty, [], "loaded")
  for (const [index, entity] of entities.entries()) entity.kept = given[given.length - 1 - index]
  await db.flush()
  assert.deepEqual(db.dirty, [], "flushed")
  const added = db.addAll(given.map((kept, index) => new Sample({ id: 100 + index, kept })))
  await db.flush()
  assert.deepEqual(db.dirty, [], "inserted")
  for (const entity of [...entities, ...added]) await db.refresh(entity)
  assert.deepEqual(db.dirty, [], "read again")
  assert.deepEqual(
    added.map(({ kept }) => normal(kept)),
    given.map(normal),
  )
  assert.deepEqual(
    entities.map(({ kept }) => normal(kept)),
    given.toReversed().map(normal),
  )
}

async function assertList(
  db: Session,
  Sample: SampleModel,
  given: readonly unknown[],
  valueCase: ValueCase,
  keepsJsonNull: boolean,
): Promise<void> {
  if (!hasLists(valueCase)) return
  const { normal = (each) => each } = valueCase
  const list = keepsJsonNull ? given : given.filter((each) => each !== jsonNull)
  const entity = db.add(new Sample({ id: 1000, list }))
  const others = db.addAll([new Sample({ id: 1001, list: [] }), new Sample({ id: 1002, list })])
  await db.flush()
  for (const each of [entity, ...others]) await db.refresh(each)
  assert.deepEqual(db.dirty, [], "lists")
  const plain = (each: unknown) => (each === null ? null : normal(each))
  const same = (each: unknown) => (each as readonly unknown[]).map(plain)
  assert.deepEqual(same(entity.list), list.map(plain))
  assert.deepEqual(same(others[1]!.list), list.map(plain))
  assert.deepEqual(
    same(
      (
        await db.one(
          select(jsonBuildObject({ list: Sample.c.list }))
            .from(Sample)
            .where(Sample.c.id.eq(1000)),
        )
      ).list,
    ),
    list.map(plain),
  )
}
