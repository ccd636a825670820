import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { test } from "node:test"

const program = `
  import assert from "node:assert/strict"
  import { createEngine, declarativeBase, integer, jsonb, manyToOne, select, sessionmaker, text, timestamptz, uuid, ValueError } from ${JSON.stringify(new URL("../../src/index.ts", import.meta.url).href)}
  const Base = declarativeBase({ conventions: "off" })
  class Thing extends Base.model("thing", {
    a: uuid().primaryKey(),
    'b"; throw 1; "': integer().named("b").nullable(),
    at: timestamptz(),
    doc: jsonb().nullable(),
    parent: uuid().nullable().references("thing.a"),
  }) { static of = manyToOne(() => Thing) }
  class Pair extends Base.model("pair", { x: text().primaryKey(), y: integer().primaryKey(), z: text().nullable() }) {}
  class Loose extends Base.model("loose", { x: text(), y: integer().nullable() }) {}
  const engine = createEngine("sqlite://memory")
  await engine.begin(async (c) => {
    await c.exec("create table thing (a text primary key, b integer, at text not null, doc text, parent text)")
    await c.exec("create table pair (x text, y integer, z text, primary key (x, y))")
    await c.exec("create table loose (x text, y integer)")
  })
  const sessions = sessionmaker(engine)
  const a = "0190c0de-0000-7000-8000-00000000000a"
  await sessions.begin((db) => {
    db.addAll([new Thing({ a, 'b"; throw 1; "': 1, at: new Date(0), doc: { n: [1] } }), new Pair({ x: "x", y: 1 }), new Loose({ x: "l" }), new Loose({ x: "l" })])
  })
  await sessions.begin(async (db) => {
    const thing = await db.get(Thing, a.toUpperCase())
    assert.deepEqual({ ...thing }, { a, 'b"; throw 1; "': 1, at: new Date(0), doc: { n: [1] }, parent: null })
    assert.ok(thing instanceof Thing)
    assert.equal(db.isModified(thing), false)
    thing.doc.n.push(2)
    assert.equal(db.isModified(thing), true)
    thing.at = new Date(1)
    const pair = await db.get(Pair, ["x", 1])
    assert.deepEqual({ ...pair }, { x: "x", y: 1, z: null })
    const [row] = await db.all(select({ pair: Pair, thing: Thing, loose: Loose }).from(Pair).leftJoin(Thing, Thing.c.a.eq(Pair.c.x)).leftJoin(Loose, Loose.c.x.eq(Pair.c.x)))
    assert.deepEqual([row.pair === pair, row.thing, row.loose], [true, null, null])
    const loose = await db.all(select(Loose))
    assert.equal(loose.length, 2)
    assert.notEqual(loose[0], loose[1])
    assert.deepEqual(loose[0], loose[1])
  })
  await sessions.begin(async (db) => assert.deepEqual((await db.get(Thing, a)).doc, { n: [1, 2] }))
  await sessions.begin(async (db) => {
    const reader = db.readonly()
    const [row] = await reader.all(select({ pair: Pair, thing: Thing, loose: Loose }).from(Pair).leftJoin(Thing, Thing.c.a.eq(Pair.c.x)).leftJoin(Loose, Loose.c.x.eq(Pair.c.x)))
    assert.deepEqual([{ ...row.pair }, row.thing, row.loose], [{ x: "x", y: 1, z: null }, null, null])
    const [thing, ...loose] = [await reader.get(Thing, a), ...(await reader.all(select(Loose)))]
    assert.deepEqual({ ...thing }, { a, 'b"; throw 1; "': 1, at: new Date(1), doc: { n: [1, 2] }, parent: null })
    assert.ok([row.pair, thing, ...loose].every((each) => Object.isFrozen(each)))
    assert.ok(thing instanceof Thing && loose.length === 2 && loose[0] instanceof Loose)
    assert.notEqual(await reader.get(Thing, a), thing)
  })
  await engine.begin((c) => c.exec("update thing set at = 'soon'"))
  await assert.rejects(sessions.begin((db) => db.get(Thing, a)), (error) => error instanceof ValueError && error.message.includes("thing.at"))
  await engine.dispose()
  let generates = true
  try { new Function("return 1") } catch { generates = false }
  console.log(generates ? "by generated code" : "by closures")
`

function run(...flags: string[]): { readonly output: string; readonly error: string } {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [...flags, "--disable-warning=ExperimentalWarning", "--input-type=module", "--eval", program],
    { encoding: "utf8", timeout: 30_000 },
  )
  return { output: stdout.trim(), error: stderr }
}

test("entities are made by generated code", () => {
  assert.deepEqual(run(), { output: "by generated code", error: "" })
})

test("where code may not be generated they are made the same, by closures", () => {
  assert.deepEqual(run("--disallow-code-generation-from-strings"), { output: "by closures", error: "" })
})
