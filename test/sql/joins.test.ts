import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { aliased, coalesce, compile, count, jsonAgg, select, StatementError, UnsupportedError, value } from "rebis"
import { sqlite } from "../../src/dialects/sqlite/index.ts"
import { forEachDatabase, unless } from "../support/databases.ts"
import { Comment, Post, posts, PostTag, sharedLibrary, Tag, User, users } from "./library.ts"
import { onPostgres, testCases } from "./statement-case.ts"

const columnsOf = (name: string, columns: readonly string[]) => columns.map((column) => `"${name}"."${column}"`).join(", ")
const postColumns = columnsOf("post", ["id", "title", "user_id", "view_count", "meta", "published_date"])
const userColumns = columnsOf("user", ["id", "email", "name", "nickname", "created_at"])
const editor = aliased(User, "editor")
const parent = aliased(Comment, "parent")
const newest = select(Post).orderBy(Post.c.id.desc()).limit(1).as("newest")
const stats = select({ userId: Post.c.userId, n: count() }).from(Post).groupBy(Post.c.userId).as("stats")

forEachDatabase("joins", (database) => {
  const library = sharedLibrary(database)

  testCases(database, library, [
    {
      name: "keep every row of the right side, with null for what came before",
      statement: select({ title: Post.c.title, post: Post, name: User.c.name })
        .from(Post)
        .rightJoin(User, User.c.id.eq(Post.c.userId))
        .where(User.c.id.gt(1))
        .orderBy(User.c.id.asc()),
      text:
        `select "post"."title", ${postColumns}, "user"."name" from "post" right join "user" on "user"."id" = "post"."user_id" ` +
        `where "user"."id" > $1 order by "user"."id" asc`,
      rows: [
        { title: "Fish", post: posts[2], name: "Bob" },
        { title: null, post: null, name: "Cy" },
      ],
    },
    {
      name: "keep every row of both sides",
      statement: select({ post: Post.c.title, editor })
        .from(Post)
        .fullJoin(editor, editor.c.id.eq(Post.c.viewCount.dividedBy(10)))
        .where(coalesce(editor.c.id, value(0)).lt(2), coalesce(Post.c.id, value(9)).ne(1))
        .orderBy(Post.c.id.asc().nullsLast()),
      text:
        `select "post"."title" as "post", ${userColumns.replaceAll(`"user"`, `"editor"`)} from "post" full join "user" as "editor" on "editor"."id" = ("post"."view_count" / $1) ` +
        `where coalesce("editor"."id", cast($2 as integer)) < $3 and coalesce("post"."id", cast($4 as integer)) != $5 order by "post"."id" asc nulls last`,
      sqlite:
        `select "post"."title" as "post", ${userColumns.replaceAll(`"user"`, `"editor"`)} from "post" full join "user" as "editor" on "editor"."id" = ("post"."view_count" / ?) ` +
        `where coalesce("editor"."id", ?) < ? and coalesce("post"."id", ?) != ? order by "post"."id" asc nulls last`,
      rows: [{ post: "Fish", editor: null }],
    },
    {
      name: "follow a relation from the right",
      statement: select({ title: Post.c.title, author: User }).from(Post).rightJoin(Post.author).where(Post.c.id.isNull()),
      text: `select "post"."title", ${userColumns} from "post" right join "user" on "post"."user_id" = "user"."id" where "post"."id" is null`,
      rows: [{ title: null, author: users[2] }],
    },
    {
      name: "follow a relation through a model between from both sides",
      statement: select({ title: Post.c.title, between: PostTag.c.tagId, tag: Tag.c.label })
        .from(Post)
        .fullJoin(Post.tags)
        .where(Post.c.id.lt(3))
        .orderBy(Post.c.id.asc()),
      text:
        `select "post"."title", "post_tag"."tag_id" as "between", "tag"."label" as "tag" from "post" full join "post_tag" on "post"."id" = "post_tag"."post_id" ` +
        `full join "tag" on "post_tag"."tag_id" = "tag"."id" where "post"."id" < $1 order by "post"."id" asc`,
      rows: [
        { title: "Engines", between: null, tag: null },
        { title: "Notes", between: null, tag: null },
      ],
    },
    {
      name: "put every row beside every other where that is said",
      statement: select({ a: User.c.name, b: editor.c.name })
        .from(User)
        .crossJoin(editor)
        .where(User.c.id.lt(3), editor.c.id.gt(2))
        .orderBy(User.c.id.asc()),
      text:
        `select "user"."name" as "a", "editor"."name" as "b" from "user" cross join "user" as "editor" ` +
        `where "user"."id" < $1 and "editor"."id" > $2 order by "user"."id" asc`,
      rows: [
        { a: "Ada", b: "Cy" },
        { a: "Bob", b: "Cy" },
      ],
    },
    {
      name: "count an entry that is joined after a right join as one that is there",
      statement: select({ title: Post.c.title, name: User.c.name, editor: editor.c.id })
        .from(Post)
        .rightJoin(User, User.c.id.eq(Post.c.userId))
        .join(editor, editor.c.id.eq(User.c.id))
        .where(User.c.id.eq(3)),
      text:
        `select "post"."title", "user"."name", "editor"."id" as "editor" from "post" right join "user" on "user"."id" = "post"."user_id" ` +
        `inner join "user" as "editor" on "editor"."id" = "user"."id" where "user"."id" = $1`,
      rows: [{ title: null, name: "Cy", editor: 3 }],
    },
    {
      name: "see all entries that from() names",
      statement: select({ title: Post.c.title, name: User.c.name, body: Comment.c.body })
        .from(Post, User)
        .leftJoin(Comment, Comment.c.postId.eq(Post.c.id).and(Comment.c.userId.eq(User.c.id)))
        .where(User.c.id.eq(Post.c.userId), Post.c.id.eq(3)),
      text:
        `select "post"."title", "user"."name", "comment"."body" from "post" inner join "user" on true ` +
        `left join "comment" on ("comment"."post_id" = "post"."id" and "comment"."user_id" = "user"."id") where "user"."id" = "post"."user_id" and "post"."id" = $1`,
      rows: [{ title: "Fish", name: "Bob", body: null }],
    },
    {
      name: "find where they start without from()",
      statement: select({ title: Post.c.title, author: User.c.name, body: Comment.c.body })
        .join(Post.author)
        .leftJoin(Post.comments)
        .where(Post.c.id.eq(3)),
      text:
        `select "post"."title", "user"."name" as "author", "comment"."body" from "post" inner join "user" on "post"."user_id" = "user"."id" ` +
        `left join "comment" on "post"."id" = "comment"."post_id" where "post"."id" = $1`,
      rows: [{ title: "Fish", author: "Bob", body: null }],
    },
    {
      name: "add a condition to a relation's own",
      statement: select({ name: User.c.name, title: Post.c.title })
        .from(User)
        .leftJoin(User.posts, Post.c.viewCount.gt(10))
        .orderBy(User.c.id.asc()),
      text:
        `select "user"."name", "post"."title" from "user" left join "post" on ("user"."id" = "post"."user_id" and "post"."view_count" > $1) ` +
        `order by "user"."id" asc`,
      rows: [
        { name: "Ada", title: "Notes" },
        { name: "Bob", title: null },
        { name: "Cy", title: null },
      ],
    },
    {
      name: "add a condition to the last step of a relation through a model between",
      statement: select({ title: Post.c.title, tag: Tag.c.label }).from(Post).join(Post.tags, Tag.c.id.lt(9)),
      text:
        `select "post"."title", "tag"."label" as "tag" from "post" inner join "post_tag" on "post"."id" = "post_tag"."post_id" ` +
        `inner join "tag" on ("post_tag"."tag_id" = "tag"."id" and "tag"."id" < $1)`,
      rows: [],
    },
    {
      name: "put an alias in the place of a relation's target",
      statement: select({ body: Comment.c.body, parent: parent.c.body, by: editor.c.name })
        .from(Comment)
        .join(parent, Comment.parent)
        .join(editor, parent.author),
      text:
        `select "comment"."body", "parent"."body" as "parent", "editor"."name" as "by" from "comment" ` +
        `inner join "comment" as "parent" on "comment"."parent_id" = "parent"."id" inner join "user" as "editor" on "parent"."user_id" = "editor"."id"`,
      rows: [{ body: "second", parent: "first", by: "Bob" }],
    },
    {
      name: "start a relation at the model itself, though an alias of it is there",
      statement: select({ body: Comment.c.body, by: User.c.name }).from(Comment).join(parent, Comment.parent).join(Comment.author),
      text:
        `select "comment"."body", "user"."name" as "by" from "comment" inner join "comment" as "parent" on "comment"."parent_id" = "parent"."id" ` +
        `inner join "user" on "comment"."user_id" = "user"."id"`,
      rows: [{ body: "second", by: "Cy" }],
    },
    {
      name: "put a subquery of entities in the place of a relation's target",
      statement: select({ name: User.c.name, newest }).from(User).join(newest, User.posts).orderBy(User.c.id.asc()),
      text:
        `select "user"."name", ${postColumns.replaceAll(`"post"`, `"newest"`)} from "user" inner join (select ${postColumns} from "post" ` +
        `order by "post"."id" desc limit $1) as "newest" on "user"."id" = "newest"."user_id" order by "user"."id" asc`,
      rows: [{ name: "Bob", newest: posts[2] }],
    },
    {
      name: "give null for the whole row of a subquery that is not there",
      statement: select({ name: User.c.name, stats })
        .from(User)
        .leftJoin(stats, stats.c.userId.eq(User.c.id))
        .where(User.c.id.gt(1))
        .orderBy(User.c.id.asc()),
      text:
        `select "user"."name", "stats"."userId", "stats"."n" from "user" left join (select "post"."user_id" as "userId", count(*) as "n" from "post" group by "post"."user_id") as "stats" ` +
        `on "stats"."userId" = "user"."id" where "user"."id" > $1 order by "user"."id" asc`,
      rows: [
        { name: "Bob", stats: { userId: 2, n: 1 } },
        { name: "Cy", stats: null },
      ],
    },
    {
      name: "leave what a right join did not find out of a JSON list",
      statement: select({ name: User.c.name, posts: jsonAgg({ title: Post.c.title }) })
        .from(Post)
        .rightJoin(Post.author)
        .where(User.c.id.gt(1))
        .groupBy(User.c.id, User.c.name)
        .orderBy(User.c.id.asc()),
      text:
        `select "user"."name", coalesce(json_agg(json_build_object('title', "post"."title")) filter(where "post"."id" is not null), '[]'::json) as "posts" ` +
        `from "post" right join "user" on "post"."user_id" = "user"."id" where "user"."id" > $1 group by "user"."id", "user"."name" order by "user"."id" asc`,
      sqlite:
        `select "user"."name", json_group_array(json_object('title', "post"."title")) filter(where "post"."id" is not null) as "posts" ` +
        `from "post" right join "user" on "post"."user_id" = "user"."id" where "user"."id" > ? group by "user"."id", "user"."name" order by "user"."id" asc`,
      rows: [
        { name: "Bob", posts: [{ title: "Fish" }] },
        { name: "Cy", posts: [] },
      ],
    },
  ])

  describe("of a lateral subquery", () => {
    const newest = select({ title: Post.c.title, id: Post.c.id })
      .where(Post.c.userId.eq(User.c.id))
      .orderBy(Post.c.id.desc())
      .limit(1)
      .lateral("newest")
    const newestPost = select(Post).where(Post.c.userId.eq(User.c.id)).orderBy(Post.c.id.desc()).limit(1).lateral("newest")
    const newestText = `lateral (select "post"."title", "post"."id" from "post" where "post"."user_id" = "user"."id" order by "post"."id" desc limit $1) as "newest"`

    test("see the entries before it", unless(database, "lateralJoins", "lateral"), async () => {
      const statement = select({ name: User.c.name, title: newest.c.title }).from(User).leftJoin(newest).orderBy(User.c.id.asc())
      assert.equal(
        onPostgres(statement).text,
        `select "user"."name", "newest"."title" from "user" left join ${newestText} on true order by "user"."id" asc`,
      )
      assert.deepEqual(await library.all(statement), [
        { name: "Ada", title: "Notes" },
        { name: "Bob", title: "Fish" },
        { name: "Cy", title: null },
      ])
    })

    test("leave out rows for which it finds none", unless(database, "lateralJoins", "lateral"), async () => {
      const inner = select({ name: User.c.name, title: newest.c.title }).from(User).join(newest, newest.c.id.gt(2))
      assert.match(onPostgres(inner).text, /inner join lateral \(.*\) as "newest" on "newest"\."id" > \$2$/)
      assert.deepEqual(await library.all(inner), [{ name: "Bob", title: "Fish" }])
      const crossed = select(newest.c.title).from(User, newest).where(User.c.id.eq(1))
      assert.equal(onPostgres(crossed).text, `select "newest"."title" from "user", ${newestText} where "user"."id" = $2`)
      assert.deepEqual(await library.all(crossed), ["Notes"])
      assert.deepEqual(await library.all(select(newest.c.title).from(User).crossJoin(newest).where(User.c.id.eq(2))), ["Fish"])
    })

    test("give entities, and their relations", unless(database, "lateralJoins", "lateral"), async () => {
      const statement = select({ newest: newestPost, author: editor.c.name })
        .from(User)
        .join(newestPost)
        .join(editor, editor.c.id.eq(newestPost.c.userId))
        .where(User.c.id.eq(1))
      const row = await library.one(statement)
      assert.ok(row.newest instanceof Post)
      assert.equal(row.newest.title, "Notes")
      assert.equal(row.author, "Ada")
      const again = aliased(User, "again")
      assert.equal(
        (
          await library.one(
            select({ again: User.c.name, newestPost })
              .from(again)
              .crossJoin(User)
              .join(newestPost)
              .where(User.c.id.eq(2), again.c.id.eq(1)),
          )
        ).again,
        "Bob",
      )
    })

    test("is what a database without it says", { skip: database.capabilities.lateralJoins && "it has lateral subqueries" }, () => {
      assert.throws(() => compile(select({ name: User.c.name, title: newest.c.title }).from(User).leftJoin(newest), sqlite), {
        name: UnsupportedError.name,
        message: /SQLite has no lateral subqueries: newest in FROM/,
      })
    })
  })

  test("load relations of entities that are narrowed by more than one table", async () => {
    const statement = select(User).join(User.posts).crossJoin(editor).where(editor.c.id.eq(1), Post.c.id.eq(3))
    assert.deepEqual(
      (await library.all(statement)).map((user) => user.greet()),
      ["hi Bob"],
    )
  })
})

