import { ArgumentError, DefinitionError } from "../errors/index.ts"
import { isRelation, type EntityProperty, type EntitySource, type Relation } from "../sql/index.ts"
import { levelOf, type Level } from "./inheritance.ts"
import type { ForeignKey, Table, TableColumn } from "./table.ts"

/** A class of entities and the table that its rows stand in: what sessions and loaders work with. */
export class Mapper implements EntitySource {
  readonly entityClass: abstract new (...args: never[]) => object
  readonly table: Table
  /** The columns of the properties, by the same indexes. */
  readonly columns: readonly TableColumn[]
  readonly properties: readonly MappedProperty[]
  readonly keyIndexes: readonly number[]
  /** Its place among the classes that it shares a discriminator with, if it does. */
  readonly level: Level | undefined
  readonly #indexes: ReadonlyMap<string, number>
  readonly #places: ReadonlyMap<TableColumn, number>
  #foreignKeys: readonly ForeignKey[] | undefined
  #root: Mapper | undefined
  #relations: ReadonlyMap<string, Relation> | undefined
  #blank: (new () => object) | undefined

  /** @param columns those that are mapped, where it is not all of the table's */
  constructor(
    entityClass: abstract new (...args: never[]) => object,
    table: Table,
    columns: readonly TableColumn[] = table.columns,
    level?: Level,
  ) {
    this.entityClass = entityClass
    this.table = table
    this.level = level
    this.columns = columns
    this.properties = columns.map((column) => ({
      key: column.key,
      column: column.name,
      type: column.type,
      nullable: column.options.nullable,
    }))
    this.#indexes = new Map(this.properties.map((property, index) => [property.key, index]))
    const places = new Map(columns.map((column, index) => [column, index]))
    for (const { columns: ofTable } of level?.tables ?? []) for (const [index, column] of ofTable) places.set(column, index)
    this.#places = places
    this.keyIndexes = (table.primaryKey?.columns ?? []).map((column) => this.columnIndex(column))
  }

  get name(): string {
    return this.table.fullName
  }
  get className(): string {
    return this.entityClass.name
  }

