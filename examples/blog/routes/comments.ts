import type { FastifyPluginAsync } from "fastify"
import { select } from "rebis"
import { Comment } from "../models/comment.ts"

const newComment = {
  type: "object",
  required: ["userId", "body"],
  properties: { userId: { type: "integer", minimum: 1 }, body: { type: "string", minLength: 1 } },
  additionalProperties: false,
} as const
interface NewComment {
  userId: number
  body: string
}

const byPost = { type: "object", properties: { postId: { type: "integer", minimum: 1, maximum: 2_147_483_647 } } } as const
interface ByPost {
  postId: number
}

export const commentRoutes: FastifyPluginAsync = async (app) => {
  app.get<{ Params: ByPost }>("/posts/:postId/comments", { schema: { params: byPost } }, (request) =>
    request.db.all(select(Comment).where(Comment.c.postId.eq(request.params.postId)).orderBy(Comment.c.id).with("author")),
  )

  // A post or a user that does not exist is a 409, found by the foreign keys.
  app.post<{ Params: ByPost; Body: NewComment }>(
    "/posts/:postId/comments",
    { schema: { params: byPost, body: newComment } },
    async (request, reply) => {
      reply.code(201)
      return request.db.add(new Comment({ ...request.body, postId: request.params.postId }))
    },
  )
}
