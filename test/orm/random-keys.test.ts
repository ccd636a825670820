import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import "../support/seed.ts"
import {
  declarativeBase,
  IdentityConflictError,
  insert,
  integer,
  manyToOne,
  MetaData,
  select,
  type Session,
  sessionmaker,
  type Sessions,
  text,
  UniqueViolationError,
} from "../../src/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { createModelTables } from "./support.ts"

const metadata = new MetaData()
const Base = declarativeBase({ metadata })

/** A key of the application's own, another unique value, and a version. */
class Room extends Base.model("room", {
  name: text().primaryKey(),
  title: text(),
  slot: integer().nullable().unique(),
  visits: integer().default(0),
  version: integer().version(),
}) {}
/** Its key is that of its room, and follows it. */
class Plate extends Base.model("plate", {
  roomName: text()
    .primaryKey()
    .references(() => Room.c.name, { onUpdate: "cascade" }),
  label: text(),
  version: integer().version(),
}) {
  static readonly room = manyToOne(() => Room)
}
/** Follows by itself, too. */
class Seat extends Base.model("seat", {
  id: integer().primaryKey().identity(),
  code: text().unique(),
  roomName: text()
    .nullable()
    .references(() => Room.c.name, { onUpdate: "cascade" }),
}) {
  static readonly room = manyToOne(() => Room)
}
/** Does not follow: it is updated, by way of null. */
class Lamp extends Base.model("lamp", {
  id: integer().primaryKey().identity(),
  roomName: text()
    .nullable()
    .references(() => Room.c.name),
}) {
  static readonly room = manyToOne(() => Room)
}

type Failing = "throw" | "clash" | "taken"
/** What a random unit of work does; numbers pick among the entities that are there, whatever their number. */
type Action =
  | { readonly kind: "room"; readonly name: number; readonly slot: number }
  | { readonly kind: "plate" | "seat" | "lamp" | "visit" | "delete" | "replace"; readonly room: number }
  | { readonly kind: "rename"; readonly room: number; readonly name: number }
  | { readonly kind: "exchange"; readonly rooms: readonly number[]; readonly what: "name" | "slot" | "both" }
  | { readonly kind: "edit"; readonly entity: number }
  | { readonly kind: "move"; readonly entity: number; readonly room: number }
  | { readonly kind: "flush" | "reload" }
  | { readonly kind: "savepoint"; readonly actions: readonly Action[]; readonly fails: Failing | undefined }

const number = fc.nat(40)
const kinds = <K extends string>(...kind: readonly K[]) => fc.constantFrom(...kind)
const leaf: fc.Arbitrary<Action> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: kinds("room"), name: number, slot: number }) },
  { weight: 5, arbitrary: fc.record({ kind: kinds("plate", "seat", "lamp", "visit", "delete", "replace"), room: number }) },
  { weight: 2, arbitrary: fc.record({ kind: kinds("rename"), room: number, name: number }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: kinds("exchange"),
      rooms: fc.uniqueArray(fc.nat(5), { minLength: 2, maxLength: 4 }),
      what: kinds("name", "slot", "both"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: kinds("edit"), entity: number }) },
  { weight: 1, arbitrary: fc.record({ kind: kinds("move"), entity: number, room: number }) },
  { weight: 2, arbitrary: fc.record({ kind: kinds("flush", "reload") }) },
)
const { action } = fc.letrec<{ action: Action }>((tie) => ({
  action: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { arbitrary: leaf, weight: 9 },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: kinds("savepoint"),
        actions: fc.array(tie("action"), { maxLength: 6 }),
        fails: fc.constantFrom(undefined, "throw" as const, "clash" as const, "taken" as const),
      }),
    },
  ),
}))
const unit = fc.record({ actions: fc.array(action, { maxLength: 14 }), end: kinds("commit", "commit", "rollback") })

class Failure extends Error {}

type Placed<E> = E & { room: Room | null }
const names = ["a", "b", "c", "d", "e", "f", "g", "h"]
const pick = <T>(items: readonly T[], index: number): T | undefined => (items.length === 0 ? undefined : items[index % items.length])
const sorted = (rows: readonly (readonly unknown[])[]) => rows.map((row) => JSON.stringify(row)).toSorted()

/** One session, and all entities that are there. */
class World {
  readonly db: Session
  rooms: Room[] = []
  plates: Placed<Plate>[] = []
  seats: Placed<Seat>[] = []
  lamps: Placed<Lamp>[] = []
  readonly #count: { n: number }

  constructor(db: Session, count: { n: number }) {
    this.db = db
    this.#count = count
  }

