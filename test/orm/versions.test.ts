import assert from "node:assert/strict"
import { test } from "node:test"
import {
  bigint,
  declarativeBase,
  DefinitionError,
  type Engine,
  integer,
  json,
  manyToMany,
  manyToOne,
  MetaData,
  oneToMany,
  select,
  sessionmaker,
  type Sessions,
  sql,
  StaleDataError,
  text,
  timestamptz,
  UnsupportedError,
  update,
  ValueError,
  xmin,
} from "../../src/index.ts"
import { forEachDatabase, onDatabases, type TestDatabase, unless } from "../support/databases.ts"
import { record } from "./models.ts"
import { createModelTables } from "./support.ts"

const metadata = new MetaData()
const Base = declarativeBase({ metadata })

class Account extends Base.model("account", {
  id: integer().primaryKey().identity(),
  owner: text(),
  balance: integer().default(0),
  version: integer().version(),
}) {
  static readonly labels = manyToMany(() => Label, { through: () => AccountLabel })
  static readonly entries = oneToMany(() => Entry)
}
class Entry extends Base.model("entry", {
  id: integer().primaryKey().identity(),
  amount: integer(),
  accountId: integer().references(() => Account.c.id),
  version: bigint().version(),
}) {
  static readonly account = manyToOne(() => Account)
}
class Label extends Base.model("label", { id: integer().primaryKey().identity(), name: text() }) {}
class AccountLabel extends Base.model("account_label", {
  accountId: integer()
    .primaryKey()
    .references(() => Account.c.id),
  labelId: integer()
    .primaryKey()
    .references(() => Label.c.id),
}) {}
class Page extends Base.model("page", {
  id: integer().primaryKey().identity(),
  body: text(),
  changedAt: timestamptz().version(),
}) {}
/** Two tables whose rows may point at each other. */
class Node extends Base.model("node", {
  id: integer().primaryKey().identity(),
  name: text(),
  favouriteNodeId: integer().nullable().references("node.id"),
  version: integer().version(),
}) {
  static readonly favourite = manyToOne(() => Node)
}
/** What is checked is not a version: the values that were loaded. */
class Stock extends Base.model("stock", {
  id: integer().primaryKey().identity(),
  amount: integer().concurrencyCheck(),
  place: text().nullable().concurrencyCheck(),
  note: text().nullable(),
}) {}
class Document extends Base.model("document", {
  id: integer().primaryKey().identity(),
  title: text(),
  revision: integer().version({ by: "database" }),
}) {}

async function prepare(database: TestDatabase): Promise<{ readonly engine: Engine; readonly sessions: Sessions }> {
  const engine = await database.engine()
  await createModelTables(engine, metadata)
  return { engine, sessions: sessionmaker(engine) }
}

const writes = (statements: readonly string[]): string[] => statements.filter((text) => /^(insert|update|delete)/.test(text))

/** Somebody else writes the row that this session has. */
async function inTheMeantime(sessions: Sessions, id: number): Promise<void> {
  await sessions.begin(async (db) => void ((await db.get(Account, id))!.balance += 1000))
}

