import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  acos,
  asin,
  atan,
  atan2,
  cbrt,
  compile,
  cos,
  count,
  degrees,
  div,
  double,
  exp,
  type Expr,
  gcd,
  integer,
  interval,
  lcm,
  ln,
  log,
  makeInterval,
  mod,
  numeric,
  pi,
  radians,
  random,
  scale,
  select,
  sin,
  StatementError,
  tan,
  timestamp,
  timestamptz,
  trimScale,
  trunc,
  UnsupportedError,
  value,
  ValueError,
  widthBucket,
} from "rebis"
import { postgres } from "../../src/dialects/postgres/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { Sample, sharedSample, testExpressions } from "./sample.ts"

const { small, whole, large, price, single, ratio, title, dayDate, takenAt, localAt, clock, span, flag } = Sample.c
const column = (name: string) => `"sample"."${name}"`
const wide = 3_000_000_000

forEachDatabase("arithmetic of numbers", (database) => {
  const sample = sharedSample(database)
  testExpressions(database, sample, [
    { name: "keeps whole numbers whole", of: whole.plus(small), text: `${column("whole")} + ${column("small")}`, gives: 13 },
    { name: "takes a literal of the column's type", of: small.plus(2), text: `${column("small")} + $1`, parameters: [2], gives: 5 },
    {
      name: "takes a literal that the column's type cannot hold",
      of: small.plus(40_000),
      text: `${column("small")} + cast($1 as integer)`,
      sqlite: { text: `${column("small")} + ?` },
      gives: 40_003,
    },
    {
      name: "takes a literal of 64 bits",
      of: whole.plus(wide),
      text: `${column("whole")} + cast($1 as bigint)`,
      sqlite: { text: `${column("whole")} + ?` },
      gives: 3_000_000_010,
    },
    {
      name: "takes a fraction beside a whole number",
      of: whole.times(1.5),
      text: `${column("whole")} * cast($1 as double precision)`,
      sqlite: { text: `${column("whole")} * ?` },
      gives: 15,
    },
    {
      name: "divides whole numbers to a whole number",
      of: whole.dividedBy(small),
      text: `${column("whole")} / ${column("small")}`,
      gives: 3,
    },
    { name: "keeps 64 bits beside 32", of: large.plus(whole), text: `${column("large")} + ${column("whole")}`, gives: 9007199254741003n },
    { name: "takes a number beside 64 bits", of: large.plus(1), text: `${column("large")} + $1`, gives: 9007199254740994n },
    { name: "takes a bigint beside 64 bits", of: large.minus(1n), text: `${column("large")} - $1`, gives: 9007199254740992n },
    {
      name: "reads a whole number beside a decimal as a decimal",
      of: whole.times(price),
      text: `${column("whole")} * ${column("price")}`,
      gives: "125.00",
      sqlite: { gives: "125" },
    },
    {
      name: "takes a number beside a decimal",
      of: price.times(2),
      text: `${column("price")} * $1`,
      gives: "25.00",
      sqlite: { gives: "25" },
    },
    {
      name: "takes a fraction beside a decimal, exactly",
      of: price.times(0.1),
      text: `${column("price")} * $1`,
      parameters: ["0.1"],
      gives: "1.250",
      sqlite: { gives: "1.25" },
    },
    { name: "takes a string beside a decimal", of: price.plus("0.005"), text: `${column("price")} + $1`, gives: "12.505" },
    {
      name: "divides a decimal with a fraction",
      of: price.dividedBy(small),
      text: `${column("price")} / ${column("small")}`,
      gives: "4.1666666666666667",
      sqlite: { text: `cast(${column("price")} as real) / ${column("small")}`, gives: "4.16666666666667" },
    },
    {
      name: "gives the remainder of decimals",
      of: price.modulo("5"),
      text: `${column("price")} % $1`,
      gives: "2.50",
      sqlite: { text: `mod(${column("price")}, ?)`, gives: "2.5" },
    },
    {
      name: "keeps both sides' digits in a product",
      of: value("1.50", numeric({ precision: 5, scale: 2 })).times("1.125"),
      text: `cast($1 as numeric(5, 2)) * $2`,
      gives: "1.68750",
      sqlite: { text: "? * ?", gives: "1.6875" },
    },
    { name: "adds doubles", of: ratio.plus(0.25), text: `${column("ratio")} + $1`, gives: 2.5 },
    { name: "adds floats of 32 and 64 bits", of: single.plus(ratio), text: `${column("single")} + ${column("ratio")}`, gives: 2.75 },
    { name: "adds a whole number to a double", of: ratio.plus(whole), text: `${column("ratio")} + ${column("whole")}`, gives: 12.25 },
    { name: "counts as numbers", of: count().plus(1), text: "count(*) + $1", gives: 2 },
    { name: "changes the sign", of: whole.plus(1).negated(), text: `-(${column("whole")} + $1)`, gives: -11 },
    {
      name: "groups by parentheses",
      of: whole.plus(1).times(whole.minus(1)),
      text: `(${column("whole")} + $1) * (${column("whole")} - $2)`,
      gives: 99,
    },
    {
      name: "is null where an operand is",
      of: whole.plus(value(null, integer())),
      text: `${column("whole")} + cast($1 as integer)`,
      sqlite: { text: `${column("whole")} + ?` },
      gives: null,
    },
  ])
})

