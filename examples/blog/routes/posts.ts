import type { FastifyPluginAsync } from "fastify"
import { select } from "rebis"
import { Post } from "../models/post.ts"

const text = { type: "string", minLength: 1 } as const
const newPost = {
  type: "object",
  required: ["title", "content", "userId"],
  properties: { title: text, content: text, userId: { type: "integer", minimum: 1 }, publishedDate: { type: "string", format: "date" } },
  additionalProperties: false,
} as const
interface NewPost {
  title: string
  content: string
  userId: number
  publishedDate?: string
}

const postChanges = {
  type: "object",
  properties: { title: text, content: text, publishedDate: { type: "string", format: "date" } },
  additionalProperties: false,
} as const
type PostChanges = Partial<Omit<NewPost, "userId">>

const byId = { type: "object", properties: { id: { type: "integer", minimum: 1, maximum: 2_147_483_647 } } } as const
interface ById {
  id: number
}

export const postRoutes: FastifyPluginAsync = async (app) => {
  app.get("/posts", (request) => request.db.all(select(Post).orderBy(Post.c.createdAt.desc(), Post.c.id.desc()).limit(10)))

  // Committed before the answer leaves, with the id and the time that the database gave it.
  app.post<{ Body: NewPost }>("/posts", { schema: { body: newPost } }, async (request, reply) => {
    reply.code(201)
    return request.db.add(new Post(request.body))
  })

  app.get<{ Params: ById }>("/posts/:id", { schema: { params: byId } }, (request) =>
    request.db.one(
      select(Post)
        .where(Post.c.id.eq(request.params.id))
        .with("author")
        .with("comments", (comments) => comments.with("author")),
    ),
  )

  // What was set is noticed at the flush: one UPDATE of the columns that changed, or none.
  app.patch<{ Params: ById; Body: PostChanges }>("/posts/:id", { schema: { params: byId, body: postChanges } }, async (request) =>
    Object.assign(await request.db.one(select(Post).where(Post.c.id.eq(request.params.id))), request.body),
  )

  app.delete<{ Params: ById }>("/posts/:id", { schema: { params: byId } }, async (request, reply) => {
    request.db.delete(await request.db.one(select(Post).where(Post.c.id.eq(request.params.id))))
    return reply.code(204).send()
  })
}
