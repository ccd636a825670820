// Exported as an application would: the compiler has to be able to write down every type (`declaration: true`).
import { createEngine, date, declarativeBase, index, integer, manyToOne, oneToMany, sessionmaker, text } from "rebis"

export const Base = declarativeBase()

export class User extends Base.model("user", {
  id: integer().primaryKey().identity(),
  name: text(),
}) {
  static readonly posts = oneToMany(() => Post)
}

export class Post extends Base.model(
  "post",
  {
    id: integer().primaryKey().identity(),
    title: text(),
    userId: integer().references(() => User.c.id),
    publishedDate: date().nullable(),
  },
  (t) => [index(t.userId)],
) {
  static readonly author = manyToOne(() => User)
}

export const engine = createEngine("sqlite://memory")
export const sessions = sessionmaker(engine)
