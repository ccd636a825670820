import pg from "pg"
import type { CommentRow, Contender, NewNote, PostRow, PostWithRelations, UserRow } from "../workload.ts"

const postColumns = `id, user_id as "userId", title, content, created_at as "createdAt", published_date as "publishedDate", view_count as "viewCount"`
const insertNote = "insert into note (post_id, user_id, body, created_at) values ($1, $2, $3, $4) returning id"

/** node-postgres with named prepared statements, written by hand: what the others are measured against. */
export async function open(url: string, poolSize: number): Promise<Contender> {
  // A date is a calendar day; the driver's default makes it a moment in the machine's zone.
  pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text)
  const pool = new pg.Pool({ connectionString: url, max: poolSize, idleTimeoutMillis: 0 })
  const transaction = async <T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> => {
    const client = await pool.connect()
    try {
      await client.query("begin")
      const result = await work(client)
      await client.query("commit")
      return result
    } catch (error) {
      await client.query("rollback")
      throw error
    } finally {
      client.release()
    }
  }
  const one = async (client: pg.Pool | pg.PoolClient, note: NewNote): Promise<number> =>
    (
      await client.query<{ id: number }>({
        name: "insertNote",
        text: insertNote,
        values: [note.postId, note.userId, note.body, note.createdAt],
      })
    ).rows[0]!.id
  let manyText: string | undefined
  return {
    title: "pg (prepared)",
    getByKey: async (id) =>
      (await pool.query<PostRow>({ name: "getByKey", text: `select ${postColumns} from post where id = $1`, values: [id] })).rows[0]!,
    list: async ({ from, to }) =>
      (
        await pool.query<PostRow>({
          name: "list",
          text: `select ${postColumns} from post where created_at >= $1 and created_at < $2 order by id`,
          values: [from, to],
        })
      ).rows,
    async nested(first) {
      const client = await pool.connect()
      try {
        const posts = await client.query<PostRow & { u_email: string; u_name: string; u_at: Date }>({
          name: "nestedPosts",
          text: `select p.id, p.user_id as "userId", p.title, p.content, p.created_at as "createdAt", p.published_date as "publishedDate", p.view_count as "viewCount",
            u.email as u_email, u.name as u_name, u.created_at as u_at from post p join "user" u on u.id = p.user_id where p.id >= $1 order by p.id limit 20`,
          values: [first],
        })
        const comments = await client.query<CommentRow>({
          name: "nestedComments",
          text: `select id, post_id as "postId", user_id as "userId", body, created_at as "createdAt" from comment where post_id = any($1::int[])`,
          values: [posts.rows.map((row) => row.id)],
        })
        const byPost = new Map<number, PostWithRelations & { comments: CommentRow[] }>()
        for (const { u_email: email, u_name: name, u_at: createdAt, ...post } of posts.rows) {
          byPost.set(post.id, { ...post, author: { id: post.userId, email, name, createdAt }, comments: [] })
        }
        for (const row of comments.rows) byPost.get(row.postId)!.comments.push(row)
        return [...byPost.values()]
      } finally {
        client.release()
      }
    },
    insertOne: (note) => transaction((client) => one(client, note)),
    insertMany: (notes) =>
      transaction(async (client) => {
        manyText ??= `insert into note (post_id, user_id, body, created_at) values ${notes.map((_, n) => `($${n * 4 + 1}, $${n * 4 + 2}, $${n * 4 + 3}, $${n * 4 + 4})`).join(", ")} returning id`
        const values = notes.flatMap((note) => [note.postId, note.userId, note.body, note.createdAt])
        return (await client.query<{ id: number }>({ name: "insertMany", text: manyText, values })).rows.map((row) => row.id)
      }),
    async updateLoaded(first) {
      const { rows } = await pool.query<PostRow>({
        name: "hundred",
        text: `select ${postColumns} from post where id >= $1 and id < $1 + 100 order by id`,
        values: [first],
      })
      await transaction(async (client) => {
        for (const [k, row] of rows.entries()) {
          await client.query({
            name: "update",
            text: "update post set view_count = $1 where id = $2",
            values: [row.viewCount + 1 + k, row.id],
          })
        }
      })
    },
    request: ({ userId, note }) =>
      transaction(async (client) => {
        const user = (
          await client.query<UserRow>({
            name: "user",
            text: `select id, email, name, created_at as "createdAt" from "user" where id = $1`,
            values: [userId],
          })
        ).rows[0]!
        const posts = (
          await client.query<PostRow>({
            name: "newest",
            text: `select ${postColumns} from post where user_id = $1 order by id desc limit 10`,
            values: [user.id],
          })
        ).rows
        return { user, posts, noteId: await one(client, { ...note, userId: user.id }) }
      }),
    close: () => pool.end(),
  }
}
