/** The types of aggregates, window functions and groups, null included. */
import { int4range, integer, interval, type IsoDate, type IsoDuration } from "../../src/schema/index.ts"
import {
  aggregate,
  anyValue,
  arrayAgg,
  avg,
  boolAnd,
  coalesce,
  corr,
  count,
  cube,
  currentRow,
  denseRank,
  every,
  firstValue,
  following,
  grouping,
  groupingSets,
  jsonAgg,
  jsonObjectAgg,
  lag,
  lastValue,
  lead,
  max,
  mode,
  nthValue,
  ntile,
  nullable,
  percentileCont,
  percentileDisc,
  percentRank,
  type Range,
  range,
  rangeAgg,
  rangeIntersectAgg,
  rank,
  regrCount,
  rollup,
  rowNumber,
  rowsBetween,
  select,
  stddev,
  stringAgg,
  sum,
  value,
  window,
} from "../../src/sql/index.ts"
import { Comment, Post, User } from "./sql-models.ts"

/** Compiles only when the rows of a statement are of the type. */
function rows<O>(_statement: {
  readonly $result: O
}): <E>(..._: (<T>() => T extends O ? 1 : 2) extends <T>() => T extends E ? 1 : 2 ? [] : [never]) => void {
  return () => {}
}

// ---------------------------------------------------------------- aggregates
rows(
  select({
    n: count().filter(Post.c.id.gt(1)),
    sum: sum(Post.c.id).distinct(),
    large: sum(Comment.c.id).filter(Comment.c.body.isNotNull()),
    mean: avg(Post.c.price),
    any: anyValue(Post.c.createdAt),
    titles: arrayAgg(Post.c.title).orderBy(Post.c.id.desc()),
    dates: arrayAgg(Post.c.publishedDate),
    text: stringAgg(Post.c.title, ", ").distinct(),
    all: boolAnd(Post.c.id.gt(1)),
    each: every(User.c.isAdmin),
    spread: stddev(Post.c.id),
    exactSpread: stddev(Comment.c.id),
    pairs: regrCount(Post.c.id, Post.c.userId),
    correlation: corr(Post.c.id, Post.c.userId),
    own: aggregate("first", integer(), Post.c.title).distinct(),
    span: sum(interval("P1D")),
    meanSpan: avg(interval("P1D")),
    middleSpan: percentileCont(0.5).withinGroup(interval("P1D")),
    united: rangeAgg(value(range(1, 2), int4range())),
    common: rangeIntersectAgg(value(range(1, 2), int4range())),
  })
    .from(Post)
    .join(Post.comments)
    .join(Post.author),
)<{
  n: number
  sum: number | null
  large: bigint | null
  mean: string | null
  any: Date | null
  titles: string[] | null
  dates: (IsoDate | null)[] | null
  text: string | null
  all: boolean | null
  each: boolean | null
  spread: number | null
  exactSpread: string | null
  pairs: number
  correlation: number | null
  own: number | null
  span: IsoDuration | null
  meanSpan: IsoDuration | null
  middleSpan: IsoDuration | null
  united: Range<number>[] | null
  common: Range<number> | null
}>()

// What the database builds as JSON keeps its words, and what an outer join leaves empty.
rows(
  select({
    list: jsonAgg(Post).filter(Post.c.id.gt(1)).orderBy(Post.c.id),
    both: jsonAgg({ name: User.c.name, title: Post.c.title }).distinct(),
    byTitle: jsonObjectAgg(Post.c.title, Post.c.publishedDate),
    byName: jsonObjectAgg(User.c.name, { post: Post }).filter(User.c.id.gt(1)),
    running: jsonAgg(Post.c.id).over({ orderBy: Post.c.id }),
  })
    .from(User)
    .leftJoin(User.posts)
    .groupBy(User.c.id),
)<{
  list: Post[]
  both: { name: string; title: string | null }[]
  byTitle: Record<string, IsoDate | null>
  byName: Record<string, { post: Post }>
  running: number[]
}>()

