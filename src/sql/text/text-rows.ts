import { StatementError, ValueError } from "../../errors/index.ts"
import type { SqlDialect } from "../dialect/dialect.ts"
import type { DeclaredShape } from "../lowering/shape.ts"
import { labelled, rawReader, type RowReader, setProperty } from "../lowering/value-reader.ts"

/** A column of a result, as far as it is known without a shape. */
export interface ResultColumn {
  readonly name: string
  readonly typeId: number | string | undefined
}

/**
 * Rows as objects by column name, decoded by the columns' types.
 * @throws StatementError when two columns have one name: a value would be lost
 */
export function plainReader(columns: readonly ResultColumn[], dialect: SqlDialect): RowReader<object> {
  for (const [index, { name }] of columns.entries()) if (placeOf(name, columns) !== index) refuseRepeated(name)
  const readers = columns.map((column, index) => labelled(column.name, index, dialect.decoderOf(column.typeId)))
  return (row) => {
    const object: Record<string, unknown> = {}
    for (let index = 0; index < columns.length; index++) setProperty(object, columns[index]!.name, readers[index]!(row))
    return object
  }
}

/** Rows whose columns were declared, by name as objects or by place as lists. @throws StatementError when they are not there */
export function declaredReader(shape: DeclaredShape, columns: readonly ResultColumn[], dialect: SqlDialect): RowReader {
  const readers = shape.columns.map((declared, index) => {
    const place = shape.by === "place" ? index : requirePlace(declared.name, columns)
    const read = labelled(declared.name, place, rawReader(declared.type, dialect))
    return declared.nullable ? read : requireValue(declared.name, read)
  })
  if (shape.by === "place") {
    if (columns.length !== readers.length)
      throw new StatementError(`the rows have ${columns.length} columns, and ${readers.length} were declared`, {
        hint: "rows([…]) says a type for every column, in their order",
      })
    return (row) => readers.map((read) => read(row))
  }
  const names = shape.columns.map(({ name }) => name)
  return (row) => {
    const object: Record<string, unknown> = {}
    for (let index = 0; index < names.length; index++) setProperty(object, names[index]!, readers[index]!(row))
    return object
  }
}

function requirePlace(name: string, columns: readonly ResultColumn[]): number {
  const place = placeOf(name, columns)
  if (place === -1) {
    throw new StatementError(`the rows have no column ${JSON.stringify(name)}`, {
      hint: `they have ${columns.map((column) => column.name).join(", ") || "no columns"}`,
    })
  }
  if (columns.findLastIndex((column) => column.name === name) !== place) refuseRepeated(name)
  return place
}

function requireValue(name: string, read: RowReader): RowReader {
  return (row) => {
    const value = read(row)
    if (value === null) throw new ValueError(`${name} is null`, { hint: "declare it nullable() where it may be" })
    return value
  }
}

function placeOf(name: string, columns: readonly ResultColumn[]): number {
  return columns.findIndex((column) => column.name === name)
}

function refuseRepeated(name: string): never {
  throw new StatementError(`two columns of the rows are called ${JSON.stringify(name)}`, {
    hint: "give one of them another name (as …), or read them by their places: sql`…`.rows([integer(), integer()])",
  })
}
