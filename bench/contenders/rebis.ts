import { createEngine, date, declarativeBase, integer, manyToOne, oneToMany, select, sessionmaker, text, timestamptz } from "rebis"
import type { Contender } from "../workload.ts"

const Base = declarativeBase()
class User extends Base.model("user", {
  id: integer().primaryKey().identity(),
  email: text().unique(),
  name: text(),
  createdAt: timestamptz(),
}) {}
class Post extends Base.model("post", {
  id: integer().primaryKey().identity(),
  userId: integer().references(() => User.c.id),
  title: text(),
  content: text(),
  createdAt: timestamptz(),
  publishedDate: date().nullable(),
  viewCount: integer().default(0),
}) {
  static readonly author = manyToOne(() => User)
  static readonly comments = oneToMany(() => Comment)
}
const remark = () => ({
  id: integer().primaryKey().identity(),
  postId: integer().references(() => Post.c.id),
  userId: integer().references(() => User.c.id),
  body: text(),
  createdAt: timestamptz(),
})
class Comment extends Base.model("comment", remark()) {}
class Note extends Base.model("note", remark()) {}

/** Rebis as its guide shows: a session for each unit, entities, changes noticed at commit. */
export async function open(url: string, poolSize: number): Promise<Contender> {
  const engine = createEngine(url, { poolSize, maxOverflow: 0 })
  const sessions = sessionmaker(engine)
  return {
    title: "Rebis",
    getByKey: async (id) => {
      await using db = sessions()
      return (await db.get(Post, id))!
    },
    list: async ({ from, to }) => {
      await using db = sessions()
      return await db.all(select(Post).where(Post.c.createdAt.gte(from), Post.c.createdAt.lt(to)).orderBy(Post.c.id))
    },
    nested: async (first) => {
      await using db = sessions()
      return await db.all(select(Post).where(Post.c.id.gte(first)).orderBy(Post.c.id).limit(20).with("author").with("comments"))
    },
    insertOne: async (values) => (await sessions.begin(async (db) => db.add(new Note(values)))).id,
    insertMany: async (values) =>
      (await sessions.begin(async (db) => db.addAll(values.map((value) => new Note(value))))).map((note) => note.id),
    updateLoaded: (first) =>
      sessions.begin(async (db) => {
        const posts = await db.all(
          select(Post)
            .where(Post.c.id.gte(first), Post.c.id.lt(first + 100))
            .orderBy(Post.c.id),
        )
        for (const [k, post] of posts.entries()) post.viewCount += 1 + k
      }),
    request: async ({ userId, note }) => {
      const { user, posts, added } = await sessions.begin(async (db) => {
        const [[user], posts] = await db.batch(
          select(User).where(User.c.id.eq(userId)),
          select(Post).where(Post.c.userId.eq(userId)).orderBy(Post.c.id.desc()).limit(10),
        )
        return { user: user!, posts, added: db.add(new Note({ ...note, userId })) }
      })
      return { user, posts, noteId: added.id }
    },
    close: () => engine.dispose(),
  }
}
