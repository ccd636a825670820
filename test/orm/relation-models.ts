import {
  and,
  declarativeBase,
  foreignKey,
  integer,
  manyToMany,
  manyToOne,
  MetaData,
  oneToMany,
  oneToOne,
  text,
  viewMany,
  viewOne,
} from "../../src/index.ts"

/** Models with more than one way between two of them, and with relations that say an order or a condition. */
export const RelationBase = declarativeBase({ metadata: new MetaData() })

const id = () => integer().primaryKey().identity()

export class Writer extends RelationBase.model("writer", { id: id(), name: text() }) {
  static readonly articles = oneToMany(() => Article, { by: "writerId", orderBy: (article) => article.views.desc() })
  static readonly reviewed = oneToMany(() => Article, { by: "reviewerWriterId", orderBy: (article) => [article.title, article.id.desc()] })
  static readonly latest = oneToOne(() => Article, { by: "writerId", orderBy: (article) => article.id.desc() })
  static readonly popular = viewMany(() => Article, {
    from: () => Writer,
    on: (writer, article) => and(article.writerId.eq(writer.id), article.views.gte(10)),
    orderBy: (article) => article.views.desc(),
  })
  static readonly best = viewOne(() => Article, {
    from: () => Writer,
    on: (writer, article) => article.writerId.eq(writer.id),
    orderBy: (article) => article.views.desc(),
  })
  static readonly namesakes = viewMany(() => Writer, {
    from: () => Writer,
    on: (writer, other) => and(other.name.eq(writer.name), other.id.ne(writer.id)),
  })
  static readonly wrongOrder = oneToMany(() => Article, { by: "writerId", orderBy: () => "views" as never })
  static readonly wrongOwner = viewMany(() => Article, { from: () => Article, on: (one, other) => one.id.eq(other.id) })
  static readonly wrongCondition = viewMany(() => Article, { from: () => Writer, on: () => true as never })
}

export class Article extends RelationBase.model("article", {
  id: id(),
  title: text(),
  views: integer(),
  writerId: integer().references(() => Writer.c.id),
  reviewerWriterId: integer()
    .nullable()
    .references(() => Writer.c.id),
}) {
  static readonly writer = manyToOne(() => Writer, { by: "writerId" })
  static readonly reviewer = manyToOne(() => Writer, { by: "reviewerWriterId" })
  static readonly topics = manyToMany(() => Topic, { through: () => ArticleTopic, orderBy: (topic) => topic.label.desc() })
}

export class Topic extends RelationBase.model("topic", { id: id(), label: text() }) {}

export class ArticleTopic extends RelationBase.model("article_topic", {
  articleId: integer()
    .primaryKey()
    .references(() => Article.c.id),
  topicId: integer()
    .primaryKey()
    .references(() => Topic.c.id),
}) {}

/** Rows of a tenant, and a row with two composite keys that share the tenant's column. */
export class Room extends RelationBase.model("room", { tenant: text().primaryKey(), code: text().primaryKey() }) {}
export class Guest extends RelationBase.model("guest", { tenant: text().primaryKey(), login: text().primaryKey() }) {}
export class Stay extends RelationBase.model("stay", { id: id(), tenant: text(), room: text(), login: text().nullable() }, (t) => [
  foreignKey([t.tenant, t.room], [() => Room.c.tenant, () => Room.c.code]),
  foreignKey([t.tenant, t.login], [() => Guest.c.tenant, () => Guest.c.login], { name: "stay_guest_fkey" }),
]) {
  static readonly inRoom = manyToOne(() => Room)
  static readonly of = manyToOne(() => Guest)
}

/** Relations that do not say which of two foreign keys they follow. */
export class Player extends RelationBase.model("player", { id: id(), name: text() }) {
  static readonly matches = oneToMany(() => Match)
}
export class Match extends RelationBase.model("match", {
  id: id(),
  homePlayerId: integer().references(() => Player.c.id),
  awayPlayerId: integer().references(() => Player.c.id),
}) {
  static readonly player = manyToOne(() => Player)
}
