import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  age,
  cast,
  clockTimestamp,
  compile,
  date,
  dateBin,
  dateTrunc,
  type DateUnit,
  type Expr,
  extract,
  interval,
  isFinite,
  justifyDays,
  justifyHours,
  justifyInterval,
  makeDate,
  makeTime,
  makeTimestamp,
  overlaps,
  select,
  statementTimestamp,
  StatementError,
  time,
  timestamp,
  timestamptz,
  UnsupportedError,
  value,
} from "rebis"
import { sqlite } from "../../src/dialects/sqlite/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { type ExpressionCase, Sample, sharedSample, testExpressions } from "./sample.ts"

const { whole, dayDate, takenAt, localAt, clock, span } = Sample.c
const column = (name: string) => `"sample"."${name}"`
const missing = (name: string) => ({ refused: new RegExp(`SQLite has no function ${name}\\(\\)`) })
const unknown = { refused: /SQLite does not know/ }
const at = column("taken_at")

/** A field of the moment 2024-02-29T13:14:15.678Z, a Thursday. */
function field(name: Parameters<typeof extract>[0], gives: number, sqlite: ExpressionCase["sqlite"]): ExpressionCase {
  return { name, of: extract(name, takenAt), text: `extract(${name} from ${at})`, gives, ...(sqlite === undefined ? {} : { sqlite }) }
}
const formatted = (format: string) => ({ text: `cast(strftime('${format}', ${at}) as integer)` })

forEachDatabase("fields of dates and times", (database) => {
  const sample = sharedSample(database)
  testExpressions(database, sample, [
    field("year", 2024, formatted("%Y")),
    field("month", 2, formatted("%m")),
    field("day", 29, formatted("%d")),
    field("hour", 13, formatted("%H")),
    field("minute", 14, formatted("%M")),
    field("second", 15.678, { text: `cast(substr(${at}, 18, 9) as real)` }),
    field("quarter", 1, { text: `(cast(strftime('%m', ${at}) as integer) + 2) / 3` }),
    field("dow", 4, formatted("%w")),
    field("isodow", 4, formatted("%u")),
    field("doy", 60, formatted("%j")),
    field("week", 9, formatted("%V")),
    field("isoyear", 2024, formatted("%G")),
    field("epoch", 1709212455.678, { text: `unixepoch(${at}, 'subsec')` }),
    field("century", 21, unknown),
    field("decade", 202, unknown),
    field("millennium", 3, unknown),
    field("milliseconds", 15678, unknown),
    field("microseconds", 15678000, unknown),
    {
      name: "of a date",
      of: extract("doy", dayDate),
      text: `extract(doy from ${column("day_date")})`,
      gives: 31,
      sqlite: { text: `cast(strftime('%j', ${column("day_date")}) as integer)` },
    },
    {
      name: "of a wall clock, with microseconds",
      of: extract("second", localAt),
      text: `extract(second from ${column("local_at")})`,
      gives: 15.678901,
      sqlite: { text: `cast(substr(${column("local_at")}, 18, 9) as real)` },
    },
    {
      name: "of a time",
      of: extract("second", clock),
      text: `extract(second from ${column("clock")})`,
      gives: 15,
      sqlite: { text: `cast(substr(${column("clock")}, 7, 9) as real)` },
    },
    { name: "of a span", of: extract("day", span), text: `extract(day from ${column("span")})`, gives: 2, sqlite: unknown },
    {
      name: "compare with a number",
      of: extract("year", takenAt).eq(2024),
      text: `extract(year from ${at}) = $1`,
      gives: true,
      sqlite: { text: `cast(strftime('%Y', ${at}) as integer) = ?` },
    },
    {
      name: "compare with a fraction",
      of: extract("epoch", takenAt).gt(1709212455.6),
      text: `extract(epoch from ${at}) > $1`,
      gives: true,
      sqlite: { text: `unixepoch(${at}, 'subsec') > ?` },
    },
    {
      name: "are added to",
      of: extract("year", takenAt).plus(1),
      text: `extract(year from ${at}) + $1`,
      gives: 2025,
      sqlite: { text: `cast(strftime('%Y', ${at}) as integer) + ?` },
    },
  ])
})

