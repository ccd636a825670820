import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import "../support/seed.ts"
import { select, type Session, type Sessions } from "../../src/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { Animal, Car, Cat, Dog, Owner, prepareFamily, Puppy, Tanker, Truck, Van, Vehicle } from "./family.ts"

/** What a random unit of work does; numbers pick among the entities that are there, whatever their number. */
type Action =
  | { readonly kind: "make"; readonly of: number; readonly owner: number; readonly other: number; readonly byList: boolean }
  | { readonly kind: "edit"; readonly entity: number; readonly property: number; readonly value: number }
  | { readonly kind: "give"; readonly entity: number; readonly owner: number }
  | { readonly kind: "rekey"; readonly entity: number }
  | { readonly kind: "delete"; readonly entities: readonly number[] }
  | { readonly kind: "flush" }
  | { readonly kind: "reload" }
  | { readonly kind: "savepoint"; readonly actions: readonly Action[]; readonly fails: boolean }

const number = fc.nat(60)
const leaf: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("make" as const), of: number, owner: number, other: number, byList: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("edit" as const), entity: number, property: number, value: number }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("give" as const), entity: number, owner: number }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("rekey" as const), entity: number }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("delete" as const), entities: fc.array(number, { maxLength: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("flush" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reload" as const) }) },
)
const { action } = fc.letrec<{ action: Action }>((tie) => ({
  action: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { arbitrary: leaf, weight: 9 },
    {
      arbitrary: fc.record({
        kind: fc.constant("savepoint" as const),
        actions: fc.array(tie("action"), { maxLength: 5 }),
        fails: fc.boolean(),
      }),
      weight: 1,
    },
  ),
}))
const unit = fc.record({
  actions: fc.array(action, { maxLength: 16 }),
  end: fc.constantFrom("commit" as const, "commit" as const, "rollback" as const),
})

class Failure extends Error {}

type Member = Animal | Vehicle

/** The properties of each class that a unit of work may set, to what a number stands for. */
const editable: Readonly<Record<string, readonly string[]>> = {
  Dog: ["name", "breed"],
  Puppy: ["name", "breed"],
  Cat: ["name", "livesLeft"],
  Vehicle: ["name", "wheels"],
  Car: ["name", "wheels", "seats", "weight"],
  Van: ["name", "seats", "racks"],
  Truck: ["name", "load", "weight"],
  Tanker: ["name", "wheels", "load", "liquid"],
}
const texts = new Set(["name", "breed", "liquid"])

/** One session and the entities of two families that it has. */
class World {
  readonly db: Session
  members: Member[] = []
  owners: Owner[] = []
  readonly #count: { n: number }

  constructor(db: Session, count: { n: number }) {
    this.db = db
    this.#count = count
  }

  async load(): Promise<void> {
    this.owners = await this.db.all(select(Owner).orderBy(Owner.c.id))
    this.members = [
      ...(await this.db.all(select(Animal).orderBy(Animal.c.id))),
      ...(await this.db.all(select(Vehicle).orderBy(Vehicle.c.id))),
    ]
  }

  async run(actions: readonly Action[]): Promise<void> {
    for (const each of actions) await this.#step(each)
  }

  /** What the session believes the database holds. */
  snapshot(): unknown {
    const rows = this.members.map((member) => {
      const values = Object.entries(member).filter(([, value]) => typeof value !== "object" || value === null)
      return JSON.stringify([member.constructor.name, values.toSorted(([left], [right]) => (left < right ? -1 : 1))])
    })
    return { rows: rows.toSorted(), owners: this.owners.map(({ id, name }) => `${id} ${name}`).toSorted() }
  }

  async #step(each: Action): Promise<void> {
    const n = ++this.#count.n
    switch (each.kind) {
      case "make":
        this.#make(each, n)
        break
      case "edit": {
        const member = pick(this.members, each.entity)
        if (member === undefined) break
        const property = pick(editable[member.constructor.name]!, each.property)!
        Object.assign(member, { [property]: texts.has(property) ? `${n}.${each.value}` : each.value })
        break
      }
      case "give": {
        const member = pick(this.members, each.entity)
        const owner = pick(this.owners, each.owner)
        if (member === undefined) break
        await this.db.flush()
        member.ownerId = owner?.id ?? null
        break
      }
      case "rekey": {
        await this.db.flush()
        const free = pick(
          this.members.filter((member) => !this.#isReferred(member)),
          each.entity,
        )
        if (free === undefined) break
        free.id = 1_000_000 + n
        const property = editable[free.constructor.name]!.at(-1)!
        Object.assign(free, { [property]: texts.has(property) ? `${n}` : n })
        break
      }
      case "delete":
        await this.#delete(each.entities)
        break
      case "flush":
        await this.db.flush()
        break
      case "reload":
        await this.db.flush()
        await this.load()
        break
      case "savepoint":
        await this.#savepoint(each.actions, each.fails)
    }
  }

  #make({ of, owner: at, other, byList }: Action & { kind: "make" }, n: number): void {
    const { db, members } = this
    const name = `${n}`
    const dog = pick(
      members.filter((member) => member instanceof Dog),
      other,
    )
    const truck = pick(
      members.filter((member) => member instanceof Truck),
      other,
    )
    const makers: readonly (() => Member)[] = [
      () => new Dog({ name }),
      () => new Cat({ name, livesLeft: n }),
      () => db.add(Puppy, { name, ...(dog === undefined ? {} : { mother: dog }) }),
      () => new Vehicle({ name }),
      () => new Car({ name, seats: n }),
      () => new Van({ name, seats: n, racks: 1 }),
      () => new Truck({ name, load: n }),
      () => db.add(Tanker, { name, load: n, liquid: name, ...(truck === undefined ? {} : { spare: truck }) }),
    ]
    const made = pick(makers, of)!()
    if (at % 3 === 0) {
      const owner = db.add(Owner, byList ? { name, ...(made instanceof Animal ? { animals: [made] } : { vehicles: [made] }) } : { name })
      this.owners.push(owner)
      if (!byList) Object.assign(made, { owner })
    }
    members.push(db.add(made))
  }

  #isReferred({ id }: Member): boolean {
    return this.members.some(
      (other) => (other instanceof Puppy && other.motherId === id) || (other instanceof Tanker && other.spareTruckId === id),
    )
  }

  /** Members that no other refers to. */
  async #delete(indexes: readonly number[]): Promise<void> {
    await this.db.flush()
    for (const index of indexes) {
      const member = pick(
        this.members.filter((each) => !this.#isReferred(each)),
        index,
      )
      if (member === undefined) return
      this.db.delete(member)
      this.members = this.members.filter((each) => each !== member)
    }
  }

  async #savepoint(actions: readonly Action[], fails: boolean): Promise<void> {
    await this.db.flush()
    const before = { members: [...this.members], owners: [...this.owners] }
    const expected = this.snapshot()
    try {
      await this.db.savepoint(async () => {
        await this.run(actions)
        if (fails) throw new Failure()
      })
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      Object.assign(this, before)
      assert.deepEqual(this.snapshot(), expected, "a savepoint that was rolled back left something behind")
    }
  }
}