describe("joins", () => {
  const newest = select({ title: Post.c.title }).where(Post.c.userId.eq(User.c.id)).limit(1)
  const own = select({ title: Post.c.title }).where(Post.c.userId.eq(User.c.id))

  for (const [name, make, message] of [
    [
      "a subquery that looks at the entry beside it",
      () => select({ name: User.c.name }).from(User).leftJoin(newest.as("newest"), value(true).eq(true)),
      /column user\.id is used where user is not in reach\n.*\.lateral\("name"\) instead of \.as/s,
    ],
    [
      "a subquery after a comma that looks at the entry beside it",
      () => select({ name: User.c.name }).from(User, own.as("own")),
      /column user\.id is used where user is not in reach/,
    ],
    [
      "a lateral subquery that looks at an entry after it",
      () => select({ name: User.c.name }).from(newest.lateral("newest")).crossJoin(User),
      /column user\.id is used where user is not in reach/,
    ],
    [
      "a condition that looks at an entry joined later",
      () => select(Post).join(Comment, Comment.c.userId.eq(User.c.id)).join(User, User.c.id.eq(Post.c.userId)),
      /column user\.id is used where user is not in reach/,
    ],
    [
      "a right join of a lateral subquery",
      () => select({ name: User.c.name }).from(User).rightJoin(newest.lateral("newest"), value(true).eq(true)),
      /rightJoin of newest: a lateral subquery cannot be the side that always stays/,
    ],
    [
      "a full join of a lateral subquery",
      () => select({ name: User.c.name }).from(User).fullJoin(newest.lateral("newest"), value(true).eq(true)),
      /fullJoin of newest: a lateral/,
    ],
    [
      "a right join without a condition",
      () =>
        select({ id: Post.c.id })
          .from(Post)
          .rightJoin(User as never),
      /rightJoin of user has no condition/,
    ],
    [
      "a cross join of a relation",
      () =>
        select({ id: Post.c.id })
          .from(Post)
          .crossJoin(Post.author as never),
      /crossJoin\(\) takes a model/,
    ],
    ["a condition that is text", () => select(Post).join(User, "true" as never), /join of user\(\): argument 1 is true, not an expression/],
    [
      "an extra condition that is text",
      () => select(Post).join(Post.author, "true" as never),
      /join of user\(\): argument 1 is "?true"?, not an expression/,
    ],
    [
      "an extra condition of an outer join through a model between",
      () => select(Post).leftJoin(Post.tags, Tag.c.id.lt(9)),
      /leftJoin of tag through post_tag takes no condition of its own/,
    ],
    [
      "a relation to an alias of another model",
      () => select(Post).join(aliased(Tag, "editor"), Post.author),
      /editor cannot be joined as the manyToOne relation to User: it has other rows\n  hint: use aliased\(User/,
    ],
    [
      "a relation that could start at two aliases",
      () => {
        const [one, two] = [aliased(Post, "one"), aliased(Post, "two")]
        return select({ one, two }).from(one, two).join(Post.author)
      },
      /the manyToOne relation to User can start at one or two/,
    ],
    [
      "from() after a right join",
      () => select({ a: Post.c.id, b: User.c.id }).rightJoin(User, User.c.id.eq(Post.c.userId)).from(Post),
      /from\(\) after a right or full join/,
    ],
    ["a right join of entities", () => select(Post).rightJoin(Post.author as never), /rightJoin\(\) would give rows without a post/],
    ["a full join of entities", () => select(Post).fullJoin(Post.author as never), /fullJoin\(\) would give rows without a post/],
    ["a join with nothing before it", () => select({ one: value(1) }).join(User, User.c.id.eq(1)), /user is joined to nothing/],
    [
      "a start that the item leaves open",
      () => select({ a: Post.c.id, b: Tag.c.id, c: User.c.id }).join(Post.author),
      /select names post, tag but has no from/,
    ],
  ] as const) {
    test(`refuse ${name}`, () => {
      assert.throws(() => onPostgres(make()), { name: StatementError.name, message })
    })
  }

  test("add entries after joins to what they give", () => {
    const statement = select({ a: Post.c.id, b: editor.c.id })
      .from(Post)
      .rightJoin(User, User.c.id.eq(Post.c.userId))
      .from(editor)
      .where(editor.c.id.eq(User.c.id))
    assert.equal(
      onPostgres(statement).text,
      `select "post"."id" as "a", "editor"."id" as "b" from "post" right join "user" on "user"."id" = "post"."user_id" inner join "user" as "editor" on true where "editor"."id" = "user"."id"`,
    )
  })

  test("let a subquery of a subquery see the statement around both", () => {
    const inner = select({ id: Post.c.id }).where(Post.c.userId.eq(User.c.id)).as("inner")
    assert.equal(
      onPostgres(select({ n: select(count()).from(inner).asScalar() }).from(User)).text,
      `select (select count(*) from (select "post"."id" from "post" where "post"."user_id" = "user"."id") as "inner") as "n" from "user"`,
    )
  })

  test("know a subquery's column that an outer join may leave empty", () => {
    const rows = select({ post: Post.c.id, user: User.c.id }).from(Post).rightJoin(Post.author).as("rows")
    assert.equal(rows.c.post.traits.nullable, true)
    assert.equal(rows.c.user.traits.nullable, false)
  })
})
