import type { FastifyPluginAsync } from "fastify"
import { select } from "rebis"
import { User } from "../models/user.ts"

const newUser = {
  type: "object",
  required: ["email", "name"],
  properties: { email: { type: "string", format: "email" }, name: { type: "string", minLength: 1 } },
  additionalProperties: false,
} as const
interface NewUser {
  email: string
  name: string
}

const byId = { type: "object", properties: { id: { type: "integer", minimum: 1, maximum: 2_147_483_647 } } } as const
interface ById {
  id: number
}

export const userRoutes: FastifyPluginAsync = async (app) => {
  app.get("/users", (request) => request.db.all(select(User).orderBy(User.c.id)))

  // An address that is taken already is a 409, found by the database's unique constraint.
  app.post<{ Body: NewUser }>("/users", { schema: { body: newUser } }, async (request, reply) => {
    reply.code(201)
    return request.db.add(new User(request.body))
  })

  // No such user: one() throws, and the answer is a 404.
  app.get<{ Params: ById }>("/users/:id", { schema: { params: byId } }, (request) =>
    request.db.one(select(User).where(User.c.id.eq(request.params.id)).with("posts")),
  )
}
