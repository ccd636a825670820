import assert from "node:assert/strict"
import { readdir } from "node:fs/promises"
import { test } from "node:test"
import { createEngine } from "../../src/drivers/index.ts"
import type { Engine } from "../../src/engine/index.ts"
import {
  ArgumentError,
  EditedRevisionError,
  MigrationFileError,
  MultipleHeadsError,
  NotAtHeadError,
  RenameQuestionError,
  UnknownRevisionError,
  UnsupportedChangeError,
} from "../../src/errors/index.ts"
import { autogenerate, check, downgrade, previewDowngrade, previewUpgrade, revision, show, upgrade } from "../../src/migrations/index.ts"
import { liveSchema } from "../../src/migrations/introspect/live-schema.ts"
import { declarativeBase, enumType, integer, type MetaData, text, timestamptz } from "../../src/schema/index.ts"
import { forEachDatabase, onDatabases, unless } from "../support/databases.ts"
import { CliProject, migrationSource, tableHistory } from "./cli-project.ts"
import { modelSets } from "./commands-models.ts"

const date = new Date(2025, 11, 27, 12)

function users(): MetaData {
  const Base = declarativeBase()
  Base.model("user", { id: integer().primaryKey().identity(), email: text().unique(), name: text() })
  return Base.metadata
}
const noModels = (): MetaData => declarativeBase().metadata

function usersWithIndex(): MetaData {
  const Base = declarativeBase()
  Base.model("user", { id: integer().primaryKey().identity(), email: text().unique(), name: text().index() })
  return Base.metadata
}

/** A project without migrations. */
async function emptyProject(): Promise<CliProject> {
  return await CliProject.create({ "migrations/.gitkeep": "" })
}

async function exec(engine: Engine, sql: string): Promise<unknown[][]> {
  await using connection = await engine.connect()
  return (await connection.exec(sql)).rows
}

const kinds = async (engine: Engine, project: CliProject, metadata: MetaData) =>
  (await check(engine, { migrations: project.migrations, metadata })).map(({ kind, code }) => `${kind} ${code}`)

