import assert from "node:assert/strict"
import { test } from "node:test"
import { compareModels } from "../../src/migrations/diff/compare-models.ts"
import * as t from "../../src/schema/index.ts"
import { sql } from "../../src/sql/index.ts"
import { forEachDatabase, type TestDatabase, unless } from "../support/databases.ts"
import { buildModels } from "./support/build-models.ts"
import { roundTrip, titles } from "./support/round-trip.ts"

type Columns = Readonly<Record<string, t.AnyColumnBuilder>>
type Define = (Base: t.FreeBase) => void

const id = () => t.integer().primaryKey().identity()

function metadataOf(define: Define): t.MetaData {
  const Base = t.declarativeBase({ conventions: "off", metadata: new t.MetaData() })
  define(Base)
  return Base.metadata
}

/** A table `post` with an id and these columns and items. */
function post(columns: Columns, items?: (c: any) => readonly t.TableItem[]): Define {
  return (Base) => {
    Base.model("post", { id: id(), ...columns }, items)
  }
}

async function changes(database: TestDatabase, before: Define, after: Define): Promise<readonly string[]> {
  const engine = await database.engine()
  const [from, to] = [metadataOf(before), metadataOf(after)]
  await buildModels(engine, from)
  return await roundTrip(engine, from, to)
}

const animalOf = (Base: t.FreeBase) =>
  Base.model("animal", { id: id(), kind: t.text(), name: t.text() }, () => [], { polymorphicOn: "kind", identity: "animal" })
const animal: Define = (Base) => {
  animalOf(Base)
}

const user: Define = (Base) => {
  Base.model("user", { id: id(), name: t.text() })
}
const userAndPost =
  (columns: Columns): Define =>
  (Base) => {
    user(Base)
    post(columns)(Base)
  }

