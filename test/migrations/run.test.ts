import assert from "node:assert/strict"
import { test } from "node:test"
import type { Engine } from "../../src/engine/index.ts"
import {
  EditedRevisionError,
  IrreversibleMigrationError,
  MigrationFailedError,
  PartlyAppliedError,
  RevisionFileMissingError,
  RevisionOrderError,
  UniqueViolationError,
  VersionTableError,
} from "../../src/errors/index.ts"
import {
  current,
  downgrade,
  history,
  type MigrationEvent,
  previewUpgrade,
  stamp,
  upgrade,
  versionTableName,
} from "../../src/migrations/index.ts"
import { liveSchema } from "../../src/migrations/introspect/live-schema.ts"
import { forEachDatabase, unless } from "../support/databases.ts"
import { CliProject, migrationSource, tableHistory } from "./cli-project.ts"

const idTable = (name: string) =>
  `op.createTable("${name}", { columns: [{ name: "id", type: "integer" }], primaryKey: { name: "${name}_pkey", columns: ["id"] } })`

async function tables(engine: Engine): Promise<string[]> {
  return (await liveSchema(engine)).tables.map(({ name }) => name).toSorted()
}

/** On a connection that is given back at once: an embedded database has one. */
async function exec(engine: Engine, sql: string): Promise<unknown[][]> {
  await using connection = await engine.connect()
  return (await connection.exec(sql)).rows
}

async function recorded(engine: Engine): Promise<unknown[]> {
  return (await exec(engine, `select revision from ${versionTableName} where progress is null order by 1`)).map(([id]) => id)
}

const ids = (revisions: readonly { readonly id: string }[]) => revisions.map(({ id }) => id)