forEachDatabase("autogenerate", (database) => {
  test("writes what leads from the database to the models, and back", async () => {
    await using project = await emptyProject()
    const { migrations } = project
    const engine = await database.engine()
    const first = await autogenerate(engine, { migrations, message: "create users", metadata: users(), date })
    assert.deepEqual(
      [first.revision?.file, first.revision?.parents, first.operations, first.losses],
      ["2025-12-27_create_users.ts", [], ["create table user"], []],
    )
    await upgrade(engine, { migrations })
    const second = await autogenerate(engine, { migrations, message: "add user name index", metadata: usersWithIndex(), date })
    assert.deepEqual([second.revision?.file, second.revision?.parents], ["2025-12-27_add_user_name_index.ts", [first.revision?.id]])
    assert.deepEqual(second.operations, ["add index user_name_idx on user(name)"])
    const before = await liveSchema(engine)
    await upgrade(engine, { migrations })
    assert.deepEqual(await check(engine, { migrations, metadata: usersWithIndex() }), [])
    await downgrade(engine, { migrations, target: "-1" })
    assert.deepEqual(await liveSchema(engine), before)
  })

  test("writes nothing where nothing changed", async () => {
    await using project = await emptyProject()
    const { migrations } = project
    const engine = await database.engine()
    await autogenerate(engine, { migrations, message: "create users", metadata: users() })
    await upgrade(engine, { migrations })
    assert.deepEqual(await autogenerate(engine, { migrations, message: "again", metadata: users() }), {
      revision: undefined,
      operations: [],
      losses: [],
    })
    assert.equal((await project.migrationFiles()).length, 1)
  })

  test("writes nothing while the database is not at the head", async () => {
    await using project = await emptyProject()
    const { migrations } = project
    const engine = await database.engine()
    await autogenerate(engine, { migrations, message: "create users", metadata: users(), date })
    await assert.rejects(
      autogenerate(engine, { migrations, message: "again", metadata: users() }),
      (error) => error instanceof NotAtHeadError && /2025-12-27_create_users\.ts is not applied/.test(error.message),
    )
    assert.equal((await project.migrationFiles()).length, 1)
  })

  test("writes nothing over an edited file, or over two heads", async () => {
    await using project = await CliProject.create(tableHistory(["a", null]))
    const { migrations } = project
    const engine = await database.engine()
    await upgrade(engine, { migrations })
    const [file] = Object.keys(tableHistory(["a", null])) as [string]
    const source = await project.read(file)
    await project.write({ [file]: `// edited\n${source}` })
    await assert.rejects(autogenerate(engine, { migrations, message: "m", metadata: users() }), EditedRevisionError)
    await project.write({ [file]: source, "migrations/b.ts": migrationSource("b", "a"), "migrations/c.ts": migrationSource("c", "a") })
    await assert.rejects(autogenerate(engine, { migrations, message: "m", metadata: users() }), MultipleHeadsError)
    await assert.rejects(revision({ migrations, message: "m" }), MultipleHeadsError)
    assert.equal((await project.migrationFiles()).length, 3)
  })

  test("says what is lost, in the file and to who asked", async () => {
    await using project = await emptyProject()
    const { migrations } = project
    const engine = await database.engine()
    await autogenerate(engine, { migrations, message: "create users", metadata: users(), date })
    await upgrade(engine, { migrations })
    const Base = declarativeBase()
    Base.model("user", { id: integer().primaryKey().identity(), email: text().unique() })
    const generated = await autogenerate(engine, { migrations, message: "drop name", metadata: Base.metadata, date })
    assert.deepEqual(generated.losses, ["loses the data of column user.name"])
    assert.match(await project.read("migrations/2025-12-27_drop_name.ts"), /\/\/ loses the data of column user\.name/)
  })

  test("asks about a rename that was not declared, and does it when it is", async () => {
    await using project = await emptyProject()
    const { migrations } = project
    const engine = await database.engine()
    await autogenerate(engine, { migrations, message: "create users", metadata: users() })
    await upgrade(engine, { migrations })
    await exec(engine, `insert into "user" (email, name) values ('ada@example.com', 'Ada')`)
    const Base = declarativeBase()
    Base.model("user", { id: integer().primaryKey().identity(), email: text().unique(), fullName: text() })
    const { metadata } = Base
    await assert.rejects(autogenerate(engine, { migrations, message: "rename", metadata }), (error) => {
      assert.ok(error instanceof RenameQuestionError)
      assert.match(error.message, /was user\.name renamed to full_name\? Then say so: --rename user\.name=full_name/)
      return true
    })
    assert.equal((await project.migrationFiles()).length, 1)
    const generated = await autogenerate(engine, { migrations, message: "rename", metadata, renames: { "user.name": "full_name" } })
    assert.deepEqual([generated.operations, generated.losses], [["rename column user.name to full_name"], []])
    await upgrade(engine, { migrations })
    assert.deepEqual(await exec(engine, `select full_name from "user"`), [["Ada"]])
    assert.deepEqual(await check(engine, { migrations, metadata }), [])
  })

  test("drops what looks renamed when that is allowed", async () => {
    await using project = await emptyProject()
    const { migrations } = project
    const engine = await database.engine()
    await autogenerate(engine, { migrations, message: "create users", metadata: users() })
    await upgrade(engine, { migrations })
    const Base = declarativeBase()
    Base.model("user", { id: integer().primaryKey().identity(), email: text().unique(), fullName: text() })
    const generated = await autogenerate(engine, { migrations, message: "replace", metadata: Base.metadata, allowDataLoss: true })
    assert.deepEqual(generated.losses, ["loses the data of column user.name"])
  })

  test("refuses a change that has no statement", unless(database, "enums", "an enum is a check there, which can be replaced"), async () => {
    await using project = await emptyProject()
    const { migrations } = project
    const engine = await database.engine()
    const diary = (...labels: [string, ...string[]]) => {
      const mood = enumType("mood", labels)
      const Base = declarativeBase()
      Base.model("diary", { id: integer().primaryKey(), mood: mood() })
      return Base.metadata
    }
    await autogenerate(engine, { migrations, message: "create diary", metadata: diary("sad", "ok") })
    await upgrade(engine, { migrations })
    await assert.rejects(autogenerate(engine, { migrations, message: "less", metadata: diary("ok") }), UnsupportedChangeError)
    await autogenerate(engine, { migrations, message: "more", metadata: diary("sad", "ok", "happy") })
    await upgrade(engine, { migrations })
    assert.deepEqual(await check(engine, { migrations, metadata: diary("sad", "ok", "happy") }), [])
  })

  test("gives a second file of one name on one day a number", async () => {
    await using project = await emptyProject()
    const { migrations } = project
    const engine = await database.engine()
    await autogenerate(engine, { migrations, message: "change users", metadata: users(), date })
    await upgrade(engine, { migrations })
    const second = await autogenerate(engine, { migrations, message: "change users", metadata: usersWithIndex(), date })
    assert.equal(second.revision?.file, "2025-12-27_change_users_2.ts")
    assert.deepEqual(
      (await upgrade(engine, { migrations })).map(({ file }) => file),
      ["2025-12-27_change_users_2.ts"],
    )
  })

  test("writes nothing when the file, loaded as it would be, cannot be proven", async () => {
    await using project = await emptyProject()
    // A module with the name of a CommonJS file.
    await project.write({ "package.json": '{ "type": "commonjs" }' })
    const { migrations } = project
    const engine = await database.engine()
    await assert.rejects(autogenerate(engine, { migrations, message: "create users", metadata: users() }), MigrationFileError)
    assert.deepEqual(await readdir(migrations), [".gitkeep"])
    const fileTemplate = "{slug}.mts"
    const written = await autogenerate(engine, { migrations, message: "create users", metadata: users(), fileTemplate })
    assert.equal(written.revision?.file, "create_users.mts")
    assert.equal((await upgrade(engine, { migrations })).length, 1)
  })

  test("leaves nothing beside the file it wrote", async () => {
    await using project = await emptyProject()
    await autogenerate(await database.engine(), { migrations: project.migrations, message: "create users", metadata: users(), date })
    assert.deepEqual((await readdir(project.migrations)).toSorted(), [".gitkeep", "2025-12-27_create_users.ts"])
  })

  for (const [name, metadata] of Object.entries(modelSets)) {
    test(`leads to a database in which check finds nothing: ${name}`, async () => {
      await using project = await emptyProject()
      const { migrations } = project
      const engine = await database.engine()
      const { revision: written } = await autogenerate(engine, { migrations, message: "create all", metadata })
      assert.ok(written)
      await upgrade(engine, { migrations })
      assert.deepEqual(
        (await check(engine, { migrations, metadata })).filter(({ kind }) => kind !== "convention"),
        [],
      )
      await downgrade(engine, { migrations, target: "base" })
      assert.deepEqual((await liveSchema(engine)).tables, [])
      await upgrade(engine, { migrations })
      assert.deepEqual(
        (await check(engine, { migrations, metadata })).filter(({ kind }) => kind !== "convention"),
        [],
      )
    })
  }
})

