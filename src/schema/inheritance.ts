import { DefinitionError } from "../errors/index.ts"
import type { ForeignKey, Table, TableColumn } from "./table.ts"

/** What tells the classes of a family apart in its discriminator column. */
export type Identity = string | number | bigint | boolean

/** A class of entities. */
export type EntityClass = abstract new (...args: never[]) => object

/** What one class of a family declares. */
export interface LevelParts {
  readonly parent: Level | undefined
  /** The table that the columns of this level are in: its own (joined), or that of its parent (single table). */
  readonly table: Table
  /** Undefined for an abstract class, which has no rows of its own. */
  readonly identity: Identity | undefined
  /** The columns that this level adds, without those by which a table of its own refers to its parent's. */
  readonly own: readonly TableColumn[]
  /** Of a table of its own: the columns of the key, each by the column of the root that it repeats. */
  readonly keys: ReadonlyMap<TableColumn, TableColumn>
  /** The property of the discriminator. */
  readonly discriminator: string
  /** Gives the class, which is not there yet while its base is made. */
  readonly entityClass: (() => unknown) | undefined
}

/** A table of a level and the columns that its rows have of the level's properties. */
export interface LevelTable {
  /** The last level, from the root on, whose columns are in the table. */
  readonly level: Level
  readonly table: Table
  /** By property index. Of a table of its own the key is among them. */
  readonly columns: ReadonlyMap<number, TableColumn>
}

/** The place of a class in a family of models that share a discriminator. */
export class Level {
  readonly parent: Level | undefined
  readonly table: Table
  readonly identity: Identity | undefined
  readonly own: readonly TableColumn[]
  readonly keys: ReadonlyMap<TableColumn, TableColumn>
  /** The columns of the properties, those of the parent first; keys are those of the root. */
  readonly columns: readonly TableColumn[]
  readonly root: Level
  /** The index of the discriminator among the properties. */
  readonly discriminator: number
  readonly children: Level[] = []
  /** The made base of the class, which the class derives from. */
  base: object | undefined
  readonly #give: (() => unknown) | undefined
  #class: EntityClass | undefined
  /** Of the root: its rows were laid out, so that no subtype can be added. */
  #sealed = false
  #identities: ReadonlyMap<Identity, Level> | undefined
  #tables: readonly LevelTable[] | undefined

  constructor(parts: LevelParts) {
    const { parent, own } = parts
    this.parent = parent
    this.table = parts.table
    this.identity = parts.identity
    this.own = own
    this.keys = parts.keys
    this.columns = parent === undefined ? own : [...parent.columns, ...own]
    this.root = parent?.root ?? this
    this.discriminator = this.columns.findIndex(({ key }) => key === parts.discriminator)
    this.#give = parts.entityClass
    parent?.children.push(this)
  }

  /** Whether it has a table of its own instead of the parent's. */
  get isJoined(): boolean {
    return this.parent !== undefined && this.table !== this.parent.table
  }
  /** Whether it stands in the table of its parent, so that not all rows of the table are its own. */
  get isShared(): boolean {
    return this.parent !== undefined && this.table === this.parent.table
  }
  get title(): string {
    return this.identity === undefined ? `the abstract subtype of ${this.table.fullName}` : JSON.stringify(String(this.identity))
  }
  /** Whether it is the other level or one below it. */
  isWithin(other: Level): boolean {
    return this === other || this.parent?.isWithin(other) === true
  }
  /** This level and all below it, parents first. */
  get descendants(): readonly Level[] {
    return [this, ...this.children.flatMap((child) => child.descendants)]
  }

  /** The class that rows of the level become. @throws DefinitionError when it does not derive from the level's base */
  get entityClass(): EntityClass {
    if (this.#class === undefined) {
      const given = this.#give?.()
      if (levelOf(given) !== this) {
        throw new DefinitionError(
          `subtype ${this.title} of ${this.root.table.fullName}: its function does not give the class that it is the base of`,
          {
            hint: 'write class Dog extends Animal.subtype("dog", () => Dog, { … }) {}',
          },
        )
      }
      this.#class = given as EntityClass
    }
    return this.#class
  }
  /** The class of a root is the first one that is asked for anything. */
  note(entityClass: EntityClass): void {
    if (this.#give === undefined) this.#class ??= entityClass
  }

  /** From now on the family is complete. */
  seal(): void {
    this.root.#sealed = true
  }
  /** @throws DefinitionError once rows of the family were laid out, or when the identity is taken */
  requireOpen(identity: Identity | undefined): void {
    const { root } = this
    const what = `subtype ${identity === undefined ? "" : `${JSON.stringify(String(identity))} `}of ${root.table.fullName}`
    if (root.#sealed) {
      throw new DefinitionError(`${what} is declared after the models of its family were used`, {
        hint: "import the files of all subtypes before the first statement",
      })
    }
    if (identity !== undefined && root.descendants.some((level) => level.identity === identity))
      throw new DefinitionError(`${what}: the identity is taken`, { hint: "each class has one of its own" })
  }

  /** The levels below, itself included, by what the discriminator says in their rows. */
  get identities(): ReadonlyMap<Identity, Level> {
    this.seal()
    this.#identities ??= new Map(
      this.descendants.flatMap((level) => (level.identity === undefined ? [] : [[level.identity, level] as const])),
    )
    return this.#identities
  }

  /** Whether a foreign key is the one by which a table of the level refers to that of its parent. */
  isLink(key: ForeignKey): boolean {
    const { keys, parent } = this
    if (parent === undefined) return false
    const isOwn = this.isJoined && parent.table === key.referredTable && key.columns.length === keys.size
    return (isOwn && key.columns.every((column) => keys.has(column))) || parent.isLink(key)
  }

  /** The tables in which an entity has rows, the root's first. */
  get tables(): readonly LevelTable[] {
    return (this.#tables ??= this.#findTables())
  }
  #findTables(): LevelTable[] {
    const above = this.parent?.tables ?? []
    const inherited = this.isJoined ? above : above.slice(0, -1)
    const columns = new Map<number, TableColumn>()
    if (this.isJoined) for (const [key, ofRoot] of this.keys) columns.set(this.columns.indexOf(ofRoot), key)
    else for (const [index, column] of above.at(-1)?.columns ?? []) columns.set(index, column)
    for (const column of this.own) columns.set(this.columns.indexOf(column), column)
    return [...inherited, { level: this, table: this.table, columns }]
  }
}

const level: unique symbol = Symbol.for("rebis.level")

/** Marks a class that was made for a level; classes that derive from it are the level's. */
export function markLevel(base: object, of: Level): void {
  of.base = base
  Object.defineProperty(base, level, { value: of })
}

/** The level of a class, where its model is one of a family. */
export function levelOf(entityClass: unknown): Level | undefined {
  return typeof entityClass === "function" ? (Reflect.get(entityClass, level) as Level | undefined) : undefined
}
