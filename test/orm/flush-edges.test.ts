import assert from "node:assert/strict"
import { test } from "node:test"
import {
  bytea,
  CircularDependencyError,
  codec,
  ConcurrentUseError,
  DatabaseError,
  declarativeBase,
  integer,
  jsonb,
  left,
  MetaData,
  select,
  sessionmaker,
  text,
  uuid,
} from "../../src/index.ts"
import { tableOrder } from "../../src/orm/unit-of-work/table-order.ts"
import { forEachDatabase, onDatabases } from "../support/databases.ts"
import { Comment, Egg, Hen, Player, Post, record, Tag, Team, User } from "./models.ts"
import { createModelTables, prepare } from "./support.ts"

const writes = (statements: readonly string[]): string[] =>
  statements.flatMap((text) => /^(?:insert into|update|delete from) "\w+"/.exec(text)?.[0].replaceAll(/ into| from|"/g, "") ?? [])

const coordinates = codec({
  sqlType: text(),
  encode: ({ x, y }: { readonly x: number; readonly y: number }) => `${x},${y}`,
  decode: (pair) => ({ x: Number(pair.split(",")[0]), y: Number(pair.split(",")[1]) }),
})
const keysBase = declarativeBase({ metadata: new MetaData() })
class Blob extends keysBase.model("blob", { hash: bytea().primaryKey(), size: integer() }) {}
class Cell extends keysBase.model("cell", { place: coordinates().primaryKey(), value: integer() }) {}
class Setting extends keysBase.model("setting", { path: jsonb<string[]>().primaryKey(), value: integer() }) {}

forEachDatabase("a flush", (database) => {
  const batches = database.capabilities.arrayParameters

  test("does not lose what is changed while it is under way: the next one writes it (26)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => {
      const author = db.add(User, { email: "a@example.org", name: "A" })
      db.add(Post, { title: "p", author, tags: [], comments: [] })
    })
    await using db = sessions()
    const post = await db.one(select(Post).with("tags").with("comments").with("author"))
    post.title = "first"
    post.tags.push(new Tag({ label: "a" }))
    const running = db.flush()
    post.title = "second"
    post.author.name = "B"
    post.comments.push(new Comment({ body: "c" }))
    await running
    assert.deepEqual(db.dirty.length, 2)
    await db.commit()
    const stored = await sessions.begin((other) => other.one(select(Post).with("tags").with("comments").with("author")))
    assert.deepEqual([stored.title, stored.author.name, stored.tags.length, stored.comments.length], ["second", "B", 1, 1])
    const committing = db.commit()
    post.title = "third"
    await committing
    assert.deepEqual(db.dirty, [post])
  })

  test("refuses what would change what it is about to do, and names it (27)", async () => {
    const { sessions } = await prepare(database)
    await using db = sessions()
    const user = db.add(new User({ email: "a@example.org", name: "A" }))
    const running = db.flush()
    const refused = (name: string) => (error: Error) =>
      error instanceof ConcurrentUseError &&
      error.message.startsWith(`${name} of User`) &&
      error.message.includes("was called during a flush")
    assert.throws(() => db.add(new User({ email: "b@example.org", name: "B" })), refused("add()"))
    assert.throws(() => db.delete(user), refused("delete()"))
    assert.throws(() => db.expunge(user), refused("expunge()"))
    assert.throws(() => db.assign(user, { name: "x" }), refused("assign()"))
    await assert.rejects(db.flush(), ConcurrentUseError)
    await running
    db.add(new User({ email: "b@example.org", name: "B" }))
    await db.commit()
    assert.equal((await sessions.begin((other) => other.all(select(User)))).length, 2)
  })

  test("takes in what the defaults of new rows add", async () => {
    const { sessions } = await prepare(database)
    await using db = sessions()
    const chainBase = declarativeBase({ metadata: new MetaData() })
    class Link extends chainBase.model("tag", {
      id: uuid()
        .primaryKey()
        .defaultFrom(() => {
          if (left-- > 0) db.add(new Link({ label: `${left}` }))
          return `00000000-0000-4000-8000-00000000000${left + 1}`
        }),
      label: text(),
    }) {}
    let left = 3
    db.add(new Link({ label: "first" }))
    await db.commit()
    assert.equal((await sessions.begin((other) => other.all(select(Tag)))).length, 4)
  })

  test("a row that a trigger drops is an error that names the table (29)", async () => {
    const { engine, sessions } = await prepare(database)
    await using connection = await engine.connect()
    const statements = database.capabilities.nativeTypes
      ? [
          "create function drop_row() returns trigger language plpgsql as 'begin return null; end'",
          `create trigger no_rows before insert on "user" for each row execute function drop_row()`,
        ]
      : [`create trigger no_rows before insert on "user" begin select raise(ignore); end`]
    for (const statement of statements) await connection.exec(statement)
    await connection.release()
    await using db = sessions()
    db.add(new User({ email: "a@example.org", name: "A" }))
    await assert.rejects(
      db.flush(),
      (error: Error) => error instanceof DatabaseError && /an INSERT into user of 1 rows stored 0/.test(error.message),
    )
  })

  test("keys that have no order are no matter (30)", async () => {
    const engine = await database.engine()
    await createModelTables(engine, keysBase.metadata)
    const sessions = sessionmaker(engine)
    const bytes = (n: number) => new Uint8Array([n, 255 - n])
    await sessions.begin((db) => {
      for (const n of [3, 1, 2]) {
        db.add(new Blob({ hash: bytes(n), size: n }))
        db.add(new Cell({ place: { x: n, y: -n }, value: n }))
        db.add(new Setting({ path: ["a", `${n}`], value: n }))
      }
    })
    await using db = sessions()
    const all = [...(await db.all(select(Blob))), ...(await db.all(select(Cell))), ...(await db.all(select(Setting)))]
    assert.equal(all.length, 9)
    using recording = record(engine)
    for (const entity of all) {
      if (entity instanceof Blob) entity.size += 10
      else entity.value += 10
    }
    await db.flush()
    assert.equal(writes(recording.statements).length, batches ? 3 : 9)
    const blob = (await db.get(Blob, bytes(2)))!
    assert.equal(blob.size, 12)
    const cell = (await db.get(Cell, { place: { x: 1, y: -1 } }))!
    cell.place = { x: 7, y: 7 }
    await db.flush()
    assert.equal(await db.get(Cell, { place: { x: 7, y: 7 } }), cell)
    for (const entity of all) db.delete(entity)
    await db.commit()
    assert.equal(await sessions.begin((other) => other.scalar(select(Cell))), null)
  })

  test("rows to delete that refer to each other in a circle are refused before anything is sent when nothing can break it (6)", async () => {
    const { engine, sessions } = await prepare(database)
    await using connection = await engine.connect()
    if (database.capabilities.nativeTypes) {
      await connection.exec(
        "alter table egg drop constraint egg_hen_id_fkey, add foreign key (hen_id) references hen (id) deferrable initially deferred",
      )
    }
    connection.begin()
    await connection.exec("insert into egg (id, hen_id) values (1, 1)")
    await connection.exec("insert into hen (id, egg_id) values (1, 1)")
    await connection.commit()
    await connection.release()
    await using db = sessions()
    const [egg, hen] = [(await db.get(Egg, 1))!, (await db.get(Hen, 1))!]
    db.delete(egg)
    db.delete(hen)
    using recording = record(engine)
    await assert.rejects(
      db.flush(),
      (error: Error) =>
        error instanceof CircularDependencyError && /rows of .*(egg|hen).* refer to each other in a circle/.test(error.message),
    )
    assert.deepEqual(recording.statements, [])
  })

  test("2,000 circles are broken in one go, each by one update", async () => {
    const { engine, sessions } = await prepare(database)
    using recording = record(engine)
    await sessions.begin((db) => {
      for (let number = 0; number < 2000; number++) {
        const team = db.add(Team, { name: `${number}` })
        Object.assign(team, { captain: db.add(Player, { name: `${number}`, team }) })
      }
    })
    assert.equal(writes(recording.statements).length, batches ? 3 : 6000)
    await using db = sessions()
    const [teams, players] = [await db.all(select(Team)), await db.all(select(Player))]
    assert.ok(teams.every(({ captainPlayerId }) => captainPlayerId !== null))
    recording.clear()
    for (const entity of [...teams, ...players]) db.delete(entity)
    await db.commit()
    assert.equal(writes(recording.statements).length, batches ? 3 : 2002)
  })

  test("large values travel in more statements than small ones, each of its own row", async () => {
    const { engine, sessions } = await prepare(database)
    await using db = sessions()
    const author = db.add(new User({ email: "a@example.org", name: "A" }))
    await db.flush()
    const large = "x".repeat(1_000_000)
    const posts = db.addAll(Array.from({ length: 40 }, (_, n) => new Post({ title: `${n} ${large}`, userId: author.id })))
    using recording = record(engine)
    await db.flush()
    if (batches) assert.equal(recording.statements.length, 2)
    const starts = await db.all(
      select({ id: Post.c.id, start: left(Post.c.title, 2) })
        .from(Post)
        .orderBy(Post.c.id.asc()),
    )
    assert.deepEqual(
      starts.map(({ id, start }) => [id, start.trim()]),
      posts.map(({ id }, n) => [id, `${n}`]),
    )
    for (const [n, post] of posts.entries()) post.title = `${n + 10} ${large}`
    await db.flush()
    if (batches) assert.equal(recording.statements.length, 5)
    assert.deepEqual(
      await db.all(select(left(Post.c.title, 2)).from(Post).orderBy(Post.c.id.asc())),
      posts.map((_, n) => `${n + 10}`),
    )
    await db.rollback()
  })

  test("100,000 new objects need no deep stack, and no more statements than they have to (32)", async () => {
    const { engine, sessions } = await prepare(database)
    const count = 100_000
    await using db = sessions()
    const author = db.add(new User({ email: "a@example.org", name: "A" }))
    for (let number = 0; number < count / 2; number++) {
      const post = db.add(Post, { title: `${number}`, author })
      db.add(Comment, { body: `${number}`, post })
    }
    using recording = record(engine)
    await db.flush()
    const sent = writes(recording.statements)
    assert.equal(sent.length, batches ? 11 : count + 1)
    assert.deepEqual([...new Set(sent)], ["insert user", "insert post", "insert comment"])
    if (engine.pipelines) assert.equal(recording.flights.length, 3)
    assert.deepEqual([db.new, await db.scalar(select(Comment.c.postId).where(Comment.c.body.eq("49999")))], [[], 50_000])
    recording.clear()
    const posts = await db.all(select(Post))
    for (const post of posts) post.views += 1
    await db.flush()
    assert.equal(writes(recording.statements).length, batches ? 5 : count / 2)
    await db.rollback()
  })
})

