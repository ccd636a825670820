import { integer, manyToOne, text, timestamptz } from "rebis"
import { Base } from "../base.ts"
import { Post } from "./post.ts"
import { User } from "./user.ts"

export class Comment extends Base.model("comment", {
  id: integer().primaryKey().identity(),
  postId: integer()
    .references(() => Post.c.id, { onDelete: "cascade" })
    .index(),
  userId: integer().references(() => User.c.id),
  body: text(),
  createdAt: timestamptz().defaultNow(),
}) {
  static readonly post = manyToOne(() => Post)
  static readonly author = manyToOne(() => User)
}