forEachDatabase("versions", (database) => {
  const batches = database.capabilities.arrayParameters

  test("an update that meets no row says the table and how many were expected and found, without a version too (93)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.addAll([new Label({ name: "a" }), new Label({ name: "b" })]))
    await using db = sessions()
    const label = (await db.get(Label, 1))!
    await db.commit()
    await sessions.begin((other) => other.execute(sql`delete from label where id = 1`))
    label.name = "c"
    await assert.rejects(db.flush(), (error: Error) => {
      assert.ok(error instanceof StaleDataError)
      assert.deepEqual([error.table, error.expected, error.found], ["label", 1, 0])
      return error.message.startsWith("UPDATE of label: 1 row was expected, 0 found")
    })
  })

  test("a counter begins at 1 and counts each flush that changes the row (95)", async () => {
    const { engine, sessions } = await prepare(database)
    await using db = sessions()
    const [account, other] = db.addAll([new Account({ owner: "a" }), new Account({ owner: "b" })])
    await db.flush()
    assert.deepEqual([account!.version, other!.version], [1, 1])
    account!.owner = "c"
    account!.balance = 5
    using recording = record(engine)
    await db.flush()
    assert.deepEqual([account!.version, other!.version], [2, 1])
    assert.match(
      recording.statements.join(),
      /^update "account" set "owner" = \S+, "balance" = \S+, "version" = \S+ where "id" = \S+ and "version" = \S+$/,
    )
    await db.flush()
    account!.balance = 6
    await db.commit()
    assert.equal(account!.version, 3)
    assert.deepEqual(await sessions.begin((again) => again.all(select(Account.c.version).orderBy(Account.c.id.asc()))), [3, 1])
  })

  test("rows between two tables and rows that refer to it do not count (95)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(Account, { owner: "a", labels: [], entries: [] }))
    await using db = sessions()
    const account = await db.one(select(Account).with("labels").with("entries"))
    account.labels.push(new Label({ name: "l" }))
    account.entries.push(new Entry({ amount: 1, accountId: 0 }))
    await db.commit()
    assert.equal(account.version, 1)
    assert.equal(account.entries[0]!.version, 1n)
    const second = db.add(new Account({ owner: "b" }))
    const [entry] = account.entries
    Object.assign(entry!, { account: second })
    await db.commit()
    assert.equal(entry!.version, 2n)
  })

  test("what was loaded is asked for, whatever the entity says now; setting the version counts as a change (96)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(new Account({ owner: "a" })))
    await using db = sessions()
    const account = (await db.get(Account, 1))!
    account.version = 77
    await db.flush()
    assert.equal(account.version, 2)
    await db.rollback()
    assert.equal(account.version, 1)
    const stale = (await db.get(Account, 1))!
    await db.commit()
    await inTheMeantime(sessions, 1)
    const current = await sessions.begin((other) => other.scalar(select(Account.c.version)))
    stale.version = current!
    stale.owner = "late"
    await assert.rejects(db.commit(), StaleDataError)
  })

  test("the second of two sessions is told that it is late, and reads again (97)", async () => {
    const { sessions } = await prepare(database)
    await sessions.begin((db) => void db.add(new Account({ owner: "a" })))
    await using db = sessions()
    const account = (await db.get(Account, 1))!
    await db.commit()
    await inTheMeantime(sessions, 1)
    account.balance += 1
    await assert.rejects(db.commit(), StaleDataError)
    assert.deepEqual([account.balance, account.version], [0, 1], "what was loaded, as after every rollback")
    await db.refresh(account)
    account.balance += 1
    await db.commit()
    assert.deepEqual([account.balance, account.version], [1001, 3])
  })

  test("a delete asks for the version too (94)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => void db.addAll([1, 2, 3].map((n) => new Account({ owner: `${n}` }))))
    await using db = sessions()
    const accounts = await db.all(select(Account).orderBy(Account.c.id.asc()))
    await db.commit()
    await inTheMeantime(sessions, 2)
    for (const account of accounts) db.delete(account)
    await assert.rejects(db.commit(), (error: Error) => {
      assert.ok(error instanceof StaleDataError)
      assert.deepEqual([error.table, error.found], ["account", error.expected - 1])
      return true
    })
    assert.equal((await sessions.begin((other) => other.all(select(Account)))).length, 3)
    await db.refresh(accounts[1]!)
    for (const account of accounts) db.delete(account)
    using recording = record(engine)
    await db.commit()
    assert.equal(writes(recording.statements).filter((text) => text.startsWith('delete from "account" ')).length, 1)
    assert.equal((await sessions.begin((other) => other.all(select(Account)))).length, 0)
  })

  test("one late row among many fails the statement for all of them (101)", async () => {
    const { engine, sessions } = await prepare(database)
    await sessions.begin((db) => void db.addAll(Array.from({ length: 30 }, (_, n) => new Account({ owner: `${n}` }))))
    await using db = sessions()
    const accounts = await db.all(select(Account).orderBy(Account.c.id.asc()))
    await db.commit()
    await inTheMeantime(sessions, 17)
    for (const account of accounts) account.balance = account.id
    using recording = record(engine)
    await assert.rejects(db.commit(), (error: Error) => {
      assert.ok(error instanceof StaleDataError)
      assert.deepEqual([error.expected, error.found], batches ? [30, 29] : [1, 0])
      return true
    })
    if (batches) assert.equal(writes(recording.statements).length, 1)
    assert.ok(accounts.every(({ balance, version }) => balance === 0 && version === 1))
    await db.refresh(accounts[16]!)
    for (const account of accounts) account.balance = account.id
    await db.commit()
    const rows = await sessions.begin((other) => other.all(select(Account).orderBy(Account.c.id.asc())))
    assert.deepEqual(
      rows.map(({ balance, version }) => [balance, version]),
      accounts.map(({ id }) => [id, id === 17 ? 3 : 2]),
    )
  })

  test("the values of checked columns, null too, have to be as they were loaded (101)", async () => {
    const { engine, sessions } = await prepare(database)
    const load = async () => {
      const db = sessions()
      const stocks = await db.all(select(Stock).orderBy(Stock.c.id.asc()))
      await db.commit()
      return { db, stocks }
    }
    await sessions.begin((db) => void db.addAll([1, 2, 3].map((n) => new Stock({ amount: n, place: n === 2 ? null : `p${n}` }))))
    const { db, stocks } = await load()
    const { db: other, stocks: others } = await load()
    for (const stock of stocks) stock.amount += 10
    using recording = record(engine)
    await db.commit()
    assert.equal(writes(recording.statements).length, batches ? 1 : 3)
    others[1]!.note = "n"
    await assert.rejects(other.commit(), StaleDataError)
    for (const stock of others) await other.refresh(stock)
    others[1]!.note = "n"
    others[1]!.place = "p2"
    await other.commit()
    for (const stock of stocks) db.delete(stock)
    await assert.rejects(db.commit(), StaleDataError)
    for (const stock of others) other.delete(stock)
    await other.commit()
    assert.equal((await sessions.begin((last) => last.all(select(Stock)))).length, 0)
    await db.close()
    await other.close()
  })

  test("a moment is the version of the last write, and never that of before", async () => {
    const { sessions } = await prepare(database)
    await using db = sessions()
    const pages = db.addAll(Array.from({ length: 5 }, (_, n) => new Page({ body: `${n}` })))
    await db.flush()
    const page = pages[0]!
    let before = page.changedAt.getTime()
    assert.ok(before > Date.now() - 60_000)
    for (const body of ["x", "y", "z"]) {
      page.body = body
      await db.flush()
      assert.ok(page.changedAt.getTime() > before)
      before = page.changedAt.getTime()
    }
    const ahead = new Date(Date.now() + 3_600_000)
    await db.execute(update(Page).set({ changedAt: ahead }).allRows())
    for (const each of pages) await db.refresh(each)
    for (const each of pages) each.body += "!"
    await db.commit()
    assert.ok(pages.every(({ changedAt }) => changedAt.getTime() === ahead.getTime() + 1))
    assert.deepEqual(await sessions.begin((other) => other.all(select(Page.c.changedAt).distinct())), [new Date(ahead.getTime() + 1)])
    page.body = "late"
    await sessions.begin(async (other) => void ((await other.get(Page, page.id))!.body = "in time"))
    await assert.rejects(db.commit(), StaleDataError)
  })

  test("a row that is written twice in one flush counts once (100)", async () => {
    const { engine, sessions } = await prepare(database)
    using recording = record(engine)
    const [a, b] = await sessions.begin((db) => {
      const left = db.add(new Node({ name: "a" }))
      const right = db.add(new Node({ name: "b" }))
      Object.assign(left, { favourite: right })
      Object.assign(right, { favourite: left })
      return [left, right]
    })
    assert.deepEqual(
      writes(recording.statements).map((text) => text.slice(0, 6)),
      ["insert", "insert", "update"],
    )
    assert.deepEqual([a.version, b.version], [1, 1])
    assert.deepEqual(await sessions.begin((db) => db.all(select(Node.c.version))), [1, 1])
    recording.clear()
    await using db = sessions()
    for (const node of await db.all(select(Node))) db.delete(node)
    await db.commit()
    assert.match(writes(recording.statements)[0]!, /^update "node" set "favourite_node_id" = \S+ where "id" = \S+ and "version" = \S+$/)
    assert.equal(await sessions.begin((other) => other.scalar(select(Node))), null)
  })

  test("rolling back to a savepoint brings the version back that was loaded", async () => {
    const { sessions } = await prepare(database)
    await using db = sessions()
    const account = db.add(new Account({ owner: "a" }))
    await db.flush()
    await assert.rejects(
      db.savepoint(async () => {
        account.owner = "b"
        await db.flush()
        assert.equal(account.version, 2)
        throw new RangeError("no")
      }),
      RangeError,
    )
    assert.deepEqual([account.owner, account.version], ["a", 1])
    account.owner = "c"
    await db.commit()
    assert.equal(account.version, 2)
  })

  const cannotReadBack = { skip: database.capabilities.returningAfterTriggers ? "what a trigger makes can be read back" : false }
  test("a version that a trigger makes is refused where it cannot be read back", cannotReadBack, async () => {
    const { engine, sessions } = await prepare(database)
    await using db = sessions()
    db.add(new Document({ title: "a" }))
    using recording = record(engine)
    await assert.rejects(db.flush(), (error: Error) => error instanceof UnsupportedError && error.message.includes("document.revision"))
    assert.deepEqual(recording.statements, [])
  })

  const readsBack = unless(database, "returningAfterTriggers", "what a trigger makes cannot be read back")
  test("a version that a trigger makes is read back and asked for (98)", readsBack, async () => {
    const { engine, sessions } = await prepare(database)
    await createRevisionTrigger(engine)
    await using db = sessions()
    const documents = db.addAll([1, 2, 3].map((n) => new Document({ title: `${n}` })))
    await db.flush()
    assert.deepEqual(
      documents.map(({ revision }) => revision),
      [100, 100, 100],
    )
    for (const document of documents) document.title += "!"
    using recording = record(engine)
    await db.flush()
    assert.equal(recording.statements.length, 1)
    assert.match(recording.statements[0]!, /returning "document"\."id", "document"\."revision"$/)
    assert.deepEqual(
      documents.map(({ revision }) => revision),
      [101, 101, 101],
    )
    documents[0]!.title = "once more"
    await db.commit()
    assert.equal(documents[0]!.revision, 102)
    await sessions.begin(async (other) => void ((await other.get(Document, 2))!.title = "other"))
    documents[1]!.title = "late"
    await assert.rejects(db.commit(), StaleDataError)
    documents[1]!.revision = 102
    await assert.rejects(db.flush(), ValueError)
  })

  test("only what has equality and a next value can be a version", () => {
    assert.throws(() => text().version(), DefinitionError)
    assert.throws(() => timestamptz({ mode: "string" }).version(), DefinitionError)
    assert.throws(() => timestamptz({ precision: 0 }).version(), DefinitionError)
    const model = (columns: object) => () => declarativeBase().model("thing", { id: integer().primaryKey(), ...columns } as never)
    assert.throws(model({ one: integer().version(), two: integer().version() }), /two versions: "one" and "two"/)
    assert.throws(model({ one: integer().nullable().version() }), /cannot be nullable or in the primary key/)
    assert.throws(model({ one: json().concurrencyCheck() }), /cannot be compared/)
  })
})

