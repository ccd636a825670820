import { date, declarativeBase, integer, type IsoDate, json, jsonb, text, timestamptz, varchar } from "rebis"

const Base = declarativeBase()

class User extends Base.model("user", {
  id: integer().primaryKey().identity(),
  email: text().unique(),
  nickname: text().nullable(),
  createdAt: timestamptz().defaultNow(),
}) {
  get label(): string {
    return this.nickname ?? this.email
  }
}

class Post extends Base.model("post", {
  id: integer().primaryKey().identity(),
  userId: integer().references(() => User.c.id),
  publishedDate: date().nullable(),
}) {}

/** Compiles only when the two types are the same. */
function same<A, B>(..._: (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? [] : [never]): void {}

const user = new User({ email: "ada@example.org" })
same<typeof user.id, number>()
same<typeof user.email, string>()
same<typeof user.nickname, string | null>()
same<typeof user.createdAt, Date>()
same<typeof user.label, string>()

const post = new Post({ userId: user.id, publishedDate: "2025-12-27" })
same<typeof post.userId, number>()
// error: TS2554 Expected 1 arguments, but got 0.
same<typeof post.publishedDate, IsoDate | null>()

// Without conventions, too, a column is of its own type and not of any.
class Entry extends declarativeBase({ conventions: "off" }).model("entry", {
  id: integer().primaryKey(),
  body: text(),
  code: varchar(3),
  kind: text<"a" | "b">(),
  doc: json(),
  tags: jsonb<string[]>(),
}) {}
const entry = new Entry({ id: 1, body: "", code: "", kind: "a", doc: null, tags: [] })
same<typeof entry.body, string>()
same<typeof entry.code, string>()
same<typeof entry.kind, "a" | "b">()
same<typeof entry.doc, unknown>()
same<typeof entry.tags, string[]>()
