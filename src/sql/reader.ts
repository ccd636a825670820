import { ValueError } from "../errors/index.ts"
import type { SqlDialect } from "./dialect.ts"
import type { EntityShape, JsonShape, Shape, ValueShape } from "./shape.ts"
import type { SqlType } from "./type.ts"

/** Makes one value of one row of raw values. */
export type RowReader<T = unknown> = (row: readonly unknown[]) => T
/** Makes readers for the entities in a row: a session's keeps identity, the default gives instances that no session knows. */
export type EntityReader = (shape: EntityShape, dialect: SqlDialect) => RowReader

/** A reader for rows of a shape. @throws ValueError from the reader when a raw value is not of its column's type. */
export function rowReader(shape: Shape, dialect: SqlDialect, entities: EntityReader = detachedEntities): RowReader {
  switch (shape.kind) {
    case "value":
      return valueReader(shape, dialect)
    case "entity":
      return entities(shape, dialect)
    case "object": {
      const { keys } = shape
      const readers = shape.values.map((value) => rowReader(value, dialect, entities))
      return (row) => {
        const object: Record<string, unknown> = {}
        for (let index = 0; index < keys.length; index++) object[keys[index]!] = readers[index]!(row)
        return object
      }
    }
  }
}

function valueReader(shape: ValueShape, dialect: SqlDialect): RowReader {
  const { index, label } = shape
  const read = shape.json === undefined ? rawReader(shape.type, dialect) : jsonColumnReader(shape.json, dialect)
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

function rawReader(type: SqlType | undefined, dialect: SqlDialect): (raw: unknown) => unknown {
  if (type === undefined) return (raw) => raw
  const codec = dialect.codec(type)
  return (raw) => codec.decode(raw)
}

function detachedEntities(shape: EntityShape, dialect: SqlDialect): RowReader {
  const { entity, offset, optional } = shape
  const decoders = entity.properties.map((property) => rawReader(property.type, dialect))
  return (row) => {
    if (optional && isAbsent(row, shape)) return null
    return entity.instantiate(decoders.map((decode, index) => {
      const raw = row[offset + index]
      return raw === null ? null : decode(raw)
    }))
  }
}

/** Whether an outer join found no row for an entity: its key is null, or all of it where there is no key. */
export function isAbsent(row: readonly unknown[], shape: EntityShape): boolean {
  const { keyIndexes, properties } = shape.entity
  if (keyIndexes.length > 0) return row[shape.offset + keyIndexes[0]!] === null
  return properties.every((_, index) => row[shape.offset + index] === null)
}

function jsonColumnReader(shape: JsonShape, dialect: SqlDialect): (raw: unknown) => unknown {
  const read = jsonReader(shape, dialect)
  return (raw) => read(typeof raw === "string" ? JSON.parse(raw) : raw)
}

/** A reader for a value inside JSON that the database built. Null stands for SQL NULL everywhere. */
export function jsonReader(shape: JsonShape, dialect: SqlDialect): (value: unknown) => unknown {
  switch (shape.kind) {
    case "value": {
      if (shape.type === undefined) return (value) => value
      const codec = dialect.codec(shape.type)
      return (value) => (value === null || value === undefined ? null : codec.decodeJson(value))
    }
    case "array": {
      const element = jsonReader(shape.element, dialect)
      return (value) => (Array.isArray(value) ? value.map(element) : null)
    }
    case "tuple": {
      const elements = shape.elements.map((element) => jsonReader(element, dialect))
      return (value) => (Array.isArray(value) ? elements.map((read, index) => read(value[index])) : null)
    }
    case "object": {
      const readers = shape.keys.map((key, index) => [key, jsonReader(shape.values[index]!, dialect)] as const)
      return (value) => {
        if (typeof value !== "object" || value === null) return null
        const object: Record<string, unknown> = {}
        for (const [key, read] of readers) object[key] = read(Reflect.get(value, key))
        return object
      }
    }
    case "entity": {
      const readers = shape.entity.properties.map((property) => [property.key, jsonReader({ kind: "value", type: property.type }, dialect)] as const)
      return (value) => {
        if (typeof value !== "object" || value === null) return null
        return shape.entity.instantiate(readers.map(([key, read]) => read(Reflect.get(value, key))))
      }
    }
  }
}
