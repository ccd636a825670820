import { classesOf } from "./mapper.ts"
import { metadatasAlive } from "./metadata.ts"
import type { Table, TableColumn } from "./table.ts"

/** Where an error arose, in the words of the database. */
export interface DatabasePlace {
  readonly schema?: string | undefined
  readonly table?: string | undefined
  readonly constraint?: string | undefined
  readonly columns?: readonly string[] | undefined
}

/** The same as a model says it; what is missing is as the database said it. */
export interface ModelPlace {
  readonly model?: string
  readonly properties?: readonly string[]
  readonly constraint?: string
  readonly columns?: readonly string[]
}

/**
 * What the models call a table and its columns, and which constraint it was where the database says only its columns. Nothing
 * where no model has the table, or where several do and call it differently.
 */
export function inModelWords(place: DatabasePlace): ModelPlace {
  if (place.table === undefined) return {}
  const found = metadatasAlive()
    .flatMap(({ tables }) => tables)
    .filter((table) => isAt(table, place))
    .map((table) => wordsOf(table, place))
  const [first, ...others] = found
  if (first === undefined || others.some((other) => JSON.stringify(other) !== JSON.stringify(first))) return {}
  return first
}

function isAt(table: Table, place: DatabasePlace): boolean {
  if (table.name !== place.table) return false
  return table.schema === undefined || place.schema === undefined || table.schema === place.schema
}

function wordsOf(table: Table, place: DatabasePlace): ModelPlace {
  // The columns that a server names may be those of the table referred to: the constraint's own are the ones meant.
  const own = place.constraint === undefined ? undefined : keysOf(table).find(({ name }) => name === place.constraint)
  const columns = own?.columns.map(({ name }) => name) ?? place.columns
  const constraint = place.constraint ?? (columns && keyOver(table, columns))
  const properties = columns?.map((name) => table.columns.find((column) => column.name === name)?.key)
  const model = modelName(table)
  return {
    ...(model === undefined ? {} : { model }),
    ...(properties === undefined || properties.includes(undefined) ? {} : { properties: properties as string[] }),
    ...(constraint === undefined ? {} : { constraint }),
    ...(columns === undefined ? {} : { columns }),
  }
}

interface Key {
  readonly name: string
  readonly columns: readonly TableColumn[]
}

function keysOf(table: Table): readonly Key[] {
  return [...uniqueKeysOf(table), ...foreignKeysOf(table)]
}

function uniqueKeysOf({ primaryKey, uniques }: Table): readonly Key[] {
  return primaryKey === undefined ? uniques : [primaryKey, ...uniques]
}

/** None while a table that is referred to is not defined: this is on the way of another error. */
function foreignKeysOf(table: Table): readonly Key[] {
  try {
    return table.foreignKeys
  } catch {
    return []
  }
}

/** The name of the only unique constraint over exactly these columns. */
function keyOver(table: Table, columns: readonly string[]): string | undefined {
  const over = uniqueKeysOf(table).filter((key) => key.columns.map(({ name }) => name).join("\0") === columns.join("\0"))
  return over.length === 1 ? over[0]!.name : undefined
}

/** Of classes that share a table, the one that the others extend. */
function modelName({ info }: Table): string | undefined {
  const [first] = classesOf(info.id).toSorted((left, right) => depthOf(left) - depthOf(right))
  return first === undefined || first.name === "" ? undefined : first.name
}

function depthOf(entityClass: object): number {
  const parent: unknown = Object.getPrototypeOf(entityClass)
  return parent === null ? 0 : 1 + depthOf(parent as object)
}
