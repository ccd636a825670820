// Rebis: a session for each unit, entities, changes noticed at commit.
import {
  count,
  countDistinct,
  createEngine,
  date,
  declarativeBase,
  integer,
  jsonBuildObject,
  manyToOne,
  max,
  oneToMany,
  select,
  sessionmaker,
  text,
  timestamptz,
  toJsonb,
} from "rebis"
const Base = declarativeBase()
class User extends Base.model("user", {
  id: integer().primaryKey().identity(),
  email: text().unique(),
  name: text(),
  createdAt: timestamptz(),
}) {
  static posts = oneToMany(() => Post)
}
class Post extends Base.model("post", {
  id: integer().primaryKey().identity(),
  userId: integer().references(() => User.c.id),
  title: text(),
  content: text(),
  createdAt: timestamptz(),
  publishedDate: date().nullable(),
  viewCount: integer().default(0),
}) {
  static user = manyToOne(() => User)
  static comments = oneToMany(() => Comment)
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
let engine, sessions
export default {
  title: "Rebis",
  package: "rebis",
  async open({ url, poolSize }) {
    engine = createEngine(url, { poolSize, maxOverflow: 0 })
    sessions = sessionmaker(engine)
  },
  close: () => engine.dispose(),
  async getById(id) {
    await using db = sessions()
    return await db.get(Post, id)
  },
  async list({ from, to }) {
    await using db = sessions()
    return await db.all(select(Post).where(Post.c.createdAt.gte(from), Post.c.createdAt.lt(to)).orderBy(Post.c.id))
  },
  async nested(first) {
    await using db = sessions()
    return await db.all(select(Post).where(Post.c.id.gte(first)).orderBy(Post.c.id).limit(20).with("user").with("comments"))
  },
  insertOne: async (n) => (await sessions.begin(async (db) => db.add(new Note(n)))).id,
  insertMany: async (notes) => (await sessions.begin(async (db) => db.addAll(notes.map((n) => new Note(n))))).map((n) => n.id),
  uowUpdate: (first) =>
    sessions.begin(async (db) => {
      const posts = await db.all(
        select(Post)
          .where(Post.c.id.gte(first), Post.c.id.lt(first + 100))
          .orderBy(Post.c.id),
      )
      posts.forEach((post, k) => {
        post.viewCount += 1 + k
      })
    }),
  async request({ userId, note }) {
    const r = await sessions.begin(async (db) => {
      const [[user], posts] = await db.batch(
        select(User).where(User.c.id.eq(userId)),
        select(Post).where(Post.c.userId.eq(userId)).orderBy(Post.c.id.desc()).limit(10),
      )
      return { user, posts, note: db.add(new Note({ postId: note.postId, userId: user.id, body: note.body, createdAt: note.createdAt })) }
    })
    return { user: r.user, posts: r.posts, noteId: r.note.id }
  },
  async aggregate(first) {
    await using db = sessions()
    return await db.all(
      select({
        id: User.c.id,
        name: User.c.name,
        stats: jsonBuildObject({ posts: countDistinct(Post.c.id), comments: count(Comment.c.id), last: toJsonb(max(Comment.c.createdAt)) }),
      })
        .from(User)
        .join(Post, Post.c.userId.eq(User.c.id))
        .join(Comment, Comment.c.postId.eq(Post.c.id))
        .where(User.c.id.gte(first), User.c.id.lt(first + 50))
        .groupBy(User.c.id, User.c.name)
        .orderBy(User.c.id),
    )
  },
}
