/** The types of what is inside of arrays, JSON documents, ranges and search documents. */
import { daterange, declarativeBase, int4multirange, integer, type IsoDate, jsonb, text, tsvector } from "../../src/schema/index.ts"
import {
  array,
  arrayAppend,
  arrayPosition,
  cardinality,
  jsonbPathQueryFirst,
  jsonbSet,
  type JsonKind,
  type JsonNull,
  jsonTypeof,
  lowerBound,
  range,
  type Range,
  rangeMerge,
  rangeUnion,
  select,
  toTsquery,
  tsRank,
} from "../../src/sql/index.ts"
import { Post } from "./sql-models.ts"

interface Settings {
  theme: { name: string; dark?: boolean; colors: string[] }
  size: number | null
}
const Base = declarativeBase()
class Page extends Base.model("page", {
  id: integer().primaryKey(),
  tags: text().array(),
  grid: integer().array().array().nullable(),
  settings: jsonb<Settings>(),
  anything: jsonb().nullable(),
  during: daterange().nullable(),
  slots: int4multirange(),
  words: tsvector(),
}) {}
const { tags, grid, settings, anything, during, slots, words } = Page.c

type Same<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false
const same = <A, B>(..._: Same<A, B> extends true ? [] : [never]): void => undefined

// Arrays.
same<(typeof firstTag)["$value"], string | null>()
const firstTag = tags.at(1)
same<(typeof cell)["$value"], number | null>()
const cell = grid.at(1, tags.at(1).eq("x") === undefined ? 1 : 2)
same<(typeof slice)["$value"], number[][] | null>()
const slice = grid.slice(2)
same<(typeof hasTag)["$value"], boolean>()
const hasTag = tags.contains(["sql"])
same<(typeof names)["$value"], (string | null)[]>()
const names = array([Post.c.title, firstTag])
same<(typeof more)["$value"], string[]>()
const more = arrayAppend(tags, "x")
same<(typeof place)["$value"], number | null>()
const place = arrayPosition(tags, "x")
same<(typeof cells)["$value"], number | null>()
const cells = cardinality(grid)

// Documents.
same<(typeof name)["$value"], string>()
const name = settings.get("theme").get("name")
same<(typeof dark)["$value"], boolean | null>()
const dark = settings.path(["theme", "dark"])
same<(typeof color)["$value"], string | null>()
const color = settings.path(["theme", "colors", 0])
same<(typeof size)["$value"], number | JsonNull>()
const size = settings.get("size")
same<(typeof sizeText)["$value"], string | null>()
const sizeText = settings.getText("size")
same<(typeof unknownPart)["$value"], unknown>()
const unknownPart = anything.get("x").get(0)
same<(typeof kind)["$value"], JsonKind | null>()
const kind = jsonTypeof(anything)
same<(typeof larger)["$value"], Settings>()
const larger = jsonbSet(settings, ["size"], 7)
same<(typeof found)["$value"], { id: number } | null>()
const found = jsonbPathQueryFirst<{ id: number }>(settings, "$.x")
same<(typeof isPart)["$value"], boolean>()
const isPart = settings.contains({ theme: { name: "x" } })

// Ranges.
same<(typeof from)["$value"], IsoDate | null>()
const from = lowerBound(during)
same<(typeof both)["$value"], Range<IsoDate> | null>()
const both = rangeUnion(during, range("2025-01-01", null))
same<(typeof whole)["$value"], Range<number>>()
const whole = rangeMerge(slots)
same<(typeof isFree)["$value"], boolean | null>()
const isFree = during.overlaps(range("2025-01-01", null)).not()
same<(typeof inSlot)["$value"], boolean>()
const inSlot = slots.contains(7)

// Search.
same<(typeof fits)["$value"], boolean>()
const fits = words.matches(toTsquery("x"))
same<(typeof rank)["$value"], number>()
const rank = tsRank(words, "x")

export const all = select({
  cell,
  slice,
  names,
  more,
  place,
  cells,
  name,
  dark,
  color,
  size,
  sizeText,
  unknownPart,
  kind,
  larger,
  found,
  from,
  both,
  whole,
  rank,
})
  .from(Page)
  .where(hasTag, isPart, isFree, inSlot, fits)
