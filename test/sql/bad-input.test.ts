/** What no column can hold, in every place where a value can stand: refused by name, before anything is sent. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  UnsupportedError,
  all,
  any,
  caseOf,
  caseWhen,
  coalesce,
  type ColumnBuilder,
  compile,
  greatest,
  insert,
  lag,
  nullif,
  prepared,
  RebisError,
  select,
  sql,
  type Statement,
  StatementError,
  tuple,
  update,
  value,
  ValueError,
  valuesList,
} from "rebis"
import { postgres } from "../../src/dialects/postgres/index.ts"
import { sqlite } from "../../src/dialects/sqlite/index.ts"
import type { SqlDialect } from "../../src/sql/index.ts"
import { bad, Gauge, good, type Key, types } from "./gauge.ts"
import { User } from "./library.ts"

/** The model without its types: what a request's body brings is not what TypeScript would let through. */
const Untyped: any = Gauge
const columns: Readonly<Record<string, any>> = Gauge.c

/** Where a value can stand beside a column, and what the place is called. */
interface Place {
  readonly name: string
  readonly statement: (key: Key, given: unknown) => Statement
  readonly label: (column: string, key: Key) => string
  /** `undefined` means something else there: a default, or nothing to do. */
  readonly takesUndefined?: true
  /** It asks which of two comes first. */
  readonly orders?: true
}

const from = (item: any): Statement => select({ item }).from(Gauge)
const where = (condition: any): Statement => select(Gauge.c.id).where(condition)
const itself = (column: string) => column
const places: readonly Place[] = [
  { name: "an operand", statement: (key, given) => where(columns[key].eq(given)), label: itself },
  { name: "the operand of an order", statement: (key, given) => where(columns[key].lte(given)), label: itself, orders: true },
  { name: "an operand that may be null", statement: (key, given) => where(columns[key].isDistinctFrom(given)), label: itself },
  {
    name: "the lower end of between",
    statement: (key, given) => where(columns[key].between(given, good[key])),
    label: itself,
    orders: true,
  },
  {
    name: "the upper end of between",
    statement: (key, given) => where(columns[key].between(good[key], given)),
    label: itself,
    orders: true,
  },
  { name: "a list", statement: (key, given) => where(columns[key].in([good[key], given])), label: (of) => `${of} in a list` },
  { name: "a list to be outside of", statement: (key, given) => where(columns[key].notIn([given])), label: (of) => `${of} in a list` },
  {
    name: "a list beside an expression",
    statement: (key, given) => where(columns[key].in([columns[key], given])),
    label: (of) => `${of} in a list`,
  },
  { name: "any of a list", statement: (key, given) => where(columns[key].eq(any([given] as any))), label: (of) => `${of} beside a list` },
  { name: "all of a list", statement: (key, given) => where(columns[key].ne(all([given] as any))), label: (of) => `${of} beside a list` },
  { name: "a row", statement: (key, given) => where(tuple(Gauge.c.id, columns[key]).eq([1, given] as any)), label: itself },
  { name: "a list of rows", statement: (key, given) => where(tuple(Gauge.c.id, columns[key]).in([[1, given]] as any)), label: itself },
  {
    name: "a row of an insert",
    statement: (key, given) => insert(Untyped).values({ id: 1, [key]: given }),
    label: itself,
    takesUndefined: true,
  },
  {
    name: "a later row of an insert",
    statement: (key, given) =>
      insert(Untyped).values([
        { id: 1, [key]: good[key] },
        { id: 2, [key]: given },
      ]),
    label: (of) => `${of} (row 2)`,
    takesUndefined: true,
  },
  {
    name: "an update",
    statement: (key, given) =>
      update(Untyped)
        .set({ id: 1, [key]: given })
        .allRows(),
    label: itself,
    takesUndefined: true,
  },
  {
    name: "the update of a conflict",
    statement: (key, given) =>
      insert(Untyped)
        .values({ id: 1, [key]: good[key] })
        .onConflict([Gauge.c.id] as any)
        .doUpdate({ id: 1, [key]: given }),
    label: itself,
    takesUndefined: true,
  },
  {
    name: "an argument beside a column",
    statement: (key, given) => from(coalesce(columns[key], given as any)),
    label: (of) => `argument 2 of coalesce(${of}, …)`,
  },
  {
    name: "the argument of nullif",
    statement: (key, given) => from(nullif(columns[key], given as any)),
    label: (of) => `argument 2 of nullif(${of}, …)`,
  },
  {
    name: "a later argument",
    statement: (key, given) => from(greatest(columns[key], good[key] as any, given as any)),
    label: (of) => `argument 3 of greatest(${of}, …)`,
  },
  {
    name: "an outcome of case",
    statement: (key, given) => from(caseWhen(columns[key].isNull(), given as any).else(columns[key])),
    label: (of) => `an outcome of case beside ${of}`,
  },
  {
    name: "the else of case",
    statement: (key, given) => from(caseWhen(columns[key].isNull(), columns[key]).else(given as any)),
    label: (of) => `an outcome of case beside ${of}`,
  },
  {
    name: "a choice by a column",
    statement: (key, given) =>
      from(
        caseOf(columns[key])
          .when(given as never, 1)
          .else(2),
      ),
    label: itself,
  },
  {
    name: "the default of lag",
    statement: (key, given) => from(lag(columns[key], 1, given as never).over({ orderBy: [Gauge.c.id] })),
    label: (of) => `the default of lag(${of})`,
  },
  {
    name: "a list of values",
    statement: (key, given) => {
      const list = valuesList("list", { [key]: types[key] as ColumnBuilder<any> }, [{ [key]: good[key] }, { [key]: given }])
      return select({ it: list.c[key]! }).from(list)
    },
    label: (_, key) => `values list, row 2, "${key}"`,
  },
  { name: "a value with a type", statement: (key, given) => select(value(given as any, types[key] as any)), label: () => "value" },
  {
    name: "a prepared statement",
    statement: (key, given) => prepared({ it: types[key] as ColumnBuilder<any> }, ({ it }) => where(columns[key].eq(it)))({ it: given }),
    label: () => 'parameter "it"',
  },
  {
    name: "a prepared statement's list",
    statement: (key, given) => prepared({ it: types[key] as ColumnBuilder<any> }, ({ it }) => where(columns[key].in([it])))({ it: given }),
    label: () => 'parameter "it"',
  },
]