const cases: readonly { readonly name: string; readonly before: Define; readonly after: Define; readonly does: readonly string[] }[] = [
  {
    name: "a table is added with its keys, checks and indexes",
    before: user,
    after: (Base) => {
      user(Base)
      post(
        { title: t.text().index(), slug: t.text().unique(), userId: t.integer().references("user.id", { onDelete: "cascade" }) },
        (c) => [t.check("title_not_empty", c.title.ne("")), t.index(c.userId, c.title.desc())],
      )(Base)
    },
    does: ["create table post"],
  },
  {
    name: "a table is dropped",
    before: userAndPost({ userId: t.integer().references("user.id") }),
    after: user,
    does: ["drop table post"],
  },
  {
    name: "two tables that refer to each other are added",
    before: user,
    after: (Base) => {
      user(Base)
      Base.model("left", { id: id(), rightId: t.integer().references("right.id") })
      Base.model("right", { id: id(), leftId: t.integer().references("left.id").nullable() })
    },
    does: ["create table right", "create table left", "add foreign key right_left_id_fkey on right(left_id) to left(id)"],
  },
  {
    name: "a subtype in its parent's table is added",
    before: animal,
    after: (Base) => {
      const Animal = animalOf(Base)
      const Dog = Animal.subtype(
        "dog",
        () => Dog,
        {
          breed: t.text().nullable().index(),
          isTrained: t.boolean().default(false),
          motherId: t.integer().nullable().references("animal.id"),
        },
        (c) => [t.check("breed_not_empty", c.breed.ne("")), t.unique(c.name, c.breed)],
      )
    },
    does: [
      "add column animal.breed (text)",
      "add column animal.is_trained (boolean)",
      "add column animal.mother_id (integer)",
      "add unique animal_name_key on animal(name, breed)",
      "add check animal_breed_not_empty_check on animal",
      "add index animal_breed_idx on animal(breed)",
      "add foreign key animal_mother_id_fkey on animal(mother_id) to animal(id)",
    ],
  },
  {
    name: "a subtype with a table of its own is added, and one of it",
    before: animal,
    after: (Base) => {
      const Dog = animalOf(Base).subtype({ identity: "dog", table: "dog" }, () => Dog, { breed: t.text().index() })
      const Puppy = Dog.subtype({ identity: "puppy", table: "puppy", key: "id" }, () => Puppy, { age: t.integer() })
    },
    does: ["create table dog", "create table puppy"],
  },
  {
    name: "a nullable column is added",
    before: post({}),
    after: post({ title: t.text().nullable() }),
    does: ["add column post.title (text)"],
  },
  {
    name: "a column with a default is added",
    before: post({}),
    after: post({ state: t.text().default("draft") }),
    does: ["add column post.state (text)"],
  },
  {
    name: "a column with an expression as its default is added",
    before: post({}),
    after: post({ createdAt: t.timestamptz().defaultNow() }),
    does: ["add column post.created_at (timestamptz)"],
  },
  { name: "a column is dropped", before: post({ title: t.text() }), after: post({}), does: ["drop column post.title"] },
  {
    name: "a column with an index, a check and a unique constraint is dropped",
    before: post({ title: t.text().unique().index(), body: t.text() }, (c) => [t.check("long", c.title.ne(c.body))]),
    after: post({ body: t.text() }),
    does: [
      "drop check post_long_check on post",
      "drop index post_title_idx on post(title)",
      "drop unique post_title_key on post(title)",
      "drop column post.title",
    ],
  },
  {
    name: "a column becomes nullable",
    before: post({ title: t.text() }),
    after: post({ title: t.text().nullable() }),
    does: ["alter column post.title: nullable"],
  },
  {
    name: "a column becomes not null",
    before: post({ title: t.text().nullable() }),
    after: post({ title: t.text() }),
    does: ["alter column post.title: not null"],
  },
  {
    name: "a default is added",
    before: post({ title: t.text() }),
    after: post({ title: t.text().default("it's") }),
    does: ["alter column post.title: default 'it''s'"],
  },
  {
    name: "a default is changed",
    before: post({ votes: t.integer().default(0) }),
    after: post({ votes: t.integer().default(1) }),
    does: ["alter column post.votes: default 1"],
  },
  {
    name: "a default is dropped",
    before: post({ votes: t.integer().default(0) }),
    after: post({ votes: t.integer() }),
    does: ["alter column post.votes: no default"],
  },
  {
    name: "an identity is dropped",
    before: post({}),
    after: (Base) => {
      Base.model("post", { id: t.integer().primaryKey() })
    },
    does: ["alter column post.id: no identity"],
  },
  {
    name: "an identity is added",
    before: (Base) => {
      Base.model("post", { id: t.integer().primaryKey() })
    },
    after: post({}),
    does: ["alter column post.id: identity by default"],
  },
  {
    name: "a primary key gets another column",
    before: (Base) => {
      Base.model("vote", { userId: t.integer().primaryKey(), postId: t.integer() })
    },
    after: (Base) => {
      Base.model("vote", { userId: t.integer().primaryKey(), postId: t.integer().primaryKey() })
    },
    does: ["drop primary key vote_pkey on vote(user_id)", "add primary key vote_pkey on vote(user_id, post_id)"],
  },
  {
    name: "the order of a primary key's columns changes",
    before: (Base) => {
      Base.model("vote", { a: t.integer(), b: t.integer() }, (c) => [t.primaryKey(c.a, c.b)])
    },
    after: (Base) => {
      Base.model("vote", { a: t.integer(), b: t.integer() }, (c) => [t.primaryKey(c.b, c.a)])
    },
    does: ["drop primary key vote_pkey on vote(a, b)", "add primary key vote_pkey on vote(b, a)"],
  },
  {
    name: "a unique constraint is added",
    before: post({ slug: t.text() }),
    after: post({ slug: t.text().unique() }),
    does: ["add unique post_slug_key on post(slug)"],
  },
  {
    name: "a unique constraint gets another name",
    before: post({ slug: t.text().unique() }),
    after: post({ slug: t.text().unique({ name: "one_slug" }) }),
    does: ["rename constraint post_slug_key of post to one_slug"],
  },
  {
    name: "a foreign key is added",
    before: userAndPost({ userId: t.integer() }),
    after: userAndPost({ userId: t.integer().references("user.id") }),
    does: ["add foreign key post_user_id_fkey on post(user_id) to user(id)"],
  },
  {
    name: "the actions of a foreign key change",
    before: userAndPost({ userId: t.integer().references("user.id") }),
    after: userAndPost({ userId: t.integer().references("user.id", { onDelete: "cascade", onUpdate: "restrict" }) }),
    does: [
      "drop foreign key post_user_id_fkey on post(user_id) to user(id)",
      "add foreign key post_user_id_fkey on post(user_id) to user(id)",
    ],
  },
  {
    name: "a foreign key becomes deferrable",
    before: userAndPost({ userId: t.integer().references("user.id") }),
    after: userAndPost({ userId: t.integer().references("user.id", { deferrable: "deferred" }) }),
    does: [
      "drop foreign key post_user_id_fkey on post(user_id) to user(id)",
      "add foreign key post_user_id_fkey on post(user_id) to user(id)",
    ],
  },
  {
    name: "a foreign key is checked at another time",
    before: userAndPost({ userId: t.integer().references("user.id", { deferrable: "deferred" }) }),
    after: userAndPost({ userId: t.integer().references("user.id", { deferrable: "immediate" }) }),
    does: [
      "drop foreign key post_user_id_fkey on post(user_id) to user(id)",
      "add foreign key post_user_id_fkey on post(user_id) to user(id)",
    ],
  },
  {
    name: "a check is added",
    before: post({ votes: t.integer() }),
    after: post({ votes: t.integer() }, (c) => [t.check("not_negative", c.votes.gte(0))]),
    does: ["add check post_not_negative_check on post"],
  },
  {
    name: "a check says something else",
    before: post({ votes: t.integer() }, (c) => [t.check("range", c.votes.gte(0))]),
    after: post({ votes: t.integer() }, (c) => [t.check("range", c.votes.gte(0).and(c.votes.lt(10)))]),
    does: ["drop check post_range_check on post", "add check post_range_check on post"],
  },
  {
    name: "an index is added",
    before: post({ title: t.text() }),
    after: post({ title: t.text() }, (c) => [t.index(c.title)]),
    does: ["add index post_title_idx on post(title)"],
  },
  {
    name: "an index becomes unique",
    before: post({ title: t.text() }, (c) => [t.index(c.title)]),
    after: post({ title: t.text() }, (c) => [t.index(c.title).unique()]),
    does: ["drop index post_title_idx on post(title)", "add unique index post_title_idx on post(title)"],
  },
  {
    name: "an index gets another order",
    before: post({ title: t.text() }, (c) => [t.index(c.title)]),
    after: post({ title: t.text() }, (c) => [t.index(c.title.desc())]),
    does: ["drop index post_title_idx on post(title)", "add index post_title_idx on post(title desc)"],
  },
  {
    name: "an index becomes partial",
    before: post({ title: t.text(), hidden: t.boolean() }, (c) => [t.index(c.title)]),
    after: post({ title: t.text(), hidden: t.boolean() }, (c) => [t.index(c.title).where(c.hidden.eq(false))]),
    does: ["drop index post_title_idx on post(title)", "add index post_title_idx on post(title)"],
  },
  {
    name: "an index over an expression is added and one is renamed",
    before: post({ title: t.text() }, (c) => [t.index(c.title).named("by_title")]),
    after: post({ title: t.text() }, (c) => [t.index(c.title), t.index(sql`lower(${c.title})`).named("post_lower_title_idx")]),
    does: ["rename index by_title on post to post_title_idx", 'add index post_lower_title_idx on post((lower("title")))'],
  },
]