  /** The foreign keys of its columns. @throws DefinitionError when a target does not exist */
  get foreignKeys(): readonly ForeignKey[] {
    if (this.#foreignKeys === undefined) {
      const tables = this.level?.tables.map(({ table }) => table) ?? [this.table]
      this.#foreignKeys = tables
        .flatMap((table) => table.foreignKeys)
        .filter((key) => key.columns.every((column) => this.#places.has(column)) && this.level?.isLink(key) !== true)
    }
    return this.#foreignKeys
  }
  /** The mapper by whose keys its entities are told apart. */
  get root(): Mapper {
    return this.level === undefined ? this : (this.#root ??= mapperOf(this.level.root.entityClass))
  }
  /** Whether entities of the other mapper are entities of this one. */
  accepts(other: Mapper): boolean {
    if (this.level === undefined) return other.table === this.table
    return other.level?.isWithin(this.level) === true
  }

  /** The index of the property in which a column's values are, or -1. */
  columnIndex(column: TableColumn): number {
    return this.#places.get(column) ?? -1
  }

  /** The place of a property among the columns, or `undefined`. */
  indexOf(key: string): number | undefined {
    return this.#indexes.get(key)
  }

  /** The relations declared as static members, by name, those of base classes included. */
  get relations(): ReadonlyMap<string, Relation> {
    if (this.#relations === undefined) {
      const found = new Map<string, Relation>()
      for (
        let level: object | null = this.entityClass;
        level !== null && level !== Function.prototype;
        level = Object.getPrototypeOf(level)
      ) {
        for (const key of Object.getOwnPropertyNames(level)) {
          if (key === "prototype" || found.has(key)) continue
          const value: unknown = Object.getOwnPropertyDescriptor(level, key)?.value
          if (!isRelation(value)) continue
          if (this.#indexes.has(key)) throw new DefinitionError(`${this.className}: "${key}" is a column and a relation`)
          found.set(key, value)
        }
      }
      this.#relations = found
    }
    return this.#relations
  }

  /** The mapper of the class that declares a relation: itself, or that of a class which it is a subtype of. */
  declaring(relation: Relation): Mapper {
    const parent = this.level?.parent
    const above = parent === undefined ? undefined : mapperOf(parent.entityClass)
    return above?.relationName(relation) === undefined ? this : above.declaring(relation)
  }

  relationName(relation: Relation): string | undefined {
    for (const [name, own] of this.relations) if (own === relation) return name
    return undefined
  }

  /** An instance made without its constructor; `values[i]` belongs to `properties[i]`. */
  instantiate(values: readonly unknown[]): object {
    this.#blank ??= blankClass(this.entityClass)
    const entity = new this.#blank() as Record<string, unknown>
    for (let index = 0; index < this.properties.length; index++) entity[this.properties[index]!.key] = values[index]
    return entity
  }
}

export interface MappedProperty extends EntityProperty {}

/** A constructor of bare instances of a class: a loaded row is not a call of the application's constructor. */
function blankClass(entityClass: abstract new (...args: never[]) => object): new () => object {
  const blank = function (): void {} as unknown as { new (): object; prototype: object }
  blank.prototype = entityClass.prototype
  return blank
}

const mappers = new WeakMap<object, Mapper>()

/** @throws ArgumentError when the class is not a model. */
export function mapperOf(entityClass: unknown): Mapper {
  const known = typeof entityClass === "function" ? mappers.get(entityClass) : undefined
  if (known !== undefined) return known
  const level = levelOf(entityClass)
  if (level !== undefined) return mapperOfLevel(entityClass as Mapper["entityClass"], level)
  const table: unknown = typeof entityClass === "function" ? Reflect.get(entityClass, "table") : undefined
  if (!isTable(table)) {
    const title = typeof entityClass === "function" ? entityClass.name : String(entityClass)
    throw new ArgumentError(`${title} is not a model`, { hint: "a model is a class that extends Base.model(…)" })
  }
  const mapper = new Mapper(entityClass as Mapper["entityClass"], table)
  mappers.set(entityClass as object, mapper)
  noteClass(table.info.id, entityClass as object)
  return mapper
}

function mapperOfLevel(entityClass: Mapper["entityClass"], level: Level): Mapper {
  level.note(entityClass)
  if (level.entityClass !== entityClass) {
    throw new ArgumentError(`${entityClass.name} extends ${level.entityClass.name} and is no subtype of it`, {
      hint: `declare it as one: class ${entityClass.name} extends ${level.entityClass.name}.subtype("…", () => ${entityClass.name}, { … }) {}`,
    })
  }
  const mapper = new Mapper(entityClass, level.table, level.columns, level)
  mappers.set(entityClass, mapper)
  return mapper
}

const classes = new WeakMap<object, Set<object>>()

/** Remembers a class whose rows are those of a FROM entry: a column knows its table, and not the class through which it was reached. */
export function noteClass(entry: object, entityClass: object): void {
  const known = classes.get(entry)
  if (known === undefined) classes.set(entry, new Set([entityClass]))
  else known.add(entityClass)
}

/** The classes seen for a FROM entry. */
export function classesOf(entry: object): readonly { readonly name: string }[] {
  return [...(classes.get(entry) ?? [])] as { readonly name: string }[]
}

/** The mappers of the classes seen for a FROM entry. */
export function mappersOf(entry: object): Mapper[] {
  return [...(classes.get(entry) ?? [])].map(mapperOf)
}
/** How many classes were seen for a FROM entry. */
export function classCount(entry: object): number {
  return classes.get(entry)?.size ?? 0
}

/** The mapper of the class that declares a relation, of those seen for a FROM entry. */
export function mapperDeclaring(relation: Relation, entry: object): Mapper | undefined {
  for (const entityClass of classes.get(entry) ?? []) {
    const mapper = mapperOf(entityClass)
    if (mapper.relationName(relation) !== undefined) return mapper
  }
  return undefined
}

/** The mapper of an instance's class. @throws ArgumentError when it is not an instance of a model. */
export function mapperOfEntity(entity: unknown): Mapper {
  if (typeof entity !== "object" || entity === null)
    throw new ArgumentError(`an entity was expected, not ${entity === null ? "null" : typeof entity}`)
  return mapperOf(entity.constructor)
}

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && "foreignKeys" in value && "info" in value
}