/** SQLite keeps documents as text, whose order is not theirs. */
function hasNoOrder(key: Key, dialect: SqlDialect): boolean {
  return types[key].type.kind === "jsonb" && !dialect.ordersJson
}

for (const dialect of [postgres, sqlite]) {
  describe(`a value that its column cannot hold (${dialect.title})`, () => {
    for (const { name, statement, label, orders } of places) {
      test(`is refused as ${name}`, () => {
        for (const [key, given, reason] of bad) {
          if (orders === true && hasNoOrder(key, dialect)) continue
          const message = `${label(columns[key].label, key)}: ${reason}`
          assert.throws(() => compile(statement(key, given), dialect), { name: ValueError.name, message }, message)
        }
      })
    }
  })

  describe(`undefined (${dialect.title})`, () => {
    for (const { name, statement, takesUndefined } of places) {
      if (takesUndefined === true) continue
      test(`is refused as ${name}`, () => {
        for (const key of Object.keys(types) as Key[]) {
          assert.throws(
            () => compile(statement(key, undefined), dialect),
            (error: RebisError) => {
              assert.ok(error instanceof StatementError, String(error))
              assert.match(error.message, /undefined|was given no value|has no/)
              const place = /^(value|parameter)/.test(error.message) || error.message.startsWith("case")
              assert.ok(place || error.message.includes(columns[key].label) || error.message.includes(`"${key}"`), error.message)
              return true
            },
          )
        }
      })
    }

    test("is the default of an inserted column, and leaves an updated one as it is", () => {
      const inserted = compile(insert(Untyped).values({ id: 1, name: undefined }), dialect)
      assert.match(inserted.text, /^insert into "gauge" \("id"\) values \(\S+\)$/)
      const updated = compile(update(Untyped).set({ id: 1, name: undefined }).allRows(), dialect)
      assert.match(updated.text, /^update "gauge" set "id" = \S+$/)
    })
  })

  test(`values that columns hold are taken in all of these places (${dialect.title})`, () => {
    for (const key of Object.keys(types) as Key[]) {
      for (const { name, statement, orders } of places) {
        if (orders === true && hasNoOrder(key, dialect)) {
          assert.throws(() => compile(statement(key, good[key]), dialect), UnsupportedError, `${key} as ${name}`)
          continue
        }
        assert.doesNotThrow(() => compile(statement(key, good[key]), dialect), `${key} as ${name}`)
      }
    }
  })
}

