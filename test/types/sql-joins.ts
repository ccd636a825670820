/** The rows of joins: what may be null in them. */
import { aliased, count, jsonAgg, lower, max, select, value } from "../../src/sql/index.ts"
import { rows } from "./row-types.ts"
import { Comment, Post, User } from "./sql-models.ts"

const editor = aliased(User, "editor")
const posts = select({ post: Post, title: Post.c.title, author: User, up: lower(User.c.name), n: count() }).from(Post)

rows(posts.rightJoin(Post.author))<{ post: Post | null; title: string | null; author: User; up: string; n: number }>()
rows(posts.rightJoin(User, User.c.id.eq(Post.c.userId)))<{
  post: Post | null
  title: string | null
  author: User
  up: string
  n: number
}>()
rows(posts.fullJoin(Post.author))<{ post: Post | null; title: string | null; author: User | null; up: string | null; n: number }>()
rows(posts.crossJoin(User))<{ post: Post; title: string; author: User; up: string; n: number }>()

// Each join is over all that stands before it.
const three = select({ post: Post.c.id, user: User.c.id, editor: editor.c.id }).from(Post)
rows(three.leftJoin(User, User.c.id.eq(1)).rightJoin(editor, editor.c.id.eq(1)))<{
  post: number | null
  user: number | null
  editor: number
}>()
rows(three.rightJoin(User, User.c.id.eq(1)).join(editor, editor.c.id.eq(1)))<{ post: number | null; user: number; editor: number }>()
rows(three.fullJoin(User, User.c.id.eq(1)).join(editor, editor.c.id.eq(1)))<{ post: number | null; user: number | null; editor: number }>()
rows(three.rightJoin(User, User.c.id.eq(1)).leftJoin(editor, editor.c.id.eq(1)))<{
  post: number | null
  user: number
  editor: number | null
}>()
rows(three.fullJoin(User, User.c.id.eq(1)).crossJoin(editor))<{ post: number | null; user: number | null; editor: number }>()
rows(three.fullJoin(User, User.c.id.eq(1)).from(editor))<{ post: number | null; user: number | null; editor: number }>()

// An alias in the place of a relation's target, and a condition beside a relation's own.
rows(posts.leftJoin(Post.author, User.c.id.gt(1)))<{ post: Post; title: string; author: User | null; up: string | null; n: number }>()
rows(select({ id: Post.c.id, by: editor.c.name }).from(Post).leftJoin(editor, Post.author))<{ id: number; by: string | null }>()
rows(select({ id: Post.c.id, by: editor.c.name }).from(Post).rightJoin(editor, Post.author))<{ id: number | null; by: string }>()
rows(select(Post).join(editor, Post.author))<Post>()

// JSON looks through them.
rows(
  select({ user: User.c.id, posts: jsonAgg({ title: Post.c.title }) })
    .from(Post)
    .rightJoin(Post.author),
)<{ user: number; posts: { title: string }[] }>()

// A statement of columns alone finds its start.
rows(select({ title: Post.c.title, author: User.c.name }).leftJoin(Post.author))<{ title: string; author: string | null }>()

// Subqueries.
const stats = select({ userId: User.c.id, posts: count(Post.c.id), last: Post.c.createdAt })
  .from(User)
  .leftJoin(User.posts)
  .as("stats")
rows(select({ stats, n: stats.c.posts, last: stats.c.last }).from(User).join(stats, stats.c.userId.eq(User.c.id)))<{
  stats: { userId: number; posts: number; last: Date | null }
  n: number
  last: Date | null
}>()
rows(select({ stats, n: stats.c.posts }).from(User).leftJoin(stats, stats.c.userId.eq(User.c.id)))<{
  stats: { userId: number; posts: number; last: Date | null } | null
  n: number | null
}>()
const empty = select(stats).from(User).leftJoin(stats, stats.c.userId.eq(User.c.id)).as("empty")
rows(select(empty.c.posts).from(empty))<number | null>()

// Lateral ones need no condition.
const newest = select({ title: Post.c.title, at: max(Post.c.createdAt) })
  .where(Post.c.userId.eq(User.c.id))
  .lateral("newest")
rows(select({ title: newest.c.title, at: newest.c.at }).from(User).join(newest))<{ title: string; at: Date | null }>()
rows(select({ title: newest.c.title, newest }).from(User).leftJoin(newest))<{
  title: string | null
  newest: { title: string; at: Date | null } | null
}>()
const newestPost = select(Post).where(Post.c.userId.eq(User.c.id)).limit(1).lateral("newest")
rows(select({ newestPost, by: editor.c.name }).from(User).leftJoin(newestPost).join(editor, editor.c.id.eq(newestPost.c.userId)))<{
  newestPost: Post | null
  by: string
}>()
rows(select(User).crossJoin(newestPost).join(newestPost.author))<User>()
select(Comment).join(Post, value(true))
rows(select({ post: Post.c.id, user: User.c.id }).from(Post, User).allowCartesian())<{ post: number; user: number }>()
rows(select(Post).crossJoin(User).allowCartesian())<Post>()