  async load(): Promise<void> {
    const { db } = this
    this.rooms = await db.all(select(Room).orderBy(Room.c.name.asc()))
    this.plates = await db.all(select(Plate).orderBy(Plate.c.roomName.asc()).with("room"))
    this.seats = await db.all(select(Seat).orderBy(Seat.c.id.asc()).with("room"))
    this.lamps = await db.all(select(Lamp).orderBy(Lamp.c.id.asc()).with("room"))
  }

  async run(actions: readonly Action[]): Promise<void> {
    for (const each of actions) await this.#step(each)
  }

  /** What the session believes the database holds. */
  snapshot(): unknown {
    return {
      rooms: sorted(this.rooms.map(({ name, title, slot, visits, version }) => [name, title, slot, visits, version])),
      plates: sorted(this.plates.map(({ roomName, label, version }) => [roomName, label, version])),
      seats: sorted(this.seats.map(({ id, code, roomName }) => [id, code, roomName])),
      lamps: sorted(this.lamps.map(({ id, roomName }) => [id, roomName])),
    }
  }
  copy(): Pick<World, "rooms" | "plates" | "seats" | "lamps"> {
    return { rooms: [...this.rooms], plates: [...this.plates], seats: [...this.seats], lamps: [...this.lamps] }
  }

  /** Writes, and compares with what the database has in the transaction; each key leads to its entity. */
  async check(): Promise<void> {
    const { db } = this
    await db.flush()
    assert.deepEqual([db.new, db.dirty, db.deleted], [[], [], []])
    const read = (statement: Parameters<Session["all"]>[0]) => db.all(statement) as Promise<object[]>
    const { c: room } = Room
    const stored = {
      rooms: await read(select({ a: room.name, b: room.title, c: room.slot, d: room.visits, e: room.version })),
      plates: await read(select({ a: Plate.c.roomName, b: Plate.c.label, c: Plate.c.version })),
      seats: await read(select({ a: Seat.c.id, b: Seat.c.code, c: Seat.c.roomName })),
      lamps: await read(select({ a: Lamp.c.id, b: Lamp.c.roomName })),
    }
    const rows = Object.entries(stored).map(([key, all]) => [key, sorted(all.map((row) => Object.values(row)))])
    assert.deepEqual(this.snapshot(), Object.fromEntries(rows))
    for (const each of this.rooms) assert.equal(await db.get(Room, each.name), each)
    for (const each of this.plates) assert.equal(await db.get(Plate, each.roomName), each)
    for (const each of [...this.seats, ...this.lamps, ...this.plates])
      if (each.room !== undefined) assert.equal(each.room?.name ?? null, each.roomName)
  }

  async #step(each: Action): Promise<void> {
    const { db, rooms } = this
    const n = ++this.#count.n
    switch (each.kind) {
      case "room": {
        const name = this.#freeName(each.name)
        const slot = each.slot % 3 === 0 ? null : n
        if (name !== undefined) rooms.push(db.add(new Room({ name, title: `${n}`, slot })))
        break
      }
      case "plate": {
        const room = pick(rooms, each.room)
        if (room !== undefined && !this.plates.some((plate) => plate.room === room))
          this.plates.push(this.#placed(Plate, { label: `${n}`, room }))
        break
      }
      case "seat":
        this.seats.push(this.#placed(Seat, { code: `${n}`, room: each.room % 4 === 0 ? null : (pick(rooms, each.room) ?? null) }))
        break
      case "lamp":
        this.lamps.push(this.#placed(Lamp, { room: pick(rooms, each.room) ?? null }))
        break
      case "visit": {
        const room = pick(rooms, each.room)
        if (room === undefined) break
        await db.flush()
        db.assign(room, { visits: Room.c.visits.plus(1) })
        break
      }
      case "delete": {
        const room = pick(rooms, each.room)
        if (room !== undefined) this.#delete(room, null)
        break
      }
      case "replace": {
        const room = pick(rooms, each.room)
        if (room === undefined) break
        const { name, slot } = room
        const next = new Room({ name, slot, title: `${n}` })
        this.#delete(room, each.room % 2 === 0 ? next : null)
        this.rooms.push(db.add(next))
        if (each.room % 3 === 0) this.plates.push(this.#placed(Plate, { label: `${n}`, room: next }))
        break
      }
      case "rename": {
        const room = pick(rooms, each.room)
        const name = this.#freeName(each.name)
        if (room !== undefined && name !== undefined) room.name = name
        break
      }
      case "exchange":
        this.#exchange(each)
        break
      case "edit": {
        const entity = pick([...rooms, ...this.plates, ...this.seats], each.entity)
        if (entity instanceof Room) entity.title = `${n}`
        else if (entity instanceof Plate) entity.label = `${n}`
        else if (entity instanceof Seat) entity.code = `${n}`
        break
      }
      case "move": {
        const entity = pick([...this.seats, ...this.lamps], each.entity)
        if (entity !== undefined) entity.room = each.room % 4 === 0 ? null : (pick(rooms, each.room) ?? null)
        break
      }
      case "flush":
        await this.check()
        break
      case "reload":
        await this.check()
        await this.load()
        break
      case "savepoint":
        await this.#savepoint(each)
    }
  }

  #placed<M extends typeof Plate | typeof Seat | typeof Lamp>(model: M, values: object): Placed<InstanceType<M>> {
    return this.db.add(Object.assign(new (model as new (values: object) => object)({}), values)) as Placed<InstanceType<M>>
  }

  /** A name that no room has; one that a room had before may be among them. */
  #freeName(index: number): string | undefined {
    const taken = new Set(this.rooms.map(({ name }) => name))
    return pick(
      names.filter((name) => !taken.has(name)),
      index,
    )
  }

  #exchange({ rooms: indexes, what }: Action & { kind: "exchange" }): void {
    const rooms = [...new Set(indexes.flatMap((index) => pick(this.rooms, index) ?? []))]
    const before = rooms.map(({ name, slot }) => ({ name, slot }))
    for (const [index, room] of rooms.entries()) {
      const { name, slot } = before[(index + 1) % rooms.length]!
      if (what !== "slot") room.name = name
      if (what !== "name") room.slot = slot
    }
  }

