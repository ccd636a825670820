import assert from "node:assert/strict"
import { test } from "node:test"
import { CamelCasePlugin, type Kysely, sql as kyselySql } from "kysely"
import {
  ConcurrentUseError,
  count,
  DatabaseError,
  fromKysely,
  codec,
  declarativeBase,
  integer,
  type KyselyTables,
  RollbackRequiredError,
  select,
  SessionClosedError,
  sql,
  sum,
  text,
  toKysely,
  TransactionStateError,
  UnsupportedError,
  ValueError,
} from "../../src/index.ts"
import { forEachDatabase, unless } from "../support/databases.ts"
import * as models from "./models.ts"
import { Booking, Comment, Post, record, Tag, User } from "./models.ts"
import { prepare } from "./support.ts"

const created = new Date("2025-03-01T10:00:00.000Z")
const large = 9007199254740993n

forEachDatabase("a session's Kysely", (database) => {
  const isSqlite = database.name === "sqlite"

  async function filled(options?: Parameters<typeof prepare>[1]) {
    const { engine, sessions } = await prepare(database, options)
    await sessions.begin((db) => {
      const ada = db.add(new User({ email: "ada@example.org", name: "Ada", createdAt: created }))
      const bob = db.add(new User({ email: "bob@example.org", name: "Bob", createdAt: created }))
      const post = db.add(Post, { title: "Engines", views: 10, author: ada, publishedAt: created })
      db.add(Post, { title: "Notes", views: 20, author: ada })
      db.add(Post, { title: "Fish", views: 5, author: bob })
      db.add(Comment, { id: large, body: "first", post })
      db.add(new models.Seat({ hall: "a", number: 1, isTaken: true }))
      db.add(new Booking({ hall: "a", number: 1, price: "10.50", details: { notes: ["x"] } }))
    })
    return { engine, sessions }
  }

  test("runs in the session's transaction, and sees what was flushed", async () => {
    const { engine, sessions } = await filled()
    await using db = sessions()
    const kysely = db.kysely(models)
    db.add(new User({ email: "eve@example.org", name: "Eve" }))
    const names = () => kysely.selectFrom("user").select("name").orderBy("id").execute()
    assert.deepEqual(await names(), [{ name: "Ada" }, { name: "Bob" }])
    await db.flush()
    assert.deepEqual((await names()).at(-1), { name: "Eve" })
    await kysely.updateTable("user").set({ name: "Eva" }).where("name", "=", "Eve").execute()
    assert.deepEqual(await db.all(select(User.c.name).where(User.c.email.like("eve%"))), ["Eva"])
    assert.equal(engine.poolStatus.inUse, 1)
    await db.rollback()
    assert.deepEqual(await names(), [{ name: "Ada" }, { name: "Bob" }])
  })

  test("commits and rolls back with the session", async () => {
    const { sessions } = await filled()
    await sessions.begin((db) => db.kysely(models).insertInto("user").values({ email: "eve@example.org", name: "Eve" }).execute())
    await assert.rejects(
      sessions.begin(async (db) => {
        await db.kysely(models).deleteFrom("comment").execute()
        throw new RangeError("no")
      }),
      RangeError,
    )
    await using db = sessions()
    assert.equal(await db.scalar(select(count()).from(Comment)), 1)
    assert.equal(await db.scalar(select(User.c.name).where(User.c.email.eq("eve@example.org"))), "Eve")
  })

  test("flushes first where statements do", async () => {
    const { sessions } = await filled({ autoflush: true })
    await using db = sessions()
    db.add(new User({ email: "eve@example.org", name: "Eve" }))
    const kysely = db.kysely(models)
    const { n } = await kysely
      .selectFrom("user")
      .select((eb) => eb.fn.countAll<number | bigint>().as("n"))
      .executeTakeFirstOrThrow()
    assert.equal(Number(n), 3)
    db.add(new User({ email: "zoe@example.org", name: "Zoe" }))
    const seen: string[] = []
    for await (const { name } of kysely.selectFrom("user").select("name").orderBy("id").stream(1)) seen.push(name)
    assert.deepEqual(seen, ["Ada", "Bob", "Eve", "Zoe"])
  })

  test("reads values as models do", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    const kysely = db.kysely(models)
    assert.deepEqual(await kysely.selectFrom("comment").selectAll().execute(), [{ id: large, body: "first", post_id: 1, parent_id: null }])
    assert.deepEqual(await kysely.selectFrom("booking").selectAll().executeTakeFirst(), {
      id: 1,
      hall: "a",
      number: 1,
      price: "10.50",
      details: { notes: ["x"] },
      updated_at: null,
    })
    const row = await kysely
      .selectFrom("post as p")
      .innerJoin("user", "user.id", "p.user_id")
      .leftJoin("seat as s", (join) => join.on("s.hall", "=", "a").onRef("s.number", "=", "p.id"))
      .select(["p.title", "published_at", "user.created_at as since", "s.is_taken"])
      .where("p.id", "=", 1)
      .executeTakeFirstOrThrow()
    assert.deepEqual(row, { title: "Engines", published_at: created, since: created, is_taken: true })
  })

  test("reads values through subqueries, common table expressions and functions that keep them", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    const kysely = db.kysely(models)
    const row = await kysely
      .with("recent", (q) => q.selectFrom("post").select(["id", "published_at as at"]).where("id", "<", 2))
      .with("seats(room, taken)", (q) => q.selectFrom("seat").select(["hall as room", "is_taken as taken"]))
      .selectFrom("recent")
      .innerJoin("seats", (join) => join.onTrue())
      .innerJoin(
        (eb) => eb.selectFrom("comment").select(["id", "post_id"]).as("c"),
        (join) => join.onRef("c.post_id", "=", "recent.id"),
      )
      .select((eb) => [
        "recent.at",
        "seats.taken",
        "c.id as comment",
        eb.selectFrom("user").select("created_at").where("id", "=", 1).as("since"),
        eb.fn
          .max("recent.at")
          .over((over) => over.partitionBy("recent.id"))
          .as("latest"),
        eb.fn.coalesce("recent.at", eb.val(null)).as("either"),
        eb.case().when("recent.id", "=", 1).then(eb.ref("recent.at")).end().as("chosen"),
        kyselySql.ref<Date>("recent.at").as("referred"),
      ])
      .executeTakeFirstOrThrow()
    assert.deepEqual(row, {
      at: created,
      taken: true,
      comment: large,
      since: created,
      latest: created,
      either: created,
      chosen: created,
      referred: created,
    })
  })

  test("reads columns by the models' types whatever their order in the database", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    // A table with the model's columns in another order, and one that the model does not know.
    await db.execute(sql`alter table seat rename to old_seat`)
    await db.execute(sql`create table seat (note text, number integer, is_taken boolean, hall text)`)
    await db.execute(sql`insert into seat select 'x', number, is_taken, hall from old_seat`)
    const kysely = db.kysely(models)
    assert.deepEqual(await kysely.selectFrom("seat").selectAll().execute(), [{ note: "x", number: 1, is_taken: true, hall: "a" }])
    const [row] = await kysely
      .selectFrom("post")
      .selectAll("post")
      .select(kyselySql<number>`1`.as("one"))
      .where("id", "=", 1)
      .execute()
    assert.deepEqual(row, { id: 1, title: "Engines", views: 10, user_id: 1, published_at: created, one: 1 })
  })

  test("encodes values by the columns that they meet", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    const kysely = db.kysely(models)
    const found = await kysely
      .selectFrom("post")
      .select("id")
      .where((eb) =>
        eb.and([
          eb("published_at", "=", created),
          eb("id", "in", [1, 2]),
          eb.between("views", 1, 10),
          eb(eb.val(created), "<=", eb.ref("published_at")),
        ]),
      )
      .execute()
    assert.deepEqual(found, [{ id: 1 }])
    assert.deepEqual(await kysely.selectFrom("seat").select("number").where("is_taken", "=", true).execute(), [{ number: 1 }])
    assert.deepEqual(await kysely.selectFrom("comment").select("body").where("id", "=", large).execute(), [{ body: "first" }])
    await kysely
      .updateTable("booking")
      .set({ price: "7.25", details: { notes: ["a", "b"] } })
      .where("id", "=", 1)
      .execute()
    assert.deepEqual(await kysely.selectFrom("booking").select(["price", "details"]).execute(), [
      { price: "7.25", details: { notes: ["a", "b"] } },
    ])
    for (const run of [
      () => kysely.insertInto("booking").values({ price: "a lot" }).execute(),
      () => kysely.selectFrom("post").select("id").where("id", "=", 1.5).execute(),
    ]) {
      await assert.rejects(run, (error: Error) => error instanceof ValueError && /^(booking\.price|post\.id): /.test(error.message))
    }
    await assert.rejects(
      () =>
        kysely
          .selectFrom("post")
          .select("id")
          .where("title", "=", new Map() as never)
          .execute(),
      ValueError,
    )
  })

  test("inserts, with what the application computes, and gives what Kysely's results say", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    const kysely = db.kysely(models)
    const result = await kysely
      .insertInto("tag")
      .values([{ label: "a" }, { label: "b" }])
      .executeTakeFirstOrThrow()
    assert.equal(result.numInsertedOrUpdatedRows, 2n)
    const tags = await db.all(select(Tag).orderBy(Tag.c.label.asc()))
    assert.equal(new Set(tags.map((tag) => tag.id)).size, 2)
    const id = "6f2b7e0c-3c55-4a8f-9d3a-7b1f7c0f5a11"
    const returned = await kysely
      .insertInto("tag")
      .values([{ label: "c" }, { label: "d", id }])
      .returning(["id", "label"])
      .execute()
    assert.deepEqual(returned[1], { id, label: "d" })
    assert.match(returned[0]!.id, /^[0-9a-f-]{36}$/)
    const again = await kysely
      .insertInto("tag")
      .values({ label: "d" })
      .onConflict((conflict) => conflict.column("label").doUpdateSet((eb) => ({ label: eb.ref("excluded.label") })))
      .returningAll()
      .executeTakeFirstOrThrow()
    assert.deepEqual(again, { id, label: "d" })
    const updated = await kysely.updateTable("booking").set({ price: "1" }).returning("updated_at").executeTakeFirstOrThrow()
    assert.deepEqual(updated, { updated_at: new Date("2026-01-02T03:04:05Z") })
    assert.equal((await kysely.updateTable("post").set({ views: 0 }).where("id", "<", 3).executeTakeFirst()).numUpdatedRows, 2n)
    assert.equal((await kysely.deleteFrom("tag").executeTakeFirst()).numDeletedRows, 4n)
    assert.equal((await kyselySql`update post set views = 1`.execute(kysely)).numAffectedRows, 3n)
  })

  test("spells our expressions for the session's database", async () => {
    const { engine, sessions } = await filled()
    await using db = sessions()
    const kysely = db.kysely(models)
    using recording = record(engine)
    const rows = await kysely
      .selectFrom("post")
      .innerJoin("user", (join) => join.on(User.c.id.eq(Post.c.userId)))
      .select(["post.id", toKysely(Post.c.publishedAt).as("at"), toKysely(Post.c.title.ilike("ENG%")).as("is")])
      .where(Post.c.id.in([1, 2, 3]))
      .where((eb) => eb.or([Post.c.publishedAt.gte(created), eb("post.title", "=", "Fish")]))
      .orderBy("post.id")
      .execute()
    assert.deepEqual(rows, [
      { id: 1, at: created, is: true },
      { id: 3, at: null, is: false },
    ])
    assert.match(recording.statements.at(-1)!, isSqlite ? /lower\("post"."title"\) like lower\(\?\)/ : /"post"."title" ilike \$\d/)
    const busy = select({ userId: Post.c.userId, views: sum(Post.c.views), last: Post.c.publishedAt })
      .from(Post)
      .groupBy(Post.c.userId, Post.c.publishedAt)
    const totals = await kysely
      .with("busy", () => toKysely(busy))
      .selectFrom("busy")
      .innerJoin("user", "user.id", "busy.userId")
      .select(["name", "views", "last"])
      .where("views", "<", 20)
      .orderBy("views")
      .execute()
    assert.deepEqual(totals, [
      { name: "Bob", views: 5, last: null },
      { name: "Ada", views: 10, last: created },
    ])
    const ours = select(User.c.name).where(
      User.c.id.in(fromKysely(kysely.selectFrom("post").select("user_id").where(Post.c.title.ilike("f%")))),
    )
    assert.deepEqual(await db.all(ours), ["Bob"])
  })

  test("streams in chunks, and frees the session when it is left early (130)", async () => {
    const { engine, sessions } = await filled()
    {
      await using db = sessions()
      const kysely = db.kysely(models)
      const stream = kysely.selectFrom("post").select(["title", "published_at"]).orderBy("id").stream(2)
      const rows: unknown[] = []
      for await (const row of stream) {
        rows.push(row)
        assert.equal(await db.scalar(select(count()).from(User)), 2)
      }
      assert.deepEqual(rows, [
        { title: "Engines", published_at: created },
        { title: "Notes", published_at: null },
        { title: "Fish", published_at: null },
      ])
      for await (const _row of kysely.selectFrom("post").selectAll().stream(1)) break
      await assert.rejects(async () => {
        for await (const _row of kysely.selectFrom("post").selectAll().stream(1)) throw new RangeError("no")
      }, RangeError)
      assert.equal((await kysely.selectFrom("post").selectAll().execute()).length, 3)
    }
    assert.equal(engine.poolStatus.inUse, 0)
  })

  test("has savepoints for transactions", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    const kysely = db.kysely(models)
    const rename = (of: Kysely<KyselyTables<typeof models>>, name: string) =>
      of.updateTable("user").set({ name }).where("id", "=", 1).execute()
    const name = () => db.scalar(select(User.c.name).where(User.c.id.eq(1)))
    assert.equal(await kysely.transaction().execute(async (trx) => (await rename(trx, "A"), 7)), 7)
    assert.equal(await name(), "A")
    await assert.rejects(
      kysely.transaction().execute(async (trx) => {
        await rename(trx, "B")
        await trx.insertInto("user").values({ email: "bob@example.org", name: "Again" }).execute()
      }),
      DatabaseError,
    )
    assert.equal(await name(), "A")
    await kysely.transaction().execute(async () => {
      await assert.rejects(
        kysely.transaction().execute(async (trx) => {
          await rename(trx, "C")
          throw new RangeError("no")
        }),
        RangeError,
      )
      await rename(kysely, "D")
    })
    assert.equal(await name(), "D")
    const controlled = await kysely.startTransaction().execute()
    await rename(controlled, "E")
    await assert.rejects(controlled.savepoint("x").execute(), UnsupportedError)
    await controlled.rollback().execute()
    assert.equal(await name(), "D")
    await assert.rejects(
      kysely
        .transaction()
        .setIsolationLevel("serializable")
        .execute(async () => assert.fail("it does not begin")),
      TransactionStateError,
    )
    await db.rollback()
    assert.equal(await name(), "Ada")
  })

  test("undoes in memory too what a rolled back transaction loaded", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    const ada = await db.one(select(User).where(User.c.id.eq(1)))
    await assert.rejects(
      db
        .kysely(models)
        .transaction()
        .execute(async () => {
          ada.name = "Eve"
          await db.flush()
          throw new RangeError("no")
        }),
      RangeError,
    )
    assert.equal(ada.name, "Ada")
  })

  test("is refused while another statement runs, and after the session was closed", async () => {
    const { sessions } = await filled()
    const db = sessions()
    const kysely = db.kysely(models)
    const running = db.all(select(User))
    await assert.rejects(kysely.selectFrom("user").selectAll().execute(), ConcurrentUseError)
    await running
    await db.close()
    await assert.rejects(kysely.selectFrom("user").selectAll().execute(), SessionClosedError)
    await assert.rejects(async () => {
      for await (const _row of kysely.selectFrom("user").selectAll().stream()) assert.fail("there is nothing to read")
    }, SessionClosedError)
    await assert.rejects(
      kysely.transaction().execute(async () => assert.fail("it does not begin")),
      SessionClosedError,
    )
    assert.throws(() => db.kysely(models), SessionClosedError)
  })

  test("ends the transaction with a query that fails", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    const kysely = db.kysely(models)
    await assert.rejects(kysely.insertInto("user").values({ email: "ada@example.org", name: "Ada" }).execute(), DatabaseError)
    await assert.rejects(db.all(select(User)), RollbackRequiredError)
    await db.rollback()
    assert.equal((await kysely.selectFrom("user").selectAll().execute()).length, 2)
  })

  test("may be destroyed: the session goes on", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    {
      await using kysely = db.kysely(models)
      assert.equal(
        await kysely
          .connection()
          .execute((one) => one.selectFrom("user").select("name").limit(1).executeTakeFirst())
          .then((row) => row?.name),
        "Ada",
      )
    }
    assert.equal(await db.scalar(select(count()).from(User)), 2)
  })

  test("takes plugins, and tables that no model knows", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    const camel = db.kysely<{ post: { id: number; publishedAt: Date | null; title: string } }>().withPlugin(new CamelCasePlugin())
    const row = await camel.selectFrom("post").select(["id", "publishedAt"]).where(Post.c.title.eq("Engines")).executeTakeFirstOrThrow()
    assert.deepEqual(row, { id: 1, publishedAt: isSqlite ? created.toISOString() : created })
    const plain = db.kysely(models).withPlugin(new CamelCasePlugin()) as Kysely<any>
    assert.deepEqual(await plain.selectFrom("post").select("publishedAt").where("id", "=", 1).execute(), [{ publishedAt: created }])
  })

  test(
    "reads arrays and JSON lists among its values, without models",
    unless(database, "nativeTypes", "arrays are PostgreSQL's"),
    async () => {
      const { sessions } = await filled()
      await using db = sessions()
      const { rows } = await kyselySql<{
        n: number[]
        j: unknown
        big: bigint
      }>`select ${[1, 2]}::int4[] as n, ${{ a: [1] }}::jsonb as j, ${large}::int8 as big`.execute(db.kysely())
      assert.deepEqual(rows, [{ n: [1, 2], j: { a: [1] }, big: large }])
      assert.deepEqual(
        await db
          .kysely(models)
          .selectFrom("post")
          .select("id")
          .where("id", "=", kyselySql<number>`any(${[1, 3]})`)
          .orderBy("id")
          .execute(),
        [{ id: 1 }, { id: 3 }],
      )
    },
  )

  test("creates tables and tells of them", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    const kysely = db.kysely()
    await kysely.schema
      .createTable("extra")
      .addColumn("id", "integer", (column) => column.primaryKey())
      .addColumn("note", "text", (column) => column.defaultTo("x"))
      .execute()
    await kysely.insertInto("extra").values({ id: 1 }).execute()
    assert.deepEqual(await kysely.selectFrom("extra").selectAll().execute(), [{ id: 1, note: "x" }])
    const tables = await kysely.introspection.getTables()
    assert.ok(tables.some(({ name, columns }) => name === "extra" && columns.length === 2))
    await db.rollback()
    assert.ok(!(await kysely.introspection.getTables()).some(({ name }) => name === "extra"))
  })

  test("writes and reads what a codec wraps in SQL of its own", async () => {
    const marked = codec({
      sqlType: text(),
      encode: (word: { word: string }) => word.word,
      decode: (word) => ({ word }),
      toSql: (given) => sql`'stored:' || ${given}`,
      fromSql: (stored) => sql`substr(${stored}, ${8})`,
    })
    class Word extends declarativeBase().model("word", { id: integer().primaryKey(), word: marked(), note: marked().nullable() }) {}
    const { sessions } = await filled()
    await using db = sessions()
    await db.execute(sql`create table word (id integer primary key, word text, note text)`)
    const kysely = db.kysely({ Word })
    const returned = await kysely
      .insertInto("word")
      .values([{ id: 1, word: { word: "one" }, note: null }])
      .returning(["id", "word"])
      .execute()
    assert.deepEqual(returned, [{ id: 1, word: { word: "one" } }])
    await kysely
      .updateTable("word")
      .set({ note: { word: "n" } })
      .where("word", "=", { word: "one" })
      .execute()
    assert.equal(await db.scalar(sql`select note from word`.returns(text())), "stored:n")
    const found = await kysely
      .selectFrom((eb) => eb.selectFrom("word").select(["word as inner", "note"]).as("w"))
      .select(["w.inner as outer", "note"])
      .execute()
    assert.deepEqual(found, [{ outer: { word: "one" }, note: { word: "n" } }])
    assert.throws(
      () => kysely.selectFrom("word").selectAll().compile(),
      (error: Error) => error instanceof UnsupportedError && /word\.word is read through SQL/.test(error.message),
    )
  })

  test("takes an object of models", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    assert.throws(() => db.kysely(7 as never), /kysely\(\) takes an object of models/)
  })
})