forEachDatabase("a change of models", (database) => {
  for (const { name, before, after, does } of cases) {
    test(`${name}, up and down and up`, async () => {
      const done = await changes(database, before, after)
      assert.deepEqual(done.map(normal), does.map(normal))
    })
  }

  test("a type is changed and the rows keep their values", async () => {
    const engine = await database.engine()
    const from = metadataOf(post({ votes: t.integer().default(7), title: t.varchar(20) }))
    const to = metadataOf(post({ votes: t.text().default("seven"), title: t.text() }))
    await buildModels(engine, from)
    await using connection = await engine.connect()
    await connection.exec("insert into post (title) values ('a')")
    await connection.release()
    await roundTrip(engine, from, to)
    await using again = await engine.connect()
    await again.exec("insert into post (title) values ('b')")
    const { rows } = await again.exec("select votes, title from post order by id")
    assert.deepEqual(rows, [
      ["7", "a"],
      ["seven", "b"],
    ])
  })

  test(
    "the type of a key and of what refers to it change together",
    unless(database, "alterInPlace", "both are INTEGER there"),
    async () => {
      const models =
        (type: t.AnyColumnBuilder): Define =>
        (Base) => {
          Base.model("user", { id: type.primaryKey().identity() })
          Base.model("post", { id: id(), userId: type.references("user.id") })
        }
      const done = await changes(database, models(t.integer()), models(t.bigint()))
      assert.deepEqual(done, [
        "drop foreign key post_user_id_fkey on post(user_id) to user(id)",
        "alter column post.user_id: type integer → bigint",
        "alter column user.id: type integer → bigint",
        "add foreign key post_user_id_fkey on post(user_id) to user(id)",
      ])
    },
  )

  test("comments are added, changed and taken away", unless(database, "comments", "there are none"), async () => {
    const commented =
      (table: string | undefined, column: string | undefined): Define =>
      (Base) => {
        const title = column === undefined ? t.text() : t.text().comment(column)
        Base.model("post", { id: id(), title }, undefined, table === undefined ? {} : { comment: table })
      }
    assert.deepEqual(await changes(database, commented(undefined, undefined), commented("it's \\ a\ntable;", "a title")), [
      "alter column post.title: comment",
      "comment on table post",
    ])
    assert.deepEqual(await changes(database, commented("one", "two"), commented("three", undefined)), [
      "alter column post.title: no comment",
      "comment on table post",
    ])
  })

  test("a text column becomes an enum", unless(database, "enums", "enums are text"), async () => {
    const mood = t.enumType("mood", ["sad", "ok"])
    const done = await changes(database, post({ mood: t.text().default("ok") }), post({ mood: mood().default("ok") }))
    assert.deepEqual(done, ["create enum mood", "alter column post.mood: type text → \"mood\", default 'ok'"])
  })

  test("an enum that nothing uses any more is dropped", unless(database, "enums", "enums are text"), async () => {
    const mood = t.enumType("mood", ["sad", "ok"])
    assert.deepEqual(await changes(database, post({ mood: mood().array() }), post({})), ["drop column post.mood", "drop enum mood"])
  })

  test("tables of a named schema are made with it", unless(database, "schemas", "there are none"), async () => {
    const audited: Define = (Base) => {
      user(Base)
      const kind = t.enumType("kind", ["in", "out"], { schema: "audit" })
      Base.model(
        "entry",
        { id: id(), userId: t.integer().references("user.id"), kind: kind().default("in") },
        (c) => [t.check("known", c.kind.ne("out"))],
        {
          schema: "audit",
        },
      )
    }
    assert.deepEqual(await changes(database, user, audited), ["create schema audit", "create enum audit.kind", "create table audit.entry"])
  })

  test("a model that names the default schema is the same table", unless(database, "schemas", "there are none"), async () => {
    const engine = await database.engine()
    const named: Define = (Base) => {
      const mood = t.enumType("mood", ["sad"], { schema: "public" })
      Base.model("post", { id: id(), mood: mood().default("sad") }, undefined, { schema: "public" })
    }
    const mood = t.enumType("mood", ["sad"])
    await buildModels(engine, metadataOf(named))
    const { operations } = await compareModels(engine, metadataOf(post({ mood: mood().default("sad") })))
    assert.deepEqual(titles(operations), [])
  })
})

/** Types are spelled in each database's way. */
function normal(title: string): string {
  return title.replace(/ \(.*\)$/, " (…)")
}
