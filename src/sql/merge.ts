import { OnNode, RawNode, type MergeQueryNode, type OperationNode, type TableNode } from "kysely"
import { StatementError } from "../errors/index.ts"
import { assignmentsOf, type InsertValues, type UpdateValues } from "./assignments.ts"
import { type ChangedRow, type Returned, returnedItem } from "./changed-row.ts"
import { type BooleanExpr, Computed, type Expr } from "./expression.ts"
import { requireComputed } from "./insert-query.ts"
import type { LowerContext } from "./lower.ts"
import { lowerBranch, type MergeAction, type MergeBranch, type MergeCase, requireBranches } from "./merge-branch.ts"
import { textType } from "./operators.ts"
import type { AnyModel, Item, ResultOf, RowOf } from "./result.ts"
import { requireExpressions } from "./select-state.ts"
import type { Shape } from "./shape.ts"
import { isSource, source, type Source, type SourceInfo } from "./source.ts"
import { Statement } from "./statement.ts"
import { lowerReturning, requireModel, targetNode } from "./target.ts"

/** What a MERGE did with a row. */
export type MergedAs = "INSERT" | "UPDATE" | "DELETE"

/** A row that a MERGE changed, as `returning` sees it. */
export interface MergedRow<M extends Source> extends ChangedRow<M> {
  readonly action: Expr<MergedAs>
}

interface MergeState<M extends AnyModel> {
  readonly model: M
  readonly using: SourceInfo
  readonly on: BooleanExpr
  readonly branches: readonly MergeBranch[]
  readonly returned: Returned
}

/** A MERGE that does not say yet which rows it compares the table with. */
export interface MergeDraft<M extends AnyModel> {
  /** The rows to compare with, and when one of them matches one of the table. */
  using<S extends Source>(rows: S, on: BooleanExpr): Merge<M, S["tableName"]>
}

/** What happens to pairs of rows that match, or to rows of the table that match none of the source. */
export interface MatchedBranch<M extends AnyModel, S extends string, O, Absent extends string> {
  thenUpdate(values: UpdateValues<M>): Merge<M, S, O, Absent>
  thenDelete(): Merge<M, S, O, Absent | "new">
  thenDoNothing(): Merge<M, S, O, Absent>
}

/** What happens to rows of the source that match none of the table. */
export interface UnmatchedBranch<M extends AnyModel, S extends string, O, Absent extends string> {
  /** What is left out gets its default. @throws StatementError when a column is left out that the application computes */
  thenInsert(values: InsertValues<M>): Merge<M, S, O, Absent | "old">
  thenDoNothing(): Merge<M, S, O, Absent>
}

/**
 * A MERGE: rows of a source are compared with those of a table, and of the branches for what was found the first whose condition
 * holds is taken. Without `returning` it gives no rows. `Absent` names what may be null in what it returns.
 */
export class Merge<M extends AnyModel, S extends string, O = never, Absent extends string = never> extends Statement<O> {
  readonly effect = "write" as const
  readonly #state: MergeState<M>

  constructor(state: MergeState<M>) {
    super()
    this.#state = state
  }

  /** For a row of the source and one of the table that match. */
  whenMatched(condition?: BooleanExpr): MatchedBranch<M, S, O, Absent> {
    return this.#branch("matched", "whenMatched", condition)
  }
  /** For a row of the source that matches none of the table. Only the source's columns are in reach. */
  whenNotMatched(condition?: BooleanExpr): UnmatchedBranch<M, S, O, Absent> {
    return this.#branch("not matched", "whenNotMatched", condition)
  }
  /** For a row of the table that matches none of the source; from PostgreSQL 17 on. Only the table's columns are in reach. */
  whenNotMatchedBySource(condition?: BooleanExpr): MatchedBranch<M, S, O, Absent | S> {
    return this.#branch("not matched by source", "whenNotMatchedBySource", condition)
  }
  /**
   * Gives the rows that were inserted, updated or deleted as entities, or an item of each; from PostgreSQL 17 on. A function is
   * given the row before and after, which PostgreSQL has from version 18 on, and what was done with it.
   * @example returning((row) => ({ action: row.action, id: Post.c.id }))
   */
  returning(): Merge<M, S, RowOf<M>, Absent>
  returning<const I extends Item>(item: I): Merge<M, S, ResultOf<I, Absent>, Absent>
  returning<const I extends Item>(item: (row: MergedRow<M>) => I): Merge<M, S, ResultOf<I, Absent>, Absent>
  returning(item: Item | ((row: MergedRow<M>) => Item) = this.#state.model): Merge<M, S, any, Absent> {
    const { branches, model } = this.#state
    const given = typeof item === "function" && !isSource(item) ? (row: ChangedRow<M>) => item({ ...row, action }) : item
    const absent = branches.flatMap(({ action: { kind } }) =>
      kind === "insert" ? ["old" as const] : kind === "delete" ? ["new" as const] : [],
    )
    return this.#change({ returned: returnedItem(given, model, absent) })
  }

