import {
  AliasNode,
  HavingNode,
  OrderByItemNode,
  OrderByNode,
  RawNode,
  SelectModifierNode,
  type SelectQueryNode,
  SelectionNode,
  WhereNode,
  type OperationNode,
} from "kysely"
import { StatementError, UnsupportedError } from "../../errors/index.ts"
import { hoistAll } from "../from/cte.ts"
import { type AnyExpr, Expr, lowerAll, Order, type BooleanExpr } from "../expression/expression.ts"
import { lowerFrom, optionalEntries, type SelectJoin } from "../from/from-clause.ts"
import { rowCriteria } from "../from/row-criteria.ts"
import { kindsOf, makesGroups, requireGrouped } from "./grouping-check.ts"
import { type Groups, leavesOutKeys, lowerGroupBy } from "./grouping.ts"
import type { LowerContext } from "../lowering/lower.ts"
import { itemsOf, type Item } from "./result.ts"
import type { QueryLevel } from "../lowering/query-level.ts"
import { shareKeys } from "../lowering/repeated-keys.ts"
import { lowerLimits, type RowLimits } from "./row-count.ts"
import { lowerLocks, type RowLock } from "./row-lock.ts"
import { conjunctsOf, entriesIn, type Tie, untied } from "../from/ties.ts"
import { attachWindows } from "../windows/window-clause.ts"
import { selectionOf, type Selection } from "./selection.ts"
import { Column, isSource, source, type SourceInfo } from "../from/source.ts"

export { requireExpressions } from "../expression/require-expressions.ts"

/** Everything a SELECT says; statements are immutable and share what they do not change. */
export interface SelectState extends Groups, RowLimits {
  readonly item: Item
  readonly from: readonly SourceInfo[]
  readonly joins: readonly SelectJoin[]
  readonly where: readonly BooleanExpr[]
  readonly orderBy: readonly (Order | AnyExpr)[]
  readonly distinct: boolean
  /** The expressions of whose values each is given once. */
  readonly distinctOn: readonly AnyExpr[]
  readonly locks: readonly RowLock[]
  /** Rows of entries may meet that no condition ties to each other. */
  readonly cartesian: boolean
  /** Common table expressions beside those that FROM uses. */
  readonly commonTables: readonly SourceInfo[]
}

const nothing: readonly never[] = Object.freeze([])

export function initialState(item: Item, from: readonly SourceInfo[]): SelectState {
  return {
    item,
    from,
    joins: nothing,
    where: nothing,
    groupBy: nothing,
    groupsOnce: false,
    having: nothing,
    orderBy: nothing,
    limit: undefined,
    offset: undefined,
    withTies: false,
    distinct: false,
    distinctOn: nothing,
    locks: nothing,
    cartesian: false,
    commonTables: nothing,
  }
}

/** Whether nothing was said but the item. */
export function isUnrefined(state: SelectState): boolean {
  const lists = [state.joins, state.where, state.groupBy, state.having, state.orderBy, state.distinctOn, state.locks, state.commonTables]
  return !state.distinct && state.limit === undefined && state.offset === undefined && lists.every((list) => list.length === 0)
}

/** Where the statement starts: without `from()` what the item itself names, less what is joined, when that is one. */
export function rootsOf(state: SelectState): readonly SourceInfo[] {
  if (state.from.length > 0) return state.from
  const found = itemSources(state.item)
  for (const join of state.joins) found.delete(join.info.id)
  if (found.size > 1) {
    throw new StatementError(`select names ${[...found.values()].map((info) => info.name).join(", ")} but has no from()`, {
      hint: "say where it starts with .from(…) and how the others are joined",
    })
  }
  return [...found.values()]
}

/** The entries that a relation may start at: without `from()` all that the item names, which may yet be joined. */
export function startsOf({ item, from, joins }: SelectState): readonly SourceInfo[] {
  const found = from.length > 0 ? new Map(from.map((info) => [info.id, info])) : itemSources(item)
  for (const { info } of joins) found.set(info.id, info)
  return [...found.values()]
}

function itemSources(item: Item): Map<object, SourceInfo> {
  const found = new Map<object, SourceInfo>()
  collectSources(item, found)
  return found
}

function collectSources(item: Item, found: Map<object, SourceInfo>): void {
  if (item instanceof Column) {
    if (!found.has(item.owner.id)) found.set(item.owner.id, item.owner)
  } else if (item instanceof Expr) return
  else if (isSource(item)) found.set(item[source].id, item[source])
  else if (typeof item === "object" && item !== null) for (const [, inner] of itemsOf(item)) collectSources(inner, found)
}

const none: ReadonlySet<object> = new Set()

/** The FROM entries that outer joins may leave empty. */
export function optionalSources(state: SelectState): ReadonlySet<object> {
  return state.joins.length === 0 ? none : optionalEntries(rootsOf(state), state.joins)
}