  #delete(room: Room, next: Room | null): void {
    const { db } = this
    for (const each of [...this.seats, ...this.lamps]) if (each.room === room) each.room = next
    for (const plate of this.plates) if (plate.room === room) db.delete(plate)
    this.plates = this.plates.filter((plate) => plate.room !== room)
    db.delete(room)
    this.rooms = this.rooms.filter((each) => each !== room)
  }

  async #savepoint({ actions, fails }: Action & { kind: "savepoint" }): Promise<void> {
    await this.db.flush()
    const before = this.copy()
    const expected = this.snapshot()
    try {
      await this.db.savepoint(async () => {
        await this.run(actions)
        if (fails !== undefined) await this.#fail(fails)
        await this.check()
      })
    } catch (error) {
      if (!isExpected(error)) throw error
      Object.assign(this, before)
      assert.deepEqual(this.snapshot(), expected, "a savepoint that was rolled back left something behind")
      await this.check()
    }
  }

  /** Something that cannot be written. */
  async #fail(how: Failing): Promise<never> {
    const [first, second] = this.rooms
    if (how === "clash" && first !== undefined && second !== undefined) first.name = second.name
    else if (how === "taken" && first !== undefined) {
      await this.db.execute(insert(Room).values({ name: "taken", title: "", version: 1 }))
      first.name = "taken"
    }
    await this.db.flush()
    throw new Failure()
  }
}

function isExpected(error: unknown): boolean {
  return error instanceof Failure || error instanceof UniqueViolationError || error instanceof IdentityConflictError
}

async function stored(sessions: Sessions): Promise<unknown> {
  return await sessions.begin(async (db) => {
    const world = new World(db, { n: 0 })
    await world.load()
    return world.snapshot()
  })
}

forEachDatabase("random units of work over natural keys", (database) => {
  test("after each flush, commit, rollback and failure the database holds what the session holds (33, 34, 35, 36)", async () => {
    const engine = await database.engine()
    await createModelTables(engine, metadata)
    const sessions = sessionmaker(engine)
    const count = { n: 0 }
    await fc.assert(
      fc.asyncProperty(fc.array(unit, { minLength: 1, maxLength: 3 }), async (units) => {
        for (const { actions, end } of units) {
          const before = await stored(sessions)
          await using db = sessions()
          const world = new World(db, count)
          await world.load()
          const loaded = world.copy()
          await world.run(actions)
          if (end === "commit") {
            await world.check()
            await db.commit()
          } else {
            await db.rollback()
            Object.assign(world, loaded)
            assert.deepEqual(world.snapshot(), before, "what a rollback leaves in memory")
          }
          const now = world.snapshot()
          await db.close()
          assert.deepEqual(await stored(sessions), now, "what the database holds")
        }
      }),
      { numRuns: Number(process.env.REBIS_TEST_RUNS ?? 60), endOnFailure: false },
    )
  })
})