test("an empty revision follows on the head, and takes a template", async () => {
  await using project = await CliProject.create(tableHistory(["a", null]))
  const { migrations } = project
  const written = await revision({ migrations, message: "Backfill slugs", fileTemplate: "{year}{month}{day}_{revision}_{slug}", date })
  assert.equal(written.file, `20251227_${written.id}_backfill_slugs.ts`)
  assert.deepEqual(written.parents, ["a"])
  assert.match(
    await project.read(`migrations/${written.file}`),
    new RegExp(`revision: "${written.id}",\n  downRevision: "a",\n  up\\(\\) \\{\\},\n  down\\(\\) \\{\\},`),
  )
  await assert.rejects(revision({ migrations, message: "!" }), ArgumentError)
})

forEachDatabase("check", (database) => {
  test("finds a database that is behind, and one that is not as the models say", async () => {
    await using project = await emptyProject()
    const { migrations } = project
    const engine = await database.engine()
    assert.deepEqual(await kinds(engine, project, users()), ["drift REBIS_DRIFT"])
    await autogenerate(engine, { migrations, message: "create users", metadata: users() })
    assert.deepEqual(await kinds(engine, project, users()), ["pending REBIS_NOT_AT_HEAD"])
    await upgrade(engine, { migrations })
    assert.deepEqual(await kinds(engine, project, users()), [])
    await exec(engine, `alter table "user" add column stray integer`)
    const findings = await check(engine, { migrations, metadata: users() })
    assert.deepEqual(
      findings.map(({ kind, message }) => [kind, message]),
      [["drift", "the models ask for: drop column user.stray"]],
    )
  })

  test("finds several heads, edited files and missing ones", async () => {
    await using project = await CliProject.create(tableHistory(["a", null], ["b", "a"], ["c", "a"]))
    const { migrations } = project
    const engine = await database.engine()
    await upgrade(engine, { migrations, target: "heads" })
    assert.deepEqual(await kinds(engine, project, noModels()), ["heads REBIS_MULTIPLE_HEADS"])
    await project.write({ "migrations/2025-01-02_b.ts": migrationSource("b", "a", "/* edited */") })
    await project.write({ "migrations/2025-01-03_c.ts": migrationSource("d", "b") })
    const found = await kinds(engine, project, noModels())
    assert.deepEqual(found.toSorted(), ["pending REBIS_NOT_AT_HEAD", "record REBIS_EDITED_REVISION", "record REBIS_REVISION_FILE_MISSING"])
  })

  test("finds names off the conventions, unless they are off", async () => {
    await using project = await emptyProject()
    const { migrations } = project
    const engine = await database.engine()
    const strict = declarativeBase()
    strict.model("users", { id: integer().primaryKey(), createdAt: timestamptz().named("created") })
    const free = declarativeBase({ conventions: "off" })
    free.model("users", { id: integer().primaryKey(), createdAt: timestamptz().named("created") })
    await autogenerate(engine, { migrations, message: "create users", metadata: strict.metadata })
    await upgrade(engine, { migrations })
    assert.deepEqual(await kinds(engine, project, strict.metadata), ["convention singular-table", "convention datetime-at"])
    assert.deepEqual(await kinds(engine, project, free.metadata), [])
  })
})

