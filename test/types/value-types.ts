/** The JavaScript types of columns' values: what rows hold, and what new rows take. */
import { type } from "arktype"
import * as v from "valibot"
import { z } from "zod"
import {
  bit,
  char,
  codec,
  compositeType,
  daterange,
  declarativeBase,
  domainType,
  hstore,
  inet,
  int4multirange,
  int4range,
  int8range,
  integer,
  type IsoDate,
  jsonb,
  numrange,
  numeric,
  oid,
  text,
  timetz,
  tsrange,
  tstzrange,
  varbit,
} from "../../src/schema/index.ts"
import { emptyRange, max, type Range, range, select } from "../../src/sql/index.ts"

/** Compiles only when the two types are the same. */
function same<A, B>(..._: (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? [] : [never]): void {}

const Base = declarativeBase({ conventions: "off" })
const address = compositeType("address", { street: text(), zipCode: char(5).nullable(), lived: tstzrange().array() })
const userId = domainType("user_id", integer())

class Everything extends Base.model("everything", {
  id: userId().primaryKey(),
  fixed: char(5),
  grade: char<"a" | "b">(1),
  clock: timetz(),
  object: oid(),
  host: inet(),
  bits: bit(3).nullable(),
  flags: varbit(),
  tags: hstore(),
  seats: int4range(),
  wide: int8range(),
  narrow: int8range({ mode: "number" }),
  price: numrange().nullable(),
  days: daterange(),
  wall: tsrange({ mode: "date" }),
  during: tstzrange({ mode: "string" }),
  several: int4multirange(),
  lists: int4range().array(),
  home: address(),
  homes: address().array().nullable(),
  document: jsonb<{ a: number }>(),
}) {}

declare const row: Everything
same<typeof row.id, number>()
same<typeof row.fixed, string>()
same<typeof row.grade, "a" | "b">()
same<typeof row.clock, string>()
same<typeof row.object, number>()
same<typeof row.host, string>()
same<typeof row.bits, string | null>()
same<typeof row.tags, Record<string, string | null>>()
same<typeof row.seats, Range<number>>()
same<typeof row.wide, Range<bigint>>()
same<typeof row.narrow, Range<number>>()
same<typeof row.price, Range<string> | null>()
same<typeof row.days, Range<IsoDate>>()
same<typeof row.wall, Range<Date>>()
same<typeof row.during, Range<string>>()
same<typeof row.several, Range<number>[]>()
same<typeof row.lists, Range<number>[]>()
same<typeof row.home, { street: string; zipCode: string | null; lived: Range<Date>[] }>()
same<typeof row.homes, { street: string; zipCode: string | null; lived: Range<Date>[] }[] | null>()

row.seats = range(1, 5)
row.seats = range(null, 5, "(]")
row.seats = emptyRange
row.days = range("2024-01-01", null)
row.several = [range(1, 2), emptyRange]
row.home = { street: "x", zipCode: null, lived: [range(new Date(), null)] }

same<ReturnType<typeof int4range>["$kind"], "range">()
same<ReturnType<typeof userId>["$kind"], "integer">()
int4range().default(range(1, 5))
int4range()
  .array()
  .default([range(1, 5)])

// ---------------------------------------------------------------- schemas and codecs

declare class Money {
  readonly cents: number
  readonly text: string
}
const money = codec({
  sqlType: numeric({ precision: 12, scale: 2 }),
  encode: (of: Money) => of.text,
  decode: (text): Money => ({ text, cents: 0 }),
})
const citext = codec({ sqlType: "citext", via: text(), encode: (word: string) => word, decode: (word) => word })
const raw = codec({ sqlType: "ltree", encode: (path: string[]) => path.join("."), decode: (given) => String(given).split(".") })
const brand = codec({
  sqlType: integer(),
  encode: (id: number & { readonly user: true }) => id,
  decode: (id) => id as number & { readonly user: true },
})

class Own extends Base.model("own", {
  id: brand().primaryKey().identity(),
  total: money().nullable(),
  totals: money().array(),
  code: citext(),
  path: raw(),
  zod: jsonb(z.object({ tags: z.array(z.string()), size: z.number().default(1) })),
  valibot: jsonb(v.object({ tags: v.array(v.string()) })).nullable(),
  arktype: jsonb(type({ "name?": "string" })),
  nullable: jsonb(z.number().nullable()),
  anything: jsonb(z.unknown()),
}) {}

declare const own: Own
same<typeof own.id, number & { readonly user: true }>()
same<typeof own.total, Money | null>()
same<typeof own.totals, Money[]>()
same<typeof own.code, string>()
same<typeof own.path, string[]>()
same<typeof own.zod, { tags: string[]; size: number }>()
same<typeof own.valibot, { tags: string[] } | null>()
same<typeof own.arktype, { name?: string }>()
same<typeof own.nullable, number>()
same<typeof own.anything, unknown>()
const largest = select(max(Own.c.total)).from(Own)
same<typeof largest.$result, Money | null>()
same<ReturnType<typeof brand>["$kind"], "integer">()
same<ReturnType<typeof citext>["$kind"], "custom">()
