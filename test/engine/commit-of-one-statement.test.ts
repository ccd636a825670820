/** A statement outside a transaction commits after its answer is on its way: an error of that commit is the statement's. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { setTimeout as delay } from "node:timers/promises"
import { DisconnectedError, ForeignKeyViolationError } from "../../src/errors/index.ts"
import { forEachDatabase, onDatabases, unless } from "../support/databases.ts"
import { createItem, engineOn, items, write } from "./support.ts"

forEachDatabase("a statement that is a transaction by itself", (database) => {
  test("fails when a constraint refuses it at its commit", unless(database, "deferrableConstraints", "the check is deferred"), async () => {
    await using engine = await engineOn(database)
    await using connection = await engine.connect()
    await connection.exec(createItem)
    await connection.exec("create table part (id integer primary key, item_id integer references item (id) deferrable initially deferred)")
    // Run, then prepared, then as prepared: each goes its own way to the server.
    for (let round = 0; round < 3; round++) {
      await assert.rejects(connection.run(write("insert into part (id, item_id) values (1, 99) returning id")), ForeignKeyViolationError)
    }
    await assert.rejects(connection.exec("insert into part (id, item_id) values (2, 99)", []), ForeignKeyViolationError)
    assert.equal((await connection.exec("select * from part", [])).rows.length, 0)
  })
})

onDatabases(["postgresql"], "a statement that is a transaction by itself", (database) => {
  test("is not taken for done when the server goes away while it commits", async () => {
    await using engine = await engineOn(database)
    await using admin = await engine.connect()
    await admin.exec(createItem)
    await admin.exec("create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(10); return null; end $$")
    await admin.exec(
      "create constraint trigger slow after insert on item deferrable initially deferred for each row execute function slow()",
    )
    await using connection = await engine.connect()
    const running = connection.run(write("insert into item (id) values (1) returning id"))
    running.catch(() => {})
    const kill =
      "select pg_terminate_backend(pid, 1000) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'"
    while ((await admin.exec(kill, [])).rows.length === 0) await delay(5)
    await assert.rejects(running, DisconnectedError)
    assert.deepEqual(await items(admin), [])
  })
})
