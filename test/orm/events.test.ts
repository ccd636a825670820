import assert from "node:assert/strict"
import { test } from "node:test"
import {
  AfterCommitError,
  ArgumentError,
  ConcurrentUseError,
  declarativeBase,
  FlushLoopError,
  integer,
  RollbackRequiredError,
  select,
  type Session,
  type Sessions,
  text,
  TransactionStateError,
  UniqueViolationError,
  update,
} from "../../src/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { Comment, Post, record, Tag, User } from "./models.ts"
import { prepare } from "./support.ts"

const user = (name: string) => new User({ email: `${name}@example.org`, name })
const names = select(User.c.name).orderBy(User.c.name.asc())
const labels = select(Tag.c.label).orderBy(Tag.c.label.asc())
const failure = new ArgumentError("no")

/** Writes down what is told, in order. */
function listenToAll(listening: Pick<Sessions, "on">): string[] {
  const told: string[] = []
  for (const name of ["beforeFlush", "afterFlush", "beforeCommit", "afterCommit", "afterRollback"] as const)
    listening.on(name, () => void told.push(name))
  for (const name of ["beforeInsert", "afterInsert", "beforeUpdate", "afterUpdate", "beforeDelete", "afterDelete", "load"] as const)
    listening.on(name, User, (entity) => void told.push(`${name} ${entity.name}`))
  return told
}

