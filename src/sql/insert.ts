import type { InsertQueryNode } from "kysely"
import { StatementError } from "../errors/index.ts"
import type { InsertValues, UpdateValues } from "./assignments.ts"
import {
  lowerConflict,
  requireTarget,
  updateAction,
  type ConflictAction,
  type ConflictOptions,
  type ConflictTarget,
  type Excluded,
} from "./conflict.ts"
import type { BooleanExpr } from "./expression.ts"
import { insertRow, lowerRows, type InsertRow } from "./insert-rows.ts"
import type { LowerContext } from "./lower.ts"
import type { AnyModel, Item, ResultOf, RowOf } from "./result.ts"
import { requireExpressions } from "./select-state.ts"
import type { Shape } from "./shape.ts"
import type { Column } from "./source.ts"
import { Statement } from "./statement.ts"
import { lowerReturning, requireModel, tableNode, withinTarget, type Returned } from "./target.ts"

interface InsertState<M extends AnyModel> {
  readonly model: M
  readonly rows: readonly InsertRow[]
  readonly conflict: ConflictAction | undefined
  readonly returned: Returned
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
}

/** An INSERT; without `returning` it gives no rows. */
export class Insert<M extends AnyModel, O = never> extends Statement<O> {
  readonly effect = "write" as const
  readonly #state: InsertState<M>

  constructor(state: InsertState<M>) {
    super()
    this.#state = state
  }

  /** More rows. */
  values(rows: readonly InsertValues<M>[] | InsertValues<M>): Insert<M, O> {
    const { model } = this.#state
    const list: readonly unknown[] = Array.isArray(rows) ? rows : [rows]
    if (list.length === 0)
      throw new StatementError(`insert into ${model.tableName}: values() was given no rows`, {
        hint: "run the statement only when there are rows, or use defaultValues()",
      })
    const added = list.map((row, index) =>
      insertRow(row, model, `insert into ${model.tableName}${list.length === 1 ? "" : `, row ${index + 1}`}`),
    )
    return new Insert({ ...this.#state, rows: [...this.#state.rows, ...added] })
  }
  /** One row of nothing but defaults. */
  defaultValues(): Insert<M, O> {
    return new Insert({ ...this.#state, rows: [...this.#state.rows, new Map()] })
  }
  /**
   * What happens where a row is there already, by the columns that must differ or the name of the constraint (PostgreSQL).
   * @example
   * insert(User).values(user).onConflict([User.c.email]).doUpdate((excluded) => ({ name: excluded.name }))
   */
  onConflict(target?: readonly Column<any, M["tableName"], any>[] | string, options: ConflictOptions = {}): OnConflict<M, O> {
    const { model } = this.#state
    const checked = requireTarget(target, model, `insert into ${model.tableName}`)
    if ("where" in options) requireExpressions([options.where], "onConflict where")
    return new OnConflict(this.#state, checked, options.where)
  }
  /** Gives the rows that were inserted or updated as entities, or an item of each as `select` would. */
  returning(): Insert<M, RowOf<M>>
  returning<const I extends Item>(item: I): Insert<M, ResultOf<I>>
  returning(item: Item = this.#state.model): Insert<M, any> {
    return new Insert({ ...this.#state, returned: item })
  }

  override build(context: LowerContext): { readonly node: InsertQueryNode; readonly shape: Shape | undefined } {
    const { model, rows, conflict, returned } = this.#state
    const title = `insert into ${model.tableName}`
    if (rows.length === 0) throw new StatementError(`${title} has no rows`, { hint: "add values(…) or defaultValues()" })
    return withinTarget(model, context, (info) => {
      const into = tableNode(info, title, context)
      const { returning, shape } = lowerReturning(returned, into, context)
      const node: InsertQueryNode = {
        kind: "InsertQueryNode",
        into,
        ...lowerRows(rows, model, title, context),
        ...(conflict === undefined ? {} : { onConflict: lowerConflict(conflict, info, title, context) }),
        ...(returning === undefined ? {} : { returning }),
      }
      return { node, shape }
    })
  }
}

/** An INSERT that is about to say what happens to a conflict. */
export class OnConflict<M extends AnyModel, O> {
  readonly #state: InsertState<M>
  readonly #target: ConflictTarget
  readonly #where: BooleanExpr | undefined

  constructor(state: InsertState<M>, target: ConflictTarget, where: BooleanExpr | undefined) {
    this.#state = state
    this.#target = target
    this.#where = where
  }
  /** The row that is there stays as it is; `returning` does not give it. */
  doNothing(): Insert<M, O> {
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
  ): Insert<M, O> {
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
  return new Insert({ model, rows: [], conflict: undefined, returned: undefined })
}
