/** The models that the tests of statements share, their rows, and how a statement is run without a session. */
import { before } from "node:test"
import {
  bigint,
  boolean,
  bytea,
  compile,
  date,
  declarativeBase,
  double,
  type Engine,
  enumType,
  insert,
  integer,
  jsonb,
  manyToMany,
  manyToOne,
  MetaData,
  numeric,
  oneToMany,
  type Statement,
  text,
  timestamptz,
  varchar,
} from "rebis"
import { type ColumnDefinition, schemaDefinition } from "../../src/schema/index.ts"
import { rowReader } from "../../src/sql/index.ts"
import type { TestDatabase } from "../support/databases.ts"

const metadata = new MetaData()
const Base = declarativeBase({ metadata })
const mood = enumType("mood", ["sad", "ok", "happy"])

export class User extends Base.model("user", {
  id: integer().primaryKey().identity(),
  email: text().unique(),
  name: text(),
  nickname: varchar(8).nullable(),
  createdAt: timestamptz().defaultNow(),
}) {
  static readonly posts = oneToMany(() => Post)
  static readonly comments = oneToMany(() => Comment)
  greet(): string {
    return `hi ${this.name}`
  }
}

export class Post extends Base.model("post", {
  id: integer().primaryKey().identity(),
  title: text(),
  userId: integer().references(() => User.c.id),
  viewCount: integer().default(0),
  meta: jsonb<{ tags: string[] }>().nullable(),
  publishedDate: date().nullable(),
}) {
  static readonly author = manyToOne(() => User)
  static readonly comments = oneToMany(() => Comment)
  static readonly tags = manyToMany(() => Tag, { through: () => PostTag })
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
}

export class Tag extends Base.model("tag", { id: integer().primaryKey().identity(), label: text().unique() }) {
  static readonly posts = manyToMany(() => Post, { through: () => PostTag })
}
export class PostTag extends Base.model("post_tag", {
  postId: integer()
    .primaryKey()
    .references(() => Post.c.id),
  tagId: integer()
    .primaryKey()
    .references(() => Tag.c.id),
}) {}

/** A column of each kind whose values are easily lost. */
export class Reading extends Base.model("reading", {
  id: integer().primaryKey().identity(),
  large: bigint().nullable(),
  exact: numeric().nullable(),
  ratio: double().nullable(),
  valid: boolean().nullable(),
  bytes: bytea().nullable(),
  takenAt: timestamptz().nullable(),
  takenDate: date().nullable(),
  mood: mood().nullable(),
}) {}

let stamps = 0
/** What the application computes: a default on insert, and a value on every update. */
export class Stamped extends Base.model("stamped", {
  id: integer().primaryKey().identity(),
  name: text().nullable(),
  serial: text().defaultFrom(() => `s${++stamps}`),
  changedBy: text()
    .nullable()
    .onUpdate(() => "application"),
}) {}

const created = new Date("2025-03-01T10:00:00.000Z")
export const users = [
  { id: 1, email: "ada@example.com", name: "Ada", nickname: "countess", createdAt: created },
  { id: 2, email: "bob@example.com", name: "Bob", nickname: null, createdAt: created },
  { id: 3, email: "cy@example.com", name: "Cy", nickname: "sea", createdAt: created },
]
export const posts = [
  { id: 1, title: "Engines", userId: 1, viewCount: 10, meta: { tags: ["a", "b"] }, publishedDate: "2025-01-02" },
  { id: 2, title: "Notes", userId: 1, viewCount: 20, meta: null, publishedDate: null },
  { id: 3, title: "Fish", userId: 2, viewCount: 5, meta: { tags: [] }, publishedDate: "2025-02-03" },
]
export const comments = [
  { id: 9007199254740993n, postId: 1, userId: 2, parentId: null, body: "first" },
  { id: 9007199254740995n, postId: 1, userId: 3, parentId: 9007199254740993n, body: "second" },
]

/** A database with the tables, and the rows above unless it is to be empty. */
export interface Library {
  readonly engine: Engine
  /** The rows that a statement gives, as instances that no session knows. */
  all<O>(statement: Statement<O>): Promise<O[]>
  /** The only row. */
  one<O>(statement: Statement<O>): Promise<O>
}

/** Runs statements on an engine, each by itself. */
export function libraryOn(engine: Engine): Library {
  const library: Library = {
    engine,
    async all<O>(statement: Statement<O>) {
      const compiled = compile(statement, engine.dialect)
      await using connection = await engine.connect()
      const result = await connection.run(compiled)
      const read = rowReader(compiled.shape, engine.dialect, { columns: result.columns })
      return result.rows.map((row) => read(row) as O)
    },
    async one<O>(statement: Statement<O>) {
      const found = await library.all(statement)
      if (found.length !== 1) throw new RangeError(`${found.length} rows instead of one`)
      return found[0]!
    },
  }
  return library
}

export async function openLibrary(database: TestDatabase, rows = true): Promise<Library> {
  const engine = await database.engine()
  await createTables(engine)
  const library = libraryOn(engine)
  if (rows) {
    await library.all(insert(User).values(users))
    await library.all(insert(Post).values(posts))
    await library.all(insert(Comment).values(comments))
  }
  return library
}

/** The library of a suite: opened before its tests, which must not change it. */
export function sharedLibrary(database: TestDatabase): Library {
  let library: Library | undefined
  before(async () => {
    library = await openLibrary(database)
  })
  const opened = (): Library => library!
  return {
    get engine() {
      return opened().engine
    },
    all: (statement) => opened().all(statement),
    one: (statement) => opened().one(statement),
  }
}

async function createTables(engine: Engine): Promise<void> {
  const definition = schemaDefinition(metadata, engine.dialect)
  await using connection = await engine.connect()
  if (engine.dialect.capabilities.enums) {
    for (const type of definition.enums)
      await connection.exec(`create type ${type.name} as enum (${type.labels.map((label) => `'${label}'`).join(", ")})`)
  }
  for (const table of definition.tables) {
    const identity = engine.dialect.capabilities.nativeTypes
    const parts = table.columns.map((column) => columnText(column, identity))
    const key = table.primaryKey!.columns
    if (identity || !table.columns.some((column) => column.identity !== undefined))
      parts.push(`primary key (${key.map((name) => `"${name}"`).join(", ")})`)
    for (const unique of table.uniques)
      parts.push(`constraint "${unique.name}" unique (${unique.columns.map((name) => `"${name}"`).join(", ")})`)
    await connection.exec(`create table "${table.name}" (${parts.join(", ")})`)
  }
}

function columnText(column: ColumnDefinition, identity: boolean): string {
  if (column.identity !== undefined && !identity) return `"${column.name}" integer primary key`
  return [
    `"${column.name}" ${column.type}`,
    column.nullable ? "" : " not null",
    column.default === undefined ? "" : ` default (${column.default})`,
    column.identity === undefined ? "" : " generated by default as identity",
  ].join("")
}
