import type { DriverColumn } from "../engine/index.ts"
import { type BinaryReader, binaryReaderOf } from "../dialects/index.ts"
import { int32 } from "../util/index.ts"

/** The rows of a statement some of whose columns come in binary. */
export interface RowLayout {
  /** One for each column, 1 for binary. */
  readonly formats: readonly (0 | 1)[]
  read(bytes: Buffer, body: number): unknown[]
}

/** @param binary the columns that may come in binary @returns `undefined` when none does */
export function rowLayout(columns: readonly DriverColumn[], binary: readonly boolean[]): RowLayout | undefined {
  const readers = columns.map(({ typeId }, index) => (binary[index] === true ? binaryReaderOf(typeId) : undefined))
  if (readers.every((reader) => reader === undefined)) return undefined
  return {
    formats: readers.map((reader) => (reader === undefined ? 0 : 1)),
    read: (bytes, body) => mixedRow(bytes, body, readers),
  }
}

/** The values of a row as the server's text, NULL as null. */
export function textRow(bytes: Buffer, body: number): (string | null)[] {
  const count = (bytes[body]! << 8) | bytes[body + 1]!
  const values: (string | null)[] = []
  let place = body + 2
  for (let index = 0; index < count; index++) {
    const length = int32(bytes, place)
    place += 4
    if (length === -1) values.push(null)
    else values.push(bytes.toString("utf8", place, (place += length)))
  }
  return values
}

function mixedRow(bytes: Buffer, body: number, readers: readonly (BinaryReader | undefined)[]): unknown[] {
  const values: unknown[] = []
  let place = body + 2
  for (let index = 0; index < readers.length; index++) {
    const length = int32(bytes, place)
    place += 4
    if (length === -1) {
      values.push(null)
      continue
    }
    const end = place + length
    const reader = readers[index]
    values.push(reader === undefined ? bytes.toString("utf8", place, end) : reader(bytes, place, end))
    place = end
  }
  return values
}
