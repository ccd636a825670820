import type { SqlDialect } from "../dialect/dialect.ts"
import type { EntityShape, JsonShape, Shape, ValueShape } from "./shape.ts"
import { declaredReader, plainReader, type ResultColumn } from "../text/text-rows.ts"
import { labelled, rawReader, type RowReader, setProperty } from "./value-reader.ts"

/** Makes readers for the entities in a row: a session's keeps identity, the default gives instances that no session knows. */
export type EntityReader = (shape: EntityShape, dialect: SqlDialect) => RowReader

export interface RowReaderOptions {
  /** Makes the entities of rows; instances that no session knows without it. */
  readonly entities?: EntityReader | undefined
  /** The columns of the result, by whose types values are decoded that no expression of ours types: pieces of SQL text. */
  readonly columns?: readonly ResultColumn[] | undefined
}

/**
 * A reader for rows of a shape, or of none: then rows are objects by column name, decoded by the columns' types.
 * @throws ValueError from the reader when a raw value is not of its column's type.
 */
export function rowReader(shape: Shape | undefined, dialect: SqlDialect, options: RowReaderOptions = {}): RowReader {
  if (shape === undefined) return plainReader(options.columns ?? [], dialect)
  switch (shape.kind) {
    case "value":
      return valueReader(shape, dialect, options.columns)
    case "entity":
      return (shape.detached === true ? detachedEntities : (options.entities ?? detachedEntities))(shape, dialect)
    case "declared":
      return declaredReader(shape, options.columns ?? [], dialect)
    case "object": {
      const { keys, optional } = shape
      const readers = shape.values.map((value) => rowReader(value, dialect, options))
      return (row) => {
        if (optional !== undefined && isEmpty(row, optional.offset, optional.width)) return null
        const object: Record<string, unknown> = {}
        for (let index = 0; index < keys.length; index++) object[keys[index]!] = readers[index]!(row)
        return object
      }
    }
  }
}

/** Whether reading rows of a shape needs the result's columns: the shape holds a value of no known type, or there is none. */
export function needsColumns(shape: Shape | undefined): boolean {
  if (shape === undefined || shape.kind === "declared") return true
  if (shape.kind === "object") return shape.values.some(needsColumns)
  return shape.kind === "value" && shape.type === undefined && shape.json === undefined
}

function valueReader(shape: ValueShape, dialect: SqlDialect, columns: readonly ResultColumn[] | undefined): RowReader {
  const { index, label, json, type } = shape
  if (json !== undefined) return labelled(label, index, jsonColumnReader(json, dialect))
  if (type === undefined && columns !== undefined) return labelled(label, index, dialect.decoderOf(columns[index]?.typeId))
  return labelled(label, index, rawReader(type, dialect))
}

function detachedEntities(shape: EntityShape, dialect: SqlDialect): RowReader {
  const { entity, offset, optional } = shape
  const readers = entity.properties.map((property, index) =>
    labelled(`${entity.name}.${property.column}`, offset + index, rawReader(property.type, dialect)),
  )
  return (row) => {
    if (optional && isAbsent(row, shape)) return null
    return entity.instantiate(readers.map((read) => read(row)))
  }
}

/** Whether an outer join found no row for an entity: its key is null, or all of it where there is no key. */
export function isAbsent(row: readonly unknown[], shape: EntityShape): boolean {
  const { keyIndexes, properties } = shape.entity
  if (keyIndexes.length > 0) return row[shape.offset + keyIndexes[0]!] === null
  return isEmpty(row, shape.offset, properties.length)
}

function isEmpty(row: readonly unknown[], offset: number, width: number): boolean {
  for (let index = offset; index < offset + width; index++) if (row[index] !== null) return false
  return true
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
    case "record": {
      const element = jsonReader(shape.element, dialect)
      return (value) => {
        if (typeof value !== "object" || value === null) return null
        const object: Record<string, unknown> = {}
        for (const [key, inner] of Object.entries(value)) setProperty(object, key, element(inner))
        return object
      }
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
      const readers = shape.entity.properties.map(
        (property) => [property.key, jsonReader({ kind: "value", type: property.type }, dialect)] as const,
      )
      return (value) => {
        if (typeof value !== "object" || value === null) return null
        return shape.entity.instantiate(readers.map(([key, read]) => read(Reflect.get(value, key))))
      }
    }
  }
}