function pick<T>(items: readonly T[], index: number): T | undefined {
  return items.length === 0 ? undefined : items[index % items.length]
}

async function stored(sessions: Sessions): Promise<unknown> {
  return await sessions.begin(async (db) => {
    const world = new World(db, { n: 0 })
    await world.load()
    return world.snapshot()
  })
}

forEachDatabase("random units of work over families", (database) => {
  test("after each commit and rollback the database holds the classes and values that the session holds (31, 116)", async () => {
    const { sessions } = await prepareFamily(database)
    const count = { n: 0 }
    await fc.assert(
      fc.asyncProperty(unit, async ({ actions, end }) => {
        const before = await stored(sessions)
        await using db = sessions()
        const world = new World(db, count)
        await world.load()
        const loaded = { members: [...world.members], owners: [...world.owners] }
        await world.run(actions)
        if (end === "commit") {
          await db.commit()
          const expected = world.snapshot()
          await db.close()
          assert.deepEqual(await stored(sessions), expected)
        } else {
          await db.rollback()
          Object.assign(world, loaded)
          const now = world.snapshot()
          await db.close()
          assert.deepEqual(now, before, "what a rollback leaves in memory")
          assert.deepEqual(await stored(sessions), before)
        }
      }),
      { numRuns: Number(process.env.REBIS_TEST_RUNS ?? 60), endOnFailure: false },
    )
  })
})
