import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import "../support/seed.ts"
import { deleteFrom, select, type Session, sessionmaker, sql, stateOf } from "../../src/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { Account, CascadeBase, Company, Item, Note, Order, Part, Person } from "./cascade-models.ts"
import { createModelTables } from "./support.ts"

/** Numbers pick among the entities that are there, whatever their number. */
type Action =
  | { readonly kind: "order"; readonly items: number; readonly parts: number }
  | { readonly kind: "item" | "part" | "note" | "account"; readonly to: number; readonly by: "list" | "relation" }
  | { readonly kind: "move"; readonly what: "item" | "part" | "note"; readonly which: number; readonly to: number; readonly by: By }
  | {
      readonly kind: "leave"
      readonly what: "item" | "part" | "note" | "account"
      readonly which: number
      readonly by: "list" | "relation"
    }
  | { readonly kind: "replace"; readonly which: number; readonly keep: number }
  | { readonly kind: "delete"; readonly what: "order" | "item" | "person"; readonly which: number }
  | { readonly kind: "flush" | "rollback" | "commit" }
  | { readonly kind: "savepoint"; readonly actions: readonly Action[]; readonly fails: boolean }
type By = "list" | "relation" | "key" | "assign"

const number = fc.nat(40)
const side = fc.constantFrom("list" as const, "relation" as const)
const leaf: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ kind: fc.constant("order" as const), items: fc.nat(3), parts: fc.nat(2) }),
  fc.record({ kind: fc.constantFrom("item" as const, "part" as const, "note" as const, "account" as const), to: number, by: side }),
  fc.record({
    kind: fc.constant("move" as const),
    what: fc.constantFrom("item" as const, "part" as const, "note" as const),
    which: number,
    to: number,
    by: fc.constantFrom("list" as const, "relation" as const, "key" as const, "assign" as const),
  }),
  fc.record({
    kind: fc.constant("leave" as const),
    what: fc.constantFrom("item" as const, "part" as const, "note" as const, "account" as const),
    which: number,
    by: side,
  }),
  fc.record({ kind: fc.constant("replace" as const), which: number, keep: number }),
  fc.record({
    kind: fc.constant("delete" as const),
    what: fc.constantFrom("order" as const, "item" as const, "person" as const),
    which: number,
  }),
  fc.record({ kind: fc.constantFrom("flush" as const, "flush" as const, "rollback" as const, "commit" as const) }),
)
const action = fc.letrec<{ action: Action }>((tie) => ({
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
})).action

class Failure extends Error {}

type Loaded = {
  order: Order & { items: Loaded["item"][]; notes: Loaded["note"][] }
  item: Item & { parts: Loaded["part"][]; order: Order }
  part: Part & { item: Item | null }
  note: Note & { order: Order | null }
  account: Account & { person: Person | null; company: Company | null }
  person: Person & { accounts: Loaded["account"][] }
  company: Company & { accounts: Loaded["account"][] }
}
type Kind = keyof Loaded
type Tracked = { [K in Kind]: Set<Loaded[K]> }

const byId = <R extends readonly unknown[]>(rows: readonly R[]) => rows.toSorted((left, right) => Number(left[0]) - Number(right[0]))
const ids = (entities: readonly { readonly id: number }[]) => entities.map(({ id }) => id).sort((left, right) => left - right)

/** A session, and all entities of it with their relations loaded. */
class World {
  readonly db: Session
  tracked: Tracked = empty()
  #count = 0
  /** Those that a list gained since the last flush. */
  readonly #moved = new Set<object>()

  constructor(db: Session) {
    this.db = db
  }

