import assert from "node:assert/strict"
import { test } from "node:test"
import {
  all,
  any,
  coalesce,
  compile,
  Condition,
  count,
  deleteFrom,
  insert,
  integer,
  or,
  param,
  prepared,
  recursive,
  select,
  sql,
  type Statement,
  StatementError,
  text,
  timestamptz,
  update,
  value,
  ValueError,
  varchar,
} from "rebis"
import { forEachDatabase, onDatabases } from "../support/databases.ts"
import { Comment, openLibrary, Post, sharedLibrary, Stamped, User } from "./library.ts"
import { onPostgres, onSqlite, plain } from "./statement-case.ts"

const since = new Date("2025-01-01T00:00:00Z")

/** A prepared statement with its values, and the same statement with the values in their places. */
const pairs: Readonly<Record<string, readonly [bound: Statement, inPlace: Statement]>> = {
  select: [
    prepared({ email: text(), since: timestamptz() }, (p) =>
      select(User).where(User.c.email.eq(p.email), User.c.createdAt.gt(p.since)).orderBy(User.c.id.asc()).limit(5),
    )({ email: "ada@example.com", since }),
    select(User).where(User.c.email.eq("ada@example.com"), User.c.createdAt.gt(since)).orderBy(User.c.id.asc()).limit(5),
  ],
  "select of expressions": [
    prepared({ more: integer(), suffix: text(), low: integer(), high: integer() }, (p) =>
      select({ more: Post.c.viewCount.plus(p.more), name: Post.c.title.concat(p.suffix) })
        .from(Post)
        .where(Post.c.id.between(p.low, p.high), Post.c.title.ilike(p.suffix).not(), Post.c.userId.in([p.low, 2])),
    )({ more: 2, suffix: "!", low: 1, high: 3 }),
    select({ more: Post.c.viewCount.plus(2), name: Post.c.title.concat("!") })
      .from(Post)
      .where(Post.c.id.between(1, 3), Post.c.title.ilike("!").not(), Post.c.userId.in([value(1), 2])),
  ],
  insert: [
    prepared({ body: text(), postId: integer() }, (p) => insert(Comment).values({ body: p.body, postId: p.postId, userId: 3 }).returning())(
      { body: "third", postId: 2 },
    ),
    insert(Comment).values({ body: "third", postId: 2, userId: 3 }).returning(),
  ],
  update: [
    prepared({ id: integer(), by: integer() }, (p) =>
      update(Post)
        .set({ viewCount: Post.c.viewCount.plus(p.by), title: "x" })
        .where(Post.c.id.eq(p.id))
        .returning({ id: Post.c.id, n: Post.c.viewCount }),
    )({ id: 1, by: 5 }),
    update(Post)
      .set({ viewCount: Post.c.viewCount.plus(5), title: "x" })
      .where(Post.c.id.eq(1))
      .returning({ id: Post.c.id, n: Post.c.viewCount }),
  ],
  delete: [
    prepared({ body: text() }, (p) => deleteFrom(Comment).where(Comment.c.body.eq(p.body)).returning(Comment.c.id))({ body: "second" }),
    deleteFrom(Comment).where(Comment.c.body.eq("second")).returning(Comment.c.id),
  ],
}

