/** The rows of common table expressions and set operations. */
import { bigint, type IsoDate } from "../../src/schema/index.ts"
import { aliased, cast, count, exists, jsonAgg, recursive, select, sql, sum, value } from "../../src/sql/index.ts"
import { rows } from "./row-types.ts"
import { Comment, Post, User } from "./sql-models.ts"

// ---------------------------------------------------------------- common table expressions
const stats = select({ userId: Post.c.userId, n: count(), last: Post.c.publishedDate }).from(Post).cte("stats")
rows(select(stats))<{ userId: number; n: number; last: IsoDate | null }>()
rows(select({ name: User.c.name, n: stats.c.n, stats }).from(User).leftJoin(stats, stats.c.userId.eq(User.c.id)))<{
  name: string
  n: number | null
  stats: { userId: number; n: number; last: IsoDate | null } | null
}>()
const other = aliased(stats, "other")
rows(select({ a: stats.c.n, b: other.c.n }).from(stats).leftJoin(other, other.c.n.gt(stats.c.n)))<{ a: number; b: number | null }>()
const recent = select(Post).cte("recent", { materialized: true })
rows(select(recent))<Post>()
rows(select(recent).with("author"))<Post & { author: User }>()
rows(select({ recent, author: User }).from(recent).leftJoin(recent.author))<{ recent: Post; author: User | null }>()
rows(select({ again: aliased(recent, "again") }))<{ again: Post }>()
select(User).withCte(stats, recent)

// ---------------------------------------------------------------- recursion
const numbers = recursive("numbers", select({ n: value(1), path: value("") }), (self) =>
  select({ path: self.c.path.concat("x"), n: self.c.n.plus(1) }).from(self),
)
rows(select(numbers))<{ n: number; path: string }>()
const thread = recursive("thread", select(Comment), (self) => select(Comment).join(self, Comment.c.parentId.eq(self.c.id)))
rows(select({ thread, post: Post.c.title }).from(thread).join(thread.post))<{ thread: Comment; post: string }>()
const marked = recursive("marked", select({ id: Comment.c.id }), (self) => select({ id: self.c.id }), {
  unionAll: false,
  search: { order: "breadth", by: ["id"], set: "place" },
  cycle: { columns: ["id"], set: "isCycle", using: "way" },
})
rows(select({ id: marked.c.id, isCycle: marked.c.isCycle }).from(marked).orderBy(marked.c.place))<{ id: bigint; isCycle: boolean }>()
rows(select(marked))<{ id: bigint }>()

// ---------------------------------------------------------------- set operations
const people = select({ kind: value("user"), id: User.c.id, nickname: User.c.nickname }).from(User)
const things = select({ nickname: Post.c.title, id: Post.c.id, kind: value("post") }).from(Post)
rows(people.union(things))<{ kind: string; id: number; nickname: string | null }>()
rows(things.unionAll(people).orderBy("nickname", Post.c.id.desc()).limit(2).offset(1))<{
  nickname: string | null
  id: number
  kind: string
}>()
rows(select(Post.c.title).except(select(User.c.nickname)))<string | null>()
rows(select(User.c.nickname).intersect(select(Post.c.title)).exceptAll(select(User.c.name)))<string | null>()
rows(select(Post).union(select(Post)))<Post>()
rows(select(Post.c.createdAt).intersectAll(select(User.c.createdAt)))<Date>()
rows(select({ post: Post, n: value(1) }).union(select({ post: Post, n: value(2) })))<{ post: Post; n: number }>()
rows(
  select({ post: Post, user: User })
    .from(Post)
    .leftJoin(Post.author)
    .unionAll(select({ user: User, post: Post }).from(Post).rightJoin(Post.author)),
)<{ post: Post | null; user: User | null }>()
const union = people.union(things).as("both")
rows(select({ nickname: union.c.nickname, kind: union.c.kind }).from(union))<{ nickname: string | null; kind: string }>()
const few = select(Post).limit(1).union(select(Post)).cte("few")
rows(select({ few, author: User }).from(few).join(few.author))<{ few: Post; author: User }>()
rows(select(few).with("comments"))<Post & { comments: Comment[] }>()
const side = people.union(things).lateral("side")
rows(select({ id: side.c.id }).from(User).leftJoin(side))<{ id: number | null }>()
rows(select({ n: select(User.c.id).union(select(Post.c.id)).asScalar() }))<{ n: number | null }>()
select(User).where(User.c.id.in(select(User.c.id).union(select(Post.c.userId))), exists(people.union(things)))
rows(select({ n: sql<number>`1` }).union(select({ n: cast(Post.c.id, bigint()) }) as never))
rows(select({ a: sql`1` }).union(select({ a: User.c.name })))

// ---------------------------------------------------------------- limits, locks, arrays
rows(
  select(Post)
    .distinctOn(Post.c.userId)
    .limit(value(2), { withTies: true })
    .offset(count())
    .forUpdate({ of: [Post], skipLocked: true }),
)<Post>()
rows(select({ id: Post.c.id }).join(Post.author).forShare({ of: User, nowait: true }).forKeyShare())<{ id: number }>()
rows(select({ ids: select(Post.c.id).asArray(), days: select(Post.c.publishedDate).union(select(Post.c.publishedDate)).asArray() }))<{
  ids: number[]
  days: (IsoDate | null)[]
}>()

// ---------------------------------------------------------------- one value
rows(
  select({
    n: select(count()).from(Post).where(Post.c.userId.eq(User.c.id)).asScalar(),
    list: select(jsonAgg(Post.c.title)).from(Post).join(Post.author).distinct().asScalar(),
    sum: select(sum(Post.c.id)).from(Post).asScalar(),
    grouped: select(count()).from(Post).groupBy(Post.c.userId).asScalar(),
    having: select(count()).from(Post).having(count().gt(1)).asScalar(),
    limited: select(count()).from(Post).limit(1).asScalar(),
    skipped: select(count()).from(Post).offset(1).asScalar(),
    windowed: select(count().over()).from(Post).asScalar(),
    either: select(count()).from(Post).union(select(count()).from(User)).asScalar(),
  }).from(User),
)<{
  n: number
  list: string[]
  sum: number | null
  grouped: number | null
  having: number | null
  limited: number | null
  skipped: number | null
  windowed: number | null
  either: number | null
}>()