/** The moment cut to a unit, in each of the forms in which moments are kept. */
function cut(unit: DateUnit, gives: string, sqliteText: string | undefined): ExpressionCase[] {
  const of: [string, Expr<any, any>, string, unknown, string][] = [
    ["moment", takenAt, at, new Date(`${gives}Z`), ".000Z"],
    ["wall clock", localAt, column("local_at"), gives, ".000000"],
  ]
  return of.map(([name, expression, text, value, tail]) => ({
    name: `${unit} of a ${name}`,
    of: dateTrunc(unit, expression),
    text: `date_trunc('${unit}', ${text})`,
    gives: value,
    sqlite: sqliteText === undefined ? unknown : { text: sqliteText.replaceAll("?", text).replace("$", tail) },
  }))
}

forEachDatabase("dates and times as others", (database) => {
  const sample = sharedSample(database)
  const [day, local] = [column("day_date"), column("local_at")]
  testExpressions(database, sample, [
    {
      name: "a wall clock as a date",
      of: cast(localAt, date()),
      text: `cast(${local} as date)`,
      gives: "2024-02-29",
      sqlite: { text: `date(${local})` },
    },
    {
      name: "a moment as a date, in UTC",
      of: cast(takenAt, date()),
      text: `cast(${at} as date)`,
      gives: "2024-02-29",
      sqlite: { text: `date(${at})` },
    },
    {
      name: "a date as a wall clock",
      of: cast(dayDate, timestamp()),
      text: `cast(${day} as timestamp)`,
      gives: "2024-01-31T00:00:00",
      sqlite: { text: `${day} || 'T00:00:00.000000'` },
    },
    {
      name: "a date as a moment",
      of: cast(dayDate, timestamptz()),
      text: `cast(${day} as timestamptz)`,
      gives: new Date("2024-01-31T00:00:00Z"),
      sqlite: { text: `${day} || 'T00:00:00.000Z'` },
    },
    {
      name: "a moment as a wall clock with more digits",
      of: cast(takenAt, timestamp()),
      text: `cast(${at} as timestamp)`,
      gives: "2024-02-29T13:14:15.678",
      sqlite: { text: `substr(${at}, 1, 23) || '000'` },
    },
    {
      name: "a wall clock as a moment with all of its digits",
      of: cast(localAt, timestamptz({ mode: "string" })),
      text: `cast(${local} as timestamptz)`,
      gives: "2024-02-29T13:14:15.678901Z",
      sqlite: { text: `substr(${local}, 1, 26) || 'Z'` },
    },
    {
      name: "a wall clock as a moment with fewer digits",
      of: cast(localAt, timestamptz()),
      text: `cast(${local} as timestamptz)`,
      gives: new Date("2024-02-29T13:14:15.678Z"),
      sqlite: { text: `substr(${local}, 1, 23) || 'Z'` },
    },
    {
      name: "a wall clock as a time of day",
      of: cast(localAt, time()),
      text: `cast(${local} as time)`,
      gives: "13:14:15.678901",
      sqlite: { text: `substr(${local}, 12, 15)` },
    },
    {
      name: "a moment as a time of day",
      of: cast(takenAt, time()),
      text: `cast(${at} as time)`,
      gives: "13:14:15.678",
      sqlite: { text: `substr(${at}, 12, 12) || '000'` },
    },
    {
      name: "compare as what they have become",
      of: cast(localAt, date()).eq("2024-02-29"),
      text: `cast(${local} as date) = $1`,
      gives: true,
      sqlite: { text: `date(${local}) = ?` },
    },
  ])
})

