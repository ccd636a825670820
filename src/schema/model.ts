import { DefinitionError } from "../errors/index.ts"
import { declareSubtype, requireIdentity } from "./declare-subtype.ts"
import { defineTable, type TableDeclaration } from "./define-table.ts"
import { type EntityClass, type Identity, Level } from "./inheritance.ts"
import { MetaData } from "./metadata.ts"
import { modelClass, rootClass } from "./model-class.ts"
import type { FreeBase, ModelOptions, StrictBase } from "./model-types.ts"
import type { ColumnShape } from "./row-shape.ts"
import type { TableItem } from "./table-item.ts"

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
  ): unknown => {
    const { schema, comment, polymorphicOn, identity } = modelOptions
    const declaration: TableDeclaration = { name, columns, schema, comment }
    if (polymorphicOn !== undefined) return polymorphicModel(declaration, items, modelOptions, metadata)
    if (identity !== undefined) throw new DefinitionError(`model("${name}") has an identity and no polymorphicOn, the column that says it`)
    return modelClass(defineTable(declaration, items, metadata))
  }
  return { metadata, model } as StrictBase | FreeBase
}

const conventionsOf = new WeakMap<MetaData, "strict" | "off">()

/** Whether the models of a metadata follow the naming conventions of Rebis or those of their database. */
export function conventionsFor(metadata: MetaData): "strict" | "off" {
  return conventionsOf.get(metadata) ?? "off"
}

/** A model whose rows are of several classes, which a column tells apart. */
function polymorphicModel(
  declaration: TableDeclaration,
  items: (columns: any) => readonly TableItem[],
  { polymorphicOn, identity }: ModelOptions,
  metadata: MetaData,
): unknown {
  const where = `model("${declaration.name}")`
  requireIdentity(identity, where)
  const column = declaration.columns[polymorphicOn!]
  if (column === undefined) throw new DefinitionError(`${where}: polymorphicOn names "${polymorphicOn}", which is no column of it`)
  const { nullable, type } = column.options
  if (nullable || type.codec !== undefined || !identityKinds.has(type.kind)) {
    throw new DefinitionError(`${where}: the column "${polymorphicOn}" cannot say which class a row is of`, {
      hint: "it has to be a text, an enum, a whole number or a boolean that is not null",
    })
  }
  const table = defineTable({ ...declaration, discriminator: { key: polymorphicOn!, identity } }, items, metadata)
  if (table.primaryKey === undefined) throw new DefinitionError(`${where}: a model that has subtypes needs a primary key`)
  const level = new Level({
    parent: undefined,
    table,
    identity: identity as Identity | undefined,
    own: table.columns,
    keys: new Map(),
    discriminator: polymorphicOn!,
    entityClass: undefined,
  })
  return rootClass(level, function (this: EntityClass, ...args: any) {
    return Reflect.apply(declareSubtype, undefined, [this, ...(args as unknown[])])
  })
}

const identityKinds: ReadonlySet<string> = new Set(["smallint", "integer", "bigint", "text", "varchar", "enum", "boolean"])