/** The SELECT as nodes, and its row's shape. `constant`: select `1` instead of the item, for EXISTS. */
export function lowerSelect(
  state: SelectState,
  context: LowerContext,
  constant = false,
): { readonly node: SelectQueryNode; readonly selection: Selection | undefined } {
  const roots = rootsOf(state)
  const { joins } = state
  hoistAll(state.commonTables, context)
  const optional = joins.length === 0 ? none : optionalEntries(roots, joins)
  const entries = joins.length === 0 ? roots : [...roots, ...joins.map((join) => join.info)]
  return context.within(entries, optional, () => {
    const level = context.level!
    level.clause = "from"
    const ties: Tie[] | undefined = entries.length > 1 && !state.cartesian ? [] : undefined
    const from = lowerFrom(roots, joins, context, ties)
    level.clause = "select"
    const absent = leavesOutKeys(state.groupBy) ? new Set<object>(entries.map(({ id }) => id)) : optional
    const selection = constant ? undefined : selectionOf(state.item, context, absent)
    const selections = selection?.nodes ?? [SelectionNode.create(RawNode.createWithSql("1") as never)]
    const node: { -readonly [K in keyof SelectQueryNode]: SelectQueryNode[K] } = { kind: "SelectQueryNode", ...from, selections }
    level.clause = "where"
    const criteria = rowCriteria(roots, joins)
    const where = criteria.length === 0 ? state.where : [...state.where, ...criteria]
    if (where.length > 0) node.where = WhereNode.create(lowerAll("and", where, context))
    if (ties !== undefined) requireTied(entries, ties, state.where, context)
    level.clause = "group by"
    const keys: OperationNode[] = []
    if (state.groupBy.length > 0)
      node.groupBy = lowerGroupBy(state, kindsOf(entries, from), context, (key) => keyNode(key, keys, context, selection))
    level.clause = "having"
    if (state.having.length > 0) node.having = HavingNode.create(lowerAll("and", state.having, context))
    level.clause = "order by"
    if (state.orderBy.length > 0) node.orderBy = OrderByNode.create(state.orderBy.map((order) => lowerOrder(order, context, selection)))
    // They count rows and cannot look at one.
    if (state.limit !== undefined || state.offset !== undefined)
      Object.assign(
        node,
        context.reaching(0, () => lowerLimits(state, state.orderBy.length > 0, context)),
      )
    if (state.distinctOn.length > 0) {
      requireDistinctOn(state, context)
      node.distinctOn = state.distinctOn.map((key) => keyNode(key, keys, context, selection))
    }
    if (state.distinct) node.frontModifiers = [SelectModifierNode.create("Distinct")]
    attachWindows(node, level)
    if (makesGroups(state, level)) requireGrouped(state, level, kindsOf(entries, from))
    if (state.locks.length > 0)
      node.endModifiers = lowerLocks(state.locks, { entries, optional, derived: derivedRows(state, level) }, context)
    if (state.distinct) keys.push(...selections.map(selectedNode))
    return { node: keys.length === 0 ? node : shareKeys(node, keys), selection }
  })
}

function selectedNode({ selection }: SelectionNode): OperationNode {
  return AliasNode.is(selection) ? selection.node : selection
}

/** @throws StatementError when every row of an entry would meet every row of another, and nobody said so */
function requireTied(entries: readonly SourceInfo[], ties: Tie[], where: readonly BooleanExpr[], context: LowerContext): void {
  if (untied(entries, ties).length === 0) return
  for (const condition of conjunctsOf(where)) ties.push(entriesIn(condition, context))
  const alone = untied(entries, ties)
  if (alone.length === 0) return
  const names = alone.map(({ name }) => name).join(", ")
  throw new StatementError(
    `no condition ties ${names} to ${entries[0]!.name}, so that every row of one would meet every row of the other`,
    {
      hint: "join by a relation or by a condition, add one to where(), or say crossJoin() or allowCartesian() when that is meant",
    },
  )
}

function requireDistinctOn({ distinct }: SelectState, { dialect }: LowerContext): void {
  if (!dialect.queries.distinctOn) {
    throw new UnsupportedError(`distinctOn(): ${dialect.title} has no DISTINCT ON`, {
      hint: "number the rows of each by rowNumber().over({ partitionBy: …, orderBy: … }) in a subquery and keep the first",
    })
  }
  if (distinct) throw new StatementError("distinct() and distinctOn() cannot both be", { hint: "keep one of them" })
}

function derivedRows(state: SelectState, level: QueryLevel): "groups" | "distinct rows" | undefined {
  if (state.distinct || state.distinctOn.length > 0) return "distinct rows"
  return makesGroups(state, level) ? "groups" : undefined
}

/** @param keys to which computed keys are added */
function keyNode(key: AnyExpr, keys: OperationNode[], context: LowerContext, selection: Selection | undefined): OperationNode {
  // Lowered even where its place is printed: the check of groups looks at its columns.
  const node = key.lower(context)
  if (!(key instanceof Column)) keys.push(node)
  return placeOf(key, selection) ?? node
}

export function lowerOrder(order: Order | AnyExpr, context: LowerContext, selection?: Selection): OrderByItemNode {
  const expression = order instanceof Order ? order.expression : order
  const place = placeOf(expression, selection)
  if (order instanceof Order) return place === undefined ? order.lower(context) : order.around(place)
  return OrderByItemNode.create(place ?? order.lower(context))
}

/**
 * The place of an expression in the select list, as GROUP BY and ORDER BY take it. An expression with parameters must be
 * meant this way: repeated, its parameters would be others, and the database could not see that it is the same. What else
 * is made of a key is seen to by {@link shareKeys}.
 */
function placeOf(expression: AnyExpr, selection: Selection | undefined): OperationNode | undefined {
  if (selection === undefined || expression instanceof Column) return undefined
  const index = selection.expressions.indexOf(expression as Expr<any, any>)
  return index < 0 ? undefined : RawNode.createWithSql(String(index + 1))
}