forEachDatabase("cutting dates and times", (database) => {
  const sample = sharedSample(database)
  const day = column("day_date")
  testExpressions(database, sample, [
    ...cut("second", "2024-02-29T13:14:15", "strftime('%Y-%m-%dT%H:%M:%S$', ?)"),
    ...cut("minute", "2024-02-29T13:14:00", "strftime('%Y-%m-%dT%H:%M:00$', ?)"),
    ...cut("hour", "2024-02-29T13:00:00", "strftime('%Y-%m-%dT%H:00:00$', ?)"),
    ...cut("day", "2024-02-29T00:00:00", "date(?) || 'T00:00:00$'"),
    ...cut("week", "2024-02-26T00:00:00", "date(?, 'weekday 0', '-6 days') || 'T00:00:00$'"),
    ...cut("month", "2024-02-01T00:00:00", "date(?, 'start of month') || 'T00:00:00$'"),
    ...cut(
      "quarter",
      "2024-01-01T00:00:00",
      "date(?, 'start of month', (-(cast(strftime('%m', ?) as integer) - 1) % 3) || ' months') || 'T00:00:00$'",
    ),
    ...cut("year", "2024-01-01T00:00:00", "date(?, 'start of year') || 'T00:00:00$'"),
    ...cut("century", "2001-01-01T00:00:00", undefined),
    {
      name: "month of a date",
      of: dateTrunc("month", dayDate),
      text: `cast(date_trunc('month', cast(${day} as timestamp)) as date)`,
      gives: "2024-01-01",
      sqlite: { text: `date(${day}, 'start of month')` },
    },
    {
      name: "week of a date",
      of: dateTrunc("week", dayDate),
      text: `cast(date_trunc('week', cast(${day} as timestamp)) as date)`,
      gives: "2024-01-29",
      sqlite: { text: `date(${day}, 'weekday 0', '-6 days')` },
    },
    {
      name: "day of a moment in a time zone",
      of: dateTrunc("day", takenAt, { zone: "Asia/Tokyo" }),
      text: `date_trunc('day', ${at}, $1)`,
      gives: new Date("2024-02-28T15:00:00Z"),
      sqlite: unknown,
    },
    { name: "day of a span", of: dateTrunc("day", span), text: `date_trunc('day', ${column("span")})`, gives: "P1M2D", sqlite: unknown },
    {
      name: "stretches of one length",
      of: dateBin(interval("PT15M"), takenAt, new Date("2024-01-01T00:00:00Z")),
      text: `date_bin(cast($1 as interval), ${at}, cast($2 as timestamptz))`,
      gives: new Date("2024-02-29T13:00:00Z"),
      sqlite: missing("date_bin"),
    },
    {
      name: "keeps the order of stored moments",
      of: dateTrunc("day", takenAt).lte(takenAt),
      text: `date_trunc('day', ${at}) <= ${at}`,
      gives: true,
      sqlite: { text: `(date(${at}) || 'T00:00:00.000Z') <= ${at}` },
    },
  ])

  const written = value("2024-02-29T13:14:15.678Z", timestamptz({ mode: "string" }))
  const dated = value(new Date("2024-02-29T13:14:15.678Z"), timestamp({ mode: "date" }))
  testExpressions(database, sample, [
    {
      name: "a moment that is text",
      of: dateTrunc("hour", written),
      text: "date_trunc('hour', cast($1 as timestamptz))",
      gives: "2024-02-29T13:00:00Z",
      sqlite: { text: "strftime('%Y-%m-%dT%H:00:00.000000Z', ?)" },
    },
    {
      name: "a wall clock that is a Date",
      of: dateTrunc("hour", dated),
      text: "date_trunc('hour', cast($1 as timestamp))",
      gives: new Date("2024-02-29T13:00:00Z"),
      sqlite: { text: "strftime('%Y-%m-%dT%H:00:00.000', ?)" },
    },
  ])
})

