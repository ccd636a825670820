import { FromNode, type JoinNode, OnNode, RawNode, type OperationNode } from "kysely"
import { StatementError } from "../errors/index.ts"
import type { BooleanExpr } from "./expression.ts"
import type { LowerContext } from "./lower.ts"
import type { SourceInfo } from "./source.ts"

export type JoinKind = "InnerJoin" | "LeftJoin" | "RightJoin" | "FullJoin" | "CrossJoin"

export interface SelectJoin {
  readonly kind: JoinKind
  readonly info: SourceInfo
  /** None for a cross join, and for a lateral subquery whose condition is inside. */
  readonly on: BooleanExpr | undefined
}

/** The entries that outer joins may leave empty: the joins in order, each over all that stands before it. */
export function optionalEntries(roots: readonly SourceInfo[], joins: readonly SelectJoin[]): ReadonlySet<object> {
  const optional = new Set<object>()
  for (const [index, { kind, info }] of joins.entries()) {
    if (kind === "RightJoin" || kind === "FullJoin") {
      for (const root of roots) optional.add(root.id)
      for (let before = 0; before < index; before++) optional.add(joins[before]!.info.id)
    }
    if (kind === "LeftJoin" || kind === "FullJoin") optional.add(info.id)
  }
  return optional
}

export interface FromParts {
  readonly from?: FromNode
  readonly joins?: readonly JoinNode[]
}

/** FROM and its joins, inside the scope of all their entries. */
export function lowerFrom(roots: readonly SourceInfo[], joins: readonly SelectJoin[], context: LowerContext): FromParts {
  const [first] = roots
  if (first === undefined) {
    if (joins.length === 0) return {}
    throw new StatementError(`${joins[0]!.info.name} is joined to nothing`, { hint: "say where the statement starts with from(…)" })
  }
  if (joins.length === 0) return { from: FromNode.create(roots.map((info, index) => lowerEntry(info, index, context))) }
  // After a comma a join's condition would only see the entry beside it.
  const others = roots.slice(1).map((info): SelectJoin => ({ kind: "InnerJoin", info, on: undefined }))
  return {
    from: FromNode.create([lowerEntry(first, 0, context)]),
    joins: [...others, ...joins].map((join, index) => lowerJoin(join, index + 1, context)),
  }
}

/** @param place how many entries stand before it */
function lowerEntry(info: SourceInfo, place: number, context: LowerContext): OperationNode {
  return context.reaching(info.lateral === undefined ? 0 : place, () => info.from(context))
}

const always: OperationNode = RawNode.createWithSql("true")

function lowerJoin({ kind, info, on }: SelectJoin, place: number, context: LowerContext): JoinNode {
  // The side that always stays sees nothing of the other.
  const table = lowerEntry(info, kind === "RightJoin" || kind === "FullJoin" ? 0 : place, context)
  if (kind === "CrossJoin") return { kind: "JoinNode", joinType: kind, table }
  const condition = on === undefined ? always : lowerCondition(on, place, context)
  return { kind: "JoinNode", joinType: kind, table, on: OnNode.create(condition) }
}

function lowerCondition(on: BooleanExpr, place: number, context: LowerContext): OperationNode {
  const level = context.level!
  level.clause = "on"
  const condition = context.reaching(place + 1, () => on.lower(context))
  level.clause = "from"
  return condition
}
