import { DefinitionError } from "../errors/index.ts"
import { Column, type Condition, Expr, Order } from "../sql/index.ts"
import type { ReferenceOptions, ReferenceTarget } from "./column-builder.ts"

/** What the third argument of `Base.model` may list. */
export type TableItem = IndexItem | UniqueItem | PrimaryKeyItem | CheckItem | ForeignKeyItem

/** An index. Its methods give a changed copy. */
export class IndexItem {
  readonly kind = "index" as const
  readonly keys: readonly (Expr<any, any> | Order)[]
  readonly options: { readonly name?: string; readonly unique?: boolean; readonly where?: Condition; readonly method?: string }

  constructor(keys: IndexItem["keys"], options: IndexItem["options"]) {
    this.keys = keys
    this.options = options
  }
  /** The index's name, instead of the naming convention's; an index over expressions alone needs one. */
  named(name: string): IndexItem {
    return new IndexItem(this.keys, { ...this.options, name })
  }
  unique(): IndexItem {
    return new IndexItem(this.keys, { ...this.options, unique: true })
  }
  /** Only rows for which the condition holds are in the index. */
  where(condition: Condition): IndexItem {
    return new IndexItem(this.keys, { ...this.options, where: condition })
  }
  /** The access method, `btree` when not said; PostgreSQL only. */
  using(method: string): IndexItem {
    return new IndexItem(this.keys, { ...this.options, method })
  }
}

export interface UniqueItem {
  readonly kind: "unique"
  readonly columns: readonly Column<any, any, any>[]
  readonly name: string | undefined
}
export interface PrimaryKeyItem {
  readonly kind: "primaryKey"
  readonly columns: readonly Column<any, any, any>[]
  readonly name: string | undefined
}
export interface CheckItem {
  readonly kind: "check"
  readonly name: string | undefined
  readonly condition: Condition
}
export interface ForeignKeyItem {
  readonly kind: "foreignKey"
  readonly columns: readonly Column<any, any, any>[]
  readonly targets: readonly ReferenceTarget[]
  readonly options: ReferenceOptions
}

/** An index over columns, ordered columns and expressions. @example index(t.userId, t.createdAt.desc()).where(t.deletedAt.isNull()) */
export function index(...keys: readonly (Expr<any, any> | Order)[]): IndexItem {
  keys.forEach((key, position) => {
    if (!(key instanceof Expr) && !(key instanceof Order))
      throw new DefinitionError(`index(): argument ${position + 1} is not a column or expression`)
  })
  if (keys.length === 0) throw new DefinitionError("index() needs at least one column")
  return new IndexItem(keys, {})
}

/** A unique constraint over several columns. */
export function unique(...columns: readonly Column<any, any, any>[]): UniqueItem & { named(name: string): UniqueItem } {
  const item: UniqueItem = { kind: "unique", columns: requireColumns("unique", columns), name: undefined }
  return { ...item, named: (name) => ({ ...item, name }) }
}

/** A primary key, where its order is not that of the columns or it needs a name. */
export function primaryKey(...columns: readonly Column<any, any, any>[]): PrimaryKeyItem & { named(name: string): PrimaryKeyItem } {
  const item: PrimaryKeyItem = { kind: "primaryKey", columns: requireColumns("primaryKey", columns), name: undefined }
  return { ...item, named: (name) => ({ ...item, name }) }
}

/** A check. `name` is the `{constraint_name}` of the naming convention. @example check("title_not_empty", t.title.ne("")) */
export function check(name: string, condition: Condition): CheckItem
export function check(condition: Condition): CheckItem
export function check(nameOrCondition: string | Condition, condition?: Condition): CheckItem {
  const item: Partial<CheckItem> =
    typeof nameOrCondition === "string"
      ? { kind: "check", name: nameOrCondition, condition: condition! }
      : { kind: "check", name: undefined, condition: nameOrCondition }
  if (!(item.condition instanceof Expr))
    throw new DefinitionError(`check(${typeof nameOrCondition === "string" ? `"${nameOrCondition}"` : ""}) has no condition`)
  return item as CheckItem
}

/** A foreign key over several columns. @example foreignKey([t.orderId, t.lineNo], [() => Line.c.orderId, () => Line.c.no]) */
export function foreignKey(
  columns: readonly Column<any, any, any>[],
  targets: readonly ReferenceTarget[],
  options: ReferenceOptions = {},
): ForeignKeyItem {
  if (columns.length !== targets.length)
    throw new DefinitionError(`foreignKey(): ${columns.length} columns cannot refer to ${targets.length}`)
  return { kind: "foreignKey", columns: requireColumns("foreignKey", columns), targets, options }
}

function requireColumns(what: string, columns: readonly Column<any, any, any>[]): readonly Column<any, any, any>[] {
  if (columns.length === 0) throw new DefinitionError(`${what}() needs at least one column`)
  columns.forEach((column, position) => {
    if (!(column instanceof Column)) throw new DefinitionError(`${what}(): argument ${position + 1} is not a column of the table`)
  })
  return columns
}
