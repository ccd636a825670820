import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { postgres, sqlite } from "../../src/dialects/index.ts"
import { IrreversibleMigrationError, MigrationError, ModelSchemaError } from "../../src/errors/index.ts"
import { compareModels, desiredSchema } from "../../src/migrations/diff/compare-models.ts"
import { liveSchema } from "../../src/migrations/introspect/live-schema.ts"
import { type MigrationOperations, recordOperations } from "../../src/migrations/operations/migration-operations.ts"
import { plan } from "../../src/migrations/plan/plan.ts"
import { proveOperations } from "../../src/migrations/prove/prove.ts"
import * as t from "../../src/schema/index.ts"
import { sql } from "../../src/sql/index.ts"
import { forEachDatabase, onDatabases } from "../support/databases.ts"
import { apply, buildModels } from "./support/build-models.ts"
import { roundTrip, titles } from "./support/round-trip.ts"

const post = (columns: Readonly<Record<string, t.AnyColumnBuilder>>) => {
  const Base = t.declarativeBase({ conventions: "off" })
  Base.model("post", { id: t.integer().primaryKey().identity(), ...columns })
  return Base.metadata
}

const record = (body: (op: MigrationOperations) => void) => recordOperations(body)

forEachDatabase("proving a migration", (database) => {
  const start = async () => {
    const engine = await database.engine()
    await buildModels(engine, post({ title: t.text() }))
    return {
      engine,
      before: await liveSchema(engine),
      desired: await desiredSchema(post({ title: t.text(), body: t.text().nullable() }), engine),
    }
  }
  const addBody = record((op) => op.addColumn("post", { name: "body", type: "text", nullable: true }))
  const dropBody = record((op) => op.dropColumn("post", "body"))

  test("is content with one that leads there and back", async () => {
    const { engine, ...rest } = await start()
    assert.deepEqual(await proveOperations(engine, { ...rest, up: addBody, down: dropBody }), { proven: true, reversible: true })
  })

  test("leaves nothing behind in the database", async () => {
    const { engine, ...rest } = await start()
    await proveOperations(engine, { ...rest, up: addBody, down: dropBody })
    assert.deepEqual(await liveSchema(engine), rest.before)
    if (!database.capabilities.schemas) return
    await using connection = await engine.connect()
    assert.deepEqual((await connection.exec("select nspname::text from pg_namespace where nspname like 'rebis%'")).rows, [])
  })

  test("says what up misses", async () => {
    const { engine, ...rest } = await start()
    const up = record((op) => op.addColumn("post", { name: "body", type: "text", default: "''" }))
    const { proven, failure } = await proveOperations(engine, { ...rest, up, down: dropBody })
    assert.equal(proven, false)
    assert.equal(failure?.stage, "up")
    assert.deepEqual(failure.differences, ["alter column post.body: nullable, no default"])
  })

  test("says what down leaves behind", async () => {
    const { engine, ...rest } = await start()
    const down = record((op) => op.alterColumn("post", "body", { nullable: { to: false } }))
    const { proven, failure } = await proveOperations(engine, { ...rest, up: addBody, down })
    assert.equal(proven, false)
    assert.equal(failure?.stage, "down")
    assert.deepEqual(failure.differences, ["drop column post.body"])
  })

  test("says what the database refused", async () => {
    const { engine, ...rest } = await start()
    const down = record((op) => op.dropTable("nothing"))
    const { failure } = await proveOperations(engine, { ...rest, up: addBody, down })
    assert.equal(failure?.stage, "down")
    assert.match(failure.differences.join(), /nothing/)
    assert.ok(failure.cause instanceof Error)
  })

  test("does not run a down that says there is none", async () => {
    const { engine, ...rest } = await start()
    const down = record((op) => op.irreversible("it cannot be"))
    assert.deepEqual(await proveOperations(engine, { ...rest, up: addBody, down }), { proven: true, reversible: false })
  })

  test("proves a migration whose end nobody declared by its way back", async () => {
    const { engine, before } = await start()
    const up = record((op) => op.addColumn("post", { name: "extra", type: "text", nullable: true }))
    assert.equal((await proveOperations(engine, { before, up, down: record((op) => op.dropColumn("post", "extra")) })).proven, true)
    assert.equal((await proveOperations(engine, { before, up, down: [] })).failure?.stage, "down")
  })
})