forEachDatabase("a preview", (database) => {
  test("is what would be run, and runs nothing", async () => {
    await using project = await CliProject.create(tableHistory(["a", null], ["b", "a"]))
    const { migrations } = project
    const engine = await database.engine()
    const up = await previewUpgrade(engine, { migrations })
    assert.deepEqual(
      up.map(({ id, direction, phases }) => [
        id,
        direction,
        phases.map(({ transactional, steps }) => [transactional, steps.map(({ description }) => description)]),
      ]),
      [
        ["a", "up", [[true, ["create table t_a"]]]],
        ["b", "up", [[true, ["create table t_b"]]]],
      ],
    )
    assert.deepEqual((await liveSchema(engine)).tables, [])
    await upgrade(engine, { migrations })
    const down = await previewDowngrade(engine, { migrations, target: "a" })
    assert.deepEqual(
      down.flatMap(({ phases }) => phases.flatMap(({ steps }) => steps.flatMap(({ statements }) => statements))),
      ['drop table "t_b"'],
    )
  })

  test("is what is run: the same statements", async () => {
    const up = `op.createTable("u", { columns: [{ name: "id", type: "integer" }, { name: "name", type: "text", nullable: true }], primaryKey: { name: "u_pkey", columns: ["id"] } })
    op.execute("create view names as select name from u")
    op.execute("drop view names")
    op.addCheck("u", { name: "u_name_check", expression: "name <> ''" })
    op.run(async (connection) => { await connection.exec("insert into u (id, name) values (1, 'a')") })`
    await using project = await CliProject.create({
      "migrations/a.ts": migrationSource("a", null, up),
      "migrations/b.ts": migrationSource(
        "b",
        "a",
        'op.alterColumn("u", "name", { nullable: { from: true, to: false } })\n    op.dropConstraint("u", "u_name_check")',
      ),
    })
    const { migrations } = project
    const engine = await database.engine()
    const preview = await previewUpgrade(engine, { migrations })
    const run: string[] = []
    await upgrade(engine, { migrations, onEvent: (event) => (event.kind === "statement" ? run.push(event.sql) : undefined) })
    assert.deepEqual(
      preview.flatMap(({ phases }) => phases.flatMap(({ steps }) => steps.flatMap(({ statements }) => statements))),
      run,
    )
  })
})

forEachDatabase("show", (database) => {
  test("says what a migration does in both directions", async () => {
    await using project = await CliProject.create({
      ...tableHistory(["abc1", null]),
      "migrations/b.ts": migrationSource("def2", "abc1", 'op.dropColumn("t_abc1", "name")', 'op.irreversible("the names are gone")'),
    })
    const { migrations } = project
    const engine = await database.engine()
    const first = await show(engine, { migrations, target: "abc" })
    assert.deepEqual([first.id, first.file, first.parents], ["abc1", "2025-01-01_abc1.ts", []])
    assert.deepEqual(
      first.up.operations.map(({ description }) => description),
      ["create table t_abc1"],
    )
    assert.match(first.up.operations[0]?.statements[0] ?? "", /^create table "t_abc1"/)
    assert.deepEqual(
      first.down.operations.map(({ losesData }) => losesData),
      ["loses all rows of table t_abc1"],
    )
    const second = await show(engine, { migrations, target: "head" })
    assert.deepEqual(
      [second.down, second.up.operations[0]?.losesData],
      [{ refused: "the names are gone", operations: [] }, "loses the data of column t_abc1.name"],
    )
    await assert.rejects(show(engine, { migrations, target: "zzz" }), UnknownRevisionError)
  })
})

onDatabases(["postgresql"], "migrations for several databases", (database) => {
  test("that were generated on a server lead to the models on SQLite too", async () => {
    await using project = await emptyProject()
    const { migrations } = project
    const server = await database.engine()
    await using sqlite = createEngine("sqlite://memory")
    for (const [name, metadata] of Object.entries({ "create users": users(), "add index": usersWithIndex() })) {
      await autogenerate(server, { migrations, message: name, metadata })
      for (const engine of [server, sqlite]) {
        await upgrade(engine, { migrations })
        assert.deepEqual(await check(engine, { migrations, metadata }), [])
      }
    }
    assert.equal((await downgrade(sqlite, { migrations, target: "base" })).length, 2)
  })
})
