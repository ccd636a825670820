/** Everything that can carry a value on its way to whoever reads it. */
import assert from "node:assert/strict"
import {
  anyValue,
  arrayAgg,
  caseWhen,
  declarativeBase,
  firstValue,
  insert,
  integer,
  jsonAgg,
  jsonArray,
  jsonBuildObject,
  jsonObjectAgg,
  lag,
  max,
  merge,
  min,
  recursive,
  rowToJson,
  select,
  type Session,
  sql,
  type SqlType,
  unnest,
  update,
  value,
  valuesList,
} from "../../src/index.ts"
import { hasOwnSql } from "../../src/sql/index.ts"
import type { ValueCase } from "../dialects/value-cases.ts"
import type { TestDatabase } from "../support/databases.ts"
import { column, hasLists } from "./value-sample.ts"

/** A table with columns of the type, of lists of it, of a composite type that has it inside, and of a domain over it. */
export function carrierModel(index: number, valueCase: ValueCase) {
  const { type } = valueCase
  const Base = declarativeBase({ conventions: "off" })
  const none: SqlType = { kind: "integer" }
  const field = (key: string, of: SqlType) => ({ key, name: key, type: of, nullable: true })
  const wrapped: SqlType = {
    kind: "composite",
    sqlName: `"wrap ${index}"`,
    fields: [field("first", { kind: "text" }), field("kept", type)],
  }
  return class Carrier extends Base.model(`carrier_${index}`, {
    id: integer().primaryKey(),
    kept: column(type),
    list: column(hasLists(valueCase) ? { kind: "array", element: type } : none),
    wrapped: column(hasOwnSql(type) ? none : wrapped),
    confined: column(hasDomain(type) ? { ...type, domain: `"confined ${index}"` } : none),
  }) {}
}
export type CarrierModel = ReturnType<typeof carrierModel>

/** Whether a domain is put over the type: not over one that is a domain. */
export function hasDomain(type: SqlType): boolean {
  return !hasOwnSql(type) && type.domain === undefined
}

export interface Carried {
  readonly db: Session
  readonly Carrier: CarrierModel
  /** The values of the rows 1 to n. */
  readonly given: readonly unknown[]
  readonly type: SqlType
}
/** Reads the values, in order. */
export type Carry = (carried: Carried) => Promise<readonly unknown[]>
type Carriers = Readonly<Record<string, Carry>>

interface Kept {
  readonly id: number
  readonly kept?: unknown
}
const keptOf = (rows: readonly { readonly kept?: unknown }[]): unknown[] => rows.map(({ kept }) => kept)
const keptById = (rows: readonly Kept[]): unknown[] => keptOf(rows.toSorted((a, b) => a.id - b.id))
const columnsOf = ({ c: { id, kept } }: CarrierModel) => ({ id, kept })
const rowsOf = (Carrier: CarrierModel) => select(columnsOf(Carrier)).from(Carrier)
const rowsFrom = (given: readonly unknown[], from: number) => given.map((kept, index) => ({ id: from + index, kept }))

/** More rows than the text of a statement takes one by one. */
const many = (given: readonly unknown[]): unknown[] => Array.from({ length: 120 }, (_, index) => given[index % given.length])
function firstOfMany(read: readonly unknown[], given: readonly unknown[]): unknown[] {
  assert.equal(read.length, 120)
  for (let from = given.length; from + given.length <= 120; from += given.length)
    assert.deepEqual(read.slice(from, from + given.length), read.slice(0, given.length))
  return read.slice(0, given.length)
}

function allSame(ways: readonly (readonly unknown[])[]): readonly unknown[] {
  for (const way of ways) assert.deepEqual(way, ways[0])
  return ways[0]!
}

const writes: Carriers = {
  async "RETURNING of an insert"({ db, Carrier, given }) {
    return keptById(await db.all(insert(Carrier).values(rowsFrom(given, 1000)).returning(columnsOf(Carrier))))
  },
  async "RETURNING of an insert of many rows"({ db, Carrier, given }) {
    const read = await db.all(
      insert(Carrier)
        .values(rowsFrom(many(given), 1000))
        .returning(columnsOf(Carrier)),
    )
    return firstOfMany(keptById(read), given)
  },
  async "what a conflict excluded"({ db, Carrier, given }) {
    const upsert = insert(Carrier)
      .values(rowsFrom(given, 1))
      .onConflict([Carrier.c.id])
      .doUpdate((excluded) => ({ kept: excluded.kept }))
    return keptById(await db.all(upsert.returning(columnsOf(Carrier))))
  },
  async "an insert from a select"({ db, Carrier }) {
    await db.execute(insert(Carrier).from(select({ id: Carrier.c.id.plus(2000), kept: Carrier.c.kept }).from(Carrier)))
    return keptOf(await db.all(rowsOf(Carrier).where(Carrier.c.id.gt(2000)).orderBy(Carrier.c.id)))
  },
}

