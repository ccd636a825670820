import { WhereNode, type UpdateQueryNode } from "kysely"
import { StatementError } from "../errors/index.ts"
import { assignmentsOf, lowerAssignments, type Assignment, type UpdateValues } from "./assignments.ts"
import { lowerAll, type BooleanExpr } from "./expression.ts"
import type { LowerContext } from "./lower.ts"
import type { AnyModel, Item, ResultOf, RowOf } from "./result.ts"
import { requireExpressions } from "./select-state.ts"
import type { Shape } from "./shape.ts"
import { Statement } from "./statement.ts"
import { lowerReturning, requireModel, targetNode, withinTarget, type Returned } from "./target.ts"

interface UpdateState<M extends AnyModel> {
  readonly model: M
  readonly assignments: readonly Assignment[]
  /** Empty: not said yet. `all`: every row, by name. */
  readonly where: readonly BooleanExpr[] | "all"
  readonly returned: Returned
}

/** An UPDATE that does not say yet which rows it is for. */
export interface UpdateDraft<M extends AnyModel> {
  /** What to set; further calls add more. `undefined` leaves a column as it is. */
  set(values: UpdateValues<M>): UpdateDraft<M>
  /** The rows to update. @throws StatementError for `undefined` */
  where(...conditions: readonly [BooleanExpr, ...BooleanExpr[]]): Update<M>
  /** Every row of the table. */
  allRows(): Update<M>
}

/** An UPDATE; without `returning` it gives no rows. */
export class Update<M extends AnyModel, O = never> extends Statement<O> {
  readonly effect = "write" as const
  readonly #state: UpdateState<M>

  constructor(state: UpdateState<M>) {
    super()
    this.#state = state
  }

  /** What to set; further calls add more. `undefined` leaves a column as it is. */
  set(values: UpdateValues<M>): Update<M, O> {
    const added = assignmentsOf(values, this.#state.model, `update of ${this.#state.model.tableName}`)
    const kept = this.#state.assignments.filter((old) => !added.some((assignment) => assignment.column.key === old.column.key))
    return new Update({ ...this.#state, assignments: [...kept, ...added] })
  }
  /** Narrows the rows to update further. @throws StatementError for `undefined` */
  where(...conditions: readonly [BooleanExpr, ...BooleanExpr[]]): Update<M, O> {
    requireExpressions(conditions, "where")
    const before = this.#state.where === "all" ? [] : this.#state.where
    return new Update({ ...this.#state, where: [...before, ...conditions] })
  }
  /** Every row of the table. */
  allRows(): Update<M, O> {
    return new Update({ ...this.#state, where: "all" })
  }
  /** Gives the updated rows as entities, or an item of each as `select` would. */
  returning(): Update<M, RowOf<M>>
  returning<const I extends Item>(item: I): Update<M, ResultOf<I>>
  returning(item: Item = this.#state.model): Update<M, any> {
    return new Update({ ...this.#state, returned: item })
  }

  override build(context: LowerContext): { readonly node: UpdateQueryNode; readonly shape: Shape | undefined } {
    const { model, assignments, where, returned } = this.#state
    const title = `update of ${model.tableName}`
    const condition = requireRows(where, title)
    return withinTarget(model, context, (info) => {
      const table = targetNode(info, title, context)
      const { returning, shape } = lowerReturning(returned, table, context)
      const node: UpdateQueryNode = {
        kind: "UpdateQueryNode",
        table,
        updates: lowerAssignments(assignments, info, title, context),
        ...(condition.length === 0 ? {} : { where: WhereNode.create(lowerAll("and", condition, context)) }),
        ...(returning === undefined ? {} : { returning }),
      }
      return { node, shape }
    })
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
 */
export function update<M extends AnyModel>(model: M): UpdateDraft<M> {
  requireModel(model, "update()")
  return new Update({ model, assignments: [], where: [], returned: undefined })
}
