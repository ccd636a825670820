import type { SqlDialect } from "../dialect/dialect.ts"
import type { SqlType } from "../types/type.ts"
import type { EntitySource, Shape } from "./shape.ts"

/** What was found, by what it was found of: a model is read as it is again and again, in statements that are built anew. */
const known = new WeakMap<SqlDialect, WeakMap<Shape | EntitySource, readonly boolean[]>>()
const none: readonly boolean[] = []

/** For each column of a result, whether its codec reads binary forms; `undefined` where that is not known of any. */
export function binaryColumns(shape: Shape | undefined, dialect: SqlDialect): readonly boolean[] | undefined {
  if (shape === undefined) return undefined
  let ofDialect = known.get(dialect)
  if (ofDialect === undefined) known.set(dialect, (ofDialect = new WeakMap()))
  const key = shape.kind === "entity" && shape.offset === 0 ? shape.entity : shape
  let columns = ofDialect.get(key)
  if (columns === undefined) ofDialect.set(key, (columns = columnsOf(shape, dialect)))
  return columns === none ? undefined : columns
}

function columnsOf(shape: Shape, dialect: SqlDialect): readonly boolean[] {
  const found: (boolean | undefined)[] = []
  mark(shape, found, dialect)
  return found.includes(true) ? Array.from(found, (isBinary) => isBinary ?? false) : none
}

function mark(shape: Shape, found: (boolean | undefined)[], dialect: SqlDialect): void {
  switch (shape.kind) {
    case "value":
      found[shape.index] = shape.json === undefined && readsBinary(shape.type, dialect)
      return
    case "entity":
      for (const [index, { type }] of shape.entity.properties.entries()) found[shape.offset + index] = readsBinary(type, dialect)
      return
    case "object":
      for (const value of shape.values) mark(value, found, dialect)
      return
    case "declared":
  }
}

function readsBinary(type: SqlType | undefined, dialect: SqlDialect): boolean {
  return type !== undefined && dialect.codec(type).readsBinary === true
}
