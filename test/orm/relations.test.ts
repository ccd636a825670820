import assert from "node:assert/strict"
import { test } from "node:test"
import { ArgumentError, DefinitionError, select, sessionmaker } from "../../src/index.ts"
import { forEachDatabase, type TestDatabase } from "../support/databases.ts"
import { record } from "./models.ts"
import { Article, Match, Player, RelationBase, Topic, Writer } from "./relation-models.ts"
import { createModelTables } from "./support.ts"

/** Two writers called Ada and one Bob; of the first Ada articles with 5, 20 and 10 views, two reviewed by Bob. */
async function prepared(database: TestDatabase) {
  const engine = await database.engine()
  await createModelTables(engine, RelationBase.metadata)
  const sessions = sessionmaker(engine)
  await sessions.begin(async (db) => {
    const [ada, bob] = [db.add(Writer, { name: "Ada" }), db.add(Writer, { name: "Bob" })]
    db.add(Writer, { name: "Ada" })
    const topics = ["b", "c", "a"].map((label) => db.add(Topic, { label }))
    await db.flush()
    db.add(Article, { title: "x", views: 5, writer: ada, reviewer: bob, topics })
    db.add(Article, { title: "z", views: 20, writer: ada })
    db.add(Article, { title: "y", views: 10, writer: ada, reviewer: bob })
  })
  return { engine, sessions }
}

const titles = (articles: readonly Article[]) => articles.map(({ title }) => title)