// ---------------------------------------------------------------- ordered sets
rows(
  select({
    median: percentileCont(0.5).withinGroup(Post.c.id.asc()),
    exact: percentileCont(0.5).withinGroup(Post.c.price),
    several: percentileCont([0.25, 0.75]).withinGroup(Post.c.id),
    middle: percentileDisc(0.5).withinGroup(Post.c.createdAt.desc()),
    some: percentileDisc([0.1, 0.9]).withinGroup(Post.c.publishedDate.asc().nullsLast()),
    most: mode().withinGroup(Post.c.title).filter(Post.c.id.gt(1)),
    place: rank(5).withinGroup(Post.c.id.desc()),
    share: percentRank(5, "x").withinGroup(Post.c.id, Post.c.title.desc()),
  }).from(Post),
)<{
  median: number | null
  exact: string | null
  several: number[] | null
  middle: Date | null
  some: IsoDate[] | null
  most: string | null
  place: number
  share: number
}>()

// ---------------------------------------------------------------- windows
const framed = window("framed", { orderBy: Post.c.id, frame: rowsBetween(following(1), following(2)) })
const plain = window({ partitionBy: [Post.c.userId], orderBy: [Post.c.id.desc(), Post.c.title] })
rows(
  select({
    n: rowNumber().over(),
    rank: rank().over(plain),
    dense: denseRank().over({ from: window("w", {}), orderBy: Post.c.id }),
    part: ntile(4).over(plain),
    before: lag(Post.c.title).over(plain),
    twoBefore: lag(Post.c.title, 2).over(plain),
    otherwise: lag(Post.c.title, 1, "none").over(plain),
    otherwiseNull: lead(Post.c.title, 1, Post.c.price).over(plain),
    dateOtherwise: lead(Post.c.publishedDate, 1, "2025-01-01").over(plain),
    first: firstValue(Post.c.title).over(plain),
    firstOfAll: firstValue(Post.c.title).over(),
    firstDate: firstValue(Post.c.publishedDate).over(),
    last: lastValue(Post.c.title).over({ orderBy: Post.c.id }),
    lastInFrame: lastValue(Post.c.title).over(framed),
    lastInOwnFrame: lastValue(Post.c.title).over({ orderBy: Post.c.id, frame: rowsBetween(currentRow, currentRow) }),
    second: nthValue(Post.c.title, 2).over(plain),
    count: count().over(framed),
    sum: sum(Post.c.id).over(plain),
    last1: max(Post.c.title).over(),
  }).from(Post),
)<{
  n: number
  rank: number
  dense: number
  part: number
  before: string | null
  twoBefore: string | null
  otherwise: string
  otherwiseNull: string | null
  dateOtherwise: IsoDate | null
  first: string
  firstOfAll: string
  firstDate: IsoDate | null
  last: string
  lastInFrame: string | null
  lastInOwnFrame: string | null
  second: string | null
  count: number
  sum: number | null
  last1: string | null
}>()
rows(
  select({ first: firstValue(Post.c.title).over(), lag: lag(Post.c.id, 1, 0).over() })
    .from(User)
    .leftJoin(User.posts),
)<{ first: string | null; lag: number | null }>()

// ---------------------------------------------------------------- groups
rows(select({ title: Post.c.title, n: count() }).from(Post).groupBy(Post.c.title))<{ title: string; n: number }>()
rows(
  select({ title: Post.c.title, name: User.c.name, n: count(), left: grouping(Post.c.title) })
    .from(Post)
    .join(Post.author)
    .groupBy(User.c.name, rollup(Post.c.title, Post.c.userId)),
)<{ title: string | null; name: string; n: number; left: number }>()
rows(
  select({ title: Post.c.title, name: User.c.name })
    .from(Post)
    .join(Post.author)
    .groupByDistinct(cube([Post.c.title, User.c.name])),
)<{
  title: string | null
  name: string | null
}>()
rows(
  select({ title: Post.c.title, name: User.c.name })
    .from(Post)
    .join(Post.author)
    .groupBy(groupingSets([Post.c.title], rollup(User.c.name), [])),
)<{ title: string | null; name: string | null }>()
const date = nullable(coalesce(Post.c.publishedDate, "1970-01-01"))
rows(select({ date, n: count() }).from(Post).groupBy(rollup(date)))<{ date: IsoDate | null; n: number }>()
rows(select({ user: User, n: count() }).from(User).groupBy(User))<{ user: User; n: number }>()
