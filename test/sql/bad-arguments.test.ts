/** What no function, window, entry of FROM or name can be told: refused by name before anything is sent, or as the server says it. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import * as rebis from "rebis"
import { postgres } from "../../src/dialects/postgres/index.ts"
import { sqlite } from "../../src/dialects/sqlite/index.ts"
import { onDatabases } from "../support/databases.ts"
import { Post, Reading, sharedLibrary, User } from "./library.ts"

/** The language without its types: what a request's body brings is not what TypeScript would let through. */
const language: any = rebis
const { DataError, integer, ProgrammingError, RebisError, select, StatementError, text, timestamptz, value, ValueError } = rebis
const { f, user, post, reading }: any = { f: language, user: User.c, post: Post.c, reading: Reading.c }

const no = undefined
const nul = "a\0b"
const noMoment = new Date(Number.NaN)
const { NaN: nan } = Number
const numbers: any = value([1], integer().array())
const over = (of: any, ...rest: unknown[]) => of.over({ orderBy: post.id }, ...rest)
const framed = (offset: unknown) => f.count().over({ orderBy: post.id, frame: f.rowsBetween(f.preceding(offset), f.currentRow) })
const inWords = /contains the NUL character/
const notWhole = /integer cannot hold NaN: it is not a whole number/

type Make = () => unknown
type Refusal = readonly [make: Make, of: typeof ValueError | typeof StatementError, place: RegExp, why: RegExp]
const refusals: Readonly<Record<string, Refusal>> = {
  "left of NaN": [() => f.left(user.name, nan), ValueError, /^the count of left\(user\.name, …\): /, notWhole],
  "left beyond integer": [() => f.left(user.name, 2 ** 40), ValueError, /^the count of left\(user\.name, …\): /, /the range is/],
  "left of undefined": [() => f.left(user.name, no), StatementError, /left\(\)$/m, /^undefined/],
  "repeat of text": [() => f.repeat(user.name, "x"), ValueError, /repeat\(user\.name, …\): /, /takes a whole number, not "x"/],
  "replace of NUL": [() => f.replace(user.name, nul, "x"), ValueError, /replace\(user\.name, …\) looks for: /, inWords],
  "lpad of NUL": [() => f.lpad(user.name, 5, nul), ValueError, /^the fill of lpad\(user\.name, …\): /, inWords],
  "substring of NaN": [() => f.substring(user.name, nan, 2), ValueError, /^the start of substring\(user\.name, …\): /, notWhole],
  "concat of NUL": [() => f.concat(user.name, nul), ValueError, /^part 2 of concat\(user\.name, …\): /, inWords],
  "concat of undefined": [() => f.concat(user.name, no), StatementError, /part 2 of concat\(\)/, /^undefined/],
  "format of undefined": [() => f.format("%s", no), StatementError, /argument 1 of format\(\)/, /^undefined/],
  "like NUL": [() => user.name.like(nul), ValueError, /^user\.name: /, inWords],
  "like a number": [() => user.name.like(5), ValueError, /^user\.name: /, /text takes a string, not 5/],
  "like undefined": [() => user.name.like(no), StatementError, /user\.name/, /^undefined/],
  "contains NUL": [() => user.name.contains(nul), ValueError, /^user\.name: /, inWords],
  "matches NUL": [() => user.name.matches(nul), ValueError, /^user\.name: /, inWords],
  "a collation with NUL": [() => user.name.collate(nul), StatementError, /^collate\(\): /, /cannot be the name of a collation/],
  "a sum with text": [() => post.viewCount.plus("1"), ValueError, /^post\.view_count: /, /takes a whole number, not "1"/],
  "a sum with undefined": [() => post.viewCount.plus(no), StatementError, /post\.view_count/, /^undefined/],
  "a sum with null": [() => post.viewCount.plus(null), StatementError, /post\.view_count/, /^null/],
  "a sum of decimals with words": [() => reading.exact.plus("1,5"), ValueError, /^reading\.exact: /, /it is not a decimal number/],
  "a difference to no moment": [() => user.createdAt.minus(noMoment), ValueError, /^user\.created_at: /, /it is no moment/],
  "the time in the zone NUL": [() => user.createdAt.atTimeZone(nul), ValueError, /^user\.created_at: /, inWords],
  "a span in other words": [() => f.interval("2 lightyears"), StatementError, /^interval\(\): /, /is not a span of time/],
  "a span of NaN days": [() => f.makeInterval({ days: nan }), ValueError, /^makeInterval\(\): /, /days cannot be NaN/],
  "a span of another unit": [
    () => f.makeInterval({ lightyears: 1 }),
    StatementError,
    /^makeInterval\(\): /,
    /there is no unit "lightyears"/,
  ],
  "a date of NaN": [() => f.makeDate(nan, 1, 1), ValueError, /^make_date\(/, notWhole],
  "a unit that is SQL": [() => f.dateTrunc("day'); drop", user.createdAt), StatementError, /^dateTrunc\(\): /, /is no unit of time/],
  "a field that is none": [() => f.extract(no, user.createdAt), StatementError, /^extract\(\): /, /undefined is no field of a date/],
  "age of no moment": [() => f.age(user.createdAt, noMoment), ValueError, /^age\(user\.created_at, …\): /, /it is no moment/],
  "ntile of 0": [() => over(f.ntile(0)), StatementError, /^ntile\(\) /, /a whole number from 1, not 0/],
  "ntile of NaN": [() => over(f.ntile(nan)), StatementError, /^ntile\(\) /, /not NaN/],
  "lag by NaN": [() => over(f.lag(post.viewCount, nan)), StatementError, /lag\(post\.view_count\)/, /not NaN/],
  "nthValue of 0": [() => over(f.nthValue(post.viewCount, 0)), StatementError, /^nthValue\(\) /, /not 0/],
  "a frame from before -1": [() => framed(-1), StatementError, /^rowsBetween\(\): /, /not -1/],
  "a frame from before NaN": [() => framed(nan), StatementError, /^rowsBetween\(\): /, /not NaN/],
  "a frame that is text": [() => f.count().over({ frame: "rows" }), StatementError, /^a window: /, /the frame is no frame/],
  "a window's part that is none": [() => f.count().over({ order: post.id }), StatementError, /^a window /, /has no part "order"/],
  "a window by undefined": [
    () => f.count().over({ partitionBy: no }),
    StatementError,
    /^a window: /,
    /undefined was given for partitionBy/,
  ],
  "a share above 1": [() => f.percentileCont(2).withinGroup(post.viewCount), StatementError, /^percentileCont\(\) /, /not 2/],
  "a share of NaN": [() => f.percentileCont(nan).withinGroup(post.viewCount), StatementError, /^percentileCont\(\) /, /not NaN/],
  "no share": [() => f.percentileCont([]).withinGroup(post.viewCount), StatementError, /^percentileCont\(\) /, /not an empty list/],
  "a separator with NUL": [() => f.stringAgg(post.title, nul), ValueError, /^the separator of stringAgg\(\): /, inWords],
  "a filter that is true": [() => f.count().filter(true), StatementError, /^filter of count\(\*\): /, /argument 1 is true/],
  "an aggregate's order of undefined": [
    () => f.arrayAgg(post.title).orderBy(no),
    StatementError,
    /^orderBy of array_agg\(post\.title\): /,
    /argument 1 is undefined/,
  ],
  "a sample of NaN": [
    () => select(f.tablesample(Post, "bernoulli", nan)),
    StatementError,
    /^tablesample of post: /,
    /NaN is no percentage/,
  ],
  "a sample of 200": [
    () => select(f.tablesample(Post, "bernoulli", 200)),
    StatementError,
    /^tablesample of post: /,
    /200 is no percentage/,
  ],
  "a series to undefined": [() => select(f.generateSeries(1, no).as("s")), StatementError, /generateSeries\(\)/, /^undefined/],
  "a series by 0": [() => select(f.generateSeries(1, 3, 0).as("s")), StatementError, /^generateSeries\(\): /, /never comes to an end/],
  "a list's element undefined": [() => value([1, no] as never, integer().array()), ValueError, /^value: /, /not undefined/],
  "a recordset of undefined": [
    () => select(f.jsonbToRecordset(no, { id: integer() }).as("s")),
    StatementError,
    /jsonb_to_recordset\(\)/,
    /^undefined/,
  ],
  "a recordset of NaN": [
    () => select(f.jsonbToRecordset([{ a: nan }], { id: integer() }).as("s")),
    ValueError,
    /^the JSON of jsonb_to_recordset\(\): /,
    /it would keep NaN as null/,
  ],
  "a function's argument with NUL": [() => f.fn("upper", text(), nul), ValueError, /^argument 1 of upper\(\): /, inWords],
  "a function's name that is SQL": [() => f.fn("f(); drop", integer()), StatementError, /^fn\(\): /, /is not the name of a function/],
  "an empty list of values": [() => f.valuesList("v", { id: integer() }, []), StatementError, /^values v /, /has no rows/],
  "a list of values without one": [() => f.valuesList("v", { id: integer() }, [{}]), StatementError, /^values v, row 1 /, /has no "id"/],
  "a list of values with null": [
    () => f.valuesList("v", { id: integer() }, [{ id: null }]),
    StatementError,
    /^values v, row 1: /,
    /"id" cannot be null/,
  ],
  "a document's key with NUL": [() => post.meta.get(nul), StatementError, /^post\.meta: /, /is neither the name/],
  "a document's index NaN": [
    () => post.meta.get(nan),
    StatementError,
    /^post\.meta: /,
    /NaN is neither the name of a property nor an index/,
  ],
  "a document's path without keys": [() => post.meta.path([]), StatementError, /^a path of post\.meta /, /has no key/],
  "a document's path with undefined": [() => post.meta.path(["a", no]), StatementError, /a key of post\.meta/, /^undefined/],
  "whether there is the key undefined": [() => f.jsonbHasKey(post.meta, no), StatementError, /a key of post\.meta/, /^undefined/],
  "whether there is the key NUL": [() => f.jsonbHasKey(post.meta, nul), ValueError, /^a key of post\.meta: /, inWords],
  "a document with NaN put in": [() => f.jsonbSet(post.meta, ["a"], nan), ValueError, /jsonb_set\(/, /it would keep NaN as null/],
  "a document that contains NaN": [() => post.meta.contains({ a: nan }), ValueError, /^post\.meta: /, /it would keep NaN as null/],
  "a value of no moment": [() => value(noMoment), ValueError, /^value: /, /it is no moment/],
  "a value beyond 64 bits": [() => value(2n ** 64n), ValueError, /^value: /, /the range is/],
  "a row with a value too few": [
    () => f.tuple(post.id, post.title).in([[1]]),
    StatementError,
    /^\(post\.id, post\.title\) /,
    /has 2 values/,
  ],
  "a row with NaN": [() => f.tuple(post.id, post.title).eq([nan, "x"]), ValueError, /^post\.id: /, notWhole],
  "a row with undefined": [() => f.tuple(post.id, post.title).in([[1, no]]), StatementError, /post\.title/, /^undefined/],
  "an array of two types": [() => f.array([1, "a"]), ValueError, /^an element of array\(\): /, /not "a"/],
  "an array of nothing": [() => f.array([]), StatementError, /^array\(\): /, /nothing says of which type/],
  "an array with NaN appended": [() => f.arrayAppend(numbers, nan), ValueError, /array_append\(/, notWhole],
  "an element at NaN": [() => numbers.at(nan), ValueError, /^an index of value: /, notWhole],
  "a cast to text": [() => f.cast(post.id, "integer"), StatementError, /^cast\(\) /, /takes a type, not integer/],
  "round to NaN digits": [() => f.round(post.viewCount, nan), ValueError, /^the digits of round\(/, notWhole],
  "a range that ends before it begins": [
    () => value(f.range(5, 1), f.int4range()),
    ValueError,
    /^value: int4range /,
    /its lower bound is above/,
  ],
  "a weight that is none": [() => f.setweight(f.toTsvector("a"), "X"), StatementError, /^setweight\(\): /, /"X" is not A, B, C or D/],
  "an alias with NUL": [() => select(f.aliased(Post, nul)), StatementError, /^the statement /, /holds the NUL character/],
  "an alias with half a character": [
    () => select(f.aliased(Post, "\ud800")),
    StatementError,
    /^the statement /,
    /half of a surrogate pair/,
  ],
  "a name with half a character": [
    () => f.select({ "\ud800": post.id }).from(Post),
    StatementError,
    /^the statement /,
    /half of a surrogate pair/,
  ],
  "a table of WITH with NUL": [() => f.select(post.id).from(Post).cte(nul), StatementError, /^cte\(\): /, /cannot be the name/],
  "a property with NUL": [() => f.jsonBuildObject({ [nul]: post.id }), StatementError, /"a\\u0000b"/, /holds the NUL character/],
  "a value of text that is no moment": [() => rebis.sql`select ${noMoment}`, ValueError, /^value 1 of sql`…`: /, /it is no moment/],
  "a value of text with NUL": [() => rebis.sql`select ${nul}`, ValueError, /^value 1 of sql`…`: /, inWords],
}

function compiled(make: Make): void {
  const made = make()
  const statement = made instanceof rebis.Expr ? select({ made }).from(User).crossJoin(Post).crossJoin(Reading) : made
  rebis.compile(statement as rebis.Statement, postgres)
}

describe("a bad argument is refused before anything is sent", () => {
  for (const [name, [make, kind, place, why]] of Object.entries(refusals)) {
    test(name, () => {
      assert.throws(
        () => compiled(make),
        (error: Error) => {
          assert.ok(error instanceof kind, String(error))
          assert.match(error.message, place)
          assert.match(error.message, why)
          return true
        },
      )
    })
  }

  test("nothing is in an empty list, and nothing is asked of it", () => {
    for (const condition of [post.id.in([]), post.id.eq(f.any([])), f.tuple(post.id, post.title).in([])]) {
      for (const dialect of [postgres, sqlite]) assert.doesNotThrow(() => rebis.compile(select(Post).where(condition), dialect))
    }
  })
})

onDatabases(["postgresql", "pglite"], "a bad argument that only the server knows", (database) => {
  const library = sharedLibrary(database)
  const told: Readonly<Record<string, readonly [make: () => any, kind: abstract new (...args: any) => Error, message: RegExp]>> = {
    "a part of number 0": [() => f.splitPart(user.name, ",", 0), DataError, /field position must not be zero/],
    "a pattern that is none": [() => user.name.matches("("), DataError, /invalid regular expression/],
    "a collation that is not there": [() => user.name.collate('x"; drop'), ProgrammingError, /collation "x"; drop" .* does not exist/],
    "a 13th month": [() => f.makeDate(2024, 13, 1), DataError, /date field value out of range: 2024-13-01/],
    "a zone that is not there": [() => user.createdAt.atTimeZone("Nowhere/Bad"), DataError, /time zone "Nowhere\/Bad" not recognized/],
    "a path of JSON that is none": [() => f.jsonbPathQueryFirst(post.meta, "$["), ProgrammingError, /jsonpath/],
    "a remainder of 0": [() => f.mod(post.viewCount, 0), DataError, /division by zero/],
    "a range of columns that ends before it begins": [
      () => f.rangeOf(f.int4range(), post.viewCount.plus(100), 1),
      DataError,
      /range lower bound must be less than or equal to range upper bound/,
    ],
    "an interval beyond time": [() => value(new Date(8.64e15), timestamptz()).plus(rebis.interval("P300000Y")), DataError, /out of range/],
  }
  for (const [name, [make, kind, message]] of Object.entries(told)) {
    test(`${name} is the server's error, by a class of ours`, async () => {
      await assert.rejects(
        () => library.all(select({ made: make() }).from(User).crossJoin(Post)),
        (error: Error) => {
          assert.ok(error instanceof kind && error instanceof RebisError, String(error))
          assert.match(error.message, message)
          return true
        },
      )
    })
  }

  test("a negative limit that is an expression is the server's error, by a class of ours", async () => {
    await assert.rejects(() => library.all(select(Post).limit(value(-1))), { name: DataError.name, message: /LIMIT must not be negative/ })
  })
})
