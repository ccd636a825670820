import {
  bigint,
  boolean,
  type Connection,
  declarativeBase,
  type Engine,
  foreignKey,
  integer,
  jsonb,
  manyToMany,
  manyToOne,
  MetaData,
  numeric,
  oneToMany,
  oneToOne,
  text,
  timestamptz,
  uuid,
  type StatementEvent,
} from "../../src/index.ts"
import { randomUUID } from "node:crypto"
import type { TestDatabase } from "../support/databases.ts"

export const Base = declarativeBase({ metadata: new MetaData() })

export class User extends Base.model("user", {
  id: integer().primaryKey().identity(),
  email: text().unique(),
  name: text(),
  createdAt: timestamptz().defaultNow(),
}) {
  static readonly posts = oneToMany(() => Post)
  static readonly profile = oneToOne(() => Profile)
  get initial(): string {
    return this.name.slice(0, 1)
  }
}

export class Profile extends Base.model("profile", {
  id: integer().primaryKey().identity(),
  bio: text(),
  userId: integer()
    .nullable()
    .unique()
    .references(() => User.c.id),
}) {
  static readonly user = manyToOne(() => User)
}

export class Post extends Base.model("post", {
  id: integer().primaryKey().identity(),
  title: text(),
  views: integer().default(0),
  userId: integer().references(() => User.c.id),
  publishedAt: timestamptz().nullable(),
}) {
  static readonly author = manyToOne(() => User)
  static readonly comments = oneToMany(() => Comment)
  static readonly tags = manyToMany(() => Tag, { through: () => PostTag })
}

export class Comment extends Base.model("comment", {
  id: bigint().primaryKey().identity(),
  body: text(),
  postId: integer()
    .nullable()
    .references(() => Post.c.id),
  parentId: bigint().nullable().references("comment.id"),
}) {
  static readonly post = manyToOne(() => Post)
  static readonly parent = manyToOne(() => Comment)
  static readonly replies = oneToMany(() => Comment)
}

export class Tag extends Base.model("tag", {
  id: uuid()
    .primaryKey()
    .defaultFrom(() => randomUUID()),
  label: text().unique(),
}) {
  static readonly posts = manyToMany(() => Post, { through: () => PostTag })
}

export class PostTag extends Base.model("post_tag", {
  postId: integer()
    .primaryKey()
    .references(() => Post.c.id),
  tagId: uuid()
    .primaryKey()
    .references(() => Tag.c.id),
}) {}

/** A natural key of two columns, and rows that refer to it. */
export class Seat extends Base.model("seat", {
  hall: text().primaryKey(),
  number: integer().primaryKey(),
  isTaken: boolean().default(false),
}) {
  static readonly bookings = oneToMany(() => Booking)
}

export class Booking extends Base.model(
  "booking",
  {
    id: integer().primaryKey().identity(),
    hall: text().nullable(),
    number: integer().nullable(),
    price: numeric({ precision: 10, scale: 2 }),
    details: jsonb<{ notes: string[] }>().nullable(),
    updatedAt: timestamptz()
      .nullable()
      .onUpdate(() => new Date("2026-01-02T03:04:05Z")),
  },
  (t) => [foreignKey([t.hall, t.number], [() => Seat.c.hall, () => Seat.c.number])],
) {
  static readonly seat = manyToOne(() => Seat)
}

/** Two tables whose rows may point at each other. */
export class Team extends Base.model("team", {
  id: integer().primaryKey().identity(),
  name: text(),
  captainPlayerId: integer().nullable().references("player.id"),
}) {
  static readonly captain = manyToOne(() => Player)
  static readonly players = oneToMany(() => Player)
}

export class Player extends Base.model("player", {
  id: integer().primaryKey().identity(),
  name: text(),
  teamId: integer().references(() => Team.c.id),
}) {
  static readonly team = manyToOne(() => Team)
}

/** Two tables that cannot be filled by rows that point at each other. */
export class Egg extends Base.model("egg", { id: integer().primaryKey().identity(), henId: integer().references("hen.id") }) {
  static readonly hen = manyToOne(() => Hen)
}
export class Hen extends Base.model("hen", { id: integer().primaryKey().identity(), eggId: integer().references(() => Egg.c.id) }) {
  static readonly egg = manyToOne(() => Egg)
}

