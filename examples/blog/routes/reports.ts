import type { FastifyPluginAsync } from "fastify"
import { jsonAgg, jsonBuildObject, select } from "rebis"
import { Post } from "../models/post.ts"
import { User } from "../models/user.ts"

/** Joins and aggregations are the database's work: each of these is one statement. */
export const reportRoutes: FastifyPluginAsync = async (app) => {
  app.get("/posts-with-authors", (request) =>
    request.db.all(select({ post: Post, author: User }).from(Post).join(Post.author).orderBy(Post.c.id).limit(50)),
  )

  app.get("/digest", (request) =>
    request.db.all(
      select(jsonBuildObject({ author: User.c.name, posts: jsonAgg(Post) }))
        .from(User)
        .join(User.posts)
        .groupBy(User.c.id)
        .orderBy(User.c.id),
    ),
  )
}
