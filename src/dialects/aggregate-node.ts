import { AggregateFunctionNode, type OverNode, WhereNode } from "kysely"
import type { AggregateCall } from "../sql/index.ts"

/** An aggregate or window function as it is called everywhere. */
export function aggregateNode(call: AggregateCall): AggregateFunctionNode {
  const { name, args, distinct = false, orderBy, withinGroup, filter, over } = call
  return {
    ...AggregateFunctionNode.create(name, args),
    ...(distinct ? { distinct } : {}),
    ...(orderBy === undefined ? {} : { orderBy }),
    ...(withinGroup === undefined ? {} : { withinGroup }),
    ...(filter === undefined ? {} : { filter: WhereNode.create(filter) }),
    // Kysely's own OVER has no frames and no names; what stands here is printed as it is.
    ...(over === undefined ? {} : { over: over as OverNode }),
  }
}