  async load(): Promise<void> {
    const { db } = this
    const item = select(Item)
      .with("order")
      .with("parts", (parts) => parts.with("item"))
    const orders = await db.all(
      select(Order)
        .with("items")
        .with("notes", (notes) => notes.with("order")),
    )
    await db.all(item)
    const owner = <M extends typeof Person | typeof Company>(model: M) => select(model).with("accounts" as never)
    this.tracked = empty()
    for (const order of orders) this.tracked.order.add(order as Loaded["order"])
    for (const each of await db.all(item)) this.tracked.item.add(each)
    for (const each of await db.all(select(Part).with("item"))) this.tracked.part.add(each)
    for (const each of await db.all(select(Note).with("order"))) this.tracked.note.add(each)
    for (const each of await db.all(select(Account).with("person").with("company"))) this.tracked.account.add(each)
    for (const each of await db.all(owner(Person))) this.tracked.person.add(each as Loaded["person"])
    for (const each of await db.all(owner(Company))) this.tracked.company.add(each as Loaded["company"])
  }

  async run(actions: readonly Action[], isNested = false): Promise<void> {
    for (const each of actions) await this.#step(each, isNested)
  }

  /** What the session believes the database holds; each fact from both of its sides. */
  snapshot(): unknown {
    this.forget()
    const { order, item, part, note, account, person, company } = this.tracked
    for (const each of order) {
      assert.deepEqual(ids(each.items), ids([...item].filter(({ orderId }) => orderId === each.id)), `items of order ${each.id}`)
      assert.deepEqual(ids(each.notes), ids([...note].filter(({ orderId }) => orderId === each.id)), `notes of order ${each.id}`)
    }
    for (const each of item) {
      assert.deepEqual(ids(each.parts), ids([...part].filter(({ itemId }) => itemId === each.id)), `parts of item ${each.id}`)
      if (Reflect.get(each, "order") !== undefined) assert.equal(each.order.id, each.orderId, `order of item ${each.id}`)
    }
    for (const each of [...part]) if (Reflect.get(each, "item") !== undefined) assert.equal(each.item?.id ?? null, each.itemId)
    for (const each of [...note]) if (Reflect.get(each, "order") !== undefined) assert.equal(each.order?.id ?? null, each.orderId)
    for (const each of person) assert.deepEqual(ids(each.accounts), ids([...account].filter(({ personId }) => personId === each.id)))
    for (const each of company) assert.deepEqual(ids(each.accounts), ids([...account].filter(({ companyId }) => companyId === each.id)))
    return {
      order: byId([...order].map(({ id, title }) => [id, title])),
      item: byId([...item].map(({ id, name, orderId }) => [id, name, orderId])),
      part: byId([...part].map(({ id, name, itemId }) => [id, name, itemId])),
      note: byId([...note].map(({ id, body, orderId }) => [id, body, orderId])),
      account: byId([...account].map(({ id, iban, personId, companyId }) => [id, iban, personId, companyId])),
      person: byId([...person].map(({ id, name }) => [id, name])),
      company: byId([...company].map(({ id, name }) => [id, name])),
    }
  }

  /** What is not in the session with a row, or the other way round, is no more. */
  forget(): void {
    for (const entities of Object.values(this.tracked))
      for (const each of entities) if (stateOf(each) !== "persistent") entities.delete(each as never)
  }