forEachDatabase("bits", (database) => {
  const sample = sharedSample(database)
  testExpressions(database, sample, [
    { name: "and", of: whole.bitAnd(6), text: `${column("whole")} & $1`, gives: 2 },
    { name: "or", of: whole.bitOr(small), text: `${column("whole")} | ${column("small")}`, gives: 11 },
    {
      name: "xor",
      of: whole.bitXor(small),
      text: `${column("whole")} # ${column("small")}`,
      sqlite: { text: `(${column("whole")} | ${column("small")}) - (${column("whole")} & ${column("small")})` },
      gives: 9,
    },
    { name: "not", of: whole.bitNot(), text: `~ ${column("whole")}`, gives: -11 },
    { name: "shift to the left", of: whole.shiftLeft(2), text: `${column("whole")} << $1`, gives: 40 },
    { name: "shift to the right", of: large.shiftRight(1), text: `${column("large")} >> $1`, gives: 4503599627370496n },
  ])
})

const close = (name: string, of: Expr<any, any>, text: string, gives: unknown) => ({ name, of, text, gives })

forEachDatabase("functions of numbers", (database) => {
  const sample = sharedSample(database)
  const missing = (name: string) => ({ refused: new RegExp(`SQLite has no function ${name}\\(\\)`) })
  testExpressions(database, sample, [
    { name: "trunc", of: trunc(ratio), text: `trunc(${column("ratio")})`, gives: 2 },
    {
      name: "trunc to digits",
      of: trunc(price, 1),
      text: `trunc(${column("price")}, cast($1 as integer))`,
      gives: "12.5",
      sqlite: { refused: /cannot cut a number at a digit/ },
    },
    {
      name: "trunc a double to digits",
      of: trunc(ratio, 1),
      text: `trunc(cast(${column("ratio")} as numeric), cast($1 as integer))`,
      gives: 2.2,
      sqlite: { refused: /cannot cut a number at a digit/ },
    },
    { name: "div", of: div(price, "5"), text: `div(${column("price")}, $1)`, gives: "2", sqlite: missing("div") },
    {
      name: "div of whole numbers",
      of: div(whole, small),
      text: `div(cast(${column("whole")} as numeric), cast(${column("small")} as numeric))`,
      gives: 3,
      sqlite: missing("div"),
    },
    { name: "mod", of: mod(large, 10), text: `${column("large")} % $1`, gives: 3n },
    { name: "gcd", of: gcd(whole, 4), text: `gcd(${column("whole")}, $1)`, gives: 2, sqlite: missing("gcd") },
    { name: "lcm", of: lcm(whole, 4), text: `lcm(${column("whole")}, $1)`, gives: 20, sqlite: missing("lcm") },
    { name: "scale", of: scale(price), text: `scale(${column("price")})`, gives: 2, sqlite: missing("scale") },
    { name: "trimScale", of: trimScale(price), text: `trim_scale(${column("price")})`, gives: "12.5", sqlite: missing("trim_scale") },
    {
      name: "widthBucket",
      of: widthBucket(ratio, 0, 10, 5),
      text: `width_bucket(${column("ratio")}, $1, $2, cast($3 as integer))`,
      gives: 2,
      sqlite: missing("width_bucket"),
    },
    close("exp", exp(ratio.minus(ratio)), `exp(${column("ratio")} - ${column("ratio")})`, 1),
    {
      name: "ln of a decimal",
      of: ln(price.minus(price).plus(1)),
      text: `ln((${column("price")} - ${column("price")}) + $1)`,
      gives: "0.0000000000000000",
      sqlite: { gives: "0" },
    },
    close("log", log(ratio.times(0).plus(100)), `log((${column("ratio")} * $1) + $2)`, 2),
    {
      name: "log to a base",
      of: log(whole.minus(2), 2),
      text: `log(cast($1 as numeric), cast(${column("whole")} - $2 as numeric))`,
      gives: 3,
      sqlite: { text: `log(?, cast(${column("whole")} - ? as TEXT))` },
    },
    { name: "cbrt", of: cbrt(whole.minus(2)), text: `cbrt(${column("whole")} - $1)`, gives: 2, sqlite: missing("cbrt") },
    close("pi", pi(), "pi()", Math.PI),
    close("degrees", degrees(pi()), "degrees(pi())", 180),
    close("radians", radians(ratio.times(80)), `radians(${column("ratio")} * $1)`, Math.PI),
    close("sin", sin(ratio.times(0)), `sin(${column("ratio")} * $1)`, 0),
    close("cos", cos(price.times(0)), `cos(${column("price")} * $1)`, 1),
    close("tan", tan(ratio.times(0)), `tan(${column("ratio")} * $1)`, 0),
    close("asin", asin(ratio.times(0)), `asin(${column("ratio")} * $1)`, 0),
    close("acos", acos(whole.minus(9)), `acos(${column("whole")} - $1)`, 0),
    close("atan", atan(ratio.times(0)), `atan(${column("ratio")} * $1)`, 0),
    close("atan2", atan2(ratio.times(0), 1), `atan2(${column("ratio")} * $1, $2)`, 0),
  ])

  test("random numbers are from 0 up to 1", async () => {
    const [found] = await sample.all(select({ a: random(), b: random() }).from(Sample))
    assert.ok(found!.a >= 0 && found!.a < 1)
    assert.notEqual(found!.a, found!.b)
  })
})