forEachDatabase("comparing with the models", (database) => {
  test("says which of the models' words the database refuses", async () => {
    const engine = await database.engine()
    await assert.rejects(compareModels(engine, post({ body: t.text().default(sql<string>`no such thing`) })), (error: unknown) => {
      assert.ok(error instanceof ModelSchemaError)
      assert.match(error.message, /^the database refuses what the models declare: /)
      assert.ok(error.cause instanceof Error)
      return true
    })
  })

  test("asks about what looks like a rename, and renames only what is declared", async () => {
    const engine = await database.engine()
    const Base = t.declarativeBase({ conventions: "off" })
    Base.model("post", { id: t.integer().primaryKey().identity(), body: t.text().index() }, (c) => [t.check("not_empty", c.body.ne(""))])
    await buildModels(engine, Base.metadata)
    await using connection = await engine.connect()
    await connection.exec("insert into post (body) values ('kept')")
    await connection.release()
    const Renamed = t.declarativeBase({ conventions: "off" })
    Renamed.model("article", { id: t.integer().primaryKey().identity(), content: t.text().index() }, (c) => [
      t.check("not_empty", c.content.ne("")),
    ])

    const guessed = await compareModels(engine, post({ content: t.text() }))
    assert.deepEqual(
      guessed.questions.map(({ from, to }) => [from, to]),
      [["post.body", "content"]],
    )
    assert.ok(titles(guessed.operations).includes("drop column post.body"))

    const { operations } = await compareModels(engine, Renamed.metadata, { renames: { post: "article", "post.body": "content" } })
    assert.deepEqual(titles(operations), [
      "rename table post to article",
      "rename column article.body to content",
      ...[
        "rename constraint post_pkey of article to article_pkey",
        "rename constraint post_not_empty_check of article to article_not_empty_check",
      ],
      "rename index post_body_idx on article to article_content_idx",
    ])
    await roundTrip(engine, Base.metadata, Renamed.metadata, { renames: { post: "article", "post.body": "content" } })
    await using again = await engine.connect()
    assert.deepEqual((await again.exec("select content from article")).rows, [["kept"]])
  })

  test("refuses a rename of what is not there", async () => {
    const engine = await database.engine()
    await buildModels(engine, post({ title: t.text() }))
    await assert.rejects(compareModels(engine, post({ title: t.text() }), { renames: { "post.body": "content" } }), MigrationError)
    await assert.rejects(compareModels(engine, post({ title: t.text() }), { renames: { "post.title": "id" } }), MigrationError)
  })
})

onDatabases(["postgresql", "pglite"], "an enum", (database) => {
  const diary = (...labels: readonly [string, ...string[]]) => post({ mood: t.enumType("mood", labels)() })

  test("gets new values in their places", async () => {
    const engine = await database.engine()
    await buildModels(engine, diary("b", "d"))
    const { operations } = await compareModels(engine, diary("a", "a2", "b", "c", "d", "e", "f"))
    assert.deepEqual(titles(operations), [
      "add value a to enum mood before b",
      "add value a2 to enum mood after a",
      "add value c to enum mood after b",
      "add value e to enum mood",
      "add value f to enum mood",
    ])
    await apply(engine, operations)
    await apply(engine, operations)
    assert.equal((await compareModels(engine, diary("a", "a2", "b", "c", "d", "e", "f"))).isEmpty, true)
  })

  test("gets a value and a column that uses it in one migration", async () => {
    const engine = await database.engine()
    await buildModels(engine, diary("a"))
    const mood = t.enumType("mood", ["a", "b"])
    const after = post({ mood: mood(), next: mood().default("b") })
    const { operations, live, desired } = await compareModels(engine, after)
    const proof = await proveOperations(engine, { before: live, desired, up: operations, down: record((op) => op.irreversible("enum")) })
    assert.equal(proof.proven, true)
    await apply(engine, operations)
    assert.equal((await compareModels(engine, after)).isEmpty, true)
  })

  test("is refused a change that the database has no statement for, with what to do instead", async () => {
    const engine = await database.engine()
    await buildModels(engine, diary("a", "b"))
    const removed = await compareModels(engine, diary("a"))
    assert.match(removed.refusals.join(), /enum mood: the values "b" would be taken away.*make a new enum under another name/)
    assert.equal(removed.isEmpty, false)
    const moved = await compareModels(engine, diary("b", "a"))
    assert.match(moved.refusals.join(), /its values would change their order/)
  })
})

