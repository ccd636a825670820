import { DefinitionError } from "../errors/index.ts"
import type { Column } from "../sql/index.ts"
import { type AnyColumnBuilder, ColumnBuilder } from "./column-builder.ts"
import { defineTable, extendTable } from "./define-table.ts"
import { type EntityClass, type Identity, Level, levelOf } from "./inheritance.ts"
import { mapperOf } from "./mapper.ts"
import { type MetaData, metadataOf } from "./metadata.ts"
import { subtypeClass } from "./model-class.ts"
import type { SubtypeOptions } from "./subtype-types.ts"
import { foreignKey, type TableItem } from "./table-item.ts"
import type { Table, TableColumn } from "./table.ts"

type Items = (columns: Record<string, Column<any, any, any>>) => readonly TableItem[]
type Builders = Readonly<Record<string, AnyColumnBuilder>>
type Options = SubtypeOptions<string, Identity>

/** Makes the class that a subtype of `parentClass` derives from. @throws DefinitionError */
export function declareSubtype(
  parentClass: EntityClass,
  given: Identity | Options,
  entityClass: unknown,
  columns: Builders,
  items: Items = () => [],
): unknown {
  const { level: parent } = mapperOf(parentClass)
  const metadata = parent === undefined ? undefined : metadataOf(parent.table)
  if (parent === undefined || metadata === undefined)
    throw new DefinitionError(`${parentClass.name}.subtype(): ${parentClass.name} is not the model of a family`)
  const options: Options = typeof given === "object" && given !== null ? given : { identity: given }
  const { identity } = options
  const where = `${parentClass.name}.subtype(${JSON.stringify(String(identity))})`
  requireIdentity(identity, where)
  if (typeof entityClass !== "function" || levelOf(entityClass) !== undefined)
    throw new DefinitionError(`${where} needs a function that gives its class`, {
      hint: `write class Dog extends Animal.subtype("dog", () => Dog, { … }) {}`,
    })
  if (typeof columns !== "object" || columns === null) throw new DefinitionError(`${where} needs an object of columns; one may be empty`)
  parent.requireOpen(identity)
  for (const key of Object.keys(columns))
    if (parent.columns.some((column) => column.key === key)) throw new DefinitionError(`${where}: the property "${key}" is inherited`)
  const placed =
    options.table === undefined ? sharedTable(parent, columns, items, metadata) : ownTable(parent, options, columns, items, metadata)
  const discriminator = parent.columns[parent.discriminator]!.key
  const level = new Level({ parent, identity, discriminator, entityClass: entityClass as () => unknown, ...placed })
  return subtypeClass(level, parentClass)
}

/** @throws DefinitionError for what tells no classes apart */
export function requireIdentity(identity: unknown, where: string): void {
  if (identity === undefined || ["string", "number", "bigint", "boolean"].includes(typeof identity)) return
  throw new DefinitionError(`${where}: an identity is a text, a number or a boolean, not ${typeof identity}`)
}

interface Placed {
  readonly table: Table
  readonly own: readonly TableColumn[]
  readonly keys: ReadonlyMap<TableColumn, TableColumn>
}

function sharedTable(parent: Level, columns: Builders, items: Items, metadata: MetaData): Placed {
  const { table } = parent
  const inherited = parent.columns.filter((column) => table.columns.includes(column))
  return { table, own: extendTable(table, columns, inherited, items, metadata), keys: parent.keys }
}

/** A table of its own, whose primary key is that of the parent's table and refers to it. */
function ownTable(parent: Level, options: Options, declared: Builders, items: Items, metadata: MetaData): Placed {
  const { table: name, schema, comment } = options
  const above = parent.tables.at(-1)!
  const keys = keyColumns(parent, above.table, options)
  const columns = Object.fromEntries(keys.map(({ ofRoot, builder }) => [ofRoot.key, builder]))
  const actions = { onDelete: "cascade", onUpdate: "cascade" } as const
  const table = defineTable(
    { name: name!, columns: { ...columns, ...declared }, schema, comment },
    (t) => [
      foreignKey(
        keys.map(({ ofRoot }) => t[ofRoot.key]!),
        keys.map(
          ({ referred }) =>
            () =>
              referred.expression,
        ),
        actions,
      ),
      ...items(t),
    ],
    metadata,
  )
  const own = table.columns.filter(({ key }) => Object.hasOwn(declared, key))
  return { table, own, keys: new Map(keys.map(({ ofRoot }) => [table.column(ofRoot.key)!, ofRoot])) }
}

interface KeyColumn {
  readonly ofRoot: TableColumn
  readonly referred: TableColumn
  readonly builder: AnyColumnBuilder
}

function keyColumns(parent: Level, above: Table, { key, table }: Options): KeyColumn[] {
  const referred = above.primaryKey?.columns ?? []
  if (referred.length === 0) throw new DefinitionError(`table ${above.fullName} has no primary key, to which that of ${table} could refer`)
  const names = key === undefined ? referred.map(({ name }) => `${above.name}_${name}`) : typeof key === "string" ? [key] : key
  if (names.length !== referred.length)
    throw new DefinitionError(`the key of ${table} has ${names.length} columns, that of ${above.fullName} ${referred.length}`)
  return referred.map((column, position) => {
    const ofRoot = parent.columns.find(({ key: property }) => property === column.key)!
    const builder = new ColumnBuilder({ type: column.type, columnName: names[position]!, nullable: false, primaryKey: true })
    return { ofRoot, referred: column, builder }
  })
}
