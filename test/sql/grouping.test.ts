import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  aliased,
  anyValue,
  avg,
  coalesce,
  compile,
  count,
  cube,
  exists,
  fn,
  grouping,
  groupingSets,
  integer,
  jsonAgg,
  jsonBuildObject,
  lower,
  max,
  nullable,
  percentileCont,
  rollup,
  rowNumber,
  select,
  sql,
  type Statement,
  StatementError,
  sum,
  UnsupportedError,
  value,
  window,
} from "rebis"
import { sqlite } from "../../src/dialects/sqlite/index.ts"
import { forEachDatabase, onDatabases } from "../support/databases.ts"
import { Comment, Post, posts, PostTag, sharedLibrary, User } from "./library.ts"
import { onPostgres, plain, testCases } from "./statement-case.ts"

const { userId, viewCount, title } = Post.c
const latest = select(Post).orderBy(Post.c.id.desc()).limit(2).as("latest")

onDatabases(["postgresql", "pglite"], "several groupings at once", (database) => {
  const library = sharedLibrary(database)

  testCases(database, library, [
    {
      name: "roll up from the last key to the first",
      statement: select({ userId, title, views: sum(viewCount) })
        .from(Post)
        .groupBy(rollup(userId, title))
        .orderBy(userId, title),
      text: `select "post"."user_id" as "userId", "post"."title", sum("post"."view_count") as "views" from "post" group by rollup ("post"."user_id", "post"."title") order by "post"."user_id", "post"."title"`,
      rows: [
        { userId: 1, title: "Engines", views: 10 },
        { userId: 1, title: "Notes", views: 20 },
        { userId: 1, title: null, views: 30 },
        { userId: 2, title: "Fish", views: 5 },
        { userId: 2, title: null, views: 5 },
        { userId: null, title: null, views: 35 },
      ],
    },
    {
      name: "leave out a list of keys together",
      statement: select({ userId, n: count() })
        .from(Post)
        .groupBy(rollup([userId, title]))
        .orderBy(userId.asc().nullsFirst()),
      text: `select "post"."user_id" as "userId", count(*) as "n" from "post" group by rollup (("post"."user_id", "post"."title")) order by "post"."user_id" asc nulls first`,
      rows: [
        { userId: null, n: 3 },
        { userId: 1, n: 1 },
        { userId: 1, n: 1 },
        { userId: 2, n: 1 },
      ],
    },
    {
      name: "make every choice of keys",
      statement: select({ userId, left: grouping(userId, Post.c.publishedDate), n: count() })
        .from(Post)
        .groupBy(cube(userId, Post.c.publishedDate))
        .having(grouping(Post.c.publishedDate).eq(1))
        .orderBy(grouping(userId), userId),
      text:
        `select "post"."user_id" as "userId", grouping("post"."user_id", "post"."published_date") as "left", count(*) as "n" from "post" group by cube ("post"."user_id", "post"."published_date") ` +
        `having grouping("post"."published_date") = $1 order by grouping("post"."user_id"), "post"."user_id"`,
      rows: [
        { userId: 1, left: 1, n: 2 },
        { userId: 2, left: 1, n: 1 },
        { userId: null, left: 3, n: 3 },
      ],
    },
    {
      name: "group by lists of keys, by rollups among them, and by nothing",
      statement: select({ userId, title, n: count() })
        .from(Post)
        .groupBy(groupingSets([userId], [], rollup(title)))
        .orderBy(userId, title),
      text: `select "post"."user_id" as "userId", "post"."title", count(*) as "n" from "post" group by grouping sets (("post"."user_id"), (), rollup ("post"."title")) order by "post"."user_id", "post"."title"`,
      rows: [
        { userId: 1, title: null, n: 2 },
        { userId: 2, title: null, n: 1 },
        { userId: null, title: "Engines", n: 1 },
        { userId: null, title: "Fish", n: 1 },
        { userId: null, title: "Notes", n: 1 },
        { userId: null, title: null, n: 3 },
        { userId: null, title: null, n: 3 },
      ],
    },
    {
      name: "combine with keys beside them",
      statement: select({ userId, title, n: count() })
        .from(Post)
        .groupBy(userId, groupingSets([title], []))
        .having(count().gt(1)),
      text: `select "post"."user_id" as "userId", "post"."title", count(*) as "n" from "post" group by "post"."user_id", grouping sets (("post"."title"), ()) having count(*) > $1`,
      rows: [{ userId: 1, title: null, n: 2 }],
    },
  ])

  test("group by selected expressions with parameters", async () => {
    const size = viewCount.dividedBy(10)
    const statement = select({ size, userId, n: count() }).from(Post).groupBy(rollup(size, userId)).orderBy(size, userId)
    assert.equal(
      onPostgres(statement).text,
      `select "post"."view_count" / $1 as "size", "post"."user_id" as "userId", count(*) as "n" from "post" group by rollup (1, "post"."user_id") order by 1, "post"."user_id"`,
    )
    assert.deepEqual(
      (await library.all(statement)).map(({ size: of, userId: by, n }) => [of, by, n]),
      [
        [0, 2, 1],
        [0, null, 1],
        [1, 1, 1],
        [1, null, 1],
        [2, 1, 1],
        [2, null, 1],
        [null, null, 3],
      ],
    )
  })

  test("say of a key that is never null that it may be left out", async () => {
    const date = nullable(coalesce(Post.c.publishedDate, "1970-01-01"))
    const rows = await library.all(select({ date, n: count() }).from(Post).groupBy(rollup(date)).orderBy(date.asc().nullsLast()))
    assert.deepEqual(rows.at(0), { date: "1970-01-01", n: 1 })
    assert.deepEqual(rows.at(-1), { date: null, n: 3 })
  })

  test("make each group once when asked", async () => {
    const keys = [rollup(userId, title), rollup(userId, Post.c.publishedDate)] as const
    const all = select(count())
      .from(Post)
      .groupBy(...keys)
    const once = select(count())
      .from(Post)
      .groupByDistinct(...keys)
    assert.match(onPostgres(once).text, /group by distinct rollup \("post"\."user_id", "post"\."title"\), rollup \(/)
    const [many, few] = [await library.all(all), await library.all(once)]
    assert.ok(few.length < many.length, `${few.length} of ${many.length}`)
  })

  test("give no entity where its columns are left out", async () => {
    const columns = Object.values(PostTag.c) as [typeof PostTag.c.postId, typeof PostTag.c.tagId]
    await library.all(sql`insert into tag (id, label) values (1, 'x')`)
    await library.all(sql`insert into post_tag (post_id, tag_id) values (1, 1)`)
    const rows = await library.all(select({ row: PostTag, n: count() }).from(PostTag).groupBy(rollup(columns)).orderBy(columns[0]))
    assert.deepEqual(plain(rows), [
      { row: { postId: 1, tagId: 1 }, n: 1 },
      { row: null, n: 1 },
    ])
  })
})

forEachDatabase("groups", (database) => {
  const library = sharedLibrary(database)

  testCases(database, library, [
    {
      name: "of a model are made by its key, on which its columns depend",
      statement: select({ name: User.c.name, nickname: User.c.nickname, posts: count(Post.c.id) })
        .from(User)
        .leftJoin(User.posts)
        .groupBy(User)
        .orderBy(User.c.name.desc()),
      text:
        `select "user"."name", "user"."nickname", count("post"."id") as "posts" from "user" left join "post" on "user"."id" = "post"."user_id" ` +
        `group by "user"."id" order by "user"."name" desc`,
      rows: [
        { name: "Cy", nickname: "sea", posts: 0 },
        { name: "Bob", nickname: null, posts: 1 },
        { name: "Ada", nickname: "countess", posts: 2 },
      ],
    },
    {
      name: "of a key of two columns are made by both",
      statement: select({ tag: PostTag, n: count() }).from(PostTag).groupBy(PostTag),
      text: `select "post_tag"."post_id", "post_tag"."tag_id", count(*) as "n" from "post_tag" group by "post_tag"."post_id", "post_tag"."tag_id"`,
      rows: [],
    },
    {
      name: "of an alias are made by its key",
      statement: (() => {
        const editor = aliased(User, "editor")
        return select({ name: editor.c.name, n: count() }).from(editor).join(editor.posts).groupBy(editor).orderBy(editor.c.name)
      })(),
      text: `select "editor"."name", count(*) as "n" from "user" as "editor" inner join "post" on "editor"."id" = "post"."user_id" group by "editor"."id" order by "editor"."name"`,
      rows: [
        { name: "Ada", n: 2 },
        { name: "Bob", n: 1 },
      ],
    },
    {
      name: "of a common table expression are made by all of its columns",
      statement: (() => {
        const few = select({ userId, title }).from(Post).cte("few")
        return select({ few, n: count() }).from(few).groupBy(few).orderBy(few.c.title).limit(1)
      })(),
      text:
        `with "few" as (select "post"."user_id" as "userId", "post"."title" from "post") ` +
        `select "few"."userId", "few"."title", count(*) as "n" from "few" group by "few"."userId", "few"."title" order by "few"."title" limit $1`,
      rows: [{ few: { userId: 1, title: "Engines" }, n: 1 }],
    },
    {
      name: "give entities",
      statement: select({ user: User, n: count() }).from(User).join(User.posts).groupBy(User.c.id).orderBy(User.c.id).limit(0),
      text:
        `select "user"."id", "user"."email", "user"."name", "user"."nickname", "user"."created_at", count(*) as "n" from "user" inner join "post" on "user"."id" = "post"."user_id" ` +
        `group by "user"."id" order by "user"."id" limit $1`,
      rows: [],
    },
    {
      name: "become JSON with lists of what is in them",
      statement: select(jsonBuildObject({ author: User.c.name, posts: jsonAgg(Post, { orderBy: Post.c.id }) }))
        .from(User)
        .join(User.posts)
        .groupBy(User.c.id)
        .having(count().gt(1)),
      text:
        `select json_build_object('author', "user"."name", 'posts', coalesce(json_agg(json_build_object('id', "post"."id", 'title', "post"."title", 'userId', "post"."user_id", 'viewCount', "post"."view_count", 'meta', cast("post"."meta" as text), 'publishedDate', "post"."published_date") order by "post"."id"), '[]'::json)) ` +
        `from "user" inner join "post" on "user"."id" = "post"."user_id" group by "user"."id" having count(*) > $1`,
      sqlite:
        `select json_object('author', "user"."name", 'posts', json_group_array(json_object('id', "post"."id", 'title', "post"."title", 'userId', "post"."user_id", 'viewCount', "post"."view_count", 'meta', "post"."meta", 'publishedDate', "post"."published_date") order by "post"."id")) ` +
        `from "user" inner join "post" on "user"."id" = "post"."user_id" group by "user"."id" having count(*) > ?`,
      rows: [{ author: "Ada", posts: [posts[0], posts[1]] }],
    },
  ])

  const perUser = window("per_user", { partitionBy: userId })
  const sound: Record<string, () => Statement> = {
    "a key inside of functions": () =>
      select({ name: lower(User.c.name) })
        .from(User)
        .groupBy(User.c.name)
        .orderBy(lower(User.c.name)),
    "a key that is an expression": () =>
      select({ name: lower(User.c.name), n: count() })
        .from(User)
        .groupBy(lower(User.c.name)),
    "a key that is a selected expression with parameters": () => {
      const long = viewCount.gt(9)
      return select({ long, n: count() }).from(Post).groupBy(long).orderBy(long)
    },
    "a subquery that looks at a key": () =>
      select({ userId, name: select(User.c.name).where(User.c.id.eq(userId)).asScalar() })
        .from(Post)
        .groupBy(userId),
    "a subquery that looks at a column that depends on a key": () =>
      select({ id: User.c.id, n: select(count()).from(Post).where(Post.c.title.ne(User.c.name)).asScalar() })
        .from(User)
        .groupBy(User.c.id),
    "a subquery inside of an aggregate": () =>
      select({ userId, n: sum(select(count()).from(Comment).where(Comment.c.postId.eq(Post.c.id)).asScalar()) })
        .from(Post)
        .groupBy(userId),
    "a grouped subquery that looks at the row around it": () =>
      select({
        name: User.c.name,
        n: select(sum(viewCount).plus(User.c.id)).from(Post).where(userId.eq(User.c.id)).groupBy(userId).asScalar(),
      }).from(User),
    "a subquery in a condition before groups are made": () =>
      select({ userId, n: count() })
        .from(Post)
        .where(exists(select(User).where(User.c.name.eq(title))).not())
        .groupBy(userId),
    "a window over aggregates": () =>
      select({ userId, n: sum(count()).over({ orderBy: max(viewCount) }), k: rowNumber().over(perUser) })
        .from(Post)
        .groupBy(userId),
    "an order by aggregates and keys": () => select(count()).from(Post).groupBy(userId).orderBy(avg(viewCount).desc(), userId.asc()),
    "text beside an aggregate": () => select({ n: count(), top: sql`max(${title})` }).from(Post),
    "a function that may be an aggregate": () => select({ n: count(), top: fn("max", integer(), viewCount) }).from(Post),
    "text as a key": () =>
      select({ userId, n: count() })
        .from(Post)
        .groupBy(sql`${userId}`),
    "text around an aggregate": () => select({ title, n: sql`${count()} over ()` }).from(Post),
    "columns beside a window": () => select({ title, n: count().over() }).from(Post),
    "a column and a subquery's aggregate": () =>
      select({ title, most: select(max(aliasedPost.c.viewCount)).from(aliasedPost).asScalar() }).from(Post),
    "an aggregate of no column beside a constant": () => select({ one: value(1), n: count() }).from(Post),
    "aggregates inside of a function": () => select(coalesce(sum(viewCount), 0).plus(count())).from(Post),
  }
  const aliasedPost = aliased(Post, "other")
  for (const [name, make] of Object.entries(sound)) {
    test(`are not refused for ${name}`, async () => {
      await assert.doesNotReject(library.all(make()))
    })
  }
})

describe("groups that cannot be", () => {
  const cases: readonly (readonly [name: string, make: () => Statement, message: RegExp])[] = [
    [
      "a column that is no key",
      () => select({ title, n: count() }).from(Post).groupBy(userId),
      /^StatementError: column post\.title is used of groups that may have many values of it: it is not in groupBy\(\)\n.*anyValue/,
    ],
    [
      "a column beside an aggregate",
      () => select({ title, n: count() }).from(Post),
      /column post\.title is used beside count\(\*\), which makes one row of all rows\n.*over\(\)/,
    ],
    ["a column inside a function", () => select({ title: lower(title), n: count() }).from(Post), /column post\.title is used beside/],
    ["an entity beside an aggregate", () => select({ post: Post, n: count() }).from(Post), /column post\.id is used beside count\(\*\)/],
    ["an entity of a group", () => select({ post: Post }).from(Post).groupBy(userId), /column post\.id is used of groups/],
    ["a column to order by", () => select({ userId }).from(Post).groupBy(userId).orderBy(title), /column post\.title is used of groups/],
    [
      "a column in having()",
      () => select({ userId }).from(Post).groupBy(userId).having(viewCount.gt(1)),
      /column post\.view_count is used of groups/,
    ],
    [
      "a column and having() without groups",
      () => select({ title }).from(Post).having(count().gt(1)),
      /column post\.title is used of groups/,
    ],
    [
      "a column of another table than the key's",
      () => select({ title, n: count() }).from(User).join(User.posts).groupBy(User.c.id),
      /column post\.title is used of groups/,
    ],
    [
      "a part of a key of two columns",
      () => select({ tag: PostTag.c.tagId }).from(PostTag).groupBy(PostTag.c.postId),
      /column post_tag\.tag_id is used/,
    ],
    [
      "a key of a subquery, whose columns do not depend on it",
      () => select({ title: latest.c.title }).from(latest).groupBy(latest.c.id),
      /column latest\.title is used of groups/,
    ],
    [
      "a key of a common table expression",
      () => {
        const all = select(Post).cte("all_posts")
        return select({ title: all.c.title }).from(all).groupBy(all.c.id)
      },
      /column all_posts\.title is used of groups/,
    ],
    [
      "a column that a subquery looks at",
      () =>
        select({ userId, n: select(count()).from(Comment).where(Comment.c.postId.eq(Post.c.id)).asScalar() })
          .from(Post)
          .groupBy(userId),
      /column post\.id is used of groups/,
    ],
    [
      "a column in the window of an aggregate",
      () =>
        select({ userId, n: sum(count()).over({ orderBy: title }) })
          .from(Post)
          .groupBy(userId),
      /column post\.title is used of groups/,
    ],
    [
      "a column in a window over groups",
      () =>
        select({ userId, n: sum(viewCount).over() })
          .from(Post)
          .groupBy(userId),
      /column post\.view_count is used/,
    ],
    [
      "a column beside a percentile",
      () => select({ title, median: percentileCont(0.5).withinGroup(viewCount) }).from(Post),
      /column post\.title is used beside percentile_cont\(\)/,
    ],
    [
      "an undefined key",
      () =>
        select({ userId })
          .from(Post)
          .groupBy(undefined as never),
      /groupBy\(\): argument 1 is undefined/,
    ],
    [
      "an undefined key of a rollup",
      () =>
        select({ userId })
          .from(Post)
          .groupBy(rollup(userId, undefined as never)),
      /rollup\(\): argument 1 is undefined/,
    ],
    ["no key to roll up", () => select({ userId }).from(Post).groupBy(rollup()), /rollup\(\) was given no key/],
    ["an empty list to roll up", () => select({ userId }).from(Post).groupBy(rollup([])), /rollup\(\): list 1 is empty/],
    [
      "a key in place of a list",
      () =>
        select({ userId })
          .from(Post)
          .groupBy(groupingSets(userId as never)),
      /groupingSets\(\): list 1 is no list of expressions/,
    ],
    ["grouping() of nothing", () => select(grouping(...([] as unknown as [typeof userId]))).from(Post), /grouping\(\) was given no key/],
  ]
  for (const [name, make, message] of cases) {
    test(`refuses ${name}`, () => {
      assert.throws(
        () => onPostgres(make()),
        (error) => error instanceof StatementError && message.test(String(error)),
      )
    })
  }

  test("takes any value of a group when asked", () => {
    assert.doesNotThrow(() =>
      onPostgres(
        select({ title: anyValue(title), n: count() })
          .from(Post)
          .groupBy(userId),
      ),
    )
  })

  for (const [name, key] of [
    ["rollup", rollup(userId)],
    ["cube", cube(userId)],
    ["grouping sets", groupingSets([userId])],
  ] as const) {
    test(`SQLite has no ${name}`, () => {
      assert.throws(
        () => compile(select({ userId }).from(Post).groupBy(key), sqlite),
        (error) => error instanceof UnsupportedError && /SQLite has no rollup\(\), cube\(\) and groupingSets\(\)/.test(error.message),
      )
    })
  }
  test("SQLite has no grouping()", () => {
    assert.throws(
      () =>
        compile(
          select({ n: grouping(userId) })
            .from(Post)
            .groupBy(userId),
          sqlite,
        ),
      UnsupportedError,
    )
  })
})
