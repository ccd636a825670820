import { AliasNode, IdentifierNode, type OperationNode, ParensNode, RawNode } from "kysely"
import { StatementError } from "../errors/index.ts"
import {
  type BooleanExpr,
  Column,
  type ColumnTraits,
  type EntitySource,
  type LowerContext,
  type SourceInfo,
  type WriteTarget,
} from "../sql/index.ts"
import type { Level, LevelTable } from "./inheritance.ts"
import { LevelRows, rowPlaces } from "./level-rows.ts"
import { discriminatorTraits } from "./define-table.ts"
import { shortenName } from "./naming.ts"
import type { Table, TableColumn } from "./table.ts"

const allRows = new WeakMap<Level, EntitySource>()

function rowsOf(level: Level): EntitySource {
  let rows = allRows.get(level)
  if (rows === undefined) allRows.set(level, (rows = new LevelRows(level)))
  return rows
}

/** A level as a FROM entry. */
export interface LevelSource extends SourceInfo {
  /** The columns of its own properties, without those of the levels below. */
  readonly own: readonly Column<any, any, any>[]
}

/**
 * A level as a FROM entry. Its columns and its SQL are worked out when they are first asked for, since the levels below it are
 * declared later. Where its rows stand in one table that is the entry, with a condition for a subtype; where they stand in
 * several it is their join: inner with the tables above, outer with those below.
 *
 * @param alias another name than that of the level's table
 */
export function levelSource(level: Level, alias?: string): LevelSource {
  const entry = new LevelEntry(level, alias ?? level.table.name)
  const id = alias === undefined ? level.table.info.id : {}
  const info: LevelSource = {
    id,
    name: entry.name,
    from: (context) => entry.from(context),
    get columns() {
      return entry.columns(info)
    },
    get own() {
      return entry.own(info)
    },
    get lockable() {
      return entry.lockable
    },
    get entity() {
      return rowsOf(level)
    },
    ...(level.isShared ? { criterion: (of: SourceInfo) => isOfLevel(level, of) } : {}),
    target: entry.target,
    renamed: (other) => levelSource(level, other),
  }
  return info
}

/** The condition that rows of a table which other classes share are of the level. */
function isOfLevel(level: Level, entry: SourceInfo): BooleanExpr {
  const column = entry.columns[level.discriminator]!
  const [first, ...others] = level.identities.keys()
  return first !== undefined && others.length === 0 ? column.eq(first as never) : column.in([...level.identities.keys()] as never)
}

/** A table in the join that a level is. */
interface Part {
  readonly table: Table
  readonly name: string
}

class LevelEntry {
  readonly name: string
  readonly target: WriteTarget
  readonly #level: Level
  #own: readonly Column<any, any, any>[] | undefined
  #columns: readonly Column<any, any, any>[] | undefined
  readonly #names = new Set<string>()

  constructor(level: Level, name: string) {
    this.#level = level
    this.name = name
    const { isShared } = level
    this.target = {
      from: (context, where) => this.#written(context, where),
      ...(isShared ? { criterion: (of: SourceInfo) => isOfLevel(level, of) } : {}),
      get isPartial() {
        return isInSeveralTables(level)
      },
    }
  }

