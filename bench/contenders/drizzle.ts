import { and, asc, desc, eq, gte, lt, relations } from "drizzle-orm"
import { drizzle } from "drizzle-orm/node-postgres"
import { date, integer, pgTable, text, timestamp } from "drizzle-orm/pg-core"
import pg from "pg"
import type { Contender } from "../workload.ts"

const id = () => integer("id").primaryKey().generatedByDefaultAsIdentity()
const createdAt = () => timestamp("created_at", { withTimezone: true }).notNull()
const user = pgTable("user", { id: id(), email: text("email").notNull(), name: text("name").notNull(), createdAt: createdAt() })
const post = pgTable("post", {
  id: id(),
  userId: integer("user_id").notNull(),
  title: text("title").notNull(),
  content: text("content").notNull(),
  createdAt: createdAt(),
  publishedDate: date("published_date"),
  viewCount: integer("view_count").notNull(),
})
const comment = pgTable("comment", {
  id: id(),
  postId: integer("post_id").notNull(),
  userId: integer("user_id").notNull(),
  body: text("body").notNull(),
  createdAt: createdAt(),
})
const note = pgTable("note", {
  id: id(),
  postId: integer("post_id").notNull(),
  userId: integer("user_id").notNull(),
  body: text("body").notNull(),
  createdAt: createdAt(),
})
const postRelations = relations(post, ({ one, many }) => ({
  author: one(user, { fields: [post.userId], references: [user.id] }),
  comments: many(comment),
}))
const commentRelations = relations(comment, ({ one }) => ({ post: one(post, { fields: [comment.postId], references: [post.id] }) }))

/** Drizzle on node-postgres, plain queries and its relational query for the nested line. */
export async function open(url: string, poolSize: number): Promise<Contender> {
  const pool = new pg.Pool({ connectionString: url, max: poolSize, idleTimeoutMillis: 0 })
  const db = drizzle({ client: pool, schema: { user, post, comment, note, postRelations, commentRelations } })
  return {
    title: "Drizzle",
    getByKey: async (key) => (await db.select().from(post).where(eq(post.id, key)))[0]!,
    list: ({ from, to }) =>
      db
        .select()
        .from(post)
        .where(and(gte(post.createdAt, from), lt(post.createdAt, to)))
        .orderBy(asc(post.id)),
    nested: (first) =>
      db.query.post.findMany({ where: gte(post.id, first), orderBy: asc(post.id), limit: 20, with: { author: true, comments: true } }),
    insertOne: (values) => db.transaction(async (tx) => (await tx.insert(note).values(values).returning({ id: note.id }))[0]!.id),
    insertMany: (values) =>
      db.transaction(async (tx) =>
        (
          await tx
            .insert(note)
            .values([...values])
            .returning({ id: note.id })
        ).map((row) => row.id),
      ),
    async updateLoaded(first) {
      const posts = await db
        .select()
        .from(post)
        .where(and(gte(post.id, first), lt(post.id, first + 100)))
        .orderBy(asc(post.id))
      await db.transaction(async (tx) => {
        for (const [k, row] of posts.entries())
          await tx
            .update(post)
            .set({ viewCount: row.viewCount + 1 + k })
            .where(eq(post.id, row.id))
      })
    },
    request: ({ userId, note: values }) =>
      db.transaction(async (tx) => {
        const found = (await tx.select().from(user).where(eq(user.id, userId)))[0]!
        const posts = await tx.select().from(post).where(eq(post.userId, found.id)).orderBy(desc(post.id)).limit(10)
        const inserted = await tx
          .insert(note)
          .values({ ...values, userId: found.id })
          .returning({ id: note.id })
        return { user: found, posts, noteId: inserted[0]!.id }
      }),
    close: () => pool.end(),
  }
}
