import { StatementError } from "../errors/index.ts"
import { type AnyExpr, type BooleanExpr, combine, type Order } from "./expression.ts"
import type { JoinKind, SelectJoin } from "./from-clause.ts"
import type { LowerContext } from "./lower.ts"
import { isRelation, type JoinStep, type Relation } from "./relation.ts"
import { rowColumnsOf, type RowColumn } from "./row-columns.ts"
import { lowerSelect, optionalSources, requireCount, requireExpressions, startsOf, type SelectState } from "./select-state.ts"
import { widthOf } from "./selection.ts"
import type { Shape } from "./shape.ts"
import { isSource, source, type Lateral, type Source } from "./source.ts"
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
    return { joins: [...joins, ...joinsOf(kind, target, on, this.state)] }
  }
}

const methods: Record<JoinKind, string> = {
  InnerJoin: "join",
  LeftJoin: "leftJoin",
  RightJoin: "rightJoin",
  FullJoin: "fullJoin",
  CrossJoin: "crossJoin",
}

function joinsOf(kind: JoinKind, target: unknown, on: BooleanExpr | Relation | undefined, state: SelectState): readonly SelectJoin[] {
  const method = methods[kind]
  if (isRelation(target)) {
    if (kind === "CrossJoin")
      throw new StatementError("crossJoin() takes a model, an alias or a subquery", { hint: "join a relation by join()" })
    const steps = target.joinSteps(startsOf(state))
    if (on === undefined) return steps.map((step) => ({ kind, ...step }))
    return withCondition(steps, on, kind)
  }
  if (!isSource(target)) throw new StatementError(`${method}: ${String(target)} is neither a relation nor a model, alias or subquery`)
  const info = target[source]
  if (kind === "CrossJoin") return [{ kind, info, on: undefined }]
  if (info.lateral === true && (kind === "RightJoin" || kind === "FullJoin")) {
    throw new StatementError(`${method} of ${info.name}: a lateral subquery cannot be the side that always stays`, {
      hint: "use join() or leftJoin(), or a subquery made by as()",
    })
  }
  if (on === undefined) {
    if (info.lateral === true) return [{ kind, info, on }]
    throw new StatementError(`${method} of ${info.name} has no condition`, {
      hint: "pass the condition as the second argument, join by a relation, or say crossJoin()",
    })
  }
  if (isRelation(on)) return on.joinSteps(startsOf(state), { to: info }).map((step) => ({ kind, ...step }))
  requireExpressions([on], `${method} of ${info.name}`)
  return [{ kind, info, on }]
}

/** A relation's joins with a condition of the statement's own. */
function withCondition(steps: readonly JoinStep[], more: BooleanExpr | Relation, kind: JoinKind): readonly SelectJoin[] {
  const { info, on } = steps.at(-1)!
  requireExpressions([more], `${methods[kind]} of ${info.name}`)
  // The rows between would stay where the condition does not hold, each with nothing behind it.
  if (steps.length > 1 && kind !== "InnerJoin") {
    throw new StatementError(`${methods[kind]} of ${info.name} through ${steps[0]!.info.name} takes no condition of its own`, {
      hint: `join a subquery of the rows between and of ${info.name}, which has the condition inside`,
    })
  }
  return [...steps.slice(0, -1), { info, on: combine("and", [on, more as BooleanExpr]) }].map((step) => ({ kind, ...step }))
}