forEachDatabase("a prepared statement", (database) => {
  const library = sharedLibrary(database)
  const sqlite = database.name === "sqlite"
  const sqlOf = (statement: Statement) => (sqlite ? onSqlite(statement) : onPostgres(statement))

  for (const [kind, [bound, inPlace]] of Object.entries(pairs)) {
    test(`of the kind ${kind} is sent as the statement with the values in their places, and gives the same`, async () => {
      const listed = kind === "select of expressions"
      if (!listed || sqlite) assert.deepEqual(sqlOf(bound), sqlOf(inPlace))
      const [one, other] = await Promise.all([openLibrary(database), openLibrary(database)])
      const rows = await one.all(bound)
      assert.deepEqual(plain(rows), plain(await other.all(inPlace)))
      assert.ok(rows.length > 0)
    })
  }

  test("is built and compiled once", async () => {
    let built = 0
    let lowered = 0
    const counting = new Condition((context) => {
      lowered++
      return Post.c.id.gt(0).lower(context)
    })
    const after = prepared({ id: integer() }, (p) => {
      built++
      return select(Post.c.id).where(counting, Post.c.id.gt(p.id)).orderBy(Post.c.id.asc())
    })
    assert.deepEqual(await library.all(after({ id: 1 })), [2, 3])
    assert.deepEqual(await library.all(after({ id: 2 })), [3])
    assert.deepEqual([built, lowered], [1, 1])
  })

  test("takes a parameter several times, and in any order", async () => {
    const statement = prepared({ a: integer(), b: text() }, (p) =>
      select({ id: Post.c.id, b: p.b, a: p.a })
        .from(Post)
        .where(or(Post.c.title.eq(p.b), Post.c.id.eq(p.a)), Post.c.userId.eq(p.a))
        .orderBy(Post.c.id.asc()),
    )
    const bound = statement({ b: "Notes", a: 1 })
    assert.deepEqual(sqlOf(bound).parameters.map(String), ["Notes", "1", "Notes", "1", "1"])
    assert.deepEqual(await library.all(bound), [
      { id: 1, b: "Notes", a: 1 },
      { id: 2, b: "Notes", a: 1 },
    ])
    assert.deepEqual(await library.all(statement({ b: "", a: 2 })), [])
  })

  test("casts a parameter to its type, without its length, where nothing beside it tells the type", async () => {
    const statement = prepared({ name: varchar(8), n: integer().nullable() }, (p) =>
      select({ name: p.name, n: coalesce(p.n, 7) })
        .from(User)
        .limit(1),
    )
    const bound = statement({ name: "x", n: null })
    assert.equal(
      sqlOf(bound).text,
      sqlite
        ? `select ? as "name", coalesce(?, ?) as "n" from "user" limit ?`
        : `select cast($1 as varchar) as "name", coalesce(cast($2 as integer), $3) as "n" from "user" limit $4`,
    )
    assert.deepEqual(await library.all(bound), [{ name: "x", n: 7 }])
  })

  test("takes null for a parameter that may be null", async () => {
    const called = prepared({ nickname: text().nullable() }, (p) =>
      select(User.c.name).where(User.c.nickname.isNotDistinctFrom(p.nickname)).orderBy(User.c.id.asc()),
    )
    assert.deepEqual(await library.all(called({ nickname: null })), ["Bob"])
    assert.deepEqual(await library.all(called({ nickname: "sea" })), ["Cy"])
  })

  test("may be text, with parameters of its own or of named ones", async () => {
    const longer = prepared(
      { than: integer() },
      (p) => sql<{ id: number }>`select id from ${Post} where length(title) > ${p.than} order by id`,
    )
    assert.deepEqual(await library.all(longer({ than: 5 })), [{ id: 1 }])
    assert.deepEqual(await library.all(longer({ than: 4 })), [{ id: 1 }, { id: 2 }])
    const email = param("email", text())
    const byEmail = prepared({ email }, sql`select id from ${User} where email = ${email} or name = ${email}`.returns(integer()))
    assert.deepEqual(await library.all(byEmail({ email: "ada@example.com" })), [1])
    assert.deepEqual(await library.all(byEmail({ email: "Bob" })), [2])
  })

  test("may hold subqueries with parameters, and stand in text itself", async () => {
    const busy = prepared({ posts: integer() }, (p) =>
      select(User.c.id).where(select(count()).from(Post).where(Post.c.userId.eq(User.c.id)).asScalar().gt(p.posts)),
    )
    assert.deepEqual(await library.all(busy({ posts: 1 })), [1])
    const names = sql`select name from ${User} where id in (${busy({ posts: 0 })}) and id < ${2}`.returns(text())
    assert.deepEqual(await library.all(names), ["Ada"])
  })

  test("takes limits, and lists as one array, as parameters", async () => {
    const page = prepared({ ids: integer().array(), limit: integer(), offset: integer() }, (p) =>
      select(Post.c.id)
        .where(Post.c.id.eq(any(p.ids)))
        .orderBy(Post.c.id.desc())
        .limit(p.limit)
        .offset(p.offset),
    )
    assert.deepEqual(await library.all(page({ ids: [1, 2, 3], limit: 2, offset: 0 })), [3, 2])
    assert.deepEqual(await library.all(page({ ids: [1, 2, 3], limit: 5, offset: 2 })), [1])
    assert.deepEqual(await library.all(page({ ids: [2], limit: 5, offset: 0 })), [2])
    assert.deepEqual(await library.all(page({ ids: [], limit: 5, offset: 0 })), [])
    const none = prepared({ ids: integer().array() }, (p) =>
      select(Post.c.id)
        .where(Post.c.id.ne(all(p.ids)))
        .orderBy(Post.c.id.asc()),
    )
    assert.deepEqual(await library.all(none({ ids: [1, 3] })), [2])
    assert.equal(sqlOf(page({ ids: [1, 2, 3], limit: 2, offset: 0 })).text, sqlOf(page({ ids: [], limit: 2, offset: 0 })).text)
  })

  test("may be a compound, hold common table expressions, or be recursive", async () => {
    const either = prepared({ a: integer(), b: text() }, (p) =>
      select({ id: Post.c.id, t: Post.c.title })
        .where(Post.c.id.eq(p.a))
        .union(select({ id: Post.c.id, t: Post.c.title }).where(Post.c.title.eq(p.b)))
        .orderBy("id"),
    )
    assert.deepEqual(
      (await library.all(either({ a: 1, b: "Fish" }))).map(({ id }) => id),
      [1, 3],
    )
    const upTo = prepared({ from: integer(), to: integer() }, (p) => {
      const numbers = recursive("numbers", select({ n: p.from }), (self) =>
        select({ n: self.c.n.plus(1) })
          .from(self)
          .where(self.c.n.lt(p.to)),
      )
      return select(numbers.c.n).from(numbers)
    })
    assert.deepEqual(await library.all(upTo({ from: 2, to: 5 })), [2, 3, 4, 5])
    assert.deepEqual(await library.all(upTo({ from: 7, to: 7 })), [7])
  })

  test("may write from a query, and from values", async () => {
    const fresh = await openLibrary(database)
    const copy = prepared({ suffix: text(), userId: integer() }, (p) =>
      insert(Comment)
        .from(
          select({ postId: Post.c.id, userId: p.userId, body: Post.c.title.concat(p.suffix) })
            .from(Post)
            .where(Post.c.userId.eq(p.userId)),
        )
        .returning(Comment.c.body),
    )
    assert.deepEqual(await fresh.all(copy({ suffix: "!", userId: 1 })), ["Engines!", "Notes!"])
    assert.deepEqual(await fresh.all(copy({ suffix: "?", userId: 2 })), ["Fish?"])
    const many = prepared({ a: text(), b: text() }, (p) =>
      insert(Comment)
        .values([
          { postId: 1, userId: 1, body: p.a },
          { postId: 1, userId: 1, body: p.b },
          { postId: 1, userId: 1, body: "fixed" },
        ])
        .returning(Comment.c.body),
    )
    assert.deepEqual(await fresh.all(many({ a: "x", b: "y" })), ["x", "y", "fixed"])
    assert.deepEqual(await fresh.all(many({ a: "z", b: "z" })), ["z", "z", "fixed"])
  })

  test("asks the application for its values at every run", async () => {
    const fresh = await openLibrary(database, false)
    const add = prepared({ name: text() }, (p) => insert(Stamped).values({ name: p.name }).returning(Stamped.c.serial))
    const [first, second] = [await fresh.one(add({ name: "a" })), await fresh.one(add({ name: "b" }))]
    assert.notEqual(first, second)
    const rename = prepared({ name: text() }, (p) => update(Stamped).set({ name: p.name }).allRows().returning(Stamped.c.changedBy))
    assert.deepEqual(await fresh.all(rename({ name: "c" })), ["application", "application"])
  })

  test("without parameters is a statement that is compiled once", async () => {
    const all = prepared({}, () => select(count()).from(Post))
    assert.deepEqual(await library.all(all()), [3])
  })
})

