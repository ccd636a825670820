import { AliasNode, IdentifierNode, type OperationNode, RawNode, SelectionNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import { Expr } from "../expression/expression.ts"
import type { SqlDialect } from "../dialect/dialect.ts"
import { isLowerable, type LowerContext } from "../lowering/lower.ts"
import { hasOwnSql, readable } from "../expression/own-sql.ts"
import { printNode } from "../lowering/print.ts"
import { itemsOf, type Item } from "./result.ts"
import type { EntityShape, Shape, ValueShape } from "../lowering/shape.ts"
import { Column, isSource, source, type SourceInfo } from "../from/source.ts"

/** The columns of a SELECT or RETURNING list and how a row of them is put together. */
export interface Selection {
  readonly nodes: SelectionNode[]
  readonly shape: Shape
  /** The expressions of the columns, by their places. */
  readonly expressions: readonly Expr<any, any>[]
}

/** How many columns an item is. */
export function widthOf(item: Item): number {
  if (item instanceof Expr) return 1
  if (isSource(item)) return item[source].columns.length
  return itemsOf(item).reduce((sum, [, inner]) => sum + widthOf(inner), 0)
}

/** Lays out an item as columns. `optional` are the FROM entries that an outer join may leave empty. */
export function selectionOf(item: Item, context: LowerContext, optional: ReadonlySet<object>): Selection {
  const list: SelectionList = { nodes: [], expressions: [], context, optional }
  const shape = layOut(item, undefined, list)
  return { nodes: list.nodes, expressions: list.expressions, shape }
}

interface SelectionList {
  readonly nodes: SelectionNode[]
  readonly expressions: Expr<any, any>[]
  readonly context: LowerContext
  readonly optional: ReadonlySet<object>
}

function layOut(item: Item, name: string | undefined, list: SelectionList): Shape {
  if (item instanceof Expr) {
    list.expressions.push(item)
    list.nodes.push(expressionSelection(item, name, list.context))
    return valueShape(item, list.expressions.length - 1)
  }
  if (isSource(item)) return sourceSelection(item[source], list)
  if (typeof item !== "object" || item === null) {
    throw new StatementError(
      `select: ${name === undefined ? "the item" : `"${name}"`} is ${String(item)}, not an expression, a model or an object of these`,
    )
  }
  // A call that is not complete, such as a window function without over(), says so.
  if (isLowerable(item)) item.lower(list.context)
  const items = itemsOf(item)
  if (items.length === 0) throw new StatementError("select: an object without properties selects nothing")
  return { kind: "object", keys: requireKeys(items.map(([key]) => key)), values: items.map(([key, inner]) => layOut(inner, key, list)) }
}

/** @throws StatementError for a property that an object cannot simply be given, or no database take as a name. */
export function requireKeys(keys: readonly string[]): readonly string[] {
  if (keys.includes("__proto__")) throw new StatementError("__proto__ cannot be the name of a selected property")
  const nul = keys.find((key) => key.includes("\0"))
  if (nul !== undefined)
    throw new StatementError(`${JSON.stringify(nul)} cannot be the name of a selected property: it holds the NUL character`)
  return keys
}

function expressionSelection(expression: Expr<any, any>, name: string | undefined, context: LowerContext): SelectionNode {
  const own = expression.lower(context)
  const node = context.isRead && expression.json === undefined ? readable(own, expression.type, context) : own
  if (expression instanceof Column && (name ?? "") === "" && (node !== own || expression.physicalName !== expression.name))
    return named(node, expression.name)
  // Rows are read by position: a name serves subqueries and readers of the text, and an empty one is no identifier.
  if (name === undefined || name === "" || (expression instanceof Column && expression.physicalName === name))
    return node === own || name === undefined || name === "" ? SelectionNode.create(node as never) : named(node, name)
  return named(node, name)
}

function named(node: OperationNode, name: string): SelectionNode {
  return SelectionNode.create(AliasNode.create(node, IdentifierNode.create(name)))
}

function valueShape(expression: Expr<any, any>, index: number): ValueShape {
  const json = expression.json
  const shape = { kind: "value", index, type: expression.type, label: expression.label } as const
  return json === undefined ? shape : { ...shape, json }
}

function sourceSelection(info: SourceInfo, list: SelectionList): Shape {
  const offset = list.expressions.length
  const printed = printedColumns(info, list.context)
  if (printed === undefined) for (const column of info.columns) list.nodes.push(expressionSelection(column, undefined, list.context))
  else list.nodes.push(printed)
  for (const column of info.columns) list.expressions.push(column)
  if (info.entity !== undefined) return entityShape(info, offset, list.optional.has(info.id))
  return {
    kind: "object",
    keys: info.columns.map((column) => column.key),
    values: info.columns.map((column, index) => valueShape(column, offset + index)),
    ...(list.optional.has(info.id) ? { optional: { offset, width: info.columns.length } } : {}),
  }
}

const printedLists = new WeakMap<SourceInfo, Map<SqlDialect, SelectionNode | undefined>>()

/**
 * All columns of an entry as one piece of text, printed when the entry is selected for the second time: they are most of what
 * there is to print of a statement, and always the same. An alias made for one statement is not printed twice.
 */
function printedColumns(info: SourceInfo, context: LowerContext): SelectionNode | undefined {
  const first = info.columns[0]
  if (!context.qualifies || first === undefined || context.newNameOf(info) !== undefined) return undefined
  if (info.columns.some(({ type, name, physicalName }) => hasOwnSql(type) || name !== physicalName)) return undefined
  let lists = printedLists.get(info)
  if (lists === undefined) printedLists.set(info, (lists = new Map()))
  const { dialect } = context
  const known = lists.get(dialect)
  if (known !== undefined) {
    context.require(info, first.name, true)
    return known
  }
  const isFirst = !lists.has(dialect)
  lists.set(dialect, isFirst ? undefined : SelectionNode.create(RawNode.createWithSql(columnsText(info, context)) as never))
  return isFirst ? undefined : printedColumns(info, context)
}

function columnsText(info: SourceInfo, context: LowerContext): string {
  return info.columns.map((column) => printNode(column.lower(context), context.dialect)).join(", ")
}

const plainShapes = new WeakMap<object, EntityShape>()

/** One shape object per model for the commonest statement, so that what is derived from a shape can be cached by it. */
function entityShape(info: SourceInfo, offset: number, optional: boolean): EntityShape {
  const entity = info.entity!
  if (info.detached === true) return { kind: "entity", offset, entity, optional, detached: true }
  if (offset !== 0 || optional) return { kind: "entity", offset, entity, optional }
  let shape = plainShapes.get(entity)
  if (shape === undefined) plainShapes.set(entity, (shape = { kind: "entity", offset: 0, entity, optional: false }))
  return shape
}
