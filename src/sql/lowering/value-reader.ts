import { ValueError } from "../../errors/index.ts"
import type { SqlDialect } from "../dialect/dialect.ts"
import type { SqlType } from "../types/type.ts"

/** Makes one value of one row of raw values. */
export type RowReader<T = unknown> = (row: readonly unknown[]) => T

/** A reader of one column; its errors name it. Null stays null. */
export function labelled(label: string, index: number, read: (raw: unknown) => unknown): RowReader {
  return (row) => {
    const raw = row[index]
    if (raw === null || raw === undefined) return null
    try {
      return read(raw)
    } catch (error) {
      throw new ValueError(`${label}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    }
  }
}

/** How a raw value of a type is read; as it is where the type is not known. */
export function rawReader(type: SqlType | undefined, dialect: SqlDialect): (raw: unknown) => unknown {
  if (type === undefined) return (raw) => raw
  const codec = dialect.codec(type)
  return (raw) => codec.decode(raw)
}

/** A column may have any name, also the one that would set the prototype. */
export function setProperty(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
  else object[key] = value
}