onDatabases(["postgresql", "sqlite"], "the values of a prepared statement", (database) => {
  const dialect = async () => (await database.engine()).dialect
  const byName = prepared({ name: varchar(4), age: integer().nullable() }, (p) =>
    select(User).where(User.c.name.eq(p.name), User.c.id.eq(p.age)),
  )

  test("are all given, and no others", () => {
    assert.throws(
      () => byName({ name: "Ada" } as never),
      (error: Error) => error instanceof StatementError && error.message.startsWith(`parameter "age" was given no value`),
    )
    assert.throws(() => byName({ name: "Ada", age: undefined } as never), /parameter "age" was given no value/)
    assert.throws(() => (byName as () => unknown)(), /parameter "name" was given no value/)
    assert.throws(() => byName({ name: null, age: null } as never), /parameter "name" cannot be null/)
    assert.throws(() => byName({ name: "a", age: 1, nmae: 2 } as never), /has no parameter "nmae"\n {2}hint: its parameters are name, age/)
    assert.throws(() => byName("Ada" as never), StatementError)
    assert.throws(() => byName(Object.create({ name: "a", age: 1 }) as never), /parameter "name" was given no value/)
  })

  test("are refused by their parameter's name when its type cannot hold them", async () => {
    const target = await dialect()
    for (const [values, message] of [
      [{ name: "Augusta", age: 1 }, /^parameter "name": .*varchar\(4\)/],
      [{ name: "Ada", age: 1.5 }, /^parameter "age": .*integer/],
      [{ name: "Ada", age: 2 ** 31 }, /^parameter "age": .*integer/],
      [{ name: "a\0", age: 1 }, /^parameter "name": .*NUL/],
    ] as const) {
      assert.throws(
        () => compile(byName(values), target),
        (error: Error) => error instanceof ValueError && message.test(error.message),
      )
    }
  })

  test("are needed by every statement with named parameters", async () => {
    const target = await dialect()
    const id = param("id", integer())
    assert.throws(() => compile(select(Post).where(Post.c.id.eq(id)), target), /parameter "id" has no value here\n {2}hint: .*prepared/)
    const forgotten = prepared({ other: integer() }, (p) => select(Post).where(Post.c.id.eq(id), Post.c.userId.eq(p.other)))
    assert.throws(() => compile(forgotten({ other: 1 }), target), /parameter "id" was given no value/)
  })

  test("belong to parameters whose names and types are checked", () => {
    assert.throws(() => prepared({ id: "integer" as never }, () => select(Post)), /param\("id"\) takes a type/)
    assert.throws(() => prepared({ "": integer() }, () => select(Post)), /cannot be the name of a parameter/)
    assert.throws(() => prepared({ id: integer() }, undefined as never), /takes a statement or a function/)
    assert.throws(() => prepared({ id: integer() }, () => undefined as never), /takes a statement or a function/)
    assert.throws(() => prepared(undefined as never, () => select(Post)), /takes the types of the parameters/)
  })
})
