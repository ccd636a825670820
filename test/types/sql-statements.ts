/** The types of statements' rows: what `select`, `insert`, `update` and `deleteFrom` give, null included. */
import { bigint, type IsoDate, integer, numeric, text, timestamptz } from "../../src/schema/index.ts"
import {
  aliased,
  and,
  avg,
  caseWhen,
  cast,
  coalesce,
  type Condition,
  count,
  deleteFrom,
  exists,
  fn,
  greatest,
  insert,
  jsonAgg,
  jsonArray,
  jsonBuildObject,
  length,
  lower,
  max,
  merge,
  not,
  now,
  nullif,
  or,
  type ResultRow,
  round,
  select,
  sql,
  sum,
  update,
  value,
} from "../../src/sql/index.ts"
import { Comment, mood, Post, User } from "./sql-models.ts"

/** Compiles only when the two types are the same. */
function same<A, B>(..._: (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? [] : [never]): void {}
/** Compiles only when the rows of a statement are of the type. */
function rows<O>(_statement: {
  readonly $result: O
}): <E>(..._: (<T>() => T extends O ? 1 : 2) extends <T>() => T extends E ? 1 : 2 ? [] : [never]) => void {
  return () => {}
}

// ---------------------------------------------------------------- what is selected
rows(select(Post))<Post>()
rows(select(Post.c.title))<string>()
rows(select(Post.c.publishedDate))<IsoDate | null>()
rows(select({ id: Post.c.id, at: Post.c.createdAt, meta: Post.c.meta }))<{ id: number; at: Date; meta: { tags: string[] } | null }>()
rows(
  select({ post: Post, author: { user: User, upper: lower(User.c.name) } })
    .from(Post)
    .join(Post.author),
)<{ post: Post; author: { user: User; upper: string } }>()
rows(select(count()).from(Post))<number>()
rows(select(User.c.mood))<"sad" | "ok" | "happy" | null>()

// ---------------------------------------------------------------- loaded relations
const loaded = select(Post)
  .where(Post.c.title.eq("x"), Post.c.publishedDate.isNull())
  .orderBy(Post.c.createdAt.desc())
  .with("author")
  .with("comments", (q) => q.with("author").limit(3))
declare const post: ResultRow<typeof loaded>
post.author.greet()
post.comments[0]!.author.greet()
post.isPublished satisfies boolean
const render = (given: Post): string => given.title
render(post)

// ---------------------------------------------------------------- outer joins
rows(
  select({ post: Post, author: User, up: lower(User.c.name), n: count() })
    .from(Post)
    .leftJoin(Post.author),
)<{ post: Post; author: User | null; up: string | null; n: number }>()
rows(select({ post: Post, author: User }).from(Post).join(Post.author))<{ post: Post; author: User }>()
const editor = aliased(User, "editor")
rows(select({ id: Post.c.id, by: editor.c.name, who: editor }).from(Post).leftJoin(editor, editor.c.id.eq(Post.c.userId)))<{
  id: number
  by: string | null
  who: User | null
}>()
rows(
  select({ length: length(User.c.name), is: User.c.name.eq("x"), has: User.c.name.isNull() })
    .from(Post)
    .leftJoin(Post.author),
)<{ length: number | null; is: boolean | null; has: boolean }>()
rows(
  select({ both: User.c.id.plus(Post.c.id), none: coalesce(User.c.name, "none") })
    .from(Post)
    .leftJoin(Post.author),
)<{ both: number | null; none: string }>()
const other = aliased(Post, "other")
rows(select({ other, author: User }).from(other).join(other.author))<{ other: Post; author: User }>()

// ---------------------------------------------------------------- conditions
rows(
  select({
    a: Post.c.id.eq(1),
    b: Post.c.publishedDate.eq("2025-01-01"),
    c: Post.c.id.eq(Comment.c.id.isNull().and(true as never) as never),
  }),
)
rows(select(Post.c.id.gt(1).and(Post.c.price.gt("1"))).from(Post))<boolean | null>()
rows(select(not(Post.c.id.gt(1))).from(Post))<boolean>()
rows(select(or(Post.c.id.gt(1), Post.c.title.like("x%"))).from(Post))<boolean>()
rows(select(and(User.c.isAdmin, User.c.id.gt(1))).from(User))<boolean>()
rows(select(exists(select(Post))).from(User))<boolean>()
rows(select(Post.c.id.in([1, 2])).from(Post))<boolean>()
const condition: Condition = editor.c.id.eq(Post.c.userId)
select(Post).where(condition, User.c.isAdmin, Post.c.userId.in(select(User.c.id)), Comment.c.parentId.in(select(Comment.c.parentId)))
select(Post).where(Post.c.price.in(["1.10"]), User.c.mood.eq("sad"), User.c.mood.in(["ok", "happy"]), Post.c.id.between(1, Post.c.userId))

// ---------------------------------------------------------------- functions
rows(
  select({
    sum: sum(Post.c.id),
    exact: sum(Post.c.price),
    large: sum(Comment.c.id),
    mean: avg(Post.c.id),
    exactMean: avg(Post.c.price),
    last: max(Post.c.createdAt),
    rounded: round(avg(Post.c.id), 2),
    now: now(),
    null: nullif(Post.c.title, ""),
    greatest: greatest(Post.c.id, 2, Post.c.userId),
    greatestNull: greatest(Post.c.price, "2"),
  })
    .from(Post)
    .join(Post.comments),
)<{
  sum: number | null
  exact: string | null
  large: bigint | null
  mean: number | null
  exactMean: string | null
  last: Date | null
  rounded: number | null
  now: Date
  null: string | null
  greatest: number
  greatestNull: string | null
}>()
rows(
  select({
    a: coalesce(Post.c.price, "0"),
    b: coalesce(Post.c.price, Post.c.price),
    c: coalesce(Post.c.publishedDate, Post.c.publishedDate, "2020-01-01"),
  }).from(Post),
)<{
  a: string
  b: string | null
  c: IsoDate
}>()
rows(select({ a: cast(Post.c.id, text()), b: cast(Post.c.price, integer()), c: cast("1", numeric()) }).from(Post))<{
  a: string
  b: number | null
  c: string
}>()
rows(
  select({
    a: value("x"),
    b: value(1),
    c: value(true),
    d: value(new Date()),
    e: value("0.1", numeric()),
    f: value(null, text()),
    g: value({ a: 1 }, mood as never),
  }),
)
rows(select({ a: value("x"), b: value(null, text()) }))<{ a: string; b: string | null }>()
rows(select({ day: fn("date_trunc", timestamptz(), "day", Post.c.createdAt), part: fn("f", integer(), Post.c.price) }).from(Post))<{
  day: Date
  part: number | null
}>()
rows(
  select({
    a: caseWhen(Post.c.id.gt(1), "a").else("b"),
    b: caseWhen(Post.c.id.gt(1), 1).when(Post.c.id.gt(0), Post.c.id),
    c: caseWhen(Post.c.id.gt(1), User.c.name).else(null),
  })
    .from(Post)
    .leftJoin(Post.author),
)<{
  a: string
  b: number | null
  c: string | null
}>()
rows(select({ total: sum(caseWhen(Post.c.id.gt(1), 1).else(0)) }).from(Post))<{ total: number | null }>()

// ---------------------------------------------------------------- subqueries
const stats = select({ userId: Post.c.userId, n: count(), last: max(Post.c.createdAt) })
  .from(Post)
  .groupBy(Post.c.userId)
  .as("stats")
rows(select({ name: User.c.name, n: stats.c.n, last: stats.c.last }).from(User).leftJoin(stats, stats.c.userId.eq(User.c.id)))<{
  name: string
  n: number | null
  last: Date | null
}>()
rows(select({ stats }).from(stats))<{ stats: { userId: number; n: number; last: Date | null } }>()
const latest = select(Post).orderBy(Post.c.id.desc()).limit(3).as("latest")
rows(select({ latest, author: User }).from(latest).leftJoin(latest.author))<{ latest: Post; author: User | null }>()
rows(select({ n: select(count()).from(Post).asScalar(), name: select(User.c.name).asScalar() }))<{
  n: number
  name: string | null
}>()

// ---------------------------------------------------------------- JSON keeps its values
const digest = select(jsonBuildObject({ author: User.c.name, posts: jsonAgg({ title: Post.c.title, at: Post.c.createdAt }) }))
  .from(User)
  .join(User.posts)
  .groupBy(User.c.id)
rows(digest)<{ author: string; posts: { title: string; at: Date }[] }>()
rows(
  select({ posts: jsonAgg(Post), ids: jsonAgg(Post.c.id) })
    .from(User)
    .leftJoin(User.posts),
)<{ posts: Post[]; ids: number[] }>()
rows(
  select({ each: jsonAgg({ name: User.c.name, title: Post.c.title }) })
    .from(User)
    .leftJoin(User.posts),
)<{ each: { name: string; title: string | null }[] }>()
rows(
  select(jsonBuildObject({ user: User.c.name, post: Post }))
    .from(User)
    .leftJoin(User.posts),
)<{ user: string; post: Post | null }>()
rows(select(jsonBuildObject(Post)).from(User).leftJoin(User.posts))<Post | null>()
rows(
  select(jsonArray([Comment.c.id, Post.c.price, Post]))
    .from(Post)
    .join(Post.comments),
)<[bigint, string | null, Post]>()
rows(
  select({ all: jsonAgg(jsonBuildObject({ title: Post.c.title })) })
    .from(User)
    .leftJoin(User.posts),
)<{ all: { title: string }[] }>()
const nested = select({ id: User.c.id, posts: jsonAgg(Post.c.title) })
  .from(User)
  .join(User.posts)
  .groupBy(User.c.id)
  .as("nested")
rows(select({ titles: nested.c.posts }).from(User).leftJoin(nested, nested.c.id.eq(User.c.id)))<{ titles: string[] | null }>()

// ---------------------------------------------------------------- text
rows(sql<{ n: number }>`select 1 as n`)<{ n: number }>()
rows(select({ n: sql<number>`length(${Post.c.title})`, typed: sql`1`.returns(bigint()) }).from(Post))<{ n: number; typed: bigint }>()
select(Post).where(sql<boolean>`${Post.c.title} ~ ${"x"}`)
Post.c.id.eq(sql<number>`1 + 1`)
Post.c.id.in(sql<number>`(select 1)`)

// ---------------------------------------------------------------- writes
insert(User).values({ email: "a", name: "b" })
insert(User).values([{ email: "a", name: lower(value("B")), nickname: null, createdAt: now() }])
insert(Post).values({ title: "a", content: "b", userId: select(User.c.id).limit(1).asScalar() as never })
rows(insert(User).values({ email: "a", name: "b" }))<never>()
rows(insert(User).values({ email: "a", name: "b" }).returning())<User>()
rows(insert(User).values({ email: "a", name: "b" }).returning({ id: User.c.id, at: User.c.createdAt }))<{ id: number; at: Date }>()
rows(insert(User).values({ email: "a", name: "b" }).returning(User.c.id))<number>()
insert(User)
  .values({ email: "a", name: "b" })
  .onConflict([User.c.email])
  .doUpdate((excluded) => ({ name: excluded.name }), { where: User.c.name.ne("x") })
insert(User).values({ email: "a", name: "b" }).onConflict().doNothing()
rows(
  insert(User)
    .from(select({ email: User.c.email, name: lower(User.c.name) }))
    .returning(User.c.id),
)<number>()
insert(Post).from(
  select({ title: Post.c.title, content: User.c.name, userId: User.c.id, price: Post.c.price }).from(Post).join(Post.author),
)
insert(User).from(select(User).where(User.c.isAdmin)).onConflict().doNothing()
rows(
  update(Post)
    .set({ title: "x", price: null, meta: undefined, publishedDate: Post.c.publishedDate })
    .where(Post.c.id.eq(1))
    .returning(Post.c.id),
)<number>()
rows(
  update(Post)
    .set({ title: lower(Post.c.title) })
    .allRows()
    .returning(),
)<Post>()
rows(deleteFrom(Post).where(Post.c.id.eq(1)).returning({ id: Post.c.id }))<{ id: number }>()
rows(
  update(Post)
    .set({ title: User.c.name })
    .from(Post.author, stats)
    .leftJoin(editor, editor.c.id.eq(stats.c.userId))
    .where(stats.c.userId.eq(User.c.id))
    .returning({ id: Post.c.id, by: User, editor, name: editor.c.name, n: stats.c.n }),
)<{ id: number; by: User; editor: User | null; name: string | null; n: number }>()
rows(deleteFrom(Post).using(User).leftJoin(User.posts).allRows().returning({ by: User.c.name, post: Post }))<{
  by: string
  post: Post | null
}>()
rows(deleteFrom(Post).using(Post.author).allRows().returning())<Post>()
rows(
  update(Post)
    .set({ title: "x" })
    .allRows()
    .returning((row) => ({ before: row.old.c.title, after: row.new, date: row.old.c.publishedDate, id: Post.c.id })),
)<{ before: string; after: Post; date: IsoDate | null; id: number }>()
rows(
  deleteFrom(Post)
    .using(Post.author)
    .leftJoin(User.posts)
    .allRows()
    .returning((row) => ({ old: row.old, title: row.new.c.title, up: lower(row.old.c.title), by: User })),
)<{ old: Post; title: string | null; up: string; by: User }>()
rows(
  insert(User)
    .values({ email: "a", name: "b" })
    .onConflict([User.c.email])
    .doUpdate({ name: "c" })
    .returning((row) => ({ before: row.old, name: row.old.c.name, after: row.new.c.name })),
)<{ before: User | null; name: string | null; after: string }>()
rows(
  update(Post)
    .set({ title: "x" })
    .allRows()
    .returning((row) => row.old),
)<Post>()
const merged = merge(Post)
  .using(stats, stats.c.userId.eq(Post.c.userId))
  .whenMatched(stats.c.n.gt(3))
  .thenUpdate({ title: "x", price: null })
rows(merged)<never>()
rows(merged.returning((row) => ({ did: row.action, old: row.old, is: row.new.c.title, n: stats.c.n, post: Post })))<{
  did: "INSERT" | "UPDATE" | "DELETE"
  old: Post
  is: string
  n: number
  post: Post
}>()
rows(
  merged
    .whenNotMatched()
    .thenInsert({ title: "x", content: "y", userId: stats.c.userId })
    .whenNotMatchedBySource()
    .thenDelete()
    .returning((row) => ({ old: row.old.c.title, is: row.new, n: stats.c.n, title: Post.c.title })),
)<{ old: string | null; is: Post | null; n: number | null; title: string }>()
rows(merged.returning())<Post>()
rows(
  merged
    .returning((row) => ({ old: row.old.c.title, n: stats.c.n }))
    .whenNotMatched()
    .thenInsert({ title: "x", content: "y", userId: 1 })
    .whenNotMatchedBySource()
    .thenDoNothing(),
)<{ old: string | null; n: number | null }>()
rows(update(Post).set({ title: "x" }).allRows().returning({ by: User.c.name, id: Post.c.id }).from(User).leftJoin(User.posts))<{
  by: string
  id: number | null
}>()

// ---------------------------------------------------------------- writes in WITH
const gone = deleteFrom(Post).using(Post.author).allRows().returning({ id: Post.c.id, by: User.c.name, price: Post.c.price }).cte("gone")
rows(select({ gone, price: gone.c.price }).from(gone))<{ gone: { id: number; by: string; price: string | null }; price: string | null }>()
const fresh = insert(User).values({ email: "a", name: "b" }).returning().cte("fresh")
rows(select({ fresh, name: fresh.c.name, title: Post.c.title }).from(fresh).leftJoin(fresh.posts))<{
  fresh: User
  name: string
  title: string | null
}>()
const was = update(Post)
  .set({ title: "x" })
  .allRows()
  .returning((row) => row.old)
  .cte("was")
rows(select({ was, title: was.c.title }).from(was))<{ was: Post; title: string }>()
select(User).withCte(gone, deleteFrom(Post).allRows().cte("silent"))
update(Post).set({ title: "x" }).allRows().withCte(gone)
same<ResultRow<typeof digest>, { author: string; posts: { title: string; at: Date }[] }>()
