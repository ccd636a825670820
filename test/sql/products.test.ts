import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  aliased,
  and,
  count,
  exists,
  generateSeries,
  max,
  not,
  or,
  select,
  sql,
  StatementError,
  sum,
  unnest,
  update,
  value,
  valuesList,
  integer,
  type Statement,
} from "rebis"
import { forEachDatabase } from "../support/databases.ts"
import { Comment, Post, sharedLibrary, Tag, User } from "./library.ts"
import { onPostgres } from "./statement-case.ts"

const editor = aliased(User, "editor")
const stats = select({ userId: Post.c.userId, n: count() }).from(Post).groupBy(Post.c.userId).as("stats")
const most = select({ most: max(Post.c.viewCount) })
  .from(Post)
  .cte("most")
const columns = select({ post: Post.c.id, user: User.c.id })
const list = valuesList("list", { id: integer() }, [{ id: 1 }])

forEachDatabase("products", (database) => {
  const library = sharedLibrary(database)

  test("are made where that is said", async () => {
    assert.equal((await library.all(columns.from(Post, User).allowCartesian())).length, 9)
    assert.equal((await library.all(columns.from(Post).crossJoin(User))).length, 9)
    assert.equal((await library.all(select(Post).crossJoin(User).distinct().where(Post.c.id.eq(1)))).length, 1)
    assert.equal((await library.all(columns.from(Post).leftJoin(User, User.c.id.eq(1)).allowCartesian())).length, 3)
  })

  test("of one row with all are said too", async () => {
    const share = select({ id: Post.c.id, most: most.c.most }).from(Post).crossJoin(most).where(Post.c.viewCount.eq(most.c.most))
    assert.deepEqual(await library.all(share), [{ id: 2, most: 20 }])
  })
})

