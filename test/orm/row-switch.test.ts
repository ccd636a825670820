import assert from "node:assert/strict"
import { test } from "node:test"
import {
  declarativeBase,
  type Engine,
  ForeignKeyViolationError,
  integer,
  manyToMany,
  manyToOne,
  MetaData,
  oneToMany,
  oneToOne,
  select,
  sessionmaker,
  type Sessions,
  StaleDataError,
  text,
  timestamptz,
  UniqueViolationError,
} from "../../src/index.ts"
import { forEachDatabase, type TestDatabase } from "../support/databases.ts"
import { record } from "./models.ts"
import { createModelTables } from "./support.ts"

const metadata = new MetaData()
const Base = declarativeBase({ metadata })

class Room extends Base.model("room", {
  name: text().primaryKey(),
  color: text().default("white"),
  note: text().nullable(),
  paintedAt: timestamptz().defaultNow(),
  version: integer().version(),
}) {
  static readonly chairs = oneToMany(() => Chair)
  static readonly features = manyToMany(() => Feature, { through: () => RoomFeature })
}
class Chair extends Base.model("chair", {
  id: integer().primaryKey().identity(),
  roomName: text()
    .nullable()
    .references(() => Room.c.name),
}) {
  static readonly room = manyToOne(() => Room)
}
class Feature extends Base.model("feature", { id: integer().primaryKey().identity(), label: text().unique() }) {}
class RoomFeature extends Base.model("room_feature", {
  roomName: text()
    .primaryKey()
    .references(() => Room.c.name, { onDelete: "cascade" }),
  featureId: integer()
    .primaryKey()
    .references(() => Feature.c.id),
}) {}
/** A row that is found by other unique values than its key. */
class Login extends Base.model("login", { id: integer().primaryKey().identity(), name: text().unique() }) {
  static readonly keys = oneToMany(() => Key)
  static readonly badge = oneToOne(() => LoginBadge)
}
class Key extends Base.model("key", { id: integer().primaryKey().identity(), loginId: integer().references(() => Login.c.id) }) {
  static readonly login = manyToOne(() => Login)
}
class LoginBadge extends Base.model("login_badge", {
  id: integer().primaryKey().identity(),
  loginId: integer()
    .unique()
    .references(() => Login.c.id),
}) {
  static readonly login = manyToOne(() => Login)
}

