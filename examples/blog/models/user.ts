import { integer, oneToMany, text, timestamptz } from "rebis"
import { Base } from "../base.ts"
import { Post } from "./post.ts"

export class User extends Base.model("user", {
  id: integer().primaryKey().identity(),
  email: text().unique(),
  name: text(),
  createdAt: timestamptz().defaultNow(),
}) {
  static readonly posts = oneToMany(() => Post)
}