forEachDatabase("arithmetic of dates and times", (database) => {
  const sample = sharedSample(database)
  const cannot = (what: string) => ({ refused: new RegExp(`SQLite cannot compute ${what}`) })
  const month = makeInterval({ months: 1 })
  testExpressions(database, sample, [
    {
      name: "adds days to a date",
      of: dayDate.plus(1),
      text: `${column("day_date")} + cast($1 as integer)`,
      gives: "2024-02-01",
      sqlite: { text: `date(${column("day_date")}, ? || ' days')` },
    },
    {
      name: "takes days from a date",
      of: dayDate.minus(whole),
      text: `${column("day_date")} - ${column("whole")}`,
      gives: "2024-01-21",
      sqlite: { text: `date(${column("day_date")}, (- ${column("whole")}) || ' days')` },
    },
    {
      name: "adds a date to days",
      of: whole.plus(dayDate),
      text: `${column("whole")} + ${column("day_date")}`,
      gives: "2024-02-10",
      sqlite: { text: `date(${column("day_date")}, ${column("whole")} || ' days')` },
    },
    {
      name: "adds a bigint of days",
      of: dayDate.plus(large.minus(9007199254740992n)),
      text: `${column("day_date")} + cast((${column("large")} - $1) as integer)`,
      gives: "2024-02-01",
      sqlite: { text: `date(${column("day_date")}, (${column("large")} - ?) || ' days')` },
    },
    {
      name: "counts the days between dates",
      of: dayDate.minus("2024-01-01"),
      text: `${column("day_date")} - cast($1 as date)`,
      gives: 30,
      sqlite: { text: `cast(julianday(${column("day_date")}) - julianday(?) as integer)` },
    },
    {
      name: "adds a month to a date, within the next month",
      of: dayDate.plus(month),
      text: `${column("day_date")} + cast($1 as interval)`,
      gives: "2024-02-29T00:00:00",
      sqlite: {
        text: `min(date(${column("day_date")}, '1 months'), date(${column("day_date")}, 'start of month', '2 months', '-1 days')) || 'T00:00:00.000000'`,
      },
    },
    {
      name: "adds hours to a date",
      of: dayDate.plus(interval("PT36H")),
      text: `${column("day_date")} + cast($1 as interval)`,
      gives: "2024-02-01T12:00:00",
      sqlite: { text: `strftime('%Y-%m-%dT%H:%M:%f000', date(${column("day_date")}), '129600.000 seconds')` },
    },
    {
      name: "adds a time to a date",
      of: dayDate.plus(clock),
      text: `${column("day_date")} + ${column("clock")}`,
      gives: "2024-01-31T13:14:15",
      sqlite: cannot("date \\+ time"),
    },
    {
      name: "adds a span to a moment",
      of: takenAt.plus(interval("1 month, 2 days and 3 hours")),
      text: `${column("taken_at")} + cast($1 as interval)`,
      parameters: ["P1M2DT3H"],
      gives: new Date("2024-03-31T16:14:15.678Z"),
      sqlite: {
        text: `strftime('%Y-%m-%dT%H:%M:%f', date(min(date(${column("taken_at")}, '1 months'), date(${column("taken_at")}, 'start of month', '2 months', '-1 days')), '2 days') || substr(${column("taken_at")}, 11, 13), '10800.000 seconds') || substr(${column("taken_at")}, 24)`,
      },
    },
    {
      name: "takes a year from a moment, within February",
      of: takenAt.minus(makeInterval({ years: 1 })),
      text: `${column("taken_at")} - cast($1 as interval)`,
      gives: new Date("2023-02-28T13:14:15.678Z"),
      sqlite: {
        text: `min(date(${column("taken_at")}, '-12 months'), date(${column("taken_at")}, 'start of month', '-11 months', '-1 days')) || substr(${column("taken_at")}, 11)`,
      },
    },
    {
      name: "adds a span to a wall clock, microseconds included",
      of: localAt.plus(makeInterval({ days: 1, seconds: 0.5 })),
      text: `${column("local_at")} + cast($1 as interval)`,
      gives: "2024-03-01T13:14:16.178901",
      sqlite: {
        text: `strftime('%Y-%m-%dT%H:%M:%f', date(date(${column("local_at")}), '1 days') || substr(${column("local_at")}, 11, 13), '0.500 seconds') || substr(${column("local_at")}, 24)`,
      },
    },
    {
      name: "adds a span to a time of day",
      of: clock.plus(interval("PT12H")),
      text: `${column("clock")} + cast($1 as interval)`,
      gives: "01:14:15",
      sqlite: { text: `strftime('%H:%M:%f', substr(${column("clock")}, 1, 12), '43200.000 seconds') || substr(${column("clock")}, 13)` },
    },
    {
      name: "adds a moment to a span",
      of: makeInterval({ days: 1 }).plus(takenAt),
      text: `cast($1 as interval) + ${column("taken_at")}`,
      gives: new Date("2024-03-01T13:14:15.678Z"),
      sqlite: { text: `date(date(${column("taken_at")}), '1 days') || substr(${column("taken_at")}, 11)` },
    },
    {
      name: "adds a stored span",
      of: takenAt.plus(span),
      text: `${column("taken_at")} + ${column("span")}`,
      gives: new Date("2024-03-31T16:14:15.678Z"),
      sqlite: cannot("timestamptz \\+ interval"),
    },
    {
      name: "gives the span between moments",
      of: takenAt.minus(new Date("2024-02-28T00:00:00Z")),
      text: `${column("taken_at")} - cast($1 as timestamptz)`,
      gives: "P1DT13H14M15.678S",
      sqlite: cannot("timestamptz - timestamptz"),
    },
    {
      name: "gives the span between wall clocks",
      of: localAt.minus("2024-02-29T13:00:00"),
      text: `${column("local_at")} - cast($1 as timestamp)`,
      gives: "PT14M15.678901S",
      sqlite: cannot("timestamp - timestamp"),
    },
    {
      name: "gives the span between times",
      of: clock.minus("13:00"),
      text: `${column("clock")} - cast($1 as time)`,
      gives: "PT14M15S",
      sqlite: cannot("time - time"),
    },
    {
      name: "adds spans",
      of: span.plus(interval("P1D")),
      text: `${column("span")} + cast($1 as interval)`,
      gives: "P1M3DT3H",
      sqlite: cannot("interval \\+ interval"),
    },
    {
      name: "multiplies a span",
      of: span.times(2),
      text: `${column("span")} * cast($1 as double precision)`,
      gives: "P2M4DT6H",
      sqlite: cannot("interval \\* double"),
    },
    {
      name: "multiplies by a span",
      of: whole.times(makeInterval({ days: 2 })),
      text: `${column("whole")} * cast($1 as interval)`,
      gives: "P20D",
      sqlite: cannot("integer \\* interval"),
    },
    {
      name: "divides a span",
      of: makeInterval({ hours: 3 }).dividedBy(small),
      text: `cast($1 as interval) / ${column("small")}`,
      gives: "PT1H",
      sqlite: cannot("interval / smallint"),
    },
    {
      name: "makes a span of expressions",
      of: makeInterval({ days: whole, seconds: ratio, weeks: 1 }),
      text: `make_interval(days => ${column("whole")}, secs => ${column("ratio")}, weeks => cast($1 as integer))`,
      gives: "P17DT2.25S",
      sqlite: { refused: /SQLite has no function make_interval\(\)/ },
    },
  ])
})