async function prepare(database: TestDatabase): Promise<{ readonly engine: Engine; readonly sessions: Sessions }> {
  const engine = await database.engine()
  await createModelTables(engine, metadata)
  return { engine, sessions: sessionmaker(engine) }
}
const writes = (statements: readonly string[]): string[] =>
  statements.flatMap((text) => /^(?:insert into|update|delete from) "\w+"/.exec(text)?.[0].replaceAll(/ into| from|"/g, "") ?? [])

forEachDatabase("a deleted row and a new one of its key", (database) => {
  test("are one UPDATE of what differs (21)", async () => {
    const { engine, sessions } = await prepare(database)
    const paintedAt = new Date("2026-01-01T00:00:00Z")
    await sessions.begin((db) => void db.add(new Room({ name: "a", color: "red", note: "old", paintedAt })))
    await using db = sessions()
    const old = (await db.get(Room, "a"))!
    db.delete(old)
    const room = db.add(new Room({ name: "a", color: "blue", note: "old", paintedAt }))
    using recording = record(engine)
    await db.flush()
    assert.match(recording.statements.at(-1)!, /^update "room" set "color" = \S+, "version" = \S+ where "name" = \S+ and "version" = \S+$/)
    assert.equal(await db.get(Room, "a"), room)
    assert.deepEqual([db.new, db.dirty, db.deleted], [[], [], []])
    room.note = "later"
    await db.commit()
    assert.deepEqual(
      await sessions.begin((other) => other.one(select({ color: Room.c.color, note: Room.c.note, version: Room.c.version }).from(Room))),
      { color: "blue", note: "later", version: 3 },
    )
  })

  test("nothing of the old row stays, and its version counts on (22)", async () => {
    const { sessions } = await prepare(database)
    const paintedAt = new Date("2020-01-01T00:00:00Z")
    await sessions.begin((db) => void db.add(new Room({ name: "a", color: "red", note: "old", paintedAt })))
    await sessions.begin(async (db) => void ((await db.get(Room, "a"))!.color = "green"))
    await using db = sessions()
    const old = (await db.get(Room, "a"))!
    db.delete(old)
    const room = db.add(new Room({ name: "a" }))
    await db.commit()
    assert.deepEqual([room.color, room.note, room.version], ["white", null, 3])
    assert.ok(room.paintedAt.getTime() > paintedAt.getTime())
    const stored = await sessions.begin(async (other) => ({ ...(await other.get(Room, "a"))! }))
    assert.deepEqual({ ...room }, stored)
    await sessions.begin(async (other) => void ((await other.get(Room, "a"))!.color = "black"))
    db.delete(room)
    db.add(new Room({ name: "a", color: "pink" }))
    await assert.rejects(db.commit(), StaleDataError)
    assert.equal(await db.get(Room, "a"), room)
  })

  test("are nothing at all when they are the same", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(new Feature({ id: 7, label: "l" })))
    await using db = sessions()
    const old = (await db.get(Feature, 7))!
    db.delete(old)
    const feature = db.add(new Feature({ id: 7, label: "l" }))
    using recording = record(engine)
    await db.flush()
    assert.deepEqual(recording.statements, [])
    assert.equal(await db.get(Feature, 7), feature)
    feature.label = "m"
    await db.commit()
    assert.equal(await sessions.begin((other) => other.scalar(select(Feature.c.label))), "m")
  })

  test("a rollback gives the row back to the deleted entity, and the new one is as it was", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(new Room({ name: "a", note: "old" })))
    await using db = sessions()
    const old = (await db.get(Room, "a"))!
    const room = new Room({ name: "a", note: "new" })
    await assert.rejects(
      db.savepoint(async () => {
        db.delete(old)
        db.add(room)
        await db.flush()
        assert.equal(await db.get(Room, "a"), room)
        throw new RangeError("no")
      }),
      RangeError,
    )
    assert.equal(await db.get(Room, "a"), old)
    assert.deepEqual([old.note, room.color], ["old", undefined])
    db.delete(old)
    db.add(room)
    await db.flush()
    await db.rollback()
    assert.equal(await db.get(Room, "a"), old)
    db.delete(old)
    db.add(room)
    await db.commit()
    assert.deepEqual([room.note, room.color], ["new", "white"])
    assert.equal(await sessions.begin((other) => other.scalar(select(Room.c.note))), "new")
  })

  test("many of them are written together, and rows between tables are those of the new entities", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => {
      const features = ["a", "b", "c"].map((label) => new Feature({ label }))
      for (let number = 0; number < 12; number++) db.add(Room, { name: `${number}`, color: "red", features: features.slice(number % 3) })
    })
    await using db = sessions()
    const features = await db.all(select(Feature).orderBy(Feature.c.label.asc()))
    for (const room of await db.all(select(Room))) {
      db.delete(room)
      db.add(Room, { name: room.name, color: "blue", note: room.name, paintedAt: room.paintedAt, features: features.slice(0, 2) })
    }
    using recording = record(engine)
    await db.commit()
    assert.equal(
      writes(recording.statements).filter((each) => each === "update room").length,
      database.capabilities.arrayParameters ? 1 : 12,
    )
    assert.equal(writes(recording.statements)[0], "delete room_feature")
    const rooms = await sessions.begin((other) => other.all(select(Room).with("features", (query) => query.orderBy(Feature.c.label.asc()))))
    assert.ok(
      rooms.every(
        ({ name, note, color, features: of }) => note === name && color === "blue" && of.map(({ label }) => label).join("") === "ab",
      ),
    )
  })

  test("loaded rows that refer to the deleted one lose it, and those that stay refer to the new one", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(Room, { name: "a", chairs: [new Chair({}), new Chair({})] }))
    await using db = sessions()
    const old = await db.one(select(Room).with("chairs"))
    const [kept, lost] = [old.chairs[0]!, old.chairs[1]!]
    db.delete(old)
    const room = db.add(Room, { name: "a", chairs: [kept] })
    await db.commit()
    assert.deepEqual([kept.roomName, lost.roomName], ["a", null])
    const chair = await sessions.begin((other) => other.one(select(Chair).where(Chair.c.id.eq(kept.id)).with("room")))
    assert.equal(chair.room?.version, 2)
    await using second = sessions()
    const [first] = await second.all(select(Chair).where(Chair.c.roomName.eq("a")).with("room"))
    second.delete(first!.room!)
    const next = second.add(new Room({ name: "a" }))
    await second.flush()
    assert.equal(first!.room, next)
    assert.equal(room.name, "a")
  })
})

