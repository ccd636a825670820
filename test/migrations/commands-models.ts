import {
  bigint,
  boolean,
  bytea,
  check,
  date,
  declarativeBase,
  double,
  enumType,
  foreignKey,
  index,
  integer,
  interval,
  json,
  jsonb,
  type MetaData,
  numeric,
  primaryKey,
  real,
  smallint,
  text,
  time,
  timestamp,
  timestamptz,
  unique,
  uuid,
  varchar,
} from "../../src/schema/index.ts"

/** Sets of models of different kinds: what `check` must find nothing in after their own migrations were applied. */
export const modelSets: Readonly<Record<string, MetaData>> = {
  blog: blog(),
  "every type": everyType(),
  "every constraint": everyConstraint(),
  "a circle of keys": circle(),
}

function blog(): MetaData {
  const Base = declarativeBase()
  const User = Base.model("user", {
    id: integer().primaryKey().identity(),
    email: text().unique(),
    name: text(),
    createdAt: timestamptz().defaultNow(),
  })
  const Post = Base.model(
    "post",
    {
      id: integer().primaryKey().identity(),
      title: text().index(),
      content: text(),
      userId: integer().references(() => User.c.id, { onDelete: "cascade" }),
      createdAt: timestamptz().defaultNow(),
      publishedDate: date().nullable(),
    },
    (t) => [index(t.userId, t.createdAt.desc()), check("title_not_empty", t.title.ne(""))],
    { comment: "What people wrote" },
  )
  Base.model("comment", {
    id: bigint().primaryKey().identity({ always: true }),
    postId: integer().references(() => Post.c.id),
    userId: integer().references(() => User.c.id),
    parentId: bigint().nullable().references("comment.id", { onDelete: "set null" }),
    body: text().comment("As it was typed"),
  })
  return Base.metadata
}

function everyType(): MetaData {
  const Base = declarativeBase()
  const mood = enumType("mood", ["sad", "it's ok", "happy"])
  Base.model("sample", {
    id: uuid().primaryKey(),
    small: smallint().default(7),
    whole: integer().default(-1),
    large: bigint().default(9007199254740993n),
    exact: numeric({ precision: 12, scale: 2 }).default("0.10"),
    free: numeric(),
    single: real().default(1.5),
    wide: double().default(0.1),
    words: text().default("it's"),
    short: varchar(20).default(""),
    open: varchar(),
    yes: boolean().default(true),
    bornDate: date().default("2000-01-01"),
    noon: time().default("12:00:00"),
    localAt: timestamp().nullable(),
    happenedAt: timestamptz({ precision: 3 }).defaultNow(),
    span: interval().nullable(),
    old: json<unknown>().nullable(),
    doc: jsonb<{ a: number[] }>().default({ a: [1] }),
    bytes: bytea().nullable(),
    mood: mood().default("it's ok"),
    tags: text().array().nullable(),
    moods: mood().array().nullable(),
  })
  return Base.metadata
}

function everyConstraint(): MetaData {
  const Base = declarativeBase()
  const Order = Base.model("order", { region: text(), no: integer(), placedAt: timestamptz().defaultNow() }, (t) => [
    primaryKey(t.region, t.no),
  ])
  Base.model(
    "line",
    { id: integer().primaryKey(), region: text(), orderNo: integer(), code: text(), amount: integer(), note: text().nullable() },
    (t) => [
      foreignKey([t.region, t.orderNo], [() => Order.c.region, () => Order.c.no], {
        onDelete: "cascade",
        onUpdate: "cascade",
        deferrable: "deferred",
      }),
      unique(t.region, t.orderNo, t.code),
      check("amount_positive", t.amount.gt(0)),
      check("code_known", t.code.in(["a", "b", "it's"])),
      index(t.code.desc(), t.amount).unique(),
      index(t.note).where(t.note.isNotNull()).named("line_noted_idx"),
    ],
  )
  return Base.metadata
}

function circle(): MetaData {
  const Base = declarativeBase()
  Base.model("author", { id: integer().primaryKey(), favoriteBookId: integer().nullable().references("book.id") })
  Base.model("book", {
    id: integer().primaryKey(),
    authorId: integer().references("author.id"),
    sequelBookId: integer().nullable().references("book.id"),
  })
  return Base.metadata
}