forEachDatabase("functions of dates and times", (database) => {
  const sample = sharedSample(database)
  const zone = { refused: /SQLite has no operator at time zone/ }
  testExpressions(database, sample, [
    {
      name: "a moment on the wall of a time zone",
      of: takenAt.atTimeZone("Europe/Berlin"),
      text: `${at} at time zone $1`,
      gives: "2024-02-29T14:14:15.678",
      sqlite: zone,
    },
    {
      name: "a wall clock as a moment",
      of: localAt.atTimeZone("Europe/Berlin"),
      text: `${column("local_at")} at time zone $1`,
      gives: new Date("2024-02-29T12:14:15.678Z"),
      sqlite: zone,
    },
    {
      name: "a wall clock read as a Date as a moment",
      of: value(new Date(0), timestamp({ mode: "date" })).atTimeZone("UTC"),
      text: "cast($1 as timestamp) at time zone $2",
      gives: "1970-01-01T00:00:00Z",
      sqlite: zone,
    },
    {
      name: "age",
      of: age(takenAt, new Date("2023-01-01T00:00:00Z")),
      text: `age(${at}, cast($1 as timestamptz))`,
      gives: "P1Y1M28DT13H14M15.678S",
      sqlite: missing("age"),
    },
    { name: "age until today", of: age(takenAt).isNotNull(), text: `age(${at}) is not null`, gives: true, sqlite: missing("age") },
    {
      name: "makeDate",
      of: makeDate(2024, 2, whole),
      text: `make_date(cast($1 as integer), cast($2 as integer), ${column("whole")})`,
      gives: "2024-02-10",
      sqlite: { text: `format('%04d-%02d-%02d', ?, ?, ${column("whole")})` },
    },
    {
      name: "makeTime",
      of: makeTime(8, whole, 1.5),
      text: `make_time(cast($1 as integer), ${column("whole")}, cast($2 as double precision))`,
      gives: "08:10:01.5",
      sqlite: missing("make_time"),
    },
    {
      name: "makeTimestamp",
      of: makeTimestamp(2024, 1, whole, 12, 0, 0),
      text: `make_timestamp(cast($1 as integer), cast($2 as integer), ${column("whole")}, cast($3 as integer), cast($4 as integer), cast($5 as double precision))`,
      gives: "2024-01-10T12:00:00",
      sqlite: missing("make_timestamp"),
    },
    {
      name: "justifyDays",
      of: justifyDays(interval("P45D")),
      text: "justify_days(cast($1 as interval))",
      gives: "P1M15D",
      sqlite: missing("justify_days"),
    },
    {
      name: "justifyHours",
      of: justifyHours(interval("PT30H")),
      text: "justify_hours(cast($1 as interval))",
      gives: "P1DT6H",
      sqlite: missing("justify_hours"),
    },
    {
      name: "justifyInterval",
      of: justifyInterval(interval("P1MT-1H")),
      text: "justify_interval(cast($1 as interval))",
      gives: "P29DT23H",
      sqlite: missing("justify_interval"),
    },
    {
      name: "isFinite",
      of: isFinite(dayDate),
      text: `isfinite(${column("day_date")})`,
      gives: true,
      sqlite: { text: `${column("day_date")} not in ('infinity', '-infinity')` },
    },
    {
      name: "overlaps",
      of: overlaps([takenAt, interval("P1D")], [new Date("2024-03-01T00:00:00Z"), new Date("2024-03-02T00:00:00Z")]),
      text: `(${at}, cast($1 as interval)) overlaps (cast($2 as timestamptz), cast($3 as timestamptz))`,
      gives: true,
      sqlite: missing("overlaps"),
    },
    {
      name: "overlaps of dates",
      of: overlaps([dayDate, dayDate.plus(1)], ["2024-02-01", "2024-03-01"]),
      text: `(${column("day_date")}, (${column("day_date")} + cast($1 as integer))) overlaps (cast($2 as date), cast($3 as date))`,
      gives: false,
      sqlite: missing("overlaps"),
    },
    {
      name: "statementTimestamp",
      of: statementTimestamp().isNotNull(),
      text: "statement_timestamp() is not null",
      gives: true,
      sqlite: missing("statement_timestamp"),
    },
    {
      name: "clockTimestamp",
      of: clockTimestamp().isNotNull(),
      text: "clock_timestamp() is not null",
      gives: true,
      sqlite: missing("clock_timestamp"),
    },
  ])
})

describe("dates", () => {
  for (const [name, make, message] of [
    ["a field that is none", () => extract("yeer" as never, takenAt), /"yeer" is no field of a date/],
    ["a field from a user", () => extract("year from now()) --" as never, takenAt), /is no field of a date/],
    ["a unit that is none", () => dateTrunc("dow" as never, takenAt), /"dow" is no unit of time/],
    ["a date without an expression", () => extract("year", "2024-01-01" as never), /extract\(\) takes an expression, not string/],
    ["a time zone of what has none", () => dateTrunc("day", dayDate, { zone: "UTC" }), /sample\.day_date has no time zone/],
    ["undefined as a zone", () => dateTrunc("day", takenAt, { zone: undefined as never }), /undefined was compared with the zone/],
    ["a date at a time zone", () => dayDate.atTimeZone("UTC"), /sample\.day_date is of type date, which has no time zone/],
    [
      "undefined in a period",
      () => overlaps([takenAt, undefined as never], [takenAt, takenAt]),
      /undefined was compared with the end of a period/,
    ],
  ] as const) {
    test(`refuse ${name}`, () => assert.throws(make, { name: StatementError.name, message }))
  }

  test("refuse parts of what SQLite does not know the type of", () => {
    assert.throws(() => compile(select(dateTrunc("day", clock)).from(Sample), sqlite), {
      name: UnsupportedError.name,
      message: /the day of time/,
    })
  })
})