forEachDatabase("relations", (database) => {
  test("lists are loaded in the order that the relation declares", async () => {
    const { sessions } = await prepared(database)
    await using db = sessions()
    const [ada, bob] = await db.all(
      select(Writer)
        .orderBy(Writer.c.id)
        .with("articles")
        .with("reviewed", (q) => q.with("topics"))
        .with("latest"),
    )
    assert.deepEqual(titles(ada!.articles), ["z", "y", "x"])
    assert.equal(ada!.latest?.title, "y")
    assert.deepEqual([ada!.reviewed, bob!.articles, bob!.latest], [[], [], null])
    assert.deepEqual(titles(bob!.reviewed), ["x", "y"])
    assert.deepEqual(
      bob!.reviewed[0]!.topics.map(({ label }) => label),
      ["c", "b", "a"],
    )
  })

  test("an order of the statement's own comes instead of the declared one, a limit per parent takes the declared one", async () => {
    const { sessions } = await prepared(database)
    await using db = sessions()
    const [ada] = await db.all(
      select(Writer)
        .orderBy(Writer.c.id)
        .with("articles", (q) => q.orderBy(Article.c.title)),
    )
    assert.deepEqual(titles(ada!.articles), ["x", "y", "z"])
    db.expungeAll()
    const [limited] = await db.all(
      select(Writer)
        .orderBy(Writer.c.id)
        .with("articles", (q) => q.limit(2)),
    )
    assert.deepEqual(titles(limited!.articles), ["z", "y"])
  })

  test("several foreign keys between two tables are told apart by their properties (70)", async () => {
    const { sessions } = await prepared(database)
    await using db = sessions()
    const article = await db.one(select(Article).where(Article.c.title.eq("x")).with("writer").with("reviewer"))
    assert.deepEqual([article.writer.name, article.reviewer?.name], ["Ada", "Bob"])
    const both = await db.all(select(Article).join(Article.reviewer).where(Writer.c.name.eq("Bob")))
    assert.equal(both.length, 2)
  })

  test("a relation with several ways is refused with the ways, before anything is sent (70)", async () => {
    const { engine, sessions } = await prepared(database)
    await using db = sessions()
    await db.connection()
    using recording = record(engine)
    assert.throws(
      () => select(Match).join(Match.player),
      (error) =>
        error instanceof DefinitionError &&
        /Match\.player is ambiguous: match refers to player by \(homePlayerId\) and \(awayPlayerId\)/.test(error.message) &&
        error.hint === 'say which: { by: "homePlayerId" }',
    )
    assert.throws(() => select(Player).join(Player.matches), /Player\.matches is ambiguous: .*\(homePlayerId\) and \(awayPlayerId\)/)
    const player = db.add(Player, { name: "Ada" })
    db.add(Match, { homePlayerId: 1, awayPlayerId: 1, player })
    await assert.rejects(db.flush(), /is ambiguous/)
    assert.deepEqual(recording.statements, [])
  })

  test("a relation by a condition is loaded with its order, one statement for all (71)", async () => {
    const { engine, sessions } = await prepared(database)
    await using db = sessions()
    await db.all(select(Topic))
    using recording = record(engine)
    const [ada, bob, other] = await db.all(
      select(Writer)
        .orderBy(Writer.c.id)
        .with("popular", (q) => q.with("writer"))
        .with("best")
        .with("namesakes"),
    )
    assert.equal(recording.statements.length, 4)
    assert.deepEqual(titles(ada!.popular), ["z", "y"])
    assert.equal(ada!.popular[0]!.writer, ada)
    assert.equal(ada!.best?.title, "z")
    assert.deepEqual([bob!.popular, bob!.best, bob!.namesakes], [[], null, []])
    assert.deepEqual([ada!.namesakes, other!.namesakes], [[other], [ada]])
  })

  test("a relation by a condition takes conditions and limits per parent, and is joined", async () => {
    const { sessions } = await prepared(database)
    await using db = sessions()
    const [ada] = await db.all(
      select(Writer)
        .orderBy(Writer.c.id)
        .with("popular", (q) => q.where(Article.c.views.lt(15)).limit(1)),
    )
    assert.deepEqual(titles(ada!.popular), ["y"])
    const rows = await db.all(
      select({ name: Writer.c.name, title: Article.c.title }).from(Writer).leftJoin(Writer.popular).orderBy(Writer.c.id, Article.c.title),
    )
    assert.deepEqual(
      rows.map(({ name, title }) => `${name} ${title}`),
      ["Ada y", "Ada z", "Bob null", "Ada null"],
    )
  })

  test("what a relation by a condition gains or loses is never written (71)", async () => {
    const { engine, sessions } = await prepared(database)
    await sessions.begin(async (db) => {
      const [ada, bob] = await db.all(select(Writer).orderBy(Writer.c.id).with("popular"))
      bob!.popular.push(ada!.popular.pop()!)
      bob!.popular.push(new Article({ title: "new", views: 1, writerId: bob!.id }))
      assert.equal(db.isModified(bob!), false)
      using recording = record(engine)
      await db.flush()
      assert.deepEqual(recording.statements, [])
    })
    await using db = sessions()
    assert.equal((await db.all(select(Article))).length, 3)
  })

  test("a relation by a condition is not set by values (71)", async () => {
    const { sessions } = await prepared(database)
    await using db = sessions()
    const bob = await db.one(select(Writer).where(Writer.c.name.eq("Bob")))
    // @ts-expect-error a view is not among the values of a new row
    assert.throws(() => db.add(Writer, { name: "Eve", popular: [] }), isViewRefusal)
    assert.throws(() => db.assign(bob, { popular: [] } as never), isViewRefusal)
    assert.equal(db.new.length, 0)
  })

  test("what a declared order and a condition give is checked", async () => {
    const { sessions } = await prepared(database)
    await using db = sessions()
    await assert.rejects(() => db.all(select(Writer).with("wrongOrder")), /orderBy gave something that nothing can be ordered by/)
    assert.throws(() => select(Writer).join(Writer.wrongOwner), /is declared by Writer and says from: \(\) => Article/)
    await assert.rejects(() => db.all(select(Writer).with("wrongOwner")), /is declared by Writer and says from: \(\) => Article/)
    await assert.rejects(() => db.all(select(Writer).with("wrongCondition")), /on gave true instead of a condition/)
  })
})

function isViewRefusal(error: unknown): boolean {
  return error instanceof ArgumentError && error.message.startsWith("Writer.popular is a view, which is read and never written")
}