  async #step(each: Action, isNested: boolean): Promise<void> {
    const { db } = this
    switch (each.kind) {
      case "order": {
        const items = Array.from({ length: each.items }, () => this.#newItem(each.parts))
        this.tracked.order.add(db.add(Order, { title: this.#name(), items, notes: [] }) as Loaded["order"])
        break
      }
      case "item": {
        const order = this.#pick("order", each.to)
        if (order !== undefined) this.#tie(this.#newItem(1), "order", order, "items", each.by)
        break
      }
      case "part": {
        const item = this.#pick("item", each.to)
        if (item !== undefined) this.#tie(this.#newPart(), "item", item, "parts", each.by)
        break
      }
      case "note": {
        const order = this.#pick("order", each.to)
        const note = new Note({ body: this.#name() }) as Loaded["note"]
        this.tracked.note.add(note)
        if (order === undefined) db.add(note)
        else this.#tie(note, "order", order, "notes", each.by)
        break
      }
      case "account":
        this.#account(each.to)
        break
      case "move":
        await this.#move(each)
        break
      case "leave":
        this.#leave(each)
        break
      case "replace": {
        const order = this.#pick("order", each.which)
        if (order !== undefined) order.items = [...order.items.filter((_, index) => index !== each.keep % 3), this.#newItem(1)]
        break
      }
      case "delete":
        await this.#delete(each)
        break
      case "flush":
        await this.flush()
        break
      case "commit":
        if (isNested) return
        await db.commit()
        await this.check()
        break
      case "rollback":
        if (isNested) return
        await db.rollback()
        await this.#reload()
        break
      case "savepoint":
        await this.#savepoint(each.actions, each.fails)
    }
  }

  async flush(): Promise<void> {
    await this.db.flush()
    this.#moved.clear()
    await this.check()
  }

  async check(): Promise<void> {
    assert.deepEqual(this.snapshot(), await stored(this.db), "the database holds what the session holds")
  }

  /** After a rollback to before they were there, or were gone, entities come and go: those that the session has count. */
  async #reload(): Promise<void> {
    await this.load()
    await this.check()
  }

  #name(): string {
    return `${++this.#count}`
  }
  #newItem(parts: number): Loaded["item"] {
    const made = Array.from({ length: parts }, () => this.#newPart())
    const item = new Item({ name: this.#name(), orderId: 0, parts: made } as never) as Loaded["item"]
    this.tracked.item.add(item)
    return item
  }
  #newPart(): Loaded["part"] {
    const part = new Part({ name: this.#name() }) as Loaded["part"]
    this.tracked.part.add(part)
    return part
  }

  #tie(child: object, relation: string, parent: object, list: string, by: "list" | "relation"): void {
    if (by === "list") (Reflect.get(parent, list) as object[]).push(child)
    else this.db.add(Object.assign(child, { [relation]: parent }))
  }

  #account(to: number): void {
    const account = new Account({ iban: this.#name() }) as Loaded["account"]
    this.tracked.account.add(account)
    const person = this.#pick("person", to)
    const company = this.#pick("company", to)
    if (person === undefined || to % 5 === 0)
      this.tracked.person.add(this.db.add(Person, { name: this.#name(), accounts: [account] }) as Loaded["person"])
    else person.accounts.push(account)
    if (company === undefined) this.tracked.company.add(this.db.add(Company, { name: this.#name(), accounts: [] }) as Loaded["company"])
    else if (to % 2 === 0) company.accounts.push(account)
  }

  async #move({ what, which, to, by }: Action & { kind: "move" }): Promise<void> {
    const child = this.#pick(what, which)
    const [relation, list, target] =
      what === "part"
        ? (["item", "parts", this.#pick("item", to)] as const)
        : (["order", what === "item" ? "items" : "notes", this.#pick("order", to)] as const)
    if (child === undefined || target === undefined) return
    if (by === "key") {
      await this.flush()
      if (stateOf(child) === "persistent" && stateOf(target) === "persistent") Reflect.set(child, `${relation}Id`, target.id)
    } else if (by === "list") {
      // A child that two lists gain at once is refused.
      if (this.#moved.has(child)) await this.flush()
      this.#moved.add(child)
      const members = Reflect.get(target, list) as object[]
      if (stateOf(child) === "persistent" && stateOf(target) === "persistent" && !members.includes(child)) members.push(child)
    } else if (by === "relation") Object.assign(child, { [relation]: target })
    else if (stateOf(child) === "persistent") this.db.assign(child, { [relation]: target })
  }

  #leave({ what, which, by }: Action & { kind: "leave" }): void {
    const child = this.#pick(what, which)
    if (child === undefined) return
    const [relation, list, kind] =
      what === "part"
        ? (["item", "parts", "item"] as const)
        : what === "account"
          ? (["person", "accounts", "person"] as const)
          : (["order", what === "item" ? "items" : "notes", "order"] as const)
    if (by === "relation" && stateOf(child) === "persistent") {
      if (Reflect.get(child, relation) !== undefined) Reflect.set(child, relation, null)
      return
    }
    for (const parent of this.tracked[kind]) {
      const members = Reflect.get(parent, list) as object[]
      if (members.includes(child)) members.splice(members.indexOf(child), 1)
    }
  }

  async #delete({ what, which }: Action & { kind: "delete" }): Promise<void> {
    await this.flush()
    const entity = this.#pick(what, which)
    if (entity !== undefined) this.db.delete(entity)
  }

  async #savepoint(actions: readonly Action[], fails: boolean): Promise<void> {
    await this.flush()
    const before = this.snapshot()
    try {
      await this.db.savepoint(async () => {
        await this.run(actions, true)
        if (fails) throw new Failure()
      })
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      await this.#reload()
      assert.deepEqual(this.snapshot(), before, "a savepoint that was rolled back left something behind")
      return
    }
    await this.check()
  }

  /** One that is there to stay: to be inserted, or with a row and not to be deleted. */
  #pick<K extends Kind>(kind: K, index: number): Loaded[K] | undefined {
    const gone = new Set(this.db.deleted)
    const there = ([...this.tracked[kind]] as Loaded[K][]).filter(
      (each) => !gone.has(each) && stateOf(each) !== "deleted" && this.#isTied(each),
    )
    return there.length === 0 ? undefined : there[index % there.length]
  }

  /** A new one that only a list led to may have been taken out of it. */
  #isTied(entity: object): boolean {
    return stateOf(entity) === "pending" || stateOf(entity) === "persistent"
  }
}

/** Two orders of one item each, with a part; an account of a person and a company. */
async function seed(db: Session): Promise<void> {
  for (const title of ["a", "b"]) {
    const item = new Item({ name: title, orderId: 0, parts: [new Part({ name: title })] } as never)
    db.add(Order, { title, items: [item], notes: [new Note({ body: title })] })
  }
  const account = new Account({ iban: "1" })
  db.add(Person, { name: "p", accounts: [account] })
  db.add(Company, { name: "c", accounts: [account] })
  await db.flush()
  db.expungeAll()
}

function empty(): Tracked {
  return { order: new Set(), item: new Set(), part: new Set(), note: new Set(), account: new Set(), person: new Set(), company: new Set() }
}

/** What the database holds, by the session's own transaction. */
async function stored(db: Session): Promise<unknown> {
  const rows = async (statement: Parameters<Session["all"]>[0]) =>
    byId((await db.all(statement)).map((row) => Object.values(row as object).map((value) => (value === null ? null : value)))) as unknown
  return {
    order: await rows(sql`select id, title from "order"`),
    item: await rows(sql`select id, name, order_id from item`),
    part: await rows(sql`select id, name, item_id from part`),
    note: await rows(sql`select id, body, order_id from note`),
    account: await rows(sql`select id, iban, person_id, company_id from account`),
    person: await rows(sql`select id, name from person`),
    company: await rows(sql`select id, name from company`),
  }
}

forEachDatabase("random cascades", (database) => {
  test("after each flush, commit, rollback and savepoint the database holds what the session holds, by both sides (52 to 67)", async () => {
    const engine = await database.engine()
    await createModelTables(engine, CascadeBase.metadata)
    const sessions = sessionmaker(engine)
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 16 }), async (actions) => {
        await using db = sessions()
        for (const model of [Part, Item, Note, Order, Account, Person, Company]) await db.execute(deleteFrom(model).allRows())
        await seed(db)
        await db.commit()
        const world = new World(db)
        await world.load()
        await world.run(actions)
        await db.commit()
        await world.check()
      }),
      { numRuns: Number(process.env.REBIS_TEST_RUNS ?? 60), endOnFailure: false },
    )
  })
})
