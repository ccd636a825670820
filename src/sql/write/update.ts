import { WhereNode, type UpdateQueryNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import { assignmentsOf, lowerAssignments, type Assignment, type UpdateValues } from "./assignments.ts"
import { type ChangedRow, type Returned, returnedItem } from "./changed-row.ts"
import { lowerAll, type BooleanExpr } from "../expression/expression.ts"
import { lowerFrom, optionalEntries } from "../from/from-clause.ts"
import type { LowerContext } from "../lowering/lower.ts"
import type { Relation } from "../from/relation.ts"
import type { AnyModel, Item, ResultOf, RowOf } from "../select/result.ts"
import type { Joinable } from "../select/select-base.ts"
import { requireExpressions } from "../select/select-state.ts"
import type { Shape } from "../lowering/shape.ts"
import { source, type Source, type SourceInfo } from "../from/source.ts"
import { lowerReturning, requireModel, targetNode } from "./target.ts"
import { fromNothing, withEntries, withinWrite, withJoin, type WriteEntry, type WriteFrom, writeRows } from "./write-from.ts"
import { hoistAll, type InWith, requireCommonTables } from "../from/cte.ts"
import { type ReturnedRow, WriteStatement, type WrittenRows } from "./write-statement.ts"

interface UpdateState<M extends AnyModel> {
  readonly model: M
  readonly assignments: readonly Assignment[]
  /** Empty: not said yet. `all`: every row, by name. */
  readonly where: readonly BooleanExpr[] | "all"
  readonly from: WriteFrom
  readonly returned: Returned
  readonly commonTables: readonly SourceInfo[]
}

/** An UPDATE that does not say yet which rows it is for. */
export interface UpdateDraft<M extends AnyModel, Nullable extends string = never> {
  /** What to set; further calls add more. `undefined` leaves a column as it is. */
  set(values: UpdateValues<M>): UpdateDraft<M, Nullable>
  /** Further entries, whose columns may be used in what is set, in conditions and in what is returned: see {@link Update.from}. */
  from(...entries: readonly WriteEntry[]): UpdateDraft<M, Nullable>
  /** Rows of the entries without a partner are left out. */
  join(target: Joinable): UpdateDraft<M, Nullable>
  join(target: Source | Relation, on: BooleanExpr | Relation): UpdateDraft<M, Nullable>
  /** Rows of the entries without a partner stay; everything of the joined entry is null in them. */
  leftJoin<N extends string>(target: Joinable<N>): UpdateDraft<M, Nullable | N>
  leftJoin<N extends string>(target: Source<N> | Relation<Source<N>>, on: BooleanExpr | Relation): UpdateDraft<M, Nullable | N>
  /** Rows may meet without a condition between them. */
  allowCartesian(): UpdateDraft<M, Nullable>
  /** The rows to update. @throws StatementError for `undefined` */
  where(...conditions: readonly [BooleanExpr, ...BooleanExpr[]]): Update<M, never, Nullable>
  /** Every row of the table, or with further entries every row that meets one of theirs. */
  allRows(): Update<M, never, Nullable>
}

/** An UPDATE; without `returning` it gives no rows. `Nullable` names the entries that an outer join may leave empty. */
export class Update<M extends AnyModel, O = never, Nullable extends string = never, I = undefined> extends WriteStatement<O, I> {
  readonly #state: UpdateState<M>

  constructor(state: UpdateState<M>) {
    super()
    this.#state = state
  }

  protected get title(): string {
    return `update of ${this.#state.model.tableName}`
  }
  get written(): WrittenRows {
    const { model, assignments } = this.#state
    return { model, kind: "update", sets: assignments.map(({ column }) => column.key) }
  }
  protected withReturned(returned: Returned): Update<M, any, any, any> {
    return this.#change({ returned })
  }
  protected get returned(): Returned {
    return this.#state.returned
  }
  protected get optional(): ReadonlySet<object> {
    return optionalEntries([], this.#state.from.joins)
  }

  /** What to set; further calls add more. `undefined` leaves a column as it is. */
  set(values: UpdateValues<M>): Update<M, O, Nullable, I> {
    const added = assignmentsOf(values, this.#state.model, `update of ${this.#state.model.tableName}`)
    const kept = this.#state.assignments.filter((old) => !added.some((assignment) => assignment.column.key === old.column.key))
    return this.#change({ assignments: [...kept, ...added] })
  }
  /**
   * Further entries: models, aliases, subqueries, or relations of the table. A row that meets several of theirs is updated once,
   * with the values of any one of them.
   * @example update(Post).set({ title: User.c.name.concat(": ").concat(Post.c.title) }).from(Post.author).where(User.c.id.eq(1))
   * @throws StatementError, when the statement is compiled, for an entry that no condition ties to the table
   */
  from(...entries: readonly WriteEntry[]): Update<M, O, Nullable, I> {
    const { from, model } = this.#state
    return this.#change({ from: withEntries(from, model[source], entries, "from") })
  }
  /** Rows of the entries without a partner are left out. */
  join(target: Joinable): Update<M, O, Nullable, I>
  join(target: Source | Relation, on: BooleanExpr | Relation): Update<M, O, Nullable, I>
  join(target: unknown, on?: BooleanExpr | Relation): Update<M, O, Nullable, I> {
    const { from, model } = this.#state
    return this.#change({ from: withJoin(from, model[source], "InnerJoin", target, on) })
  }
  /** Rows of the entries without a partner stay; everything of the joined entry is null in them. */
  leftJoin<N extends string>(target: Joinable<N>): Update<M, ReturnedRow<I, Nullable | N>, Nullable | N, I>
  leftJoin<N extends string>(
    target: Source<N> | Relation<Source<N>>,
    on: BooleanExpr | Relation,
  ): Update<M, ReturnedRow<I, Nullable | N>, Nullable | N, I>
  leftJoin(target: unknown, on?: BooleanExpr | Relation): Update<M, any, any, any> {
    const { from, model } = this.#state
    return this.#change({ from: withJoin(from, model[source], "LeftJoin", target, on) })
  }
  /** Rows may meet without a condition between them. */
  allowCartesian(): Update<M, O, Nullable, I> {
    return this.#change({ from: { ...this.#state.from, cartesian: true } })
  }
  /** Narrows the rows to update further. @throws StatementError for `undefined` */
  where(...conditions: readonly [BooleanExpr, ...BooleanExpr[]]): Update<M, O, Nullable, I> {
    requireExpressions(conditions, "where")
    const before = this.#state.where === "all" ? [] : this.#state.where
    return this.#change({ where: [...before, ...conditions] })
  }
  /** Every row of the table, or with further entries every row that meets one of theirs. */
  allRows(): Update<M, O, Nullable, I> {
    return this.#change({ where: "all" })
  }
  /**
   * Gives the updated rows as entities, or an item of each as `select` would. A function is given the row as it was
   * before and as it is now, `old` and `new`, which PostgreSQL has from version 18 on.
   * @example update(Post).set({ title: "x" }).allRows().returning((row) => ({ before: row.old.c.title, after: row.new.c.title }))
   */
  returning(): Update<M, RowOf<M>, Nullable, M>
  returning<const T extends Item>(item: T): Update<M, ResultOf<T, Nullable>, Nullable, T>
  returning<const T extends Item>(item: (row: ChangedRow<M>) => T): Update<M, ResultOf<T, Nullable>, Nullable, T>
  returning(item: Item | ((row: ChangedRow<M>) => Item) = this.#state.model): Update<M, any, any, any> {
    const returned = returnedItem(item, this.#state.model, [])
    return this.#change({ returned })
  }

  /** Puts common table expressions into WITH that are not used in FROM, such as ones that write. */
  withCte(...tables: readonly InWith[]): Update<M, O, Nullable, I> {
    return this.#change({ commonTables: [...this.#state.commonTables, ...requireCommonTables(tables)] })
  }

  override build(context: LowerContext): { readonly node: UpdateQueryNode; readonly shape: Shape | undefined } {
    const { model, assignments, where, from, returned } = this.#state
    const info = model[source]
    const { title } = this
    const conditions = requireRows(where, title)
    hoistAll(this.#state.commonTables, context)
    return withinWrite(info, from, context, () => {
      const table = targetNode(info, title, context)
      const rows = writeRows(from, info, conditions, title, context)
      const updates = lowerAssignments(assignments, info, title, context)
      const beside = lowerFrom(rows.roots, rows.joins, context)
      const condition = rows.where.length === 0 ? undefined : lowerAll("and", rows.where, context)
      const { returning, shape } = lowerReturning(returned, info, table, title, context)
      const node: UpdateQueryNode = {
        kind: "UpdateQueryNode",
        table,
        updates,
        ...beside,
        ...(condition === undefined ? {} : { where: WhereNode.create(condition) }),
        ...(returning === undefined ? {} : { returning }),
      }
      return { node, shape }
    })
  }

  #change(changes: Partial<UpdateState<M>>): Update<M, any, any, any> {
    return new Update({ ...this.#state, ...changes })
  }
}

/** @throws StatementError when a statement does not say which rows it changes. */
export function requireRows(where: readonly BooleanExpr[] | "all", title: string): readonly BooleanExpr[] {
  if (where === "all") return []
  if (where.length > 0) return where
  throw new StatementError(`${title} does not say which rows`, { hint: "add where(…), or allRows() when every row is meant" })
}

/**
 * Begins an UPDATE.
 *
 * @example
 * update(Post).set({ viewCount: Post.c.viewCount.plus(1) }).where(Post.c.id.eq(7))
 * update(Post).set({ publishedDate: null }).allRows()
 * update(Post).set({ title: User.c.name }).from(Post.author).where(Post.c.title.eq(""))
 */
export function update<M extends AnyModel>(model: M): UpdateDraft<M> {
  requireModel(model, "update()")
  return new Update({ model, assignments: [], where: [], from: fromNothing, returned: undefined, commonTables: [] })
}
