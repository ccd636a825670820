import assert from "node:assert/strict"
import { test } from "node:test"
import {
  type AnyModel,
  ArgumentError,
  declarativeBase,
  DefinitionError,
  DetachedEntityError,
  type Engine,
  integer,
  manyToMany,
  manyToOne,
  MetaData,
  oneToMany,
  select,
  type Sessions,
  sessionmaker,
  stateOf,
  ValueError,
} from "../../src/index.ts"
import { mapperOf, ModelRelation } from "../../src/schema/index.ts"
import { forEachDatabase, type TestDatabase } from "../support/databases.ts"
import {
  Account,
  Address,
  Album,
  CascadeBase,
  Company,
  Folder,
  Item,
  Label,
  Note,
  Order,
  Part,
  Person,
  Pet,
  Receipt,
  Song,
} from "./cascade-models.ts"
import { record } from "./models.ts"
import { createModelTables } from "./support.ts"

async function prepare(database: TestDatabase): Promise<{ readonly engine: Engine; readonly sessions: Sessions }> {
  const engine = await database.engine()
  await createModelTables(engine, CascadeBase.metadata)
  return { engine, sessions: sessionmaker(engine) }
}

/** What statements do, repeated ones once: where a database has no arrays, each row is a statement of its own. */
const brief = (statements: readonly string[]): string[] =>
  statements
    .map((text) => {
      const found = /^(insert) into "(\w+)"|^(update) "(\w+)"|^(delete) from "(\w+)"|^(select) .* from "(\w+)"/s.exec(text)
      return found === null ? text : found.slice(1).filter(Boolean).join(" ")
    })
    .filter((each, index, all) => each !== all[index - 1])

/** Two orders: the first of items 1 and 2, each with two parts, and a note; the second of item 3. */
async function seed(sessions: Sessions): Promise<void> {
  await sessions.begin((db) => {
    const part = (name: string) => new Part({ name })
    const item = (name: string) => new Item({ name, parts: [part(`${name}a`), part(`${name}b`)] } as never)
    db.add(Order, { title: "first", items: [item("1"), item("2")], notes: [new Note({ body: "n" })] })
    db.add(Order, { title: "second", items: [item("3")] })
  })
}

const count = (sessions: Sessions, model: AnyModel) => sessions.begin(async (db) => (await db.all(select(model))).length)
const names = (rows: readonly { readonly name: string }[]) => rows.map(({ name }) => name).sort()

