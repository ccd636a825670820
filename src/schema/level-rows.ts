import { UnknownSubtypeError } from "../errors/index.ts"
import type { EntityProperty, EntitySource } from "../sql/index.ts"
import type { Identity, Level } from "./inheritance.ts"
import { mapperOf } from "./mapper.ts"
import type { TableColumn } from "./table.ts"

/** A column of the rows of a level: of its own properties first, then of what the levels below add, parents first. */
export interface RowPlace {
  readonly level: Level
  readonly column: TableColumn
  /** Unique among the places: the property, with the class before it where another level has one of that name. */
  readonly key: string
}

const allPlaces = new WeakMap<Level, readonly RowPlace[]>()

/** How the rows of a level are laid out: each holds a place for every column of every class that they may be of. */
export function rowPlaces(level: Level): readonly RowPlace[] {
  let places = allPlaces.get(level)
  if (places !== undefined) return places
  level.seal()
  const found: RowPlace[] = level.columns.map((column) => ({ level, column, key: column.key }))
  const taken = new Set(found.map(({ key }) => key))
  for (const below of level.descendants.slice(1)) {
    for (const column of below.own) {
      let key = column.key
      for (let count = 1; taken.has(key); count++) key = `${below.entityClass.name}.${column.key}${count === 1 ? "" : String(count)}`
      taken.add(key)
      found.push({ level: below, column, key })
    }
  }
  allPlaces.set(level, (places = found))
  return places
}

/** Where the properties of a level stand in the rows of one above it. */
export function placesWithin(level: Level, above: Level): readonly number[] {
  const places = rowPlaces(above)
  return level.columns.map((column) => places.findIndex((place) => place.column === column))
}

/**
 * The level that a row of `above` is of.
 * @throws UnknownSubtypeError when the discriminator says nothing that is known
 */
export function levelOfRow(above: Level, identity: unknown): Level {
  const found = above.identities.get(identity as Identity)
  if (found !== undefined) return found
  const { name } = above.entityClass
  const { table, columns, discriminator } = above.root
  const said = `${table.fullName}.${columns[discriminator]!.name} is ${typeof identity === "string" ? JSON.stringify(identity) : String(identity)}`
  const known = [...above.identities.keys()].map((each) => JSON.stringify(String(each))).join(", ")
  throw new UnknownSubtypeError(`a row read as ${name} is of no class: ${said}`, {
    hint: `${name} and its subtypes are known as ${known || "nothing"}; import the file of the class that is missing`,
  })
}

/** The rows of a level as statements and their readers know them. */
export class LevelRows implements EntitySource {
  readonly entityClass: EntitySource["entityClass"]
  readonly keyIndexes: readonly number[]
  readonly #level: Level
  #properties: readonly EntityProperty[] | undefined

  constructor(level: Level) {
    this.#level = level
    this.entityClass = level.entityClass
    this.keyIndexes = mapperOf(level.entityClass).keyIndexes
  }
  get name(): string {
    return this.#level.table.fullName
  }
  get properties(): readonly EntityProperty[] {
    return (this.#properties ??= rowPlaces(this.#level).map(({ key, column }) => ({
      key,
      column: column.name,
      type: column.type,
      nullable: true,
    })))
  }
  instantiate(values: readonly unknown[]): object {
    const level = levelOfRow(this.#level, values[this.#level.discriminator])
    return mapperOf(level.entityClass).instantiate(placesWithin(level, this.#level).map((place) => values[place]))
  }
}
