/** The guide's rules of models. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { select } from "../../src/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { blogOn, notesBy } from "./blog.ts"
import { compileErrors } from "./compiler.ts"
import { Post, User } from "./models.ts"
import { constraintsAndIndexes } from "./names.ts"

const preamble = `
import { date, declarativeBase, integer, text, timestamptz } from "rebis"
const Base = declarativeBase()
class User extends Base.model("user", { id: integer().primaryKey().identity() }) {}
`
const errors = await compileErrors("guide-models", {
  conventional: `${preamble}
    Base.model("blog_post", { id: integer().primaryKey(), userId: integer().references(() => User.c.id), createdAt: timestamptz(), publishedDate: date().nullable() })`,
  upperCase: `${preamble} Base.model("BlogPost", { id: integer().primaryKey() })`,
  datetime: `${preamble} Base.model("post", { id: integer().primaryKey(), created: timestamptz() })`,
  date: `${preamble} Base.model("post", { id: integer().primaryKey(), published: date() })`,
  foreignKey: `${preamble} Base.model("post", { id: integer().primaryKey(), author: integer().references(() => User.c.id) })`,
  nullable: `${preamble}
    const Post = Base.model("post", { id: integer().primaryKey(), content: text(), publishedDate: date().nullable() })
    declare const post: InstanceType<typeof Post>
    const content: string = post.content
    const day: string = post.publishedDate`,
})

describe("the guide, models, to the compiler", () => {
  test("accepts names on the convention", () => assert.deepEqual(errors.conventional, []))

  test("'table names: lowercase, snake_case': another name does not compile", () => {
    assert.equal(errors.upperCase.length, 1)
    assert.match(errors.upperCase.join(), /table 'BlogPost' must be lower snake_case/)
  })
  test("'datetime columns: _at suffix': another name does not compile", () => {
    assert.equal(errors.datetime.length, 1)
    assert.match(errors.datetime.join(), /datetime column 'created' must end in 'At'/)
  })
  test("'date columns: _date suffix': another name does not compile", () => {
    assert.equal(errors.date.length, 1)
    assert.match(errors.date.join(), /date column 'published' must end in 'Date'/)
  })
  test("'foreign keys: module-prefixed': another name does not compile", () => {
    assert.equal(errors.foreignKey.length, 1)
    assert.match(errors.foreignKey.join(), /foreign key 'author' must be named after what it points at: 'userId'/)
  })
  test("'use Mapped type annotations, X | None for nullable': types are inferred, and null has to be looked at", () => {
    assert.equal(errors.nullable.length, 1)
    assert.match(errors.nullable.join(), /null/)
  })
})

forEachDatabase("the guide, models", (database) => {
  const blog = blogOn(database)

  test("'datetime columns: _at, date columns: _date': in the database as well, and with the values of their kind", async () => {
    await blog.sessions.begin((db) => void db.add(new Post({ ...notesBy(blog.ada.id), publishedDate: "2025-12-27" })))
    const post = await blog.sessions.begin((db) => db.one(select(Post)))
    assert.ok(post.createdAt instanceof Date)
    assert.equal(post.publishedDate, "2025-12-27")
    const columns = await blog.engine.begin((connection) => connection.exec("select created_at, published_date, user_id from post", []))
    assert.equal(columns.rows.length, 1)
  })

  test("'foreign keys: user_id, post_id': the property is userId, the column user_id, the constraint is named after them", async () => {
    assert.deepEqual([Post.c.userId.key, Post.table.columns.find(({ key }) => key === "userId")?.name], ["userId", "user_id"])
    assert.ok((await constraintsAndIndexes(blog.engine, database)).includes("post_user_id_fkey"))
  })

  test("'index=True on a column': .index() makes post_title_idx", async () => {
    assert.ok((await constraintsAndIndexes(blog.engine, database)).includes("post_title_idx"))
  })

  test("'class_ per table, singular': an instance is a plain object of its row", async () => {
    await using db = blog.sessions()
    const user = await db.one(select(User))
    assert.ok(user instanceof User)
    assert.deepEqual(Object.keys(user).toSorted(), ["createdAt", "email", "id", "name"])
  })
})
