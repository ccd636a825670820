import { ArgumentError, DefinitionError } from "../errors/index.ts"
import { type Column, columnMap, source, type SourceInfo } from "../sql/index.ts"
import { pascalCase } from "./case.ts"
import { type EntityClass, type Level, levelOf, markLevel } from "./inheritance.ts"
import { levelSource } from "./level-source.ts"
import { refuseView } from "./view-relation.ts"
import { mapperOf, noteClass } from "./mapper.ts"
import type { Table } from "./table.ts"

const infos = new WeakMap<object, SourceInfo>()

/** The class that a model's own class derives from. */
export function modelClass(table: Table): unknown {
  const c = columnMap(table.columns.map((column) => column.expression))
  const model = class {
    static readonly table: Table = table
    static readonly tableName: string = table.name
    static get c(): Record<string, Column<any, any, any>> {
      noteClass(table.info.id, this)
      if (this !== model) Object.defineProperty(this, "c", { value: c, enumerable: true })
      return c
    }

    /** The FROM entry of the class that is asked: a derived class gives rows of itself. */
    static get [source](): SourceInfo {
      let info = infos.get(this)
      if (info === undefined) infos.set(this, (info = { ...table.info, entity: mapperOf(this) }))
      return info
    }
    static subtype(): never {
      throw new DefinitionError(`${this.name}.subtype(): no column of ${table.fullName} says which class a row is of`, {
        hint: 'name it where the model is declared: { polymorphicOn: "kind", identity: "animal" }',
      })
    }

    constructor(values: Record<string, unknown> = {}) {
      assignValues(this as Record<string, unknown>, values)
    }
  }
  return named(model, table.name)
}

/**
 * The class that the root of a family derives from.
 * @param subtype the method by which its classes declare subtypes
 */
export function rootClass(level: Level, subtype: (...args: any) => unknown): unknown {
  const key = level.columns[level.discriminator]!.key
  const model = class {
    static readonly subtype: (...args: any) => unknown = subtype

    constructor(values: Record<string, unknown> = {}) {
      const { identity } = instantiableLevel(this.constructor)
      assignValues(this as Record<string, unknown>, values)
      const entity = this as Record<string, unknown>
      if (entity[key] !== undefined && entity[key] !== identity) {
        throw new ArgumentError(`new ${this.constructor.name}(): "${key}" cannot be ${String(entity[key])}`, {
          hint: `leave it out: it is ${String(identity)} for every ${this.constructor.name}`,
        })
      }
      entity[key] = identity
    }
  }
  return named(withStatics(model, level), level.table.name)
}

/** The class that the class of a subtype derives from: a class of `parent`. */
export function subtypeClass(level: Level, parent: EntityClass): unknown {
  const model = class extends (parent as new (...args: any) => object) {}
  return named(withStatics(model, level), String(level.identity ?? level.table.name))
}

/** @throws ArgumentError for an abstract class */
function instantiableLevel(entityClass: unknown): Level {
  const { level, className } = mapperOf(entityClass)
  if (level?.identity !== undefined) return level
  throw new ArgumentError(`${className} is abstract: it has no identity, by which its rows would be known`, {
    hint: "construct one of its subtypes",
  })
}

/** What statements and mappers need of the class, for whichever class of the level is asked. */
function withStatics(model: object, level: Level): object {
  const { table } = level
  const info = levelSource(level)
  let c: Readonly<Record<string, Column<any, any, any>>> | undefined
  const statics = {
    table: { value: table, enumerable: true },
    tableName: { value: table.name, enumerable: true },
    c: {
      get(this: object): Readonly<Record<string, Column<any, any, any>>> {
        if (this !== model) noteClass(table.info.id, this)
        return (c ??= columnMap(info.own))
      },
      enumerable: true,
    },
    [source]: {
      get(this: object): SourceInfo {
        if (levelOf(this) === level) mapperOf(this)
        return info
      },
    },
  }
  Object.defineProperties(model, statics)
  markLevel(model, level)
  return model
}

function named(model: object, name: string): object {
  Object.defineProperty(model, "name", { value: pascalCase(name) })
  return model
}

/** Sets columns and relations; anything else is refused, so that a request's body cannot bring in more than the model knows. */
function assignValues(entity: Record<string, unknown>, values: Record<string, unknown>): void {
  const mapper = mapperOf(entity.constructor)
  if (typeof values !== "object" || values === null)
    throw new ArgumentError(`new ${mapper.className}() takes an object of values, not ${String(values)}`)
  for (const key of Object.keys(values)) {
    if (mapper.indexOf(key) === undefined && !mapper.relations.has(key)) {
      throw new ArgumentError(`${mapper.className} has no property "${key}"`, {
        hint: `its columns are ${mapper.properties.map((property) => property.key).join(", ")}`,
      })
    }
    const value = values[key]
    if (value === undefined) continue
    if (mapper.indexOf(key) === undefined) refuseView(mapper, key)
    entity[key] = value
  }
}