/** Rows that the database deletes, or leaves without a parent, together with another one. */
export class Shelf extends Base.model("shelf", { id: integer().primaryKey().identity(), name: text() }) {}
export class Book extends Base.model("book", {
  id: integer().primaryKey().identity(),
  shelfId: integer().references(() => Shelf.c.id, { onDelete: "cascade" }),
}) {
  static readonly shelf = manyToOne(() => Shelf)
}
export class Review extends Base.model("review", {
  id: integer().primaryKey().identity(),
  bookId: integer()
    .nullable()
    .references(() => Book.c.id, { onDelete: "set null" }),
}) {
  static readonly book = manyToOne(() => Book)
}

/** A key that the database makes, and not by counting; rows of no key at all. */
export class Ticket extends Base.model("ticket", { code: text().primaryKey().default("x"), seat: integer() }) {}
export class LogLine extends Base.model("log_line", { message: text(), writtenAt: timestamptz().defaultNow() }) {}

/** DDL by hand for the databases of the tests: the session is what is tested here. */
export async function createTables(engine: Engine, database: TestDatabase): Promise<void> {
  const native = database.capabilities.nativeTypes
  const id = (type: string) => (native ? `${type} primary key generated by default as identity` : "integer primary key autoincrement")
  const instant = native ? "timestamptz" : "text"
  const now = native ? "now()" : "(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))"
  await using connection = await engine.connect()
  const statements = [
    `create table "user" (id ${id("integer")}, email text not null unique, name text not null, created_at ${instant} not null default ${now})`,
    `create table profile (id ${id("integer")}, bio text not null, user_id integer unique references "user" (id))`,
    `create table post (id ${id("integer")}, title text not null, views integer not null default 0, user_id integer not null references "user" (id), published_at ${instant})`,
    `create table comment (id ${id("bigint")}, body text not null, post_id integer references post (id), parent_id ${native ? "bigint" : "integer"} references comment (id))`,
    `create table tag (id ${native ? "uuid" : "text"} primary key, label text not null unique)`,
    `create table post_tag (post_id integer not null references post (id), tag_id ${native ? "uuid" : "text"} not null references tag (id), primary key (post_id, tag_id))`,
    `create table seat (hall text not null, number integer not null, is_taken boolean not null default false, primary key (hall, number))`,
    `create table booking (id ${id("integer")}, hall text, number integer, price ${native ? "numeric(10, 2)" : "text"} not null, details ${native ? "jsonb" : "text"}, updated_at ${instant},
      foreign key (hall, number) references seat (hall, number))`,
    `create table team (id ${id("integer")}, name text not null, captain_player_id integer${native ? "" : " references player (id)"})`,
    `create table player (id ${id("integer")}, name text not null, team_id integer not null references team (id))`,
    `create table shelf (id ${id("integer")}, name text not null)`,
    `create table book (id ${id("integer")}, shelf_id integer not null references shelf (id) on delete cascade)`,
    `create table review (id ${id("integer")}, book_id integer references book (id) on delete set null)`,
    `create table ticket (code text primary key default ${native ? "gen_random_uuid()::text" : "(hex(randomblob(16)))"}, seat integer not null)`,
    `create table log_line (message text not null, written_at ${instant} not null default ${now})`,
    `create table egg (id ${id("integer")}, hen_id integer not null)`,
    `create table hen (id ${id("integer")}, egg_id integer not null references egg (id))`,
    ...(native
      ? [
          `alter table team add foreign key (captain_player_id) references player (id)`,
          `alter table egg add foreign key (hen_id) references hen (id)`,
        ]
      : []),
  ]
  for (const statement of statements) await connection.exec(statement)
}

export interface Recording extends Disposable {
  /** The statements as short texts, in order: BEGIN, COMMIT and their kin by their role. */
  readonly statements: string[]
  /** The same, grouped by round trip. */
  readonly flights: string[][]
  clear(): void
}

/** What is sent from now on. */
export function record(engine: Engine): Recording {
  const events: StatementEvent[] = []
  const stop = engine.events.on("statement", (event) => events.push(event))
  const text = ({ role, text }: StatementEvent) => (role === "statement" ? text : role)
  return {
    get statements() {
      return events.map(text)
    },
    get flights() {
      return [...Map.groupBy(events, ({ flight }) => flight).values()].map((flight) => flight.map(text))
    },
    clear: () => void (events.length = 0),
    [Symbol.dispose]: stop,
  }
}

export type { Connection }