describe("arithmetic", () => {
  test("marks a statement with random() as no pure read", () => {
    assert.equal(compile(select(random()), postgres).effect, "read")
  })

  for (const [name, make, message] of [
    ["text and numbers", () => title.plus("1" as never), /sample\.title: there is no text \+ text/],
    ["a boolean", () => (flag as Expr<any, any>).plus(1), /sample\.flag: there is no boolean \+ boolean/],
    ["two dates", () => dayDate.plus("2024-01-01" as never), /there is no date \+ date/],
    ["a date and a moment", () => (dayDate as Expr<any, any>).minus(takenAt), /there is no date - timestamptz/],
    ["a product of dates", () => (dayDate as Expr<any, any>).times(2), /there is no date \* integer/],
    ["a double and a decimal, which would be a double", () => ratio.times(price), /double precision \* numeric loses digits/],
    ["a bigint and a double, which would be a double", () => large.plus(ratio), /bigint \+ double precision loses digits/],
    ["undefined", () => whole.plus(undefined as never), /undefined was compared with sample\.whole/],
    ["null", () => whole.plus(null as never), /null was compared with sample\.whole/],
    ["a unit that does not exist", () => makeInterval({ fortnights: 1 } as never), /there is no unit "fortnights"/],
    ["undefined in an interval", () => makeInterval({ days: undefined as never }), /days is undefined/],
    ["text that is no span", () => interval("soon"), /"soon" is not a span of time/],
    ["a unit twice", () => interval("1 day, 2 days"), /is not a span of time/],
    ["no text at all", () => interval(undefined as never), /undefined is not a span of time/],
  ] as const) {
    test(`refuses ${name}`, () => assert.throws(make, { name: StatementError.name, message }))
  }

  for (const [name, make, message] of [
    ["a fraction beside a bigint", () => large.plus(1.5), /sample\.large: 1\.5 beside a bigint must be a whole number/],
    ["a fraction of a day in an interval", () => makeInterval({ days: 1.5 }), /days cannot be 1\.5/],
    ["NaN in an interval", () => makeInterval({ seconds: Number.NaN }), /seconds cannot be NaN/],
  ] as const) {
    test(`refuses ${name}`, () => assert.throws(make, { name: ValueError.name, message }))
  }

  test("refuses the remainder of doubles on PostgreSQL", () => {
    assert.throws(() => compile(select(ratio.modulo(2)).from(Sample), postgres), {
      name: UnsupportedError.name,
      message: /no remainder of floating-point/,
    })
  })

  test("takes what a cast makes of both sides", () => {
    assert.equal(
      compile(
        select({
          a: value(1.5, double()).plus(2),
          b: value(new Date(0), timestamptz()).minus(value(new Date(0), timestamptz())),
          c: value("2024-01-01T00:00", timestamp()).plus(interval("P1D")),
        }),
        postgres,
      ).text,
      'select cast($1 as double precision) + $2 as "a", cast($3 as timestamptz) - cast($4 as timestamptz) as "b", cast($5 as timestamp) + cast($6 as interval) as "c"',
    )
  })
})

forEachDatabase("decimals that are computed", (database) => {
  const sample = sharedSample(database)
  const limited = value("1.50", numeric({ precision: 5, scale: 2 }))
  testExpressions(database, sample, [
    {
      name: "compare with values as numbers",
      of: price.times(whole).gt("100"),
      text: `(${column("price")} * ${column("whole")}) > $1`,
      gives: true,
    },
    {
      name: "compare with values of fewer digits",
      of: limited.times("1.125").eq("1.6875"),
      text: "(cast($1 as numeric(5, 2)) * $2) = $3",
      gives: true,
      sqlite: { text: "(? * ?) = ?" },
    },
    {
      name: "keep their digits in a choice",
      of: price.plus("0.001").eq(price.plus(0.001)),
      text: `(${column("price")} + $1) = (${column("price")} + $2)`,
      gives: true,
    },
    { name: "are compared after a function", of: trunc(price).lt("13"), text: `trunc(${column("price")}) < $1`, gives: true },
  ])
})