  own(info: SourceInfo): readonly Column<any, any, any>[] {
    return (this.#own ??= this.#makeOwn(info))
  }
  #makeOwn(info: SourceInfo): readonly Column<any, any, any>[] {
    const level = this.#level
    if (level.parent === undefined && this.name === level.table.name) {
      // Those of the table itself: they can be used without the tables of its subtypes.
      for (const { name } of level.columns) this.#names.add(name)
      return level.columns.map(({ expression }) => expression)
    }
    return level.columns.map((column, index) => this.#column(info, level, column, column.key, traitsOf(level, column, index)))
  }

  columns(info: SourceInfo): readonly Column<any, any, any>[] {
    this.#columns ??= [
      ...this.own(info),
      ...rowPlaces(this.#level)
        .slice(this.#level.columns.length)
        .map(({ level, column, key }) => this.#column(info, level, column, key, { nullable: true })),
    ]
    return this.#columns
  }

  from(context: LowerContext): OperationNode {
    if (!isInSeveralTables(this.#level)) return this.#table(context)
    const { tables, table } = this.#level
    const own: Part = { table, name: this.name }
    const parts: SqlPart[] = [this.#table(context)]
    for (const above of tables.slice(0, -1).toReversed()) {
      const part = this.#part(above.table)
      parts.push(" inner join ", tableNode(part, context), " on ", ...keysAreEqual(part, above, own, tables.at(-1)!))
    }
    for (const below of this.#level.descendants) {
      if (!below.isJoined || below === this.#level) continue
      const part = this.#part(below.table)
      const parent = below.parent!.tables.at(-1)!
      const on = keysAreEqual(part, below.tables.at(-1)!, this.#part(parent.table), parent)
      parts.push(" left join ", tableNode(part, context), " on ", ...on)
    }
    return ParensNode.create(rawNode(parts))
  }

  /** The tables that each row stands in. */
  get lockable(): readonly string[] | undefined {
    if (!isInSeveralTables(this.#level)) return undefined
    return this.#level.tables.map(({ table }) => this.#part(table).name)
  }

  #table(context: LowerContext): OperationNode {
    return tableNode({ table: this.#level.table, name: this.name }, context)
  }

  #part(table: Table): Part {
    return { table, name: table === this.#level.table ? this.name : partName(this.name, table) }
  }

  #written(context: LowerContext, where: string): OperationNode {
    const { tables } = this.#level
    if (tables.length === 1) return this.#table(context)
    const names = tables.map(({ table }) => table.fullName).join(" and ")
    throw new StatementError(`${where}: its rows stand in ${names}, and a statement writes to one table`, {
      hint: "load the entities and change, add or delete them in a session, which writes to all tables",
    })
  }

  #column(info: SourceInfo, level: Level, column: TableColumn, key: string, traits: ColumnTraits): Column<any, any, any> {
    const holder = tableHolding(level, column)
    const { name } = holder.columns.get(holder.level.columns.indexOf(column))!
    const physical = { table: this.#part(holder.table).name, column: name }
    return new Column(info, key, this.#unique(name, holder.table), column.type, traits, undefined, physical)
  }

  /** Two tables may each have a column of the name. */
  #unique(column: string, table: Table): string {
    let name = column
    for (let count = 1; this.#names.has(name); count++) name = `${table.name}_${column}${count === 1 ? "" : String(count)}`
    this.#names.add(name)
    return name
  }
}

/** What statements know of a column that an entry of a level has. */
function traitsOf(level: Level, { options }: TableColumn, index: number): ColumnTraits {
  const { clientDefault, clientOnUpdate } = options
  if (index !== level.discriminator) return { nullable: options.nullable, clientDefault, clientOnUpdate }
  return discriminatorTraits(level.identity, level.table.fullName)
}

/** The table in which a level has a column: of keys the level's own. */
function tableHolding(level: Level, column: TableColumn): LevelTable {
  const index = level.columns.indexOf(column)
  return level.tables.findLast(({ columns }) => columns.has(index))!
}

function isInSeveralTables(level: Level): boolean {
  level.seal()
  return level.tables.length > 1 || level.descendants.some((below) => below !== level && below.isJoined)
}

/** The name of a further table inside an entry: of its own, so that it never meets another entry's. */
function partName(entry: string, table: Table): string {
  return shortenName(`${entry}_${table.name}`)
}

function tableNode({ table, name }: Part, context: LowerContext): OperationNode {
  const node = table.info.from(context)
  return name === table.name ? node : AliasNode.create(node, IdentifierNode.create(name))
}

function keysAreEqual(part: Part, of: LevelTable, other: Part, ofOther: LevelTable): SqlPart[] {
  return of.table.primaryKey!.columns.flatMap((column, position) => {
    const [index] = [...of.columns].find(([, each]) => each === column)!
    const equality = [...reference(part, column), " = ", ...reference(other, ofOther.columns.get(index)!)]
    return position === 0 ? equality : [" and ", ...equality]
  })
}

function reference({ name }: Part, column: TableColumn): SqlPart[] {
  return [IdentifierNode.create(name), ".", IdentifierNode.create(column.name)]
}

type SqlPart = string | OperationNode

function rawNode(parts: readonly SqlPart[]): RawNode {
  const fragments: string[] = [""]
  const nodes: OperationNode[] = []
  for (const part of parts) {
    if (typeof part === "string") fragments[fragments.length - 1] += part
    else {
      nodes.push(part)
      fragments.push("")
    }
  }
  return RawNode.create(fragments, nodes)
}
