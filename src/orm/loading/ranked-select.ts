import { type OperationNode, ValueNode } from "kysely"
import {
  type AnyExpr,
  type Column,
  Computed,
  type Effect,
  type Lowerable,
  type LowerContext,
  type Order,
  type Select,
  type Shape,
  type SqlType,
  Statement,
  tight,
} from "../../sql/index.ts"
import { identifier, separated, sqlNode, type SqlPart } from "../statement-text.ts"

/** The property of a ranked statement's item that holds the place of a row among those of its parent, from 1. */
export const rankKey = "rebis_rank"

const bigint: SqlType<number> = { kind: "bigint", mode: "number" }

/** The place of a row among those with the same values of `partition`, or among all. */
export function rank(partition: readonly Column<any, any, any>[], by: readonly (Order | AnyExpr)[]): AnyExpr {
  return new Computed<unknown>(rankKey, bigint, (context) =>
    sqlNode([
      "row_number() over (",
      ...(partition.length === 0 ? [] : ["partition by "]),
      ...separated(
        partition.map((column) => [column.lower(context)]),
        ", ",
      ),
      " order by ",
      ...separated(
        by.map((each) => [each.lower(context)]),
        ", ",
      ),
      ")",
    ]),
  )
}

/** A number of rows: given, or by an expression. */
export type RowCount = number | Lowerable

/** The rows of a statement whose rank is in a range, in the order of their ranks. */
export class RankedSelect extends Statement {
  readonly effect: Effect = "pure"
  readonly #inner: Select<any, any>
  readonly #limit: RowCount | undefined
  readonly #offset: RowCount

  constructor(inner: Select<any, any>, limit: RowCount | undefined, offset: RowCount) {
    super()
    this.#inner = inner
    this.#limit = limit
    this.#offset = offset
  }

  build(context: LowerContext): { readonly node: ReturnType<typeof sqlNode>; readonly shape: Shape | undefined } {
    const { node, shape } = this.#inner.build(context)
    const place = identifier(rankKey)
    const above = [place, " > ", countNode(this.#offset, context)]
    const below = this.#limit === undefined ? [] : [" and ", place, " <= ", ...this.#last(this.#limit, context)]
    return {
      node: sqlNode(["select * from (", node, ") as ", identifier("rebis_ranked"), " where ", ...above, ...below, " order by ", place]),
      shape,
    }
  }

  #last(limit: RowCount, context: LowerContext): SqlPart[] {
    if (typeof limit === "number" && typeof this.#offset === "number") return [ValueNode.create(this.#offset + limit)]
    return [countNode(this.#offset, context), " + ", countNode(limit, context)]
  }
}

function countNode(count: RowCount, context: LowerContext): OperationNode {
  return typeof count === "number" ? ValueNode.create(count) : tight(count, context)
}