forEachDatabase("the runner", (database) => {
  test("applies what is not applied, in the order of downRevision, and records it", async () => {
    await using project = await CliProject.create(tableHistory(["c", "b"], ["b", "a"], ["a", null]))
    const engine = await database.engine()
    const { migrations } = project
    assert.deepEqual(ids(await upgrade(engine, { migrations, target: "b" })), ["a", "b"])
    assert.deepEqual(await tables(engine), ["t_a", "t_b"])
    assert.deepEqual(ids(await upgrade(engine, { migrations })), ["c"])
    assert.deepEqual(await upgrade(engine, { migrations }), [])
    assert.deepEqual(await recorded(engine), ["a", "b", "c"])
    const status = await current(engine, { migrations })
    assert.deepEqual([ids(status.current), status.pending, status.partly], [["c"], [], []])
    const [head] = status.current
    assert.ok(head && head.hasFile && Math.abs(head.appliedAt.getTime() - Date.now()) < 60_000 && (head.duration ?? -1) >= 0)
  })

  test("undoes the last ones first, and forgets them", async () => {
    await using project = await CliProject.create(tableHistory(["a", null], ["b", "a"], ["c", "b"]))
    const engine = await database.engine()
    const { migrations } = project
    await upgrade(engine, { migrations })
    assert.deepEqual(ids(await downgrade(engine, { migrations, target: "-1" })), ["c"])
    assert.deepEqual(await recorded(engine), ["a", "b"])
    assert.deepEqual(ids(await downgrade(engine, { migrations, target: "base" })), ["b", "a"])
    assert.deepEqual([await recorded(engine), await tables(engine)], [[], []])
    assert.deepEqual(ids(await upgrade(engine, { migrations })), ["a", "b", "c"])
  })

  test("applies branches and their merge", async () => {
    await using project = await CliProject.create(tableHistory(["a", null], ["b", "a"], ["c", "a"], ["d", ["b", "c"]]))
    const engine = await database.engine()
    const { migrations } = project
    await upgrade(engine, { migrations, target: "b" })
    await upgrade(engine, { migrations, target: "c" })
    assert.deepEqual(ids((await current(engine, { migrations })).current), ["b", "c"])
    assert.deepEqual(ids(await upgrade(engine, { migrations })), ["d"])
    assert.deepEqual(ids((await current(engine, { migrations })).current), ["d"])
    assert.deepEqual(ids(await downgrade(engine, { migrations, target: "c" })), ["d"])
    assert.deepEqual(await recorded(engine), ["a", "b", "c"])
    assert.deepEqual(
      (await history(engine, { migrations })).map(({ id, isHead, appliedAt }) => [id, isHead, appliedAt !== undefined]),
      [
        ["d", true, false],
        ["c", false, true],
        ["b", false, true],
        ["a", false, true],
      ],
    )
  })

  test("records a migration that lists nothing", async () => {
    await using project = await CliProject.create({ "migrations/a.ts": migrationSource("a", null) })
    const engine = await database.engine()
    await upgrade(engine, { migrations: project.migrations })
    assert.deepEqual(await recorded(engine), ["a"])
  })

  test("keeps nothing of a file that fails, and all of those before it", async () => {
    await using project = await CliProject.create({
      ...tableHistory(["a", null]),
      "migrations/b.ts": migrationSource(
        "b",
        "a",
        `${idTable("u")}\n    op.execute("insert into u (id) values (1)")\n    op.execute("insert into u (id) values (1), (1)")`,
      ),
      "migrations/c.ts": migrationSource("c", "b", idTable("never")),
    })
    const engine = await database.engine()
    const { migrations } = project
    await assert.rejects(upgrade(engine, { migrations }), (error) => {
      assert.ok(error instanceof MigrationFailedError)
      assert.ok(error.cause instanceof UniqueViolationError)
      assert.deepEqual(error.failure, {
        revision: "b",
        file: "b.ts",
        direction: "up",
        operation: "execute insert into u (id) values (1), (1)",
        statement: "insert into u (id) values (1), (1)",
        partlyApplied: false,
      })
      assert.match(
        error.message,
        /b\.ts failed on the way up: .*\n  in: +execute insert into u.*\n  statement: insert into u.*\n  hint: .*nothing of this file was kept/s,
      )
      return true
    })
    assert.deepEqual([await recorded(engine), await tables(engine)], [["a"], ["t_a"]])
    await project.write({ "migrations/b.ts": migrationSource("b", "a", idTable("u")) })
    assert.deepEqual(ids(await upgrade(engine, { migrations })), ["b", "c"])
  })

  test("keeps everything of a file that fails on the way down", async () => {
    await using project = await CliProject.create({
      "migrations/a.ts": migrationSource("a", null, idTable("u"), 'op.dropTable("u")\n    op.dropTable("gone")'),
    })
    const engine = await database.engine()
    const { migrations } = project
    await upgrade(engine, { migrations })
    await assert.rejects(
      downgrade(engine, { migrations, target: "base" }),
      (error) => error instanceof MigrationFailedError && error.failure.direction === "down",
    )
    assert.deepEqual([await recorded(engine), await tables(engine)], [["a"], ["u"]])
  })

  test("runs code on the migration's own transaction", async () => {
    const code = `${idTable("u")}
    op.run(async (connection) => { await connection.exec("insert into u (id) values (7)") })`
    await using project = await CliProject.create({
      "migrations/a.ts": migrationSource("a", null, code),
      "migrations/b.ts": migrationSource(
        "b",
        "a",
        `op.run(async (connection) => {
      await connection.exec("delete from u")
      throw new RangeError("changed my mind")
    })`,
      ),
    })
    const engine = await database.engine()
    await assert.rejects(upgrade(engine, { migrations: project.migrations }), /b\.ts failed on the way up: changed my mind/)
    assert.deepEqual(
      (await exec(engine, "select count(*) from u")).map(([count]) => Number(count)),
      [1],
    )
  })

  test("refuses what cannot be undone before anything is run", async () => {
    await using project = await CliProject.create({
      "migrations/a.ts": migrationSource("a", null, idTable("u"), 'op.irreversible("the rows are gone")'),
      ...tableHistory(["x", null]),
      "migrations/b.ts": migrationSource("b", ["a", "x"], idTable("v"), 'op.dropTable("v")'),
    })
    const engine = await database.engine()
    const { migrations } = project
    await upgrade(engine, { migrations })
    await assert.rejects(
      downgrade(engine, { migrations, target: "base" }),
      (error) => error instanceof IrreversibleMigrationError && /a\.ts cannot be undone: the rows are gone/.test(error.message),
    )
    assert.deepEqual(await recorded(engine), ["a", "b", "x"])
  })

  test("refuses a file that was edited after it had been applied, and shows what was changed", async () => {
    await using project = await CliProject.create(tableHistory(["a", null], ["b", "a"]))
    const engine = await database.engine()
    const { migrations } = project
    const file = "migrations/2025-01-01_a.ts"
    await upgrade(engine, { migrations, target: "a" })
    const original = await project.read(file)
    await project.write({ [file]: original.replaceAll("\n", "\r\n") })
    assert.deepEqual(ids(await upgrade(engine, { migrations, target: "a" })), [], "line ends do not matter")
    await project.write({ [file]: original.replace('type: "integer"', 'type: "bigint"') })
    const isEdited = (error: unknown) => {
      assert.ok(error instanceof EditedRevisionError)
      assert.match(error.message, /2025-01-01_a\.ts was changed after it had been applied on .*\n    7 - .*integer.*\n    7 \+ .*bigint/s)
      return true
    }
    await assert.rejects(upgrade(engine, { migrations }), isEdited)
    await assert.rejects(downgrade(engine, { migrations, target: "base" }), isEdited)
    assert.deepEqual([await recorded(engine), await tables(engine)], [["a"], ["t_a"]])
    await project.write({ [file]: original })
    await upgrade(engine, { migrations })
  })

  test("refuses a database that is newer than the files", async () => {
    await using project = await CliProject.create(tableHistory(["a", null], ["b", "a"], ["c", "b"]))
    await using older = await CliProject.create(tableHistory(["a", null]))
    const engine = await database.engine()
    await upgrade(engine, { migrations: project.migrations })
    await assert.rejects(
      upgrade(engine, { migrations: older.migrations }),
      (error) => error instanceof RevisionFileMissingError && /revision b was applied on .* from 2025-01-02_b\.ts/.test(error.message),
    )
    await assert.rejects(downgrade(engine, { migrations: older.migrations, target: "base" }), RevisionFileMissingError)
    const status = await current(engine, { migrations: older.migrations })
    assert.deepEqual(
      status.current.map(({ id, hasFile }) => [id, hasFile]),
      [["c", false]],
      "but says where it stands",
    )
  })

  test("refuses a record in which a revision lacks what it follows on", async () => {
    await using project = await CliProject.create(tableHistory(["a", null], ["b", "a"]))
    const engine = await database.engine()
    const { migrations } = project
    await upgrade(engine, { migrations })
    await exec(engine, `delete from ${versionTableName} where revision = 'a'`)
    await assert.rejects(
      upgrade(engine, { migrations }),
      (error) => error instanceof RevisionOrderError && /revision b .* is applied, but a, which it follows on, is not/.test(error.message),
    )
  })

  test("refuses a version table that is another one's", async () => {
    await using project = await CliProject.create(tableHistory(["a", null]))
    const engine = await database.engine()
    await exec(engine, `create table ${versionTableName} (revision text)`)
    await assert.rejects(upgrade(engine, { migrations: project.migrations }), VersionTableError)
    assert.deepEqual(await tables(engine), [])
  })

  test("stamps: the record says so, and nothing is run", async () => {
    await using project = await CliProject.create(tableHistory(["a", null], ["b", "a"], ["c", "b"]))
    const engine = await database.engine()
    const { migrations } = project
    assert.deepEqual(ids((await stamp(engine, { migrations, target: "b" })).recorded), ["a", "b"])
    assert.deepEqual([await recorded(engine), await tables(engine)], [["a", "b"], []])
    assert.equal((await current(engine, { migrations })).current[0]?.duration, undefined)
    assert.deepEqual(ids(await upgrade(engine, { migrations })), ["c"])
    assert.deepEqual(await stamp(engine, { migrations, target: "head" }), { recorded: [], forgotten: [] })
    assert.deepEqual((await stamp(engine, { migrations, target: "a" })).forgotten.toSorted(), ["b", "c"])
    await stamp(engine, { migrations, target: "base" })
    assert.deepEqual(await recorded(engine), [])
  })

  test("stamping takes edited files as they are, and forgets what has no file", async () => {
    await using project = await CliProject.create(tableHistory(["a", null], ["b", "a"]))
    await using other = await CliProject.create(tableHistory(["a", null]))
    await other.write({ "migrations/2025-01-01_a.ts": `// edited\n${await other.read("migrations/2025-01-01_a.ts")}` })
    const engine = await database.engine()
    await upgrade(engine, { migrations: project.migrations })
    const { recorded: again, forgotten } = await stamp(engine, { migrations: other.migrations, target: "head" })
    assert.deepEqual([ids(again), forgotten], [["a"], ["b"]])
    assert.deepEqual(await upgrade(engine, { migrations: other.migrations }), [])
  })

  test("tells what it does", async () => {
    await using project = await CliProject.create(tableHistory(["a", null], ["b", "a"]))
    const engine = await database.engine()
    const events: MigrationEvent[] = []
    await upgrade(engine, { migrations: project.migrations, onEvent: (event) => events.push(event) })
    assert.deepEqual(
      events.map((event) => event.kind),
      ["begin", "step", "statement", "end", "begin", "step", "statement", "end"],
    )
    const [begin, step, statement] = events
    assert.deepEqual(begin, { kind: "begin", revision: "a", file: "2025-01-01_a.ts", direction: "up", position: 1, total: 2 })
    assert.deepEqual(step, { kind: "step", revision: "a", description: "create table t_a" })
    assert.ok(statement?.kind === "statement" && statement.sql.startsWith('create table "t_a"'))
  })

  test("writes nothing where there is nothing to do", async () => {
    await using project = await CliProject.create({ "migrations/.gitkeep": "" })
    const engine = await database.engine()
    const statements: string[] = []
    engine.events.on("statement", (event) => statements.push(event.text))
    assert.deepEqual(await upgrade(engine, { migrations: project.migrations }), [])
    assert.deepEqual(await current(engine, { migrations: project.migrations }), { current: [], pending: [], partly: [] })
    assert.deepEqual(
      statements.filter((text) => !/^select/i.test(text)),
      [],
    )
  })

  test("up, down, up again gives the same schema at each revision", async () => {
    const steps = [
      [`${idTable("u")}`, 'op.dropTable("u")'],
      ['op.addColumn("u", { name: "name", type: "text", nullable: true })', 'op.dropColumn("u", "name")'],
      ['op.createIndex("u", { name: "u_name_idx", keys: ["name"] })', 'op.dropIndex("u", "u_name_idx")'],
      [
        'op.addCheck("u", { name: "u_name_check", expression: "name <> \'\'" })',
        'op.dropCheck("u", { name: "u_name_check", expression: "name <> \'\'" })',
      ],
      [
        'op.alterColumn("u", "name", { nullable: { from: true, to: false } })',
        'op.alterColumn("u", "name", { nullable: { from: false, to: true } })',
      ],
    ] as const
    const files = steps.map(
      ([up, down], index) =>
        [`migrations/r${index}.ts`, migrationSource(`r${index}`, index === 0 ? null : `r${index - 1}`, up, down)] as const,
    )
    await using project = await CliProject.create(Object.fromEntries(files))
    const engine = await database.engine()
    const { migrations } = project
    for (const index of steps.keys()) {
      const before = await liveSchema(engine)
      await upgrade(engine, { migrations, target: "+1" })
      const after = await liveSchema(engine)
      assert.notDeepEqual(after, before)
      await downgrade(engine, { migrations, target: "-1" })
      assert.deepEqual(await liveSchema(engine), before, `down of r${index}`)
      await upgrade(engine, { migrations, target: "+1" })
      assert.deepEqual(await liveSchema(engine), after, `up again of r${index}`)
    }
  })

  test("keeps the rows that refer to a table which is made anew", async () => {
    await using project = await CliProject.create({
      "migrations/a.ts": migrationSource(
        "a",
        null,
        `${idTable("parent")}
    op.createTable("child", { columns: [{ name: "parent_id", type: "integer" }], foreignKeys: [{ name: "child_parent_id_fkey", columns: ["parent_id"], references: { table: "parent", columns: ["id"] }, onDelete: "cascade" }] })
    op.execute("insert into parent (id) values (1), (2)")
    op.execute("insert into child (parent_id) values (1), (2), (2)")`,
      ),
      "migrations/b.ts": migrationSource(
        "b",
        "a",
        'op.addCheck("parent", { name: "parent_id_check", expression: "id > 0" })',
        'op.dropConstraint("parent", "parent_id_check")',
      ),
    })
    const engine = await database.engine()
    const { migrations } = project
    await upgrade(engine, { migrations })
    await downgrade(engine, { migrations, target: "-1" })
    assert.deepEqual(
      (await exec(engine, "select count(*) from child")).map(([count]) => Number(count)),
      [3],
    )
    await assert.rejects(exec(engine, "insert into child (parent_id) values (9)"), "foreign keys are enforced again")
  })

  const concurrently = unless(database, "concurrentWriters", "it builds indexes in the transaction")
  const partly = `${idTable("u")}
    op.execute("insert into u (id) values (1), (2)")
    op.createIndex("u", { name: "u_one_idx", unique: true, keys: [{ expression: "(id % 2 >= 0)" }] }, { concurrently: true })
    op.addColumn("u", { name: "name", type: "text", nullable: true })`

  test("says how far a file came that does not fit into one transaction, and goes on from there", concurrently, async () => {
    await using project = await CliProject.create({ "migrations/a.ts": migrationSource("a", null, partly, 'op.dropTable("u")') })
    const engine = await database.engine()
    const { migrations } = project
    await assert.rejects(upgrade(engine, { migrations }), (error) => {
      assert.ok(error instanceof MigrationFailedError)
      assert.equal(error.failure.partlyApplied, true)
      assert.match(error.message, /in: +add unique index u_one_idx on u.* concurrently/)
      assert.match(error.message, /1 of its 3 parts were kept/)
      return true
    })
    assert.deepEqual([await recorded(engine), await tables(engine)], [[], ["u"]])
    const status = await current(engine, { migrations })
    assert.deepEqual([ids(status.current), ids(status.partly), ids(status.pending)], [[], ["a"], ["a"]])
    await assert.rejects(downgrade(engine, { migrations, target: "base" }), PartlyAppliedError)
    const [rest] = await previewUpgrade(engine, { migrations })
    assert.deepEqual(
      rest?.phases.flatMap(({ steps }) => steps.map(({ description }) => description)),
      ["add unique index u_one_idx on u(((id % 2 >= 0))) concurrently", "add column u.name (text)"],
      "a preview shows what is left",
    )
    await exec(engine, "delete from u where id = 2")
    assert.deepEqual(ids(await upgrade(engine, { migrations })), ["a"])
    assert.deepEqual(await recorded(engine), ["a"])
    const [table] = (await liveSchema(engine)).tables
    assert.deepEqual([table?.columns.map(({ name }) => name), table?.indexes.map(({ name }) => name)], [["id", "name"], ["u_one_idx"]])
  })

  test("goes on with a file that was corrected behind what was done, and with no other", concurrently, async () => {
    await using project = await CliProject.create({ "migrations/a.ts": migrationSource("a", null, partly, 'op.dropTable("u")') })
    const engine = await database.engine()
    const { migrations } = project
    await assert.rejects(upgrade(engine, { migrations }), MigrationFailedError)
    await project.write({ "migrations/a.ts": migrationSource("a", null, partly.replace('"u"', '"v"')) })
    await assert.rejects(
      upgrade(engine, { migrations }),
      (error) => error instanceof PartlyAppliedError && /no longer what the file begins with/.test(error.message),
    )
    await project.write({ "migrations/a.ts": migrationSource("a", null, partly.replace("unique: true, ", ""), 'op.dropTable("u")') })
    assert.deepEqual(ids(await upgrade(engine, { migrations })), ["a"])
    assert.deepEqual(ids(await downgrade(engine, { migrations, target: "base" })), ["a"])
    assert.deepEqual([await recorded(engine), await tables(engine)], [[], []])
  })
})
