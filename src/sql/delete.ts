import { FromNode, WhereNode, type DeleteQueryNode } from "kysely"
import { lowerAll, type BooleanExpr } from "./expression.ts"
import type { LowerContext } from "./lower.ts"
import type { AnyModel, Item, ResultOf, RowOf } from "./result.ts"
import { requireExpressions } from "./select-state.ts"
import type { Shape } from "./shape.ts"
import { Statement } from "./statement.ts"
import { lowerReturning, requireModel, targetNode, withinTarget, type Returned } from "./target.ts"
import { requireRows } from "./update.ts"

interface DeleteState<M extends AnyModel> {
  readonly model: M
  readonly where: readonly BooleanExpr[] | "all"
  readonly returned: Returned
}

/** A DELETE that does not say yet which rows it is for. */
export interface DeleteDraft<M extends AnyModel> {
  /** The rows to delete. @throws StatementError for `undefined` */
  where(...conditions: readonly [BooleanExpr, ...BooleanExpr[]]): Delete<M>
  /** Every row of the table. */
  allRows(): Delete<M>
}

/** A DELETE; without `returning` it gives no rows. */
export class Delete<M extends AnyModel, O = never> extends Statement<O> {
  readonly effect = "write" as const
  readonly #state: DeleteState<M>

  constructor(state: DeleteState<M>) {
    super()
    this.#state = state
  }

  /** Narrows the rows to delete further. @throws StatementError for `undefined` */
  where(...conditions: readonly [BooleanExpr, ...BooleanExpr[]]): Delete<M, O> {
    requireExpressions(conditions, "where")
    const before = this.#state.where === "all" ? [] : this.#state.where
    return new Delete({ ...this.#state, where: [...before, ...conditions] })
  }
  /** Every row of the table. */
  allRows(): Delete<M, O> {
    return new Delete({ ...this.#state, where: "all" })
  }
  /** Gives the deleted rows as entities, or an item of each as `select` would. */
  returning(): Delete<M, RowOf<M>>
  returning<const I extends Item>(item: I): Delete<M, ResultOf<I>>
  returning(item: Item = this.#state.model): Delete<M, any> {
    return new Delete({ ...this.#state, returned: item })
  }

  override build(context: LowerContext): { readonly node: DeleteQueryNode; readonly shape: Shape | undefined } {
    const { model, where, returned } = this.#state
    const title = `delete from ${model.tableName}`
    const condition = requireRows(where, title)
    return withinTarget(model, context, (info) => {
      const table = targetNode(info, title, context)
      const { returning, shape } = lowerReturning(returned, table, context)
      const node: DeleteQueryNode = {
        kind: "DeleteQueryNode",
        from: FromNode.create([table]),
        ...(condition.length === 0 ? {} : { where: WhereNode.create(lowerAll("and", condition, context)) }),
        ...(returning === undefined ? {} : { returning }),
      }
      return { node, shape }
    })
  }
}

/**
 * Begins a DELETE.
 *
 * @example
 * deleteFrom(Post).where(Post.c.userId.eq(1))
 * deleteFrom(Post).allRows()
 */
export function deleteFrom<M extends AnyModel>(model: M): DeleteDraft<M> {
  requireModel(model, "deleteFrom()")
  return new Delete({ model, where: [], returned: undefined })
}
