import assert from "node:assert/strict"
import { test } from "node:test"
import type { Engine } from "../../src/engine/index.ts"
import { MigrationFailedError, MigrationLockError, MigrationPermissionError } from "../../src/errors/index.ts"
import { current, type MigrationEvent, stamp, upgrade } from "../../src/migrations/index.ts"
import { liveSchema } from "../../src/migrations/introspect/live-schema.ts"
import { withMigrationLock } from "../../src/migrations/run/migration-lock.ts"
import { delay } from "../../src/util/index.ts"
import { forEachDatabase, onDatabases, type TestDatabase } from "../support/databases.ts"
import { CliProject, migrationSource, tableHistory } from "./cli-project.ts"

const config = 'import { defineConfig } from "rebis/migrations"\nexport default defineConfig({ url: process.env.DATABASE_URL })\n'

/** Each revision adds a row, so that one that is applied twice is seen; some take a while. */
function countedHistory(count: number): Record<string, string> {
  const files: Record<string, string> = {
    "rebis.config.ts": config,
    "migrations/r0.ts": migrationSource("r0", null, 'op.createTable("applied", { columns: [{ name: "revision", type: "text" }] })'),
  }
  for (let index = 1; index <= count; index++) {
    files[`migrations/r${index}.ts`] = migrationSource(
      `r${index}`,
      `r${index - 1}`,
      `op.execute("insert into applied (revision) values ('r${index}')")\n    op.run(() => new Promise((resolve) => setTimeout(resolve, 5)))`,
    )
  }
  return files
}

async function appliedRows(engine: Engine): Promise<unknown[]> {
  await using connection = await engine.connect()
  return (await connection.exec("select revision from applied")).rows.map(([revision]) => revision)
}

const expected = (count: number) => Array.from({ length: count }, (_, index) => `r${index + 1}`)

forEachDatabase("many migrators", (database) => {
  test("of one engine apply each file once", async () => {
    await using project = await CliProject.create(countedHistory(5))
    const engine = await database.engine()
    const { migrations } = project
    const applied = await Promise.all(Array.from({ length: 20 }, () => upgrade(engine, { migrations })))
    assert.deepEqual(
      applied
        .flat()
        .map(({ id }) => id)
        .toSorted(),
      ["r0", ...expected(5)],
    )
    assert.deepEqual(await appliedRows(engine), expected(5))
  })
})

onDatabases(["postgresql", "sqlite"], "many migrators", (database) => {
  test("of several engines apply each file once", async () => {
    await using project = await CliProject.create(countedHistory(5))
    const url = await database.url()
    const engines = await Promise.all(Array.from({ length: 5 }, () => database.engine({ url })))
    const applied = await Promise.all(engines.map((engine) => upgrade(engine, { migrations: project.migrations })))
    assert.equal(applied.flat().length, 6)
    assert.deepEqual(await appliedRows(engines[0] as Engine), expected(5))
  })

  test("of several processes apply each file once", async () => {
    await using project = await CliProject.create(countedHistory(8))
    const url = await database.url()
    const results = await Promise.all(Array.from({ length: 4 }, () => project.rebis(["upgrade"], { DATABASE_URL: url })))
    assert.deepEqual(
      results.map(({ code, error }) => [code, error]),
      Array.from({ length: 4 }, () => [0, ""]),
    )
    const lines = results.flatMap(({ out }) => out.split("\n").filter((line) => /^ {2}applied /.test(line)))
    assert.equal(lines.length, 9)
    assert.deepEqual(await appliedRows(await database.engine({ url })), expected(8))
  })

  test("do not wait for longer than they were told to", async () => {
    await using project = await CliProject.create(tableHistory(["a", null]))
    const url = await database.url()
    const engine = await database.engine({ url })
    const other = await database.engine(database.capabilities.concurrentWriters ? { url } : { url, connectArgs: { busyTimeout: 50 } })
    await using holder = await engine.connect()
    const release = await keepOthersOut(database, engine, holder)
    const events: MigrationEvent[] = []
    const start = performance.now()
    await assert.rejects(
      upgrade(other, { migrations: project.migrations, lockTimeout: 300, onEvent: (event) => events.push(event) }),
      (error) => {
        assert.ok(error instanceof MigrationLockError)
        assert.equal(error.code, "REBIS_MIGRATION_LOCK")
        return true
      },
    )
    assert.ok(performance.now() - start >= 300)
    assert.ok(events.some(({ kind }) => kind === "waiting"))
    await release()
    assert.equal((await upgrade(other, { migrations: project.migrations })).length, 1)
  })
})

/** Holds what a migrator holds while it works. */
async function keepOthersOut(
  database: TestDatabase,
  engine: Engine,
  holder: Awaited<ReturnType<Engine["connect"]>>,
): Promise<() => Promise<void>> {
  if (database.capabilities.concurrentWriters) {
    const held = Promise.withResolvers<undefined>()
    const done = Promise.withResolvers<undefined>()
    const locked = withMigrationLock(engine, {}, () => {
      held.resolve(undefined)
      return done.promise
    })
    await held.promise
    return async () => {
      done.resolve(undefined)
      await locked
    }
  }
  holder.begin()
  await holder.exec("create table held (id integer)")
  return () => holder.rollback()
}

