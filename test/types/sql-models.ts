import {
  bigint,
  boolean,
  date,
  declarativeBase,
  enumType,
  integer,
  jsonb,
  manyToOne,
  numeric,
  oneToMany,
  text,
  timestamptz,
} from "../../src/schema/index.ts"

const Base = declarativeBase()
export const mood = enumType("mood", ["sad", "ok", "happy"])

export class User extends Base.model("user", {
  id: integer().primaryKey().identity(),
  email: text().unique(),
  name: text(),
  nickname: text().nullable(),
  isAdmin: boolean().default(false),
  mood: mood().nullable(),
  createdAt: timestamptz().defaultNow(),
}) {
  static readonly posts = oneToMany(() => Post)
  greet(): string {
    return `hi ${this.name}`
  }
}

export class Post extends Base.model("post", {
  id: integer().primaryKey().identity(),
  title: text(),
  content: text(),
  meta: jsonb<{ tags: string[] }>().nullable(),
  userId: integer().references(() => User.c.id),
  price: numeric().nullable(),
  createdAt: timestamptz().defaultNow(),
  publishedDate: date().nullable(),
}) {
  static readonly author = manyToOne(() => User)
  static readonly comments = oneToMany(() => Comment)
  get isPublished(): boolean {
    return this.publishedDate !== null
  }
}

export class Comment extends Base.model("comment", {
  id: bigint().primaryKey().identity(),
  postId: integer().references(() => Post.c.id),
  userId: integer().references(() => User.c.id),
  parentId: bigint().nullable().references("comment.id"),
  body: text(),
}) {
  static readonly post = manyToOne(() => Post)
  static readonly author = manyToOne(() => User)
  static readonly parent = manyToOne(() => Comment)
  static readonly replies = oneToMany(() => Comment)
}
