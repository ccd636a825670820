import { FromNode, type JoinNode, OnNode, RawNode, type OperationNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import { type BooleanExpr, combine } from "../expression/expression.ts"
import type { LowerContext, ScopeEntry } from "../lowering/lower.ts"
import { criterionOf, keepsUnmatched, onlyItsRows } from "./row-criteria.ts"
import type { SourceInfo } from "./source.ts"
import { conjunctsOf, entriesIn, type Tie } from "./ties.ts"

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

/**
 * FROM and its joins, inside the scope of all their entries.
 * @param ties to which is added what ties the entries to each other, when that matters
 */
export function lowerFrom(roots: readonly SourceInfo[], joins: readonly SelectJoin[], context: LowerContext, ties?: Tie[]): FromParts {
  const [first] = roots
  if (first === undefined) {
    if (joins.length === 0) return {}
    throw new StatementError(`${joins[0]!.info.name} is joined to nothing`, { hint: "say where the statement starts with from(…)" })
  }
  if (joins.length === 0) return { from: FromNode.create(roots.map((info, index) => lowerEntry(info, index, context, ties))) }
  // After a comma a join's condition would only see the entry beside it.
  const others = roots.slice(1).map((info): SelectJoin => ({ kind: "InnerJoin", info, on: undefined }))
  const all = [...others, ...joins]
  const alone = keepsUnmatched(joins)
  const parts: FromParts = {
    from: FromNode.create([lowerEntry(alone ? onlyItsRows(first) : first, 0, context)]),
    joins: all.map((join, index) => lowerJoin(join, index + 1, alone, context, ties)),
  }
  for (const { kind, info } of all) if (kind === "CrossJoin") ties?.push(new Set([first, info]))
  return parts
}

/** @param place how many entries stand before it */
function lowerEntry(info: SourceInfo, place: number, context: LowerContext, ties?: Tie[]): OperationNode {
  if (info.lateral === undefined) return context.reaching(0, () => info.from(context))
  const { result, used } = context.using(() => context.reaching(place, () => info.from(context)), true)
  ties?.push(new Set([...used, info]))
  return result
}

const always: OperationNode = RawNode.createWithSql("true")

/** @param alone an entry has only its own rows before it is joined */
function lowerJoin({ kind, info, on }: SelectJoin, place: number, alone: boolean, context: LowerContext, ties?: Tie[]): JoinNode {
  // The side that always stays sees nothing of the other.
  const table = lowerEntry(alone ? onlyItsRows(info) : info, kind === "RightJoin" || kind === "FullJoin" ? 0 : place, context, ties)
  if (kind === "CrossJoin") return { kind: "JoinNode", joinType: kind, table }
  const criterion = kind === "LeftJoin" && !alone ? criterionOf(info) : undefined
  if (on === undefined && criterion === undefined) return { kind: "JoinNode", joinType: kind, table, on: OnNode.create(always) }
  const level = context.level!
  level.clause = "on"
  const conditions = [...(on === undefined ? [] : [on]), ...(criterion === undefined ? [] : [criterion])]
  const { result: condition, used } = context.using(
    () => context.reaching(place + 1, () => combine("and", conditions).lower(context)),
    true,
  )
  if (ties !== undefined && on !== undefined) ties.push(...tiesOf(on, kind, info, used, context))
  level.clause = "from"
  return { kind: "JoinNode", joinType: kind, table, on: OnNode.create(condition) }
}

/** What a join's condition ties: an outer join's as a whole, since it leaves no row out. */
function tiesOf(on: BooleanExpr, kind: JoinKind, info: SourceInfo, used: ReadonlySet<ScopeEntry>, context: LowerContext): readonly Tie[] {
  const parts = kind === "InnerJoin" ? conjunctsOf([on]) : [on]
  if (parts.length > 1) return parts.map((part) => entriesIn(part, context))
  return [used.size > 1 ? used : entriesIn(on, context) && new Set([...used, info])]
}
