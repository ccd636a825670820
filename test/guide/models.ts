import { check, date, declarativeBase, index, integer, manyToOne, MetaData, oneToMany, text, timestamptz } from "../../src/index.ts"

/** The guide's convention, spelled out as the guide does. It is also the default. */
export const metadata = new MetaData({
  namingConvention: {
    ix: "{column_0_label}_idx",
    uq: "{table_name}_{column_0_name}_key",
    ck: "{table_name}_{constraint_name}_check",
    fk: "{table_name}_{column_0_name}_fkey",
    pk: "{table_name}_pkey",
  },
})
export const Base = declarativeBase({ metadata })

export class User extends Base.model("user", {
  id: integer().primaryKey().identity(),
  email: text().unique(),
  name: text(),
  createdAt: timestamptz().defaultNow(),
}) {
  static readonly posts = oneToMany(() => Post)
}

/** Its foreign key is checked at the COMMIT, so that a commit can fail after every statement has passed. */
export class Post extends Base.model(
  "post",
  {
    id: integer().primaryKey().identity(),
    title: text().index(),
    content: text(),
    userId: integer().references(() => User.c.id, { deferrable: "deferred" }),
    createdAt: timestamptz().defaultNow(),
    publishedDate: date().nullable(),
  },
  (post) => [index(post.userId, post.createdAt.desc()), check("title_not_empty", post.title.ne(""))],
) {
  static readonly author = manyToOne(() => User)
}