const expressions: Carriers = {
  async case({ db, Carrier, given }) {
    const other = value(given.find((each) => each !== null) ?? null, Carrier.c.kept.type as SqlType<any>)
    const kept = caseWhen(Carrier.c.id.eq(-1), other).else(Carrier.c.kept)
    return keptOf(await db.all(select({ kept }).from(Carrier).orderBy(Carrier.c.id)))
  },
  async "an outcome of case"({ db, Carrier, given }) {
    const outcome = (each: any) =>
      select(caseWhen(Carrier.c.id.eq(1), each).else(Carrier.c.kept))
        .from(Carrier)
        .where(Carrier.c.id.eq(1))
    const read: unknown[] = []
    for (const each of given) read.push(await db.one(outcome(each)))
    return read
  },
  async "any value of a group"({ db, Carrier }) {
    const kept = anyValue(Carrier.c.kept)
    return keptOf(await db.all(select({ kept }).from(Carrier).groupBy(Carrier.c.id).orderBy(Carrier.c.id)))
  },
  async "a window's first value"({ db, Carrier }) {
    const kept = firstValue(Carrier.c.kept).over({ partitionBy: Carrier.c.id, orderBy: Carrier.c.id })
    return keptOf(await db.all(select({ kept }).from(Carrier).orderBy(Carrier.c.id)))
  },
  async lag({ db, Carrier, given }) {
    const kept = lag(Carrier.c.kept).over({ orderBy: Carrier.c.id.desc() })
    const rows = await db.all(select({ kept }).from(Carrier).orderBy(Carrier.c.id))
    return [given[0], ...keptOf(rows).slice(0, -1)]
  },
  async "a stream"({ db, Carrier }) {
    const read: unknown[] = []
    for await (const { kept } of db.stream(rowsOf(Carrier).orderBy(Carrier.c.id))) read.push(kept)
    return read
  },
}

const entries: Carriers = {
  async "a recursive table"({ db, Carrier }) {
    const found = recursive("found", rowsOf(Carrier).where(Carrier.c.id.eq(1)), (self) =>
      rowsOf(Carrier).join(self, Carrier.c.id.eq(self.c.id.plus(1))),
    )
    return keptOf(await db.all(select({ kept: found.c.kept }).from(found).orderBy(found.c.id)))
  },
  async "a list of values"({ db, given, type }) {
    const list = valuesList("list", { id: integer(), kept: column(type) }, rowsFrom(given, 1))
    return keptOf(await db.all(select({ kept: list.c.kept }).from(list).orderBy(list.c.id)))
  },
  async "a long list of values"({ db, given, type }) {
    const list = valuesList("list", { id: integer(), kept: column(type) }, rowsFrom(many(given), 1))
    return firstOfMany(keptOf(await db.all(select({ kept: list.c.kept }).from(list).orderBy(list.c.id))), given)
  },
  async "an outer join"({ db, Carrier, given }) {
    const rows = rowsOf(Carrier).as("rows")
    const list = valuesList(
      "list",
      { id: integer() },
      [...given, null].map((_, index) => ({ id: index + 1 })),
    )
    const read = await db.all(select({ kept: rows.c.kept }).from(list).leftJoin(rows, rows.c.id.eq(list.c.id)).orderBy(list.c.id))
    assert.equal(read.at(-1)!.kept, null)
    return keptOf(read.slice(0, -1))
  },
}

const documents: Carriers = {
  async "a row as JSON"({ db, Carrier }) {
    const rows = rowsOf(Carrier).as("rows")
    const both = select({ model: rowToJson(Carrier), row: rowToJson(rows) })
      .from(Carrier)
      .join(rows, rows.c.id.eq(Carrier.c.id))
    const read = await db.all(both.orderBy(Carrier.c.id))
    return allSame([keptOf(read.map(({ model }) => model)), keptOf(read.map(({ row }) => row))])
  },
  async "JSON by keys"({ db, Carrier, given }) {
    const read = await db.one(select(jsonObjectAgg(Carrier.c.id, Carrier.c.kept)).from(Carrier))
    return given.map((_, index) => read[index + 1])
  },
  async "JSON inside JSON"({ db, Carrier }) {
    const rows = rowsOf(Carrier).as("rows")
    const list = select(jsonAgg({ deep: jsonArray([rows.c.kept]) }, { orderBy: rows.c.id }))
      .from(rows)
      .asScalar()
    const read = await db.one(select(jsonBuildObject({ list })))
    return read.list.map(({ deep }) => deep[0])
  },
  async "JSON out of a subquery"({ db, Carrier }) {
    const rows = select({ id: Carrier.c.id, json: jsonBuildObject({ kept: Carrier.c.kept }) })
      .from(Carrier)
      .as("rows")
    return keptOf((await db.all(select({ json: rows.c.json }).from(rows).orderBy(rows.c.id))).map(({ json }) => json))
  },
}

