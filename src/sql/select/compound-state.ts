import {
  OrderByItemNode,
  OrderByNode,
  ParensNode,
  RawNode,
  SelectionNode,
  SelectQueryNode,
  SetOperationNode,
  type OperationNode,
  type RootOperationNode,
} from "kysely"
import { StatementError, UnsupportedError } from "../../errors/index.ts"
import { hoistAll } from "../from/cte.ts"
import { type AnyExpr, Expr, Order } from "../expression/expression.ts"
import type { LowerContext } from "../lowering/lower.ts"
import { itemsOf, type Item } from "./result.ts"
import type { RowColumn } from "../from/row-columns.ts"
import { lowerLimits, type RowLimits } from "./row-count.ts"
import { leavesOf, unitedShape } from "./set-operands.ts"
import type { Shape } from "../lowering/shape.ts"
import { Column, isSource, source, type SourceInfo } from "../from/source.ts"
import type { SqlType } from "../types/type.ts"

/** A query as a set operation takes it. */
export interface SetMember {
  readonly item: Item
  /** The types of its columns, as far as they are known. */
  readonly columnTypes: readonly (SqlType | undefined)[]
  /** It is a SELECT with nothing after its groups, so that it may stand beside an operator without parentheses. */
  readonly isBare: boolean
  readonly locksRows: boolean
  /** The same query with its properties in another order. @throws StatementError when they are others */
  aligned(like: Item, where: string): SetMember
  rowColumns(title: string): readonly RowColumn[]
  build(context: LowerContext): { readonly node: RootOperationNode; readonly shape: Shape }
}

export interface SetOperation {
  readonly operator: "union" | "intersect" | "except"
  readonly all: boolean
}

/** What a set operation is ordered by: a property of its rows, or an expression that its first member selects. */
export type CompoundOrder = string | Order | AnyExpr

export interface CompoundState extends RowLimits {
  readonly members: readonly [SetMember, ...SetMember[]]
  /** Between the members, applied from the first on. */
  readonly operations: readonly SetOperation[]
  readonly orderBy: readonly CompoundOrder[]
  readonly commonTables: readonly SourceInfo[]
}

export function operationTitle({ operator, all }: SetOperation): string {
  return all ? `${operator} all` : operator
}

export function lowerCompound(state: CompoundState, context: LowerContext): { readonly node: RootOperationNode; readonly shape: Shape } {
  const { members, operations, orderBy, commonTables } = state
  if (members.some((member) => member.locksRows))
    throw new StatementError(`${operationTitle(operations[0]!)}: its members cannot lock rows`, {
      hint: "lock them by a statement of their own",
    })
  for (const operation of operations) requireSupported(operation, context)
  hoistAll(commonTables, context)
  const [first, ...others] = members
  const { node, shape } = first.build(context)
  const built = others.map((member) => member.build(context))
  const setOperations = operations.map(({ operator, all }, index) =>
    SetOperationNode.create(operator, operand(built[index]!.node, others[index]!, context), all),
  )
  const tail = {
    ...(orderBy.length === 0
      ? {}
      : { orderBy: OrderByNode.create(orderBy.map((order) => orderNode(order, first.item, operationTitle(operations[0]!)))) }),
    ...lowerLimits(state, orderBy.length > 0, context),
  }
  const start = operand(node, first, context)
  return {
    node: SelectQueryNode.is(start) ? { ...start, setOperations, ...tail } : text([start, ...setOperations, ...Object.values(tail)]),
    shape: unitedShape([shape, ...built.map((each) => each.shape)]),
  }
}

/** Nodes one after another. */
function text(nodes: readonly OperationNode[]): RawNode {
  return RawNode.create(["", ...nodes.slice(1).map(() => " "), ""], nodes)
}

function requireSupported(operation: SetOperation, { dialect }: LowerContext): void {
  if (operation.operator === "union" || !operation.all || dialect.queries.intersectAll) return
  throw new UnsupportedError(`${dialect.title} has no ${operationTitle(operation)}`, {
    hint: `use ${operation.operator}, which gives equal rows once, or number equal rows by a window function first`,
  })
}

function operand(node: OperationNode, member: SetMember, { dialect }: LowerContext): OperationNode {
  if (member.isBare) return node
  const inner = ParensNode.create(node)
  if (dialect.queries.operandsInParentheses) return inner
  return { ...SelectQueryNode.createFrom([inner]), selections: [SelectionNode.createSelectAll()] } as SelectQueryNode
}

function orderNode(order: CompoundOrder, item: Item, title: string): OrderByItemNode {
  const place = RawNode.createWithSql(String(placeIn(order, item, title) + 1))
  return order instanceof Order ? order.around(place) : OrderByItemNode.create(place)
}

/** The index of the column that is meant. @throws StatementError when the rows have no such column */
export function placeIn(order: CompoundOrder, item: Item, title: string): number {
  const wanted = order instanceof Order ? order.expression : order
  const place = typeof wanted === "string" ? placeOfKey(wanted, item) : leavesOf(item).findIndex((leaf) => isSame(leaf, wanted))
  if (place >= 0) return place
  throw new StatementError(
    `orderBy() of ${title}: ${typeof wanted === "string" ? `"${wanted}" is no column of its rows` : `${labelOf(wanted)} is not selected by its first statement`}`,
    { hint: "order by what the first statement selects, or by the name of a property" },
  )
}

function labelOf(wanted: unknown): string {
  return wanted instanceof Expr ? wanted.label : String(wanted)
}

function isSame(leaf: Expr<any, any>, wanted: unknown): boolean {
  return (
    leaf === wanted ||
    (leaf instanceof Column && wanted instanceof Column && leaf.owner.id === wanted.owner.id && leaf.name === wanted.name)
  )
}

function placeOfKey(key: string, item: Item): number {
  if (item instanceof Expr) return -1
  if (isSource(item)) return item[source].columns.findIndex((column) => column.key === key)
  let place = 0
  for (const [own, inner] of itemsOf(item)) {
    if (own === key) return inner instanceof Expr ? place : -1
    place += leavesOf(inner).length
  }
  return -1
}