onDatabases(["postgresql"], "the migration lock", (database) => {
  test("is noticed when it is lost, and nothing more is run", async () => {
    await using project = await CliProject.create({
      "migrations/a.ts": migrationSource(
        "a",
        null,
        `op.execute("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()")`,
      ),
      "migrations/b.ts": migrationSource("b", "a", 'op.createTable("u", { columns: [{ name: "id", type: "integer" }] })'),
    })
    const engine = await database.engine()
    await assert.rejects(
      upgrade(engine, { migrations: project.migrations }),
      (error) => error instanceof MigrationLockError && /was lost/.test(error.message),
    )
    assert.deepEqual((await liveSchema(engine)).tables, [])
    assert.equal((await upgrade(engine, { migrations: project.migrations })).length, 1, "a is recorded, b is left")
  })

  test("is free after a migration failed", async () => {
    await using project = await CliProject.create({ "migrations/a.ts": migrationSource("a", null, 'op.execute("select 1/0")') })
    const engine = await database.engine()
    await assert.rejects(upgrade(engine, { migrations: project.migrations }), MigrationFailedError)
    const start = performance.now()
    await assert.rejects(upgrade(engine, { migrations: project.migrations, lockTimeout: 100 }), MigrationFailedError)
    assert.ok(performance.now() - start < 2000)
  })

  test("goes with a process that is killed, and the next one goes on", async () => {
    const slow = migrationSource(
      "b",
      "a",
      'op.createTable("half", { columns: [{ name: "id", type: "integer" }] })\n    op.execute("select pg_sleep(30)")',
    )
    await using project = await CliProject.create({ ...tableHistory(["a", null]), "migrations/b.ts": slow, "rebis.config.ts": config })
    const url = await database.url()
    const engine = await database.engine({ url })
    const running = project.start(["upgrade"], { DATABASE_URL: url })
    await until(async () => (await liveSchema(engine)).tables.some(({ name }) => name === "t_a"))
    await until(async () => await isSleeping(engine))
    running.kill("SIGKILL")
    await running.ended
    await using connection = await engine.connect()
    // The server notices a lost client when it next writes to it.
    await connection.exec(
      "select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep%' and pid <> pg_backend_pid()",
    )
    await project.write({ "migrations/b.ts": slow.replace("pg_sleep(30)", "1") })
    assert.deepEqual(
      (await upgrade(engine, { migrations: project.migrations })).map(({ id }) => id),
      ["b"],
    )
  })

  test("does not stand in the way of a concurrent index build while others wait for it", async () => {
    const files = {
      ...tableHistory(["a", null]),
      "migrations/b.ts": migrationSource(
        "b",
        "a",
        'op.createIndex("t_a", { name: "t_a_idx", keys: ["id"] }, { concurrently: true })',
        'op.dropIndex("t_a", "t_a_idx")',
      ),
    }
    await using project = await CliProject.create(files)
    const url = await database.url()
    const engines = await Promise.all(Array.from({ length: 4 }, () => database.engine({ url })))
    const applied = await Promise.all(engines.map((engine) => upgrade(engine, { migrations: project.migrations })))
    assert.equal(applied.flat().length, 2)
  })

  test("is not needed to say that the user may not migrate", async () => {
    await using project = await CliProject.create(tableHistory(["a", null]))
    const url = new URL(await database.url())
    const engine = await database.engine({ url: url.href })
    const role = `reader_${process.pid}`
    await using connection = await engine.connect()
    await connection.exec(`create role ${role} login password 'secret'`)
    try {
      url.username = role
      url.password = "secret"
      const reader = await database.engine({ url: url.href })
      const { migrations } = project
      await assert.rejects(
        upgrade(reader, { migrations }),
        (error) => error instanceof MigrationPermissionError && /rebis_revision may not be created/.test(error.message),
      )
      await stamp(engine, { migrations, target: "base" })
      await assert.rejects(
        upgrade(reader, { migrations }),
        (error) => error instanceof MigrationPermissionError && /may not be read/.test(error.message),
      )
      await connection.exec(`grant select, insert on rebis_revision to ${role}`)
      await assert.rejects(
        upgrade(reader, { migrations }),
        (error) => error instanceof MigrationPermissionError && /2025-01-01_a\.ts may not be applied/.test(error.message),
      )
      await reader.dispose()
    } finally {
      await connection.exec(`drop owned by ${role}`)
      await connection.exec(`drop role ${role}`)
    }
  })

  test("a read-only server is said to be one", async () => {
    await using project = await CliProject.create(tableHistory(["a", null]))
    const engine = await database.engine()
    await using connection = await engine.connect()
    const [[name]] = (await connection.exec("select current_database()")).rows as [[string]]
    await connection.exec(`alter database ${name} set default_transaction_read_only = on`)
    await connection.release()
    await engine.dispose()
    const readOnly = await database.engine({ url: engineUrl(name) })
    await assert.rejects(
      upgrade(readOnly, { migrations: project.migrations }),
      (error) => error instanceof MigrationPermissionError && /takes writes/.test(error.message),
    )
  })
})

onDatabases(["sqlite"], "a database file that cannot be written", (database) => {
  test("is said to be one", async () => {
    await using project = await CliProject.create(tableHistory(["a", null]))
    const { migrations } = project
    const url = await database.url()
    await upgrade(await database.engine({ url }), { migrations })
    await project.write(tableHistory(["a", null], ["b", "a"]))
    const readOnly = await database.engine({ url: `${url}?mode=ro` })
    assert.deepEqual(
      (await current(readOnly, { migrations })).pending.map(({ id }) => id),
      ["b"],
    )
    await assert.rejects(upgrade(readOnly, { migrations }), MigrationPermissionError)
  })
})

function engineUrl(name: string): string {
  const url = new URL(process.env.REBIS_TEST_POSTGRESQL ?? "")
  url.pathname = `/${name}`
  return url.href
}

async function isSleeping(engine: Engine): Promise<boolean> {
  await using connection = await engine.connect()
  return (await connection.exec("select 1 from pg_stat_activity where query = 'select pg_sleep(30)' and state = 'active'")).rows.length > 0
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await condition()) return
    await delay(50)
  }
  assert.fail("waited for ten seconds in vain")
}