onDatabases(["sqlite"], "the order of tables", () => {
  const base = declarativeBase({ metadata: new MetaData(), conventions: "off" })
  const id = () => integer().primaryKey()
  class A extends base.model("a", { id: id() }) {}
  class B extends base.model("b", { id: id(), a: integer().references(() => A.c.id) }) {}
  class C extends base.model("c", { id: id(), a: integer().references(() => A.c.id), b: integer().references(() => B.c.id) }) {}
  class D extends base.model("d", { id: id(), e: integer().references("e.id") }) {}
  class E extends base.model("e", { id: id(), d: integer().references(() => D.c.id), c: integer().references(() => C.c.id) }) {}
  class F extends base.model("f", { id: id(), f: integer().references("f.id"), d: integer().references(() => D.c.id) }) {}
  const order = (...models: readonly { readonly table: typeof A.table }[]) =>
    tableOrder(models.map(({ table }) => table)).map((group) => group.map(({ name }) => name).join("+"))

  test("known schemas give the known orders (8)", () => {
    assert.deepEqual(order(), [])
    assert.deepEqual(order(C, B, A), ["a", "b", "c"])
    assert.deepEqual(order(C, A), ["a", "c"])
    assert.deepEqual(order(F, A, B), ["f", "a", "b"])
    assert.deepEqual(order(F, E, D, C, B, A), ["a", "b", "c", "d+e", "f"])
    assert.deepEqual(order(D, F), ["d", "f"])
  })
})