/** Text, composite values, domains and lists have no codec's SQL inside. */
const withoutOwnSql: Carriers = {
  async "text with a type"({ db, Carrier, type }) {
    const text = sql`select ${Carrier.c.kept} as kept from ${Carrier} order by ${Carrier.c.id}`
    return keptOf(await db.all(text.rows({ kept: column(type) })))
  },
  async "a value in text"({ db, given, type }) {
    const read: unknown[] = []
    for (const each of given) {
      const text = sql`select ${value(each, type)} as kept`
      read.push((await db.one(text.rows({ kept: column(type) }))).kept)
    }
    return read
  },
  async "a composite value"({ db, Carrier, given }) {
    const { id, wrapped } = Carrier.c
    const values = given.map((kept, index) => ({ first: `"${index}`, kept }))
    await db.execute(insert(Carrier).values(values.map((each, index) => ({ id: 3000 + index, wrapped: each }))))
    const own = id.gte(3000)
    const list = arrayAgg(wrapped).orderBy(id)
    const ways = [
      (await db.all(select(Carrier).where(own).orderBy(id))).map((row): unknown => row.wrapped),
      (
        await db.one(
          select(jsonAgg({ wrapped }, { orderBy: id }))
            .from(Carrier)
            .where(own),
        )
      ).map((row): unknown => row.wrapped),
      await db.one(select(list).from(Carrier).where(own)),
      (await db.one(select(jsonBuildObject({ list })).from(Carrier).where(own))).list,
    ] as (typeof values)[]
    for (const way of ways)
      assert.deepEqual(
        way.map(({ first }) => first),
        values.map(({ first }) => first),
      )
    return allSame(ways.map(keptOf))
  },
  async "a domain"({ db, Carrier, given, type }) {
    if (!hasDomain(type)) return given
    const { id, confined: kept } = Carrier.c
    await db.execute(insert(Carrier).values(given.map((confined, index) => ({ id: 4000 + index, confined }))))
    const own = id.gte(4000)
    const rows = await db.all(select({ kept }).from(Carrier).where(own).orderBy(id))
    const json = await db.one(
      select(jsonAgg({ kept }, { orderBy: id }))
        .from(Carrier)
        .where(own),
    )
    return allSame([keptOf(rows), keptOf(json)])
  },
}

const lists: Carriers = {
  async "a collected list"({ db, Carrier }) {
    return (await db.one(select(arrayAgg(Carrier.c.kept).orderBy(Carrier.c.id)).from(Carrier))) ?? []
  },
  async "a collected list in JSON"({ db, Carrier }) {
    const list = arrayAgg(Carrier.c.kept).orderBy(Carrier.c.id)
    return (await db.one(select(jsonBuildObject({ list })).from(Carrier))).list ?? []
  },
  async "a list of lists"({ db, Carrier, given }) {
    const { id, list } = Carrier.c
    await db.execute(insert(Carrier).values([5001, 5002].map((each) => ({ id: each, list: given }))))
    const grid = arrayAgg(list).orderBy(id)
    const own = id.gt(5000)
    const ways = [
      ...(await db.one(select(grid).from(Carrier).where(own)))!,
      ...(await db.one(select(jsonBuildObject({ grid })).from(Carrier).where(own))).grid!,
    ] as unknown[][]
    assert.equal(ways.length, 4)
    return allSame(ways)
  },
}