forEachDatabase("events of a session", (database) => {
  test("are told in the order in which things happen", async () => {
    const { sessions } = await prepare(database)
    const told = listenToAll(sessions)
    await sessions.begin((db) => void db.addAll([user("a"), user("b")]))
    assert.deepEqual(told.splice(0), [
      "beforeCommit",
      "beforeFlush",
      "beforeInsert a",
      "beforeInsert b",
      "afterInsert a",
      "afterInsert b",
      "afterFlush",
      // Nothing is left to write.
      "beforeFlush",
      "afterCommit",
    ])
    await using db = sessions()
    const [a, b] = await db.all(select(User).orderBy(User.c.id.asc()))
    assert.deepEqual(told.splice(0), ["load a", "load b"])
    a!.name = "c"
    db.delete(b!)
    await db.all(select(User))
    await db.flush()
    assert.deepEqual(told.splice(0), ["beforeFlush", "beforeUpdate c", "beforeDelete b", "afterUpdate c", "afterDelete b", "afterFlush"])
    await db.rollback()
    assert.deepEqual(told.splice(0), ["afterRollback"])
  })

  test("of one session are its own, come after the factory's, and stop when they are no longer wanted", async () => {
    const { sessions } = await prepare(database)
    const told: string[] = []
    const stop = sessions.on("beforeInsert", User, () => void told.push("factory"))
    await using db = sessions()
    const stopOwn = db.on("beforeInsert", User, () => void told.push("own"))
    db.on("load", User, () => void told.push("own load"))
    db.add(user("a"))
    await db.commit()
    assert.deepEqual(told.splice(0), ["factory", "own"])
    await sessions.begin((other) => void other.add(user("b")))
    assert.deepEqual(told.splice(0), ["factory"])
    stop()
    db.add(user("c"))
    await db.flush()
    assert.deepEqual(told.splice(0), ["own"])
    stopOwn()
    db.add(user("d"))
    await db.flush()
    assert.deepEqual(told.splice(0), [])
    await db.all(select(User))
    assert.deepEqual(told.splice(0), ["own load"])
  })

  test("of a model are told of the models that extend it, and of no others", async () => {
    const { sessions } = await prepare(database)
    class Admin extends User {}
    const told: string[] = []
    sessions.on("beforeInsert", User, (entity) => void told.push(`User ${entity.name}`))
    sessions.on("beforeInsert", Admin, (entity) => void told.push(`Admin ${entity.name}`))
    await sessions.begin((db) => {
      db.add(new Admin({ email: "a", name: "a" }))
      db.add(user("b"))
      db.add(new Tag({ label: "t" }))
    })
    assert.deepEqual(told.toSorted(), ["Admin a", "User a", "User b"])
  })

  test("what a listener changes before the rows are written is part of the same statement (26)", async () => {
    const { engine, sessions } = await prepare(database)
    sessions.on("beforeInsert", User, (entity) => void (entity.name = entity.name.toUpperCase()))
    sessions.on("beforeUpdate", User, (entity, { changes }) => void (entity.email = `${changes.name?.old} to ${changes.name?.new}`))
    const added = await sessions.begin((db) => db.add(user("a")))
    assert.equal(added.name, "A")
    using recording = record(engine)
    await sessions.begin(async (db) => void ((await db.one(select(User))).name = "x"))
    assert.equal(recording.statements.filter((statement) => statement.startsWith("update")).length, 1)
    assert.deepEqual(await sessions.begin((db) => db.all(select(User.c.email))), ["A to x"])
  })

  test("what listeners add and delete before the rows are written is written too, wherever it comes in the order (27)", async () => {
    const { sessions } = await prepare(database)
    const told: string[] = []
    sessions.on("beforeInsert", User, (entity, { session }) => {
      told.push(`user ${entity.name}`)
      session.add(new Tag({ label: `of ${entity.name}` }))
    })
    sessions.on("beforeInsert", Tag, (entity, { session }) => {
      told.push(`tag ${entity.label}`)
      if (entity.label === "of a") session.add(user("b"))
    })
    await sessions.begin((db) => void db.add(user("a")))
    assert.deepEqual(told, ["user a", "tag of a", "user b", "tag of b"])
    assert.deepEqual(await sessions.begin((db) => db.all(labels)), ["of a", "of b"])
    // One that keeps what was to be deleted.
    sessions.on("beforeDelete", User, (entity, { session }) => void session.add(entity))
    await sessions.begin(async (db) => db.delete(await db.one(select(User).where(User.c.name.eq("a")))))
    assert.deepEqual(await sessions.begin((db) => db.all(names)), ["a", "b"])
  })

  test("what listeners change or add after a flush is written by the commit (25, 26, 27)", async () => {
    const { sessions } = await prepare(database)
    sessions.on("afterInsert", User, (entity, { session }) => void session.add(new Tag({ label: `${entity.id} ${entity.name}` })))
    sessions.on("afterFlush", ({ session, inserted }) => {
      for (const entity of inserted) if (entity instanceof Tag && !entity.label.endsWith("!")) session.add(entity).label += "!"
    })
    await sessions.begin((db) => void db.addAll([user("a"), user("b")]))
    assert.deepEqual(await sessions.begin((db) => db.all(labels)), ["1 a!", "2 b!"])
  })

  test("after a flush, what listeners added waits for the next one", async () => {
    const { sessions } = await prepare(database)
    sessions.on("afterInsert", User, (entity, { session }) => void session.add(new Tag({ label: entity.name })))
    await using db = sessions()
    db.add(user("a"))
    await db.flush()
    assert.equal(db.new.length, 1)
    await db.flush()
    assert.deepEqual([db.new, await db.all(labels)], [[], ["a"]])
  })

  test("a listener that adds for ever is cut off at a limit, named with what it adds, and nothing is stored (25)", async () => {
    const { engine, sessions } = await prepare(database)
    let count = 0
    const stop = sessions.on("afterFlush", function audit({ session }) {
      session.add(new Tag({ label: `${++count}` }))
    })
    await assert.rejects(
      sessions.begin((db) => void db.add(user("a"))),
      (error: Error) =>
        error instanceof FlushLoopError &&
        /after 100 rounds there is still Tag \S+ to be inserted; called last: afterFlush \(audit\)/.test(error.message),
    )
    stop()
    sessions.on("beforeInsert", Tag, function again(_tag, { session }) {
      session.add(new Tag({ label: `${++count}` }))
    })
    await using db = sessions()
    db.add(new Tag({ label: "first" }))
    using recording = record(engine)
    await assert.rejects(
      db.flush(),
      (error: Error) => error instanceof FlushLoopError && /beforeInsert of Tag \(again\)/.test(error.message),
    )
    assert.deepEqual(recording.statements, [])
    await db.rollback()
    assert.deepEqual(await db.all(labels), [])
  })

  test("listeners of beforeFlush, afterFlush and beforeCommit may ask the session, and not end what it is doing", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(user("a")))
    const seen: unknown[] = []
    const refused = async (session: Session) => {
      for (const call of [() => session.flush(), () => session.commit(), () => session.rollback(), () => session.savepoint(async () => {})])
        await assert.rejects(call(), TransactionStateError)
    }
    for (const name of ["beforeFlush", "afterFlush", "beforeCommit"] as const)
      sessions.on(name, async ({ session }) => {
        seen.push(name, (await session.all(names)).join())
        await refused(session)
      })
    await sessions.begin(async (db) => void db.add(user("b")))
    assert.deepEqual(seen, ["beforeCommit", "a", "beforeFlush", "a", "afterFlush", "a,b", "beforeFlush", "a,b"])
  })

  test("listeners of entities, and of the end of a transaction, cannot ask the session (89)", async () => {
    const { sessions } = await prepare(database)
    let refused = 0
    const ask = async (session: Session) => {
      await assert.rejects(session.all(names), ConcurrentUseError)
      refused++
    }
    sessions.on("beforeInsert", User, (_user, { session }) => ask(session))
    sessions.on("afterInsert", User, (_user, { session }) => ask(session))
    sessions.on("afterCommit", ({ session }) => ask(session))
    sessions.on("afterRollback", ({ session }) => ask(session))
    await using db = sessions()
    db.add(user("a"))
    await db.commit()
    db.add(new Tag({ label: "t" }))
    await db.rollback()
    assert.equal(refused, 4)
  })

  test("what would come to nothing is refused by name: adding and deleting during a flush, or after a commit (27)", async () => {
    const { sessions } = await prepare(database)
    await using db = sessions()
    const first = db.add(user("a"))
    const flushing = db.flush()
    for (const call of [() => db.add(new Tag({ label: "t" })), () => db.delete(first), () => db.expunge(first)])
      assert.throws(
        call,
        (error: Error) => error instanceof ConcurrentUseError && /of (Tag|User \S+) was called during a flush/.test(error.message),
      )
    // What is only changed meanwhile is not lost: the next flush sees it.
    first.name = "later"
    await flushing
    assert.deepEqual(db.dirty, [first])
    db.afterCommit(() => void db.add(user("b")))
    await assert.rejects(db.commit(), (error: Error) => {
      assert.ok(error instanceof AfterCommitError && error.cause instanceof ConcurrentUseError)
      assert.match(error.cause.message, /add\(\) of User was called during work after a commit/)
      return true
    })
    assert.deepEqual(await db.all(names), ["later"])
  })

  test("what is put into a list during a flush is written by the next one (27)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(Post, { title: "p", author: user("a"), comments: [new Comment({ body: "1" })] }))
    await using db = sessions()
    const post = await db.one(select(Post).with("comments"))
    post.comments.push(new Comment({ body: "2" }))
    const flushing = db.flush()
    post.comments.push(new Comment({ body: "3" }))
    await flushing
    await db.commit()
    assert.deepEqual(await db.all(select(Comment.c.body).where(Comment.c.postId.eq(post.id)).orderBy(Comment.c.body.asc())), [
      "1",
      "2",
      "3",
    ])
  })

  test("a listener that fails before the rows are written leaves the session as it was; after them only a rollback can follow", async () => {
    const { engine, sessions } = await prepare(database)
    await using db = sessions()
    const stop = db.on("beforeInsert", User, () => {
      throw failure
    })
    using recording = record(engine)
    const added = db.add(user("a"))
    await assert.rejects(db.flush(), failure)
    assert.deepEqual([recording.statements, db.new], [[], [added]])
    stop()
    const stopAfter = db.on("afterInsert", User, () => {
      throw failure
    })
    await assert.rejects(db.flush(), failure)
    await assert.rejects(db.flush(), (error: Error) => error instanceof RollbackRequiredError && error.cause === failure)
    await db.rollback()
    stopAfter()
    db.on("beforeCommit", () => {
      throw failure
    })
    db.add(added)
    await assert.rejects(db.commit(), failure)
    assert.deepEqual([db.new, added.id], [[], undefined])
    assert.deepEqual(await sessions.begin((other) => other.all(names)), [])
  })

  test("a commit that fails tells of a rollback, and of no commit", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(user("a")))
    const told: string[] = []
    sessions.on("afterCommit", () => void told.push("committed"))
    sessions.on("afterRollback", () => void told.push("rolled back"))
    await assert.rejects(
      sessions.begin((db) => void db.add(user("a"))),
      UniqueViolationError,
    )
    assert.deepEqual(told.splice(0), ["rolled back"])
    const db = sessions()
    db.add(user("b"))
    await db.flush()
    await db.close()
    assert.deepEqual(told.splice(0), ["rolled back"])
    await sessions.begin((other) => other.all(names))
    assert.deepEqual(told, ["committed"])
  })

  test("an autoflush tells its listeners, whose statements do not flush again", async () => {
    const { sessions } = await prepare(database, { autoflush: true })
    const seen: unknown[] = []
    sessions.on("beforeFlush", async ({ session }) => void seen.push(await session.all(names)))
    await sessions.begin(async (db) => {
      db.add(user("a"))
      seen.push(await db.all(names))
    })
    assert.deepEqual(seen[0], [])
    assert.deepEqual(seen[1], ["a"])
  })

  test("with listeners before a flush only, the COMMIT still travels with the last statements", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(user("a")))
    sessions.on("beforeInsert", User, (entity) => void (entity.name += "!"))
    using recording = record(engine)
    await sessions.begin((db) => void db.add(user("b")))
    assert.equal(recording.statements.length, 1)
  })

  test("an entity is told of as loaded once in a session, with its columns and before its relations", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(Post, { title: "p", author: user("a") }))
    const told: unknown[] = []
    sessions.on("load", User, (entity) => void told.push([entity.name, entity.initial]))
    sessions.on("load", Post, (entity) => void told.push([entity.title, Object.hasOwn(entity, "author")]))
    await sessions.begin(async (db) => {
      await db.all(select(Post).with("author"))
      await db.all(select(User))
      await db.execute(update(User).set({ name: "x" }).where(User.c.name.eq("a")))
    })
    assert.deepEqual(told, [
      ["p", false],
      ["a", "a"],
    ])
  })

  test("a listener of load that would have to be waited for is refused", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(user("a")))
    sessions.on("load", User, async () => {})
    await assert.rejects(
      sessions.begin((db) => db.all(select(User))),
      ArgumentError,
    )
  })

  test("of another name, of what is no model, and without a function are refused", async () => {
    const { sessions } = await prepare(database)
    const on = sessions.on as (...parameters: unknown[]) => unknown
    for (const parameters of [
      ["beforeSave", User, () => undefined],
      ["beforeInsert", () => undefined],
      ["beforeInsert", User],
      ["beforeFlush", User, () => undefined],
      ["beforeFlush"],
      ["load", class {}, () => undefined],
    ])
      assert.throws(() => on(...parameters), ArgumentError)
  })

  test("a version of a row that nobody listens to is written as without listeners", async () => {
    const { engine, sessions } = await prepare(database)
    class Elsewhere extends declarativeBase().model("elsewhere", { id: integer().primaryKey(), note: text() }) {}
    const work = (db: Session) => void db.addAll([user("a"), user("b"), new Tag({ label: "t" })])
    using recording = record(engine)
    await assert.rejects(
      sessions.begin(async (db) => (work(db), await db.flush(), Promise.reject(failure))),
      failure,
    )
    const plain = [...recording.statements]
    recording.clear()
    sessions.on("beforeInsert", Elsewhere, () => assert.fail("nobody is there"))
    await assert.rejects(
      sessions.begin(async (db) => (work(db), await db.flush(), Promise.reject(failure))),
      failure,
    )
    assert.deepEqual(recording.statements, plain)
  })
})
