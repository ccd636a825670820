import { OnNode, RawNode, type MergeQueryNode, type OperationNode, type TableNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import { assignmentsOf, type InsertValues, type UpdateValues } from "./assignments.ts"
import { type ChangedRow, type Returned, returnedItem } from "./changed-row.ts"
import { type BooleanExpr, Computed, type Expr } from "../expression/expression.ts"
import { requireComputed } from "./insert-query.ts"
import type { LowerContext } from "../lowering/lower.ts"
import { lowerBranch, type MergeAction, type MergeBranch, type MergeCase, requireBranches } from "./merge-branch.ts"
import { textType } from "../expression/operators.ts"
import type { AnyModel, Item, ResultOf, RowOf } from "../select/result.ts"
import { requireExpressions } from "../select/select-state.ts"
import type { Shape } from "../lowering/shape.ts"
import { isSource, source, type Source, type SourceInfo } from "../from/source.ts"
import { lowerReturning, requireModel, targetNode } from "./target.ts"
import { hoistAll, type InWith, requireCommonTables } from "../from/cte.ts"
import { type ReturnedRow, WriteStatement, type WrittenRows } from "./write-statement.ts"

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
  readonly commonTables: readonly SourceInfo[]
}

/** A MERGE that does not say yet which rows it compares the table with. */
export interface MergeDraft<M extends AnyModel> {
  /** The rows to compare with, and when one of them matches one of the table. */
  using<S extends Source>(rows: S, on: BooleanExpr): Merge<M, S["tableName"]>
}

/** What happens to pairs of rows that match, or to rows of the table that match none of the source. */
export interface MatchedBranch<M extends AnyModel, S extends string, I, Absent extends string> {
  thenUpdate(values: UpdateValues<M>): MergeOf<M, S, I, Absent>
  thenDelete(): MergeOf<M, S, I, Absent | "new">
  thenDoNothing(): MergeOf<M, S, I, Absent>
}

/** What happens to rows of the source that match none of the table. */
export interface UnmatchedBranch<M extends AnyModel, S extends string, I, Absent extends string> {
  /** What is left out gets its default. @throws StatementError when a column is left out that the application computes */
  thenInsert(values: InsertValues<M>): MergeOf<M, S, I, Absent | "old">
  thenDoNothing(): MergeOf<M, S, I, Absent>
}

type MergeOf<M extends AnyModel, S extends string, I, Absent extends string> = Merge<M, S, ReturnedRow<I, Absent>, Absent, I>

/**
 * A MERGE: rows of a source are compared with those of a table, and of the branches for what was found the first whose condition
 * holds is taken. Without `returning` it gives no rows. `Absent` names what may be null in what it returns.
 */
export class Merge<M extends AnyModel, S extends string, O = never, Absent extends string = never, I = undefined> extends WriteStatement<
  O,
  I