describe("what is not a part of a statement is refused", () => {
  const { c } = Untyped
  const refusals: Readonly<Record<string, readonly [make: () => unknown, message: RegExp]>> = {
    "a string in place of a condition": [() => select(Gauge).where("1 = 1" as never), /where\(\): argument 1 is 1 = 1, not an expression/],
    "true in place of a condition": [() => select(Gauge).where(true as never), /where\(\): argument 1 is true/],
    "undefined in place of a condition": [() => select(Gauge).where(undefined as never), /where\(\): argument 1 is undefined/],
    "undefined in place of an order": [() => select(Gauge).orderBy(undefined as never), /orderBy\(\): argument 1 is undefined/],
    "a string in place of an order": [
      () => select(Gauge).orderBy("name; drop table gauge" as never),
      /orderBy\(\): argument 1 is name; drop/,
    ],
    "a limit that is no number": [
      () => select(Gauge).limit("5; drop table gauge" as never),
      /limit\(\) takes a whole number from 0.*, not/,
    ],
    "a limit of NaN": [() => select(Gauge).limit(Number.NaN), /limit\(\) takes a whole number from 0.*, not NaN/],
    "a negative offset": [() => select(Gauge).offset(-1), /offset\(\) takes a whole number from 0.*, not -1/],
    "a limit beyond what is exact": [() => select(Gauge).limit(2 ** 60), /limit\(\) takes a whole number from 0/],
    "no rows to insert": [() => insert(Gauge).values([]), /insert into gauge: values\(\) was given no rows/],
    "a row that is null": [() => insert(Gauge).values([null as never]), /insert into gauge.*: a row is an object of values, not null/],
    "a row that is a list": [() => insert(Gauge).values([[1]] as never), /insert into gauge.*: there is no column "0"/],
    "a row with a column too many": [
      () => insert(Gauge).values(JSON.parse('{"isAdmin":true}') as never),
      /insert into gauge: there is no column "isAdmin"/,
    ],
    "a row with a prototype": [
      () => insert(Gauge).values(JSON.parse('{"__proto__":{"id":1}}') as never),
      /insert into gauge: there is no column "__proto__"/,
    ],
    "an update of a column that is not there": [
      () => update(Gauge).set({ toString: 1 } as never),
      /update of gauge: there is no column "toString"/,
    ],
    "an update of nothing": [() => compile(update(Gauge).set({ name: undefined }).allRows(), postgres), /update of gauge sets nothing/],
    "a list that is no list": [() => c.whole.in("12"), /in\(\) of gauge\.whole takes a list or a subquery/],
    "an object in place of a list": [() => c.whole.in({ length: 1 }), /in\(\) of gauge\.whole takes a list or a subquery/],
    "null in a list": [() => c.whole.in([1, null]), /null was compared with gauge\.whole in a list/],
    "null beside an operator": [() => c.whole.eq(null), /null was compared with gauge\.whole/],
    "a search for a number": [() => c.name.contains(5), /gauge\.name is searched for text, not for number/],
    "undefined in an object to select": [
      () => compile(select({ a: undefined as never }).from(Gauge), postgres),
      /select: "a" is undefined/,
    ],
    "a string in an object to select": [() => compile(select({ a: "x" as never }).from(Gauge), postgres), /select: "a" is x/],
    "a relation that is refined to nothing": [
      () => select(User).with("posts", (() => undefined) as never),
      /with\("posts"\): its function gave undefined, not the query/,
    ],
    "sql called as a function": [() => sql("select 1" as never), /sql is a template's tag, not a function of string/],
    "sql called with a list": [() => sql(["select 1"] as never), /sql is a template's tag, not a function of object/],
    "sql.identifier of nothing": [() => sql.identifier(...([] as unknown as [string])), /sql\.identifier\(\) was given no name/],
    "an empty identifier": [() => sql.identifier(""), /sql\.identifier\(\): "" cannot be a name/],
    "a separator that is a string": [() => sql.join([1, 2], ", " as never), /the separator is not a piece of sql/],
    "a template's list": [() => sql`${[1]}`, /value 1 of sql`…` is a list/],
    "a template's undefined": [() => sql`a ${1} b ${undefined}`, /value 2 of sql`…` is undefined/],
    "a template's function": [() => sql`${() => 1}`, /value 1 of sql`…` is a function/],
    "a template's object": [() => compile(sql`${{ a: 1 }}`, postgres), /value 1 of sql`…`: a value of this kind \(object\) needs a type/],
    "a text in place of a statement": [() => compile("select 1" as never, postgres), /a statement was expected, not string/],
  }
  for (const [name, [make, message]] of Object.entries(refusals)) {
    test(name, () => {
      assert.throws(make, (error) => error instanceof RebisError && message.test(error.message))
    })
  }
})
