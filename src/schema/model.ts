import { ArgumentError } from "../errors/index.ts"
import { columnMap, source, type Column, type SourceInfo } from "../sql/index.ts"
import { pascalCase } from "./case.ts"
import { defineTable } from "./define-table.ts"
import { mapperOf, noteClass } from "./mapper.ts"
import { MetaData } from "./metadata.ts"
import type { ColumnShape, FreeBase, ModelOptions, StrictBase } from "./model-types.ts"
import type { TableItem } from "./table-item.ts"
import type { Table } from "./table.ts"

/** What `declarativeBase` may be told. */
export interface BaseOptions {
  /** Where the base's tables are kept; one of its own without it. */
  readonly metadata?: MetaData
  /** `strict`: names off the convention do not compile. `off`: any name, for a database that has its own. */
  readonly conventions?: "strict" | "off"
}

/**
 * The base that an application's models are made from.
 *
 * @example
 * export const Base = declarativeBase({ metadata: new MetaData() })
 * export class User extends Base.model("user", { id: integer().primaryKey().identity(), email: text().unique() }) {}
 */
export function declarativeBase(options?: BaseOptions & { readonly conventions?: "strict" }): StrictBase
export function declarativeBase(options: BaseOptions & { readonly conventions: "off" }): FreeBase
export function declarativeBase(options: BaseOptions = {}): StrictBase | FreeBase {
  const metadata = options.metadata ?? new MetaData()
  conventionsOf.set(metadata, options.conventions ?? "strict")
  const model = (
    name: string,
    columns: ColumnShape,
    items: (columns: any) => readonly TableItem[] = () => [],
    modelOptions: ModelOptions = {},
  ): unknown => modelClass(defineTable({ name, columns, schema: modelOptions.schema, comment: modelOptions.comment }, items, metadata))
  return { metadata, model } as StrictBase | FreeBase
}

const conventionsOf = new WeakMap<MetaData, "strict" | "off">()

/** Whether the models of a metadata follow the naming conventions of Rebis or those of their database. */
export function conventionsFor(metadata: MetaData): "strict" | "off" {
  return conventionsOf.get(metadata) ?? "off"
}

const infos = new WeakMap<object, SourceInfo>()

function modelClass(table: Table): unknown {
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

    constructor(values: Record<string, unknown> = {}) {
      assignValues(this as Record<string, unknown>, values)
    }
  }
  Object.defineProperty(model, "name", { value: pascalCase(table.name) })
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
    if (value !== undefined) entity[key] = value
  }
}
