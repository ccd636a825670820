import { check, date, index, integer, manyToOne, oneToMany, text, timestamptz } from "rebis"
import { Base } from "../base.ts"
import { Comment } from "./comment.ts"
import { User } from "./user.ts"

export class Post extends Base.model(
  "post",
  {
    id: integer().primaryKey().identity(),
    title: text().index(),
    content: text(),
    userId: integer().references(() => User.c.id),
    createdAt: timestamptz().defaultNow(),
    publishedDate: date().nullable(),
  },
  (post) => [index(post.userId, post.createdAt.desc()), check("title_not_empty", post.title.ne(""))],
) {
  static readonly author = manyToOne(() => User)
  static readonly comments = oneToMany(() => Comment)

  get isPublished(): boolean {
    return this.publishedDate !== null
  }
}
