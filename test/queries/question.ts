/** A question to somebody's data: answered by a statement of ours, and by SQL text that is written beside it as the check. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { type Session, type Sessions, type Statement, UnsupportedError } from "rebis"

export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** One text for every database, or one for each; `unsupported` says that a database is known to have no way to do it. */
export type PlainSql = string | { readonly postgresql: string; readonly sqlite: string | typeof unsupported }
export const unsupported: unique symbol = Symbol("unsupported")

export interface Question<O = unknown> {
  readonly title: string
  readonly statement: Statement<O>
  readonly sql: PlainSql
  /** The values of a row in the order of the text's columns; unless given, those of its properties, however nested. */
  readonly values: (row: O) => readonly unknown[]
}

/**
 * @example
 * ask("How many tracks are there?", select({ tracks: count() }).from(Track)).gives<{ tracks: number }>("select count(*) from track")
 */
export function ask<O>(title: string, statement: Statement<O>): Answer<O> {
  return { gives: (sql, values) => ({ title, statement, sql: sql as PlainSql, values: values ?? flatten }) as Question<any> }
}

interface Answer<O> {
  /** `Row` has to be the very type of the statement's rows: null where a value may be missing, and nowhere else. */
  gives<Row>(sql: Same<O, Row> extends true ? PlainSql : { readonly "the rows are": O }, values?: (row: O) => readonly unknown[]): Question
}

function flatten(row: unknown): readonly unknown[] {
  const isNested = typeof row === "object" && row !== null && !Array.isArray(row) && !(row instanceof Date) && !(row instanceof Uint8Array)
  return isNested ? Object.values(row).flatMap(flatten) : [row]
}

interface Asked {
  readonly database: string
  readonly skip: string | false
  readonly sessions: () => Sessions
}

/** A test for each question, in a transaction that is rolled back; a question without an answer in the data is not asked well. */
export function testQuestions({ database, skip, sessions }: Asked, questions: readonly Question[]): void {
  for (const { title, statement, sql, values } of questions) {
    test(title, { skip }, async () => {
      const text = typeof sql === "string" ? sql : database === "sqlite" ? sql.sqlite : sql.postgresql
      const ours = undone(sessions(), (db) => db.all(statement))
      if (text === unsupported) return await assert.rejects(ours, UnsupportedError)
      const rows = (await ours).map(values)
      const plain = await undone(sessions(), (db) => plainRows(db, text))
      assert.ok(plain.length > 0, "the data has no answer to this question")
      assertSame(rows, plain, "rows")
    })
  }
}

async function undone<R>(sessions: Sessions, work: (session: Session) => Promise<R>): Promise<R> {
  await using session = sessions()
  return await work(session)
}

/** The rows of a text, each value read by what the driver says of its column. */
export async function plainRows(session: Session, text: string): Promise<readonly (readonly unknown[])[]> {
  const connection = await session.connection()
  const { columns, rows } = await connection.exec(text)
  const decoders = columns.map((column) => connection.dialect.decoderOf(column.typeId))
  return rows.map((row) => row.map((raw, index) => decoders[index]!(raw)))
}

/**
 * Equal, but for what plain text does not say: whether an int8 is wanted as a number or a bigint, and on SQLite what is a
 * boolean, a list or a document.
 */
function assertSame(ours: unknown, given: unknown, path: string): void {
  const plain = asStored(ours, given)
  if (Array.isArray(ours) && Array.isArray(plain)) {
    assert.equal(ours.length, plain.length, `${path}: ${ours.length} instead of ${plain.length}`)
    ours.forEach((each, index) => assertSame(each, plain[index], `${path}[${index}]`))
  } else if (isObject(ours) && isObject(plain)) {
    assert.deepEqual(Object.keys(ours).toSorted(), Object.keys(plain).toSorted(), path)
    for (const key of Object.keys(ours)) assertSame(Reflect.get(ours, key), Reflect.get(plain, key), `${path}.${key}`)
  } else if (isNumber(ours) !== isNumber(plain) || typeof ours === "number" || typeof plain === "number") {
    assertSameNumber(ours, plain, path)
  } else assert.deepEqual(ours, plain, path)
}

function asStored(ours: unknown, plain: unknown): unknown {
  if (typeof ours === "boolean" && (plain === 0 || plain === 1)) return plain === 1
  return isObject(ours) && typeof plain === "string" ? JSON.parse(plain) : plain
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null && value.constructor !== Date
const isNumber = (value: unknown): boolean => typeof value === "number" || typeof value === "bigint"

/** A double is as good as its digits: the order in which it was added up is nobody's business. */
function assertSameNumber(ours: unknown, plain: unknown, path: string): void {
  const message = `${path}: ${String(ours)} instead of ${String(plain)}`
  assert.ok(ours !== null && plain !== null && String(ours).trim() !== "" && String(plain).trim() !== "", message)
  const [left, right] = [Number(ours), Number(plain)]
  assert.ok(Math.abs(left - right) <= 1e-9 * Math.max(1, Math.abs(right)), message)
}
