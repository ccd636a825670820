import type { AnyExpr, BooleanExpr, Order } from "./expression.ts"
import type { JoinKind } from "./from-clause.ts"
import type { LowerContext } from "./lower.ts"
import { joinsOf } from "./joins.ts"
import type { Relation } from "./relation.ts"
import { rowColumnsOf, type RowColumn } from "./row-columns.ts"
import { lowerSelect, optionalSources, requireCount, requireExpressions, startsOf, type SelectState } from "./select-state.ts"
import { widthOf } from "./selection.ts"
import type { Shape } from "./shape.ts"
import type { Lateral, Source } from "./source.ts"
import { Statement } from "./statement.ts"
import type { NamedRows } from "./subquery.ts"
import type { SelectQueryNode } from "kysely"

/** What can be joined without a condition: a relation, or a lateral subquery, which has it inside. */
export type Joinable<N extends string = string> = Relation<Source<N>> | (Source<N> & Lateral)

/** What every SELECT can do; `Self` is the statement's own type, which most clauses keep. */
export abstract class SelectBase<O, Self> extends Statement<O> implements NamedRows {
  /** The type of its single column, as `in(…)` reads it. */
  declare readonly $column: O
  readonly effect = "pure" as const
  readonly state: SelectState

  constructor(state: SelectState) {
    super()
    this.state = state
  }

  /** The number of its columns. */
  get width(): number {
    return widthOf(this.state.item)
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
  /** At most `count` rows. */
  limit(count: number): Self {
    return this.change({ limit: requireCount(count, "limit") })
  }
  /** Leaves out the first `count` rows. */
  offset(count: number): Self {
    return this.change({ offset: requireCount(count, "offset") })
  }
  distinct(): Self {
    return this.change({ distinct: true })
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
