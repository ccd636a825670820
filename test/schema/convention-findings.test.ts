import assert from "node:assert/strict"
import { test } from "node:test"
import {
  check,
  conventionFindings,
  date,
  declarativeBase,
  foreignKey,
  index,
  integer,
  MetaData,
  text,
  timestamp,
  timestamptz,
} from "../../src/schema/index.ts"
import { singularOf } from "../../src/schema/singular.ts"

/** Strict, but made as plain JavaScript would: without the compiler's word. */
function strictBase(metadata = new MetaData()) {
  const base = declarativeBase({ metadata })
  return { metadata, model: base.model as unknown as (...args: any[]) => { c: Record<string, never> } }
}

const said = (metadata: MetaData) =>
  conventionFindings(metadata).map(({ rule, table, column }) => [rule, column === undefined ? table : `${table}.${column}`])

test("names that follow the conventions are not found", () => {
  const Base = strictBase()
  const User = Base.model("user", { id: integer().primaryKey(), createdAt: timestamptz(), bornDate: date(), seenAt: timestamp() })
  Base.model(
    "blog_post",
    {
      id: integer().primaryKey(),
      userId: integer().references(() => User.c.id as never),
      editorUserId: integer().references("user.id"),
      parentId: integer().references("blog_post.id"),
    },
    (t: any) => [index(t.userId), check("id_positive", t.id.gt(0))],
  )
  for (const name of ["address", "order_status", "news", "address_series", "bus", "process", "analysis", "sms"])
    Base.model(name, { id: integer().primaryKey() })
  assert.deepEqual(said(Base.metadata), [])
})

test("tables are in lower snake_case", () => {
  const Base = strictBase()
  for (const name of ["User", "blogPost", "blog-post", "_draft", "a__b"]) Base.model(name, { id: integer().primaryKey().named("id") })
  assert.deepEqual(said(Base.metadata), [
    ["snake-case", "User"],
    ["snake-case", "blogPost"],
    ["snake-case", "blog-post"],
    ["snake-case", "_draft"],
    ["snake-case", "a__b"],
  ])
  assert.deepEqual(
    conventionFindings(Base.metadata).map(({ hint }) => hint),
    ["call it user", "call it blog_post", "call it blog_post", "call it draft", "call it a_b"],
  )
})

test("tables are singular", () => {
  const Base = strictBase()
  for (const name of ["users", "blog_posts", "categories", "addresses", "people"]) Base.model(name, { id: integer().primaryKey() })
  assert.deepEqual(
    conventionFindings(Base.metadata).map(({ rule, hint }) => [rule, hint.replace(/:.*/, "")]),
    [
      ["singular-table", "call it user"],
      ["singular-table", "call it blog_post"],
      ["singular-table", "call it category"],
      ["singular-table", "call it address"],
      ["singular-table", "call it person"],
    ],
  )
})

test("a word is put into the singular, and a singular one left as it is", () => {
  const pairs = {
    users: "user",
    boxes: "box",
    caches: "cache",
    branches: "branch",
    statuses: "status",
    indices: "index",
    databases: "database",
    houses: "house",
    children: "child",
    movies: "movie",
    apis: "api",
  }
  for (const [plural, singular] of Object.entries(pairs)) {
    assert.equal(singularOf(plural), singular)
    assert.equal(singularOf(singular), singular)
  }
})

test("datetimes end in _at and dates in _date, also under an explicit name", () => {
  const Base = strictBase()
  Base.model("event", {
    id: integer().primaryKey(),
    created: timestamptz(),
    updatedAt: timestamp().named("updated"),
    born: date(),
    day: date().named("event_date"),
  })
  assert.deepEqual(said(Base.metadata), [
    ["datetime-at", "event.created"],
    ["datetime-at", "event.updated"],
    ["date-date", "event.born"],
    ["date-date", "event.event_date"],
  ])
})

test("columns are in lower snake_case and properties in camelCase", () => {
  const Base = strictBase()
  Base.model("event", { id: integer().primaryKey(), user_name: text(), title: text().named("Title") })
  assert.deepEqual(said(Base.metadata), [
    ["camel-case-property", "event.user_name"],
    ["snake-case", "event.Title"],
  ])
})

test("foreign keys are named after what they point at", () => {
  const Base = strictBase()
  const User = Base.model("user", { id: integer().primaryKey() })
  Base.model(
    "post",
    {
      id: integer().primaryKey(),
      author: integer().references(() => User.c.id as never),
      parent: integer().references("post.id"),
      owner: integer(),
    },
    (t: any) => [foreignKey([t.owner], ["user.id"])],
  )
  assert.deepEqual(said(Base.metadata), [
    ["foreign-key-name", "post.author"],
    ["foreign-key-name", "post.parent"],
    ["foreign-key-name", "post.owner"],
  ])
})

test("constraints that were named by hand are in lower snake_case, unless the convention has capitals itself", () => {
  const items = (t: any) => [index(t.name).named("UserNameIndex")]
  const Base = strictBase()
  Base.model("user", { id: integer().primaryKey(), name: text() }, items)
  assert.deepEqual(said(Base.metadata), [["snake-case", "user"]])
  const Capitals = strictBase(new MetaData({ namingConvention: { pk: "PK_{table_name}" } }))
  Capitals.model("user", { id: integer().primaryKey(), name: text() }, items)
  assert.deepEqual(said(Capitals.metadata), [])
})

test("nothing is found where the conventions are off", () => {
  const Base = declarativeBase({ conventions: "off" })
  Base.model("Users", { ID: integer().primaryKey(), Created: timestamptz() })
  assert.deepEqual(conventionFindings(Base.metadata), [])
})
