import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite"
import { ArgumentError } from "../errors/index.ts"
import type { DriverColumn, DriverResult, DriverStatement } from "../engine/index.ts"

interface Prepared {
  readonly statement: StatementSync
  readonly command: string | undefined
  /** Empty for a statement that returns no rows. */
  columns: readonly DriverColumn[]
  /** Integers are read as bigint: it writes, so it cannot be run again when one turns out to be too large for a number. */
  readsBigInts: boolean
}

const noColumns: readonly DriverColumn[] = []
const firstWord = /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*([a-z]+)/i

/** After other statements SQLite still tells how many rows the last of these changed. */
const changesRows: ReadonlySet<string> = new Set(["INSERT", "UPDATE", "DELETE", "REPLACE", "WITH"])

/** Runs statements on one database handle and keeps those prepared that have a name. */
export class SqliteStatements {
  readonly #database: DatabaseSync
  readonly #limit: number
  /** In order of use, the least recent first. */
  readonly #byName = new Map<string, Prepared>()

  constructor(database: DatabaseSync, limit: number) {
    this.#database = database
    this.#limit = limit
  }

  run(statement: DriverStatement): DriverResult {
    const prepared = this.#prepare(statement)
    const { columns, command } = prepared
    const values = inputValues(statement.parameters)
    if (columns.length === 0) {
      const { changes } = prepared.statement.run(...values)
      if (isSchemaChange(command)) this.#byName.clear()
      return { columns, rows: [], rowCount: command !== undefined && changesRows.has(command) ? Number(changes) : 0, command }
    }
    const rows = readAll(prepared, values)
    // `select *` of a table that has other columns since.
    if (rows[0] !== undefined && rows[0].length !== columns.length) prepared.columns = columnsOf(prepared.statement)
    return { columns: prepared.columns, rows, rowCount: rows.length, command }
  }

  /** Rows one by one, by a statement of its own: another run of the same text would start it anew. */
  iterate({ text, parameters }: DriverStatement): { readonly columns: readonly DriverColumn[]; readonly rows: Iterator<unknown[]> } {
    const prepared = this.#make(text)
    prepared.statement.setReadBigInts(true)
    return { columns: prepared.columns, rows: prepared.statement.iterate(...inputValues(parameters)) as unknown as Iterator<unknown[]> }
  }

  #prepare({ text, name }: DriverStatement): Prepared {
    if (name === undefined) return this.#make(text)
    let prepared = this.#byName.get(name)
    if (prepared === undefined) {
      prepared = this.#make(text)
      if (this.#byName.size >= this.#limit) this.#byName.delete(this.#byName.keys().next().value ?? "")
    } else {
      this.#byName.delete(name)
    }
    this.#byName.set(name, prepared)
    return prepared
  }

  #make(text: string): Prepared {
    const statement = this.#database.prepare(text)
    statement.setReturnArrays(true)
    const command = firstWord.exec(text)?.[1]?.toUpperCase()
    const readsBigInts = command !== "SELECT" && command !== "VALUES"
    if (readsBigInts) statement.setReadBigInts(true)
    return { statement, command, columns: columnsOf(statement), readsBigInts }
  }
}

/** Whole numbers come as `number` where that is exact and as `bigint` where it is not. */
export function exactIntegers(row: unknown[]): unknown[] {
  for (let index = 0; index < row.length; index++) {
    const value = row[index]
    if (typeof value !== "bigint") continue
    const number = Number(value)
    if (Number.isSafeInteger(number)) row[index] = number
  }
  return row
}

/** Reads integers as numbers, which is quicker, until a statement meets one that is too large for it. */
function readAll(prepared: Prepared, values: readonly SQLInputValue[]): unknown[][] {
  if (!prepared.readsBigInts) {
    try {
      return prepared.statement.all(...values) as unknown as unknown[][]
    } catch (error) {
      if (!isOutOfRange(error)) throw error
      prepared.readsBigInts = true
      prepared.statement.setReadBigInts(true)
    }
  }
  return (prepared.statement.all(...values) as unknown as unknown[][]).map(exactIntegers)
}

function isOutOfRange(error: unknown): boolean {
  return error instanceof RangeError && "code" in error && error.code === "ERR_OUT_OF_RANGE"
}

function isSchemaChange(command: string | undefined): boolean {
  return command === "CREATE" || command === "ALTER" || command === "DROP"
}

function columnsOf(statement: StatementSync): readonly DriverColumn[] {
  const columns = statement.columns()
  return columns.length === 0 ? noColumns : columns.map(({ name, type }) => ({ name, typeId: type ?? undefined }))
}

/** @throws ArgumentError for a value that SQLite has no type for. */
function inputValues(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters.map((parameter, index) => {
    if (typeof parameter === "boolean") return parameter ? 1 : 0
    if (parameter === null || typeof parameter === "string" || typeof parameter === "number" || typeof parameter === "bigint")
      return parameter
    if (parameter instanceof Uint8Array) return parameter
    const kind =
      parameter === undefined ? "undefined" : `of type ${typeof parameter === "object" ? parameter.constructor.name : typeof parameter}`
    throw new ArgumentError(`parameter ${index + 1} is ${kind}: a string, number, bigint, boolean, Uint8Array or null is needed`)
  })
}
