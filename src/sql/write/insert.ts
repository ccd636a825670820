import type { InsertQueryNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import type { InsertValues, NewRow, UpdateValues } from "./assignments.ts"
import { type ChangedRow, type Returned, returnedItem } from "./changed-row.ts"
import {
  lowerConflict,
  requireTarget,
  updateAction,
  type ConflictAction,
  type ConflictOptions,
  type ConflictTarget,
  type Excluded,
} from "./conflict.ts"
import type { SqlDialect } from "../dialect/dialect.ts"
import type { AnyExpr, BooleanExpr } from "../expression/expression.ts"
import { type InsertQuery, type KnownColumns, lowerQuery, queryColumns } from "./insert-query.ts"
import {
  batchOf,
  divideBatch,
  halveBatch,
  type InsertBatch,
  type InsertParts,
  type InsertRow,
  insertRows,
  lowerRows,
  noRows,
} from "./insert-rows.ts"
import type { LowerContext } from "../lowering/lower.ts"
import type { AnyModel, Item, ResultOf, RowOf } from "../select/result.ts"
import { requireExpressions } from "../select/select-state.ts"
import type { Shape } from "../lowering/shape.ts"
import { source, type SourceInfo } from "../from/source.ts"
import { lowerReturning, requireModel, tableNode } from "./target.ts"
import { hoistAll, type InWith, requireCommonTables } from "../from/cte.ts"
import { WriteStatement, type WrittenRows } from "./write-statement.ts"

interface InsertState<M extends AnyModel> {
  readonly model: M
  readonly batch: InsertBatch
  /** Whose rows are inserted instead of a batch. */
  readonly query: InsertQuery | undefined
  readonly conflict: ConflictAction | undefined
  readonly returned: Returned
  readonly commonTables: readonly SourceInfo[]
}

/** An INSERT that has no rows yet. */
export interface InsertDraft<M extends AnyModel> {
  /**
   * The rows: property names, each value possibly an expression. What is left out or undefined gets its default.
   * @throws StatementError for an empty list, and for a property that is no column
   */
  values(rows: readonly InsertValues<M>[] | InsertValues<M>): Insert<M>
  /** One row of nothing but defaults. */
  defaultValues(): Insert<M>
  /**
   * The rows of a query, without a detour by the application. Its columns are properties of the model.
   * @example insert(Digest).from(select({ userId: Post.c.userId, posts: count() }).from(Post).groupBy(Post.c.userId))
   * @throws StatementError for a column that the model has not, and when a column is left out that the application computes
   */
  from<Q extends InsertQuery<NewRow<M>>>(query: Q & KnownColumns<M, Q>): Insert<M>
}

/** An INSERT; without `returning` it gives no rows. */
export class Insert<M extends AnyModel, O = never, I = undefined> extends WriteStatement<O, I> {
  readonly #state: InsertState<M>

  constructor(state: InsertState<M>) {
    super()
    this.#state = state
  }

  protected get title(): string {
    return `insert into ${this.#state.model.tableName}`
  }
  get written(): WrittenRows {
    const { model, conflict } = this.#state
    const assignments = conflict?.assignments
    if (assignments === undefined) return { model, kind: "insert", sets: [] }
    return { model, kind: "upsert", sets: assignments.map(({ column }) => column.key) }
  }
  protected withReturned(returned: Returned): Insert<M, any, any> {
    return new Insert({ ...this.#state, returned })
  }
  protected get returned(): Returned {
    return this.#state.returned
  }
  protected get optional(): ReadonlySet<object> {
    return new Set()
  }

  /** More rows. */
  values(rows: readonly InsertValues<M>[] | InsertValues<M>): Insert<M, O, I> {
    const { model } = this.#state
    const title = `insert into ${model.tableName}`
    const list: readonly unknown[] = Array.isArray(rows) ? rows : [rows]
    if (list.length === 0)
      throw new StatementError(`${title}: values() was given no rows`, {
        hint: "run the statement only when there are rows, or use defaultValues()",
      })
    return this.#withRows(insertRows(list, model, title))
  }
  /** One row of nothing but defaults. */
  defaultValues(): Insert<M, O, I> {
    return this.#withRows(insertRows([{}], this.#state.model, ""))
  }
  #withRows(rows: readonly InsertRow[]): Insert<M, O, I> {
    const { batch, model, query } = this.#state
    if (query !== undefined) throw new StatementError(`insert into ${model.tableName} has the rows of a query already`)
    return new Insert({ ...this.#state, batch: batchOf(batch.rows.length === 0 ? rows : [...batch.rows, ...rows]) })
  }
  /** The rows of a query: see {@link InsertDraft.from}. */
  from<Q extends InsertQuery<NewRow<M>>>(query: Q & KnownColumns<M, Q>): Insert<M, O, I> {
    const { batch, model, query: before } = this.#state
    const title = `insert into ${model.tableName}`
    if (before !== undefined || batch.rows.length > 0) throw new StatementError(`${title} has rows already`)
    queryColumns(query, model, title)
    return new Insert({ ...this.#state, query })
  }
  /**
   * What happens where a row is there already: by the columns and expressions of the unique index that it is in, by the name of the
   * constraint (PostgreSQL), or, for `doNothing`, by any.
   * @example
   * insert(User).values(user).onConflict([User.c.email]).doUpdate((excluded) => ({ name: excluded.name }))
   * insert(User).values(user).onConflict([lower(User.c.email)], { where: User.c.deletedAt.isNull() }).doNothing()
   */
  onConflict(target?: readonly AnyExpr<unknown, M["tableName"]>[] | string, options: ConflictOptions = {}): OnConflict<M, O, I> {
    const { model } = this.#state
    if (this.#state.conflict !== undefined)
      throw new StatementError(`insert into ${model.tableName} says what happens to a conflict already`, {
        hint: "a statement has one onConflict()",
      })
    const checked = requireTarget(target, model, `insert into ${model.tableName}`)
    if ("where" in options) requireExpressions([options.where], "onConflict where")
    return new OnConflict(this.#state, checked, options.where)
  }
  /**
   * Gives the rows that were inserted or updated as entities, or an item of each as `select` would. A function is given the row as it was
   * before and as it is now, `old` and `new`, which PostgreSQL has from version 18 on. `old` is null for a row that was inserted.
   * @example
   * insert(User).values(user).onConflict([User.c.email]).doUpdate((excluded) => ({ name: excluded.name }))
   *   .returning((row) => ({ id: row.new.c.id, before: row.old.c.name }))
   */
  returning(): Insert<M, RowOf<M>, M>
  returning<const T extends Item>(item: T): Insert<M, ResultOf<T>, T>
  returning<const T extends Item>(item: (row: ChangedRow<M>) => T): Insert<M, ResultOf<T, "old">, T>
  returning(item: Item | ((row: ChangedRow<M>) => Item) = this.#state.model): Insert<M, any, any> {
    const returned = returnedItem(item, this.#state.model, ["old"])
    return new Insert({ ...this.#state, returned })
  }

  /** Puts common table expressions into WITH that are not used in FROM, such as ones that write. */
  withCte(...tables: readonly InWith[]): Insert<M, O, I> {
    return new Insert({ ...this.#state, commonTables: [...this.#state.commonTables, ...requireCommonTables(tables)] })
  }

  override build(context: LowerContext): { readonly node: InsertQueryNode; readonly shape: Shape | undefined } {
    const { model, conflict, returned } = this.#state
    const { title } = this
    hoistAll(this.#state.commonTables, context)
    const rows = this.#lowerRows(title, context)
    const info = model[source]
    return context.within([info], nothing, () => {
      const into = tableNode(info, title, context)
      const { returning, shape } = lowerReturning(returned, info, into, title, context)
      const node: InsertQueryNode = {
        kind: "InsertQueryNode",
        into,
        ...rows,
        ...(conflict === undefined ? {} : { onConflict: lowerConflict(conflict, info, title, context) }),
        ...(returning === undefined ? {} : { returning }),
      }
      return { node, shape }
    })
  }

  override divide(dialect: SqlDialect, tooLarge: boolean): readonly Insert<M, O, I>[] | undefined {
    const { batch, model } = this.#state
    const parts = tooLarge ? halveBatch(batch) : divideBatch(batch, model, dialect)
    return parts?.map((part) => new Insert({ ...this.#state, batch: part }))
  }

  /** No column of the table is in reach of what is inserted. */
  #lowerRows(title: string, context: LowerContext): InsertParts {
    const { batch, model, query, conflict } = this.#state
    return context.within([], nothing, () => {
      if (query !== undefined) return lowerQuery(query, queryColumns(query, model, title), conflict !== undefined, context)
      if (batch.rows.length > 0) return lowerRows(batch, model, title, context)
      throw new StatementError(`${title} has no rows`, { hint: "add values(…), from(select(…)) or defaultValues()" })
    })
  }
}

const nothing: ReadonlySet<object> = new Set()

/** An INSERT that is about to say what happens to a conflict. */
export class OnConflict<M extends AnyModel, O, I = undefined> {
  readonly #state: InsertState<M>
  readonly #target: ConflictTarget
  readonly #where: BooleanExpr | undefined

  constructor(state: InsertState<M>, target: ConflictTarget, where: BooleanExpr | undefined) {
    this.#state = state
    this.#target = target
    this.#where = where
  }
  /** The row that is there stays as it is; `returning` does not give it. */
  doNothing(): Insert<M, O, I> {
    return new Insert({
      ...this.#state,
      conflict: { target: this.#target, targetWhere: this.#where, assignments: undefined, updateWhere: undefined, excluded: undefined },
    })
  }
  /**
   * Updates the row that is there. The argument of `set` holds the columns of the row that was to be inserted; the model's own
   * columns are those of the row that is there.
   */
  doUpdate(
    set: ((excluded: Excluded<M>) => UpdateValues<M>) | UpdateValues<M>,
    options: { readonly where?: BooleanExpr | ((excluded: Excluded<M>) => BooleanExpr) } = {},
  ): Insert<M, O, I> {
    return new Insert({ ...this.#state, conflict: updateAction(this.#target, this.#where, set, options, this.#state.model) })
  }
}

/**
 * Begins an INSERT.
 *
 * @example
 * insert(User).values([{ email: "a@example.com", name: "A" }, { email: "b@example.com", name: "B" }]).returning(User.c.id)
 */
export function insert<M extends AnyModel>(model: M): InsertDraft<M> {
  requireModel(model, "insert()")
  return new Insert({ model, batch: noRows, query: undefined, conflict: undefined, returned: undefined, commonTables: [] })
}