/** The first row is of revision 100, and each update counts on. */
async function createRevisionTrigger(engine: Engine): Promise<void> {
  await using connection = await engine.connect()
  await connection.exec(`create function count_revision() returns trigger language plpgsql as $$
    begin new.revision := case tg_op when 'INSERT' then 100 else old.revision + 1 end; return new; end $$`)
  await connection.exec("create trigger revision before insert or update on document for each row execute function count_revision()")
}

const ownBase = declarativeBase()
class Ledger extends ownBase.model("ledger", { id: integer().primaryKey().identity(), total: integer(), version: xmin() }) {}

onDatabases(["postgresql", "pglite"], "xmin", (database) => {
  test("the server's own version of a row is read back and asked for, and is no column of the schema (98)", async () => {
    const engine = await database.engine()
    await createModelTables(engine, ownBase.metadata)
    const sessions = sessionmaker(engine)
    const ledgers = await sessions.begin((db) => db.addAll([1, 2, 3].map((total) => new Ledger({ total }))))
    assert.ok(ledgers.every(({ version }) => /^\d+$/.test(version)))
    await using db = sessions()
    const mine = await db.all(select(Ledger).orderBy(Ledger.c.id.asc()))
    assert.deepEqual(
      mine.map(({ version }) => version),
      ledgers.map(({ version }) => version),
    )
    for (const ledger of mine) ledger.total += 1
    using recording = record(engine)
    await db.flush()
    for (const ledger of mine) ledger.total += 1
    await db.commit()
    assert.equal(writes(recording.statements).length, 2)
    await sessions.begin(async (other) => void ((await other.get(Ledger, 2))!.total = 0))
    for (const ledger of mine) ledger.total += 1
    await assert.rejects(db.commit(), (error: Error) => error instanceof StaleDataError && error.expected === 3 && error.found === 2)
    await db.refresh(mine[1]!)
    for (const ledger of mine) db.delete(ledger)
    await db.commit()
    assert.equal(await sessions.begin((other) => other.scalar(select(Ledger))), null)
  })
})

onDatabases(["sqlite"], "xmin", (database) => {
  test("is refused before anything is sent where the database has no such thing", async () => {
    const engine = await database.engine()
    const sessions = sessionmaker(engine)
    using recording = record(engine)
    await using db = sessions()
    assert.throws(() => db.add(new Ledger({ total: 1 })), UnsupportedError)
    await assert.rejects(db.all(select(Ledger)), UnsupportedError)
    assert.deepEqual(recording.statements, [])
  })
})
