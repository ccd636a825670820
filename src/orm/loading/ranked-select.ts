import { type OperationNode, ValueNode } from "kysely"
import { type Effect, type Lowerable, type LowerContext, type Select, type Shape, Statement, tight } from "../../sql/index.ts"
import { identifier, separated, sqlNode, type SqlPart } from "../statement-text.ts"
import type { PlacedOrder } from "./placed-order.ts"

const rankName = "rebis_rank"
const rowsAlias = "rebis_rows"

/** A number of rows: given, or by an expression. */
export type RowCount = number | Lowerable

export interface RankRange {
  readonly limit: RowCount | undefined
  readonly offset: RowCount
}

/**
 * The rows of a statement whose place among those of their parent is in a range. The statement is numbered from outside, so that
 * what it says of its rows (that each comes once, for instance) is done before they are counted.
 */
export class RankedSelect extends Statement {
  readonly effect: Effect = "pure"
  readonly #inner: Select<any, any>
  readonly #order: PlacedOrder
  /** The columns by which parents are told apart. */
  readonly #parents: readonly string[]
  readonly #range: RankRange

  constructor(inner: Select<any, any>, order: PlacedOrder, parents: readonly string[], range: RankRange) {
    super()
    this.#inner = inner
    this.#order = order
    this.#parents = parents
    this.#range = range
  }

  build(context: LowerContext): { readonly node: ReturnType<typeof sqlNode>; readonly shape: Shape | undefined } {
    const { node, shape } = this.#inner.build(context)
    const rank = identifier(rankName)
    const rows = identifier(rowsAlias)
    const parents = separated(
      this.#parents.map((name) => [rows, ".", identifier(name)]),
      ", ",
    )
    const order = separated(
      this.#order.by(rowsAlias).map((each) => [each]),
      ", ",
    )
    const numbered: SqlPart[] = [
      "select *, row_number() over (partition by ",
      ...parents,
      " order by ",
      ...order,
      ") as ",
      rank,
      " from (",
      node,
      ") as ",
      rows,
    ]
    const { limit, offset } = this.#range
    const above = [rank, " > ", countNode(offset, context)]
    const below = limit === undefined ? [] : [" and ", rank, " <= ", ...this.#last(limit, context)]
    return {
      node: sqlNode([
        "select * from (",
        ...numbered,
        ") as ",
        identifier("rebis_ranked"),
        " where ",
        ...above,
        ...below,
        " order by ",
        rank,
      ]),
      shape,
    }
  }

  #last(limit: RowCount, context: LowerContext): SqlPart[] {
    const { offset } = this.#range
    if (typeof limit === "number" && typeof offset === "number") return [ValueNode.create(offset + limit)]
    return [countNode(offset, context), " + ", countNode(limit, context)]
  }
}

function countNode(count: RowCount, context: LowerContext): OperationNode {
  return typeof count === "number" ? ValueNode.create(count) : tight(count, context)
}
