/** The types of operators and scalar functions: what an expression gives, null included. */
import {
  bigint,
  date,
  declarativeBase,
  integer,
  type IsoDate,
  jsonb,
  manyToOne,
  numeric,
  text,
  timestamptz,
} from "../../src/schema/index.ts"
import { all, any, select, tuple, value } from "../../src/sql/index.ts"

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

const { title, subtitle, pages, weight, sold, tags, marks, publishedDate } = Book.c
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
export type { IsoDate }
