import { ValueNode } from "kysely"
import {
  type AnyExpr,
  type Column,
  Computed,
  type Effect,
  type LowerContext,
  type Order,
  type Select,
  type Shape,
  type SqlType,
  Statement,
} from "../../sql/index.ts"
import { identifier, separated, sqlNode } from "../statement-text.ts"

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

/** The rows of a statement whose rank is in a range, in the order of their ranks. */
export class RankedSelect extends Statement {
  readonly effect: Effect = "pure"
  readonly #inner: Select<any, any>
  readonly #limit: number | undefined
  readonly #offset: number

  constructor(inner: Select<any, any>, limit: number | undefined, offset: number) {
    super()
    this.#inner = inner
    this.#limit = limit
    this.#offset = offset
  }

  build(context: LowerContext): { readonly node: ReturnType<typeof sqlNode>; readonly shape: Shape | undefined } {
    const { node, shape } = this.#inner.build(context)
    const place = identifier(rankKey)
    const above = [place, " > ", ValueNode.create(this.#offset)]
    const below = this.#limit === undefined ? [] : [" and ", place, " <= ", ValueNode.create(this.#offset + this.#limit)]
    return {
      node: sqlNode(["select * from (", node, ") as ", identifier("rebis_ranked"), " where ", ...above, ...below, " order by ", place]),
      shape,
    }
  }
}
