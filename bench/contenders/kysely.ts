import { type Generated, Kysely, PostgresDialect } from "kysely"
import { jsonArrayFrom, jsonObjectFrom } from "kysely/helpers/postgres"
import pg from "pg"
import type { CommentRow, Contender, NewNote, PostRow, UserRow } from "../workload.ts"

interface Database {
  user: { id: Generated<number>; email: string; name: string; created_at: Date }
  post: {
    id: Generated<number>
    user_id: number
    title: string
    content: string
    created_at: Date
    published_date: string | null
    view_count: number
  }
  comment: { id: Generated<number>; post_id: number; user_id: number; body: string; created_at: Date }
  note: { id: Generated<number>; post_id: number; user_id: number; body: string; created_at: Date }
}

const userColumns = ["id", "email", "name", "created_at as createdAt"] as const
const postColumns = [
  "id",
  "user_id as userId",
  "title",
  "content",
  "created_at as createdAt",
  "published_date as publishedDate",
  "view_count as viewCount",
] as const

/** Kysely on node-postgres, as its documentation shows. */
export async function open(url: string, poolSize: number): Promise<Contender> {
  pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text)
  const db = new Kysely<Database>({
    dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url, max: poolSize, idleTimeoutMillis: 0 }) }),
  })
  const row = (note: NewNote) => ({ post_id: note.postId, user_id: note.userId, body: note.body, created_at: note.createdAt })
  return {
    title: "Kysely",
    getByKey: (id) => db.selectFrom("post").select(postColumns).where("id", "=", id).executeTakeFirstOrThrow(),
    list: ({ from, to }) =>
      db.selectFrom("post").select(postColumns).where("created_at", ">=", from).where("created_at", "<", to).orderBy("id").execute(),
    async nested(first) {
      const posts = await db
        .selectFrom("post")
        .select(postColumns)
        .select((eb) => [
          jsonObjectFrom(eb.selectFrom("user").select(userColumns).whereRef("user.id", "=", "post.user_id"))
            .$notNull()
            .as("author"),
          jsonArrayFrom(
            eb
              .selectFrom("comment")
              .select(["id", "post_id as postId", "user_id as userId", "body", "created_at as createdAt"])
              .whereRef("comment.post_id", "=", "post.id"),
          ).as("comments"),
        ])
        .where("id", ">=", first)
        .orderBy("id")
        .limit(20)
        .execute()
      // Moments inside of JSON arrive as text; an application that wants what it has elsewhere has to revive them.
      const revive = <T extends { createdAt: unknown }>(value: T): T & { createdAt: Date } => ({
        ...value,
        createdAt: new Date(String(value.createdAt)),
      })
      return posts.map((post) => ({
        ...post,
        author: revive(post.author) as UserRow,
        comments: post.comments.map((comment) => revive(comment) as CommentRow),
      }))
    },
    insertOne: (note) =>
      db
        .transaction()
        .execute(async (trx) => (await trx.insertInto("note").values(row(note)).returning("id").executeTakeFirstOrThrow()).id),
    insertMany: (notes) =>
      db
        .transaction()
        .execute(async (trx) =>
          (await trx.insertInto("note").values(notes.map(row)).returning("id").execute()).map((inserted) => inserted.id),
        ),
    async updateLoaded(first) {
      const posts: PostRow[] = await db
        .selectFrom("post")
        .select(postColumns)
        .where("id", ">=", first)
        .where("id", "<", first + 100)
        .orderBy("id")
        .execute()
      await db.transaction().execute(async (trx) => {
        for (const [k, post] of posts.entries()) {
          await trx
            .updateTable("post")
            .set({ view_count: post.viewCount + 1 + k })
            .where("id", "=", post.id)
            .execute()
        }
      })
    },
    request: ({ userId, note }) =>
      db.transaction().execute(async (trx) => {
        const user = await trx.selectFrom("user").select(userColumns).where("id", "=", userId).executeTakeFirstOrThrow()
        const posts = await trx
          .selectFrom("post")
          .select(postColumns)
          .where("user_id", "=", user.id)
          .orderBy("id", "desc")
          .limit(10)
          .execute()
        const inserted = await trx
          .insertInto("note")
          .values({ ...row(note), user_id: user.id })
          .returning("id")
          .executeTakeFirstOrThrow()
        return { user, posts, noteId: inserted.id }
      }),
    close: () => db.destroy(),
  }
}