> {
  readonly #state: MergeState<M>

  constructor(state: MergeState<M>) {
    super()
    this.#state = state
  }

  protected get title(): string {
    return `merge into ${this.#state.model.tableName}`
  }
  get written(): WrittenRows {
    const { model } = this.#state
    return { model, kind: "merge", sets: [] }
  }
  protected withReturned(returned: Returned): Merge<M, S, any, any, any> {
    return this.#change({ returned })
  }
  protected get returned(): Returned {
    const { branches, returned } = this.#state
    if (returned === undefined) return undefined
    const kinds = new Set(branches.map(({ action: { kind } }) => kind))
    const isAbsent = { old: kinds.has("insert"), new: kinds.has("delete") }
    return { ...returned, absent: returned.forms.filter(({ name }) => isAbsent[name as "old" | "new"]) }
  }
  protected get optional(): ReadonlySet<object> {
    return new Set(this.#looksAtTarget ? [this.#state.using.id] : [])
  }

  /** For a row of the source and one of the table that match. */
  whenMatched(condition?: BooleanExpr): MatchedBranch<M, S, I, Absent> {
    return this.#branch("matched", "whenMatched", condition)
  }
  /** For a row of the source that matches none of the table. Only the source's columns are in reach. */
  whenNotMatched(condition?: BooleanExpr): UnmatchedBranch<M, S, I, Absent> {
    return this.#branch("not matched", "whenNotMatched", condition)
  }
  /** For a row of the table that matches none of the source; from PostgreSQL 17 on. Only the table's columns are in reach. */
  whenNotMatchedBySource(condition?: BooleanExpr): MatchedBranch<M, S, I, Absent | S> {
    return this.#branch("not matched by source", "whenNotMatchedBySource", condition)
  }
  /**
   * Gives the rows that were inserted, updated or deleted as entities, or an item of each; from PostgreSQL 17 on. A function is
   * given the row before and after, which PostgreSQL has from version 18 on, and what was done with it.
   * @example returning((row) => ({ action: row.action, id: Post.c.id }))
   */
  returning(): Merge<M, S, RowOf<M>, Absent, M>
  returning<const T extends Item>(item: T): Merge<M, S, ResultOf<T, Absent>, Absent, T>
  returning<const T extends Item>(item: (row: MergedRow<M>) => T): Merge<M, S, ResultOf<T, Absent>, Absent, T>
  returning(item: Item | ((row: MergedRow<M>) => Item) = this.#state.model): Merge<M, S, any, any, any> {
    const given = typeof item === "function" && !isSource(item) ? (row: ChangedRow<M>) => item({ ...row, action }) : item
    return this.#change({ returned: returnedItem(given, this.#state.model, []) })
  }

  /** Puts common table expressions into WITH that are not used in FROM, such as ones that write. */
  withCte(...tables: readonly InWith[]): Merge<M, S, O, Absent, I> {
    return this.#change({ commonTables: [...this.#state.commonTables, ...requireCommonTables(tables)] })
  }

  override build(context: LowerContext): { readonly node: MergeQueryNode; readonly shape: Shape | undefined } {
    const { model, using, on, branches, commonTables } = this.#state
    const { returned, title } = this
    const info = model[source]
    requireBranches(branches, title)
    requireWholeTable(info, title)
    requireWholeTable(using, title)
    hoistAll(commonTables, context)
    const { merge } = context.dialect.writes
    context.requireFeature(merge?.from, title, {
      hint: "use insert(…).from(select(…)).onConflict(…).doUpdate(…), and deleteFrom(…) for what is left",
    })
    if (this.#looksAtTarget)
      context.requireFeature(merge?.bySource, `${title}: whenNotMatchedBySource()`, { hint: "delete such rows by deleteFrom(…)" })
    if (returned !== undefined) context.requireFeature(merge?.returning, `${title}: returning()`, { hint: "select the rows afterwards" })
    const whens = branches.map((branch) => lowerBranch(branch, info, using, title, context))
    return context.within([using, info], this.optional, () => {
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

  /** Whether there are rows of the table that match none of the source. */
  get #looksAtTarget(): boolean {
    return this.#state.branches.some((branch) => branch.case === "not matched by source")
  }

  #branch(which: MergeCase, method: string, condition: BooleanExpr | undefined): AnyBranch<M, S, I> {
    const { model } = this.#state
    const title = `merge into ${model.tableName}`
    if (condition !== undefined) requireExpressions([condition], `${title}: ${method}`)
    const taken = (action: MergeAction): Merge<M, S, any, any, any> =>
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

  #change(changes: Partial<MergeState<M>>): Merge<M, S, any, any, any> {
    return new Merge({ ...this.#state, ...changes })
  }
}

/** @throws StatementError for a subtype that shares its table, whose condition a MERGE has no place for */
function requireWholeTable(info: SourceInfo, title: string): void {
  if (info.criterion === undefined) return
  throw new StatementError(`${title}: not all rows of the table ${info.name} are of the model`, {
    hint: `use a subquery of it, select(Model).as("…"), as the source, and insert, update and delete a subtype by statements of their own`,
  })
}

type AnyBranch<M extends AnyModel, S extends string, I> = MatchedBranch<M, S, I, any> & UnmatchedBranch<M, S, I, any>

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
      return new Merge({ model, using: rows[source], on, branches: [], returned: undefined, commonTables: [] })
    },
  }
}
