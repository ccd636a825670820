import assert from "node:assert/strict"
import { before, test } from "node:test"
import fc from "fast-check"
import "../support/seed.ts"
import { ColumnNode, type OperationNode, OrderByItemNode, OrderByNode, ReferenceNode, TableNode } from "kysely"
import { jsonNull } from "../../src/dialects/index.ts"
import type { Connection, Engine } from "../../src/engine/index.ts"
import type { Codec, SqlType } from "../../src/sql/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { compileNodes, createEnum, node } from "./compile-nodes.ts"
import { type ValueCase, valueCases } from "./value-cases.ts"

const runs = { numRuns: 20 }

forEachDatabase("every value survives", (database) => {
  let engine: Engine
  before(async () => {
    engine = await database.engine()
  })

  for (const valueCase of valueCases) {
    const excluded = valueCase.on !== undefined && !valueCase.on.includes(database.name)
    const skip = excluded ? `${database.name} does not keep these values: the other case of the type says which it keeps` : false
    test(valueCase.name, { skip }, async () => {
      await using connection = await engine.connect()
      if (valueCase.type.kind === "enum") await createEnum(connection, valueCase.type)
      if (valueCase.needs !== undefined && database.capabilities.nativeTypes) {
        for (const statement of valueCase.needs.split("; ")) {
          await connection.exec(`do $do$ begin ${statement}; exception when duplicate_object then null; end $do$`)
        }
      }
      const table = await createTable(connection, valueCase.type)
      await fc.assert(
        fc.asyncProperty(fc.array(fc.option(valueCase.values), { minLength: 1, maxLength: 12 }), async (values) => {
          await table.fill(values)
          await assertColumn(table, valueCase, values)
          await assertParameters(connection, valueCase, values)
          await assertJson(table, valueCase, values)
          if (valueCase.noArray === undefined) await assertArray(table, valueCase, values)
        }),
        runs,
      )
    })
  }
})

interface Table {
  readonly connection: Connection
  readonly name: string
  column(name: "position" | "value" | "list"): OperationNode
  readonly arrayType: SqlType
  fill(values: readonly unknown[]): Promise<void>
  /** The raw values of an expression over every row, in the order in which the rows were written. */
  select(expression: OperationNode): Promise<readonly unknown[]>
  selectOne(expression: OperationNode): Promise<unknown>
}

let tables = 0

async function createTable(connection: Connection, type: SqlType): Promise<Table> {
  const { dialect } = connection
  const arrayType: SqlType = { kind: "array", element: type }
  const codec = dialect.codec(type)
  // Another name each time: a prepared statement would keep the parameter types of the table before.
  const name = `sample_${++tables}`
  await connection.exec(
    `create table ${name} (position integer primary key, value ${dialect.typeName(type)}, list ${dialect.typeName(arrayType)})`,
  )
  const run = async (query: OperationNode): Promise<readonly unknown[]> => {
    const { text, parameters } = compileNodes(dialect, query)
    return (await connection.exec(text, parameters)).rows.map(([value]) => value)
  }
  return {
    connection,
    name,
    arrayType,
    column: (column) => ReferenceNode.create(ColumnNode.create(column), TableNode.create(name)),
    async fill(values) {
      await connection.exec(`delete from ${name}`)
      const rows = values.map((value, index) => node`(${String(index)}, ${{ parameter: encode(codec, value) }})`)
      await run(node`insert into ${name} (position, value) values ${rows}`)
    },
    select: (expression) => run(node`select ${expression} from ${name} order by position`),
    selectOne: async (expression) => (await run(node`select ${expression} from ${name}`))[0],
  }
}

function encode(codec: Codec, value: unknown): unknown {
  return value === null ? null : codec.encode(value)
}

/** The value, its raw forms and its equality, through a column. */
async function assertColumn({ connection, column, select }: Table, { type, normal }: ValueCase, values: readonly unknown[]): Promise<void> {
  const codec = connection.dialect.codec(type)
  const raws = await select(column("value"))
  assertSame(
    raws.map((raw) => (raw === null ? null : codec.decode(raw))),
    values,
    normal,
  )
  values.forEach((value, index) => {
    if (value === null) return
    assert.equal(codec.same(raws[index], value), true, "what the database gave is the value")
    const encoded = codec.encode(value)
    assertSame([codec.decode(encoded)], [value], normal)
    assert.equal(codec.same(encoded, value), true, "what was sent is the value")
  })
}

async function assertParameters(connection: Connection, { type, normal }: ValueCase, values: readonly unknown[]): Promise<void> {
  const { dialect } = connection
  const codec = dialect.codec(type)
  const casts = values.map((value) => node`cast(${{ parameter: encode(codec, value) }} as ${dialect.typeName(type)})`)
  const { text, parameters } = compileNodes(dialect, node`select ${casts}`)
  const row = (await connection.exec(text, parameters)).rows[0] ?? []
  assertSame(
    row.map((raw) => (raw === null ? null : codec.decode(raw))),
    values,
    normal,
  )
}

/** As a member of an object, and in an aggregate over the rows. */
async function assertJson(
  { connection, column, select, selectOne }: Table,
  { type, normal }: ValueCase,
  values: readonly unknown[],
): Promise<void> {
  const { dialect } = connection
  const codec = dialect.codec(type)
  const member = dialect.jsonValue(column("value"), type)
  const objects = (await select(dialect.jsonObject([["it's", member]]))).map((raw) => JSON.parse(String(raw)) as { "it's": unknown })
  assertSame(
    objects.map((object) => (object["it's"] === null ? null : codec.decodeJson(object["it's"]))),
    values,
    normal,
  )
  const aggregate = await selectOne(
    dialect.jsonAggregate(member, { orderBy: OrderByNode.create([OrderByItemNode.create(column("position"))]) }),
  )
  assertSame(
    (JSON.parse(String(aggregate)) as unknown[]).map((value) => (value === null ? null : codec.decodeJson(value))),
    values,
    normal,
  )
}

async function assertArray(
  { connection, name, column, arrayType, selectOne }: Table,
  { normal, type }: ValueCase,
  values: readonly unknown[],
): Promise<void> {
  const { dialect } = connection
  const codec = dialect.codec<any>(arrayType)
  const list = dialect.capabilities.nativeTypes ? values : values.filter((value) => value !== jsonNull)
  const encoded = codec.encode(list)
  assertSame(codec.decode(encoded), list, normal)
  const update = compileNodes(dialect, node`update ${name} set list = ${{ parameter: encoded }}`)
  await connection.exec(update.text, update.parameters)
  const raw = await selectOne(column("list"))
  assertSame(codec.decode(raw), list, normal)
  assert.equal(codec.same(raw, list), true)
  assert.equal(codec.same(raw, [...list, null]), false)
  const json = await selectOne(dialect.jsonObject([["list", dialect.jsonValue(column("list"), arrayType)]]))
  const { list: members } = JSON.parse(String(json)) as { list: unknown }
  assertSame(codec.decodeJson(members), list, normal)
  assert.ok(type.kind !== "array")
}

function assertSame(
  actual: readonly unknown[],
  expected: readonly unknown[],
  normal: (value: unknown) => unknown = (value) => value,
): void {
  const plain = (value: unknown) => (value === null ? null : normal(value))
  assert.deepEqual(actual.map(plain), expected.map(plain))
}