forEachDatabase("cascades", (database) => {
  const prepared = async () => {
    const made = await prepare(database)
    await seed(made.sessions)
    return made
  }
  const first = select(Order).where(Order.c.title.eq("first"))

  test("what a new entity reaches is added once, whatever the way to it (52)", async () => {
    const { engine, sessions } = await prepare(database)
    using recording = record(engine)
    await sessions.begin((db) => {
      const part = new Part({ name: "p" })
      const item = new Item({ name: "i", parts: [part, part] } as never)
      const order = db.add(Order, { title: "o", items: [item] })
      Object.assign(item, { order })
      Object.assign(part, { item })
      assert.deepEqual(db.new, [order])
    })
    assert.deepEqual(brief(recording.statements), ["begin", "insert order", "insert item", "insert part", "commit"])
    assert.deepEqual([await count(sessions, Item), await count(sessions, Part)], [1, 1])
  })

  test("a list that is replaced deletes what it loses, and what that owned (53, 58)", async () => {
    const { engine, sessions } = await prepared()
    await using db = sessions()
    const order = await db.one(first.with("items"))
    order.items = [order.items[1]!]
    using recording = record(engine)
    await db.commit()
    assert.deepEqual(brief(recording.statements), ["select part", "begin", "delete part", "delete item", "commit"])
    assert.deepEqual(names(await db.all(select(Item))), ["2", "3"])
    assert.deepEqual(names(await db.all(select(Part))), ["2a", "2b", "3a", "3b"])
  })

  test("without deleteOrphan what leaves a list is only without a parent (53)", async () => {
    const { sessions } = await prepared()
    await sessions.begin(async (db) => void ((await db.one(first.with("notes"))).notes = []))
    await using db = sessions()
    assert.equal((await db.one(select(Note))).orderId, null)
  })

  test("a child that moves to another parent in the same flush is no orphan, by whichever side it moves (54)", async () => {
    const { engine, sessions } = await prepared()
    for (const by of ["list", "relation", "key"] as const) {
      await using db = sessions()
      const [from, to] = await db.all(select(Order).orderBy(Order.c.id).with("items"))
      const item = from!.items.shift()!
      if (by === "list") to!.items.push(item)
      else if (by === "relation") Object.assign(item, { order: to })
      else item.orderId = to!.id
      using recording = record(engine)
      await db.flush()
      assert.deepEqual(brief(recording.statements), ["begin", "update item"], by)
      assert.equal(item.orderId, to!.id)
      await db.rollback()
    }
  })

  test("a child that is reached, and taken out again before the flush, is never inserted (55)", async () => {
    const { sessions } = await prepared()
    await using db = sessions()
    const order = await db.one(first.with("items").with("notes"))
    const [item, note] = [new Item({ name: "x", orderId: 0 }), new Note({ body: "x" })]
    order.items.push(item)
    order.notes.push(note, null as never)
    await assert.rejects(db.flush(), ArgumentError)
    order.items.pop()
    order.notes.length = 1
    await db.commit()
    assert.deepEqual([await count(sessions, Item), await count(sessions, Note)], [3, 1])
    assert.throws(() => db.delete(item), DetachedEntityError)
  })

  test("deleting an entity deletes what it owns, loaded by one statement a relation and one round trip a level (56)", async () => {
    const { engine, sessions } = await prepared()
    await using db = sessions()
    const order = await db.one(first.with("notes"))
    db.delete(order)
    using recording = record(engine)
    await db.commit()
    assert.deepEqual(brief(recording.statements), [
      "select item",
      "select receipt",
      "select label",
      "select part",
      "begin",
      "update note",
      "delete order_label",
      "delete part",
      "delete item",
      "delete order",
      "commit",
    ])
    assert.equal((await db.one(select(Note))).orderId, null)
    assert.deepEqual([names(await db.all(select(Item))), names(await db.all(select(Part)))], [["3"], ["3a", "3b"]])
  })

  test("a list that is loaded as a whole is not asked for again; one that was loaded with a condition is (56)", async () => {
    const { engine, sessions } = await prepared()
    await using db = sessions()
    const items = await db.all(select(Item).with("parts"))
    for (const item of items) db.delete(item)
    using recording = record(engine)
    await db.flush()
    assert.deepEqual(brief(recording.statements), ["begin", "delete part", "delete item"])
    await db.rollback()
    await db.close()
    await using other = sessions()
    const [view] = await other.all(select(Item).with("parts", (parts) => parts.limit(1)))
    other.delete(view!)
    await other.commit()
    assert.equal(await count(sessions, Part), 4)
  })

  test("a tree is deleted level by level (56)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => {
      const folder = (name: string, ...children: Folder[]): Folder => new Folder({ name, children } as never)
      db.add(folder("root", folder("a", folder("a1", folder("a11"))), folder("b")))
      db.add(folder("other"))
    })
    await using db = sessions()
    db.delete(await db.one(select(Folder).where(Folder.c.name.eq("root"))))
    using recording = record(engine)
    await db.flush()
    assert.equal(recording.statements.filter((text) => text.startsWith("select")).length, 4)
    assert.deepEqual(names(await db.all(select(Folder))), ["other"])
  })

  test("children that were added by their foreign key go with their parent, those that moved away do not (54, 56)", async () => {
    const { sessions } = await prepared()
    await using db = sessions()
    const [from, to] = await db.all(select(Order).orderBy(Order.c.id).with("items").with("notes"))
    db.add(new Item({ name: "by key", orderId: from!.id }))
    await db.flush()
    const pending = db.add(new Item({ name: "pending", orderId: from!.id }))
    Object.assign(from!.items[0]!, { order: to })
    db.delete(from!)
    await db.flush()
    assert.deepEqual(db.new, [])
    assert.throws(() => db.delete(pending), DetachedEntityError)
    assert.deepEqual(names(await db.all(select(Item))), ["1", "3"])
    await db.rollback()
    assert.deepEqual(names(await db.all(select(Item))), ["1", "2", "3"])
    assert.deepEqual(names(from!.items), ["1", "2"])
  })

  test("passiveDeletes leaves it to the database, and the session knows (56, 57)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(Album, { title: "x", songs: ["1", "2"].map((title) => new Song({ title })) }))
    await using db = sessions()
    const song = await db.one(select(Song).where(Song.c.title.eq("1")))
    const album = await db.one(select(Album))
    const pending = db.add(new Song({ title: "3", albumId: album.id }))
    db.delete(album)
    using recording = record(engine)
    await db.flush()
    assert.deepEqual(brief(recording.statements), ["begin", "delete album"])
    assert.equal(await db.get(Song, song.id), null)
    assert.throws(() => db.delete(pending), DetachedEntityError)
    assert.deepEqual(await db.all(select(Song)), [])
    await db.rollback()
    assert.equal(await db.get(Song, song.id), song)
    assert.equal(await count(sessions, Song), 2)
  })

  test("a partner that is exchanged is deleted, as one that is taken away (53)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(Order, { title: "o", receipt: new Receipt({ total: 1, orderId: 0 }) }))
    await sessions.begin(async (db) => void ((await db.one(select(Order).with("receipt"))).receipt = null))
    assert.equal(await count(sessions, Receipt), 0)
  })

  test("a many-to-one that deletes orphans deletes what is no longer referred to (59)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(Order, { title: "o", address: new Address({ street: "old" }) }))
    await using db = sessions()
    const order = await db.one(select(Order).with("address"))
    order.address = new Address({ street: "new" })
    using recording = record(engine)
    await db.flush()
    assert.deepEqual(brief(recording.statements), ["begin", "insert address", "update order", "delete address"])
    order.address = null
    await db.flush()
    assert.deepEqual(await db.all(select(Address)), [])
    await db.rollback()
    const restored: unknown = Reflect.get(order, "address")
    assert.ok(restored instanceof Address)
    assert.equal(restored.street, "old")
    await db.close()
    await using other = sessions()
    other.delete(await other.one(select(Order)))
    await other.commit()
    assert.equal(await count(sessions, Address), 0)
  })

  test("what goes from one holder to another in a flush is no orphan (54, 59)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => {
      db.add(Order, { title: "a", address: new Address({ street: "s" }), labels: [new Label({ text: "x" })] })
      db.add(Order, { title: "b" })
    })
    await sessions.begin(async (db) => {
      const [a, b] = await db.all(select(Order).orderBy(Order.c.id).with("address").with("labels"))
      const { address } = a!
      a!.address = null
      await db.flush().catch((error: unknown) => assert.fail(String(error)))
      assert.equal(address!.street, "s")
      b!.labels = a!.labels
      a!.labels = []
    })
    assert.deepEqual([await count(sessions, Address), await count(sessions, Label)], [0, 1])
    await sessions.begin(async (db) => {
      const [, b] = await db.all(select(Order).orderBy(Order.c.id).with("labels"))
      b!.labels = []
    })
    assert.equal(await count(sessions, Label), 0)
  })

  test("one that two hold, where the relation says that one does, is refused by name (59)", async () => {
    const { sessions } = await prepare(database)
    await using db = sessions()
    const labels = [new Label({ text: "x" })]
    db.add(Order, { title: "a", labels })
    db.add(Order, { title: "b", labels })
    await assert.rejects(
      db.flush(),
      (error) => error instanceof ArgumentError && /Order\.labels: Order \? and Order \?/.test(error.message),
    )
  })

  test("an entity of two possible parents is an orphan when it has neither (60)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => {
      const account = new Account({ iban: "1" })
      db.add(Person, { name: "p", accounts: [account] })
      db.add(Company, { name: "c", accounts: [account] })
    })
    await using db = sessions()
    const person = await db.one(select(Person).with("accounts"))
    const company = await db.one(select(Company).with("accounts"))
    const [account] = person.accounts
    person.accounts = []
    await db.flush()
    assert.deepEqual([account!.personId, account!.companyId], [null, company.id])
    company.accounts = []
    await db.flush()
    assert.deepEqual(await db.all(select(Account)), [])
  })

  test("the other side set to null makes an orphan too (53, 65)", async () => {
    const { sessions } = await prepared()
    await using db = sessions()
    const part = await db.one(select(Part).where(Part.c.name.eq("1a")).with("item"))
    part.item = null
    await db.flush()
    assert.equal(await db.get(Part, part.id), null)
    const unbound = db.add(Part, { name: "free", item: null })
    await db.flush()
    assert.equal(await db.get(Part, unbound.id), unbound, "a new one without a parent was asked for")
  })

  test("assigning the same child twice keeps it (61)", async () => {
    const { engine, sessions } = await prepared()
    await using db = sessions()
    const order = await db.one(first.with("items"))
    const [item] = order.items
    order.items = [item!, item!, order.items[1]!]
    using recording = record(engine)
    await db.flush()
    assert.deepEqual(recording.statements, [])
    order.items = []
    order.items.push(item!, item!)
    await db.flush()
    assert.deepEqual(names(await db.all(select(Item))), ["1", "3"])
  })

  test("without saveUpdate a new entity in a relation is reported (62)", async () => {
    const { sessions } = await prepare(database)
    await using db = sessions()
    const pet = new Pet({ name: "x" })
    const person = db.add(Person, { name: "p", pets: [pet] })
    await assert.rejects(db.flush(), (error) => error instanceof DetachedEntityError && /Person\.pets holds a Pet/.test(error.message))
    db.add(pet)
    await db.flush()
    assert.equal(pet.personId, person.id)
  })

  test("expunge() goes along the relations that cascade it, and no others (49)", async () => {
    const { sessions } = await prepared()
    await sessions.begin((db) => void db.add(Album, { title: "x", songs: ["1", "2"].map((title) => new Song({ title })) }))
    await using db = sessions()
    const album = await db.one(select(Album).with("songs", (songs) => songs.with("album")))
    const order = await db.one(first.with("items"))
    const pending = new Song({ title: "3" })
    ;(album.songs as Song[]).push(db.add(pending))
    db.expunge(album)
    db.expunge(order)
    assert.deepEqual([album, ...album.songs].map(stateOf), ["detached", "detached", "detached", "transient"])
    assert.deepEqual(order.items.map(stateOf), ["persistent", "persistent"])
    await db.commit()
    assert.equal(await count(sessions, Song), 2)
  })

  test("merge() goes along the relations that cascade it, and no others (106)", async () => {
    const { sessions } = await prepare(database)
    const pet = await sessions.begin((db) => db.add(Pet, { name: "cat", owner: db.add(new Person({ name: "p" })) }))
    await using db = sessions()
    Object.assign(pet, { owner: new Person({ name: "other" }) })
    const merged = await db.merge(pet)
    assert.equal(Reflect.has(merged, "owner"), false)
    assert.deepEqual(db.new, [])
    await assert.rejects(db.merge(Pet, { id: pet.id, owner: { name: "x" } }), /Pet\.owner does not cascade merge/)
  })

  test("null and undefined in a list are refused (63)", async () => {
    const { sessions } = await prepared()
    await using db = sessions()
    const order = await db.one(first.with("items"))
    for (const nothing of [null, undefined]) {
      order.items.push(nothing as never)
      await assert.rejects(db.flush(), (error) => error instanceof ArgumentError && /Order\.items holds/.test(error.message))
      order.items.pop()
    }
    await db.commit()
    assert.equal(await count(sessions, Item), 3)
  })

  test("a list that was not loaded is only added to, and orphans nothing (64)", async () => {
    const { sessions } = await prepared()
    await sessions.begin(async (db) => {
      const order = await db.one(first)
      order.title = "changed"
      Object.assign(order, { items: [new Item({ name: "new", orderId: 0 })] })
    })
    await using db = sessions()
    assert.deepEqual(names(await db.all(select(Item))), ["1", "2", "3", "new"])
  })

  test("an orphan that is brought back before the flush, or after one that failed, stays (53)", async () => {
    const { sessions } = await prepared()
    await using db = sessions()
    const order = await db.one(first.with("items").with("notes"))
    const item = order.items.shift()!
    order.notes.push(null as never)
    await assert.rejects(db.flush(), ArgumentError)
    order.notes.pop()
    order.items.push(item)
    await db.flush()
    assert.deepEqual(db.deleted, [])
    assert.deepEqual(names(await db.all(select(Item))), ["1", "2", "3"])
    order.items.pop()
    Object.assign(db.add(new Receipt({ total: 1, orderId: 0 })), { order: null })
    await assert.rejects(db.flush(), ValueError)
    assert.deepEqual(db.deleted, [], "a flush that cannot be planned marks nothing")
  })

  test("relations that cannot delete as they say are refused", async () => {
    const Base = declarativeBase({ metadata: new MetaData() })
    class Owner extends Base.model("owner", { id: integer().primaryKey() }) {
      static readonly things = oneToMany(() => Thing, { cascade: { delete: true }, passiveDeletes: true })
    }
    class Thing extends Base.model("thing", { id: integer().primaryKey(), ownerId: integer().references(() => Owner.c.id) }) {
      static readonly owner = manyToOne(() => Owner, { cascade: { deleteOrphan: true } })
      static readonly owners = manyToMany(() => Owner, { through: () => Thing, cascade: { deleteOrphan: true } })
    }
    const refuses = (make: () => unknown, message: RegExp) =>
      assert.throws(make, (error) => error instanceof DefinitionError && message.test(error.message))
    const path = (model: unknown, name: string) => {
      const mapper = mapperOf(model)
      const relation = mapper.relations.get(name)
      assert.ok(relation instanceof ModelRelation)
      return relation.pathFrom(mapper)
    }
    refuses(() => oneToMany(() => Thing, { cascade: { delete: false, deleteOrphan: true } }), /deleteOrphan without delete/)
    refuses(() => oneToMany(() => Thing, { passiveDeletes: true }), /passiveDeletes/)
    refuses(() => oneToMany(() => Thing, { cascade: { remove: true } as never }), /does not cascade "remove"/)
    refuses(() => path(Owner, "things"), /Owner\.things: passiveDeletes trusts the database/)
    refuses(() => path(Thing, "owner"), /Thing\.owner: deleteOrphan would delete what others may still refer to/)
  })
})