forEachDatabase("a unique value that is freed and taken in one flush (23)", (database) => {
  test("by a deletion: it goes first, and what refers to it before", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => {
      const login = db.add(new Login({ name: "ada" }))
      db.add(Key, { login })
      db.add(Key, { login })
      db.add(LoginBadge, { login })
    })
    await using db = sessions()
    const old = await db.one(select(Login).with("keys").with("badge"))
    const [gone, moved] = old.keys
    db.delete(old)
    db.delete(old.badge!)
    db.delete(gone!)
    const login = db.add(Login, { name: "ada", badge: new LoginBadge({ loginId: 0 }) })
    const before = await db.one(select(Login.c.id))
    Object.assign(moved!, { login: db.add(new Login({ name: "bob", id: before + 10 })) })
    using recording = record(engine)
    await assert.rejects(db.flush(), ForeignKeyViolationError, "a foreign key that cannot be null cannot leave before there is another row")
    await db.rollback()
    db.delete(moved!)
    db.delete(gone!)
    db.delete(old.badge!)
    db.delete(old)
    db.add(login)
    recording.clear()
    await db.commit()
    assert.deepEqual(writes(recording.statements), [
      "delete login_badge",
      "delete key",
      "delete login",
      "insert login",
      "insert login_badge",
    ])
    assert.equal(await sessions.begin((other) => other.scalar(select(Login.c.id))), login.id)
  })

  test("by a deletion that loaded rows leave: they leave first", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => {
      db.add(Room, { name: "a", chairs: [new Chair({})] })
      db.add(new Room({ name: "b" }))
    })
    await using db = sessions()
    const [a, b] = await db.all(select(Room).orderBy(Room.c.name.asc()).with("chairs"))
    db.delete(a!)
    b!.name = "a"
    b!.chairs.push(...a!.chairs)
    using recording = record(engine)
    await db.commit()
    assert.deepEqual(writes(recording.statements), ["update chair", "delete room", "update room", "update chair"])
    assert.deepEqual(await sessions.begin((other) => other.all(select(Chair.c.roomName))), ["a"])
  })

  test("by another row's change: that is written first", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(new Login({ name: "ada" })))
    await using db = sessions()
    const old = await db.one(select(Login))
    old.name = "bob"
    const login = db.add(new Login({ name: "ada" }))
    using recording = record(engine)
    await db.commit()
    assert.deepEqual(writes(recording.statements), ["update login", "insert login"])
    assert.ok(login.id > old.id)
  })

  test("by somebody else: the database refuses it", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(new Login({ name: "ada" })))
    await assert.rejects(
      sessions.begin((db) => void db.add(new Login({ name: "ada" }))),
      UniqueViolationError,
    )
  })
})