describe("a plan", () => {
  test("puts what stands alone into phases of its own", () => {
    const operations = record((op) => {
      op.addColumn("post", { name: "a", type: "text", nullable: true })
      op.createIndex("post", { name: "i", keys: ["a"] }, { concurrently: true })
      op.addEnumValue("mood", "b")
      op.execute("vacuum", { transaction: false })
      op.run(async () => {})
      op.createIndex("post", { name: "j", keys: ["a"] })
    })
    assert.deepEqual(
      plan(operations, postgres).map(({ transactional, steps }) => [transactional, steps.length]),
      [
        [true, 1],
        [false, 1],
        [false, 1],
        [false, 1],
        [true, 2],
      ],
    )
    assert.deepEqual(
      plan(operations, sqlite).map(({ transactional, steps }) => [transactional, steps.length]),
      [
        [true, 3],
        [false, 1],
        [true, 2],
      ],
    )
  })

  test("is refused before anything runs when an operation says that there is no way", () => {
    const operations = record((op) => {
      op.dropTable("post")
      op.irreversible("the rows are gone")
    })
    assert.throws(() => plan(operations, postgres), IrreversibleMigrationError)
  })
})

onDatabases(["postgresql"], "without the right to make a schema", (database) => {
  test("the models are compared in an embedded database, both sides", async () => {
    const admin = await database.engine()
    await buildModels(admin, post({ title: t.text().default("x"), state: t.varchar(9) }))
    await using connection = await admin.connect()
    const { rows } = await connection.exec("select current_database()::text")
    const role = `reader_${String(rows[0]?.[0])}`
    await connection.exec(`create role ${role} login password 'secret'; grant select on all tables in schema public to ${role}`)
    try {
      const url = new URL(admin.url.replace("***", "secret"))
      url.username = role
      url.password = "secret"
      const engine = await database.engine({ url: url.href })
      assert.deepEqual(titles((await compareModels(engine, post({ title: t.text().default("x"), state: t.varchar(9) }))).operations), [])
      assert.deepEqual(titles((await compareModels(engine, post({ title: t.text().default("y"), state: t.varchar(9) }))).operations), [
        "alter column post.title: default 'y'",
      ])
      await engine.dispose()
    } finally {
      await connection.exec(`drop owned by ${role}; drop role ${role}`)
    }
  })
})

onDatabases(["postgresql", "pglite"], "an identity that is added to a column with rows", (database) => {
  test("goes on where the rows end", async () => {
    const engine = await database.engine()
    await using connection = await engine.connect()
    await connection.exec(
      `create table "Po""st" ("I d" serial primary key, title text); insert into "Po""st" (title) values ('a'), ('b'), ('c')`,
    )
    await connection.release()
    await apply(
      engine,
      record((op) =>
        op.alterColumn('Po"st', "I d", {
          default: { from: `nextval('"Po""st_I d_seq"'::regclass)`, to: null },
          identity: { from: null, to: "always" },
        }),
      ),
    )
    await using again = await engine.connect()
    const { rows } = await again.exec(`insert into "Po""st" (title) values ('d') returning "I d"`)
    assert.deepEqual(rows, [["4"]])
  })
})