  override build(context: LowerContext): { readonly node: MergeQueryNode; readonly shape: Shape | undefined } {
    const { model, using, on, branches, returned } = this.#state
    const info = model[source]
    const title = `merge into ${model.tableName}`
    requireBranches(branches, title)
    const { merge } = context.dialect.writes
    context.requireFeature(merge?.from, title, {
      hint: "use insert(…).from(select(…)).onConflict(…).doUpdate(…), and deleteFrom(…) for what is left",
    })
    const bySource = branches.some((branch) => branch.case === "not matched by source")
    if (bySource)
      context.requireFeature(merge?.bySource, `${title}: whenNotMatchedBySource()`, { hint: "delete such rows by deleteFrom(…)" })
    if (returned !== undefined) context.requireFeature(merge?.returning, `${title}: returning()`, { hint: "select the rows afterwards" })
    const whens = branches.map((branch) => lowerBranch(branch, info, using, title, context))
    return context.within([using, info], new Set(bySource ? [using.id] : []), () => {
      const into = targetNode(info, title, context) as TableNode
      const table = context.reaching(0, () => using.from(context))
      const condition = on.lower(context)
      const { returning, shape } = lowerReturning(returned, info, into, title, context)
      const node: MergeQueryNode = {
        kind: "MergeQueryNode",
        into,
        using: { kind: "JoinNode", joinType: "Using", table, on: OnNode.create(condition) },
        whens,
        ...(returning === undefined ? {} : { returning }),
      }
      return { node, shape }
    })
  }

  #branch(which: MergeCase, method: string, condition: BooleanExpr | undefined): AnyBranch<M, S, O> {
    const { model } = this.#state
    const title = `merge into ${model.tableName}`
    if (condition !== undefined) requireExpressions([condition], `${title}: ${method}`)
    const taken = (action: MergeAction): Merge<M, S, O, any> =>
      this.#change({ branches: [...this.#state.branches, { case: which, condition, action }] })
    return {
      thenUpdate: (values) => taken({ kind: "update", assignments: assignmentsOf(values, model, `${title}: thenUpdate()`) }),
      thenInsert: (values) => {
        const assignments = assignmentsOf(values, model, `${title}: thenInsert()`)
        requireComputed(
          assignments.map(({ column }) => column),
          model,
          `${title}: thenInsert()`,
        )
        return taken({ kind: "insert", assignments })
      },
      thenDelete: () => taken({ kind: "delete" }),
      thenDoNothing: () => taken({ kind: "do nothing" }),
    }
  }

  #change(changes: Partial<MergeState<M>>): Merge<M, S, any, any> {
    return new Merge({ ...this.#state, ...changes })
  }
}

type AnyBranch<M extends AnyModel, S extends string, O> = MatchedBranch<M, S, O, any> & UnmatchedBranch<M, S, O, any>

const mergeAction: OperationNode = RawNode.createWithSql("merge_action()")
const action: Expr<MergedAs> = new Computed<MergedAs>("merge_action()", textType, () => mergeAction)

/**
 * Begins a MERGE, which PostgreSQL has.
 *
 * @example
 * merge(Stock)
 *   .using(delivery, delivery.c.itemId.eq(Stock.c.itemId))
 *   .whenMatched(Stock.c.count.plus(delivery.c.count).eq(0)).thenDelete()
 *   .whenMatched().thenUpdate({ count: Stock.c.count.plus(delivery.c.count) })
 *   .whenNotMatched().thenInsert({ itemId: delivery.c.itemId, count: delivery.c.count })
 */
export function merge<M extends AnyModel>(model: M): MergeDraft<M> {
  requireModel(model, "merge()")
  return {
    using(rows, on) {
      const title = `merge into ${model.tableName}: using`
      if (!isSource(rows)) throw new StatementError(`${title}(): ${String(rows)} is not a model, an alias or a subquery`)
      requireExpressions([on], `${title}() of ${rows.tableName}`)
      return new Merge({ model, using: rows[source], on, branches: [], returned: undefined })
    },
  }
}
