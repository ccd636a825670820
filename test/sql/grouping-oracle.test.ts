import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import {
  aliased,
  type AnyExpr,
  compile,
  count,
  cube,
  DatabaseError,
  exists,
  groupingSets,
  jsonAgg,
  jsonBuildObject,
  lower,
  max,
  percentileCont,
  rollup,
  rowNumber,
  select,
  sql,
  StatementError,
  stringAgg,
  sum,
} from "rebis"
import { postgres } from "../../src/dialects/postgres/index.ts"
import { onDatabases } from "../support/databases.ts"
import "../support/seed.ts"
import { Comment, Post, sharedLibrary, User } from "./library.ts"

const other = aliased(Post, "other")

/** What may be selected, and ordered by. Without values of its own: as text a parameter would be another one each time. */
const ordered: readonly (() => AnyExpr)[] = [
  () => Post.c.id,
  () => Post.c.title,
  () => Post.c.userId,
  () => Post.c.viewCount,
  () => User.c.id,
  () => User.c.name,
  () => lower(Post.c.title),
  () => lower(User.c.name),
  () => Post.c.viewCount.plus(Post.c.userId),
  () => count(),
  () => sum(Post.c.viewCount),
  () => sum(Post.c.viewCount.plus(User.c.id)),
  () => max(lower(Post.c.title)),
  () => stringAgg(Post.c.title, User.c.name).orderBy(Post.c.id),
  () => percentileCont(0.5).withinGroup(Post.c.viewCount),
  () => rowNumber().over(),
  () => rowNumber().over({ partitionBy: Post.c.userId, orderBy: count() }),
  () => sum(Post.c.viewCount).over({ orderBy: User.c.id }),
  () => sum(sum(Post.c.viewCount)).over({ orderBy: User.c.name }),
  () => count().filter(exists(select(Comment).where(Comment.c.postId.eq(Post.c.id)))),
  () => select(count()).from(Comment).where(Comment.c.postId.eq(Post.c.id)).asScalar(),
  () => select(count()).from(Comment).where(Comment.c.userId.eq(User.c.id)).asScalar(),
  () =>
    select(max(other.c.viewCount.plus(Post.c.viewCount)))
      .from(other)
      .asScalar(),
  () => select(max(Post.c.viewCount)).from(Comment).asScalar(),
  () => select(sum(other.c.viewCount)).from(other).groupBy(Post.c.userId).asScalar(),
  () => sum(select(count()).from(Comment).where(Comment.c.postId.eq(Post.c.id)).asScalar()),
  () => exists(select(other).where(other.c.title.eq(User.c.name))),
]
/** JSON has no order. */
const items: readonly (() => AnyExpr)[] = [
  ...ordered,
  () => jsonAgg(Post).filter(User.c.name.eq(Post.c.title)),
  () => jsonBuildObject({ name: User.c.name, posts: jsonAgg({ id: Post.c.id }) }),
  () => jsonBuildObject({ user: User }),
]

const keys: readonly (() => { readonly key: any; readonly text: AnyExpr })[] = [
  ...[Post.c.id, Post.c.title, Post.c.userId, User.c.id, User.c.name].map((column) => () => ({ key: column, text: column })),
  () => same(lower(Post.c.title)),
  () => same(Post.c.viewCount.plus(Post.c.userId)),
  () => ({ key: rollup(Post.c.userId, User.c.id), text: sql`rollup (${Post.c.userId}, ${User.c.id})` }),
  () => ({ key: cube([Post.c.id], Post.c.title), text: sql`cube (${Post.c.id}, ${Post.c.title})` }),
  () => ({ key: groupingSets([User.c.id], []), text: sql`grouping sets ((${User.c.id}), ())` }),
]
function same(key: AnyExpr): { readonly key: AnyExpr; readonly text: AnyExpr } {
  return { key, text: key }
}

const cases = fc.record({
  items: fc.array(fc.nat(items.length - 1), { minLength: 1, maxLength: 3 }),
  keys: fc.array(fc.nat(keys.length - 1), { maxLength: 3 }),
  having: fc.boolean(),
  orderBy: fc.option(fc.nat(ordered.length - 1), { nil: undefined }),
})

/** What the server says of a column that is not one of its group. */
const ungrouped = "42803"

onDatabases(["postgresql"], "what PostgreSQL says of groups", (database) => {
  const library = sharedLibrary(database)

  test("is what was said before it was asked", async () => {
    let [refused, sent] = [0, 0]
    await fc.assert(
      fc.asyncProperty(cases, async (choice) => {
        const chosen = choice.items.map((index) => items[index]!())
        const groups = choice.keys.map((index) => keys[index]!())
        const order = choice.orderBy === undefined ? undefined : ordered[choice.orderBy]!()
        let statement = select(Object.fromEntries(chosen.map((item, index) => [`c${index}`, item])))
          .from(Post)
          .join(Post.author)
          .groupBy(...groups.map(({ key }) => key as AnyExpr))
        if (choice.having) statement = statement.having(count().gte(count()))
        if (order !== undefined) statement = statement.orderBy(order)
        // Nothing is looked at in text; a plan is enough to be told.
        const text = sql`explain select ${sql.join(chosen)} from ${Post} inner join ${User} on ${Post.c.userId} = ${User.c.id}${
          groups.length === 0 ? sql`` : sql` group by ${sql.join(groups.map((group) => group.text))}`
        }${choice.having ? sql` having count(*) >= count(*)` : sql``}${order === undefined ? sql`` : sql` order by ${order}`}`

        const own = refusal(() => compile(statement, postgres))
        const server = await library.all(text).then(
          () => undefined,
          (error: unknown) => {
            assert.ok(error instanceof DatabaseError && error.serverCode === ungrouped, String(error))
            return error.message
          },
        )
        if (own === undefined) sent++
        else refused++
        if (own !== undefined) assert.notEqual(server, undefined, `refused for nothing: ${own}`)
        else if (choice.keys.every((index) => index < 5)) assert.equal(server, undefined, `not refused: ${String(server)}`)
      }),
      { numRuns: 400 },
    )
    assert.ok(refused > 50 && sent > 50, `${refused} refused, ${sent} sent`)
  })
})

function refusal(make: () => unknown): string | undefined {
  try {
    make()
    return undefined
  } catch (error) {
    assert.ok(error instanceof StatementError, String(error))
    return error.message
  }
}
