import { type FetchNode, LimitNode, OffsetNode, ParensNode, ValueNode, type OperationNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import type { AnyExpr } from "../expression/expression.ts"
import { isLowerable, type LowerContext } from "../lowering/lower.ts"
import { valueNode } from "../expression/operand.ts"
import type { SqlType } from "../types/type.ts"

/** A number of rows: a whole number from 0, or an expression without columns of the statement itself. */
export type RowCount = number | AnyExpr<number | bigint>

/** What `limit()` may be told. */
export interface LimitOptions {
  /** The rows that the order does not tell from the last one too. PostgreSQL 13 and newer. */
  readonly withTies?: boolean
}

/** How many rows of all a statement gives. */
export interface RowLimits {
  readonly limit: RowCount | undefined
  readonly offset: RowCount | undefined
  /** The limit takes the rows that are equal to the last one in the order too. */
  readonly withTies: boolean
}

const countType: SqlType<number> = { kind: "bigint", mode: "number" }

export interface LimitNodes {
  readonly limit?: LimitNode
  readonly offset?: OffsetNode
  readonly fetch?: FetchNode
}

/** LIMIT, OFFSET and FETCH. @param isOrdered whether the statement says an order */
export function lowerLimits({ limit, offset, withTies }: RowLimits, isOrdered: boolean, context: LowerContext): LimitNodes {
  const skipped = offset === undefined ? {} : { offset: OffsetNode.create(countNode(offset, context)) }
  if (withTies && limit !== undefined) {
    if (!isOrdered)
      throw new StatementError("limit() with ties needs an order", { hint: "add orderBy(…), by which rows are equal to the last one" })
    context.requireFeature(context.dialect.queries.withTies, "limit() with ties", {
      hint: "number the rows by rank() in a subquery and take those whose rank is small enough",
    })
    const rowCount = countNode(limit, context)
    const fetch = { kind: "FetchNode", rowCount: ValueNode.is(rowCount) ? rowCount : ParensNode.create(rowCount), modifier: "with ties" }
    return { ...skipped, fetch: fetch as FetchNode }
  }
  const least = limit ?? (offset !== undefined && context.dialect.offsetNeedsLimit ? -1 : undefined)
  return least === undefined ? skipped : { limit: LimitNode.create(countNode(least, context)), ...skipped }
}

function countNode(count: RowCount, context: LowerContext): OperationNode {
  return typeof count === "number" ? valueNode(context.dialect.codec(countType).encode(count), context) : count.lower(context)
}

/** @throws StatementError for anything but whole numbers from 0 and expressions. */
export function requireCount(count: unknown, clause: string): RowCount {
  if (isLowerable(count)) return count as RowCount
  if (typeof count !== "number" || !Number.isSafeInteger(count) || count < 0) {
    throw new StatementError(`${clause}() takes a whole number from 0, not ${String(count)}`)
  }
  return count
}
