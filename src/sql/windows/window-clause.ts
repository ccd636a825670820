import {
  FromNode,
  GroupByItemNode,
  GroupByNode,
  HavingNode,
  IdentifierNode,
  OnNode,
  RawNode,
  SelectionNode,
  WhereNode,
  type JoinNode,
  type OperationNode,
  type SelectQueryNode,
} from "kysely"
import type { QueryLevel } from "../lowering/query-level.ts"

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/**
 * Prints the named windows of a query. Kysely's SELECT has no place for the WINDOW clause, so it follows the last node
 * that is printed before it.
 */
export function attachWindows(node: Mutable<SelectQueryNode>, { windows }: QueryLevel): void {
  if (windows.size === 0) return
  const clause = windowClause(windows)
  const followed = (before: OperationNode): OperationNode => RawNode.create(["", " ", ""], [before, clause])
  if (node.having !== undefined) node.having = HavingNode.create(followed(node.having.having))
  else if (node.groupBy !== undefined) {
    node.groupBy = GroupByNode.create(withLast(node.groupBy.items, (item) => GroupByItemNode.create(followed(item.groupBy))))
  } else if (node.where !== undefined) node.where = WhereNode.create(followed(node.where.where))
  else if (node.joins !== undefined && node.joins.length > 0) node.joins = withLast(node.joins, (join) => joinFollowed(join, followed))
  else if (node.from !== undefined) node.from = FromNode.create(withLast(node.from.froms, followed))
  else
    node.selections = withLast(node.selections ?? [], ({ selection }) =>
      SelectionNode.create(followed(selection) as typeof selection as never),
    )
}

function windowClause(windows: QueryLevel["windows"]): RawNode {
  const nodes = [...windows].flatMap(([name, { node }]) => [IdentifierNode.create(name), node])
  const fragments = nodes.map((_, index) => (index === 0 ? "window " : index % 2 === 1 ? " as " : ", "))
  return RawNode.create([...fragments, ""], nodes)
}

function joinFollowed(join: JoinNode, followed: (node: OperationNode) => OperationNode): JoinNode {
  return join.on === undefined ? { ...join, table: followed(join.table) } : { ...join, on: OnNode.create(followed(join.on.on)) }
}

function withLast<T>(items: readonly T[], change: (item: T) => T): T[] {
  return items.map((item, index) => (index === items.length - 1 ? change(item) : item))
}