describe("products", () => {
  const refused: readonly (readonly [string, () => Statement, RegExp])[] = [
    [
      "two entries without a condition",
      () => columns.from(Post, User),
      /no condition ties user to post, so that every row of one would meet every row of the other\n.*crossJoin\(\) or allowCartesian\(\)/,
    ],
    [
      "conditions on each entry alone",
      () => columns.from(Post, User).where(Post.c.id.eq(1), User.c.id.eq(1)),
      /no condition ties user to post/,
    ],
    [
      "such conditions in one and()",
      () => columns.from(Post, User).where(and(Post.c.id.eq(1), User.c.id.eq(1))),
      /no condition ties user to post/,
    ],
    ["one of three entries", () => columns.from(Post, User, Tag).where(User.c.id.eq(Post.c.userId)), /no condition ties tag to post/],
    [
      "two of four",
      () => columns.from(Post, User, Tag, Comment).where(User.c.id.eq(Post.c.userId), Tag.c.id.eq(Comment.c.postId)),
      /no condition ties tag, comment to post/,
    ],
    [
      "a condition of a join that looks at one side",
      () => columns.from(Post).join(User, User.c.id.gt(1)),
      /no condition ties user to post/,
    ],
    [
      "a condition of an outer join that looks at one side",
      () => columns.from(Post).leftJoin(User, User.c.id.gt(1)),
      /no condition ties user to post/,
    ],
    [
      "a condition of a join that looks at others",
      () => columns.from(Post).join(editor, editor.c.id.eq(Post.c.userId)).join(User, editor.c.id.eq(Post.c.id)),
      /no condition ties user to post/,
    ],
    [
      "both sides of a join, each alone",
      () => columns.from(Post).join(User, and(User.c.id.gt(1), Post.c.id.gt(1))),
      /no condition ties user to post/,
    ],
    ["a subquery that is not tied", () => select({ id: User.c.id, n: stats.c.n }).from(User, stats), /no condition ties stats to user/],
    ["a common table expression", () => select({ id: Post.c.id, most: most.c.most }).from(Post, most), /no condition ties most to post/],
    ["a list of values", () => select({ id: Post.c.id, list: list.c.id }).from(Post, list), /no condition ties list to post/],
    [
      "a function that looks at nothing",
      () => select({ id: Post.c.id }).from(Post).join(generateSeries(1, 2).as("n")),
      /no condition ties n to post/,
    ],
    [
      "a lateral subquery that looks at nothing",
      () =>
        select({ id: Post.c.id })
          .from(Post)
          .join(select({ id: User.c.id }).lateral("other")),
      /no condition ties other to post/,
    ],
    ["an entity and what narrows it", () => select(Post).join(User, User.c.name.eq("x")), /no condition ties user to post/],
    ["inside of a subquery", () => select(Post).where(exists(columns.from(Post, User))), /no condition ties user to post/],
    [
      "inside of a set operation",
      () => columns.from(Post, User).union(columns.from(Post).join(Post.author)),
      /no condition ties user to post/,
    ],
  ]
  for (const [name, make, message] of refused) {
    test(`are refused: ${name}`, () => {
      assert.throws(() => onPostgres(make()), { name: StatementError.name, message })
    })
  }

  const tied: readonly (readonly [string, () => Statement])[] = [
    ["by a relation", () => columns.join(Post.author)],
    ["by where()", () => columns.from(Post, User).where(User.c.id.eq(Post.c.userId))],
    ["by way of a third", () => columns.from(Post, User, Comment).where(Comment.c.postId.eq(Post.c.id), Comment.c.userId.eq(User.c.id))],
    ["by a condition inside and()", () => columns.from(Post, User).where(and(Post.c.id.gt(1), User.c.id.eq(Post.c.userId)))],
    ["by or() as a whole", () => columns.from(Post, User).where(or(Post.c.id.eq(1), User.c.id.eq(1)))],
    ["by not() as a whole", () => columns.from(Post, User).where(not(and(Post.c.id.eq(1), User.c.id.eq(1))))],
    [
      "by a subquery that looks at both",
      () => columns.from(Post, User).where(exists(select(Comment).where(Comment.c.postId.eq(Post.c.id), Comment.c.userId.eq(User.c.id)))),
    ],
    ["by text that may look at anything", () => columns.from(Post, User).where(sql<boolean>`user_id = "user".id`)],
    ["by text with columns", () => columns.from(Post, User).where(sql<boolean>`${Post.c.userId} = ${User.c.id}`)],
    ["by a join's condition that is text", () => columns.from(Post).join(User, sql<boolean>`true`)],
    [
      "by a lateral subquery",
      () =>
        select({ id: Post.c.id })
          .from(Post)
          .join(select({ id: User.c.id }).where(User.c.id.eq(Post.c.userId)).lateral("other")),
    ],
    [
      "by a function's argument",
      () =>
        select({ id: Post.c.id })
          .from(Post)
          .join(unnest(sql`array[${Post.c.id}]`.returns(integer().array())).as("n")),
    ],
    [
      "by the row around the statement",
      () =>
        select(User).where(
          exists(select({ id: Post.c.id }).from(Post, Comment).where(Post.c.userId.eq(User.c.id), Comment.c.userId.eq(User.c.id))),
        ),
    ],
    ["by the condition of an outer join", () => columns.from(Post).fullJoin(User, and(User.c.id.eq(Post.c.userId), User.c.id.gt(1)))],
    ["by a join and where() together", () => columns.from(Post).join(User, User.c.id.gt(1)).where(User.c.id.eq(Post.c.userId))],
    ["by being alone", () => select({ n: sum(Post.c.viewCount), one: value(1) }).from(Post)],
    [
      "by being alone beside a subquery in where()",
      () =>
        update(Post)
          .set({ title: "x" })
          .where(Post.c.id.in(select(Comment.c.postId))),
    ],
  ]
  for (const [name, make] of tied) {
    test(`are none: entries tied ${name}`, () => {
      assert.match(onPostgres(make()).text, /^(select|update) /)
    })
  }
})
