import { OrderByItemNode, OrderByNode } from "kysely"
import { type AnyExpr, Order } from "./expression.ts"
import type { LowerContext } from "../lowering/lower.ts"
import { tight } from "./operators.ts"
import { requireExpressions } from "./require-expressions.ts"

/** What sorts rows: an expression, with or without a direction. */
export type Ordering = Order | AnyExpr

/** One or several of what a clause takes as a list. @throws StatementError for `undefined` */
export function orderingsOf(given: Ordering | readonly Ordering[] | undefined, clause: string): readonly Ordering[] {
  if (given === undefined) return []
  const list = Array.isArray(given) ? (given as readonly Ordering[]) : [given as Ordering]
  requireExpressions(list, clause)
  return list
}

/** The order of an aggregate or a window; none when there is nothing to order by. */
export function orderNode(orderings: readonly Ordering[], context: LowerContext): OrderByNode | undefined {
  if (orderings.length === 0) return undefined
  return OrderByNode.create(
    orderings.map((each) => (each instanceof Order ? each.lower(context) : OrderByItemNode.create(tight(each, context)))),
  )
}
