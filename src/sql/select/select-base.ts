import type { SelectQueryNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import type { SetMember } from "./compound-state.ts"
import { type InWith, requireCommonTables } from "../from/cte.ts"
import type { AnyExpr, BooleanExpr, Order } from "../expression/expression.ts"
import type { JoinKind } from "../from/from-clause.ts"
import type { LowerContext } from "../lowering/lower.ts"
import { joinsOf } from "../from/joins.ts"
import { Query } from "./query.ts"
import type { Relation } from "../from/relation.ts"
import type { Item } from "./result.ts"
import { type LimitOptions, requireCount, type RowCount } from "./row-count.ts"
import { type LockOptions, type LockStrength, rowLock } from "./row-lock.ts"
import { rowColumnsOf, type RowColumn } from "../from/row-columns.ts"
import { lowerSelect, optionalSources, requireExpressions, startsOf, type SelectState } from "./select-state.ts"
import { alignItem, leavesOf } from "./set-operands.ts"
import type { Shape } from "../lowering/shape.ts"
import type { Lateral, Source } from "../from/source.ts"
import type { Statement } from "../statement.ts"
import type { SqlType } from "../types/type.ts"

/** What can be joined without a condition: a relation, or a lateral subquery, which has it inside. */
export type Joinable<N extends string = string> = Relation<Source<N>> | (Source<N> & Lateral)

/** What every SELECT can do; `Self` is the statement's own type, which most clauses keep, `Limited` that of one with fewer rows. */
export abstract class SelectBase<O, M, Self extends Statement, Limited extends Statement = Self> extends Query<O, M> {
  readonly state: SelectState

  constructor(state: SelectState) {
    super()
    this.state = state
  }

  get item(): Item {
    return this.state.item
  }
  get hasLimit(): boolean {
    return this.state.limit !== undefined
  }
  get isBare(): boolean {
    const { orderBy, limit, offset } = this.state
    return orderBy.length === 0 && limit === undefined && offset === undefined
  }
  get locksRows(): boolean {
    return this.state.locks.length > 0
  }
  get columnTypes(): readonly (SqlType | undefined)[] {
    return leavesOf(this.state.item).map((expression) => expression.type)
  }
  aligned(like: Item, where: string): SetMember {
    return this.derive({ ...this.state, item: alignItem(this.state.item, like, where) }) as unknown as SetMember
  }

  protected abstract derive(state: SelectState): Self

  protected change(changes: Partial<SelectState>): Self {
    return this.derive({ ...this.state, ...changes })
  }

  /** All conditions must hold; further calls add more. @throws StatementError for `undefined`, which would select everything. */
  where(...conditions: readonly BooleanExpr[]): Self {
    requireExpressions(conditions, "where")
    return this.change({ where: [...this.state.where, ...conditions] })
  }
  orderBy(...order: readonly (Order | AnyExpr)[]): Self {
    requireExpressions(order, "orderBy")
    return this.change({ orderBy: [...this.state.orderBy, ...order] })
  }
  /** At most `count` rows. @example select(Post).orderBy(Post.c.viewCount.desc()).limit(3, { withTies: true }) */
  limit(count: RowCount, options: LimitOptions = {}): Limited {
    return this.change({ limit: requireCount(count, "limit"), withTies: options.withTies ?? false }) as Statement as Limited
  }
  /** Leaves out the first `count` rows. */
  offset(count: RowCount): Limited {
    return this.change({ offset: requireCount(count, "offset") }) as Statement as Limited
  }
  distinct(): Self {
    return this.change({ distinct: true })
  }
  /**
   * Of the rows with equal values of these, the first one in the order, which begins with them. PostgreSQL only.
   * @example select(Post).distinctOn(Post.c.userId).orderBy(Post.c.userId.asc(), Post.c.id.desc()) // the newest of each
   */
  distinctOn(...expressions: readonly [AnyExpr, ...AnyExpr[]]): Self {
    requireExpressions(expressions, "distinctOn")
    if (expressions.length === 0) throw new StatementError("distinctOn() was given no expression", { hint: "distinct() is of whole rows" })
    return this.change({ distinctOn: [...this.state.distinctOn, ...expressions] })
  }

  /** Lets every row of an entry meet every row of another one that no condition ties to it: a product, which is refused otherwise. */
  allowCartesian(): Self {
    return this.change({ cartesian: true })
  }

  /**
   * Locks the rows that it gives until the transaction ends, so that nobody else changes, deletes or locks them. PostgreSQL only.
   * @example select(Job).where(Job.c.state.eq("new")).orderBy(Job.c.id.asc()).limit(1).forUpdate({ skipLocked: true })
   */
  forUpdate(options: LockOptions = {}): Self {
    return this.#locking("update", options)
  }
  /** As {@link forUpdate}, but others may refer to the rows by foreign keys. */
  forNoKeyUpdate(options: LockOptions = {}): Self {
    return this.#locking("no key update", options)
  }
  /** Keeps others from changing and deleting the rows, and lets them lock them in the same way. */
  forShare(options: LockOptions = {}): Self {
    return this.#locking("share", options)
  }
  /** Keeps others from deleting the rows and changing their keys. */
  forKeyShare(options: LockOptions = {}): Self {
    return this.#locking("key share", options)
  }
  #locking(strength: LockStrength, options: LockOptions): Self {
    return this.change({ locks: [...this.state.locks, rowLock(strength, options)] })
  }

  /** Puts common table expressions into WITH that are not used in FROM, such as ones that write. */
  withCte(...tables: readonly InWith[]): Self {
    return this.change({ commonTables: [...this.state.commonTables, ...requireCommonTables(tables)] })
  }

  override build(context: LowerContext): { readonly node: SelectQueryNode; readonly shape: Shape } {
    const { node, selection } = lowerSelect(this.state, context)
    return { node, shape: selection!.shape }
  }

  /** The columns of its rows, as they stand in FROM. */
  rowColumns(title: string): readonly RowColumn[] {
    return rowColumnsOf(this.state.item, optionalSources(this.state), title)
  }

  protected joined(kind: JoinKind, target: unknown, on: BooleanExpr | Relation | undefined): Partial<SelectState> {
    const { joins } = this.state
    return { joins: [...joins, ...joinsOf(kind, target, on, () => startsOf(this.state))] }
  }
}
