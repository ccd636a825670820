import { AliasNode, ColumnNode, IdentifierNode, RawNode, ReferenceNode, TableNode, type OperationNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import { type BooleanExpr, Expr } from "../expression/expression.ts"
import type { LowerContext, ScopeEntry } from "../lowering/lower.ts"
import type { EntitySource, JsonShape } from "../lowering/shape.ts"
import type { SqlType } from "../types/type.ts"

/** Where a FROM entry keeps what statements need of it. */
export const source: unique symbol = Symbol.for("rebis.source")

/** Something that can stand in FROM: a model, an alias of one, a subquery with a name. */
export interface Source<N extends string = string> {
  readonly tableName: N
  readonly c: any
  readonly [source]: SourceInfo
}

/** A FROM entry that sees those before it. What ties it to them may be inside, so it is joined without a condition too. */
export interface Lateral {
  readonly $lateral: true
}

export interface SourceInfo extends ScopeEntry {
  /** It sees the entries before it in FROM: always, or where its arguments do. */
  readonly lateral?: "subquery" | "function"
  /** It is a common table expression. */
  readonly inWith?: true
  /** Puts it into WITH, where it has no rows that could stand in FROM. */
  hoist?(context: LowerContext): void
  /** What stands in FROM. */
  from(context: LowerContext): OperationNode
  readonly columns: readonly Column<any, any, any>[]
  /** What a row of it becomes; a subquery's row is plain. */
  readonly entity: EntitySource | undefined
  /** Its rows are no rows of today: no session takes them for its entities. */
  readonly detached?: true
  /** A condition on the rows of `entry`, which is this one or an alias of it: a subtype's, in a table that it shares. */
  readonly criterion?: (entry: SourceInfo) => BooleanExpr
  /** What a statement writes to, where that is not simply what stands in FROM. */
  readonly target?: WriteTarget
  /** The names of the tables in it whose rows can be locked, where it is several. */
  readonly lockable?: readonly string[] | undefined
  /** The same under another name, where an alias of one node is not enough. */
  renamed?(alias: string): SourceInfo
}

/** Where a statement writes the rows of an entry. */
export interface WriteTarget {
  /** @throws StatementError when no one table has them */
  from(context: LowerContext, where: string): OperationNode
  /** The condition on the rows that are the entry's. */
  readonly criterion?: (entry: SourceInfo) => BooleanExpr
  /** Whole rows of it stand in further tables too, so that none can be returned. */
  readonly isPartial: boolean
}

export function isSource(value: unknown): value is Source {
  return (typeof value === "object" || typeof value === "function") && value !== null && source in value
}

/** What a column knows beside its name and type; all of it stems from its definition in a model. */
export interface ColumnTraits {
  readonly nullable: boolean
  /** Computed by the application when a value is missing on insert. */
  readonly clientDefault?: (() => unknown) | undefined
  /** Computed by the application on every update that does not set the column. */
  readonly clientOnUpdate?: (() => unknown) | undefined
  /** It says which class a row is of, and is written by the session only. */
  readonly discriminator?: true
}

/** Where a column stands in SQL, when that is not the entry's own name and the column's. */
export interface PhysicalColumn {
  readonly table: string
  readonly column: string
}

/**
 * A column of a FROM entry. `key` is its property, `name` what the database calls it.
 *
 * @example
 * Post.c.createdAt   // key "createdAt", name "created_at"
 */
export class Column<out T, out S extends string = string, out K extends string = string> extends Expr<T, S> {
  readonly key: K
  readonly name: string
  /** What its table calls it: `name`, unless two tables of the entry have a column of that name. */
  readonly physicalName: string
  override readonly type: SqlType
  readonly traits: ColumnTraits
  readonly owner: SourceInfo
  readonly #reference: ReferenceNode
  readonly #bare: ReferenceNode
  readonly #json: JsonShape | undefined

  constructor(
    owner: SourceInfo,
    key: K,
    name: string,
    type: SqlType,
    traits: ColumnTraits,
    json?: JsonShape,
    physical: PhysicalColumn = { table: owner.name, column: name },
  ) {
    super()
    this.#json = json
    this.owner = owner
    this.key = key
    this.name = name
    this.type = type
    this.traits = traits
    this.#reference = ReferenceNode.create(ColumnNode.create(physical.column), TableNode.create(physical.table))
    this.#bare = ReferenceNode.create(ColumnNode.create(physical.column))
    this.physicalName = physical.column
  }
  override get json(): JsonShape | undefined {
    return this.#json
  }
  get label(): string {
    return `${this.owner.name}.${this.name}`
  }
  lower(context: LowerContext): OperationNode {
    if (!context.qualifies) return this.#bare
    context.require(this.owner, this.name)
    const renamed = context.newNameOf(this.owner)
    return renamed === undefined ? this.#reference : ReferenceNode.create(ColumnNode.create(this.physicalName), TableNode.create(renamed))
  }
}

/** `table as "alias"`, with every column bound to the alias. */
export function aliasInfo(original: SourceInfo, alias: string): SourceInfo {
  if (original.renamed !== undefined) return original.renamed(alias)
  const info: SourceInfo = {
    id: {},
    name: alias,
    from: (context) => {
      const node = original.from(context)
      if (RawNode.is(node)) {
        throw new StatementError(`${original.name} cannot stand in FROM as ${alias}: it has its name from where it was made`, {
          hint: `make another one under that name`,
        })
      }
      return AliasNode.create(AliasNode.is(node) ? node.node : node, IdentifierNode.create(alias))
    },
    columns: [],
    entity: original.entity,
    ...(original.inWith === true ? { inWith: true } : {}),
    ...(original.criterion === undefined ? {} : { criterion: original.criterion }),
    ...(original.target === undefined ? {} : { target: original.target }),
  }
  const columns = original.columns.map((column) => new Column(info, column.key, column.name, column.type, column.traits, column.json))
  return Object.assign(info, { columns })
}

/** Columns by property, as `Model.c` shows them. */
export function columnMap(columns: readonly Column<any, any, any>[]): Record<string, Column<any, any, any>> {
  const map: Record<string, Column<any, any, any>> = Object.create(null)
  for (const column of columns) map[column.key] = column
  return Object.freeze(map)
}
