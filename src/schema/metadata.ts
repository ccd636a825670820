import { DefinitionError } from "../errors/index.ts"
import type { SourceInfo, SqlType } from "../sql/index.ts"
import { checkConvention, defaultNamingConvention, type NamingConvention } from "./naming.ts"
import { Table, type TableExtension, type TableParts, type TableRegistry } from "./table.ts"

/** What `new MetaData` may be told. */
export interface MetaDataOptions {
  /** Kinds that it leaves out are those of {@link defaultNamingConvention}. */
  readonly namingConvention?: NamingConvention
}

/**
 * The tables of an application and how their constraints are named.
 *
 * @example
 * new MetaData({ namingConvention: { ix: "{column_0_label}_idx", uq: "{table_name}_{column_0_name}_key" } })
 */
export class MetaData implements TableRegistry {
  readonly namingConvention: NamingConvention
  readonly #tables = new Map<string, Table>()
  readonly #owners = new Map<object, Table>()
  /** Names that must be unique in a schema: tables and indexes (unique and primary key constraints are indexes too). */
  readonly #relations = new Map<string, string>()

  /** @throws DefinitionError when a template has an unknown token. */
  constructor(options: MetaDataOptions = {}) {
    this.namingConvention = { ...defaultNamingConvention, ...options.namingConvention }
    checkConvention(this.namingConvention)
    alive.add(new WeakRef(this))
  }

  /** In the order of definition. */
  get tables(): readonly Table[] {
    return [...this.#tables.values()]
  }

  /** The enum types that columns use, each once. @throws DefinitionError when two of one name have other labels. */
  get enums(): readonly SqlType[] {
    const found = new Map<string, SqlType>()
    for (const table of this.#tables.values()) {
      for (const column of table.columns) {
        for (const type of enumsOf(column.type)) {
          const key = `${type.enumSchema ?? ""}.${type.enumName}`
          const before = found.get(key)
          if (before !== undefined && JSON.stringify(before.labels) !== JSON.stringify(type.labels)) {
            throw new DefinitionError(`enum ${type.enumName} is declared twice with other labels`, {
              hint: "declare it once with enumType() and use it in both models",
            })
          }
          found.set(key, type)
        }
      }
    }
    return [...found.values()]
  }

  tableOf(info: SourceInfo): Table | undefined {
    return this.#owners.get(info.id)
  }

  find(name: string): Table | undefined {
    return this.#tables.get(name)
  }

  /** Adds a table. @throws DefinitionError when its name, or a name of its indexes and constraints, is taken. */
  add(parts: TableParts): Table {
    const table = new Table(parts, this)
    if (this.#tables.has(table.fullName)) {
      throw new DefinitionError(`table ${table.fullName} is declared twice`, {
        hint: "one table is one model; two bases with their own metadata do not mix",
      })
    }
    this.#claim(table, `table ${table.fullName}`, table.name)
    if (table.primaryKey !== undefined) this.#claim(table, `primary key of ${table.fullName}`, table.primaryKey.name)
    for (const unique of table.uniques) this.#claim(table, `unique constraint of ${table.fullName}`, unique.name)
    for (const index of table.indexes) this.#claim(table, `index of ${table.fullName}`, index.name)
    this.#tables.set(table.fullName, table)
    this.#owners.set(table.info.id, table)
    metadatas.set(table, this)
    return table
  }

  /** Adds to a table what a subtype declares. @throws DefinitionError when a name of it is taken */
  extend(table: Table, extension: TableExtension): void {
    for (const unique of extension.uniques) this.#claim(table, `unique constraint of ${table.fullName}`, unique.name)
    for (const index of extension.indexes) this.#claim(table, `index of ${table.fullName}`, index.name)
    table.extend(extension)
  }

  #claim(table: Table, what: string, name: string): void {
    const key = `${table.schema ?? ""}.${name}`
    const before = this.#relations.get(key)
    if (before !== undefined) {
      throw new DefinitionError(`${what} would be called ${name}, as the ${before} is`, { hint: "give one of them a name of its own" })
    }
    this.#relations.set(key, what)
  }
}

const metadatas = new WeakMap<Table, MetaData>()

const alive = new Set<WeakRef<MetaData>>()

/** Every metadata of the process that is still in use. */
export function metadatasAlive(): readonly MetaData[] {
  const found: MetaData[] = []
  for (const reference of alive) {
    const metadata = reference.deref()
    if (metadata === undefined) alive.delete(reference)
    else found.push(metadata)
  }
  return found
}

/** The metadata that a table was added to. */
export function metadataOf(table: Table): MetaData | undefined {
  return metadatas.get(table)
}

/** The enums that a type is, or is made of. */
function enumsOf(type: SqlType): readonly SqlType[] {
  if (type.kind === "enum") return [type]
  return [...(type.element === undefined ? [] : enumsOf(type.element)), ...(type.fields ?? []).flatMap((field) => enumsOf(field.type))]
}
