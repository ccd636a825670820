/** The types of operators and scalar functions: what an expression gives, null included. */
import {
  bigint,
  date,
  declarativeBase,
  integer,
  interval,
  type IsoDate,
  type IsoDateTime,
  type IsoDuration,
  jsonb,
  manyToOne,
  numeric,
  text,
  timestamptz,
} from "../../src/schema/index.ts"
import {
  age,
  all,
  any,
  caseOf,
  concatWs,
  dateTrunc,
  extract,
  fn,
  isFinite,
  left,
  ln,
  makeDate,
  makeInterval,
  makeTimestamp,
  max,
  mod,
  nullOf,
  numNulls,
  overlaps,
  regexpCount,
  regexpMatch,
  select,
  sha256,
  sin,
  splitPart,
  stringToArray,
  toChar,
  toDate,
  toNumber,
  toTimestamp,
  trunc,
  tuple,
  value,
  widthBucket,
} from "../../src/sql/index.ts"

const Base = declarativeBase()
export class Author extends Base.model("author", { id: integer().primaryKey().identity(), name: text() }) {}
export class Book extends Base.model("book", {
  id: integer().primaryKey().identity(),
  authorId: integer().references(() => Author.c.id),
  title: text(),
  subtitle: text().nullable(),
  pages: integer(),
  weight: integer().nullable(),
  sold: bigint(),
  price: numeric(),
  tags: text().array(),
  marks: integer().array().nullable(),
  doc: jsonb<{ name: string; size?: number; none: string | null; list: { id: number }[] }>(),
  publishedDate: date(),
  createdAt: timestamptz(),
}) {
  static readonly author = manyToOne(() => Author)
}

/** Compiles only when an expression, from a book and perhaps its author, gives the type. */
function gives<E>(_of: E): <T>(..._: Same<T, Given<E>>) => void {
  return () => {}
}
type Given<E> = E extends { readonly $value: infer V; readonly $source: infer S } ? ("author" extends S ? V | null : V) : never
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? [] : [never]

const { title, subtitle, pages, weight, sold, price, tags, marks, publishedDate, createdAt } = Book.c
const { name } = Author.c

// ---------------------------------------------------------------- any and all
gives(pages.eq(any([1, 2])))<boolean>()
gives(pages.eq(any([1, weight])))<boolean | null>()
gives(title.eq(any(tags)))<boolean>()
gives(pages.lt(all(marks)))<boolean | null>()
gives(weight.gt(all(select(Book.c.pages))))<boolean | null>()
gives(pages.gt(any(select(Book.c.weight))))<boolean | null>()
gives(title.ne(all(select(Author.c.name))))<boolean>()
gives(title.eq(any([name])))<boolean | null>()

// ---------------------------------------------------------------- row values
gives(tuple(pages, title).eq([1, "x"]))<boolean>()
gives(tuple(pages, weight).lt([1, 2]))<boolean | null>()
gives(tuple(pages, title).lt([weight, "x"]))<boolean | null>()
gives(tuple(pages, title).gt(tuple(value(1), name)))<boolean | null>()
gives(
  tuple(pages, title).in([
    [1, "x"],
    [2, "y"],
  ]),
)<boolean>()
gives(tuple(pages, title).in(select({ n: Book.c.pages, t: Book.c.subtitle }).from(Book)))<boolean | null>()
gives(tuple(pages, publishedDate).isNull())<boolean>()
gives(tuple(weight, subtitle).isDistinctFrom([null, "x"]))<boolean>()
tuple(sold, publishedDate).gte([1n, "2024-01-01"])

// ---------------------------------------------------------------- arithmetic
gives(pages.plus(1))<number>()
gives(pages.plus(weight))<number | null>()
gives(pages.times(price))<string>()
gives(sold.plus(pages))<bigint>()
gives(sold.plus(1))<bigint>()
gives(pages.plus(sold))<bigint>()
gives(price.times(2))<string>()
gives(price.minus("1.10"))<string>()
gives(value(1).minus(price))<string>()
gives(price.dividedBy(weight))<string | null>()
gives(publishedDate.plus(1))<IsoDate>()
gives(publishedDate.minus("2024-01-01"))<number>()
gives(publishedDate.minus(publishedDate))<number>()
gives(publishedDate.plus(interval("P1D")))<IsoDateTime>()
gives(pages.plus(publishedDate))<IsoDate>()
gives(createdAt.plus(interval("P1D")))<Date>()
gives(createdAt.minus(createdAt))<IsoDuration>()
gives(createdAt.minus(new Date()))<IsoDuration>()
gives(interval("P1D").times(pages))<IsoDuration>()
gives(weight.times(interval("P1D")))<IsoDuration | null>()
gives(interval("P1D").plus(createdAt))<Date>()
gives(createdAt.plus(makeInterval({ days: weight, hours: Author.c.id })))<Date | null>()
gives(mod(sold, 2))<bigint>()
gives(weight.negated())<number | null>()
gives(pages.bitAnd(weight))<number | null>()
gives(sold.shiftLeft(1))<bigint>()
gives(ln(price))<string>()
gives(trunc(weight))<number | null>()
gives(sin(price))<number>()
gives(widthBucket(price, "1", "2", 5))<number>()

// ---------------------------------------------------------------- text, nulls, choices
gives(title.matches("x"))<boolean>()
gives(subtitle.matches(name, { insensitive: true }))<boolean | null>()
gives(title.like(any(["x%"])))<boolean>()
gives(title.ilike(any([subtitle])))<boolean | null>()
gives(subtitle.collate("C"))<string | null>()
gives(left(title, weight))<string | null>()
gives(splitPart(name, ",", 1))<string | null>()
gives(concatWs(",", subtitle))<string>()
gives(stringToArray(title, ","))<string[]>()
gives(stringToArray(title, ",", "-"))<(string | null)[]>()
gives(regexpMatch(title, "x"))<(string | null)[] | null>()
gives(regexpCount(subtitle, "x"))<number | null>()
gives(sha256(title))<Uint8Array>()
gives(toTimestamp(pages))<Date>()
gives(toDate(subtitle, "YYYY"))<IsoDate | null>()
gives(toNumber(title, "9"))<string>()
gives(weight.gt(1).isTrue())<boolean>()
gives(weight.notBetween(1, 2))<boolean | null>()
gives(caseOf(pages).when(1, "a").when(weight, subtitle).else("b"))<string | null>()
gives(caseOf(pages).when(1, "a"))<string | null>()
gives(nullOf(text()))<string | null>()
gives(numNulls(weight, subtitle))<number>()
gives(fn.pure("f", integer(), weight))<number | null>()

// ---------------------------------------------------------------- dates
gives(extract("year", createdAt))<number>()
gives(dateTrunc("month", publishedDate))<IsoDate>()
gives(dateTrunc("month", max(createdAt)))<Date | null>()
gives(createdAt.atTimeZone("UTC"))<IsoDateTime>()
gives(createdAt.atTimeZone("UTC").atTimeZone(subtitle))<Date | null>()
gives(age(createdAt, createdAt))<IsoDuration>()
gives(makeDate(pages, weight, 1))<IsoDate | null>()
gives(makeTimestamp(2024, 1, 1, 0, 0, weight))<IsoDateTime | null>()
gives(isFinite(createdAt))<boolean>()
gives(overlaps([createdAt, interval("P1D")], [new Date(), new Date()]))<boolean>()
gives(overlaps([createdAt, interval("P1D").times(weight)], [new Date(), new Date()]))<boolean | null>()
gives(toChar(createdAt, "YYYY"))<string>()
