/** One row with a column of each family, for the tests of operators and functions, and how an expression over it is tested. */
import assert from "node:assert/strict"
import { before, test } from "node:test"
import {
  bigint,
  boolean,
  bytea,
  compile,
  date,
  declarativeBase,
  double,
  type Engine,
  type Expr,
  insert,
  integer,
  interval,
  jsonb,
  MetaData,
  numeric,
  real,
  select,
  smallint,
  type Statement,
  text,
  time,
  timestamp,
  timestamptz,
  UnsupportedError,
} from "rebis"
import { postgres } from "../../src/dialects/postgres/index.ts"
import { sqlite } from "../../src/dialects/sqlite/index.ts"
import { schemaDefinition } from "../../src/schema/index.ts"
import { rowReader } from "../../src/sql/index.ts"
import type { TestDatabase } from "../support/databases.ts"

const metadata = new MetaData()
const Base = declarativeBase({ metadata })

export interface Document {
  name: string
  size: number
  ok: boolean
  none: string | null
  missing?: string
  list: { id: number; label: string }[]
  nested: { deep: { deeper: string } }
}

export class Sample extends Base.model("sample", {
  id: integer().primaryKey().identity(),
  title: text(),
  absent: text().nullable(),
  small: smallint(),
  whole: integer(),
  large: bigint(),
  price: numeric(),
  single: real(),
  ratio: double(),
  flag: boolean(),
  unknown: boolean().nullable(),
  tags: text().array(),
  scores: integer().array(),
  doc: jsonb<Document>(),
  noDoc: jsonb<Document>().nullable(),
  bytes: bytea(),
  dayDate: date(),
  takenAt: timestamptz(),
  localAt: timestamp(),
  clock: time(),
  span: interval(),
}) {}

export const row = {
  title: "Hello World",
  absent: null,
  small: 3,
  whole: 10,
  large: 9007199254740993n,
  price: "12.50",
  single: 0.5,
  ratio: 2.25,
  flag: true,
  unknown: null,
  tags: ["a", "b", "c"],
  scores: [1, 2, 3],
  doc: {
    name: "Ada",
    size: 7,
    ok: true,
    none: null,
    list: [
      { id: 1, label: "one" },
      { id: 2, label: "two" },
    ],
    nested: { deep: { deeper: "deepest" } },
  },
  noDoc: null,
  bytes: new Uint8Array([1, 2, 255]),
  dayDate: "2024-01-31",
  takenAt: new Date("2024-02-29T13:14:15.678Z"),
  localAt: "2024-02-29T13:14:15.678901",
  clock: "13:14:15",
  span: "P1M2DT3H",
} as const

/** An expression over the row: its text on PostgreSQL and what it gives. */
export interface ExpressionCase {
  readonly name: string
  readonly of: Expr<any, any>
  readonly text: string
  readonly gives: unknown
  readonly parameters?: readonly unknown[]
  /** Where SQLite's text or value is another, or the message with which it is refused. */
  readonly sqlite?: { readonly text?: string; readonly gives?: unknown; readonly refused?: RegExp }
}

export interface SampleDatabase {
  readonly engine: Engine
  all<O>(statement: Statement<O>): Promise<O[]>
}

/** A database with the row, opened before a suite's tests, which must not change it. */
export function sharedSample(database: TestDatabase): SampleDatabase {
  let engine: Engine | undefined
  const sample: SampleDatabase = {
    get engine() {
      return engine!
    },
    async all<O>(statement: Statement<O>) {
      const compiled = compile(statement, sample.engine.dialect)
      await using connection = await sample.engine.connect()
      const result = await connection.run(compiled)
      const read = rowReader(compiled.shape, sample.engine.dialect, { columns: result.columns })
      return result.rows.map((each) => read(each) as O)
    },
  }
  before(async () => {
    engine = await database.engine()
    await engine.begin(async (connection) => {
      for (const table of schemaDefinition(metadata, engine!.dialect).tables)
        for (const statement of engine!.dialect.ddl.createTable(table)) await connection.exec(statement)
    })
    await sample.all(
      insert(Sample).values({ ...row, tags: [...row.tags], scores: [...row.scores], doc: structuredClone(row.doc) as never }),
    )
  })
  return sample
}

/** A test for each case: the text, and what the database gives. */
export function testExpressions(database: TestDatabase, sample: SampleDatabase, cases: readonly ExpressionCase[]): void {
  const isSqlite = database.name === "sqlite"
  for (const each of cases) {
    test(each.name, async () => {
      const statement = select({ value: each.of }).from(Sample)
      const { refused } = each.sqlite ?? {}
      if (isSqlite && refused !== undefined) {
        assert.throws(() => compile(statement, sqlite), { name: UnsupportedError.name, message: refused })
        return
      }
      const compiled = compile(statement, isSqlite ? sqlite : postgres)
      const text = isSqlite ? (each.sqlite?.text ?? each.text.replaceAll(/\$\d+/g, "?")) : each.text
      assert.equal(compiled.text.replace(/^select (.*) as "value" from "sample"$/s, "$1"), text)
      if (each.parameters !== undefined && !isSqlite) assert.deepEqual(compiled.parameters, each.parameters)
      const [found] = await sample.all(statement)
      assert.deepEqual(found!.value, isSqlite && "gives" in (each.sqlite ?? {}) ? each.sqlite!.gives : each.gives)
    })
  }
}