/** What only PostgreSQL has. */
const serverLists: Carriers = {
  async "the elements of a list"({ db, given, type }) {
    const list = unnest(value(given, { kind: "array", element: type } as SqlType<any>))
    const plain = list.as("list")
    const numbered = list.withOrdinality("n").as("list")
    const kept = keptOf(await db.all(select({ kept: numbered.c.value }).from(numbered).orderBy(numbered.c.n)))
    assert.deepEqual(keptOf(await db.all(select({ kept: plain.c.value }).from(plain))), kept)
    return kept
  },
  async "the elements of an entry's list"({ db, Carrier, given }) {
    await db.execute(insert(Carrier).values({ id: 5003, list: given }))
    const list = unnest(Carrier.c.list as never)
      .withOrdinality("n")
      .as("list")
    const rows = select({ kept: list.c.value }).from(Carrier).crossJoin(list).where(Carrier.c.id.eq(5003))
    return keptOf(await db.all(rows.orderBy(list.c.n)))
  },
}
const serverStatements: Carriers = {
  async "a lateral subquery"({ db, Carrier }) {
    const rows = rowsOf(Carrier).as("rows")
    const one = select({ kept: Carrier.c.kept }).from(Carrier).where(Carrier.c.id.eq(rows.c.id)).limit(1).lateral("one")
    return keptOf(await db.all(select({ kept: one.c.kept }).from(rows).crossJoin(one).orderBy(rows.c.id)))
  },
  async "a write in WITH"({ db, Carrier, given }) {
    const written = insert(Carrier).values(rowsFrom(given, 6000)).returning(columnsOf(Carrier)).cte("written")
    return keptOf(await db.all(select({ kept: written.c.kept }).from(written).orderBy(written.c.id)))
  },
  async "rows before and after"({ db, Carrier }) {
    const changed = update(Carrier)
      .set({ kept: Carrier.c.kept })
      .allRows()
      .returning((row) => ({ id: row.new.c.id, old: row.old.c.kept, kept: row.new.c.kept }))
    const rows = (await db.all(changed)).toSorted((a, b) => a.id - b.id)
    return allSame([rows.map(({ old }): unknown => old), keptOf(rows)])
  },
  async "a merge"({ db, Carrier, given, type }) {
    const list = valuesList("list", { id: integer(), kept: column(type) }, rowsFrom(given, 7000))
    const merged = merge(Carrier).using(list, list.c.id.eq(Carrier.c.id)).whenNotMatched().thenInsert({ id: list.c.id, kept: list.c.kept })
    return keptById(await db.all(merged.returning(columnsOf(Carrier))))
  },
}

const conditions: Carriers = {
  async "a row that is equal"({ db, Carrier, given }) {
    const equal = (each: unknown) => select(Carrier.c.kept).from(Carrier).where(Carrier.c.kept.eq(each)).limit(1)
    const read: unknown[] = []
    for (const each of given) read.push(each === null ? null : await db.one(equal(each)))
    return read
  },
  async "a row that is not distinct"({ db, Carrier, given }) {
    const same = (each: unknown) => select(Carrier.c.kept).from(Carrier).where(Carrier.c.kept.isNotDistinctFrom(each)).limit(1)
    const read: unknown[] = []
    for (const each of given) read.push(await db.one(same(each)))
    return read
  },
  async "rows that are in a list"({ db, Carrier, given }) {
    const wanted = given.filter((each) => each !== null)
    const rows = await db.all(rowsOf(Carrier).where(Carrier.c.kept.in(wanted)))
    const found = new Map(rows.map(({ id, kept }) => [id, kept]))
    return given.map((_, index) => found.get(index + 1) ?? null)
  },
}

const extremes: Carriers = {
  async "the greatest value"({ db, Carrier }) {
    const kept = max(Carrier.c.kept)
    return keptOf(await db.all(select({ kept }).from(Carrier).groupBy(Carrier.c.id).orderBy(Carrier.c.id)))
  },
  async "the least value in JSON"({ db, Carrier }) {
    const json = jsonBuildObject({ kept: min(Carrier.c.kept) })
    return keptOf((await db.all(select({ json }).from(Carrier).groupBy(Carrier.c.id).orderBy(Carrier.c.id))).map((row) => row.json))
  },
}

/** Types of which PostgreSQL has no equality, or one of sizes. */
const unequal = new Set("json,xml,point,line,lseg,box,path,polygon,circle".split(","))
function hasEquality({ kind, element, fields = [] }: SqlType): boolean {
  return !unequal.has(kind) && (element === undefined || hasEquality(element)) && fields.every(({ type }) => hasEquality(type))
}
/** Types that every supported server of PostgreSQL has a greatest value of. */
const ordered = new Set(
  "smallint,integer,bigint,numeric,real,double,text,varchar,char,enum,date,time,timetz,timestamp,timestamptz,interval,oid,inet,cidr,money,array".split(
    ",",
  ),
)

/** The ways that there are for the values of a case. */
export function carriersOf(valueCase: ValueCase, database: TestDatabase): readonly (readonly [name: string, carry: Carry])[] {
  const { type } = valueCase
  const isServer = database.capabilities.nativeTypes
  return [
    ...[writes, expressions, entries, documents],
    ...(hasOwnSql(type) ? [] : [withoutOwnSql]),
    ...(hasLists(valueCase) ? [lists] : []),
    ...(hasLists(valueCase) && isServer ? [serverLists] : []),
    ...(isServer ? [serverStatements] : []),
    ...(hasEquality(type) ? [conditions] : []),
    ...(ordered.has(type.kind) ? [extremes] : []),
  ].flatMap((each) => Object.entries(each))
}
